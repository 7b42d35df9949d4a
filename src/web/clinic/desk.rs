//! The state of the clinic's page and everything that changes it.
//!
//! Must not know how anything is shown: views read its signals and call its methods.

use crate::clinic::{
    Answers, Case, Choice, Fault, Import, Judged, Problem, Question, Reading, Sample, fault, open_questions,
    ranking, read, report,
};
use crate::page::options::Theme;
use crate::t;
use crate::web::dom;
use leptos::prelude::*;
use std::sync::Arc;

/// Handles to the page's state; cheap to copy into every closure.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What was handed in, the oldest first.
    pub papers: RwSignal<Vec<Paper>>,
    /// Which run of a log with several.
    pub run: RwSignal<usize>,
    /// Answers so far.
    pub answers: RwSignal<Answers>,
    /// Questions shown at the front: those that decided most when the last file came.
    pub asked: RwSignal<Vec<Question>>,
    /// Everything known.
    pub case: Memo<Case>,
    /// What is typed in the box.
    pub typed: RwSignal<String>,
    /// Messages, the newest last.
    pub notices: RwSignal<Vec<String>>,
    /// Colours of the page.
    pub theme: RwSignal<Theme>,
    /// Code of the language in use.
    pub language: RwSignal<&'static str>,
    next: StoredValue<u32>,
}

/// A file or a text that was handed in.
#[derive(Clone, PartialEq)]
pub struct Paper {
    /// Tells papers apart for as long as the page lives.
    pub id: u32,
    /// Name of the file; empty for a text that was pasted.
    pub name: String,
    /// Its text, to be read again with other columns.
    text: Arc<str>,
    /// Columns that were chosen.
    pub choice: Choice,
    /// Rows and columns of its matrix were changed over.
    pub is_swapped: bool,
    /// What was read.
    pub outcome: Result<Import, Fault>,
}

/// Questions at the front.
const FRONT: usize = 6;

impl Paper {
    fn read(&mut self) {
        self.outcome = read(&self.text, self.choice);
        if let (true, Ok(import)) = (self.is_swapped, &mut self.outcome) {
            match &mut import.reading {
                Reading::Matrix(matrix) => *matrix = matrix.transposed(),
                Reading::Predictions(predictions) => predictions.matrix = predictions.matrix.transposed(),
                Reading::Curves(_) => {}
            }
        }
    }

    /// Its name, or words for a pasted text.
    pub fn label(&self) -> String {
        if self.name.is_empty() { t!("clinic.pasted").to_owned() } else { self.name.clone() }
    }
}

impl Desk {
    /// An empty desk.
    pub fn new(theme: Theme, language: &'static str) -> Self {
        let papers = RwSignal::new(Vec::<Paper>::new());
        let (run, answers) = (RwSignal::new(0), RwSignal::new(Answers::default()));
        let case = Memo::new(move |_| {
            let papers = papers.read();
            let imports = papers.iter().filter_map(|paper| paper.outcome.as_ref().ok());
            Case::new(imports, run.get(), answers.get())
        });
        Self {
            papers,
            run,
            answers,
            asked: RwSignal::new(Question::ALL[..FRONT].to_vec()),
            case,
            typed: RwSignal::new(String::new()),
            notices: RwSignal::new(Vec::new()),
            theme: RwSignal::new(theme),
            language: RwSignal::new(language),
            next: StoredValue::new(0),
        }
    }

    /// Hands a text in; whether it was understood.
    pub fn hand_in(self, name: &str, text: &str) -> bool {
        let paper = self.paper(name, text, Err(Fault::whole(Problem::Empty)));
        let mut paper = paper;
        paper.read();
        let is_read = paper.outcome.is_ok();
        self.file(paper);
        if is_read && dom::is_narrow() {
            // In one column the diagnosis lies far below; it is there after this.
            set_timeout(
                || {
                    if let Some(result) = dom::by_id("clinic-result") {
                        result.scroll_into_view();
                    }
                },
                std::time::Duration::ZERO,
            );
        }
        is_read
    }

