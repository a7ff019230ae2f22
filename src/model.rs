//! The network of one container instance, as stations that packets cross.
//!
//! ```text
//! task ─┐                          ┌─ ENI ─┐
//! task ─┼─► host stack ─► microVM ─┼─ ENI ─┼─► (trunk) ─► link ─► allowances ─► propagation ─►
//! task ─┘                          └─ ENI ─┘
//!      ◄─── microVM ◄─── host stack ◄───────── allowances ◄─── link ◄─── propagation ◄────────
//! ```
//!
//! Each station has a file of its own that states its law and what it leaves out. Stations do not
//! know each other: they take the time and a packet and say what becomes of it, so each can be
//! tested alone.
//!
//! A [`Scenario`] is simulated in one of two ways. `events` is an event loop over one calendar
//! that knows every station. Where packets only leave the instance and nothing flows back,
//! `instance` works through spans of time instead, many times as fast and to the same bytes
//! ([record 14](crate::design::d0014_an_event_loop_beside_the_spans)).
//!
//! # What the model leaves out
//! - Reaction of senders: arrivals are open loop, there is no transport protocol.
//! - Time that a CPU spends on anything but packets.
//! - The network between instances: propagation is constant, and nothing is lost there.

pub(crate) mod arbiter;
mod arbitrated;
mod arrivals;
mod cpu_time;
mod egress;
pub(crate) mod events;
mod host_stack;
pub(crate) mod instance;
mod lane;
mod law;
pub(crate) mod life_cycle;
mod packet;
mod port;
mod queues;
mod room;
mod shaper;
pub(crate) mod size;
pub(crate) mod source;

use crate::measure::{FlowCount, HALVES, Measurements};
use crate::scenario::Scenario;
use crate::units::SimDuration;

/// Simulates `scenario` in one replication and returns what was measured.
///
/// # Panics
/// If a packet was lost or made up: a model bug.
pub fn simulate(scenario: &Scenario, seed: u64, replication: u32) -> Measurements {
    simulate_in_parts(scenario, seed, replication, HALVES)
}

/// The same with the window cut into `parts`, which is above zero, instead of two.
///
/// # Panics
/// If a packet was lost or made up: a model bug.
pub fn simulate_in_parts(
    scenario: &Scenario,
    seed: u64,
    replication: u32,
    parts: u32,
) -> Measurements {
    if scenario.needs_event_loop() {
        let instance = events::Instance::new(scenario, seed, replication);
        instance.in_parts(parts).simulate()
    } else {
        instance::simulate(scenario, seed, replication, parts)
    }
}

/// Simulates `scenario` in one replication and returns the packets that crossed its ENIs, per flow
/// and aggregation interval.
///
/// They are those that arrived within the measurement window, when they left the instance for good:
/// what the allowance drops is in no log.
///
/// # Panics
/// If `interval` is zero.
pub fn flow_counts(
    scenario: &Scenario,
    seed: u64,
    replication: u32,
    interval: SimDuration,
) -> Vec<FlowCount> {
    events::Instance::new(scenario, seed, replication).flow_counts(interval)
}
