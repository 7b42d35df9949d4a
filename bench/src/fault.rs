//! Faults: one kind per row, injected into a healthy experiment with a severity.
//!
//! Must not know whether it hurts; that is measured.

mod table;

use crate::cause::Cause;
use collapse_lab::experiment::Experiment;
use collapse_lab::stream::Stream;
pub use table::KINDS;

/// A kind of fault.
pub struct Kind {
    /// Stable name, also of its range in the frozen settings.
    pub name: &'static str,
    /// What is right to say about it.
    pub causes: &'static [Cause],
    /// Whether it can befall this experiment.
    applies: fn(&Experiment) -> bool,
    /// What the healthy twin needs so that it can.
    prepare: fn(&mut Experiment, &mut Stream),
    /// Injects it; the number grows with the severity.
    inject: fn(&mut Experiment, f32, &mut Stream),
}

impl Kind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Whether it can befall this experiment after [`Self::prepare`].
    pub fn applies(&self, experiment: &Experiment) -> bool {
        (self.applies)(experiment)
    }

    /// Changes a healthy experiment so that the fault can befall it.
    pub fn prepare(&self, experiment: &mut Experiment, stream: &mut Stream) {
        (self.prepare)(experiment, stream);
    }

    /// Injects the fault; `severity` from 0 (mild) to 1 goes log-uniformly over `range`.
    pub fn inject(&self, experiment: &mut Experiment, severity: f32, range: [f32; 2], stream: &mut Stream) {
        let [low, high] = range;
        (self.inject)(experiment, low * (high / low).powf(severity), stream);
    }
}

/// A severity in one of the bands, all bands together uniform.
pub fn severity(bands: &[[f32; 2]], stream: &mut Stream) -> f32 {
    let total: f32 = bands.iter().map(|[low, high]| high - low).sum();
    let mut left = stream.uniform() * total;
    for [low, high] in bands {
        if left < high - low {
            return low + left;
        }
        left -= high - low;
    }
    bands.last().map_or(1.0, |[_, high]| *high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frozen::Frozen;
    use crate::healthy;
    use collapse_lab::experiment::DataName;

    #[test]
    fn severities_stay_within_their_bands() {
        let bands = [[0.0, 0.2], [0.6, 0.8]];
        let mut stream = Stream::named(1, "test");
        let drawn: Vec<f32> = (0..500).map(|_| severity(&bands, &mut stream)).collect();
        assert!(drawn.iter().all(|s| *s < 0.2 || (0.6..0.8).contains(s)));
        let upper = drawn.iter().filter(|s| **s > 0.5).count();
        assert!((200..300).contains(&upper), "{upper}");
    }

    #[test]
    fn every_kind_changes_what_it_befalls_and_nothing_else_does() {
        let frozen = Frozen::load().expect("the frozen settings can be read");
        for kind in KINDS {
            let range = frozen.range(kind).expect("every kind has a range");
            let mut found = 0;
            let mut stream = Stream::named(3, kind.name);
            for _ in 0..200 {
                let set = healthy::pick(&mut stream, DataName::ALL);
                let mut twin = healthy::draw(set, &mut stream);
                kind.prepare(&mut twin, &mut stream);
                if !kind.applies(&twin) {
                    continue;
                }
                for severity in [0.0, 1.0] {
                    let mut broken = twin.clone();
                    kind.inject(&mut broken, severity, range, &mut stream);
                    assert_ne!(broken, twin, "{} at {severity}", kind.name);
                    assert_eq!(broken.data.name, twin.data.name);
                    // What a link cannot carry cannot be opened on the page.
                    let link = collapse_lab::experiment::link::write(&broken);
                    assert!(
                        collapse_lab::experiment::link::read(&link).notices.is_empty(),
                        "{}: {link}",
                        kind.name
                    );
                }
                found += 1;
            }
            assert!(found > 3, "{} befalls almost nothing", kind.name);
        }
    }
}
