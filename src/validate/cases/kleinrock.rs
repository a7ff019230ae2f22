//! Kleinrock's conservation law: no scheduler makes waiting go away.

use super::file::{File, POISSON, SHARED, Task, task, traffic_of};
use crate::measure::{Measurements, Stage};
use crate::theory::priority::{Class, conserved_sum, fifo_mean_wait};
use crate::validate::case::{Case, Group, Part, Setup};
use crate::validate::reading::stage_us;

pub(super) const GROUP: Group = Group {
    key: "kleinrock",
    name: "Conservation",
    about: "Σρ·W is the same for every work-conserving discipline (Kleinrock 1965)",
    setups,
};

/// Times of a packet of each class \[µs\]: 64 and 1500 B.
const SERVICES_US: [f64; 2] = [0.512, 12.0];

/// Loads of the classes.
const LOADS: [f64; 2] = [0.1, 0.7];

fn setups() -> Vec<Setup> {
    [
        ("FIFO", "bridge", "fifo", ""),
        ("mice first", "bridge", "priority", ""),
        ("elephants first", "bridge", "priority", ""),
        (
            "FIFO over ENIs",
            "awsvpc",
            "fifo",
            r#"arbitration = "fifo""#,
        ),
        (
            "round robin",
            "awsvpc",
            "fifo",
            r#"arbitration = "round-robin""#,
        ),
        (
            "deficit round robin",
            "awsvpc",
            "fifo",
            r#"arbitration = "drr""#,
        ),
    ]
    .map(of)
    .into()
}

fn classes() -> [Class; 2] {
    [0, 1].map(|class| Class::constant(LOADS[class], SERVICES_US[class]))
}

fn of((name, mode, discipline, network): (&str, &str, &str, &str)) -> Setup {
    let class = |class: usize, size: &str| {
        let rate = LOADS[class] / SERVICES_US[class] * 1e6;
        traffic_of(POISSON, rate, size)
    };
    let file = File {
        measure: if discipline == "priority" {
            "1 s"
        } else {
            "10 s"
        },
        mode,
        discipline,
        network,
        tasks: &[
            Task {
                more: if name == "elephants first" {
                    "priority = 1"
                } else {
                    ""
                },
                ..task("mice", 1, class(0, r#""64 B""#))
            },
            Task {
                more: if name == "mice first" {
                    "priority = 1"
                } else {
                    ""
                },
                ..task("elephants", 1, class(1, r#""1500 B""#))
            },
        ],
        ..SHARED
    };
    let sum = conserved_sum(&classes());
    let mut cases = vec![Case::estimate("ρ·W of all classes", "µs", sum, |m| {
        weighted_wait(&m[0])
    })];
    if name.starts_with("FIFO") {
        let wait = fifo_mean_wait(&classes());
        for (group, quantity) in ["mean wait of mice", "mean wait of elephants"]
            .into_iter()
            .enumerate()
        {
            cases.push(Case::estimate(quantity, "µs", wait, move |m| {
                stage_us(&m[0], &[Stage::EniWait], |task| task.group == group)
            }));
        }
    }
    Setup::windows(name, [file.text()], cases)
}

/// Σρ_kW_k: the waits of all packets, each times its service, over the time in which they arrive,
/// which is their number over their rate.
fn weighted_wait(m: &Measurements) -> Part {
    let mut part = Part {
        sum: 0.0,
        weight: 0.0,
    };
    for (group, service) in SERVICES_US.into_iter().enumerate() {
        let waits = stage_us(m, &[Stage::EniWait], |task| task.group == group);
        part.sum += waits.sum * service;
        part.weight += waits.weight;
    }
    part.weight /= classes().iter().map(|class| class.rate).sum::<f64>();
    part
}
