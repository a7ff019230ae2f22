//! The answers as a table for people.

use std::fmt;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::super::text::write_wrapped;
use crate::sizing::{Answer, Binds, Metric, Mode, Outcome, Probe, Promise, REPLICATIONS};
use crate::sizing::{Request, Resource, Sizing};

/// Columns that a table takes at most.
const WIDTH: u16 = 80;

/// Writes the table, the reasons for what has no number, and what the numbers rest on.
pub(super) fn write(request: &Request, answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "definition\n",
        "type\n",
        "mode\n",
        "tasks\n",
        "what binds\n",
        "measured\nwith these tasks",
        "measured\nwith one more",
        "sure?\n",
        "tasks\n/vCPU",
    ]);
    let refused = Refused::of(answers);
    for answer in answers {
        if !refused.iter().any(|r| r.is_everywhere && r.is_of(answer)) {
            table.add_row(row(request, answer));
        }
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        match index {
            0 => column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(12))),
            4..=6 => column,
            _ => column.set_constraint(ColumnConstraint::ContentWidth),
        };
        if [3, 8].contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    // Long names and doubts are broken.
    table
        .set_width(WIDTH)
        .set_content_arrangement(ContentArrangement::Dynamic);
    writeln!(out, "{}", table.trim_fmt())?;
    writeln!(out)?;
    for refused in &refused {
        for line in refused.to_string().lines() {
            write_wrapped(line, 4, out)?;
        }
    }
    if !refused.is_empty() {
        writeln!(out)?;
    }
    foot(answers, out)
}

/// A mode that a definition cannot have. The reason is mostly the same on every type.
struct Refused<'a> {
    subject: &'a str,
    mode: Mode,
    reasons: &'a [String],
    types: Vec<&'a str>,
    is_everywhere: bool,
}

impl<'a> Refused<'a> {
    fn of(answers: &'a [Answer]) -> Vec<Refused<'a>> {
        let mut all: Vec<Refused<'a>> = Vec::new();
        for answer in answers {
            let Outcome::Refused(reasons) = &answer.outcome else {
                continue;
            };
            let instance = answer.instance.name;
            match all
                .iter_mut()
                .find(|r| r.is_of(answer) && r.reasons == reasons)
            {
                Some(known) => known.types.push(instance),
                None => all.push(Refused {
                    subject: &answer.subject,
                    mode: answer.mode,
                    reasons,
                    types: vec![instance],
                    is_everywhere: false,
                }),
            }
        }
        for refused in &mut all {
            let of_it = answers
                .iter()
                .filter(|answer| refused.is_of(answer))
                .count();
            refused.is_everywhere = refused.types.len() == of_it;
        }
        all
    }

    fn is_of(&self, answer: &Answer) -> bool {
        self.subject == answer.subject && self.mode == answer.mode
    }
}

impl fmt::Display for Refused<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused in {} mode", self.mode.name())?;
        if !self.is_everywhere {
            write!(f, " on {}", self.types.join(", "))?;
        }
        write!(f, ": {}", self.reasons.join("\n    and "))
    }
}

fn row(request: &Request, answer: &Answer) -> [String; 9] {
    let dash = || "-".to_owned();
    let head = [
        answer.subject.clone(),
        answer.instance.name.to_owned(),
        answer.mode.name().to_owned(),
    ];
    let tail = match &answer.outcome {
        Outcome::Refused(_) => [dash(), "refused".to_owned(), dash(), dash(), dash(), dash()],
        Outcome::Sized(sizing) => {
            let measured = |probe: &Option<Probe>| match probe {
                Some(probe) => measured(request, sizing, probe),
                None => dash(),
            };
            let density = answer.tasks_per_vcpu().unwrap_or(0.0);
            [
                sizing.tasks().to_string(),
                binds(request, sizing),
                measured(&sizing.at),
                measured(&sizing.one_more),
                sure(sizing),
                format!("{density:.2}"),
            ]
        }
    };
    let [a, b, c] = head;
    let [d, e, f, g, h, i] = tail;
    [a, b, c, d, e, f, g, h, i]
}

/// What stops one more task, in words.
pub(super) fn binds(request: &Request, sizing: &Sizing) -> String {
    match sizing.binds() {
        Binds::Resource(resource) => resource.name().to_owned(),
        Binds::Promise(index) => request.promises[index].to_string(),
    }
}

fn sure(sizing: &Sizing) -> String {
    if sizing.is_sure() {
        return "sure".to_owned();
    }
    let bracket = &sizing.bracket;
    let tasks = |count: u32| count.saturating_mul(sizing.definitions);
    let broken = match bracket.broken {
        Some(broken) => format!("broken ≥ {}", tasks(broken)),
        None => format!("fits {}", tasks(sizing.fit.limit)),
    };
    format!("kept ≥ {}, {broken}", tasks(bracket.kept))
}

fn measured(request: &Request, sizing: &Sizing, probe: &Probe) -> String {
    let (promise, finding) = (
        &request.promises[sizing.hardest],
        &probe.findings[sizing.hardest],
    );
    let half = finding.high - finding.value;
    format!(
        "{} {}",
        promise.name(),
        with_interval(promise, finding.value, half)
    )
}

