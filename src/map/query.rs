//! A map in the page's address: `?map=learning_rate,imbalance&grid=16x16&seeds=4&steps=300#v=1&…`.
//!
//! The query says how the map is made, the fragment is the experiment all cells share and, in a finished
//! map's link, the outcomes. Reading never fails. Must not know the browser.

use super::axis::Axis;
use super::measure::Measure;
use super::spec::{GRID, MapSpec, SEEDS, STEPS};
use crate::experiment::knob::knob;
use crate::experiment::link::{self, pairs, short};
use crate::experiment::{DataName, DataSpec, Experiment};
use crate::order;
use crate::t;
use std::ops::RangeInclusive;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The map.
    pub spec: MapSpec,
    /// What colours show.
    pub measure: Measure,
    /// Outcomes as [`super::share`] packs them, if the address carries some.
    pub packed: Option<String>,
    /// What was changed or not understood, one sentence each.
    pub notices: Vec<String>,
}

/// Key of the outcomes in the fragment.
const PACKED: &str = "cells";

/// Whether a query asks for a map at all.
pub fn is_wanted(query: &str) -> bool {
    pairs(query).iter().any(|(key, _)| key == "map")
}

/// Reads an address's query and fragment, each with or without its first sign.
pub fn read(query: &str, fragment: &str) -> Asked {
    let (packed, rest): (Vec<_>, Vec<_>) =
        fragment.trim_start_matches('#').split('&').partition(|pair| pair.starts_with("cells="));
    let linked = link::read(&rest.join("&"));
    // Without an experiment: the data about which theory says most.
    let base = match rest[..] {
        [""] | [] => Experiment {
            data: DataSpec { name: DataName::Gaussians, ..linked.experiment.data },
            ..linked.experiment
        },
        _ => linked.experiment,
    };
    let mut notices = linked.notices;
    let mut base = base;
    if base.data.name == DataName::Own {
        // The map is a page of its own, and the visitor's data are with the other.
        base.data.name = DataName::Gaussians;
        notices.push(t!("map.own").to_owned());
    }
    let mut asked = Asked {
        spec: MapSpec::new(base),
        measure: Measure::default(),
        packed: packed.first().map(|pair| pair[PACKED.len() + 1..].to_owned()),
        notices,
    };
    // Ranges belong to the axes, in whatever order the keys come.
    let mut pairs = pairs(query);
    order::sort_by(&mut pairs, |(a, _), (b, _)| (b == "map").cmp(&(a == "map")));
    for (key, value) in pairs {
        if let Err(reason) = apply(&mut asked, &key, &value) {
            asked.notices.push(t!("map.wrong", key = short(&key), value = short(&value), reason = reason));
        }
    }
    asked
}

/// The query of a map without its `?`; what a map has anyway is left out, except the axes.
pub fn write(spec: &MapSpec, measure: Measure) -> String {
    let usual = MapSpec::new(spec.base.clone());
    let mut query = format!("map={},{}", spec.x.knob.name, spec.y.knob.name);
    for (key, axis) in [("x", spec.x), ("y", spec.y)] {
        if Axis::new(axis.knob) != Some(axis) {
            let (low, high) = axis.ends();
            query += &format!("&{key}={}:{}", low as f32, high as f32);
        }
    }
    if (spec.columns, spec.rows) != (usual.columns, usual.rows) {
        query += &format!("&grid={}x{}", spec.columns, spec.rows);
    }
    for (key, value, usual) in [("seeds", spec.seeds, usual.seeds), ("steps", spec.steps, usual.steps)] {
        if value != usual {
            query += &format!("&{key}={value}");
        }
    }
    if measure != Measure::default() {
        query += &format!("&show={}", measure.name());
    }
    query
}

/// The fragment of a map without its `#`, with the outcomes if there are some.
pub fn fragment(spec: &MapSpec, packed: Option<&str>) -> String {
    let link = link::write(&spec.base);
    match packed {
        Some(packed) => format!("{link}&{PACKED}={packed}"),
        None => link,
    }
}

/// Two different axes; an axis without an effect in this experiment is allowed, and its map is even.
///
/// # Errors
/// What is wrong, for the visitor.
fn axes(text: &str) -> Result<(Axis, Axis), String> {
    let axis = |name: &str| {
        let name = name.trim();
        knob(name).and_then(Axis::new).ok_or_else(|| t!("map.wrong.axis", name = short(name)))
    };
    match text.split_once(',') {
        Some((x, y)) if x.trim() == y.trim() => Err(t!("map.wrong.same").to_owned()),
        Some((x, y)) => Ok((axis(x)?, axis(y)?)),
        None => Err(t!("map.wrong.axes").to_owned()),
    }
}

