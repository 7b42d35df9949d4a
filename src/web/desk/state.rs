//! The state of the desk and everything that changes it.
//!
//! Must not know how anything is shown: views read its signals and call its methods.

use super::helper::Helper;
use super::shared;
use super::shelf::{self, Kept};
use crate::experiment::Own;
use crate::own::advice::Judged;
use crate::own::picture::{Class, Form};
use crate::own::talk::{Ask, Say};
use crate::own::{Fault, Plan, Problem, Summary};
use crate::t;
use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// Handles to the desk's state; cheap to copy into every closure.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Whether it is shown.
    pub is_open: RwSignal<bool>,
    /// Code of the language in use.
    pub language: RwSignal<&'static str>,
    /// What is shown.
    pub tab: RwSignal<Tab>,
    /// The data that a link asks for and that are not here.
    pub wanted: RwSignal<Option<Own>>,
    /// What is under way: rows so far and the share of the file.
    pub progress: RwSignal<Option<(usize, f32)>>,
    /// What went wrong last.
    pub fault: RwSignal<Option<Fault>>,
    /// Something worth saying that is no fault.
    pub notice: RwSignal<String>,
    /// The table read last, and the milliseconds it took.
    pub table: RwSignal<Option<(Summary, f64)>>,
    /// What is decided about it.
    pub plan: RwSignal<Plan>,
    /// What should be known about it as planned.
    pub judged: RwSignal<Option<Judged>>,
    /// What is typed in the box.
    pub typed: RwSignal<String>,
    /// Points drawn so far.
    pub points: RwSignal<Vec<Point>>,
    /// Pictures by class.
    pub album: RwSignal<Vec<Class>>,
    /// Pictures that could not be read lately.
    pub unread: RwSignal<usize>,
    /// The class of pictures that lie in no folder.
    pub class: RwSignal<String>,
    /// How pictures are trained on.
    pub form: RwSignal<Form>,
    /// Whether packed data are kept in the browser.
    pub keeps: RwSignal<bool>,
    /// What is kept; why nothing can be.
    pub kept: RwSignal<Result<Vec<Kept>, String>>,
    helper: StoredValue<Option<Helper>, LocalStorage>,
}

/// A point in the plane and its class.
pub type Point = (f32, f32, u8);

/// How files end that the desk exported.
pub const EXPORTED: &str = ".collapse-data";
/// Per cent held out where nobody is asked.
const HELD_OUT: u32 = 20;

/// The ways in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Table,
    Images,
    Draw,
    Kept,
}

impl Tab {
    /// All of them, in page order.
    pub const ALL: [Self; 4] = [Self::Table, Self::Images, Self::Draw, Self::Kept];

    /// Its name for identifiers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Images => "images",
            Self::Draw => "draw",
            Self::Kept => "kept",
        }
    }

    /// What a visitor reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Table => t!("own.tab.table"),
            Self::Images => t!("own.tab.images"),
            Self::Draw => t!("own.tab.draw"),
            Self::Kept => t!("own.tab.kept"),
        }
    }
}

impl Desk {
    /// A shut desk with nothing on it.
    pub fn new(language: &'static str) -> Self {
        let desk = Self {
            is_open: RwSignal::new(false),
            language: RwSignal::new(language),
            tab: RwSignal::new(Tab::Table),
            wanted: RwSignal::new(None),
            progress: RwSignal::new(None),
            fault: RwSignal::new(None),
            notice: RwSignal::default(),
            table: RwSignal::new(None),
            plan: RwSignal::default(),
            judged: RwSignal::new(None),
            typed: RwSignal::default(),
            points: RwSignal::default(),
            album: RwSignal::default(),
            unread: RwSignal::new(0),
            class: RwSignal::default(),
            form: RwSignal::new(Form { side: 28, is_coloured: true }),
            keeps: RwSignal::new(true),
            kept: RwSignal::new(Ok(Vec::new())),
            helper: StoredValue::new_local(None),
        };
        desk.helper.set_value(Some(Helper::new(Rc::new(move |said, beside| desk.hear(said, beside)))));
        desk
    }

    /// Hands over the data that are wanted, or shows itself where they are not kept here.
    pub async fn open(self, want: &str) {
        let wanted = Own::parse(want);
        if let Some(own) = &wanted
            && let Ok(Some(bytes)) = shelf::take(own.id).await
        {
            return self.ask(&Ask::Reopen { held_out: own.held_out }, &bytes);
        }
        self.fault.set(None);
        self.wanted.set(wanted);
        self.is_open.set(true);
        self.look().await;
    }

    /// Shuts the desk; the page goes on with what it had.
    pub fn close(self) {
        self.is_open.set(false);
        give(&JsValue::from(""), &JsValue::NULL);
    }

    /// Takes in a file, whatever it holds.
    pub fn take(self, title: &str, file: &Blob) {
        self.forget();
        self.progress.set(Some((0, 0.0)));
        self.ask(&Ask::Table { title: title.to_owned() }, file);
    }

    /// Takes in files that were chosen, dropped or pasted, by what they are.
    pub fn take_files(self, files: &[File]) {
        let Some(first) = files.first() else { return };
        let name = first.name().to_lowercase();
        let ends = |end: &str| name.ends_with(end);
        if first.type_().starts_with("image/") || ends(".zip") {
            return self.take_pictures(files);
        }
        if ends(EXPORTED) {
            self.fault.set(None);
            return self.ask(&Ask::Reopen { held_out: HELD_OUT }, first);
        }
        self.tab.set(Tab::Table);
        self.take(&first.name(), first);
    }

