//! A run taken elsewhere: as a program for Keras, PyTorch or Burn, as weights, as tables.
//!
//! Pure: what goes in is the experiment with its data, the weights and the history; what comes out are files.
//! A program comes with the examples as they were fed in, the order in which they were drawn and the weights
//! before the first step, so that it need not know how any of them came about. Must not know the browser
//! or tensors.

mod archive;
mod burn;
mod caveat;
mod keras;
mod model;
mod notebook;
mod onnx;
mod plan;
mod python;
mod pytorch;
mod run;
mod template;

pub use caveat::Caveat;
pub use model::{Convention, Model, Named};
pub use onnx::onnx;
pub use plan::{Batches, Plan};
pub use run::{Recorded, csv, json};

/// What a program is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Keras 3 on any of its backends.
    Keras,
    /// PyTorch 2.
    PyTorch,
    /// Burn on the CPU.
    Burn,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::Keras, Self::PyTorch, Self::Burn];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keras => "keras",
            Self::PyTorch => "pytorch",
            Self::Burn => "burn",
        }
    }

    /// The target called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// How it lays out its weights.
    pub fn convention(self) -> Convention {
        match self {
            Self::Keras => Convention::Keras,
            Self::PyTorch => Convention::PyTorch,
            Self::Burn => Convention::Burn,
        }
    }
}

/// Where a program finds examples, order and weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// In a file beside it, `data.safetensors`.
    Beside,
    /// In its own text; Burn programs cannot.
    Within,
}

/// The program of `plan`, as one text. Python programs carry their data; that for Burn reads
/// `data.safetensors`, see [`bundle`].
pub fn code(plan: &Plan, target: Target) -> String {
    match target {
        Target::Keras => keras::program(plan, Carried::Within),
        Target::PyTorch => pytorch::program(plan, Carried::Within),
        Target::Burn => burn::program(plan),
    }
}

/// The program with its data and how to run it, as a zip file.
///
/// # Errors
/// The archive does not fit into memory.
pub fn bundle(plan: &Plan, target: Target) -> Result<Vec<u8>, String> {
    archive::zip(&files(plan, target))
}

/// The files of [`bundle`]: name and content.
pub fn files(plan: &Plan, target: Target) -> Vec<(String, Vec<u8>)> {
    let file = |name: &str, content: String| (name.to_owned(), content.into_bytes());
    let mut files = match target {
        Target::Keras => vec![file("train.py", keras::program(plan, Carried::Beside))],
        Target::PyTorch => vec![file("train.py", pytorch::program(plan, Carried::Beside))],
        Target::Burn => {
            vec![file("Cargo.toml", burn::MANIFEST.to_owned()), file("src/main.rs", burn::program(plan))]
        }
    };
    files.push(("data.safetensors".to_owned(), plan.data(target)));
    files
}

/// The program as a Jupyter notebook that carries its data; `None` for Burn.
pub fn notebook(plan: &Plan, target: Target) -> Option<String> {
    match target {
        Target::Keras => Some(notebook::notebook(&keras::program(plan, Carried::Within))),
        Target::PyTorch => Some(notebook::notebook(&pytorch::program(plan, Carried::Within))),
        Target::Burn => None,
    }
}

/// A model's weights under PyTorch's names and in its layout, as `load_state_dict` wants them.
pub fn safetensors(model: &Model, about: &[(&str, String)]) -> Vec<u8> {
    archive::safetensors(&model.tensors(Convention::PyTorch), about)
}

#[cfg(test)]
mod tests;
