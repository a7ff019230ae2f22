//! One sweep point over its replications: an estimate and an interval per metric.
//!
//! Sojourn quantiles are those of the merged histogram, never averages of percentiles, and their
//! intervals are of these: [`super::woodruff`]. Loss and the mean sojourn time are those of all
//! packets, the longest one is that of all; the rest are means over replications. The intervals of
//! all of these are Student's t over the same metric of each replication alone.

use super::metric::{ALL_TASKS, Estimate, GroupSummary, Metric};
use super::quantiles::{self, QUANTILES, QuantileRow};
use super::woodruff;
use crate::measure::{Histogram, Measurements, PackedHistogram, Sojourn, TaskMeasurements};
use crate::scenario::Scenario;
use crate::stats::{self, CONFIDENCE};
use crate::units::SimDuration;
use crate::warning::Warning;

/// What a set of packets went through: one group in one replication, or several merged.
#[derive(Clone, Debug, Default)]
struct Totals {
    offered_packets: u64,
    dropped_packets: u64,
    throughput_bps: f64,
    sojourn: Histogram,
    sojourn_sum_ps: u128,
    sojourn_max_ps: u64,
    utilization: f64,
}

impl Totals {
    /// Group number `group` of one replication.
    fn of_group(measurements: &Measurements, group: usize) -> Self {
        let tasks = || measurements.tasks.iter().filter(|task| task.group == group);
        let recorded = &measurements.groups[group];
        Totals {
            offered_packets: tasks().map(|t| t.offered_packets).sum(),
            dropped_packets: tasks().map(TaskMeasurements::dropped_packets).sum(),
            throughput_bps: tasks().map(|t| t.throughput_bps).sum(),
            sojourn: recorded.sojourn_histogram.clone(),
            sojourn_sum_ps: recorded.sojourn_sum_ps,
            sojourn_max_ps: recorded.sojourn_max_ps,
            utilization: recorded.utilization,
        }
    }

    fn merge(&mut self, other: &Totals) {
        self.offered_packets += other.offered_packets;
        self.dropped_packets += other.dropped_packets;
        self.throughput_bps += other.throughput_bps;
        self.sojourn.merge(&other.sojourn);
        self.sojourn_sum_ps += other.sojourn_sum_ps;
        self.sojourn_max_ps = self.sojourn_max_ps.max(other.sojourn_max_ps);
        self.utilization += other.utilization;
    }

    /// Metrics in the order of [`Metric::ALL`], as means where totals were merged over `n`
    /// replications.
    fn metrics(&self, jain_index: Option<f64>, n: f64) -> [Option<f64>; Metric::ALL.len()] {
        let loss = self.dropped_packets as f64 / self.offered_packets as f64;
        let max = SimDuration::from_ps(self.sojourn_max_ps);
        let sojourn = Sojourn::new(&self.sojourn, self.sojourn_sum_ps, max);
        [
            Some(self.throughput_bps / n),
            (self.offered_packets > 0).then_some(loss),
            sojourn.mean_ns,
            sojourn.p50_ns,
            sojourn.p90_ns,
            sojourn.p99_ns,
            sojourn.p999_ns,
            sojourn.max_ns,
            jain_index,
            Some(self.utilization / n),
        ]
    }
}

/// A part by which two estimates of one quantile may differ without a word.
const SAME: f64 = 0.02;

/// Collects the replications of one group.
#[derive(Debug)]
struct Collector {
    name: String,
    merged: Totals,
    /// Sojourn times of each replication.
    sojourns: Vec<PackedHistogram>,
    /// Metrics of each replication.
    replications: Vec<[Option<f64>; Metric::ALL.len()]>,
    jain_indices: Vec<f64>,
}

impl Collector {
    fn new(name: &str) -> Self {
        let (replications, jain_indices) = (Vec::new(), Vec::new());
        Collector {
            name: name.to_owned(),
            merged: Totals::default(),
            sojourns: Vec::new(),
            replications,
            jain_indices,
        }
    }

