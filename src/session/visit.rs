//! A look at the run as it was: from the nearest kept state, trained again to the step asked for.
//!
//! The run itself is not touched: on the CPU the moment is bitwise what it was.

use super::group::Group;
use super::ring::Ring;
use super::run::Run;
use crate::experiment::Live;
use crate::telemetry::Snapshot;

/// Time that training again may take, in milliseconds; a visit of a slow model lands a little earlier.
const PATIENCE_MS: f64 = 300.0;

/// The run at another time.
pub(crate) struct Visit {
    /// The run alone.
    pub group: Group,
    /// Live settings then.
    pub live: Live,
    /// What was seen.
    pub snapshot: Snapshot,
}

impl Visit {
    /// Goes to `step` or as near as time allows; `step_ms`: what one step costs.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn to(step: u32, run: &Run, ring: &Ring, step_ms: f64) -> Result<Option<Self>, String> {
        let step = step.min(run.step());
        let affordable = if step_ms > 0.0 { (PATIENCE_MS / step_ms) as u32 } else { u32::MAX };
        // One step at least is trained again where that can be had, so that gradients are there to see.
        let earlier = ring.before(step.saturating_sub(1));
        let near = earlier.filter(|moment| step.saturating_sub(moment.state.step) <= affordable);
        let Some(moment) = near.or_else(|| ring.before(step)) else { return Ok(None) };
        let state = &moment.state;
        let mut group = run.moment(state).map_err(|error| error.to_string())?;
        for (at, live) in ring.changes(moment, step) {
            group.adjust_at(0, at, live);
        }
        group.train(step.saturating_sub(state.step).min(affordable), None).await?;
        let lanes = group.observe().await?;
        let live = group.lanes()[0].experiment.live.clone();
        let snapshot = Snapshot { step: group.step(), epoch: group.epoch(0), lanes };
        Ok(Some(Self { group, live, snapshot }))
    }
}
