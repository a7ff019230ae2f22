//! M/D/1: Poisson tasks with packets of one size at a shared ENI.

use super::file::{File, SHARED, poisson};
use super::{SERVICE_US, TAILS};
use crate::measure::{Measurements, Stage};
use crate::theory::md1::Md1;
use crate::validate::case::{Case, Group, Length, Part, Setup};
use crate::validate::reading::{beyond_us, eni_wait_us, stage_us};

pub(super) const GROUP: Group = Group {
    key: "md1",
    name: "M/D/1",
    about: "Poisson packets of one size, a shared ENI (Erlang 1909, Franx 2001)",
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
        tasks: &[("poisson", TASKS, poisson(load / f64::from(TASKS)))],
        ..SHARED
    };
    let mean = SERVICE_US * queue.mean_wait();
    let mut cases = vec![
        Case::estimate("mean wait", "µs", mean, |m| eni_wait_us(&m[0])),
        Case::estimate("mean wait of one task", "µs", mean, |m| {
            stage_us(&m[0], &[Stage::EniWait], |task| task.index == 0)
        }),
        Case::estimate("utilization", "", load, |m| utilization(&m[0])),
    ];
    for (p, name) in TAILS {
        let wait = queue.wait_quantile(p);
        // Below the load the quantile of the wait is zero, an atom.
        if wait > 0.0 {
            let sojourn = SERVICE_US * (1.0 + wait);
            let quantity = format!("P(wait > {name})");
            cases.push(Case::estimate(quantity, "", 1.0 - p, move |m| {
                beyond_us(&m[0], sojourn)
            }));
        }
    }
    for services in [0.5, 1.0, 5.25] {
        let sojourn = SERVICE_US * (1.0 + services);
        let tail = 1.0 - queue.wait_cdf(services);
        let quantity = format!("P(wait > {services} services)");
        cases.push(Case::estimate(quantity, "", tail, move |m| {
            beyond_us(&m[0], sojourn)
        }));
    }
    Setup {
        name: format!("load {load}"),
        files: vec![file.text()],
        length: Length::Windows,
        cases,
    }
}

fn utilization(m: &Measurements) -> Part {
    Part {
        sum: m.utilization(),
        weight: 1.0,
    }
}