fn apply(asked: &mut Asked, key: &str, value: &str) -> Result<(), String> {
    let spec = &mut asked.spec;
    match key {
        // The button in the page asks for a map without saying which.
        "map" if value.is_empty() => {}
        "map" => (spec.x, spec.y) = axes(value)?,
        "x" => spec.x = range(spec.x, value)?,
        "y" => spec.y = range(spec.y, value)?,
        "grid" => {
            let sides = value.split_once('x').and_then(|(columns, rows)| {
                let side = |text| whole(text, GRID.0..=GRID.1).ok();
                Some((side(columns)?, side(rows)?))
            });
            let wrong = || t!("map.wrong.grid", low = GRID.0, high = GRID.1);
            (spec.columns, spec.rows) = sides.ok_or_else(wrong)?;
        }
        "seeds" => spec.seeds = whole(value, SEEDS.0..=SEEDS.1)?,
        "steps" => spec.steps = whole(value, STEPS.0..=STEPS.1)?,
        "show" => {
            let known = || Measure::ALL.map(Measure::name).join(", ");
            let wrong = || t!("map.wrong.show", known = known());
            asked.measure = Measure::named(value).ok_or_else(wrong)?;
        }
        // Theme and language are read elsewhere, and what mail programs add is nobody's business.
        _ => {}
    }
    Ok(())
}

fn range(axis: Axis, text: &str) -> Result<Axis, String> {
    let ends = text.split_once(':').and_then(|(low, high)| {
        // Through f32, as links write numbers.
        let number = |text: &str| text.trim().parse::<f32>().ok()?.to_string().parse::<f64>().ok();
        Some((number(low)?, number(high)?))
    });
    let wrong = || t!("map.wrong.range", allowed = axis.knob.allowed());
    ends.and_then(|(low, high)| axis.between(low, high)).ok_or_else(wrong)
}

fn whole(text: &str, allowed: RangeInclusive<u32>) -> Result<u32, String> {
    let wrong = || t!("map.wrong.whole", low = *allowed.start(), high = *allowed.end());
    text.trim().parse().ok().filter(|number| allowed.contains(number)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_round_trips() {
        let mut base = Experiment::default();
        base.data.name = DataName::Gaussians;
        let plain = MapSpec::new(base);
        let axis = |name: &str| knob(name).and_then(Axis::new).expect("an axis");
        let other = MapSpec {
            x: axis("width"),
            y: axis("separation").between(0.5, 2.0).expect("inside"),
            columns: 24,
            rows: 5,
            seeds: 8,
            steps: 1000,
            ..plain.clone()
        };
        for (spec, measure) in [(plain, Measure::Classes), (other, Measure::Collapsed)] {
            let (query, link) = (write(&spec, measure), fragment(&spec, Some("AbC")));
            let asked = read(&["?", &query].concat(), &["#", &link].concat());
            assert_eq!((&asked.spec, asked.measure), (&spec, measure), "{query}#{link}");
            assert_eq!((asked.packed.as_deref(), asked.notices), (Some("AbC"), vec![]));
        }
    }

    #[test]
    fn the_usual_map_has_a_short_address() {
        let spec = MapSpec::new(Experiment::default());
        assert_eq!(write(&spec, Measure::default()), "map=learning_rate,imbalance");
        assert_eq!(fragment(&spec, None), "v=1");
        assert!(is_wanted("?map") && is_wanted("?theme=dark&map=depth,width") && !is_wanted("?mapped=1"));
        assert_eq!(read("?map", "#v=1").spec, spec);
        assert_eq!(read("?map", "").spec.base.data.name, DataName::Gaussians);
    }

    #[test]
    fn wrong_values_are_named_and_left_at_the_usual() {
        let usual = read("map", "").spec;
        let cases = [
            ("map=learning_rate", "two settings"),
            ("map=learning_rate,learning_rate", "two different"),
            ("map=learning_rate,data", "'data'"),
            ("map=seed_data,imbalance", "'seed_data'"),
            ("x=1:0.1", "0.000001 to 10"),
            ("y=0:10", "1 to 1000"),
            ("grid=25x4", "2 to 24"),
            ("grid=9", "2 to 24"),
            ("seeds=0", "1 to 8"),
            ("steps=5", "10 to 20,000"),
            ("show=loss", "n_eff, skill, collapsed, minority_recall"),
        ];
        for (query, part) in cases {
            let asked = read(query, "");
            assert_eq!(asked.spec, usual, "{query}");
            assert!(
                asked.notices.len() == 1 && asked.notices[0].contains(part),
                "{query}: {:?}",
                asked.notices
            );
        }
        assert!(read("map=width,depth&x=2:64&utm_source=mail&theme=dark", "").notices.is_empty());
    }

    #[test]
    fn ranges_may_stand_before_their_axes() {
        let asked = read("x=2:64&map=width,depth", "");
        assert_eq!((asked.spec.x.ends(), asked.notices.len()), ((2.0, 64.0), 0));
    }
}
