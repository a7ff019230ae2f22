//! What the headline measures: scenarios for speed, for memory and for threads, with their goals.

use std::sync::Arc;

use enibench::runner::Job;
use enibench::scenario::{Arbitration, Arrivals, Egress, Scenario};
use enibench::trial::Trial;
use enibench::units::{Bytes, PacketRate};

use super::{awsvpc, bridge, drop_tail, full_path, on_off, scenario, trial};

/// A scenario and what it may cost.
pub struct Case {
    pub name: &'static str,
    /// At most: in [`SPEED`] floors per packet, in [`MEMORY`] peak resident memory \[MiB\].
    pub goal: f64,
    pub packets: u64,
    scenario: fn(u64) -> Scenario,
}

impl Case {
    /// The case with a trial of this many packets.
    pub fn trial(&self, packets: u64) -> Trial {
        trial((self.scenario)(packets))
    }
}

/// Packets of a trial of 16 tasks: a tenth of a second.
const PACKETS: u64 = 4_000_000;

/// Packets of a trial of 1,024 tasks: enough per task that setting it up does not count.
const PACKETS_OF_1024: u64 = 16_000_000;

/// Packets of a trial of 65,536 tasks.
const PACKETS_OF_65536: u64 = 64_000_000;

pub const SPEED: &[Case] = &[
    Case {
        name: "S1 shared FIFO, 16 tasks",
        goal: 2.0,
        packets: PACKETS,
        scenario: |packets| poisson(16, bridge(), packets),
    },
    Case {
        name: "S2 partition, 16 tasks",
        goal: 2.0,
        packets: PACKETS,
        scenario: |packets| poisson(16, awsvpc(Arbitration::Partition), packets),
    },
    Case {
        name: "S3 shared FIFO, 1,024 tasks",
        goal: 3.0,
        packets: PACKETS_OF_1024,
        scenario: |packets| poisson(1024, bridge(), packets),
    },
    Case {
        name: "S3 shared FIFO, 65,536 tasks",
        goal: 6.0,
        packets: PACKETS_OF_65536,
        scenario: |packets| poisson(65_536, bridge(), packets),
    },
    Case {
        name: "S4 on-off, 256-packet drop-tail",
        goal: 3.0,
        packets: PACKETS,
        scenario: |packets| scenario(16, drop_tail(), on_off(16), packets),
    },
    Case {
        name: "S5 round-robin, 16 tasks",
        goal: 5.0,
        packets: PACKETS,
        scenario: |packets| poisson(16, awsvpc(Arbitration::RoundRobin), packets),
    },
    Case {
        name: "S5 DRR, 16 tasks",
        goal: 5.0,
        packets: PACKETS,
        scenario: |packets| poisson(16, awsvpc(DRR), packets),
    },
    Case {
        name: "S6 full path of a c5.large, 16 tasks",
        goal: 8.0,
        packets: PACKETS,
        scenario: |packets| full_path(16, packets),
    },
];

pub const MEMORY: &[Case] = &[
    Case {
        name: "memory: S1 with 10^9 packets",
        goal: 32.0,
        packets: 1_000_000_000,
        scenario: |packets| poisson(16, bridge(), packets),
    },
    Case {
        name: "memory: 1,024 tasks",
        goal: 96.0,
        packets: PACKETS_OF_1024,
        scenario: |packets| poisson(1024, bridge(), packets),
    },
    Case {
        name: "memory: 65,536 tasks",
        goal: 2048.0,
        packets: PACKETS_OF_65536,
        scenario: |packets| poisson(65_536, bridge(), packets),
    },
];

const DRR: Arbitration = Arbitration::Drr {
    quantum: Bytes::new(1250),
};

fn poisson(tasks: u32, egress: Egress, packets: u64) -> Scenario {
    scenario(tasks, egress, Arrivals::Poisson, packets)
}

pub const SWEEP: &str = "sweep of 64 trials, 2 threads against 1";

/// Speed-up that two threads must give at least.
pub const SWEEP_GOAL: f64 = 1.9;

/// Packets at load 0.8 of most of the sweep's trials.
pub const SWEEP_PACKETS: u64 = 600_000;

/// The trials of the sweep: loads from 0.2 to 0.9 in several ways out, `packets` in each at load
/// 0.8. The last eight are ten times as long: taken in this order, one of them would end alone.
pub fn sweep(packets: u64) -> Vec<Job> {
    const TRIALS: usize = 64;
    const LONG: usize = 8;
    let job = |number: usize| {
        let tasks = [4_u32, 16, 64, 256][number % 4];
        let is_long = number >= TRIALS - LONG;
        let packets = if is_long { 10 * packets } else { packets };
        let mut scenario = match number / 4 % 4 {
            0 => poisson(tasks, bridge(), packets),
            1 => poisson(tasks, awsvpc(Arbitration::Partition), packets),
            2 => poisson(tasks, awsvpc(Arbitration::RoundRobin), packets),
            _ => full_path(tasks, packets),
        };
        let load = 0.2 + 0.7 * number as f64 / (TRIALS - 1) as f64;
        scenario.task_groups[0].traffic.rate =
            PacketRate::new(100_000.0 * load / f64::from(tasks)).expect("above zero");
        Job {
            scenario: number,
            trial: Trial {
                scenario: Arc::new(scenario),
                seed: 1,
                replication: 0,
            },
        }
    };
    (0..TRIALS).map(job).collect()
}
