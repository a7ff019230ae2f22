//! Every station of the data path beyond the plain way out, against results that are known exactly.
//!
//! Packets are 1250 B and a link of 1 Gbit/s serves one in 10 µs, so waits in packets are tens of
//! microseconds. Statistical checks use 20 replications with fixed seeds and 4.5 standard errors.

mod allowances;
mod between_tasks;
mod host_stack;
mod priority;
mod queues;
mod random_laws;
mod swarm;
mod whose;

use std::num::NonZeroU32;
use std::sync::Arc;

use super::trials::{Estimate, Point};
use crate::measure::{Measurements, Sojourn, TaskMeasurements};
use crate::scenario::*;
use crate::trial::Trial;
use crate::units::{Bytes, DataRate, PacketRate, SimDuration};

const SIZE: Bytes = Bytes::new(1250);

/// Transmission of a packet.
const SERVICE: SimDuration = SimDuration::from_us(10);

const UNLIMITED: EniQueue = EniQueue::fifo(Capacity::Unlimited);

fn count(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

fn link() -> Allowance {
    Allowance::Link(DataRate::new(1_000_000_000).unwrap())
}

/// A link so fast that it takes no time to speak of.
fn fast_link() -> Allowance {
    Allowance::Link(DataRate::new(1_000_000_000_000_000).unwrap())
}

fn shared(allowance: Allowance) -> Egress {
    Egress::Shared {
        queue: UNLIMITED,
        allowance,
    }
}

fn per_task(arbitration: Arbitration, trunk: Option<Trunk>) -> Egress {
    Egress::PerTask {
        queue: UNLIMITED,
        arbitration,
        trunk,
        allowance: link(),
    }
}

/// Poisson packets that offer `load` of a link of 1 Gbit/s.
fn poisson(load: f64) -> Traffic {
    let rate = PacketRate::new(load * 1e5).unwrap();
    Traffic::outbound(Arrivals::Poisson, rate, PacketSize::Fixed(SIZE))
}

fn group(name: &str, tasks: u32, traffic: Traffic) -> TaskGroup {
    TaskGroup::own(name.to_owned(), tasks, traffic)
}

/// An instance with `egress` and nothing else, for 200 ms after 10 ms.
fn scenario(mode: Mode, egress: Egress, groups: Vec<TaskGroup>) -> Scenario {
    Scenario {
        window: Window {
            warm_up: SimDuration::from_ms(10),
            measure: SimDuration::from_ms(200),
        },
        throughput_interval: SimDuration::from_ms(1),
        network: Network::outbound(mode, None, egress, SimDuration::ZERO),
        task_groups: groups,
        life_cycle: None,
        series_interval: None,
    }
}

fn replication(scenario: &Scenario, replication: u32) -> Measurements {
    let trial = Trial {
        scenario: Arc::new(scenario.clone()),
        seed: 1,
        replication,
    };
    trial.run().unwrap()
}

fn replications(scenario: &Scenario) -> Point {
    Point {
        values: Vec::new(),
        scenario: Arc::new(scenario.clone()),
        replications: (0..20).map(|r| replication(scenario, r)).collect(),
    }
}

/// Mean sojourn of a group's packets, in services.
fn mean_sojourn(point: &Point, group: usize) -> Estimate {
    point.estimate(|m| {
        let group = &m.groups[group];
        let packets = group.sojourn_histogram.count() as f64;
        group.sojourn_sum_ps as f64 / packets / SERVICE.as_ps() as f64
    })
}

/// What the packets of each task met, without how their time splits into stages: offered,
/// delivered, sojourns.
fn outcomes(m: &Measurements) -> Vec<(u64, u64, Sojourn)> {
    let of = |t: &TaskMeasurements| (t.offered_packets, t.delivered_packets, t.sojourn);
    m.tasks.iter().map(of).collect()
}
