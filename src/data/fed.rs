//! What the model sees: the next batch, drawn, changed, blended and scaled like any other.
//!
//! Must not move the sampler: looking never changes the run.

use super::feed::moments;
use super::gallery::picture;
use super::{Dataset, Sampler};
use crate::protocol::{Fed, FedFeature, Spread};

/// Pictures at most.
const PICTURES: usize = 10;
/// Examples in the table of features.
const EXAMPLES: usize = 4;

/// The next `batch` examples that `sampler` would give, and how the probe set compares with the pool.
pub fn fed(dataset: &Dataset, sampler: &Sampler, batch: usize) -> Fed {
    let mut sampler = sampler.clone();
    let features = dataset.pool.features;
    let (mut inputs, mut labels) = (vec![0.0; batch * features], vec![0; batch]);
    sampler.draw(dataset, &mut inputs, &mut labels);
    sampler.mix(&mut inputs, &labels);
    let rows = || inputs.chunks_exact(features);
    let is_image = dataset.image.is_some();
    let pictures = rows().take(if is_image { PICTURES } else { 0 }).map(|row| picture(dataset, row));
    let is_plane = !is_image && features == 2;
    let points = rows().zip(&labels).take(if is_plane { batch } else { 0 });
    let (shift, stretch) = away(dataset);
    Fed {
        train: spread(&inputs),
        probe: spread(&dataset.probe.inputs),
        shift,
        stretch,
        pictures: pictures.collect(),
        features: if is_image { Vec::new() } else { columns(dataset, &inputs) },
        points: points.map(|(row, &label)| (row[0], row[1], label)).collect(),
    }
}

fn columns(dataset: &Dataset, inputs: &[f32]) -> Vec<FedFeature> {
    let named = dataset.names.len();
    let column = |feature: usize| FedFeature {
        name: match dataset.names.get(feature) {
            Some(name) => name.clone(),
            None => dataset.missing[feature - named].feature.clone(),
        },
        is_indicator: feature >= named,
        deviation: dataset.feeds[feature].deviation,
        values: inputs.chunks_exact(dataset.pool.features).take(EXAMPLES).map(|row| row[feature]).collect(),
    };
    (0..dataset.pool.features).map(column).collect()
}

fn spread(numbers: &[f32]) -> Spread {
    let (low, high) = numbers
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &number| (low.min(number), high.max(number)));
    let count = numbers.len() as f64;
    let mean = numbers.iter().map(|&number| f64::from(number)).sum::<f64>() / count;
    let square = numbers.iter().map(|&number| (f64::from(number) - mean).powi(2)).sum::<f64>();
    Spread { low, high, mean: mean as f32, deviation: (square / count).sqrt() as f32 }
}

/// How far the probe's columns lie from the pool's and how much wider they are, on average.
fn away(dataset: &Dataset) -> (f32, f32) {
    let area = dataset.image.map_or(1, |[_, height, width]| height * width);
    let (mut shift, mut stretch, mut count) = (0.0, 0.0, 0.0);
    for (feed, (mean, deviation)) in dataset.feeds.iter().zip(moments(&dataset.probe, area)) {
        let own = f64::from(feed.deviation);
        if own > 0.0 && deviation > 0.0 {
            shift += (mean - f64::from(feed.mean)) / own;
            stretch += (deviation / own).ln();
            count += 1.0;
        }
    }
    let count = f64::max(count, 1.0);
    ((shift / count) as f32, (stretch / count).exp() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{load, spec};
    use crate::experiment::{DataName, DataSpec, Experiment, Live, Missing};

    fn seen(spec: &DataSpec, live: &Live) -> Fed {
        let dataset = load(spec, 1);
        let sampler = Sampler::new(&dataset, spec, 1, live);
        let before = sampler.clone();
        let fed = fed(&dataset, &sampler, 32);
        assert!(sampler == before, "looking does not move the run");
        fed
    }

    fn live() -> Live {
        Experiment::default().live
    }

    #[test]
    fn numbers_are_those_fed_in() {
        let raw =
            seen(&DataSpec { input_scale: 255.0, input_offset: 10.0, ..spec(DataName::Mnist) }, &live());
        assert_eq!((raw.train.low, raw.train.high), (10.0, 265.0));
        assert!((30.0..60.0).contains(&raw.train.mean), "{:?}", raw.train);
        let standard = DataSpec { standardise: true, ..spec(DataName::Shapes) };
        let standard = seen(&standard, &live());
        assert!(standard.train.mean.abs() < 0.2 && (standard.train.deviation - 1.0).abs() < 0.2);
    }

    #[test]
    fn pictures_for_images_features_for_vectors_points_for_the_plane() {
        for &name in DataName::ALL {
            let fed = seen(&spec(name), &live());
            let dataset = load(&spec(name), 1);
            let is_image = dataset.image.is_some();
            assert_eq!(fed.pictures.len(), if is_image { 10 } else { 0 }, "{name:?}");
            assert_eq!(fed.features.len(), if is_image { 0 } else { dataset.pool.features }, "{name:?}");
            assert!(fed.features.iter().all(|feature| feature.values.len() == 4 && !feature.name.is_empty()));
            assert_eq!(fed.points.len(), if spec(name).is_plane() { 32 } else { 0 }, "{name:?}");
        }
    }

    #[test]
    fn indicators_carry_the_name_of_what_was_missing() {
        let spec = DataSpec { missing: Missing::Indicator, ..spec(DataName::Hypothyroid) };
        let fed = seen(&spec, &live());
        let indicators: Vec<&str> =
            fed.features.iter().filter(|f| f.is_indicator).map(|f| &f.name[..]).collect();
        assert_eq!(indicators, ["age", "female", "TSH", "T3", "TT4", "T4U", "FTI", "TBG"]);
    }

    #[test]
    fn a_spoilt_probe_is_far_away_and_a_sound_one_is_not() {
        for &name in DataName::ALL {
            let sound = seen(&spec(name), &live());
            assert!(sound.shift.abs() < 0.5 && (0.5..2.0).contains(&sound.stretch), "{name:?} {sound:?}");
            let shifted = seen(&DataSpec { test_shift: 1.5, ..spec(name) }, &live());
            assert!((shifted.shift - sound.shift - 1.5).abs() < 0.01, "{name:?}");
            let scaled = seen(&DataSpec { test_scale: 10.0, ..spec(name) }, &live());
            assert!((scaled.stretch / sound.stretch - 10.0).abs() < 0.1, "{name:?}");
        }
    }
}
