//! What a trial gives: plain data, the same for the same trial wherever it ran.

use serde::{Deserialize, Serialize};

use super::bucket::middle_of;
use super::fingerprint::Fingerprint;
use super::histogram::Histogram;
use super::jain_index;
use super::parts::PartSums;
use super::stage::{DropCause, EnaCounter, STAGES};
use super::timeline::Transition;
use crate::units::SimDuration;

/// Everything one trial measured: plain data, the same for the same trial wherever it ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurements {
    /// Per task, groups in scenario order.
    pub tasks: Vec<TaskMeasurements>,
    /// Per task group, in scenario order.
    pub groups: Vec<GroupMeasurements>,
    /// Mean number of packets inside the instance and its propagation over the window.
    pub backlog_mean: f64,
    /// Arrivals, completions of a stage, deliveries: state changes of the whole trial.
    pub events: u64,
    /// What became of every packet of the window, in one number.
    pub fingerprint: Fingerprint,
    /// The tasks' life, in the order of time; empty where none of them starts or stops.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<Transition>,
    /// Per task group, in scenario order, the intervals of the window; empty where they are not
    /// recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Vec<IntervalMeasurements>>,
}

/// One task group in an interval of the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IntervalMeasurements {
    /// Packets lost of those that arrived in it.
    pub dropped_packets: u64,
    /// Bytes delivered in it, whenever sent.
    pub delivered_bytes: u64,
    /// Sojourn times of the delivered packets that arrived in it \[ns\].
    pub sojourn_histogram: Histogram,
}

/// One task. Counters and times are those of the packets that arrived in the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskMeasurements {
    /// Number of the task's group in the scenario.
    pub group: usize,
    /// Number of the task in its group.
    pub index: u32,
    /// Packets sent.
    pub offered_packets: u64,
    /// Bytes sent.
    pub offered_bytes: u64,
    /// Packets that reached the receiver.
    pub delivered_packets: u64,
    /// Bytes that reached the receiver.
    pub delivered_bytes: u64,
    /// Packets lost, by the number of the cause.
    pub dropped: [u64; DropCause::COUNT],
    /// Packets that had to wait for an allowance or were dropped for want of it, as the ENA driver
    /// counts them, by the number of the counter.
    pub exceeded: [u64; EnaCounter::COUNT],
    /// Bytes delivered in the window, whenever sent, as a rate [bit/s].
    pub throughput_bps: f64,
    /// Mean time by stage of the delivered packets \[ns\], in the order of [`STAGES`].
    pub stage_mean_ns: Option<[f64; STAGES.len()]>,
    /// Sojourn times of the delivered packets.
    pub sojourn: Sojourn,
}

impl TaskMeasurements {
    /// Packets lost anywhere.
    pub fn dropped_packets(&self) -> u64 {
        self.dropped.iter().sum()
    }

    /// Packets still inside when the trial ended.
    pub fn queued_packets(&self) -> u64 {
        self.offered_packets - self.delivered_packets - self.dropped_packets()
    }
}

/// Summary of sojourn times \[ns\]; `None` where nothing was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sojourn {
    /// Exact mean.
    pub mean_ns: Option<f64>,
    /// Median, to 0.1 %.
    pub p50_ns: Option<f64>,
    /// 90th percentile, to 0.1 %.
    pub p90_ns: Option<f64>,
    /// 99th percentile, to 0.1 %.
    pub p99_ns: Option<f64>,
    /// 99.9th percentile, to 0.1 %.
    pub p999_ns: Option<f64>,
    /// Exact maximum.
    pub max_ns: Option<f64>,
}

impl Sojourn {
    /// Its quantiles, in the order of its fields.
    pub(super) const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

    /// Quantiles of `histogram`, with the exact mean and maximum beside it.
    pub fn new(histogram: &Histogram, sum_ps: u128, max: SimDuration) -> Self {
        let quantiles = Self::QUANTILES.map(|q| histogram.quantile(q));
        Self::with(histogram.count(), quantiles, sum_ps, max)
    }

    /// The same of the buckets that hold the quantiles, numbered as in [`super::bucket`], of `count`
    /// packets.
    pub(super) fn of_buckets(
        count: u64,
        quantiles: [Option<u16>; 4],
        sum_ps: u128,
        max: SimDuration,
    ) -> Self {
        let middles = quantiles.map(|bucket| bucket.map(middle_of));
        Self::with(count, middles, sum_ps, max)
    }

    fn with(count: u64, quantiles: [Option<f64>; 4], sum_ps: u128, max: SimDuration) -> Self {
        let some = count > 0;
        let max_ns = max.as_ps() as f64 / 1e3;
        // The middle of the last bucket may lie beyond the largest value in it.
        let [p50_ns, p90_ns, p99_ns, p999_ns] = quantiles.map(|q| q.map(|ns| ns.min(max_ns)));
        Sojourn {
            mean_ns: some.then(|| sum_ps as f64 / count as f64 / 1e3),
            p50_ns,
            p90_ns,
            p99_ns,
            p999_ns,
            max_ns: some.then_some(max_ns),
        }
    }
}

/// One task group: what cannot be computed from its tasks' numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupMeasurements {
    /// Sojourn times of the delivered packets \[ns\].
    pub sojourn_histogram: Histogram,
    /// Their exact sum \[ps\].
    pub sojourn_sum_ps: u128,
    /// Their exact maximum \[ps\].
    pub sojourn_max_ps: u64,
    /// Delivered rate of the whole group per interval [bit/s].
    pub throughput_histogram: Histogram,
    /// Share of the baseline allowance that the group's packets took over the window.
    pub utilization: f64,
    /// Sums over the equal parts of the window, two unless more were asked for.
    pub parts: Vec<PartSums>,
}

impl Measurements {
    /// Jain's index over the tasks that `include` selects, of the fraction of its offered bytes
    /// that each task got through. `None` if none of them offered or got anything.
    pub fn jain_index(&self, include: impl Fn(&TaskMeasurements) -> bool) -> Option<f64> {
        let selected = self
            .tasks
            .iter()
            .filter(|task| include(task) && task.offered_bytes > 0);
        jain_index(selected.map(|task| task.delivered_bytes as f64 / task.offered_bytes as f64))
    }

    /// Share of the baseline allowance in use over the window, by all groups.
    pub fn utilization(&self) -> f64 {
        self.groups.iter().map(|group| group.utilization).sum()
    }
}
