//! M/M/1: Poisson packets of exponential size.

use super::file::{EXPONENTIAL, File, POISSON, SHARED, task, traffic};
use super::{TAILS, beyond_quantile, mean_sojourn, mean_wait};
use crate::theory::mm1::Mm1;
use crate::validate::case::{Group, Setup};

pub(super) const GROUP: Group = Group {
    key: "mm1",
    name: "M/M/1",
    about: "Poisson packets of exponential size (Kleinrock 1975)",
    setups,
};

fn setups() -> Vec<Setup> {
    [0.5, 0.8, 0.9, 0.95].map(at).into()
}

fn at(load: f64) -> Setup {
    let queue = Mm1::new(load);
    let file = File {
        warm_up: "200 ms", // 15,200 services: 152 ms at load 0.95
        measure: "20 s",
        tasks: &[task("a", 1, traffic(POISSON, load, EXPONENTIAL))],
        ..SHARED
    };
    let mut cases = vec![
        mean_wait(queue.mean_wait()),
        mean_sojourn(queue.mean_sojourn()),
    ];
    let tail = |tail: (f64, &str)| beyond_quantile(tail, queue.sojourn_quantile(tail.0));
    cases.extend(TAILS.map(tail));
    Setup::windows(format!("load {load}"), [file.text()], cases)
}
