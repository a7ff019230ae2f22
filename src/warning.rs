//! Reasons not to trust a number yet, as data.

use std::fmt;

/// A doubt about a result that travels with it to the terminal and the manifest, and to `trials.csv`
/// if it is about one trial.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Fewer than [`ENOUGH_BEYOND`] packets lie beyond a quantile.
    TooFewSamples {
        /// The task group.
        group: String,
        /// The quantile, as a percentile: 99.9.
        percentile: f64,
        /// Packets beyond it.
        beyond: u64,
    },
    /// Recorded packets were still inside when the trial ended, so the slowest sojourn times are
    /// missing.
    StillQueued {
        /// How many.
        packets: u64,
        /// Of how many.
        offered: u64,
    },
    /// A task group delivered nothing, so it has no sojourn times.
    NothingDelivered {
        /// The task group.
        group: String,
    },
}

/// Packets that should lie beyond a quantile before it is worth reading: exceedances come in
/// clusters, one busy period each, so a hundred packets may be only a handful of independent ones.
pub const ENOUGH_BEYOND: u64 = 100;

impl fmt::Display for Warning {
    /// What is in doubt, and the next step.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::TooFewSamples {
                group,
                percentile,
                beyond,
            } => write!(
                f,
                "p{percentile} of {group} rests on {beyond} packets beyond it, fewer than \
                 {ENOUGH_BEYOND}: lengthen `measure` or add replications"
            ),
            Warning::StillQueued { packets, offered } => write!(
                f,
                "{packets} of {offered} recorded packets were still queued at the end, so the \
                 longest sojourn times are missing: bound `network.eni-queue` or lower the load"
            ),
            Warning::NothingDelivered { group } => {
                write!(f, "{group} delivered nothing: it has no sojourn times")
            }
        }
    }
}
