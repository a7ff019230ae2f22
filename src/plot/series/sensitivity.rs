//! Which conclusions survive: the effect of the mode at the base and after every change.
//!
//! The effect is the p99 in another series by that in the first, as in the plot of the mode's effect
//! and in `effects.csv`: left of 1 the other is the faster one. See [`Ratio`] for how it and its
//! interval come about. A row whose interval reaches 1 does not support the conclusion that its
//! task group fares better in one mode than in the other; a row on the far side of 1 refutes it.

use std::collections::HashMap;

use super::mode_effect::{effect_label, paired_frame};
use super::name::short_path;
use super::{Arrangement, Made};
use crate::plot::axis::{Axis, Dimension, Scale};
use crate::plot::figure::{Change, EffectRow, Effects, Figure};
use crate::results::read::{Ratio, Results};

/// The figure of effects; where more is swept than the series, at the last place.
pub(in crate::plot) fn sensitivity(results: &Results, arrangement: &Arrangement) -> Made {
    if arrangement.series.len() < 2 {
        return Err("only one series is swept, so there is no effect to show".to_owned());
    }
    if results.p99.is_empty() {
        return Err(
            "tasks.csv is not in the result directory; run the experiment again".to_owned(),
        );
    }
    let slots = arrangement.slots();
    let slot = slots.last().expect("there is always a place");
    let bases = (0..arrangement.series.len())
        .map(|series| arrangement.point(series, slot.place, slot.facet));
    let effects = Compared {
        results,
        groups: &arrangement.groups,
        bases: bases.collect(),
        index: results
            .points
            .iter()
            .enumerate()
            .map(|(index, point)| (point.values.as_slice(), index))
            .collect(),
    };
    let changes = effects.changes();
    let columns = 0..arrangement.groups.len();
    let axes: Option<Vec<Axis>> = columns.map(|column| axis(&changes, column)).collect();
    let axes = axes.ok_or("a task group delivered no packet in one of the modes")?;
    let place = match slot.name.as_str() {
        "" => String::new(),
        name => format!(" at {name}"),
    };
    let subtitle = format!(
        "Mean p99 of the tasks{place}, compared pair by pair; one key changed in each row; hollow: \
         the interval reaches 1"
    );
    let frame = paired_frame(results, subtitle);
    Ok(Figure::Effects(Effects {
        frame,
        series: arrangement.series[1..].to_vec(),
        columns: arrangement.headings(),
        label: effect_label(arrangement),
        axes,
        changes,
        has_base: true,
        has_good_side: true,
    }))
}

/// What is compared: the base point of each series, and how to find points near it.
struct Compared<'a> {
    results: &'a Results,
    groups: &'a [String],
    bases: Vec<Option<usize>>,
    index: HashMap<&'a [String], usize>,
}

impl Compared<'_> {
    /// The base, then every varied key, the most consequential first.
    fn changes(&self) -> Vec<Change> {
        let base = EffectRow {
            value: String::new(),
            ratios: self.ratios(&self.bases),
        };
        let keys = self.results.manifest.sweep_keys.iter().enumerate();
        let mut changes: Vec<(f64, Change)> = keys
            .filter(|(_, key)| self.results.manifest.varied.contains(key))
            .map(|(column, key)| {
                let change = self.change(column, key);
                let rows = change.rows.iter();
                let swing = rows.map(|row| swing(&base, row)).fold(0.0, f64::max);
                (swing, change)
            })
            .collect();
        changes.sort_by(|a, b| b.0.total_cmp(&a.0));
        let base = Change {
            name: "base".to_owned(),
            rows: vec![base],
        };
        let changes = changes.into_iter().map(|(_, change)| change);
        std::iter::once(base).chain(changes).collect()
    }

    fn change(&self, column: usize, key: &str) -> Change {
        let points = &self.results.points;
        let base = &points[0].values[column];
        let mut values: Vec<&String> = Vec::new();
        for value in points.iter().map(|point| &point.values[column]) {
            if value != base && !values.contains(&value) {
                values.push(value);
            }
        }
        let rows = values.into_iter().map(|value| {
            let changed = self.bases.iter().map(|point| {
                let mut there = points[(*point)?].values.clone();
                there[column].clone_from(value);
                self.index.get(there.as_slice()).copied()
            });
            EffectRow {
                value: value.clone(),
                ratios: self.ratios(&changed.collect::<Vec<_>>()),
            }
        });
        Change {
            name: format!("{}: {base} →", short_path(key)),
            rows: rows.collect(),
        }
    }

    /// By task group, then by series after the first.
    fn ratios(&self, points: &[Option<usize>]) -> Vec<Vec<Option<Ratio>>> {
        let of_group = |group: &String| {
            let others = points[1..].iter();
            let ratio =
                |other: &Option<usize>| self.results.p99_ratio(((*other)?, points[0]?), group);
            others.map(ratio).collect()
        };
        self.groups.iter().map(of_group).collect()
    }
}

