//! Where the time goes: mean time by stage, stacked, a bar per series.

use super::{Abscissa, Arrangement, Bands, Made, Slot, frame};
use crate::plot::axis::{Axis, Dimension, Scale, format_significant};
use crate::plot::figure::{Block, Figure, LegendEntry, Mark, RowPanel, Rows};
use crate::results::read::{Results, Stage, StageMeans};

/// Room to the right of the longest bar for its total, as a share of the bar.
const TOTAL_ROOM: f64 = 1.45;

/// The figure of mean time by stage.
pub(in crate::plot) fn stages(results: &Results, arrangement: &Arrangement) -> Made {
    if results.stages.is_empty() {
        return Err(
            "tasks.csv is not in the result directory; run the experiment again".to_owned(),
        );
    }
    let slots = match arrangement.abscissa {
        Abscissa::Numeric { .. } => arrangement.slots(),
        Abscissa::Category { .. } | Abscissa::Single => all_slots(arrangement),
    };
    let blocks: Vec<Block> = slots
        .iter()
        .map(|slot| block(results, arrangement, slot))
        .filter(|block| !block.rows.is_empty())
        .collect();
    let bars = blocks
        .iter()
        .flat_map(|block| &block.panels)
        .flat_map(|p| &p.marks);
    if bars.into_iter().all(|mark| *mark == Mark::Nothing) {
        return Err("no point of the sweep delivered a packet".to_owned());
    }
    let takes_time = |stage: Stage| {
        let groups = results.stages.iter().flatten();
        groups
            .filter_map(|(_, means)| means.mean_ns(stage))
            .any(|ns| ns > 0.0)
    };
    let names = Stage::ALL.iter().enumerate();
    let names = names.filter(|(_, stage)| stage.is_common() || takes_time(**stage));
    let subtitle = "Where the time goes: mean time by stage (each panel has its own scale)";
    Ok(Figure::Rows(Rows {
        frame: frame(results, subtitle.to_owned(), Bands::None),
        series: arrangement.series.clone(),
        columns: arrangement.headings(),
        legend: names
            .map(|(i, stage)| LegendEntry::Stage(i, stage_name(*stage).to_owned()))
            .collect(),
        blocks,
    }))
}

fn block(results: &Results, arrangement: &Arrangement, slot: &Slot) -> Block {
    let rows = present_series(arrangement, slot);
    let panels = arrangement.groups.iter().map(|group| {
        let means: Vec<Option<Vec<(usize, f64)>>> = rows
            .iter()
            .map(|series| {
                let point = arrangement.point(*series, slot.place, slot.facet)?;
                parts(results.stage_means(point, group)?)
            })
            .collect();
        panel(&means)
    });
    Block {
        heading: slot.name.clone(),
        panels: panels.collect(),
        rows,
    }
}

/// Length of each stage's part of a bar; `None` if nothing was delivered.
fn parts(means: &StageMeans) -> Option<Vec<(usize, f64)>> {
    let parts = Stage::ALL.iter().enumerate();
    parts
        .map(|(i, stage)| Some((i, means.mean_ns(*stage)?)))
        .collect()
}

fn panel(means: &[Option<Vec<(usize, f64)>>]) -> RowPanel {
    let total = |parts: &[(usize, f64)]| parts.iter().map(|(_, ns)| ns).sum::<f64>();
    let longest = means
        .iter()
        .flatten()
        .map(|parts| total(parts))
        .fold(0.0, f64::max);
    let unit = Dimension::Nanoseconds.unit_for(longest / 2.0);
    let high = if longest > 0.0 {
        longest * TOTAL_ROOM
    } else {
        1.0
    };
    let mark = |parts: &Option<Vec<(usize, f64)>>| match parts {
        None => Mark::Nothing,
        Some(parts) => {
            let number = format_significant(total(parts) * unit.per_base, 3);
            Mark::Bar(parts.clone(), format!("{number} {}", unit.name))
        }
    };
    RowPanel {
        axis: Axis::new("Mean time", unit, Scale::Linear { low: 0.0, high }),
        axis_shown: true,
        marks: means.iter().map(mark).collect(),
    }
}

/// A stage in words.
fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::HostStack => "host stack",
        Stage::MicroVm => "microVM",
        Stage::TrunkWait => "waiting in the trunk",
        Stage::EniWait => "waiting at the ENI",
        Stage::Transmission => "transmission",
        Stage::AllowanceWait => "waiting for the allowance",
        Stage::Propagation => "propagation",
    }
}

/// Every place of a categorical axis (up to eight) in the first facet, or every facet.
pub(super) fn all_slots(arrangement: &Arrangement) -> Vec<Slot> {
    const BLOCKS_MAX: usize = 8;
    let name = |place: usize| match &arrangement.abscissa {
        Abscissa::Category { values, .. } => values[place].clone(),
        Abscissa::Numeric { .. } | Abscissa::Single => String::new(),
    };
    if arrangement.facets.len() > 1 {
        return arrangement.slots();
    }
    let places = 0..arrangement.abscissa.len().min(BLOCKS_MAX);
    let slot = |place| Slot {
        place,
        facet: 0,
        name: name(place),
    };
    places.map(slot).collect()
}

/// Series that have a point in `slot`.
pub(super) fn present_series(arrangement: &Arrangement, slot: &Slot) -> Vec<usize> {
    (0..arrangement.series.len())
        .filter(|series| arrangement.point(*series, slot.place, slot.facet).is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::testing::results;

    #[test]
    fn bars_hold_every_stage_and_name_their_total() {
        let results = results(&[("network.mode", &["bridge", "host"])]);
        let figure = stages(&results, &Arrangement::new(&results)).unwrap();
        let Figure::Rows(rows) = figure else {
            panic!("stages are rows");
        };
        assert_eq!(rows.blocks.len(), 1);
        let Mark::Bar(parts, total) = &rows.blocks[0].panels[0].marks[0] else {
            panic!("bridge delivered packets");
        };
        assert_eq!(parts.len(), 7);
        assert_eq!(total, "15 µs");
    }

    #[test]
    fn without_the_task_table_the_reason_is_given() {
        let mut results = results(&[("network.mode", &["bridge", "host"])]);
        results.stages.clear();
        let reason = stages(&results, &Arrangement::new(&results)).unwrap_err();
        assert!(reason.contains("tasks.csv"));
    }
}
