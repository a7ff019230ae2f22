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
pub(crate) mod life_cycle;
mod packet;
mod port;
mod queues;
mod room;
mod shaper;
pub(crate) mod size;
pub(crate) mod source;

use crate::measure::Measurements;
use crate::scenario::Scenario;

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
