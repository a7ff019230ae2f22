//! Two sets of results, side by side: what changed, how sure that is, and whether it is good news.
//!
//! # Model
//! Each test is about one metric of one task group at one sweep point. Its change has an interval,
//! and the verdict is read off that interval alone: *better* or *worse* if all of it lies beyond the
//! threshold on one side, *same* if all of it lies within, *unclear* otherwise. The intervals of all
//! tests hold together with 95 % confidence (Bonferroni), so that of all verdicts of a comparison, be
//! they about a change or about none, any is wrong in at most one comparison of twenty:
//! [`crate::design::d0022_verdicts_from_simultaneous_intervals`].
//!
//! Where both sides have the same seed, replications of one number met the same packets and are
//! compared as pairs; otherwise both sides are independent.
//!
//! # Example
//! From trials in memory, without a file:
//!
//! ```
//! use enibench::compare::{Settings, Side, SidePoint, Verdict, compare};
//! use enibench::experiment::Experiment;
//! use enibench::results::Summarizer;
//! use enibench::results::read::GroupReplications;
//! use enibench::trial::Trial;
//!
//! fn side(egress: &str) -> Result<Side, Box<dyn std::error::Error>> {
//!     let file = format!(r#"
//!         question = "What does a slower link change?"
//!         measure = "100 ms"
//!         [instance]
//!         egress = "{egress}"
//!         host-stack = "none"
//!         [network]
//!         mode = "bridge"
//!         propagation = "0 s"
//!         eni-queue = {{ capacity = "unlimited" }}
//!         [[task]]
//!         name = "a"
//!         traffic = {{ arrivals = "poisson", rate = "800 Mbit/s", packet-size = "1250 B" }}
//!     "#);
//!     let experiment = Experiment::parse("x.toml", &file)?;
//!     let mut points = Vec::new();
//!     for point in experiment.points {
//!         let mut groups = Vec::new();
//!         let mut summarizer = Summarizer::new(&point.scenario);
//!         for replication in 0..experiment.replications {
//!             let scenario = point.scenario.clone();
//!             let trial = Trial { scenario, seed: experiment.seed, replication };
//!             summarizer.add(&trial.run()?);
//!             for (group, measured) in summarizer.last_replication() {
//!                 GroupReplications::add(&mut groups, group, replication, measured);
//!             }
//!         }
//!         points.push(SidePoint { values: point.values, groups });
//!     }
//!     let (seed, sweep_keys) = (Some(experiment.seed), experiment.sweep_keys);
//!     Ok(Side { seed, sweep_keys, points })
//! }
//!
//! let comparison = compare(&side("1 Gbit/s")?, &side("950 Mbit/s")?, &Settings::default())?;
//! assert_eq!(comparison.rows[0].metric.key(), "mean");
//! assert_eq!(comparison.rows[0].verdict, Verdict::Worse);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod judge;
mod matching;
mod row;
mod side;
mod values;

pub use matching::{CompareError, Pair};
pub use row::{Reason, Row, Scale, Verdict};
pub use side::{Side, SidePoint};

use crate::metric::Metric;
use crate::stats;
use matching::Matched;

/// What to compare, and when a change counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The metrics, in the order of the rows.
    pub metrics: Vec<Metric>,
    /// The task groups; all if empty.
    pub task_groups: Vec<String>,
    /// Relative change up to which two values are the same; from 0, below 1.
    pub threshold: f64,
    /// Difference up to which two loss ratios are the same, however small they are; from 0.
    pub loss_floor: f64,
}

impl Settings {
    /// Probability that any of the intervals of a comparison misses the truth.
    pub const ERROR: f64 = 1.0 - stats::CONFIDENCE;

    /// Threshold unless told otherwise.
    pub const THRESHOLD: f64 = 0.05;

    /// Floor of loss unless told otherwise: one packet of ten thousand.
    pub const LOSS_FLOOR: f64 = 1e-4;

    /// Metrics unless told otherwise: those of most questions. Each more widens all intervals.
    pub const METRICS: [Metric; 4] = [
        Metric::SojournMean,
        Metric::SojournP99,
        Metric::LossRatio,
        Metric::Throughput,
    ];
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            metrics: Settings::METRICS.to_vec(),
            task_groups: Vec::new(),
            threshold: Settings::THRESHOLD,
            loss_floor: Settings::LOSS_FLOOR,
        }
    }
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// By point in the order of the base, then by task group, then by metric.
    pub rows: Vec<Row>,
    /// Tests whose intervals hold together: the rows that have one.
    pub tests: usize,
    /// Whether replications were compared as pairs.
    pub paired: bool,
    /// Points left out because an earlier one has the same numbers on both sides.
    pub repeated: usize,
    /// Points and task groups that only the base has, in words.
    pub only_base: Vec<String>,
    /// Points and task groups that only the new side has, in words.
    pub only_new: Vec<String>,
}

impl Comparison {
    /// Least and most replications of a row that were paired, and the most that a side of one has; `None`
    /// where none was left without a partner.
    pub fn partly_paired(&self) -> Option<(usize, usize, usize)> {
        let is_pair = |row: &&Row| self.paired && row.reason != Some(Reason::Undefined);
        let rows = self.rows.iter().filter(is_pair);
        let counts = rows.map(|row| (row.replications.0, row.measured.0.max(row.measured.1)));
        let counts: Vec<(usize, usize)> = counts.collect();
        let is_left_out = counts.iter().any(|(paired, measured)| paired < measured);
        let paired = || counts.iter().map(|(paired, _)| *paired);
        let measured = counts.iter().map(|(_, measured)| *measured).max()?;
        is_left_out.then_some((paired().min()?, paired().max()?, measured))
    }

    /// How many rows have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows
            .iter()
            .filter(|row| row.verdict == verdict)
            .count()
    }
}

/// Compares `new` with `base`, point by point of the same values.
///
/// # Errors
/// If the sides have no point or task group in common, or lack a group that was asked for.
pub fn compare(base: &Side, new: &Side, settings: &Settings) -> Result<Comparison, CompareError> {
    judge(Matched::of_sides(base, new)?, settings)
}

/// Compares values of the swept `key` within `side`: each of `values` after the first with the first,
/// or all of the key's values if none are named; the other keys being equal.
///
/// # Errors
/// If the key is not swept, does not take a value that was named, or has but one.
pub fn compare_values(
    side: &Side,
    key: &str,
    values: &[String],
    settings: &Settings,
) -> Result<Comparison, CompareError> {
    judge(Matched::of_values(side, key, values)?, settings)
}

fn judge(mut matched: Matched<'_>, settings: &Settings) -> Result<Comparison, CompareError> {
    let repeated = matched.leave_out_repeated();
    matched.restrict(&settings.task_groups)?;
    let rows = judge::rows(&matched, settings);
    if rows.is_empty() {
        return Err(matched.nothing(settings));
    }
    Ok(Comparison {
        tests: rows.iter().filter(|row| row.interval.is_some()).count(),
        rows,
        paired: matched.paired,
        repeated,
        only_base: matched.only_base,
        only_new: matched.only_new,
    })
}

#[cfg(test)]
mod tests;
