//! The paired effect of the mode: what another does to the packets of the first.
//!
//! The effect is the p99 of a task group in the other mode by that in the first, replication by
//! replication; the table `effects.csv` has it for every metric. Left of 1 the other mode is the
//! faster one.

use std::ops::Range;

use super::name::mode_label;
use super::sensitivity::axis;
use super::{Abscissa, Arrangement, Bands, Made, frame, replications, replications_in_words};
use crate::plot::axis::format_significant;
use crate::plot::figure::{Change, EffectRow, Effects, Figure, Frame};
use crate::results::read::{Effect, MODE_KEYS, Metric, Ratio, ReadError, Results};

/// Most places of one facet that are shown.
const PLACES_MAX: usize = 14;

/// The figure of effects, a row per place of the sweep.
pub(in crate::plot) fn mode_effect(
    results: &Results,
    arrangement: &Arrangement,
) -> Result<Made, ReadError> {
    let Some(effects) = results.effects()? else {
        let reason = "effects.csv is not in the result directory; run the experiment again";
        return Ok(Err(reason.to_owned()));
    };
    Ok(figure(results, arrangement, &effects))
}

fn figure(results: &Results, arrangement: &Arrangement, effects: &[Effect]) -> Made {
    if arrangement.series.len() < 2 {
        return Err("only one series is swept, so there is no effect to show".to_owned());
    }
    let found = Found::new(results, effects);
    let mut reductions = Vec::new();
    let others = 1..arrangement.series.len();
    let changes = changes(arrangement, &arrangement.groups, others, |point, group| {
        let effect = found.effect(point, group)?;
        reductions.extend(effect.ratio.and(effect.variance_reduction));
        effect.ratio
    });
    let columns = 0..arrangement.groups.len();
    let axes: Option<Vec<_>> = columns.map(|column| axis(&changes, column)).collect();
    let axes = axes.ok_or("a task group delivered no packet in one of the modes")?;
    let subtitle = format!(
        "Effect on p99, the same packets in each mode{}; hollow: the interval reaches 1",
        saved(reductions)
    );
    let frame = paired_frame(results, subtitle);
    Ok(Figure::Effects(Effects {
        frame,
        series: arrangement.series[1..].to_vec(),
        columns: arrangement.headings(),
        label: effect_label(arrangement),
        axes,
        changes,
        has_base: false,
        has_good_side: true,
    }))
}

/// What is divided by what in every figure that compares modes: the other by the first, as the
/// columns of `effects.csv` are, and which side of 1 is the other's.
pub(super) fn effect_label(arrangement: &Arrangement) -> String {
    let first = &arrangement.series[0].label;
    let other = match &arrangement.series[1..] {
        [only] => &only.label,
        _ => "the other mode",
    };
    format!("p99 in {other} ÷ p99 in {first} (shaded: {other} is faster)")
}

/// The words around a figure of paired ratios.
pub(super) fn paired_frame(results: &Results, subtitle: String) -> Frame {
    let mut frame = frame(results, subtitle, Bands::Interval);
    let version = frame.footer.rsplit(" · ").next().unwrap_or_default();
    let replications = match replications(results) {
        (_, 1) => "1 replication, no interval".to_owned(),
        (least, most) => format!(
            "{}, geometric mean of their ratios, bars: 95 % interval",
            replications_in_words(least, most)
        ),
    };
    frame.footer = format!("{replications} · {version}");
    frame
}

/// What common random numbers saved, in words.
pub(super) fn saved(mut reductions: Vec<f64>) -> String {
    reductions.sort_by(f64::total_cmp);
    let number = |value: &f64| format_significant(*value, 2);
    let (Some(least), Some(most)) = (reductions.first(), reductions.last()) else {
        return String::new();
    };
    let median = number(&reductions[reductions.len() / 2]);
    let range = match reductions.len() {
        1 => String::new(),
        _ => format!(" ({} to {})", number(least), number(most)),
    };
    format!(": worth {median} × the replications{range}")
}

/// A block per facet, a row per place, a ratio per group and series.
pub(super) fn changes(
    arrangement: &Arrangement,
    groups: &[String],
    series: Range<usize>,
    mut ratio: impl FnMut(usize, &str) -> Option<Ratio>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for (facet, facet_name) in arrangement.facets.iter().enumerate() {
        let rows = places(&arrangement.abscissa)
            .into_iter()
            .map(|(place, value)| {
                let mut of = |group: &str, series| {
                    let point = arrangement.point(series, place, facet)?;
                    ratio(point, group)
                };
                let ratios = groups.iter().map(|group| {
                    let all = series.clone();
                    all.map(|series| of(group, series)).collect()
                });
                EffectRow {
                    ratios: ratios.collect(),
                    value,
                }
            });
        let name = [arrangement.abscissa.name(), facet_name.as_str()];
        let name: Vec<&str> = name.into_iter().filter(|part| !part.is_empty()).collect();
        changes.push(Change {
            rows: rows.collect(),
            name: name.join(", "),
        });
    }
    changes
}

/// The places of a facet that are shown, with their values.
fn places(abscissa: &Abscissa) -> Vec<(usize, String)> {
    let all: Vec<(usize, String)> = match abscissa {
        Abscissa::Numeric { values, .. } => {
            let texts = values.iter().map(|(_, text)| text.clone());
            texts.enumerate().collect()
        }
        Abscissa::Category { values, .. } => values.iter().cloned().enumerate().collect(),
        Abscissa::Single => vec![(0, String::new())],
    };
    let step = all.len().div_ceil(PLACES_MAX);
    let last = all.len() - 1;
    let shown = |(place, _): &(usize, String)| place % step == 0 || *place == last;
    all.into_iter().filter(shown).collect()
}

/// Effects on p99, and how to find one.
struct Found<'a> {
    results: &'a Results,
    /// Columns of the swept keys that are no modes.
    outside: Vec<usize>,
    /// Column of mode and of arbitration, if swept.
    modes: [Option<usize>; 2],
    effects: Vec<&'a Effect>,
}

impl<'a> Found<'a> {
    fn new(results: &'a Results, effects: &'a [Effect]) -> Self {
        let keys = &results.manifest.sweep_keys;
        let is_mode = |column: &usize| MODE_KEYS.contains(&keys[*column].as_str());
        let effects = effects.iter();
        Found {
            results,
            outside: (0..keys.len()).filter(|column| !is_mode(column)).collect(),
            modes: MODE_KEYS.map(|key| keys.iter().position(|swept| swept == key)),
            effects: effects.filter(|e| e.metric == Metric::SojournP99).collect(),
        }
    }

    /// The effect at `point`. A mode that has no choice of arbitration has one effect, whatever is
    /// swept.
    fn effect(&self, point: usize, group: &str) -> Option<&'a Effect> {
        let values = &self.results.points[point].values;
        let is_there = |effect: &Effect| {
            let outside = self.outside.iter().map(|column| &values[*column]);
            outside.eq(&effect.values)
        };
        let is_at = |column: Option<usize>, label: &String| {
            column.is_none_or(|column| values[column] == *label)
        };
        let is_mode = |effect: &Effect| {
            let [mode, arbitration] = &effect.labels[..] else {
                return false;
            };
            let has_choice = mode_label(mode, arbitration, true) != *mode;
            is_at(self.modes[0], mode) && (!has_choice || is_at(self.modes[1], arbitration))
        };
        let effects = self.effects.iter().copied();
        let mut effects = effects.filter(|effect| effect.task_group == group);
        effects.find(|effect| is_there(effect) && is_mode(effect))
    }
}

#[cfg(test)]
mod tests;