    /// Takes in pictures, folders of them and archives.
    pub fn take_pictures(self, files: &[File]) {
        let pairs = Array::new();
        for file in files {
            let path =
                Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
            pairs.push(&Array::of2(file, &path.unwrap_or_default().into()));
        }
        if pairs.length() == 0 {
            return;
        }
        self.tab.set(Tab::Images);
        self.fault.set(None);
        self.unread.set(0);
        self.progress.set(Some((0, 0.0)));
        self.ask(&Ask::Pictures { class: self.class_name() }, &pairs);
    }

    /// Takes in a picture of the camera.
    pub fn take_shot(self, pixels: &Uint8Array) {
        self.fault.set(None);
        self.ask(&Ask::Shot { class: self.class_name() }, pixels);
    }

    /// Forgets the pictures of a class.
    pub fn remove_pictures(self, class: &str) {
        self.ask(&Ask::RemovePictures(Some(class.to_owned())), &JsValue::NULL);
    }

    fn class_name(self) -> String {
        let typed = self.class.get_untracked();
        let typed = typed.trim();
        if typed.is_empty() { "1".to_owned() } else { typed.to_owned() }
    }

    /// Packs the pictures, which are then trained on.
    pub fn train_pictures(self) {
        let title = t!("own.tab.images").to_owned();
        let form = self.form.get_untracked();
        self.fault.set(None);
        self.ask(&Ask::PackPictures { title, form, held_out: HELD_OUT }, &JsValue::NULL);
    }

    /// Packs the points, which are then trained on.
    pub fn train_points(self) {
        let (title, points) = (t!("own.drawn").to_owned(), self.points.get_untracked());
        self.fault.set(None);
        self.ask(&Ask::Points { title, points, held_out: HELD_OUT }, &JsValue::NULL);
    }

    /// Takes in a text that was pasted.
    pub fn take_text(self, text: &str) {
        let parts = Array::of1(&text.into());
        if let Ok(blob) = Blob::new_with_str_sequence(&parts) {
            self.take(t!("own.pasted"), &blob);
        }
    }

    /// Changes the plan, which is judged anew.
    pub fn replan(self, change: impl FnOnce(&mut Plan)) {
        self.plan.update(change);
        self.fault.set(None);
        self.ask(&Ask::Judge(self.plan.get_untracked()), &JsValue::NULL);
    }

    /// Packs what was read, which is then trained on.
    pub fn train(self) {
        self.fault.set(None);
        self.progress.set(Some((0, 1.0)));
        self.ask(&Ask::Pack(self.plan.get_untracked()), &JsValue::NULL);
    }

    /// Trains on data kept in the browser.
    pub fn reopen(self, kept: &Kept) {
        self.fault.set(None);
        self.ask(&Ask::Reopen { held_out: kept.own.held_out }, &kept.bytes);
    }

    /// Looks at what is kept.
    pub async fn look(self) {
        self.kept.set(shelf::list().await);
    }

    /// Deletes data kept in the browser.
    pub fn delete(self, id: u64) {
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(reason) = shelf::delete(id).await {
                self.fault.set(Some(Fault::whole(Problem::Browser(reason))));
            }
            self.look().await;
        });
    }

    /// Forgets what was read.
    fn forget(self) {
        if self.progress.get_untracked().is_some() {
            self.with_helper(Helper::stop);
        }
        self.fault.set(None);
        self.notice.set(String::new());
        self.table.set(None);
        self.judged.set(None);
    }

    fn ask(self, ask: &Ask, beside: &JsValue) {
        self.with_helper(|helper| helper.ask(ask, beside));
    }

    fn with_helper(self, act: impl FnOnce(&Helper)) {
        // Cloned, because an answer may come while it is asked.
        if let Some(helper) = self.helper.get_value() {
            act(&helper);
        }
    }

    fn hear(self, said: Say, beside: Vec<Uint8Array>) {
        match said {
            Say::Ready => {}
            Say::Progress(rows, share) => self.progress.set(Some((rows, share))),
            Say::Table(summary, millis) => {
                self.progress.set(None);
                self.plan.set(summary.plan.clone());
                self.table.set(Some((*summary, millis)));
            }
            Say::Pictures(classes, unread) => {
                self.progress.set(None);
                self.unread.set(unread);
                self.album.set(classes);
            }
            Say::Judged(judged) => self.judged.set(Some(*judged)),
            Say::Packed { own, title, classes } => {
                let [command, bytes] = &beside[..] else { return };
                self.packed(own, title, classes, command.clone(), bytes.clone());
            }
            Say::Fault(fault) => {
                self.progress.set(None);
                self.judged.set(None);
                self.is_open.set(true);
                self.fault.set(Some(fault));
            }
        }
    }

    fn packed(self, own: Own, title: String, classes: Vec<String>, command: Uint8Array, bytes: Uint8Array) {
        self.progress.set(None);
        self.is_open.set(false);
        self.wanted.set(None);
        give(&own.text().into(), &command);
        if self.keeps.get_untracked() {
            wasm_bindgen_futures::spawn_local(async move {
                let kept = shelf::keep(&own, &title, &classes, &bytes).await;
                self.kept.set(match kept {
                    Ok(()) => shelf::list().await,
                    Err(reason) => Err(reason),
                });
            });
        }
    }
}

/// Gives the page data, or says that none come.
fn give(own: &JsValue, command: &JsValue) {
    let take = shared().and_then(|shared| Reflect::get(&shared, &"take".into()).ok());
    if let Some(Ok(take)) = take.map(JsCast::dyn_into::<Function>) {
        // A page that fails says so itself.
        let _ = take.call2(&JsValue::NULL, own, command);
    }
}
