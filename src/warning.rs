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
    /// Replications differ so much in how many packets lie beyond a quantile that they cannot tell
    /// where its interval ends.
    NoInterval {
        /// The task group.
        group: String,
        /// The quantile, as a percentile: 99.9.
        percentile: f64,
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
    /// The most replications were not enough for the precision that was asked for.
    NotPrecise {
        /// The task group.
        group: String,
        /// Name of the metric.
        metric: &'static str,
        /// Replications that were measured.
        replications: u32,
        /// Half width of the interval, in words; `None` if there is none.
        half_width: Option<String>,
        /// The largest half width asked for, in words.
        target: String,
        /// Replications that would about be enough.
        needed: Option<u64>,
    },
    /// A quantile of all replications together lies outside of the interval around their own: a window
    /// is too short to show it, and what compares replications compares something else.
    ShortWindow {
        /// The task group.
        group: String,
        /// Name of the metric.
        metric: &'static str,
        /// By how much the quantile of all lies above the mean of their own, as a part of it.
        excess: f64,
    },
    /// Latency still rises or falls within the recorded window.
    Drifts {
        /// The task group.
        group: String,
        /// By how much the second half lies above the first, as a part of it.
        change: f64,
        /// Whether pilot runs have found the warm-up.
        is_piloted: bool,
    },
}

impl Warning {
    /// What it is about, as a word for programs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Warning::TooFewSamples { .. } => "too-few-samples",
            Warning::NoInterval { .. } => "no-interval",
            Warning::StillQueued { .. } => "still-queued",
            Warning::NothingDelivered { .. } => "nothing-delivered",
            Warning::NotPrecise { .. } => "not-precise",
            Warning::ShortWindow { .. } => "short-window",
            Warning::Drifts { .. } => "drifts",
        }
    }

    /// The task group it is about, if it is about one.
    pub fn task_group(&self) -> Option<&str> {
        match self {
            Warning::StillQueued { .. } => None,
            Warning::TooFewSamples { group, .. }
            | Warning::NoInterval { group, .. }
            | Warning::NothingDelivered { group }
            | Warning::NotPrecise { group, .. }
            | Warning::ShortWindow { group, .. }
            | Warning::Drifts { group, .. } => Some(group),
        }
    }
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
            Warning::NoInterval { group, percentile } => write!(
                f,
                "p{percentile} of {group} has no interval: replications differ too much in how many \
                 packets lie beyond it, so lengthen `measure` or add replications"
            ),
            Warning::StillQueued { packets, offered } => write!(
                f,
                "{packets} of {offered} recorded packets were still queued at the end, so the \
                 longest sojourn times are missing: bound `network.eni-queue` or lower the load"
            ),
            Warning::NothingDelivered { group } => {
                write!(f, "{group} delivered nothing: it has no sojourn times")
            }
            Warning::NotPrecise {
                group,
                metric,
                replications,
                half_width,
                target,
                needed,
            } => {
                let found = match half_width {
                    Some(half_width) => format!("is known to ± {half_width}"),
                    None => "has no interval".to_owned(),
                };
                write!(
                    f,
                    "after {replications} replications {metric} of {group} {found}, and \
                     {target} was asked for: "
                )?;
                match needed {
                    Some(needed) => write!(
                        f,
                        "about {needed} would do, so raise `precision.max-replications`, lengthen \
                         `measure` or ask for less"
                    ),
                    None => f.write_str("lengthen `measure`, or ask for another metric"),
                }
            }
            Warning::ShortWindow {
                group,
                metric,
                excess,
            } => write!(
                f,
                "{metric} of {group} over all replications is {:.1} % {} than on average in each of \
                 them: a window shows too little of the tail, and comparisons of replications are \
                 of what it shows, so lengthen `measure`",
                excess.abs() * 100.0,
                if *excess > 0.0 { "higher" } else { "lower" },
            ),
            Warning::Drifts {
                group,
                change,
                is_piloted,
            } => write!(
                f,
                "latency of {group} still {} within the window: its mean is {:.1} % {} in the \
                 second half than in the first: {}",
                if *change > 0.0 { "rises" } else { "falls" },
                change.abs() * 100.0,
                if *change > 0.0 { "higher" } else { "lower" },
                match is_piloted {
                    true => "lengthen `measure`, and with it the pilots of `warm-up`",
                    false => "lengthen `warm-up` or write \"auto\"",
                }
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each says what is in doubt and what to do, under a word of its own.
    #[test]
    fn warnings_in_words() {
        let not_precise = |half_width: Option<&str>, needed| Warning::NotPrecise {
            group: "api".to_owned(),
            metric: "p99",
            replications: 200,
            half_width: half_width.map(str::to_owned),
            target: "5 %".to_owned(),
            needed,
        };
        let drifts_after = |is_piloted, change| Warning::Drifts {
            group: "api".to_owned(),
            change,
            is_piloted,
        };
        let drifts = |change| drifts_after(false, change);
        let cases = [
            (
                Warning::NoInterval {
                    group: "api".to_owned(),
                    percentile: 99.9,
                },
                "p99.9 of api has no interval: replications differ too much in how many packets lie \
                 beyond it, so lengthen `measure` or add replications",
            ),
            (
                Warning::ShortWindow {
                    group: "api".to_owned(),
                    metric: "p99",
                    excess: 0.6,
                },
                "p99 of api over all replications is 60.0 % higher than on average in each of \
                 them: a window shows too little of the tail, and comparisons of replications are \
                 of what it shows, so lengthen `measure`",
            ),
            (
                not_precise(Some("8.0 %"), Some(512)),
                "after 200 replications p99 of api is known to ± 8.0 %, and 5 % was asked for: \
                 about 512 would do, so raise `precision.max-replications`, lengthen `measure` or \
                 ask for less",
            ),
            (
                not_precise(None, None),
                "after 200 replications p99 of api has no interval, and 5 % was asked for: lengthen \
                 `measure`, or ask for another metric",
            ),
            (
                drifts(0.25),
                "latency of api still rises within the window: its mean is 25.0 % higher in the \
                 second half than in the first: lengthen `warm-up` or write \"auto\"",
            ),
            (
                drifts_after(true, 0.25),
                "latency of api still rises within the window: its mean is 25.0 % higher in the \
                 second half than in the first: lengthen `measure`, and with it the pilots of \
                 `warm-up`",
            ),
            (
                drifts(-0.031),
                "latency of api still falls within the window: its mean is 3.1 % lower in the \
                 second half than in the first: lengthen `warm-up` or write \"auto\"",
            ),
        ];
        for (warning, text) in cases {
            assert_eq!(warning.to_string(), text);
            assert_eq!(warning.task_group(), Some("api"));
        }
        assert_eq!(drifts(1.0).kind(), "drifts");
        assert_eq!(not_precise(None, None).kind(), "not-precise");
    }
}
