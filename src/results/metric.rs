//! What the summary says of a task group: its metrics and their estimates.

/// Name of the rows that are about all tasks together.
pub const ALL_TASKS: &str = "all";

pub use crate::metric::Metric;

/// A measured value with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value over all replications.
    pub value: f64,
    /// Half width of the 95 % interval; `None` with fewer than two replications, or if these cannot
    /// tell.
    pub half_width: Option<f64>,
    /// Ends of the 95 % interval; those of quantiles are not as far from the value as each other.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    /// A value in the middle of its interval.
    pub fn symmetric(value: f64, half_width: Option<f64>) -> Estimate {
        Estimate {
            value,
            half_width,
            interval: half_width.map(|half| (value - half, value + half)),
        }
    }

    /// A value with its interval.
    pub fn within(value: f64, interval: Option<(f64, f64)>) -> Estimate {
        Estimate {
            value,
            half_width: interval.map(|(low, high)| (high - low) / 2.0),
            interval,
        }
    }

    /// Lower end of the interval; the value itself if it has none.
    pub fn low(self) -> f64 {
        self.interval.map_or(self.value, |(low, _)| low)
    }

    /// Upper end of the interval; the value itself if it has none.
    pub fn high(self) -> f64 {
        self.interval.map_or(self.value, |(_, high)| high)
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
