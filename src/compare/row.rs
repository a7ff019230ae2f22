//! What a comparison says of one metric of one task group at one sweep point.

use std::fmt;

use crate::metric::Metric;
use crate::stats::Pairing;

/// A test and its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Swept keys and their values, the same on both sides.
    pub point: Vec<(String, String)>,
    /// The value of the key that is compared, of the base and of the new side; `None` where whole
    /// sides are compared.
    pub values: Option<(String, String)>,
    /// The task group; `all` for all tasks together.
    pub task_group: String,
    /// The metric.
    pub metric: Metric,
    /// Mean over the base's replications, geometric on a relative scale; `None` if not defined.
    pub base: Option<f64>,
    /// The same of the new side.
    pub new: Option<f64>,
    /// Replications that went into it, of the base and of the new side.
    pub replications: (usize, usize),
    /// Replications that there are, of the base and of the new side; only those of one number are
    /// paired.
    pub measured: (usize, usize),
    /// What `change` and `interval` are.
    pub scale: Scale,
    /// Estimate of the change.
    pub change: Option<f64>,
    /// Its interval; those of all rows hold together.
    pub interval: Option<(f64, f64)>,
    /// Change up to which both are the same: a part of one if relative, of the metric's unit if
    /// absolute.
    pub tolerance: f64,
    /// The verdict.
    pub verdict: Verdict,
    /// Why the verdict is unclear.
    pub reason: Option<Reason>,
    /// How alike the pairs are; `None` where replications are not paired.
    pub pairing: Option<Pairing>,
    /// Probability of such numbers if nothing had changed, of this test alone.
    pub p_value: Option<f64>,
    /// The same adjusted for all tests of the comparison (Holm 1979).
    pub p_holm: Option<f64>,
}

/// How a change is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// New by base, less one: 0.05 is 5 % more. By the mean logarithm of ratios.
    Relative,
    /// New less base, in the metric's unit: where a value is zero, and for loss near zero.
    Absolute,
}

impl Scale {
    /// As written in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Scale::Relative => "relative",
            Scale::Absolute => "absolute",
        }
    }
}

/// What became of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Beyond the threshold in the direction that a user hopes for.
    Better,
    /// Beyond the threshold in the other direction.
    Worse,
    /// Beyond the threshold, of a metric without a good direction.
    Changed,
    /// Within the threshold.
    Same,
    /// Not known.
    Unclear,
}

impl Verdict {
    /// Every verdict, what needs attention first.
    pub const ALL: [Verdict; 5] = [
        Verdict::Worse,
        Verdict::Better,
        Verdict::Changed,
        Verdict::Unclear,
        Verdict::Same,
    ];

    /// As written on the command line and in output.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Changed => "changed",
            Verdict::Same => "same",
            Verdict::Unclear => "unclear",
        }
    }
}

/// Why a verdict is unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The interval is too wide.
    Wide {
        /// Replications that would settle it, if the change and the variances are what they seem;
        /// `None` if that is more than an experiment may have.
        settled_by: Option<u64>,
    },
    /// Replications of fewer than two numbers on a side, so that there is no interval.
    TooFew,
    /// The metric is not defined in each replication of a side, as a quantile of no packet.
    Undefined,
}

impl fmt::Display for Reason {
    /// What is missing, and what would help.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Wide {
                settled_by: Some(n),
            } => write!(
                f,
                "the interval is too wide: about {n} replications settle it"
            ),
            Reason::Wide { settled_by: None } => f.write_str(
                "the interval is too wide, and not even 10,000 replications settle it: lengthen \
                 `measure` or choose another threshold",
            ),
            Reason::TooFew => f.write_str(
                "fewer than two replications to compare, so there is no interval: run both with \
                 replications = 10",
            ),
            Reason::Undefined => f.write_str(
                "not defined in every replication: a group that delivers nothing has no sojourn \
                 times",
            ),
        }
    }
}