    fn add(&mut self, totals: &Totals, jain_index: Option<f64>) {
        self.replications.push(totals.metrics(jain_index, 1.0));
        self.jain_indices.extend(jain_index);
        self.sojourns.push(totals.sojourn.packed());
        self.merged.merge(totals);
    }

    fn summary(&self) -> GroupSummary {
        let n = self.replications.len();
        let merged = self
            .merged
            .metrics(stats::mean(&self.jain_indices), n as f64);
        let mut estimates = [None; Metric::ALL.len()];
        for (metric, estimate) in estimates.iter_mut().enumerate() {
            let values: Vec<f64> = self.replications.iter().filter_map(|r| r[metric]).collect();
            // A replication without the metric would bias an interval over the others.
            let half_width = (values.len() == n)
                .then(|| stats::half_width(&values))
                .flatten();
            let value = merged[metric].filter(|_| n > 0);
            *estimate = value.map(|value| Estimate::symmetric(value, half_width));
        }
        let (all, quantiles) = (&self.merged.sojourn, QUANTILES.map(|(_, q)| q));
        let intervals = woodruff::intervals(all, &self.sojourns, quantiles, CONFIDENCE);
        let longest = self.merged.sojourn_max_ps as f64 / 1e3;
        for ((metric, _), interval) in QUANTILES.into_iter().zip(intervals) {
            // The middle of the last bucket may lie beyond the largest value in it.
            let interval = interval.map(|(low, high)| (low.min(longest), high.min(longest)));
            let estimate = &mut estimates[metric as usize];
            *estimate = estimate.map(|found| Estimate::within(found.value, interval));
        }
        GroupSummary {
            task_group: self.name.clone(),
            replications: n as u64,
            estimates,
        }
    }

    /// Whether a quantile, of those that have packets enough, is not that of a replication: beyond the
    /// interval around the mean of their own, and by more than [`SAME`].
    fn short_window(&self, summary: &GroupSummary, quantiles: &[QuantileRow]) -> Option<Warning> {
        let is_sure = |row: &QuantileRow| !matches!(row.doubt, Some(Warning::TooFewSamples { .. }));
        let sure = QUANTILES.into_iter().zip(quantiles);
        let mut sure = sure.filter(|(_, row)| is_sure(row));
        sure.find_map(|((metric, _), _)| {
            let value = summary.get(metric)?.value;
            let own = self.replications.iter().filter_map(|r| r[metric as usize]);
            let own: Vec<f64> = own.collect();
            let (mean, half_width) = (stats::mean(&own)?, stats::half_width(&own)?);
            let excess = value / mean - 1.0;
            let is_apart = (value - mean).abs() > half_width && excess.abs() > SAME;
            is_apart.then(|| Warning::ShortWindow {
                group: self.name.clone(),
                metric: metric.key(),
                excess,
            })
        })
    }

    fn quantiles(&self, summary: &GroupSummary) -> Vec<QuantileRow> {
        let replications = self.replications.len();
        let estimate = |metric| summary.get(metric);
        quantiles::rows(&self.name, replications, &self.merged.sojourn, estimate)
    }
}

/// Reasons to doubt the sojourn times of a task group with these quantiles. If p99 is in doubt, so
/// is p99.9: the first says it for all.
fn doubts(quantiles: &[QuantileRow]) -> Option<Warning> {
    let first = quantiles.first()?;
    if first.samples == 0 {
        let group = first.task_group.clone();
        return Some(Warning::NothingDelivered { group });
    }
    quantiles.iter().find_map(|row| row.doubt.clone())
}

/// What a sweep point gave, over all its replications.
#[derive(Debug)]
pub struct PointSummary {
    /// Groups in file order, all tasks last.
    pub rows: Vec<GroupSummary>,
    /// Their quantiles, in the same order.
    pub quantiles: Vec<QuantileRow>,
    /// Reasons to doubt them.
    pub warnings: Vec<Warning>,
}

