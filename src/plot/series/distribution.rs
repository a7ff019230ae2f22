//! Whole distributions: sojourn time by percentile, and the complementary distribution.
//!
//! Both figures show the same quantile curves; one has the nines on the x axis, the other the time.

use super::curve::Curve;
use super::theory::{theory_series, with_theory};
use super::{Arrangement, Bands, Made, Slot, frame, log_reach, samples};
use crate::plot::axis::{Axis, Dimension, Scale, Unit, extent, typical};
use crate::plot::figure::{Figure, Grid, GridRow, Key, Line, Panel, Sample, Shape};
use crate::results::read::{Results, Theory};

/// The percentile figure: x in nines, y the sojourn time.
pub(in crate::plot) fn percentiles(
    results: &Results,
    arrangement: &Arrangement,
    (curves, theory): (&[Curve], &Theory),
) -> Made {
    let all: Vec<Line> = curves
        .iter()
        .map(|curve| to_line(arrangement, curve, |s| s))
        .collect();
    let (_, nines) = extent(samples(all.iter()).map(|s| s.x)).ok_or(NO_HISTOGRAMS)?;
    let x = Axis::new(
        "Percentile",
        PERCENT,
        Scale::Nines {
            high: nines.max(1.0),
        },
    );
    let unit =
        Dimension::Nanoseconds.unit_for(typical(samples(all.iter()).map(|s| s.y)).unwrap_or(0.0));
    let y = |lines: &[&Line]| {
        let scale = Scale::log_around(log_reach(samples(lines.iter().copied())))?;
        Some(Axis::new("Sojourn time", unit, scale))
    };
    let rows = rows(arrangement, curves, &all, y);
    let subtitle = "Sojourn time by percentile";
    let series = shown(arrangement, curves, theory);
    grid(
        results,
        arrangement,
        (subtitle, Bands::Interval),
        series,
        x,
        rows,
    )
}

/// The complementary distribution, log–log: the share of packets that took longer.
pub(in crate::plot) fn ccdf(
    results: &Results,
    arrangement: &Arrangement,
    (curves, theory): (&[Curve], &Theory),
) -> Made {
    let transposed = |s: Sample| Sample {
        x: s.y.max(1.0),
        y: 10f64.powf(-s.x),
        band: None,
        doubtful: s.doubtful,
    };
    let all: Vec<Line> = curves
        .iter()
        .map(|curve| to_line(arrangement, curve, transposed))
        .collect();
    let times = || samples(all.iter()).map(|s| s.x);
    let unit = Dimension::Nanoseconds.unit_for(typical(times()).ok_or(NO_HISTOGRAMS)?);
    let scale = Scale::log_around(times()).ok_or(NO_HISTOGRAMS)?;
    let x = Axis::new("Sojourn time", unit, scale);
    let lowest = samples(all.iter()).map(|s| s.y).fold(1.0, f64::min);
    let scale = Scale::Log {
        low: lowest.min(0.1) / 1.2,
        high: 1.15,
    };
    let y = |_: &[&Line]| Some(Axis::new("Share that took longer", NO_UNIT, scale));
    let rows = rows(arrangement, curves, &all, y);
    let subtitle = "Share of packets with a longer sojourn time (complementary distribution)";
    let series = shown(arrangement, curves, theory);
    grid(
        results,
        arrangement,
        (subtitle, Bands::None),
        series,
        x,
        rows,
    )
}

/// Why a figure of distributions is left out.
pub(super) const NO_HISTOGRAMS: &str = "histograms/ is not in the result directory (committed \
     results leave it out); run the experiment again to get it";

/// The unit of percentiles, whose scale makes its own numbers.
const PERCENT: Unit = Unit {
    name: "%",
    per_base: 1.0,
};

const NO_UNIT: Unit = Unit {
    name: "",
    per_base: 1.0,
};

fn to_line(arrangement: &Arrangement, curve: &Curve, map: impl Fn(Sample) -> Sample) -> Line {
    let shape = match curve.series == theory_series(arrangement) {
        true => Shape::Theory,
        false => Shape::Curve,
    };
    Line {
        series: curve.series,
        shape,
        stretches: vec![curve.samples.iter().copied().map(map).collect()],
    }
}

/// The series, and theory by the models of its `curves`.
fn shown(arrangement: &Arrangement, curves: &[Curve], theory: &Theory) -> Vec<Key> {
    let slots = arrangement.slots();
    let drawn = curves
        .iter()
        .filter(|curve| curve.series == theory_series(arrangement));
    let said = drawn.flat_map(|curve| {
        let slot = &slots[curve.slot];
        let points = (0..arrangement.series.len())
            .filter_map(|series| arrangement.point(series, slot.place, slot.facet));
        let group = &arrangement.groups[curve.group];
        let said = points.filter_map(|point| theory.of(point, group));
        said.filter(|group| !group.quantiles.is_empty())
    });
    with_theory(arrangement, said)
}

/// A row per shown place, a panel per task group; `lines` are those of `curves`.
fn rows(
    arrangement: &Arrangement,
    curves: &[Curve],
    lines: &[Line],
    y: impl Fn(&[&Line]) -> Option<Axis>,
) -> Vec<GridRow> {
    let slots = arrangement.slots();
    let height = if slots.len() > 1 { 235.0 } else { 400.0 };
    let row = |(index, slot): (usize, &Slot)| {
        let of_slot = curves
            .iter()
            .zip(lines)
            .filter(|(curve, _)| curve.slot == index);
        let of_slot: Vec<(&Curve, &Line)> = of_slot.collect();
        let y = y(&of_slot.iter().map(|(_, line)| *line).collect::<Vec<_>>())?;
        let panels = (0..arrangement.groups.len()).map(|group| {
            let of_group = of_slot.iter().filter(|(curve, _)| curve.group == group);
            let lines: Vec<Line> = of_group.map(|(_, line)| (*line).clone()).collect();
            (!lines.is_empty()).then_some(Panel {
                lines,
                crossings: Vec::new(),
            })
        });
        Some(GridRow {
            heading: slot.name.clone(),
            height,
            series: None,
            panels: panels.collect(),
            y,
        })
    };
    slots.iter().enumerate().filter_map(row).collect()
}

fn grid(
    results: &Results,
    arrangement: &Arrangement,
    (subtitle, bands): (&str, Bands),
    series: Vec<Key>,
    x: Axis,
    rows: Vec<GridRow>,
) -> Made {
    let panels = rows.iter().flat_map(|row| row.panels.iter().flatten());
    let is_doubtful = samples(panels.flat_map(|panel| &panel.lines)).any(|s| s.doubtful);
    let frame = frame(results, subtitle.to_owned(), bands);
    Ok(Figure::Grid(Grid {
        y_label: None,
        frame: frame.doubted(is_doubtful, "dotted"),
        series,
        columns: arrangement.headings(),
        x: vec![x],
        rows,
    }))
}