    /// Refuses a file unread because of its size.
    pub fn refuse(self, name: &str) {
        let too_much = Fault::whole(Problem::TooMuch(fault::Limit::Megabytes));
        self.file(self.paper(name, "", Err(too_much)));
    }

    fn paper(self, name: &str, text: &str, outcome: Result<Import, Fault>) -> Paper {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let choice = Choice::default();
        Paper { id, name: name.to_owned(), text: text.into(), choice, is_swapped: false, outcome }
    }

    fn file(self, paper: Paper) {
        self.run.set(0);
        self.papers.update(|papers| {
            // What was wrong before is done with, and the same file again replaces itself.
            papers.retain(|old| old.outcome.is_ok() && (paper.name.is_empty() || old.name != paper.name));
            papers.push(paper);
        });
        self.ask();
    }

    /// Puts what would decide most to the front, unless the visitor is busy answering.
    fn ask(self) {
        let case = self.case.get_untracked();
        let mut asked: Vec<Question> =
            Question::ALL.iter().copied().filter(|question| case.answers.get(*question).is_some()).collect();
        for question in open_questions(&ranking(&case)) {
            if asked.len() < FRONT && !asked.contains(&question) {
                asked.push(question);
            }
        }
        self.asked.set(asked);
    }

    /// Reads a paper again after a change of how.
    pub fn reread(self, id: u32, change: impl FnOnce(&mut Paper)) {
        self.papers.update(|papers| {
            if let Some(paper) = papers.iter_mut().find(|paper| paper.id == id) {
                change(paper);
                paper.read();
            }
        });
    }

    /// Takes a paper back.
    pub fn remove(self, id: u32) {
        self.papers.update(|papers| papers.retain(|paper| paper.id != id));
        self.ask();
    }

    /// Everything from the beginning.
    pub fn clear(self) {
        self.papers.set(Vec::new());
        self.answers.set(Answers::default());
        self.typed.set(String::new());
        self.run.set(0);
        self.asked.set(Question::ALL[..FRONT].to_vec());
    }

    /// Keeps an answer.
    pub fn answer(self, question: Question, answer: &str) {
        self.answers.update(|answers| answers.set(question, answer));
    }

    /// Fetches a file to try, with the answers that fit it, instead of what is there.
    pub fn try_sample(self, sample: &'static Sample) {
        wasm_bindgen_futures::spawn_local(async move {
            match dom::fetch_text(&["samples/", sample.file].concat()).await {
                Ok(text) => {
                    self.clear();
                    for (question, answer) in sample.answers {
                        self.answer(*question, answer);
                    }
                    self.hand_in(sample.file, &text);
                }
                Err(_) => self.notify(t!("clinic.sample.failed").to_owned()),
            }
        });
    }

    /// Every cause, the likeliest first.
    pub fn ranking(self) -> Vec<Judged> {
        ranking(&self.case.read())
    }

    /// Everything as Markdown.
    pub fn markdown(self) -> String {
        let case = self.case.get_untracked();
        let papers = self.papers.read_untracked();
        let imports: Vec<Import> = papers.iter().filter_map(|paper| paper.outcome.clone().ok()).collect();
        report::markdown(&imports, &case, &ranking(&case), &page())
    }

    /// Says something to the visitor.
    pub fn notify(self, text: String) {
        self.notices.update(|notices| {
            if notices.last() != Some(&text) {
                notices.push(text);
            }
        });
    }

    /// Other words.
    pub fn speak(self, code: &'static str) {
        wasm_bindgen_futures::spawn_local(async move {
            match super::words_of(code).await {
                Ok(loaded) => self.language.set(loaded),
                Err(reason) => self.notify(reason),
            }
        });
    }
}

/// Address of the lab without query and fragment.
pub fn page() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}