/// What one replication measured alone: groups in file order, all tasks last, each with its metrics in
/// the order of [`Metric::ALL`] and its sojourn times.
pub(super) fn rows(
    measurements: &Measurements,
) -> Vec<([Option<f64>; Metric::ALL.len()], Histogram)> {
    let mut all = Totals::default();
    let mut rows = Vec::with_capacity(measurements.groups.len() + 1);
    for number in 0..measurements.groups.len() {
        let totals = Totals::of_group(measurements, number);
        all.merge(&totals);
        let jain_index = measurements.jain_index(|task| task.group == number);
        rows.push((totals.metrics(jain_index, 1.0), totals.sojourn));
    }
    let jain_index = measurements.jain_index(|_| true);
    rows.push((all.metrics(jain_index, 1.0), all.sojourn));
    rows
}

/// Turns the replications of one sweep point into summary rows, one replication at a time.
#[derive(Debug)]
pub struct Summarizer {
    groups: Vec<Collector>,
    all: Collector,
}

impl Summarizer {
    /// For a point with this scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let groups = scenario
            .task_groups
            .iter()
            .map(|group| Collector::new(&group.name));
        Summarizer {
            groups: groups.collect(),
            all: Collector::new(ALL_TASKS),
        }
    }

    /// Adds a replication.
    pub fn add(&mut self, measurements: &Measurements) {
        let mut all = Totals::default();
        for (number, collector) in self.groups.iter_mut().enumerate() {
            let totals = Totals::of_group(measurements, number);
            all.merge(&totals);
            collector.add(
                &totals,
                measurements.jain_index(|task| task.group == number),
            );
        }
        self.all.add(&all, measurements.jain_index(|_| true));
    }

    /// What the replication that was added last measured alone: groups in file order, `all` last,
    /// metrics in the order of [`Metric::ALL`].
    pub fn last_replication(
        &self,
    ) -> impl Iterator<Item = (&str, &[Option<f64>; Metric::ALL.len()])> {
        let collectors = self.groups.iter().chain([&self.all]);
        collectors.filter_map(|c| Some((c.name.as_str(), c.replications.last()?)))
    }

    /// The rows and quantiles, groups in file order and `all` last, with reasons to doubt them.
    pub fn finish(self) -> PointSummary {
        let mut rows = Vec::new();
        let mut quantiles = Vec::new();
        let mut warnings = Vec::new();
        let groups = self.groups.len();
        for (number, collector) in self.groups.into_iter().chain([self.all]).enumerate() {
            let row = collector.summary();
            let of_group = collector.quantiles(&row);
            // What all tasks have too little of, some group has too little of as well.
            if number < groups {
                warnings.extend(doubts(&of_group));
                warnings.extend(collector.short_window(&row, &of_group));
            }
            rows.push(row);
            quantiles.extend(of_group);
        }
        PointSummary {
            rows,
            quantiles,
            warnings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten replications of 20,000 packets of 1 us each; in the first of them the `slow` last ones
    /// take 100 us.
    fn short_window(slow: usize) -> Option<Warning> {
        let mut collector = Collector::new("a");
        for replication in 0..10 {
            let mut totals = Totals {
                sojourn_max_ps: 100_000_000,
                ..Totals::default()
            };
            for packet in 0..20_000 {
                let is_slow = replication == 0 && packet >= 20_000 - slow;
                totals.sojourn.record(if is_slow { 100_000 } else { 1_000 });
            }
            collector.add(&totals, None);
        }
        let summary = collector.summary();
        collector.short_window(&summary, &collector.quantiles(&summary))
    }

    /// By hand: half of a tenth of the packets are slow, so p99 of all is 100 us. Own ones are 100,
    /// and nine times 1: 10.9 on average, give or take 2.262·31.3/√10 = 22.4.
    #[test]
    fn a_tail_that_most_replications_do_not_see_is_told() {
        let Some(Warning::ShortWindow { metric, excess, .. }) = short_window(10_000) else {
            panic!("{:?}", short_window(10_000))
        };
        assert_eq!(metric, "p99");
        assert!((excess - (100.0 / 10.9 - 1.0)).abs() < 0.05, "{excess}");
        assert_eq!(short_window(0), None);
    }
}
