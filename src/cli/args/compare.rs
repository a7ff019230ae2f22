//! Arguments of `enibench compare`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::compare::Verdict;
use crate::metric::Metric;

/// `enibench compare`.
#[derive(Debug, Args)]
#[command(
    after_help = "Results with one seed met the same packets and are compared replication by \
replication; others by Welch's t. The intervals of all tests hold together with 95 % confidence; a \
verdict is read off its interval. Loss that is nearly zero is judged by --loss-floor, because a part of \
almost nothing says nothing. What is same is counted, and shown with --all.\n\nExamples:\n  enibench compare results/before results/after\n  \
enibench compare results/x --by network.mode=bridge,awsvpc --metric p99\n\nExit codes: 0 done, 1 \
internal or I/O error, 2 wrong usage, or nothing to compare, 4 a verdict of --fail-on."
)]
pub struct CompareArgs {
    /// Result directory to compare with
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// Result directory that is compared
    #[arg(
        value_name = "NEW",
        required_unless_present = "by",
        conflicts_with = "by"
    )]
    pub new: Option<PathBuf>,
    /// Compare values of a swept key inside BASE: all with the first, or those named, the base first
    #[arg(long, value_name = "KEY[=VALUE,VALUE]")]
    pub by: Option<String>,
    /// Metrics, separated by commas; each more widens all intervals
    #[arg(
        long = "metric",
        value_name = "METRICS",
        value_delimiter = ',',
        default_value = "mean,p99,loss,throughput",
        value_parser = metric()
    )]
    pub metrics: Vec<Metric>,
    /// Task groups, separated by commas [default: all, and all tasks together]
    #[arg(long = "task", value_name = "GROUPS", value_delimiter = ',')]
    pub task_groups: Vec<String>,
    /// Change up to which two values are the same
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "5%",
        allow_hyphen_values = true, // so that a negative one is told the range
        value_parser = threshold
    )]
    pub threshold: f64,
    /// Change of a loss up to which it is the same, in percentage points, however small it is
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "0.01%",
        allow_hyphen_values = true,
        value_parser = threshold
    )]
    pub loss_floor: f64,
    /// Verdicts that make the command fail, separated by commas
    #[arg(
        long,
        value_name = "VERDICTS",
        value_delimiter = ',',
        default_value = "worse",
        value_enum
    )]
    pub fail_on: Vec<FailOn>,
    /// Show every test, also those whose verdict is same
    #[arg(long, conflicts_with = "json")]
    pub all: bool,
    /// As a Markdown table, to be pasted into a review
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// As one JSON object, with full precision: the settings, `verdicts` counted, `rows` with every test
    #[arg(long)]
    pub json: bool,
}

/// What a comparison fails on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A change for the worse
    Worse,
    /// A change for the better
    Better,
    /// A change of a metric without a good direction
    Changed,
    /// No change
    Same,
    /// Too few replications to tell
    Unclear,
    /// Nothing
    None,
}

impl FailOn {
    /// The verdict; `None` for nothing.
    pub const fn verdict(self) -> Option<Verdict> {
        match self {
            FailOn::Worse => Some(Verdict::Worse),
            FailOn::Better => Some(Verdict::Better),
            FailOn::Changed => Some(Verdict::Changed),
            FailOn::Same => Some(Verdict::Same),
            FailOn::Unclear => Some(Verdict::Unclear),
            FailOn::None => None,
        }
    }
}

fn metric() -> impl TypedValueParser<Value = Metric> {
    let keys = Metric::ALL.map(Metric::key);
    PossibleValuesParser::new(keys)
        .map(|key| Metric::find(&key).expect("every possible value is a metric"))
}

fn threshold(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').map(str::trim_end);
    let percent = number.and_then(|number| number.parse::<f64>().ok());
    percent
        .filter(|percent| (0.0..100.0).contains(percent))
        .map(|percent| percent / 100.0)
        .ok_or_else(|| "write a percentage from 0 % to below 100 %, for example \"5%\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_percentages() {
        assert_eq!(threshold("5%"), Ok(0.05));
        assert_eq!(threshold(" 0.5 % "), Ok(0.005));
        assert_eq!(threshold("0%"), Ok(0.0));
        for wrong in ["5", "0.05", "100%", "-1%", "five", "nan%"] {
            let told = threshold(wrong).unwrap_err();
            assert!(told.contains("for example \"5%\""), "{wrong}: {told}");
        }
    }

    #[test]
    fn every_verdict_can_be_failed_on() {
        let verdicts: Vec<Verdict> = FailOn::value_variants()
            .iter()
            .filter_map(|fail_on| fail_on.verdict())
            .collect();
        assert_eq!(verdicts.len(), Verdict::ALL.len());
        assert!(
            Verdict::ALL
                .iter()
                .all(|verdict| verdicts.contains(verdict))
        );
    }
}
