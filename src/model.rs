//! The network of one container instance, as stations that packets cross.
//!
//! ```text
//! source ─┐                 ┌─ ENI queue ─┐
//! source ─┼─► host stack ─► ┼─ ENI queue ─┼─► arbitration ─► allowance ─► propagation ─► receiver
//! source ─┘                 └─ ENI queue ─┘   (line rate)    (credit)
//! ```
//!
//! Each station has a file of its own that states its law and what it leaves out; `instance`
//! connects them for a [`Scenario`](crate::scenario::Scenario), span of time by span of time. Stations
//! do not know each other: they take the time and a packet and say what becomes of it, so each can
//! be tested alone.
//!
//! # What the model leaves out
//! - The way in (ingress), and traffic between tasks of the same instance.
//! - Reaction of senders: arrivals are open loop, there is no transport protocol.
//! - Other instance allowances than bandwidth: packets/s, tracked connections, link-local
//!   packets/s, and the limit on a single flow.
//! - Several hardware queues per ENI: an ENI is one queue.
//! - Time that a CPU spends on anything but packets.

pub(crate) mod arbiter;
mod arbitrated;
mod arrivals;
mod egress;
pub(crate) mod events;
mod host_stack;
pub(crate) mod instance;
mod lane;
mod packet;
mod port;
mod queues;
mod room;
mod shaper;
pub(crate) mod size;
pub(crate) mod source;

use crate::measure::{FlowCount, Measurements};
use crate::scenario::Scenario;
use crate::units::SimDuration;

/// Simulates `scenario` in one replication and returns what was measured.
///
/// # Panics
/// If a packet was lost or made up: a model bug.
pub fn simulate(scenario: &Scenario, seed: u64, replication: u32) -> Measurements {
    if instance::suits(scenario) {
        instance::simulate(scenario, seed, replication)
    } else {
        events::Instance::new(scenario, seed, replication).simulate()
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
