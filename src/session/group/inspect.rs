//! A look inside one lane, put together for the page.
//!
//! Must not know how charts show it.

use super::{Group, Lane};
use crate::data::Dataset;
use crate::fleet::Sights;
use crate::session::decision::decided;
use crate::telemetry::insight::{Calibration, ClassOutput, Histogram, Plane, PlanePoint, Scale};
use crate::telemetry::{Insight, Wants, confusion};

/// Points of the plane shown at most; more would hide the boundary.
const POINTS: usize = 300;
/// Grid points across the plane.
const COLUMNS: (f64, f64) = (20.0, 80.0);
/// Multiplications that one look at the plane may cost.
const PLANE_WORK: f64 = 3e8;

impl Group {
    /// Looks at what is wanted of a lane.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn inspect(&self, place: usize, wants: Wants) -> Result<Insight, String> {
        let lane = &self.lanes[place];
        let mut plane = (wants.plane && lane.dataset.pool.features == 2).then(|| self.plane(lane));
        let questions = plane.as_ref().map(Plane::points);
        let sights = Sights {
            lane: place,
            weights: wants.weights,
            gradients: wants.gradients,
            activations: wants.activations,
            logits: wants.outputs || plane.is_some(),
            questions: questions.as_deref(),
        };
        let look = self.fleet.look(&self.probe, sights).await?;
        let (classes, labels) = (lane.dataset.classes.len(), &lane.dataset.probe.labels);
        let (live, shares) = (&lane.experiment.live, lane.sampler.class_shares());
        if let Some(plane) = &mut plane {
            plane.predict(&decided(&look.answers, live, shares), classes);
            plane.mistakes = misplaced(&lane.dataset, &decided(&look.logits, live, shares));
        }
        Ok(Insight {
            step: self.step(),
            weights: Histogram::of_layers(&look.weights, Scale::Linear),
            gradients: Histogram::of_layers(&look.gradients, Scale::Magnitude),
            activations: Histogram::of_layers(&look.activations, Scale::Linear),
            outputs: match wants.outputs {
                true => ClassOutput::of_classes(&look.logits, labels, &look.bias, shares),
                false => Vec::new(),
            },
            calibration: wants
                .outputs
                .then(|| Calibration::from_logits(&decided(&look.logits, live, shares), labels, classes)),
            plane,
        })
    }

    /// The plane around all data with a share of the training points, no predictions yet.
    fn plane(&self, lane: &Lane) -> Plane {
        let (pool, probe) = (&lane.dataset.pool, &lane.dataset.probe);
        let weights: usize =
            self.fleet.network().tensors().iter().map(|[rows, columns]| rows * columns).sum();
        // Every lane answers, whoever is asked.
        let weights = weights * self.lanes.len();
        let columns = (PLANE_WORK / weights as f64 / 0.75).sqrt().clamp(COLUMNS.0, COLUMNS.1);
        let mut plane = Plane::around(&[&pool.inputs[..], &probe.inputs[..]].concat(), columns as usize);
        let active = lane.sampler.active();
        let total: usize = active.iter().map(|count| *count as usize).sum();
        for (order, count) in lane.dataset.order.iter().zip(active) {
            let members = &order[..*count as usize];
            // Rounded up: a class with any example shows at least one point.
            let shown = if total > POINTS { (members.len() * POINTS).div_ceil(total) } else { members.len() };
            plane.training.extend(members[..shown].iter().map(|index| {
                let index = *index as usize;
                point(pool.row(index), pool.labels[index])
            }));
        }
        plane
    }
}

fn misplaced(dataset: &Dataset, logits: &[f32]) -> Vec<PlanePoint> {
    let rows = logits.chunks_exact(dataset.classes.len()).zip(&dataset.probe.labels).enumerate();
    rows.filter(|(_, (row, label))| confusion::argmax(row).is_some_and(|class| class != usize::from(**label)))
        .map(|(index, (_, label))| point(dataset.probe.row(index), *label))
        .take(POINTS)
        .collect()
}

fn point(row: &[f32], class: u8) -> PlanePoint {
    PlanePoint { x: row[0], y: row[1], class }
}
