//! The run and what trains beside it: its seeds and its branches, grouped by shape.
//!
//! Must not know pacing or messages. Lanes that began later are trained first until all have done
//! equally many steps, so that what is compared goes on side by side.

use super::datasets::Source;
use super::group::{Group, Trained};
use crate::data;
use crate::experiment::{Experiment, Live};
use crate::order;
use crate::protocol::{
    Backend, Cell, Checkpoint, DataFacts, Gallery, GroupState, LaneId, LaneSpec, Mistakes, RunError,
};
use crate::telemetry::{Insight, Snapshot, Wants};

/// Everything in training.
pub struct Run {
    /// Never empty.
    groups: Vec<Group>,
}

/// What was seen at one look.
pub struct Seen {
    /// The run.
    pub run: Snapshot,
    /// Its seeds.
    pub seeds: Option<Snapshot>,
    /// Each branch at its own step.
    pub branches: Vec<(u8, Snapshot)>,
}

/// What [`Run::train`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps the run did.
    pub steps: u32,
    /// Steps that were trained, be it of lanes that catch up.
    pub work: u32,
    /// Whether early stopping ended it.
    pub stopped_early: bool,
}

/// Examples shown per class in the gallery.
const GALLERY: usize = 8;

impl Run {
    /// Loads the data, draws the weights, and goes on from a checkpoint if there is one.
    ///
    /// `earlier`: a run that ends; branches that both have go on as they are.
    ///
    /// # Errors
    /// A data file is missing or damaged, or the checkpoint belongs to another experiment.
    pub fn start(
        experiment: Experiment,
        lanes: Vec<LaneSpec>,
        from: Option<&Checkpoint>,
        earlier: Option<Self>,
        source: &mut Source,
    ) -> Result<Self, RunError> {
        let live = experiment.live.clone();
        let mut run = match from {
            Some(checkpoint) => Self::resumed(&experiment, checkpoint, source)?,
            None => {
                let itself = LaneSpec { lane: LaneId::Run, experiment, changes: Vec::new() };
                let mut groups = vec![Group::start(vec![itself], source)?];
                let is_branch = |id| matches!(id, LaneId::Branch(_));
                let kept = earlier.into_iter().flat_map(|earlier| earlier.groups);
                groups.extend(kept.filter_map(|group| group.keep(is_branch)));
                Self { groups }
            }
        };
        // The page may have moved live knobs since the checkpoint: they win for the run itself.
        if *run.live() != live {
            run.adjust(&live, None);
        }
        run.accompany(lanes, source)?;
        Ok(run)
    }

    fn resumed(
        experiment: &Experiment,
        checkpoint: &Checkpoint,
        source: &mut Source,
    ) -> Result<Self, RunError> {
        let groups: Result<Vec<Group>, RunError> =
            checkpoint.groups.iter().map(|state| Group::restored(state, source)).collect();
        let run = Self { groups: groups? };
        let known = run.find(LaneId::Run).map(|(group, lane)| &run.groups[group].lanes()[lane].experiment);
        let same = |known: &Experiment| Experiment { live: experiment.live.clone(), ..known.clone() };
        if known.map(same).as_ref() != Some(experiment) {
            let reason = "the checkpoint belongs to another experiment".to_owned();
            return Err(RunError::Message { reason });
        }
        Ok(run)
    }

    /// Trains these lanes beside the run and no others.
    ///
    /// # Errors
    /// A data file is missing or damaged.
    pub fn accompany(&mut self, lanes: Vec<LaneSpec>, source: &mut Source) -> Result<(), RunError> {
        let wanted = |id| id == LaneId::Run || lanes.iter().any(|spec| spec.lane == id);
        let groups = std::mem::take(&mut self.groups);
        self.groups = groups.into_iter().filter_map(|group| group.keep(wanted)).collect();
        let mut new: Vec<Vec<LaneSpec>> = Vec::new();
        for spec in lanes.into_iter().filter(|spec| self.find(spec.lane).is_none()) {
            let is_seed = |spec: &LaneSpec| matches!(spec.lane, LaneId::Seed(_));
            let fits = |group: &&mut Vec<LaneSpec>| {
                group[0].experiment.fits_beside(&spec.experiment) && is_seed(&group[0]) == is_seed(&spec)
            };
            match new.iter_mut().find(fits) {
                Some(group) => group.push(spec),
                None => new.push(vec![spec]),
            }
        }
        for lanes in new {
            self.groups.push(Group::start(lanes, source)?);
        }
        Ok(())
    }

