//! M/D/1/K: Poisson packets of one size at an ENI whose queue holds K of them.

use super::file::{File, SHARED, poisson, task};
use super::{loss_of, mean_wait};
use crate::theory::md1k::md1k;
use crate::validate::case::{Group, Setup};

pub(super) const GROUP: Group = Group {
    key: "md1k",
    name: "M/D/1/K",
    about: "Poisson packets of one size with room for K (Brun and Garcia 2000)",
    setups,
};

fn setups() -> Vec<Setup> {
    [
        (0.8, 2),
        (0.8, 5),
        (0.8, 10),
        (0.9, 20),
        (1.0, 10),
        (1.2, 64),
        (1.5, 10),
    ]
    .map(at)
    .into()
}

fn at((load, capacity): (f64, usize)) -> Setup {
    let queue = md1k(load, capacity);
    let room = format!("{capacity} packets");
    let file = File {
        measure: "20 s",
        capacity: &room,
        tasks: &[task("a", 1, poisson(load))],
        ..SHARED
    };
    let cases = vec![loss_of(queue.loss), mean_wait(queue.mean_wait)];
    Setup::windows(format!("load {load}, K = {capacity}"), [file.text()], cases)
}
