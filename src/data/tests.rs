//! What must hold for every data set, walked over [`DataName::ALL`].

use super::*;
use crate::experiment::Experiment;
use crate::experiment::knob::MAX_CLASSES;

#[test]
fn the_table_has_one_row_per_name_and_agrees_with_the_experiment() {
    assert_eq!(SETS.len(), DataName::ALL.len());
    for &name in DataName::ALL {
        let mut experiment = Experiment::default();
        experiment.data.name = name;
        let set = set(name);
        assert_eq!(set.classes.len(), experiment.classes(), "{name:?}");
        assert_eq!(set.image.is_some(), experiment.is_image(), "{name:?}");
        assert_eq!(set.image.map_or(set.features, |sides| sides.iter().product()), set.features, "{name:?}");
        assert!(set.classes.len() <= MAX_CLASSES && set.probe_per_class >= 30, "{name:?}");
        assert!(!set.attribution.is_empty(), "{name:?}");
    }
}
