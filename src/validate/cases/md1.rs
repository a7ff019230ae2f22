//! M/D/1: Poisson tasks with packets of one size at a shared ENI.

use super::file::{File, SHARED, poisson, task};
use super::{SERVICE_US, TAILS, beyond, beyond_quantile, mean_wait};
use crate::measure::{Measurements, Stage};
use crate::theory::md1::Md1;
use crate::validate::case::{Case, Group, Part, Setup};
use crate::validate::reading::stage_us;

pub(super) const GROUP: Group = Group {
    key: "md1",
    name: "M/D/1",
    about: "Poisson packets of one size (Erlang 1909, Franx 2001)",
    setups,
};

/// Tasks that share the ENI: each of them meets what all of them make.
const TASKS: u32 = 4;

fn setups() -> Vec<Setup> {
    [0.3, 0.5, 0.8, 0.9, 0.95].map(at).into()
}

fn at(load: f64) -> Setup {
    let queue = Md1::new(load);
    let file = File {
        measure: "20 s",
        tasks: &[task("a", TASKS, poisson(load / f64::from(TASKS)))],
        ..SHARED
    };
    let mut cases = vec![
        mean_wait(queue.mean_wait()),
        Case::estimate("utilization", "", load, |m| utilization(&m[0])),
    ];
    for tail in TAILS {
        let wait = queue.wait_quantile(tail.0);
        // Below the load the quantile of the wait is zero, an atom.
        if wait > 0.0 {
            cases.push(beyond_quantile(tail, 1.0 + wait));
        }
    }
    if load == 0.8 {
        let mean = SERVICE_US * queue.mean_wait();
        cases.push(Case::estimate("mean wait of one task", "µs", mean, |m| {
            stage_us(&m[0], &[Stage::EniWait], |task| task.index == 0)
        }));
        for services in [0.5, 1.0, 5.25] {
            let quantity = format!("P(wait > {services} services)");
            let tail = 1.0 - queue.wait_cdf(services);
            cases.push(beyond(quantity, 1.0 + services, tail));
        }
    }
    Setup::windows(format!("load {load}"), [file.text()], cases)
}

fn utilization(m: &Measurements) -> Part {
    Part {
        sum: m.utilization(),
        weight: 1.0,
    }
}
