//! Disciplines that conserve work have the same unfinished work at every instant.
//!
//! The arrivals are the same by name of their streams, so what differs is the order of service
//! alone. What a link has done by some instant is what it had to do less what is left, and a window
//! that ends there tells it.

use std::sync::Arc;

use proptest::prelude::*;

use super::scenarios::{config, scenario};
use crate::measure::Measurements;
use crate::scenario::*;
use crate::trial::Trial;
use crate::units::{Bytes, DataRate, SimDuration};

const UNLIMITED: EniQueue = EniQueue::fifo(Capacity::Unlimited);

fn link() -> impl Strategy<Value = Allowance> {
    let rate = 50_000_000_u64..2_000_000_000;
    rate.prop_map(|rate| Allowance::Link(DataRate::new(rate).unwrap()))
}

fn shared(allowance: Allowance) -> Egress {
    Egress::Shared {
        queue: UNLIMITED,
        allowance,
    }
}

fn per_task(arbitration: Arbitration, allowance: Allowance) -> Egress {
    Egress::PerTask {
        queue: UNLIMITED,
        arbitration,
        trunk: None,
        allowance,
    }
}

/// The first `measure` of `scenario`, its packets sent through `egress`.
fn run(scenario: &Scenario, egress: Egress, measure: SimDuration, seed: u64) -> Measurements {
    let mut scenario = scenario.clone();
    scenario.network.egress = egress;
    scenario.window = Window {
        warm_up: SimDuration::ZERO,
        measure,
    };
    let trial = Trial {
        scenario: Arc::new(scenario),
        seed,
        replication: 0,
    };
    trial.run().unwrap()
}

fn conserving(quantum: u64) -> [Arbitration; 3] {
    let quantum = Bytes::new(quantum);
    [
        Arbitration::Fifo,
        Arbitration::RoundRobin,
        Arbitration::Drr { quantum },
    ]
}

proptest! {
    #![proptest_config(config(100, 31))]

    /// Kleinrock (1976, vol. 2, sec. 3.4): unfinished work does not depend on the order of service.
    /// By every instant, the link has worked for the same time. A partition, which does not serve
    /// one queue with what the others leave, has never done more.
    #[test]
    fn by_every_instant_the_same_work_is_done(
        scenario in scenario(),
        link in link(),
        quantum in 1500_u64..9000,
        instants in prop::collection::vec(1_u64..20_000_000_000, 5),
        seed in any::<u64>(),
    ) {
        for instant in instants.into_iter().map(SimDuration::from_ps) {
            let done = |egress| run(&scenario, egress, instant, seed).utilization();
            let expected = done(shared(link));
            for arbitration in conserving(quantum) {
                let found = done(per_task(arbitration, link));
                prop_assert!((found - expected).abs() < 1e-12, "{:?} {} {}", arbitration, found, expected);
            }
            let partition = done(per_task(Arbitration::Partition, link));
            // Shares are rounded down to whole bits per second, of tens of millions.
            prop_assert!(partition <= expected * (1.0 + 1e-6), "{} {}", partition, expected);
        }
    }

    /// Where packets are equal, they also leave at the same instants, whosever they are: as many
    /// bytes in every interval, however short, and as many packets inside.
    #[test]
    fn equal_packets_leave_at_the_same_instants(
        scenario in scenario(),
        link in link(),
        quantum in 1500_u64..9000,
        size in 64_u64..1500,
        interval in 1_u64..100,
        seed in any::<u64>(),
    ) {
        let mut scenario = scenario;
        scenario.series_interval = Some(SimDuration::from_us(interval));
        for group in &mut scenario.task_groups {
            group.traffic.packet_size = PacketSize::Fixed(Bytes::new(size));
        }
        let by_interval = |m: &Measurements| -> Vec<u64> {
            let intervals = m.series.first().map_or(0, Vec::len);
            let sum = |number: usize| m.series.iter().map(|group| group[number].delivered_bytes).sum();
            (0..intervals).map(sum).collect()
        };
        let measure = SimDuration::from_ms(5);
        let expected = run(&scenario, shared(link), measure, seed);
        for arbitration in conserving(quantum) {
            let found = run(&scenario, per_task(arbitration, link), measure, seed);
            prop_assert_eq!(by_interval(&found), by_interval(&expected), "{:?}", arbitration);
            prop_assert_eq!(found.backlog_mean, expected.backlog_mean, "{:?}", arbitration);
        }
    }
}
