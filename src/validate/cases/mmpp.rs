//! MMPP(2)/M/1: bursty arrivals, packets of exponential size.

use super::file::{EXPONENTIAL, File, SHARED, task, traffic};
use super::{SERVICE_US, mean_sojourn};
use crate::theory::mmpp2_m1::{Mmpp2M1, Phases};
use crate::validate::case::{Group, Setup};

pub(super) const GROUP: Group = Group {
    key: "mmpp",
    name: "MMPP(2)/M/1",
    about: "Poisson packets whose rate changes between two states (Neuts 1981)",
    setups,
};

fn setups() -> Vec<Setup> {
    [
        ([1.4, 0.2], [1.0, 1.0]),
        ([1.4, 0.2], [0.1, 0.1]),
        ([1.4, 0.2], [0.01, 0.01]),
        ([4.0, 0.0], [1.0, 0.25]),
    ]
    .map(|(arrivals, leave)| of(Phases { arrivals, leave }))
    .into()
}

fn of(phases: Phases) -> Setup {
    let queue = Mmpp2M1::new(phases);
    let Phases { arrivals, leave } = phases;
    // Weights are whole numbers.
    let [a, b] = arrivals.map(|rate| (rate * 10.0).round());
    let [c, d] = leave.map(|rate| (SERVICE_US / rate).round());
    let law =
        format!(r#"arrivals = "mmpp", weights = [{a}, {b}], durations = ["{c} us", "{d} us"]"#);
    let file = File {
        // The longest states last 100 services, and a backlog of their making as long again.
        warm_up: "500 ms",
        measure: "40 s",
        tasks: &[task("a", 1, traffic(&law, phases.rho(), EXPONENTIAL))],
        ..SHARED
    };
    let cases = vec![mean_sojourn(queue.mean_sojourn())];
    let [a, b] = arrivals;
    let [c, d] = leave;
    Setup::windows(
        format!("rates {a}, {b}, left at {c}, {d}"),
        [file.text()],
        cases,
    )
}
