//! A session in conversation, on a clock that advances by a millisecond per look.
#![allow(dead_code, reason = "each test program uses its part")]

pub mod watched;

use collapse_lab::experiment::Experiment;
use collapse_lab::protocol::{Backend, Checkpoint, Command, Control, Event, Kept, RunId};
use collapse_lab::session::{Files, Session, Wait};
use collapse_lab::telemetry::Snapshot;
use std::cell::Cell;

pub const RUN: RunId = RunId(1);

/// A session and its clock.
pub struct Talk {
    /// The worker's side.
    pub session: Session,
    /// Milliseconds.
    pub now: Cell<f64>,
    files: Files<'static>,
}

impl Talk {
    pub fn new() -> Self {
        Self::with_files(&|file| Err(format!("no {file} here")))
    }

    /// A session that finds the data files of `public/`.
    pub fn with_public() -> Self {
        Self::with_files(&|file| {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public").join(file);
            std::fs::read(path).map_err(|error| error.to_string())
        })
    }

    fn with_files(files: Files<'static>) -> Self {
        let session = Session::new(collapse_lab::fleet::Device::default(), Backend::Cpu);
        Self { session, now: Cell::new(0.0), files }
    }

    pub fn begun(experiment: Experiment, play: bool) -> Self {
        let mut talk = Self::new();
        let events = talk.say(start(RUN, experiment, None, play));
        assert!(matches!(events[..], [Event::Started { run: RUN, step: 0, .. }]), "{events:?}");
        talk
    }

    pub fn say(&mut self, command: Command) -> Vec<Event> {
        self.session.handle(command, self.files, self.now.get())
    }

    pub fn burst(&mut self) -> Vec<Event> {
        let clock = || {
            self.now.set(self.now.get() + 1.0);
            self.now.get()
        };
        pollster::block_on(self.session.burst(&clock))
    }

    pub fn quiet(&self) -> bool {
        self.session.wait(self.now.get()) == Wait::ForMessage
    }

    /// Bursts, acknowledging every snapshot, until the session waits for a message; the snapshots.
    pub fn until_quiet(&mut self) -> Vec<Snapshot> {
        self.looks_until_quiet().into_iter().map(|look| look.run).collect()
    }

    /// The same with what trains beside the run.
    pub fn looks_until_quiet(&mut self) -> Vec<Looked> {
        let mut looks = Vec::new();
        for _ in 0..10_000 {
            if self.quiet() {
                return looks;
            }
            for event in self.burst() {
                if let Event::Observed { snapshot, seeds, branches, kept, .. } = event {
                    looks.push(Looked { run: *snapshot, seeds: seeds.map(|seeds| *seeds), branches, kept });
                    self.say(Command::Ack { run: RUN });
                }
            }
        }
        panic!("the session never came to rest");
    }

    pub fn step(&mut self, steps: u32) -> Snapshot {
        self.say(control(Control::Step(steps)));
        self.until_quiet().pop().expect("a look after the steps")
    }

    pub fn checkpoint(&mut self) -> Checkpoint {
        self.say(Command::Checkpoint { run: RUN });
        for _ in 0..100 {
            for event in self.burst() {
                if let Event::Checkpointed { checkpoint, .. } = event {
                    return *checkpoint;
                }
            }
        }
        panic!("no checkpoint came");
    }
}

/// One look at everything in training.
#[derive(Clone, Debug)]
pub struct Looked {
    pub run: Snapshot,
    pub seeds: Option<Snapshot>,
    pub branches: Vec<(u8, Snapshot)>,
    pub kept: Kept,
}

pub fn start(run: RunId, experiment: Experiment, from: Option<Checkpoint>, play: bool) -> Command {
    let lanes = Vec::new();
    Command::Start {
        run,
        experiment: Box::new(experiment),
        lanes,
        keep: None,
        from: from.map(Box::new),
        play,
    }
}

pub fn control(control: Control) -> Command {
    Command::Control { run: RUN, request: 9, control }
}
