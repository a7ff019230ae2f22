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
    /// The sweep point at hand, by task group and interval, merged over its replications so far.
    merged: Vec<Vec<IntervalMeasurements>>,
    /// How many they are.
    replications: u32,
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
            merged: Vec::new(),
            replications: 0,
        })
    }

    /// Adds a successful replication of the sweep point at hand, and takes its series, which is
    /// large, out of `measurements`.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn add(
        &mut self,
        point: &[String],
        scenario: &Scenario,
        replication: u32,
        measurements: &mut Measurements,
    ) -> Result<(), FileError> {
        if let Some(table) = &mut self.timeline {
            add_timeline(table, point, replication, scenario, measurements)?;
        }
        self.replications += 1;
        let series = std::mem::take(&mut measurements.series);
        self.merged.resize_with(series.len(), Vec::new);
        for (sums, intervals) in self.merged.iter_mut().zip(&series) {
            sums.resize(intervals.len(), IntervalMeasurements::default());
            for (sum, interval) in sums.iter_mut().zip(intervals) {
                sum.dropped_packets += interval.dropped_packets;
                sum.delivered_bytes += interval.delivered_bytes;
                sum.sojourn_histogram.merge(&interval.sojourn_histogram);
            }
        }
        Ok(())
    }

    /// All replications of the sweep point have been added.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn finish_point(&mut self, point: &[String], scenario: &Scenario) -> Result<(), FileError> {
        let merged = std::mem::take(&mut self.merged);
        let replications = std::mem::take(&mut self.replications);
        match (&mut self.series, scenario.series_interval) {
            (Some(table), Some(interval)) => {
                let seconds = interval.as_s_lossy() * f64::from(replications);
                add_series(table, point, scenario, (interval, seconds), &merged)
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

/// Adds the intervals of a sweep point, merged over its replications, in all of which together one
/// lasts `seconds`.
fn add_series(
    table: &mut Table,
    point: &[String],
    scenario: &Scenario,
    (interval, seconds): (SimDuration, f64),
    merged: &[Vec<IntervalMeasurements>],
) -> Result<(), FileError> {
    let (start, interval_ps) = (scenario.window.start().as_ps(), interval.as_ps());
    for (task_group, intervals) in scenario.task_groups.iter().zip(merged) {
        for (number_of, merged) in intervals.iter().enumerate() {
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
