//! A comparison for machines: names are stable, and what does not apply is null.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Report;
use crate::compare::{Reason, Row, Settings, Verdict};
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
        "threshold": report.settings.threshold,
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

fn row(row: &Row) -> Value {
    let point = row.point.iter();
    let point: Map<String, Value> = point
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    let settled_by = match row.reason {
        Some(Reason::Wide { settled_by }) => settled_by,
        _ => None,
    };
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
        "scale": row.scale.name(),
        "change": row.change,
        "low": low,
        "high": high,
        "tolerance": row.tolerance,
        "verdict": row.verdict.name(),
        "reason": row.reason.map(|reason| reason.to_string()),
        "settled_by": settled_by,
        "correlation": row.pairing.and_then(|pairing| pairing.correlation),
        "variance_reduction": row.pairing.and_then(|pairing| pairing.variance_reduction),
        "p_value": row.p_value,
        "p_holm": row.p_holm,
    })
}
