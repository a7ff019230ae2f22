//! Who pays: Jain's index and the loss ratio.

use super::knee::panel;
use super::stages::{all_slots, present_series};
use super::{Abscissa, Arrangement, Bands, Made, frame, sample, samples};
use crate::plot::axis::{Axis, Dimension, Scale, extent};
use crate::plot::figure::{Block, Dot, Figure, Grid, GridRow, Mark, Panel, RowPanel, Rows};
use crate::plot::palette::Marker;
use crate::results::read::{ALL_TASKS, Metric, Results};

/// Most columns of the figure, all tasks included.
const COLUMNS_MAX: usize = 4;

/// The fairness figure: lines over a swept number; without one, dots in a row per series.
pub(in crate::plot) fn fairness(results: &Results, arrangement: &Arrangement) -> Made {
    match &arrangement.abscissa {
        Abscissa::Numeric { .. } => lines(results, arrangement),
        Abscissa::Category { .. } | Abscissa::Single => dots(results, arrangement),
    }
}

const UNDEFINED: &str = "no point of the sweep offered a packet";

fn lines(results: &Results, arrangement: &Arrangement) -> Made {
    let x = arrangement.abscissa.axis().ok_or(UNDEFINED)?;
    let mut groups = arrangement.groups.clone();
    if groups.len() < COLUMNS_MAX && groups.len() > 1 {
        groups.push(ALL_TASKS.to_owned());
    }
    let mut rows = Vec::new();
    for (facet, facet_name) in arrangement.facets.iter().enumerate() {
        for (metric, name) in [
            (Metric::JainIndex, "Jain index"),
            (Metric::LossRatio, "Loss"),
        ] {
            let panels: Vec<Option<Panel>> = groups
                .iter()
                .map(|group| within_one(panel(results, arrangement, group, metric, facet)))
                .map(|panel| {
                    (!panel.lines.is_empty() && !is_trivial(&panel, metric)).then_some(panel)
                })
                .collect();
            let scale = scale(metric, panels.iter().flatten());
            let label = match facet_name.as_str() {
                "" => name.to_owned(),
                facet => format!("{name}, {facet}"),
            };
            if panels.iter().any(Option::is_some) {
                rows.push(GridRow {
                    y: Axis::new(label, unit(metric), scale),
                    heading: String::new(),
                    height: 235.0,
                    series: None,
                    panels,
                });
            }
        }
    }
    if rows.is_empty() {
        return Err(UNDEFINED.to_owned());
    }
    Ok(Figure::Grid(Grid {
        y_label: None,
        frame: frame(
            results,
            format!("Fairness and loss against {}", arrangement.abscissa.name()),
            Bands::Interval,
        ),
        series: arrangement.series.clone(),
        columns: groups
            .iter()
            .map(|g| Arrangement::group_heading(g))
            .collect(),
        x: vec![x],
        rows,
    }))
}

fn unit(metric: Metric) -> crate::plot::axis::Unit {
    match metric {
        Metric::LossRatio => Dimension::Share.unit_for(1.0),
        _ => Dimension::Plain.unit_for(1.0),
    }
}

/// Cuts intervals to where a share can lie.
fn within_one(mut panel: Panel) -> Panel {
    let stretches = panel.lines.iter_mut().flat_map(|line| &mut line.stretches);
    for sample in stretches.flatten() {
        sample.band = sample.band.map(|(low, high)| (low.max(0.0), high.min(1.0)));
    }
    panel
}

/// A Jain index of one everywhere is that of a single task: it says nothing.
fn is_trivial(panel: &Panel, metric: Metric) -> bool {
    metric == Metric::JainIndex && samples(panel.lines.iter()).all(|s| s.y > 1.0 - 1e-9)
}

/// The y axis of `metric`: loss from zero, Jain's index up to one.
fn scale<'a>(metric: Metric, panels: impl Iterator<Item = &'a Panel>) -> Scale {
    let lines = panels.flat_map(|panel| &panel.lines);
    let values: Vec<f64> = samples(lines)
        .flat_map(|s| [s.y, s.band.map_or(s.y, |b| b.1)])
        .collect();
    if metric == Metric::JainIndex {
        return jain_scale(values.into_iter());
    }
    loss_scale(values.into_iter())
}

/// From zero; up to one percent where nothing is lost, so that nothing looks like nothing.
fn loss_scale(values: impl Iterator<Item = f64>) -> Scale {
    let most = values.fold(0.0, f64::max).min(1.0);
    let high = if most < 1e-6 { 0.01 } else { most * 1.06 };
    Scale::Linear { low: 0.0, high }
}

