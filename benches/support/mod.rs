//! What all benches share: a `main` that can draw, and the scenarios they measure.

// Each bench uses its part of this module.
#![allow(dead_code)]

pub mod floor;
pub mod headline;
pub mod report;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use enibench::scenario::{
    Allowance, Arbitration, Arrivals, Capacity, CreditState, Egress, EniQueue, HostStack, Mode,
    Network, PacketSize, PeriodLaw, Scenario, TaskGroup, TokenBucket, Traffic, Window,
};
use enibench::trial::Trial;
use enibench::units::{Bytes, DataRate, PacketRate, SimDuration};

/// Runs criterion groups. Criterion draws with plotters, which here knows only fonts that were
/// registered, so they are registered first.
pub fn main(groups: impl FnOnce(&mut Criterion)) {
    enibench::plot::register_fonts();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(10)
        .nresamples(10_000)
        .configure_from_args();
    groups(&mut criterion);
    criterion.final_summary();
}

/// A link of 1 Gbit/s: a packet of 1250 B lasts 10 µs.
pub fn link() -> Allowance {
    Allowance::Link(DataRate::new(1_000_000_000).expect("above zero"))
}

/// A queue without limit.
pub const UNLIMITED: EniQueue = EniQueue::fifo(Capacity::Unlimited);

/// All tasks through one ENI.
pub fn bridge() -> Egress {
    Egress::Shared {
        queue: UNLIMITED,
        allowance: link(),
    }
}

/// An ENI per task.
pub fn awsvpc(arbitration: Arbitration) -> Egress {
    Egress::PerTask {
        queue: UNLIMITED,
        arbitration,
        trunk: None,
        allowance: link(),
    }
}

/// `tasks` tasks that offer 0.8 of a link of 1 Gbit/s together, in packets of 1250 B, through an
/// otherwise ideal instance, for `packets` packets.
pub fn scenario(tasks: u32, egress: Egress, arrivals: Arrivals, packets: u64) -> Scenario {
    let rate = PacketRate::new(80_000.0 / f64::from(tasks)).expect("above zero");
    let packet_size = PacketSize::Fixed(Bytes::new(1250));
    Scenario {
        window: Window {
            warm_up: SimDuration::ZERO,
            measure: SimDuration::from_ns(packets * 12_500),
        },
        throughput_interval: SimDuration::from_ms(1),
        network: Network::outbound(Mode::Bridge, None, egress, SimDuration::ZERO),
        life_cycle: None,
        series_interval: None,
        task_groups: vec![TaskGroup::own(
            "task".to_owned(),
            tasks,
            Traffic::outbound(arrivals, rate, packet_size),
        )],
    }
}

/// On 1 ms at four times the mean rate, off 3 ms.
pub fn on_off(tasks: u32) -> Arrivals {
    let exponential = |ms| PeriodLaw::Exponential {
        mean: SimDuration::from_ms(ms),
    };
    Arrivals::OnOff {
        peak: PacketRate::new(4.0 * 80_000.0 / f64::from(tasks)).expect("above zero"),
        on: exponential(1),
        off: exponential(3),
    }
}

/// A queue that holds 256 packets, the one in transmission included.
pub fn drop_tail() -> Egress {
    let capacity = Capacity::Packets(NonZeroU32::new(256).expect("above zero"));
    Egress::Shared {
        queue: EniQueue::fifo(capacity),
        allowance: link(),
    }
}

/// The whole path of a c5.large in bridge mode: host stack, ENI, token bucket, propagation.
pub fn full_path(tasks: u32, packets: u64) -> Scenario {
    let allowance = Allowance::TokenBucket(TokenBucket {
        baseline: DataRate::new(1_000_000_000).expect("above zero"),
        burst: DataRate::new(10_000_000_000).expect("above zero"),
        credit: Bytes::new(15_000),
        start: CreditState::Full,
        buffer: Bytes::new(3_300_000),
    });
    let egress = Egress::Shared {
        queue: UNLIMITED,
        allowance,
    };
    let mut scenario = scenario(tasks, egress, Arrivals::Poisson, packets);
    scenario.network.host_stack = Some(HostStack {
        capacity: NonZeroU32::new(2000),
        ..HostStack::shared(
            NonZeroU32::new(2).expect("above zero"),
            SimDuration::from_us(2),
        )
    });
    scenario.network.propagation = SimDuration::from_us(170);
    scenario
}

/// The first trial of `scenario`.
pub fn trial(scenario: Scenario) -> Trial {
    Trial {
        scenario: Arc::new(scenario),
        seed: 1,
        replication: 0,
    }
}

/// Runs `trial` and returns its number of delivered packets, so that the work cannot be optimized
/// away and a faster wrong answer is noticed.
pub fn delivered(trial: &Trial) -> u64 {
    let measurements = trial.run().expect("the scenario is sound");
    measurements
        .tasks
        .iter()
        .map(|task| task.delivered_packets)
        .sum()
}
