//! The answers as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::table::binds;
use crate::sizing::{Answer, Outcome, Probe, Request, Sizing};

/// An answer. Times are in nanoseconds, the window in seconds; a value without end is `null`.
#[derive(Serialize)]
struct Row<'a> {
    definition: &'a str,
    instance_type: &'a str,
    mode: &'a str,
    vcpus: u32,
    tasks: Option<u32>,
    tasks_per_vcpu: Option<f64>,
    fits: Option<u32>,
    binds: Option<String>,
    sure: Option<bool>,
    kept: Option<u32>,
    broken: Option<u32>,
    at: Option<ProbeRow>,
    one_more: Option<ProbeRow>,
    refused: &'a [String],
}

#[derive(Serialize)]
struct ProbeRow {
    tasks: u32,
    replications: u32,
    measure_s: f64,
    packets: u64,
    promises: Vec<FindingRow>,
}

#[derive(Serialize)]
struct FindingRow {
    promise: String,
    task_group: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    verdict: &'static str,
}

/// Writes an array with an object per answer.
pub(super) fn write(request: &Request, answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Row<'_>> = answers.iter().map(|answer| row(request, answer)).collect();
    serde_json::to_writer_pretty(&mut *out, &rows)?;
    writeln!(out)
}

fn row<'a>(request: &Request, answer: &'a Answer) -> Row<'a> {
    let (sizing, refused) = match &answer.outcome {
        Outcome::Sized(sizing) => (Some(sizing), &[][..]),
        Outcome::Refused(reasons) => (None, &reasons[..]),
    };
    let tasks = |sizing: &Sizing, count: u32| count.saturating_mul(sizing.definitions);
    let probe = |of: fn(&Sizing) -> &Option<Probe>| {
        let sizing = sizing?;
        of(sizing)
            .as_ref()
            .map(|probe| probe_row(request, sizing, probe))
    };
    Row {
        definition: &answer.subject,
        instance_type: answer.instance.name,
        mode: answer.mode.name(),
        vcpus: answer.instance.vcpus,
        tasks: sizing.map(|s| s.tasks()),
        tasks_per_vcpu: answer.tasks_per_vcpu(),
        fits: sizing.map(|s| tasks(s, s.fit.limit)),
        binds: sizing.map(|s| binds(request, s)),
        sure: sizing.map(|s| s.is_sure()),
        kept: sizing.map(|s| tasks(s, s.bracket.kept)),
        broken: sizing.and_then(|s| s.bracket.broken.map(|broken| tasks(s, broken))),
        at: probe(|s| &s.at),
        one_more: probe(|s| &s.one_more),
        refused,
    }
}

fn probe_row(request: &Request, sizing: &Sizing, probe: &Probe) -> ProbeRow {
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    let pairs = probe.findings.iter().zip(&request.promises);
    let promises = pairs.map(|(finding, promise)| FindingRow {
        promise: promise.to_string(),
        task_group: finding.group.clone(),
        value: finite(finding.value),
        low: finite(finding.low),
        high: finite(finding.high),
        verdict: finding.verdict.name(),
    });
    ProbeRow {
        tasks: probe.count.saturating_mul(sizing.definitions),
        replications: probe.replications,
        measure_s: probe.measure.as_s_lossy(),
        packets: probe.packets,
        promises: promises.collect(),
    }
}
