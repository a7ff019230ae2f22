//! What a deployment does to its neighbours: p99 over time, and what the tasks did meanwhile.

use super::{Arrangement, Bands, Made, frame, line, log_reach, samples};
use crate::plot::axis::{Axis, Dimension, Scale, extent, typical};
use crate::plot::figure::{
    Figure, Lane, LaneBlock, LegendEntry, Line, Sample, Shape, TimePanel, Timeline,
};
use crate::results::read::{GroupSeries, Interval, OverTime, Results, TaskLife, TaskState};

/// Most lanes of a series.
const LANES_MAX: usize = 16;

/// The figure over time at the last place of the sweep, where contention is highest.
pub(in crate::plot) fn timeline(
    results: &Results,
    arrangement: &Arrangement,
    over_time: &OverTime,
) -> Made {
    let slot = arrangement.slots().pop().ok_or("there is no sweep point")?;
    let points: Vec<(usize, usize)> = (0..arrangement.series.len())
        .filter_map(|series| Some((series, arrangement.point(series, slot.place, slot.facet)?)))
        .collect();
    let window = points
        .iter()
        .flat_map(|(_, point)| &over_time.series[*point])
        .flat_map(|group| &group.intervals)
        .flat_map(|interval| [interval.start_ns, interval.end_ns]);
    let (low, high) = extent(window).ok_or("series.csv has no interval")?;
    let unit = Dimension::Nanoseconds.unit_for(high / 4.0);
    let x = Axis::new(
        "Time since the trial began",
        unit,
        Scale::Linear { low, high },
    );
    let panels = panels(arrangement, over_time, &points);
    if panels.is_empty() {
        return Err("no interval delivered a packet".to_owned());
    }
    let blocks: Vec<LaneBlock> = points
        .iter()
        .map(|(series, point)| block(*series, &over_time.lives[*point], (low, high)))
        .filter(|block| !block.lanes.is_empty())
        .collect();
    let states = TaskState::ALL.iter().enumerate();
    let states = states.filter(|(_, state)| **state != TaskState::Stopped);
    let legend = states.map(|(i, state)| LegendEntry::State(i, state.name().to_owned()));
    let legend = match blocks.is_empty() {
        true => Vec::new(),
        false => legend.collect(),
    };
    let what = match blocks.is_empty() {
        true => "Sojourn time over time",
        false => "Sojourn time over time, and the states of tasks in one replication",
    };
    let subtitle = match slot.name.as_str() {
        "" => what.to_owned(),
        name => format!("{what} · {name}"),
    };
    Ok(Figure::Timeline(Timeline {
        frame: frame(results, subtitle, Bands::None),
        series: arrangement.series.clone(),
        legend,
        x,
        panels,
        blocks,
    }))
}

/// A panel per task group, with a line per series.
fn panels(
    arrangement: &Arrangement,
    over_time: &OverTime,
    points: &[(usize, usize)],
) -> Vec<TimePanel> {
    let groups = arrangement.groups.iter();
    let lines: Vec<(&String, Vec<Line>)> = groups
        .map(|name| {
            let line_of = |(series, point): &(usize, usize)| {
                let named = |group: &&GroupSeries| group.task_group == *name;
                let group = over_time.series[*point].iter().find(named)?;
                line(*series, Shape::Curve, group.intervals.iter().map(p99))
            };
            (name, points.iter().filter_map(line_of).collect())
        })
        .collect();
    let all = samples(lines.iter().flat_map(|(_, lines)| lines)).map(|sample| sample.y);
    let unit = Dimension::Nanoseconds.unit_for(typical(all).unwrap_or(0.0));
    let panel = |(name, lines): (&String, Vec<Line>)| {
        let scale = Scale::log_around(log_reach(samples(lines.iter())))?;
        Some(TimePanel {
            heading: format!("p99 of {name}"),
            y: Axis::new("p99", unit, scale),
            lines,
        })
    };
    lines.into_iter().filter_map(panel).collect()
}

/// The p99 of an interval, in its middle.
fn p99(interval: &Interval) -> Option<Sample> {
    Some(Sample {
        x: (interval.start_ns + interval.end_ns) / 2.0,
        y: interval.p99_ns?,
        band: None,
        doubtful: false,
    })
}

/// The lanes of the tasks of a series that do more than run all the time.
fn block(series: usize, lives: &[TaskLife], window: (f64, f64)) -> LaneBlock {
    let changing = lives.iter().filter(|life| life.states.len() > 1);
    let all: Vec<&TaskLife> = changing.collect();
    let note = match all.len().saturating_sub(LANES_MAX) {
        0 => String::new(),
        more => format!("and {more} more"),
    };
    LaneBlock {
        series,
        note,
        lanes: all
            .into_iter()
            .take(LANES_MAX)
            .map(|life| lane(life, window))
            .collect(),
    }
}

fn lane(life: &TaskLife, (low, high): (f64, f64)) -> Lane {
    let ends = life.states.iter().skip(1).map(|(at, _)| *at);
    let spans = life.states.iter().zip(ends.chain([f64::INFINITY]));
    let spans = spans
        .map(|((from, state), until)| (from.max(low), until.min(high), *state))
        .filter(|(from, until, state)| from < until && *state != TaskState::Stopped);
    let label = match life.revision.as_str() {
        "1" => format!("{} {}", life.task_group, life.task),
        _ => format!("{} {} (new)", life.task_group, life.task),
    };
    let note = if life.timed_out {
        "attachment timed out"
    } else {
        ""
    };
    let position = |state| TaskState::ALL.iter().position(|of| *of == state);
    Lane {
        label,
        spans: spans
            .filter_map(|(from, until, state)| Some((from, until, position(state)?)))
            .collect(),
        note: note.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: by hand. The window cuts the ends of the states; STOPPED is not drawn.
    #[test]
    fn a_lane_shows_the_states_within_the_window() {
        let life = |revision: &str| TaskLife {
            task_group: "api".to_owned(),
            task: "3".to_owned(),
            revision: revision.to_owned(),
            states: vec![
                (0.0, TaskState::Running),
                (30.0, TaskState::Deactivating),
                (30.0, TaskState::Stopping),
                (45.0, TaskState::Stopped),
            ],
            timed_out: revision == "2",
        };
        let shown = lane(&life("1"), (10.0, 40.0));
        assert_eq!(shown.spans, [(10.0, 30.0, 3), (30.0, 40.0, 5)]);
        assert_eq!(shown.label, "api 3");
        assert_eq!(shown.note, "");
        let new = lane(&life("2"), (0.0, 1.0));
        assert_eq!(
            (&*new.label, &*new.note),
            ("api 3 (new)", "attachment timed out")
        );
    }

    /// Tasks that run all the time have no lane, and those beyond the room are counted.
    #[test]
    fn only_tasks_that_change_have_a_lane() {
        let life = |states: Vec<(f64, TaskState)>| TaskLife {
            task_group: "a".to_owned(),
            task: "0".to_owned(),
            revision: "1".to_owned(),
            states,
            timed_out: false,
        };
        let still = life(vec![(0.0, TaskState::Running)]);
        let changing = life(vec![(0.0, TaskState::Pending), (1.0, TaskState::Running)]);
        let mut lives = vec![changing; LANES_MAX + 2];
        lives.push(still);
        let block = block(0, &lives, (0.0, 2.0));
        assert_eq!(block.lanes.len(), LANES_MAX);
        assert_eq!(block.note, "and 2 more");
    }
}
