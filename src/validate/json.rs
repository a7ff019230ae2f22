//! The report as JSON.

use serde::Serialize;

use super::csv::{judged, score};
use super::run::{Outcome, Report};

/// Version of the document: rises when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    enibench: &'static str,
    model_version: u32,
    seed: u64,
    quick: bool,
    summary: Summary,
    cases: Vec<CaseRow<'a>>,
}

#[derive(Serialize)]
struct Summary {
    cases: usize,
    hold: usize,
    estimates: usize,
    sum_of_squared_z: Option<f64>,
    independent_estimates: Option<f64>,
    chi_squared_p_value: Option<f64>,
}

/// A case; `null` where a number is not defined or infinite.
#[derive(Serialize)]
struct CaseRow<'a> {
    id: &'a str,
    group: &'a str,
    setup: &'a str,
    quantity: &'a str,
    unit: &'a str,
    judged: &'a str,
    reference_low: f64,
    reference: f64,
    simulated: f64,
    standard_error: Option<f64>,
    z: Option<f64>,
    replications: u32,
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    setup_core_s: Option<f64>,
}

/// The report as a JSON document. With `times`, the first case of each setup has the time that the
/// setup took on all cores together; without, the same seed gives the same bytes.
///
/// # Panics
/// Never: the document has no map whose keys are not text.
pub fn to_json(report: &Report, times: bool) -> String {
    let scores = report.scores;
    let summary = Summary {
        cases: report.outcomes.len(),
        hold: report.held(),
        estimates: scores.map_or(0, |scores| scores.count),
        sum_of_squared_z: scores.map(|scores| scores.sum_of_squares),
        independent_estimates: scores.map(|scores| scores.independent),
        chi_squared_p_value: scores.map(|scores| scores.p_value),
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        enibench: env!("CARGO_PKG_VERSION"),
        model_version: crate::MODEL_VERSION,
        seed: report.seed,
        quick: report.quick,
        summary,
        cases: report.outcomes.iter().map(|o| row(o, times)).collect(),
    };
    serde_json::to_string_pretty(&document).expect("numbers and text are JSON") + "\n"
}

fn row(outcome: &Outcome, times: bool) -> CaseRow<'_> {
    let finding = &outcome.finding;
    CaseRow {
        id: &outcome.id,
        group: outcome.group.name,
        setup: &outcome.setup,
        quantity: &outcome.quantity,
        unit: outcome.unit,
        judged: judged(&finding.verdict),
        reference_low: finding.reference.0,
        reference: finding.reference.1,
        simulated: finding.simulated,
        standard_error: finding.standard_error,
        z: score(&finding.verdict),
        replications: outcome.replications,
        holds: finding.holds(),
        setup_core_s: outcome.seconds.filter(|_| times),
    }
}
