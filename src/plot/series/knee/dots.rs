//! Latency without a swept number: a row of dots per series.

use super::super::stages::{all_slots, present_series};
use super::super::theory::{label, said};
use super::super::{Arrangement, Bands, Made, frame, sample};
use super::{QUANTILES, UNDEFINED};
use crate::plot::axis::{Axis, Dimension, Scale, Unit, typical};
use crate::plot::figure::{Block, Dot, Figure, LegendEntry, Mark, RowPanel, Rows};
use crate::plot::palette::Marker;
use crate::results::read::{Results, Theory};

/// Markers of the quantiles.
const MARKERS: [Marker; 3] = [Marker::Circle, Marker::Diamond, Marker::Square];

/// A row per series, a dot per quantile, a block per place of a categorical axis.
pub(super) fn dots(results: &Results, arrangement: &Arrangement, theory: &Theory) -> Made {
    let slots = all_slots(arrangement);
    let mut values = Vec::new();
    let mut is_doubtful = false;
    for slot in &slots {
        for series in present_series(arrangement, slot) {
            let point = arrangement.point(series, slot.place, slot.facet);
            for group in &arrangement.groups {
                let dots = dots_of(results, theory, point, group);
                is_doubtful |= dots.iter().any(|dot| dot.doubtful);
                values.extend(dots.iter().map(|dot| dot.value));
            }
        }
    }
    let scale = Scale::log_around(values.iter().copied()).ok_or(UNDEFINED)?;
    let unit = Dimension::Nanoseconds.unit_for(typical(values.into_iter()).ok_or(UNDEFINED)?);
    let last = slots.len() - 1;
    let blocks = slots.iter().enumerate().map(|(index, slot)| {
        let rows = present_series(arrangement, slot);
        let points: Vec<Option<usize>> = rows
            .iter()
            .map(|series| arrangement.point(*series, slot.place, slot.facet))
            .collect();
        let panels = arrangement.groups.iter().map(|group| RowPanel {
            axis_shown: index == last,
            ..panel((results, theory), &points, group, unit, scale)
        });
        Block {
            heading: slot.name.clone(),
            panels: panels.collect(),
            rows,
        }
    });
    let mut legend: Vec<LegendEntry> = QUANTILES
        .iter()
        .zip(MARKERS)
        .map(|((_, name), marker)| LegendEntry::Dot(marker, (*name).to_owned()))
        .collect();
    let known = said(theory, arrangement, &QUANTILES);
    legend.extend(label(known).map(|label| LegendEntry::Dot(Marker::Tick, label)));
    let subtitle = "Sojourn time by percentile".to_owned();
    Ok(Figure::Rows(Rows {
        frame: frame(results, subtitle, Bands::Interval).doubted(is_doubtful, "hollow"),
        series: arrangement.series.clone(),
        columns: arrangement.headings(),
        legend,
        blocks: blocks.collect(),
    }))
}

fn panel(
    (results, theory): (&Results, &Theory),
    points: &[Option<usize>],
    group: &str,
    unit: Unit,
    scale: Scale,
) -> RowPanel {
    let mark = |point: &Option<usize>| match dots_of(results, theory, *point, group) {
        dots if dots.is_empty() => Mark::Nothing,
        dots => Mark::Dots(dots),
    };
    RowPanel {
        axis: Axis::new("Sojourn time", unit, scale),
        axis_shown: true,
        marks: points.iter().map(mark).collect(),
    }
}

/// The defined quantiles of a task group at a point, and on top what theory says of them.
fn dots_of(results: &Results, theory: &Theory, point: Option<usize>, group: &str) -> Vec<Dot> {
    let Some(point) = point else {
        return Vec::new();
    };
    let quantiles = QUANTILES.iter().zip(MARKERS);
    let dots = quantiles.filter_map(|((metric, _), marker)| {
        let estimate = results.points[point].get(group, *metric)?;
        Some(Dot {
            marker,
            value: estimate.value,
            band: sample(0.0, estimate).band,
            doubtful: results.is_doubtful(point, group, *metric),
        })
    });
    let known = theory.of(point, group);
    let known = QUANTILES.iter().filter_map(|(metric, _)| {
        Some(Dot {
            marker: Marker::Tick,
            value: known?.get(*metric)?,
            band: None,
            doubtful: false,
        })
    });
    dots.chain(known).collect()
}
