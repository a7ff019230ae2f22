//! What was asserted and what became of it: a table under the answer, JSON, an exit code.

use std::fs;
use std::io::Write;

use serde_json::{Map, Value, json};

use super::exit::{Exit, Failure};
use super::show::three_digits;
use super::size::counted;
use super::stderr::say;
use super::text::{short_keys, write_wrapped};
use crate::experiment::{Assertion, Experiment};
use crate::metric::Quantity;
use crate::plot::{change_label, mode_label};
use crate::results::{Judgement, PointVerdict, Results, Verdict};

/// How a run ends whose trials have all gone well. What is unclear counts as failed: a gate that
/// lets pass what it cannot tell is none.
///
/// What failed is said on stderr too: with `--json`, nothing else would say why the exit code is 4.
pub fn exit(judgements: &[Judgement<'_>]) -> Exit {
    let failed = [(Verdict::Fails, "fail"), (Verdict::Unclear, "unclear")];
    let failed: Vec<String> = failed
        .into_iter()
        .map(|(verdict, name)| (count(judgements, verdict), name))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    if failed.is_empty() {
        return Exit::Done;
    }
    let all = counted(judgements.len(), "assertion");
    say!("error: {} of {all}", failed.join(", "));
    Exit::Failed
}

fn count(judgements: &[Judgement<'_>], verdict: Verdict) -> usize {
    let with = judgements.iter().filter(|j| j.verdict() == verdict);
    with.count()
}

/// The assertions of the experiment file beside `results`; none, and a word about it, if this
/// version does not understand the file.
pub fn of_results(results: &Results) -> Vec<Assertion> {
    let path = results.dir.join("experiment.toml");
    let Ok(text) = fs::read_to_string(&path) else {
        return Vec::new();
    };
    match Experiment::parse(&path.display().to_string(), &text) {
        Ok(experiment) if experiment.points.len() == results.points.len() => experiment.assertions,
        Ok(_) => {
            say!(
                "warning: {} has another sweep than summary.csv; no assertion is judged",
                path.display()
            );
            Vec::new()
        }
        Err(_) => {
            say!(
                "warning: {} is not valid in this version; no assertion is judged",
                path.display()
            );
            Vec::new()
        }
    }
}

/// Writes each assertion with what was found, and below it where; for each that does not hold, why it
/// was made and what would settle it. Nothing without assertions.
pub fn write(
    results: &Results,
    judgements: &[Judgement<'_>],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if judgements.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(
        out,
        "assertions: {} hold, {} fail, {} unclear",
        count(judgements, Verdict::Holds),
        count(judgements, Verdict::Fails),
        count(judgements, Verdict::Unclear)
    )?;
    for judgement in judgements {
        let mark = match judgement.verdict() {
            Verdict::Holds => "✓",
            Verdict::Unclear => "?",
            Verdict::Fails => "✗",
        };
        let found = found(judgement.assertion, judgement.worst());
        let found = format!("{mark} {}  →  {found}", in_words(judgement.assertion));
        write_wrapped(&found, 4, out)?;
        let place = place(results, judgement);
        if !place.is_empty() {
            write_wrapped(&format!("    {place}"), 4, out)?;
        }
    }
    for judgement in judgements.iter().filter(|j| j.verdict() != Verdict::Holds) {
        let because = &judgement.assertion.because;
        let subject = in_words(judgement.assertion);
        if !because.is_empty() {
            write_wrapped(&format!("  {subject}: {because}"), 4, out)?;
        }
        if judgement.verdict() == Verdict::Unclear {
            let remedy = remedy(judgement.worst());
            write_wrapped(&format!("  {subject}: {remedy}"), 4, out)?;
        }
    }
    Ok(())
}

/// `p99 of api ≤ 2 ms`, or `p99 of api, by network.mode = bridge, ≥ 0.5`.
fn in_words(assertion: &Assertion) -> String {
    let (subject, limits) = (assertion.subject(), &assertion.limits.text);
    match assertion.against.as_str() {
        "" => format!("{subject} {limits}"),
        against => format!("{subject} / {against}: {limits}"),
    }
}

/// The value at a point, with its interval.
fn found(assertion: &Assertion, point: &PointVerdict) -> String {
    let Some(value) = point.value else {
        return "not defined".to_owned();
    };
    let is_ratio = !assertion.against.is_empty();
    let quantity = if is_ratio {
        Quantity::Ratio
    } else {
        assertion.metric.quantity()
    };
    let (unit, name) = match (quantity, value.abs()) {
        (Quantity::Ratio, _) => (1.0, ""),
        (Quantity::BitsPerSecond, bps) if bps >= 1e9 => (1e9, " Gbit/s"),
        (Quantity::BitsPerSecond, _) => (1e6, " Mbit/s"),
        (Quantity::Nanoseconds, ns) if ns >= 1e9 => (1e9, " s"),
        (Quantity::Nanoseconds, ns) if ns >= 1e6 => (1e6, " ms"),
        (Quantity::Nanoseconds, ns) if ns >= 1e3 => (1e3, " µs"),
        (Quantity::Nanoseconds, _) => (1.0, " ns"),
    };
    // Shares need a fourth digit, for those of two points differ by little.
    let text = |value: f64| match value / unit {
        0.0 => "0".to_owned(),
        small if small.abs() < 0.01 => format!("{small:.1e}"),
        fraction if fraction.abs() < 1.0 && name.is_empty() => format!("{fraction:.4}"),
        value => three_digits(value),
    };
    match point.interval {
        None => format!("{}{name}, no interval", text(value)),
        Some((low, high)) if is_ratio => {
            format!("{} ({} to {})", text(value), text(low), text(high))
        }
        Some((low, high)) => format!("{} ± {}{name}", text(value), text((high - low) / 2.0)),
    }
}

/// Where the deciding point is, and of how many; of keys that are varied one at a time, the one that
/// has left its base.
fn place(results: &Results, judgement: &Judgement<'_>) -> String {
    let manifest = &results.manifest;
    let Some(point) = results.points.get(judgement.worst().point) else {
        return String::new();
    };
    let names = short_keys(manifest.sweep_keys.iter().map(String::as_str));
    let keys = manifest.sweep_keys.iter().zip(&point.values);
    let mode = keys.clone().find(|(key, _)| *key == "network.mode");
    // Where the mode has no arbitration, the one that is swept is not in force.
    let is_idle = |key: &str, value: &str| {
        let has_none = mode.is_some_and(|(_, mode)| mode_label(mode, value, true) == *mode);
        key == "network.arbitration" && has_none
    };
    let mut pairs: Vec<String> = keys
        .zip(names)
        .filter(|((key, value), _)| !manifest.varied.contains(key) && !is_idle(key, value))
        .map(|((_, value), name)| format!("{name} {value}"))
        .collect();
    if !manifest.varied.is_empty() {
        pairs.push(match results.change(point) {
            Some(column) => change_label(&manifest.sweep_keys[column], &point.values[column]),
            None => "base".to_owned(),
        });
    }
    let place = pairs.join(", ");
    match judgement.points.len() {
        1 => place,
        n => format!("worst of {n} points: {place}"),
    }
}

/// What would settle an unclear point.
fn remedy(point: &PointVerdict) -> String {
    match (point.value, point.interval, point.replications) {
        (None, ..) => "nothing was delivered, or nothing above zero to compare".to_owned(),
        (_, None, _) => {
            "it has no interval; write replications = 10 in the file, or lengthen `measure`"
                .to_owned()
        }
        (_, _, Some(n)) => format!("replications = {n} would settle it, about"),
        (_, _, None) => "the value is so near to the limit that no number of replications settles \
            it; choose a limit that it should keep with room to spare"
            .to_owned(),
    }
}

/// An assertion as an object: its worst point, and how it was judged.
pub fn json(results: &Results, judgement: &Judgement<'_>) -> Value {
    let (assertion, worst) = (judgement.assertion, judgement.worst());
    let mut at = Map::new();
    if let Some(point) = results.points.get(worst.point) {
        for (key, value) in results.manifest.sweep_keys.iter().zip(&point.values) {
            at.insert(key.clone(), json!(value));
        }
    }
    json!({
        "assertion": in_words(assertion),
        "verdict": judgement.verdict().name(),
        "metric": assertion.metric.column(),
        "task_group": assertion.task_group,
        "against": assertion.against,
        "min": assertion.limits.min,
        "max": assertion.limits.max,
        "points": judgement.points.len(),
        "at": at,
        "value": worst.value,
        "low": worst.interval.map(|(low, _)| low),
        "high": worst.interval.map(|(_, high)| high),
        "replications_needed": worst.replications,
        "because": assertion.because,
    })
}