    fn find(&self, id: LaneId) -> Option<(usize, usize)> {
        let places = self.groups.iter().enumerate();
        places.filter_map(|(index, group)| Some((index, group.place(id)?))).next()
    }

    /// The group of the run, and its place there.
    fn itself(&self) -> (&Group, usize) {
        let (group, lane) = self.find(LaneId::Run).expect("nothing removes the run");
        (&self.groups[group], lane)
    }

    fn live(&self) -> &Live {
        let (group, lane) = self.itself();
        &group.lanes()[lane].experiment.live
    }

    /// Steps the run has done.
    pub fn step(&self) -> u32 {
        self.itself().0.step()
    }

    /// Step at which the run pauses.
    pub fn budget(&self) -> u32 {
        self.live().steps
    }

    /// Whether something has done fewer steps than the run and must catch up.
    pub fn waits(&self) -> bool {
        let step = self.step();
        self.groups.iter().any(|group| group.step() < step)
    }

    /// What a visitor should know about the data and the model.
    pub fn facts(&self) -> DataFacts {
        let (group, lane) = self.itself();
        let (network, dataset) = (group.fleet().network(), &group.lanes()[lane].dataset);
        let names = network.names();
        let parameters: usize = network.tensors().iter().map(|[rows, columns]| rows * columns).sum();
        DataFacts {
            classes: dataset.classes.clone(),
            image: dataset.image.map(|shape| shape.map(|side| side as u32)),
            features: dataset.pool.features as u32,
            probe: support(&dataset.probe.labels, dataset.classes.len()),
            missing: dataset.missing.clone(),
            parameters: parameters as u32,
            hidden: names[..names.len() - 1].to_vec(),
            layers: names,
        }
    }

    /// Changes the run's live knobs, and those of its seeds when they have done as many steps; with
    /// `fork`, the model as it was goes on unchanged as that branch.
    pub fn adjust(&mut self, live: &Live, fork: Option<u8>) {
        let Some((group, lane)) = self.find(LaneId::Run) else { return };
        let step = self.groups[group].step();
        if let Some(branch) = fork {
            self.groups[group].fork(lane, LaneId::Branch(branch));
        }
        self.groups[group].adjust(lane, live.clone());
        for group in &mut self.groups {
            for lane in 0..group.lanes().len() {
                if matches!(group.lanes()[lane].id, LaneId::Seed(_)) {
                    group.adjust_at(lane, step, live.clone());
                }
            }
        }
    }

