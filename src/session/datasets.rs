//! Data sets made so far: lanes with equal data share one copy.
//!
//! Must not know where bytes come from.

use super::Files;
use crate::data::{self, Dataset};
use crate::experiment::{DataSpec, Experiment};
use crate::fleet::Device;
use crate::protocol::RunError;
use std::rc::Rc;

/// What lanes are made from.
pub struct Source<'a> {
    /// Data sets already there.
    pub datasets: &'a mut Datasets,
    /// Bytes of data files.
    pub files: Files<'a>,
    /// Where tensors live.
    pub device: &'a Device,
}

impl Source<'_> {
    /// The data of `experiment`.
    ///
    /// # Errors
    /// The data file is missing or damaged.
    pub fn dataset(&mut self, experiment: &Experiment) -> Result<Rc<Dataset>, RunError> {
        self.datasets.load(experiment, self.files)
    }
}

/// The newest few data sets.
#[derive(Default)]
pub struct Datasets {
    made: Vec<(DataSpec, u32, Rc<Dataset>)>,
}

/// More are made anew when wanted again.
const MOST: usize = 6;

impl Datasets {
    /// The data of `experiment`.
    ///
    /// # Errors
    /// The data file is missing or damaged.
    fn load(&mut self, experiment: &Experiment, files: Files) -> Result<Rc<Dataset>, RunError> {
        if let Some(known) = self.find(experiment) {
            return Ok(known);
        }
        let file = data::file(&experiment.data);
        let failed = |reason: String| {
            let file = file.as_deref().unwrap_or("(generated)");
            RunError::Data { file: file.to_owned(), reason }
        };
        let bytes = file.as_deref().map(files).transpose().map_err(failed)?;
        let dataset = Dataset::load(&experiment.data, experiment.seeds.data, bytes.as_deref())
            .map_err(|error| failed(error.to_string()))?;
        let dataset = Rc::new(dataset);
        if self.made.len() >= MOST {
            self.made.remove(0);
        }
        self.made.push((experiment.data.clone(), experiment.seeds.data, dataset.clone()));
        Ok(dataset)
    }

    fn find(&self, experiment: &Experiment) -> Option<Rc<Dataset>> {
        let known = |(spec, seed, _): &&(DataSpec, u32, Rc<Dataset>)| {
            *spec == experiment.data && *seed == experiment.seeds.data
        };
        self.made.iter().find(known).map(|(_, _, dataset)| dataset.clone())
    }
}
