//! M/M/1/K: Poisson packets of exponential size at an ENI whose queue holds K of them.

use super::file::{EXPONENTIAL, File, POISSON, SHARED, task, traffic};
use super::{beyond_quantile, loss_of, mean_sojourn};
use crate::theory::mm1k::Mm1k;
use crate::validate::case::{Group, Setup};

pub(super) const GROUP: Group = Group {
    key: "mm1k",
    name: "M/M/1/K",
    about: "the same with room for K packets (Kleinrock 1975)",
    setups,
};

fn setups() -> Vec<Setup> {
    [(0.8, 5), (0.8, 20), (1.0, 10), (1.2, 20)].map(at).into()
}

fn at((load, capacity): (f64, usize)) -> Setup {
    let queue = Mm1k::new(load, capacity);
    let room = format!("{capacity} packets");
    let file = File {
        measure: "20 s",
        capacity: &room,
        tasks: &[task("a", 1, traffic(POISSON, load, EXPONENTIAL))],
        ..SHARED
    };
    let cases = vec![
        loss_of(queue.loss()),
        mean_sojourn(queue.mean_sojourn()),
        beyond_quantile((0.99, "p99"), queue.sojourn_quantile(0.99)),
    ];
    Setup::windows(format!("load {load}, K = {capacity}"), [file.text()], cases)
}