    /// Trains that many steps, fewer if lanes must catch up first or early stopping ends it; the last is
    /// recorded for the next observation.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn train(&mut self, steps: u32) -> Result<Progress, String> {
        let lowest = self.groups.iter().map(Group::step).min().unwrap_or_default();
        let next = self.groups.iter().map(Group::step).filter(|step| *step > lowest).min();
        let steps = next.map_or(steps, |next| steps.min(next - lowest));
        let is_run = |group: &Group| group.place(LaneId::Run).is_some();
        let leads = self.groups.iter().position(|group| is_run(group) && group.step() == lowest);
        let mut done = Trained { steps, stopped_early: false };
        if let Some(leader) = leads {
            let place = self.groups[leader].place(LaneId::Run);
            done = self.groups[leader].train(steps, place).await?;
        }
        for (index, group) in self.groups.iter_mut().enumerate() {
            if group.step() == lowest && Some(index) != leads {
                group.train(done.steps, None).await?;
            }
        }
        let run_steps = if leads.is_some() { done.steps } else { 0 };
        Ok(Progress { steps: run_steps, work: done.steps, stopped_early: done.stopped_early })
    }

    /// Waits until queued work is done, so that the GPU's queue stays short.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn settle(&self, backend: Backend) -> Result<(), String> {
        if backend == Backend::Gpu {
            for group in &self.groups {
                group.settle().await?;
            }
        }
        Ok(())
    }

    /// Looks at every lane.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn observe(&mut self) -> Result<Seen, String> {
        let (mut run, mut seeds, mut branches) = (None, Vec::new(), Vec::new());
        for group in &mut self.groups {
            if group.is_seen() && group.place(LaneId::Run).is_none() {
                continue;
            }
            let (step, looks) = (group.step(), group.observe().await?);
            for (place, look) in looks.into_iter().enumerate() {
                let one = |look| Snapshot { step, epoch: group.epoch(place), lanes: vec![look] };
                match group.lanes()[place].id {
                    LaneId::Run => run = Some(one(look)),
                    LaneId::Branch(number) => branches.push((number, one(look))),
                    LaneId::Seed(number) => seeds.push((number, step, group.epoch(place), look)),
                }
            }
        }
        // Seeds of two groups are shown once they have done equally many steps.
        order::sort_by(&mut seeds, |(a, ..), (b, ..)| a.cmp(b));
        let even = seeds.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let seeds = seeds.first().map(|first| (first.1, first.2)).filter(|_| even).map(|(step, epoch)| {
            Snapshot { step, epoch, lanes: seeds.into_iter().map(|(.., look)| look).collect() }
        });
        Ok(Seen { run: run.expect("nothing removes the run"), seeds, branches })
    }

    /// Looks inside the run's model.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn inspect(&self, wants: Wants) -> Result<Insight, String> {
        let (group, lane) = self.itself();
        group.inspect(lane, wants).await
    }

    /// Held-out examples with the run's answers.
    pub fn mistakes(&self, cell: Option<Cell>) -> Mistakes {
        let (group, lane) = self.itself();
        group.mistakes(lane, cell)
    }

    /// Everything needed to go on elsewhere.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn checkpoint(&self) -> Result<Checkpoint, String> {
        let mut groups = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            groups.push(group.state().await?);
        }
        Ok(Checkpoint { step: self.step(), groups })
    }

    /// State of the run alone.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn state(&self) -> Result<GroupState, String> {
        let (group, lane) = self.itself();
        group.state_of(lane).await
    }

    /// The run alone as it was.
    ///
    /// # Errors
    /// The state belongs to another model.
    pub fn moment(&self, state: &GroupState) -> Result<Group, RunError> {
        let (group, lane) = self.itself();
        group.moment(lane, state)
    }

    /// The run goes on as `group`, a moment of its own past; the run as it was becomes a branch, or is
    /// forgotten. Seeds begin again.
    pub fn replace(&mut self, group: Group, keep: Option<u8>) {
        let seeds = |id| matches!(id, LaneId::Seed(_));
        let old = std::mem::take(&mut self.groups);
        self.groups = vec![group];
        for mut group in old {
            if let (Some(place), Some(branch)) = (group.place(LaneId::Run), keep) {
                group.rename(place, LaneId::Branch(branch));
            }
            self.groups.extend(group.keep(|id| id != LaneId::Run && !seeds(id)));
        }
    }

    /// The run goes on as a branch of another, if it is given a number.
    pub fn become_branch(&mut self, number: Option<u8>) {
        if let (Some((group, lane)), Some(number)) = (self.find(LaneId::Run), number) {
            self.groups[group].rename(lane, LaneId::Branch(number));
        }
    }

    /// Training examples per class as the run gets them now.
    pub fn gallery(&self) -> Gallery {
        let (group, lane) = self.itself();
        let lane = &group.lanes()[lane];
        data::gallery(&lane.dataset, &lane.sampler, GALLERY, lane.experiment.batch_size as usize)
    }
}

/// Number of labels of each class.
fn support(labels: &[u8], classes: usize) -> Vec<u32> {
    let mut counts = vec![0; classes];
    labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
    counts
}
