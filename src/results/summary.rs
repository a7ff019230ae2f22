//! One sweep point over its replications: an estimate and an interval per metric.
//!
//! Sojourn quantiles are those of the merged histogram, never averages of percentiles; loss is
//! that of all packets; the rest are means over replications. Every interval is Student's t over
//! the same metric of each replication alone.

use super::metric::{ALL_TASKS, Estimate, GroupSummary, Metric};
use crate::measure::{Histogram, Measurements, Sojourn, TaskMeasurements};
use crate::scenario::Scenario;
use crate::stats;
use crate::units::SimDuration;
use crate::warning::{ENOUGH_BEYOND, Warning};

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

/// Collects the replications of one group.
#[derive(Debug)]
struct Collector {
    name: String,
    merged: Totals,
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
            replications,
            jain_indices,
        }
    }

    fn add(&mut self, totals: &Totals, jain_index: Option<f64>) {
        self.replications.push(totals.metrics(jain_index, 1.0));
        self.jain_indices.extend(jain_index);
        self.merged.merge(totals);
    }

    fn finish(self) -> GroupSummary {
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
            *estimate = value.map(|value| Estimate { value, half_width });
        }
        GroupSummary {
            task_group: self.name,
            replications: n as u64,
            estimates,
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let group = || self.name.clone();
        let count = self.merged.sojourn.count();
        if count == 0 {
            return vec![Warning::NothingDelivered { group: group() }];
        }
        let beyond = |percentile: f64| (count as f64 * (1.0 - percentile / 100.0)) as u64;
        // If p99 is in doubt, so is p99.9: say it once.
        [99.0, 99.9]
            .into_iter()
            .find(|percentile| beyond(*percentile) < ENOUGH_BEYOND)
            .map(|percentile| {
                let beyond = beyond(percentile);
                Warning::TooFewSamples {
                    group: group(),
                    percentile,
                    beyond,
                }
            })
            .into_iter()
            .collect()
    }
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

    /// The rows, groups in file order and `all` last, with reasons to doubt them.
    pub fn finish(self) -> (Vec<GroupSummary>, Vec<Warning>) {
        let warnings = self.groups.iter().flat_map(Collector::warnings).collect();
        let rows = self
            .groups
            .into_iter()
            .chain([self.all])
            .map(Collector::finish)
            .collect();
        (rows, warnings)
    }
}
