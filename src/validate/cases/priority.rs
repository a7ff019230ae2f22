//! Strict priority at the queue of a shared ENI: a transmission that has begun is finished.

use super::SERVICE_US;
use super::file::{EXPONENTIAL, FIXED, File, POISSON, SHARED, Task, task, traffic, traffic_of};
use crate::measure::Stage;
use crate::theory::priority::{Class, mean_waits};
use crate::validate::case::{Case, Group, Setup};
use crate::validate::reading::stage_us;

pub(super) const GROUP: Group = Group {
    key: "priority",
    name: "M/G/1 with priority",
    about: "urgent packets first, transmissions not interrupted (Cobham 1954)",
    setups,
};

/// Lines of the tasks of each class, the most urgent first.
const PRIORITIES: [&str; 3] = ["priority = 0", "priority = 1", "priority = 2"];

fn setups() -> Vec<Setup> {
    vec![
        alike("exponential sizes, ρ = 0.3 + 0.5", &[0.3, 0.5], EXPONENTIAL),
        alike("equal sizes, ρ = 0.3 + 0.5", &[0.3, 0.5], FIXED),
        alike(
            "exponential sizes, ρ = 0.2 + 0.3 + 0.3",
            &[0.2, 0.3, 0.3],
            EXPONENTIAL,
        ),
        mice_and_elephants(),
    ]
}

/// Classes whose packets have sizes of one law.
fn alike(name: &str, loads: &[f64], size: &str) -> Setup {
    let class = |load: &f64| match size {
        FIXED => Class::constant(*load, SERVICE_US),
        _ => Class::exponential(*load, SERVICE_US),
    };
    let classes: Vec<Class> = loads.iter().map(class).collect();
    let names = ["first", "second", "third"];
    let tasks = loads.iter().zip(names).zip(PRIORITIES);
    let tasks: Vec<Task<'_>> = tasks
        .map(|((load, name), more)| Task {
            more,
            ..task(name, 1, traffic(POISSON, *load, size))
        })
        .collect();
    setup(name, &tasks, &classes, &names)
}

/// Small packets before large ones: 64 B at load 0.1, 1500 B at 0.7.
fn mice_and_elephants() -> Setup {
    let services = [0.512, 12.0];
    let loads = [0.1, 0.7];
    let classes = [0, 1].map(|class| Class::constant(loads[class], services[class]));
    let of = |class: usize, name, size| Task {
        more: PRIORITIES[class],
        ..task(
            name,
            1,
            traffic_of(POISSON, classes[class].rate * 1e6, size),
        )
    };
    let names = ["mice", "elephants"];
    let tasks = [of(0, names[0], r#""64 B""#), of(1, names[1], r#""1500 B""#)];
    setup("mice before elephants", &tasks, &classes, &names)
}

fn setup(name: &str, tasks: &[Task<'_>], classes: &[Class], names: &[&'static str]) -> Setup {
    let file = File {
        measure: "2 s",
        discipline: "priority",
        tasks,
        ..SHARED
    };
    let waits = mean_waits(classes).into_iter().zip(names).enumerate();
    let cases = waits.map(|(group, (wait, name))| {
        Case::estimate(format!("mean wait of {name}"), "µs", wait, move |m| {
            stage_us(&m[0], &[Stage::EniWait], |task| task.group == group)
        })
    });
    Setup::windows(name, [file.text()], cases.collect())
}
