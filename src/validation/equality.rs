//! The product gives what the twin gives, on random scenarios.

use std::num::NonZeroU32;

use proptest::prelude::*;

use crate::model::events::Instance;
use crate::model::instance;
use crate::scenario::*;
use crate::units::{Bytes, DataRate, PacketRate, SimDuration};
use crate::validation::scenarios::{config, scenario};

/// All that the product and the twin measure, as it lands on disk, the window cut into one to seven
/// parts.
fn both(scenario: &Scenario, seed: u64, replication: u32) -> [String; 2] {
    let parts = 1 + (seed % 7) as u32;
    let fast = instance::simulate(scenario, seed, replication, parts);
    let twin = Instance::new(scenario, seed, replication).in_parts(parts);
    let twin = twin.simulate();
    assert_eq!(fast, twin);
    [fast, twin].map(|measured| serde_json::to_string(&measured).unwrap())
}

/// The same scenario a million times as fast: gaps and services of a few picoseconds, so that
/// almost every event has others at the same instant.
fn crowded(mut scenario: Scenario) -> Scenario {
    const FASTER: u64 = 1_000_000;
    let shorter = |span: &mut SimDuration| {
        *span = SimDuration::from_ps((span.as_ps() / FASTER).max(1));
    };
    let faster = |rate: &mut DataRate| {
        *rate = DataRate::new(rate.bits_per_s() * FASTER).unwrap();
    };
    shorter(&mut scenario.window.measure);
    shorter(&mut scenario.window.warm_up);
    shorter(&mut scenario.throughput_interval);
    let network = &mut scenario.network;
    if !network.propagation.is_zero() {
        shorter(&mut network.propagation);
    }
    if let Some(host_stack) = &mut network.host_stack {
        shorter(&mut host_stack.per_packet);
        host_stack.per_byte = SimDuration::ZERO;
    }
    match &mut network.egress {
        Egress::Refused => {}
        Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => match allowance {
            Allowance::Link(rate) => faster(rate),
            Allowance::TokenBucket(bucket) => {
                faster(&mut bucket.baseline);
                faster(&mut bucket.burst);
            }
        },
    }
    for group in &mut scenario.task_groups {
        let rate = &mut group.traffic.rate;
        *rate = PacketRate::new(rate.per_s() * FASTER as f64).unwrap();
        match &mut group.traffic.arrivals {
            Arrivals::Periodic | Arrivals::Poisson | Arrivals::Renewal(_) => {}
            Arrivals::OnOff { peak, on, off } => {
                *peak = PacketRate::new(peak.per_s() * FASTER as f64).unwrap();
                for period in [on, off] {
                    let (PeriodLaw::Exponential { mean } | PeriodLaw::Pareto { mean, .. }) = period;
                    shorter(mean);
                }
            }
            Arrivals::Mmpp(states) => {
                let durations = states.iter_mut().map(|state| &mut state.duration);
                durations.for_each(shorter);
            }
        }
    }
    scenario
}

/// Many tasks that send packets of one size over plain links, through several spans and beyond the
/// end of the window: the packets that go many at a time.
fn plain() -> impl Strategy<Value = Scenario> {
    let limited = (1_u32..40).prop_map(|n| Capacity::Packets(NonZeroU32::new(n).unwrap()));
    let bytes = (1500_u64..40_000).prop_map(|n| Capacity::Bytes(Bytes::new(n)));
    let capacity = prop_oneof![Just(Capacity::Unlimited), limited, bytes];
    let rules = [
        Arbitration::Fifo,
        Arbitration::Partition,
        Arbitration::Dedicated,
        Arbitration::RoundRobin,
    ];
    let arbitration = prop::option::of(prop::sample::select(rules.to_vec()));
    let loads = (0.2..1.6_f64, 2_u32..80, 64_u64..1500);
    (scenario(), capacity, arbitration, loads).prop_map(
        |(mut scenario, capacity, arbitration, (load, tasks, size))| {
            let queue = EniQueue::fifo(capacity);
            let allowance = Allowance::Link(DataRate::new(10_000_000_000).unwrap());
            scenario.network.host_stack = None;
            scenario.network.egress = match arbitration {
                None => Egress::Shared { queue, allowance },
                Some(arbitration) => Egress::PerTask {
                    queue,
                    arbitration,
                    trunk: None,
                    allowance,
                },
            };
            let groups = scenario.task_groups.len() as f64;
            for group in &mut scenario.task_groups {
                group.count = tasks;
                let bits = size as f64 * 8.0 * f64::from(tasks) * groups;
                group.traffic.packet_size = PacketSize::Fixed(Bytes::new(size));
                let rate = PacketRate::new(load * 1e10 / bits).unwrap();
                if let Arrivals::OnOff { peak, .. } = &mut group.traffic.arrivals {
                    let ratio = peak.per_s() / group.traffic.rate.per_s();
                    *peak = PacketRate::new(rate.per_s() * ratio).unwrap();
                }
                group.traffic.rate = rate;
            }
            scenario
        },
    )
}

proptest! {
    #![proptest_config(config(1000, 21))]

    #[test]
    fn every_scenario_gives_the_same_bytes(
        scenario in scenario(),
        seed in any::<u64>(),
        replication in any::<u32>(),
    ) {
        let [fast, twin] = both(&scenario, seed, replication);
        prop_assert_eq!(fast, twin);
    }

    #[test]
    fn so_does_every_crowded_scenario(
        scenario in scenario().prop_map(crowded),
        seed in any::<u64>(),
    ) {
        let [fast, twin] = both(&scenario, seed, 0);
        prop_assert_eq!(fast, twin);
    }
}

proptest! {
    #![proptest_config(config(150, 22))]

    #[test]
    fn so_does_every_plain_scenario(scenario in plain(), seed in any::<u64>()) {
        let [fast, twin] = both(&scenario, seed, 0);
        prop_assert_eq!(fast, twin);
    }
}
