//! N·D/D/1: periodic tasks with random phases.

use super::file::{FIXED, File, SHARED, task, traffic};
use super::{TAILS, beyond, beyond_quantile, mean_wait};
use crate::theory::ndd1;
use crate::validate::case::{Group, Length, Setup};

pub(super) const GROUP: Group = Group {
    key: "ndd1",
    name: "N·D/D/1",
    about: "N periodic tasks with random phases (Eckberg 1979)",
    setups,
};

/// Draws of the phases; the formula is an average over them, which no longer run improves.
const DRAWS: u32 = 4000;

fn setups() -> Vec<Setup> {
    [(8, 10), (16, 20), (80, 100), (45, 50), (95, 100)]
        .map(of)
        .into()
}

/// `sources` tasks with a packet each in the time of `period` services.
fn of((sources, period): (u32, u32)) -> Setup {
    let t = f64::from(period);
    let length = format!("{} us", 10 * period);
    let file = File {
        // One period fills the queue; each further one repeats it.
        warm_up: &length,
        measure: &length,
        tasks: &[task(
            "a",
            sources,
            traffic(r#"arrivals = "periodic""#, 1.0 / t, FIXED),
        )],
        ..SHARED
    };
    let mut cases = vec![mean_wait(ndd1::mean_wait(sources, t))];
    for tail in &TAILS[1..] {
        let wait = ndd1::wait_quantile(sources, t, tail.0);
        cases.push(beyond_quantile(*tail, 1.0 + wait));
    }
    for services in [1.0, 2.0] {
        let quantity = format!("P(wait > {services} services)");
        let tail = ndd1::wait_tail(sources, t, services);
        cases.push(beyond(quantity, 1.0 + services, tail));
    }
    Setup {
        name: format!("N = {sources}, T = {period}"),
        files: vec![file.text()],
        length: Length::Draws(DRAWS),
        cases,
    }
}
