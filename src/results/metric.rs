//! What the summary says of a task group: its metrics and their estimates.

/// Name of the rows that are about all tasks together.
pub const ALL_TASKS: &str = "all";

/// A measured quantity of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Delivered rate [bit/s].
    Throughput,
    /// Dropped packets by offered packets.
    LossRatio,
    /// Mean sojourn time \[ns\].
    SojournMean,
    /// Median sojourn time \[ns\].
    SojournP50,
    /// 90th percentile of the sojourn time \[ns\].
    SojournP90,
    /// 99th percentile of the sojourn time \[ns\].
    SojournP99,
    /// 99.9th percentile of the sojourn time \[ns\].
    SojournP999,
    /// Longest sojourn time \[ns\].
    SojournMax,
    /// Jain's fairness index of the share of its offered bytes that each task got through.
    JainIndex,
    /// Time at the baseline rate that the traffic took, by the time there was; above 1 in a burst.
    Utilization,
}

impl Metric {
    /// Every metric, in the order of the columns.
    pub const ALL: [Metric; 10] = [
        Metric::Throughput,
        Metric::LossRatio,
        Metric::SojournMean,
        Metric::SojournP50,
        Metric::SojournP90,
        Metric::SojournP99,
        Metric::SojournP999,
        Metric::SojournMax,
        Metric::JainIndex,
        Metric::Utilization,
    ];

    /// The column's name.
    pub const fn column(self) -> &'static str {
        match self {
            Metric::Throughput => "throughput_bps",
            Metric::LossRatio => "loss_ratio",
            Metric::SojournMean => "sojourn_mean_ns",
            Metric::SojournP50 => "sojourn_p50_ns",
            Metric::SojournP90 => "sojourn_p90_ns",
            Metric::SojournP99 => "sojourn_p99_ns",
            Metric::SojournP999 => "sojourn_p999_ns",
            Metric::SojournMax => "sojourn_max_ns",
            Metric::JainIndex => "jain_index",
            Metric::Utilization => "utilization",
        }
    }
}

/// A measured value with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value over all replications.
    pub value: f64,
    /// Half width of the 95 % interval; `None` with fewer than two replications.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// Lower end of the interval; the value itself if it has none.
    pub fn low(self) -> f64 {
        self.value - self.half_width.unwrap_or(0.0)
    }

    /// Upper end of the interval; the value itself if it has none.
    pub fn high(self) -> f64 {
        self.value + self.half_width.unwrap_or(0.0)
    }
}

/// What one task group, or all, measured at one sweep point.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSummary {
    /// Name of the group; [`ALL_TASKS`] for all tasks together.
    pub task_group: String,
    /// Replications that were measured.
    pub replications: u64,
    /// By position in [`Metric::ALL`].
    pub(super) estimates: [Option<Estimate>; Metric::ALL.len()],
}

impl GroupSummary {
    /// The value of `metric`, if it is defined here.
    pub fn get(&self, metric: Metric) -> Option<Estimate> {
        self.estimates[metric as usize]
    }
}
