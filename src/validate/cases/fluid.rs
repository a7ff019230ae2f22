//! The fluid of Anick, Mitra and Sondhi: on-off tasks whose bursts are many packets long.
//!
//! Packets are no fluid, so theory gives a band instead of a number. The packet clock of a task
//! counts what it has sent as fluid up to less than a packet, and the work in the queue is the
//! largest excess of arrivals over service since any earlier instant, so with N tasks the work of
//! packets and of fluid never differ by N packets. A probe with Poisson arrivals of a byte sees the
//! work at any time; what it adds is 10⁻⁵ of the load.

use super::file::{File, POISSON, SHARED, task, traffic_of};
use crate::measure::Stage;
use crate::theory::fluid::OnOffFluid;
use crate::validate::case::{Case, Group, Setup};
use crate::validate::reading::{group_beyond_us, stage_us};

pub(super) const GROUP: Group = Group {
    key: "fluid",
    name: "On-off fluid",
    about: "bursts of 250 packets, by the fluid give or take N (Anick, Mitra, Sondhi 1982)",
    setups,
};

/// Packets that a task sends in the mean length of a burst.
const BURST: f64 = 250.0;

/// Mean length of a burst, the unit of time \[µs\].
const UNIT_US: f64 = 1000.0;

/// Bytes of a packet: with 250 in a millisecond a task peaks at 1 Gbit/s.
const PACKET: &str = r#""500 B""#;

/// Rate from off to on: a task is off for four times as long as it is on.
const ON_RATE: f64 = 0.25;

fn setups() -> Vec<Setup> {
    [(1, 0.25), (2, 0.5), (5, 1.25), (10, 2.5)].map(of).into()
}

/// `sources` tasks at a link of `capacity` times the peak of one.
fn of((sources, capacity): (u32, f64)) -> Setup {
    let fluid = OnOffFluid::new(sources, ON_RATE, capacity);
    let peak = BURST / UNIT_US * 1e6;
    let mean = peak * ON_RATE / (1.0 + ON_RATE);
    let on_off =
        format!(r#"arrivals = "on-off", peak = "{peak} packets/s", on = "1 ms", off = "4 ms""#);
    let egress = format!(r#""{} Mbit/s""#, capacity * 1e3);
    let file = File {
        // As a queue of bursts at load 0.8, four units each where a task is alone, with c² of 1 and
        // 0.64: a relaxation time of 66 of them is 260 ms.
        warm_up: "3 s",
        measure: "20 s",
        egress: &egress,
        tasks: &[
            task("bursty", sources, traffic_of(&on_off, mean, PACKET)),
            task("probe", 1, traffic_of(POISSON, 5000.0, r#""1 B""#)),
        ],
        ..SHARED
    };
    // Fluid and packets are at most so far apart, in the unit of the fluid.
    let apart = f64::from(sources) / BURST;
    let us = |queue: f64| queue.max(0.0) / capacity * UNIT_US;
    let mean = fluid.mean_queue();
    let mut cases = vec![Case::bounds(
        "mean delay at any time",
        "µs",
        (us(mean - apart), us(mean + apart)),
        |m| stage_us(&m[0], &[Stage::EniWait], |task| task.group == 1),
    )];
    for x in [1.0, 2.0, 5.0] {
        let low = fluid.queue_tail(x + apart);
        let high = fluid.queue_tail((x - apart).max(0.0));
        let limit = us(x);
        cases.push(Case::bounds(
            format!("P(Q > {x} bursts)"),
            "",
            (low, high),
            move |m| group_beyond_us(&m[0], 1, limit),
        ));
    }
    Setup::windows(
        format!("N = {sources}, c = {capacity}"),
        [file.text()],
        cases,
    )
}
