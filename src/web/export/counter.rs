//! The counter at which files are asked for by kind, and made.
//!
//! Must not know how they are shown or saved.

use super::picture;
use crate::architecture::Architecture;
use crate::data;
use crate::diagnosis;
use crate::export::{self, Model, Plan, Recorded, Target};
use crate::page::parcel::Parcel;
use crate::t;
use crate::web::dom;
use js_sys::{Array, Function, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag};

/// A run and what was worked out for it.
pub struct Counter {
    /// The run.
    pub parcel: Parcel,
    svg: Function,
    /// The visitor's own data, where the run trains on such.
    own: Option<Vec<u8>>,
    plan: RefCell<Option<Rc<Plan>>>,
}

impl Counter {
    /// A counter for one run; `svg` draws a chart by its name, `own` are the visitor's own data.
    pub fn new(parcel: Parcel, svg: Function, own: Option<Vec<u8>>) -> Self {
        Self { parcel, svg, own, plan: RefCell::default() }
    }

    /// Examples, order and weights; worked out once.
    ///
    /// # Errors
    /// The data did not arrive, or are damaged.
    pub async fn plan(&self) -> Result<Rc<Plan>, String> {
        if let Some(plan) = &*self.plan.borrow() {
            return Ok(plan.clone());
        }
        let Parcel { experiment, step, changed, address, .. } = &self.parcel;
        let file = match (data::file(&experiment.data), &self.own) {
            (Some(_), Some(own)) => Some(own.clone()),
            (Some(path), None) => Some(dom::fetch_bytes(&path).await?),
            (None, _) => None,
        };
        let plan = Plan::new(experiment, file.as_deref(), *step, *changed, address);
        let plan = Rc::new(plan.map_err(|error| error.to_string())?);
        *self.plan.borrow_mut() = Some(plan.clone());
        Ok(plan)
    }

    /// The text of a program.
    ///
    /// # Errors
    /// There is no such target, or the data did not arrive.
    pub async fn code(&self, target: &str) -> Result<String, String> {
        let known = Target::named(target).ok_or_else(|| unknown("target", target, "keras, pytorch, burn"))?;
        Ok(export::code(&*self.plan().await?, known))
    }

    /// A file by its kind.
    ///
    /// # Errors
    /// There is no such kind, or what it is made of is not there.
    pub async fn file(&self, kind: &str) -> Result<Blob, String> {
        let about = || vec![("address", self.parcel.address.clone()), ("step", self.parcel.step.to_string())];
        if let Some((target, form)) = kind.rsplit_once('.')
            && let Some(target) = Target::named(target)
        {
            let plan = self.plan().await?;
            return match form {
                "zip" => blob(&export::bundle(&plan, target)?, "application/zip"),
                _ => match export::notebook(&plan, target).filter(|_| form == "ipynb") {
                    Some(notebook) => blob(notebook.as_bytes(), "application/x-ipynb+json"),
                    None => Err(unknown("kind", kind, &self.kinds())),
                },
            };
        }
        match kind {
            "safetensors" => {
                let bytes = export::safetensors(&self.model().await?, &about());
                blob(&bytes, "application/octet-stream")
            }
            "onnx" => blob(&export::onnx(&self.model().await?, &about()), "application/octet-stream"),
            "csv" => blob(self.recorded(export::csv).as_bytes(), "text/csv"),
            "json" => blob(self.recorded(export::json).as_bytes(), "application/json"),
            _ => self.chart(kind).await,
        }
    }

    async fn chart(&self, kind: &str) -> Result<Blob, String> {
        let (chart, form) = kind.rsplit_once('.').unwrap_or((kind, ""));
        let is_known = self.parcel.charts.iter().any(|(known, _)| known == chart);
        if !is_known || !matches!(form, "svg" | "png") {
            return Err(unknown("kind", kind, &self.kinds()));
        }
        let failed = || t!("export.no_chart").to_owned();
        let drawn = self.svg.call1(&JsValue::NULL, &chart.into()).ok().and_then(|svg| svg.as_string());
        let svg = blob(drawn.ok_or_else(failed)?.as_bytes(), "image/svg+xml")?;
        if form == "svg" { Ok(svg) } else { picture::png(&svg).await.ok_or_else(failed) }
    }

    /// The weights as they are now.
    async fn model(&self) -> Result<Model, String> {
        let missing = || t!("export.no_weights").to_owned();
        let state = self.parcel.state.as_ref().ok_or_else(missing)?;
        let lane = state.lanes.iter().position(|lane| lane.lane == crate::protocol::LaneId::Run);
        let architecture: Architecture = self.plan().await?.architecture.clone();
        Model::saved(&architecture, state, lane.ok_or_else(missing)?).ok_or_else(missing)
    }

    fn recorded(&self, write: fn(&Recorded) -> String) -> String {
        let Parcel { experiment, address, history, classes, layers, .. } = &self.parcel;
        let verdict = diagnosis::judge_named(history, experiment, classes);
        let findings = diagnosis::findings(history, experiment, classes);
        let (verdict, findings) = (&verdict, &findings[..]);
        write(&Recorded { experiment, address, history, classes, layers, verdict, findings })
    }

    /// Every kind of file, for messages to programs.
    fn kinds(&self) -> String {
        let charts: Vec<&str> = self.parcel.charts.iter().map(|(chart, _)| &**chart).collect();
        format!(
            "keras.zip, keras.ipynb, pytorch.zip, pytorch.ipynb, burn.zip, safetensors, onnx, csv, json, \
             report.html, report.md, or .svg or .png after one of {}",
            charts.join(", ")
        )
    }
}

/// For programs, so it stays English.
fn unknown(what: &str, given: &str, known: &str) -> String {
    [what, ": '", given, "' is unknown; use ", known].concat()
}

fn blob(bytes: &[u8], kind: &str) -> Result<Blob, String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(|_| kind.to_owned())
}
