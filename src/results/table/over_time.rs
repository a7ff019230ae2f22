//! The CSV files that follow a trial through time: `timeline.csv` and `series.csv`.

use std::path::Path;

use super::{Table, number, strings};
use crate::measure::{IntervalMeasurements, Measurements, StopReason};
use crate::results::atomic::FileError;
use crate::scenario::{Scenario, Schedule};
use crate::units::SimDuration;

/// Names of the files; a run writes those that its scenarios ask for.
pub const FILES: [&str; 2] = ["timeline.csv", "series.csv"];

/// The files that a run writes.
#[derive(Debug)]
pub struct OverTime {
    timeline: Option<Table>,
    series: Option<Table>,
}

impl OverTime {
    /// The files in `directory` that `scenarios` ask for, without rows yet.
    ///
    /// # Errors
    /// If one cannot be created.
    pub fn create<'a>(
        directory: &Path,
        sweep_keys: &[String],
        scenarios: impl Iterator<Item = &'a Scenario> + Clone,
    ) -> Result<Self, FileError> {
        let [timeline, series] = FILES.map(|name| directory.join(name));
        let lives = scenarios.clone().any(|s| s.life_cycle.is_some());
        let is_watched = scenarios.clone().any(|s| s.series_interval.is_some());
        let timeline = lives.then(|| {
            let columns = [
                "replication",
                "task_group",
                "task",
                "revision",
                "state",
                "at_ns",
                "reason",
            ];
            Table::create(timeline, sweep_keys, strings(columns))
        });
        let series = is_watched.then(|| {
            let columns = [
                "task_group",
                "start_ns",
                "end_ns",
                "delivered_packets",
                "dropped_packets",
                "throughput_bps",
                "sojourn_p50_ns",
                "sojourn_p99_ns",
            ];
            Table::create(series, sweep_keys, strings(columns))
        });
        Ok(OverTime {
            timeline: timeline.transpose()?,
            series: series.transpose()?,
        })
    }

    /// Adds the successful replications of a sweep point.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn add(
        &mut self,
        point: &[String],
        scenario: &Scenario,
        replications: &[(u32, Measurements)],
    ) -> Result<(), FileError> {
        if let Some(table) = &mut self.timeline {
            for (replication, measurements) in replications {
                add_timeline(table, point, *replication, scenario, measurements)?;
            }
        }
        match (&mut self.series, scenario.series_interval) {
            (Some(table), Some(interval)) => {
                add_series(table, point, scenario, interval, replications)
            }
            _ => Ok(()),
        }
    }

    /// Puts the files in their places.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn finish(self) -> Result<(), FileError> {
        let tables = [self.timeline, self.series];
        tables.into_iter().flatten().try_for_each(Table::finish)
    }
}

fn add_timeline(
    table: &mut Table,
    point: &[String],
    replication: u32,
    scenario: &Scenario,
    measurements: &Measurements,
) -> Result<(), FileError> {
    let Some(life_cycle) = &scenario.life_cycle else {
        return Ok(());
    };
    for transition in &measurements.timeline {
        let group = &scenario.task_groups[transition.group];
        let is_new = matches!(
            life_cycle.schedules[transition.group],
            Schedule::Deployment(_)
        ) && transition.index >= group.count / 2;
        let cells = [
            replication.to_string(),
            group.name.clone(),
            transition.index.to_string(),
            if is_new { "2" } else { "1" }.to_owned(),
            transition.state.name().to_owned(),
            number(Some(transition.at_ps as f64 / 1e3)),
            transition.reason.map_or("", StopReason::text).to_owned(),
        ];
        table.row(point, cells)?;
    }
    Ok(())
}

fn add_series(
    table: &mut Table,
    point: &[String],
    scenario: &Scenario,
    interval: SimDuration,
    replications: &[(u32, Measurements)],
) -> Result<(), FileError> {
    let seconds = interval.as_s_lossy() * replications.len() as f64;
    let (start, interval_ps) = (scenario.window.start().as_ps(), interval.as_ps());
    for (group, task_group) in scenario.task_groups.iter().enumerate() {
        for (number_of, merged) in merged(group, replications).into_iter().enumerate() {
            let from = start + number_of as u64 * interval_ps;
            let sojourn = &merged.sojourn_histogram;
            let cells = [
                task_group.name.clone(),
                number(Some(from as f64 / 1e3)),
                number(Some((from + interval_ps) as f64 / 1e3)),
                sojourn.count().to_string(),
                merged.dropped_packets.to_string(),
                number(Some(merged.delivered_bytes as f64 * 8.0 / seconds)),
                number(sojourn.quantile(0.5)),
                number(sojourn.quantile(0.99)),
            ];
            table.row(point, cells)?;
        }
    }
    Ok(())
}

/// The intervals of a task group, merged over `replications`.
fn merged(group: usize, replications: &[(u32, Measurements)]) -> Vec<IntervalMeasurements> {
    let mut merged: Vec<IntervalMeasurements> = Vec::new();
    for (_, measurements) in replications {
        let Some(intervals) = measurements.series.get(group) else {
            continue;
        };
        merged.resize(intervals.len(), IntervalMeasurements::default());
        for (sum, interval) in merged.iter_mut().zip(intervals) {
            sum.dropped_packets += interval.dropped_packets;
            sum.delivered_bytes += interval.delivered_bytes;
            sum.sojourn_histogram.merge(&interval.sojourn_histogram);
        }
    }
    merged
}