/// From a round value below the smallest index, so that small differences show, to one.
fn jain_scale(values: impl Iterator<Item = f64>) -> Scale {
    let (smallest, _) = extent(values).unwrap_or((0.0, 1.0));
    let starts = [0.9, 0.8, 0.6, 0.4, 0.2];
    let low = starts
        .into_iter()
        .find(|start| smallest > start + 0.01 * (1.0 - start));
    let low = low.unwrap_or(0.0);
    Scale::Linear {
        low,
        high: 1.0 + (1.0 - low) * 0.04,
    }
}

fn dots(results: &Results, arrangement: &Arrangement) -> Made {
    let mut columns = vec![(ALL_TASKS.to_owned(), Metric::JainIndex)];
    let groups = arrangement.groups.iter().take(COLUMNS_MAX - 1);
    columns.extend(groups.map(|group| (group.clone(), Metric::LossRatio)));
    let slots = all_slots(arrangement);
    let estimate = |series: usize, slot: &super::Slot, column: &(String, Metric)| {
        let point = arrangement.point(series, slot.place, slot.facet)?;
        results.points[point].get(&column.0, column.1)
    };
    let axis = |metric: Metric| {
        let of_metric = columns.iter().filter(|column| column.1 == metric);
        let cells = of_metric.flat_map(|column| {
            let slots = slots.iter();
            slots.flat_map(move |slot| {
                let series = 0..arrangement.series.len();
                series.filter_map(move |s| estimate(s, slot, column))
            })
        });
        let values: Vec<f64> = cells.flat_map(|e| [e.value, e.high()]).collect();
        if metric == Metric::JainIndex {
            return Axis::new("Jain index", unit(metric), jain_scale(values.into_iter()));
        }
        Axis::new("Loss", unit(metric), loss_scale(values.into_iter()))
    };
    let (jain, loss) = (axis(Metric::JainIndex), axis(Metric::LossRatio));
    let last = slots.len() - 1;
    let blocks = slots.iter().enumerate().map(|(index, slot)| {
        let rows = present_series(arrangement, slot);
        let panels = columns.iter().map(|column| RowPanel {
            axis: if column.1 == Metric::JainIndex {
                jain.clone()
            } else {
                loss.clone()
            },
            axis_shown: index == last,
            marks: rows
                .iter()
                .map(|series| match estimate(*series, slot, column) {
                    None => Mark::Nothing,
                    Some(estimate) => Mark::Dots(vec![Dot {
                        marker: Marker::Circle,
                        value: estimate.value,
                        band: sample(0.0, estimate).band,
                        doubtful: false,
                    }]),
                })
                .collect(),
        });
        Block {
            heading: slot.name.clone(),
            panels: panels.collect(),
            rows,
        }
    });
    Ok(Figure::Rows(Rows {
        frame: frame(results, "Fairness and loss".to_owned(), Bands::Interval),
        series: arrangement.series.clone(),
        columns: columns
            .iter()
            .map(|(group, _)| Arrangement::group_heading(group))
            .collect(),
        legend: Vec::new(),
        blocks: blocks.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::testing::results;

    #[test]
    fn intervals_of_shares_end_at_zero_and_one() {
        let mut panel = Panel::default();
        let estimate = crate::results::read::Estimate::symmetric(0.99, Some(0.05));
        let samples = [Some(sample(0.0, estimate))].into_iter();
        panel.lines.extend(super::super::line(
            0,
            crate::plot::figure::Shape::Measured,
            samples,
        ));
        let line = &within_one(panel).lines[0];
        assert_eq!(line.stretches[0][0].band, Some((0.94, 1.0)));
    }

    #[test]
    fn no_loss_is_shown_on_a_scale_of_one_percent() {
        let zero = loss_scale([0.0].into_iter());
        assert_eq!(
            zero,
            Scale::Linear {
                low: 0.0,
                high: 0.01
            }
        );
        assert!(matches!(loss_scale([2.0].into_iter()), Scale::Linear { high, .. } if high < 1.07));
    }

    #[test]
    fn a_sweep_gives_a_row_for_fairness_and_one_for_loss() {
        let results = results(&[
            ("network.mode", &["bridge", "host"]),
            ("task.a.count", &["1", "2", "4"]),
        ]);
        let figure = fairness(&results, &Arrangement::new(&results)).unwrap();
        let Figure::Grid(grid) = figure else {
            panic!("a swept number is a grid");
        };
        let labels: Vec<&str> = grid.rows.iter().map(|row| row.y.label.as_str()).collect();
        assert_eq!(labels, ["Jain index", "Loss"]);
    }
}
