//! One shared queue against a hard share of the link for each task.

use super::file::{File, SHARED, poisson, task};
use super::{SERVICE_US, beyond};
use crate::measure::{Measurements, Stage};
use crate::theory::md1::Md1;
use crate::theory::pooling::{crossover_of_mean, crossover_of_quantile, partition_quantile};
use crate::validate::case::{Case, Group, Length, Setup};
use crate::validate::reading::{sojourn_ps, stage_us};

pub(super) const GROUP: Group = Group {
    key: "pooling",
    name: "Pooling",
    about: "a shared queue against a hard 1/N of the link; where the split begins to pay",
    setups,
};

/// Tasks of the instance.
const TASKS: u32 = 8;

/// What each victim offers, where there is a bully.
const VICTIM: f64 = 0.1;

const PARTITION: File<'static> = File {
    mode: "awsvpc",
    instance: "enis = 9",
    network: r#"arbitration = "partition""#,
    ..SHARED
};

fn setups() -> Vec<Setup> {
    vec![
        partition(),
        alone(),
        turns(),
        crossover_in_p99(),
        crossover_in_mean(),
    ]
}

/// Every delay behind a hard 1/N is N times that of the shared queue.
fn partition() -> Setup {
    let tasks = f64::from(TASKS);
    let queue = Md1::new(0.8);
    let file = File {
        warm_up: "200 ms",
        measure: "20 s",
        tasks: &[task("a", TASKS, poisson(VICTIM))],
        ..PARTITION
    };
    let mean = SERVICE_US * tasks * queue.mean_wait();
    let sojourn = |p| tasks + partition_quantile(TASKS, VICTIM, p);
    let cases = vec![
        Case::estimate("mean wait, 8 times the shared", "µs", mean, |m| {
            eni_wait(&m[0])
        }),
        beyond("P(sojourn > 8 × p50)".into(), sojourn(0.5), 0.5),
        beyond("P(sojourn > 8 × p99)".into(), sojourn(0.99), 0.01),
        beyond("P(sojourn > 8 × p99.9)".into(), sojourn(0.999), 0.001),
    ];
    Setup::windows("N = 8, load 0.8", [file.text()], cases)
}

/// A task behind its hard share meets, to the picosecond, what it meets alone at so slow a link.
fn alone() -> Setup {
    let tasks = [
        task("first", 1, poisson(VICTIM)),
        task("others", 7, poisson(VICTIM)),
    ];
    let together = File {
        measure: "1 s",
        tasks: &tasks,
        ..PARTITION
    };
    let alone = File {
        measure: "1 s",
        egress: r#""125 Mbit/s""#,
        tasks: &tasks[..1],
        ..SHARED
    };
    let cases = vec![Case::identity("sojourns, sum", "ps", |m| {
        let of = |m: &Measurements| m.groups[0].sojourn_sum_ps;
        (of(&m[0]), of(&m[1]))
    })];
    Setup {
        name: "a partition is a link of its own".to_owned(),
        files: vec![together.text(), alone.text()],
        length: Length::Once,
        cases,
    }
}

/// Packets of one size that ENIs send in turn, and in the order of their arrival: the number inside
/// is the same at every instant.
fn turns() -> Setup {
    let tasks = [task("a", 4, poisson(0.15)), task("b", 1, poisson(0.25))];
    let of = |mode, network| {
        let file = File {
            warm_up: "0 s",
            measure: "1 s",
            mode,
            network,
            tasks: &tasks,
            ..SHARED
        };
        file.text()
    };
    let files = vec![
        of("bridge", ""),
        of("awsvpc", r#"arbitration = "round-robin""#),
        of("awsvpc", r#"arbitration = "drr""#),
        of("awsvpc", r#"arbitration = "fifo""#),
    ];
    // The integral of the number inside over the window, in packets times its length.
    let inside = |m: &Measurements| (m.backlog_mean * 1e12).round() as u128;
    let same = |quantity: &str, other: usize| {
        Case::identity(quantity, "1e-12 packets", move |m| {
            (inside(&m[other]), inside(&m[0]))
        })
    };
    let mut cases = vec![
        same("backlog, round robin", 1),
        same("backlog, DRR", 2),
        same("backlog, FIFO at ENIs", 3),
    ];
    cases.push(Case::identity("sojourns, FIFO at ENIs", "ps", |m| {
        (sojourn_ps(&m[3]), sojourn_ps(&m[0]))
    }));
    Setup {
        name: "turns move waiting, and add none".to_owned(),
        files,
        length: Length::Once,
        cases,
    }
}

/// Victims and a bully that make this load together.
fn beside_a_bully(total: f64) -> String {
    let victims = f64::from(TASKS - 1) * VICTIM;
    let file = File {
        warm_up: "400 ms", // 26,000 services at load 0.9726
        measure: "50 s",
        tasks: &[
            task("victim", TASKS - 1, poisson(VICTIM)),
            task("bully", 1, poisson(total - victims)),
        ],
        ..SHARED
    };
    file.text()
}

/// The total load at which the shared queue's p99 is that of the split.
fn crossover_in_p99() -> Setup {
    let total = crossover_of_quantile(TASKS, VICTIM, 0.99);
    let wait = partition_quantile(TASKS, VICTIM, 0.99);
    let cases = vec![beyond(
        "P(shared wait > p99 of the split)".into(),
        1.0 + wait,
        0.01,
    )];
    Setup::windows(
        format!("p99 crosses at load {total:.5}"),
        [beside_a_bully(total)],
        cases,
    )
}

/// The total load at which the shared queue's mean is that of the split.
fn crossover_in_mean() -> Setup {
    let total = crossover_of_mean(TASKS, VICTIM);
    let mean = SERVICE_US * f64::from(TASKS) * Md1::new(f64::from(TASKS) * VICTIM).mean_wait();
    let cases = vec![Case::estimate(
        "mean wait, that of the split",
        "µs",
        mean,
        |m| eni_wait(&m[0]),
    )];
    Setup::windows(
        format!("mean crosses at load {total:.5}"),
        [beside_a_bully(total)],
        cases,
    )
}

fn eni_wait(m: &Measurements) -> crate::validate::case::Part {
    stage_us(m, &[Stage::EniWait], |_| true)
}