/// A value with the half width of its interval, in one unit.
fn with_interval(promise: &Promise, value: f64, half: f64) -> String {
    if value.is_infinite() {
        return "beyond (loss)".to_owned();
    }
    if promise.metric == Metric::Loss {
        return match value {
            0.0 => format!("0 ± {half:.0e}"),
            _ => format!("{value:.1e} ± {half:.0e}"),
        };
    }
    let units = [("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1.0)];
    let (unit, scale) = units
        .into_iter()
        .find(|(_, scale)| value >= *scale)
        .unwrap_or(("ns", 1.0));
    let (value, half) = (value / scale, half / scale);
    // Three digits of the value, or as many as show the interval's first.
    let digits = |number: f64, count: f64| (count - 1.0 - number.log10().floor()).clamp(0.0, 3.0);
    let of_value = if value > 0.0 { digits(value, 3.0) } else { 0.0 };
    let of_half = if half > 0.0 { digits(half, 1.0) } else { 0.0 };
    let precision = of_value.max(of_half) as usize;
    format!("{value:.precision$} ± {half:.precision$} {unit}")
}

fn foot(answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
    let probes = answers.iter().filter_map(|answer| match &answer.outcome {
        Outcome::Sized(sizing) => sizing.at.as_ref().or(sizing.one_more.as_ref()),
        Outcome::Refused(_) => None,
    });
    let windows: Vec<f64> = probes.clone().map(|p| p.measure.as_s_lossy()).collect();
    let packets: Vec<u64> = probes
        .map(|p| p.packets / u64::from(p.replications))
        .collect();
    if let (Some(packets), Some(shortest), Some(longest)) = (
        packets.iter().min(),
        windows.iter().copied().reduce(f64::min),
        windows.iter().copied().reduce(f64::max),
    ) {
        let (shortest, longest) = (seconds(shortest), seconds(longest));
        let recorded = match shortest == longest {
            true => shortest,
            false => format!("{shortest} to {longest}"),
        };
        let [least, .., most] = REPLICATIONS;
        write_wrapped(
            &format!(
                "each number: {least} to {most} replications of at least {packets} packets ({recorded} \
             recorded)"
            ),
            2,
            out,
        )?;
    }
    let by_ports = |answer: &&Answer| match &answer.outcome {
        Outcome::Sized(sizing) => sizing.binds() == Binds::Resource(Resource::Ports),
        Outcome::Refused(_) => false,
    };
    if answers.iter().any(|answer| by_ports(&answer)) {
        write_wrapped(
            "host ports: a port of the instance goes to one task; in bridge mode, leave hostPort \
             out for dynamic ones",
            2,
            out,
        )?;
    }
    write_wrapped(
        "burst credit: full where the mean load is below the type's baseline, spent where it is \
         above",
        2,
        out,
    )?;
    write_wrapped(
        "±: one-sided 95 % interval · sure: so on both sides, or nothing more fits",
        2,
        out,
    )?;
    write_wrapped("memory: 2.5 % less than the type's, a guess", 2, out)
}

fn seconds(s: f64) -> String {
    match s {
        0.0..1.0 => format!("{:.0} ms", s * 1e3),
        1.0..100.0 => format!("{s:.1} s"),
        _ => format!("{s:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizing::{Bracket, Fit};

    #[test]
    fn values_and_intervals_share_a_unit() {
        let p99: Promise = "p99 < 2 ms".parse().unwrap();
        for (value, half, text) in [
            (1_234_567.0, 12_345.0, "1.23 ± 0.01 ms"),
            (170_123.0, 1_000.0, "170 ± 1 us"),
            (172_341.0, 21.0, "172.34 ± 0.02 us"),
            (12.0, 0.0, "12.0 ± 0.0 ns"),
            (2.5e9, 1e8, "2.50 ± 0.10 s"),
            (0.0, 0.0, "0 ± 0 ns"),
            (f64::INFINITY, f64::NAN, "beyond (loss)"),
        ] {
            assert_eq!(with_interval(&p99, value, half), text);
        }
        let loss: Promise = "loss < 1e-4".parse().unwrap();
        assert_eq!(with_interval(&loss, 1.23e-5, 2e-6), "1.2e-5 ± 2e-6");
        assert_eq!(with_interval(&loss, 0.0, 6e-7), "0 ± 6e-7");
    }

    /// Numbers are of all tasks: two definitions, sized as one.
    #[test]
    fn doubt_is_a_bracket() {
        let sizing = |kept, broken| Sizing {
            definitions: 2,
            fit: Fit {
                limit: 20,
                by: Resource::Cpu,
            },
            bracket: Bracket {
                answer: 12,
                kept,
                broken,
            },
            hardest: 0,
            at: None,
            one_more: None,
            experiment: None,
        };
        assert_eq!(sure(&sizing(12, Some(13))), "sure");
        assert_eq!(sure(&sizing(10, Some(15))), "kept ≥ 20, broken ≥ 30");
        assert_eq!(sure(&sizing(12, None)), "kept ≥ 24, fits 40");
    }

    #[test]
    fn windows_are_rounded_for_reading() {
        assert_eq!(seconds(0.25), "250 ms");
        assert_eq!(seconds(2.04), "2.0 s");
        assert_eq!(seconds(86_400.0), "86400 s");
    }
}
