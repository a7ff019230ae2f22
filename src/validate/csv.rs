//! The report as CSV: `validation.csv`.

use super::judge::Verdict;
use super::run::{Outcome, Report};

/// The columns. `reference_low` and `reference` differ where a number is held between bounds.
const COLUMNS: [&str; 13] = [
    "id",
    "group",
    "setup",
    "quantity",
    "unit",
    "judged",
    "reference_low",
    "reference",
    "simulated",
    "standard_error",
    "z",
    "replications",
    "holds",
];

/// The report as CSV, a row per case. No times are in it: the same seed gives the same bytes.
///
/// # Panics
/// Never: the rows are as long as the header, and memory can be written.
pub fn to_csv(report: &Report) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = "writing to memory does not fail";
    writer.write_record(COLUMNS).expect(written);
    for outcome in &report.outcomes {
        writer.write_record(row(outcome)).expect(written);
    }
    writer.into_inner().expect(written)
}

fn row(outcome: &Outcome) -> [String; COLUMNS.len()] {
    let finding = &outcome.finding;
    let optional = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    [
        outcome.id.clone(),
        outcome.group.name.to_owned(),
        outcome.setup.clone(),
        outcome.quantity.clone(),
        outcome.unit.to_owned(),
        judged(&finding.verdict).to_owned(),
        finding.reference.0.to_string(),
        finding.reference.1.to_string(),
        finding.simulated.to_string(),
        optional(finding.standard_error),
        optional(score(&finding.verdict)),
        outcome.replications.to_string(),
        finding.holds().to_string(),
    ]
}

/// How a case was judged, in a word.
pub(super) fn judged(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Score(_) => "estimate",
        Verdict::Within { .. } => "bounds",
        Verdict::Reached(_) => "ceiling",
        Verdict::Held { .. } => "identity",
    }
}

/// The normal score of an estimate.
pub(super) fn score(verdict: &Verdict) -> Option<f64> {
    match verdict {
        Verdict::Score(z) => Some(*z),
        _ => None,
    }
}