/// The largest factor, as a logarithm, between a ratio of `row` and the same at the base.
fn swing(base: &EffectRow, row: &EffectRow) -> f64 {
    let pairs = base
        .ratios
        .iter()
        .flatten()
        .zip(row.ratios.iter().flatten());
    let factors = pairs.filter_map(|(base, row)| Some((row.as_ref()?.value, base.as_ref()?.value)));
    factors
        .map(|(row, base)| (row / base).ln().abs())
        .fold(0.0, f64::max)
}

/// The axis of a column, which has room for 1; `None` if nothing is defined.
pub(super) fn axis(changes: &[Change], column: usize) -> Option<Axis> {
    let rows = changes.iter().flat_map(|change| &change.rows);
    let ratios = rows.flat_map(|row| row.ratios[column].iter().flatten());
    let mut reach: Vec<f64> = ratios
        .flat_map(|ratio| {
            let (low, high) = ratio.interval.unwrap_or((ratio.value, ratio.value));
            // An interval may be wide; the axis need not follow it further than to a half.
            [low.max(ratio.value / 2.0), high.min(ratio.value * 2.0)]
        })
        .collect();
    if reach.is_empty() {
        return None;
    }
    reach.push(1.0);
    let scale = Scale::log_around(reach.into_iter())?;
    Some(Axis::new("", Dimension::Plain.unit_for(1.0), scale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::testing::varied_results;

    /// The synthetic p99 is 100 µs in bridge mode and, in awsvpc, 50 µs at the base; with one
    /// varied value of `b` it is 400 µs, with one of `a` 40 µs: by hand, awsvpc takes 1/2, 4 and 2/5 of
    /// the time that bridge mode takes.
    #[test]
    fn keys_are_sorted_by_how_far_they_move_the_effect() {
        let results = varied_results();
        let figure = sensitivity(&results, &Arrangement::new(&results)).unwrap();
        let Figure::Effects(effects) = figure else {
            panic!("a sensitivity is a figure of effects");
        };
        let names: Vec<&str> = effects.changes.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["base", "b: 1 ms →", "a: 1 ms →"]);
        let values: Vec<&str> = effects
            .changes
            .iter()
            .flat_map(|change| &change.rows)
            .map(|row| row.value.as_str())
            .collect();
        assert_eq!(values, ["", "2 ms", "3 ms", "2 ms"]);
        let ratios: Vec<f64> = effects
            .changes
            .iter()
            .flat_map(|change| &change.rows)
            .map(|row| row.ratios[0][0].unwrap().value)
            .collect();
        for (ratio, expected) in ratios.iter().zip([0.5, 0.5, 4.0, 0.4]) {
            assert!((ratio - expected).abs() < 1e-9, "{ratios:?}");
        }
        assert_eq!(effects.series.len(), 1);
        assert_eq!(effects.columns, ["a"]);
        let label = "p99 in awsvpc ÷ p99 in bridge (shaded: awsvpc is faster)";
        assert_eq!(effects.label, label);
        let Scale::Log { low, high } = effects.axes[0].scale else {
            panic!("ratios have a logarithmic axis");
        };
        assert!(low < 0.4 && high > 4.0);
    }

    #[test]
    fn without_tasks_or_a_second_series_there_is_a_reason() {
        let mut results = varied_results();
        results.p99.clear();
        let reason = sensitivity(&results, &Arrangement::new(&results)).unwrap_err();
        assert!(reason.contains("tasks.csv"), "{reason}");
        results.points.retain(|point| point.values[0] == "bridge");
        let reason = sensitivity(&results, &Arrangement::new(&results)).unwrap_err();
        assert!(reason.contains("only one series"), "{reason}");
    }
}
