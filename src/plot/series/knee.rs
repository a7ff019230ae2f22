//! The headline: median, p99 and p99.9 against the swept key, a line per series.

mod dots;

use super::crossing::single_crossing;
use super::theory::{lines_of, said, with_theory};
use super::{Abscissa, Arrangement, Bands, Made, frame, line, log_reach, sample, samples};
use crate::plot::axis::{Axis, Dimension, Scale, typical};
use crate::plot::figure::{Crossing, Figure, Grid, GridRow, Panel, Sample, Shape};
use crate::results::read::{Metric, Results, Theory};

/// The quantiles shown, with their names.
const QUANTILES: [(Metric, &str); 3] = [
    (Metric::SojournP50, "p50"),
    (Metric::SojournP99, "p99"),
    (Metric::SojournP999, "p99.9"),
];

/// The latency figure: lines over a swept number; without one, dots in a row per series.
pub(in crate::plot) fn knee(results: &Results, arrangement: &Arrangement, theory: &Theory) -> Made {
    match &arrangement.abscissa {
        Abscissa::Numeric { .. } => lines(results, arrangement, theory),
        Abscissa::Category { .. } | Abscissa::Single => dots::dots(results, arrangement, theory),
    }
}

const UNDEFINED: &str = "no point of the sweep delivered a packet";

fn lines(results: &Results, arrangement: &Arrangement, theory: &Theory) -> Made {
    let x = arrangement.abscissa.axis().ok_or(UNDEFINED)?;
    // With facets there is room for one quantile: p99, the one that promises are about.
    let wanted: Vec<(usize, Metric, String)> = if arrangement.facets.len() > 1 {
        let facets = arrangement.facets.iter().enumerate();
        facets
            .map(|(f, name)| (f, Metric::SojournP99, format!("p99, {name}")))
            .collect()
    } else {
        QUANTILES
            .map(|(metric, name)| (0, metric, name.to_owned()))
            .to_vec()
    };
    let mut rows: Vec<(String, Vec<Panel>)> = Vec::new();
    for (facet, metric, name) in wanted {
        let panels = arrangement.groups.iter().map(|group| {
            let mut panel = panel(results, arrangement, group, metric, facet);
            if metric == Metric::SojournP99 {
                panel.crossings = crossings(arrangement, &panel);
            }
            let known = lines_of(theory, arrangement, group, metric, facet);
            panel.lines.extend(known);
            panel
        });
        rows.push((name, panels.collect()));
    }
    let all = rows
        .iter()
        .flat_map(|(_, panels)| panels)
        .flat_map(|p| &p.lines);
    let unit =
        Dimension::Nanoseconds.unit_for(typical(samples(all).map(|s| s.y)).ok_or(UNDEFINED)?);
    let lines = rows.iter().flat_map(|(_, panels)| panels);
    let is_doubtful = samples(lines.flat_map(|panel| &panel.lines)).any(|s| s.doubtful);
    let rows = rows.into_iter().filter_map(|(name, panels)| {
        let lines = panels.iter().flat_map(|panel| &panel.lines);
        let scale = Scale::log_around(log_reach(samples(lines)))?;
        Some(GridRow {
            y: Axis::new(name, unit, scale),
            heading: String::new(),
            height: 215.0,
            series: None,
            panels: panels.into_iter().map(Some).collect(),
        })
    });
    let known = said(theory, arrangement, &QUANTILES);
    let subtitle = format!("Sojourn time against {}", arrangement.abscissa.name());
    let frame = frame(results, subtitle, Bands::Interval);
    Ok(Figure::Grid(Grid {
        y_label: None,
        frame: frame.doubted(is_doubtful, "hollow"),
        series: with_theory(arrangement, known),
        columns: arrangement.headings(),
        x: vec![x],
        rows: rows.collect(),
    }))
}

/// The lines of `metric` in one task group.
pub(super) fn panel(
    results: &Results,
    arrangement: &Arrangement,
    group: &str,
    metric: Metric,
    facet: usize,
) -> Panel {
    let Abscissa::Numeric { values, .. } = &arrangement.abscissa else {
        return Panel::default();
    };
    let lines = (0..arrangement.series.len()).filter_map(|series| {
        let measured = values.iter().enumerate().map(|(place, (x, _))| {
            let point = arrangement.point(series, place, facet)?;
            let estimate = results.points[point].get(group, metric)?;
            Some(Sample {
                doubtful: results.is_doubtful(point, group, metric),
                ..sample(*x, estimate)
            })
        });
        line(series, Shape::Measured, measured)
    });
    Panel {
        lines: lines.collect(),
        crossings: Vec::new(),
    }
}

/// Where the line of `bridge` crosses each other line.
fn crossings(arrangement: &Arrangement, panel: &Panel) -> Vec<Crossing> {
    let is_bridge = |series: usize| arrangement.series[series].label == "bridge";
    let Some(bridge) = panel.lines.iter().find(|line| is_bridge(line.series)) else {
        return Vec::new();
    };
    let others = panel.lines.iter().filter(|line| !is_bridge(line.series));
    let crossing = others.filter_map(|line| {
        let (x, y) = single_crossing(&bridge.stretches.concat(), &line.stretches.concat())?;
        Some(Crossing {
            series: line.series,
            x,
            y,
        })
    });
    crossing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::figure::Mark;
    use crate::plot::testing::results;

    #[test]
    fn a_row_per_quantile_holds_a_line_per_series_with_its_interval() {
        let results = results(&[
            ("network.mode", &["bridge", "host"]),
            ("task.a.traffic.rate", &["1 Mbit/s", "2 Mbit/s", "3 Mbit/s"]),
        ]);
        let figure = knee(&results, &Arrangement::new(&results), &Theory::default()).unwrap();
        let Figure::Grid(grid) = figure else {
            panic!("a swept number is a grid");
        };
        let titles: Vec<String> = grid.rows.iter().map(|row| row.y.title()).collect();
        assert_eq!(titles, ["p50 (µs)", "p99 (µs)", "p99.9 (µs)"]);
        assert_eq!(grid.x_of(0).title(), "Rate per a task (Mbit/s)");
        let lines: Vec<_> = grid.lines_of(1).collect();
        assert_eq!(lines.len(), 2);
        let first = lines[0].stretches[0][0];
        assert_eq!((first.x, first.y), (1e6, 1e5));
        assert_eq!(first.band, Some((95_000.0, 105_000.0)));
    }

    #[test]
    fn without_a_swept_number_there_is_a_row_of_dots_per_mode() {
        let results = results(&[("network.mode", &["bridge", "host"])]);
        let figure = knee(&results, &Arrangement::new(&results), &Theory::default()).unwrap();
        let Figure::Rows(rows) = figure else {
            panic!("modes alone are rows");
        };
        assert_eq!(rows.blocks[0].rows, [0, 1]);
        let Mark::Dots(dots) = &rows.blocks[0].panels[0].marks[0] else {
            panic!("bridge delivered packets");
        };
        assert_eq!(dots.len(), QUANTILES.len());
    }
}
