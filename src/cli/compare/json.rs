//! A comparison for machines: names are stable, and what does not apply is null.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Report, words};
use crate::compare::{Row, Settings, Verdict};
use crate::experiment::KeyDifference;
use crate::results::Results;

/// Version of the layout; rises when a name changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// Writes an object with the settings, both sides and a row per test.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let comparison = &report.comparison;
    let count = |verdict: Verdict| {
        let count = comparison.count(verdict);
        (verdict.name().to_owned(), json!(count))
    };
    let counts: Map<String, Value> = Verdict::ALL.map(count).into_iter().collect();
    let object = json!({
        "schema_version": SCHEMA_VERSION,
        "base": side(&report.base),
        "new": report.new.as_ref().map(side),
        "by": report.key,
        "differing_keys": report.keys.differing.as_ref().map(|keys| keys.iter().map(key).collect::<Vec<_>>()),
        "threshold": report.settings.threshold,
        "loss_floor": report.settings.loss_floor,
        "confidence": 1.0 - Settings::ERROR,
        "paired": comparison.paired,
        "tests": comparison.tests,
        "verdicts": counts,
        "rows": comparison.rows.iter().map(row).collect::<Vec<Value>>(),
        "repeated_points": comparison.repeated,
        "only_base": comparison.only_base,
        "only_new": comparison.only_new,
    });
    writeln!(out, "{object:#}")
}

fn side(results: &Results) -> Value {
    json!({
        "dir": results.dir.display().to_string(),
        "question": results.manifest.question,
        "seed": results.manifest.seed,
        "version": results.manifest.version,
        "model_version": results.manifest.model_version,
    })
}

/// A key of the experiment files and its values as TOML.
fn key(difference: &KeyDifference) -> Value {
    json!({ "key": difference.key, "base": difference.first, "new": difference.second })
}

fn row(row: &Row) -> Value {
    let point = row.point.iter();
    let point: Map<String, Value> = point
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    let (low, high) = row.interval.unzip();
    json!({
        "point": point,
        "base_value": row.values.as_ref().map(|(base, _)| base),
        "new_value": row.values.as_ref().map(|(_, new)| new),
        "task_group": row.task_group,
        "metric": row.metric.key(),
        "base": row.base,
        "new": row.new,
        "base_replications": row.replications.0,
        "new_replications": row.replications.1,
        "base_measured": row.measured.0,
        "new_measured": row.measured.1,
        "scale": row.scale.name(),
        "change": row.change,
        "low": low,
        "high": high,
        "tolerance": row.tolerance,
        "verdict": row.verdict.name(),
        "reason": row.reason.map(|reason| reason.to_string()),
        "settled_by": words::settled_by(row),
        "correlation": row.pairing.and_then(|pairing| pairing.correlation),
        "variance_reduction": row.pairing.and_then(|pairing| pairing.variance_reduction),
        "p_value": row.p_value,
        "p_holm": row.p_holm,
    })
}
