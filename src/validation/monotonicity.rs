//! More of a good thing does no harm: capacity, room, fewer neighbours. Packet by packet, as every
//! system meets the same packets.

use std::num::NonZeroU32;
use std::sync::Arc;

use proptest::prelude::*;

use super::scenarios::{config, group, scenario};
use crate::measure::{Measurements, TaskMeasurements};
use crate::scenario::*;
use crate::trial::Trial;
use crate::units::{Bytes, DataRate};

fn run(scenario: &Scenario, seed: u64) -> Measurements {
    let scenario = Arc::new(scenario.clone());
    Trial {
        scenario,
        seed,
        replication: 0,
    }
    .run()
    .unwrap()
}

/// `scenario` with one queue in order of arrival in front of a link.
fn fifo(mut scenario: Scenario, capacity: Capacity, rate: u64) -> Scenario {
    scenario.network.egress = Egress::Shared {
        queue: EniQueue::fifo(capacity),
        allowance: Allowance::Link(DataRate::new(rate).unwrap()),
    };
    scenario
}

fn equal_packets(mut scenario: Scenario, size: u64) -> Scenario {
    for group in &mut scenario.task_groups {
        group.traffic.packet_size = PacketSize::Fixed(Bytes::new(size));
    }
    scenario
}

/// Fails if a statistic that every delayed packet can only raise is lower in `later`. Where each
/// packet is no earlier, the n-th smallest sojourn is no smaller.
fn check_none_is_earlier<'a>(
    sooner: impl Iterator<Item = &'a TaskMeasurements>,
    later: impl Iterator<Item = &'a TaskMeasurements>,
) {
    let mut compared = 0;
    for (sooner, later) in sooner.zip(later) {
        assert_eq!(sooner.offered_packets, later.offered_packets);
        // What was still on its way has no sojourn: then there is nothing to compare.
        if sooner.queued_packets() + later.queued_packets() > 0 {
            continue;
        }
        let of = |t: &TaskMeasurements| {
            let s = t.sojourn;
            [s.mean_ns, s.p50_ns, s.p90_ns, s.p99_ns, s.p999_ns, s.max_ns]
        };
        for (sooner, later) in of(sooner).into_iter().zip(of(later)) {
            // The last bit of a mean is that of a division.
            let limit = later.map(|value| value * (1.0 + 1e-12));
            assert!(sooner <= limit, "{sooner:?} is after {later:?}");
        }
        compared += 1;
    }
    // Counted so that a harness that compares nothing shows when the test is read with --nocapture.
    println!("{compared} tasks compared");
}

/// Packets that all tasks lost.
fn lost(m: &Measurements) -> u64 {
    m.tasks.iter().map(TaskMeasurements::dropped_packets).sum()
}

fn count(packets: u32) -> Capacity {
    Capacity::Packets(NonZeroU32::new(packets).unwrap())
}

proptest! {
    #![proptest_config(config(200, 32))]

    /// By Lindley's recursion: with a faster link no packet leaves later, whatever the sizes.
    #[test]
    fn a_faster_link_delays_no_packet(
        scenario in scenario(),
        rate in 50_000_000_u64..2_000_000_000,
        more in 0_u64..1_000_000_000,
        seed in any::<u64>(),
    ) {
        let at = |rate| run(&fifo(scenario.clone(), Capacity::Unlimited, rate), seed);
        let (slow, fast) = (at(rate), at(rate + more));
        check_none_is_earlier(fast.tasks.iter(), slow.tasks.iter());
    }

    /// By the same recursion: more traffic beside it brings no packet there sooner. Several cores in
    /// front of the link could: they let packets overtake.
    #[test]
    fn a_neighbour_speeds_up_no_packet(
        scenario in scenario(),
        neighbour in group("c"),
        rate in 50_000_000_u64..2_000_000_000,
        seed in any::<u64>(),
    ) {
        let mut alone = fifo(scenario, Capacity::Unlimited, rate);
        alone.network.host_stack = None;
        let mut beside = alone.clone();
        beside.task_groups.push(neighbour);
        let (alone, beside) = (run(&alone, seed), run(&beside, seed));
        check_none_is_earlier(alone.tasks.iter(), beside.tasks.iter());
    }

    /// With packets of one size, room for more never loses more, nor does a faster link. For when
    /// the larger system is full, it has let as many out as the smaller one, and holds at least as
    /// many, so it has taken in at least as many; and the n-th packet taken in leaves no later.
    #[test]
    fn more_room_and_a_faster_link_lose_no_more(
        scenario in scenario(),
        (size, rate) in (64_u64..1500, 50_000_000_u64..2_000_000_000),
        (room, more_room) in (1_u32..40, 0_u32..40),
        faster in 0_u64..1_000_000_000,
        seed in any::<u64>(),
    ) {
        let scenario = equal_packets(scenario, size);
        let with = |room, rate| run(&fifo(scenario.clone(), count(room), rate), seed);
        let (small, large) = (with(room, rate), with(room + more_room, rate));
        // The host stack in front drops the same packets in both.
        prop_assert!(lost(&large) <= lost(&small), "{} > {}", lost(&large), lost(&small));
        let fast = with(room, rate + faster);
        prop_assert!(lost(&fast) <= lost(&small), "{} > {}", lost(&fast), lost(&small));
        // Room for bytes is room for so many of them.
        let bytes = Capacity::Bytes(Bytes::new(u64::from(room) * size));
        let bytes = run(&fifo(scenario.clone(), bytes, rate), seed);
        prop_assert_eq!(lost(&bytes), lost(&small));
    }
}
