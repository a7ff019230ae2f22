//! Trunk, hardware queues, messages.

use super::*;
use crate::theory::md1::Md1;

fn three_tasks() -> Vec<TaskGroup> {
    vec![
        group("quiet", 2, poisson(0.2)),
        group("bully", 1, poisson(0.5)),
    ]
}

fn trunk(capacity: Option<u32>) -> Scenario {
    let trunk = Trunk {
        capacity: capacity.map(count),
    };
    let egress = per_task(Arbitration::RoundRobin, Some(trunk));
    scenario(Mode::AwsvpcTrunk, egress, three_tasks())
}

/// Identity: a trunk that holds one packet leaves every choice to the arbiter, so it is `awsvpc`.
#[test]
fn a_trunk_of_one_packet_is_no_queue() {
    let plain = per_task(Arbitration::RoundRobin, None);
    let plain = scenario(Mode::Awsvpc, plain, three_tasks());
    let (of_trunk, of_enis) = (replication(&trunk(Some(1)), 0), replication(&plain, 0));
    assert_eq!(outcomes(&of_trunk), outcomes(&of_enis));
}

/// Identity: a trunk without limit takes packets as they come, so it is one shared queue.
#[test]
fn a_trunk_without_limit_is_one_shared_queue() {
    let host = scenario(Mode::Host, shared(link()), three_tasks());
    let (of_trunk, of_host) = (replication(&trunk(None), 0), replication(&host, 0));
    assert_eq!(outcomes(&of_trunk), outcomes(&of_host));
}

/// Between the two, a longer trunk protects the quiet ones less. The order is certain on this
/// sample path, not on every one.
#[test]
fn the_longer_the_trunk_the_less_it_protects() {
    let wait = |capacity| {
        let m = replication(&trunk(capacity), 0);
        m.tasks[0].sojourn.mean_ns.unwrap()
    };
    let waits = [Some(1), Some(2), Some(4), Some(8), None].map(wait);
    assert!(waits.is_sorted(), "{waits:?}");
    assert!(waits[0] < 0.8 * waits[4], "{waits:?}");
}

/// Oracle: work conservation. Packets of one size leave a link at the same instants in whatever
/// order it serves them, so the number inside, integrated over the window, does not depend on the
/// number of hardware queues, to the picosecond.
#[test]
fn hardware_queues_do_not_change_the_backlog() {
    let backlog = |queues: u32| {
        let mut scenario = scenario(Mode::Host, shared(link()), three_tasks());
        scenario.network.eni_queues = count(queues);
        let m = replication(&scenario, 0);
        (m.backlog_mean, m.tasks[0].sojourn)
    };
    let (one, eight) = (backlog(1), backlog(8));
    assert_eq!(one.0, eight.0);
    // But who waits is another matter.
    assert_ne!(one.1, eight.1);
}

/// A flow stays on its hardware queue: with a flow each, a quiet task on another queue than the
/// bully's waits for a packet of each in turn and not for the bully's backlog.
#[test]
fn hardware_queues_keep_flows_apart() {
    let mean = |queues: u32, r: u32| {
        let one_flow = |load| Traffic {
            flows: Some(count(1)),
            ..poisson(load)
        };
        let groups = vec![
            group("quiet", 1, one_flow(0.1)),
            group("bully", 1, one_flow(0.85)),
        ];
        let mut scenario = scenario(Mode::Host, shared(link()), groups);
        scenario.network.eni_queues = count(queues);
        replication(&scenario, r).tasks[0].sojourn.mean_ns.unwrap()
    };
    // Of 64 queues, both hash to the same one only by an odd chance.
    let apart = Estimate::new((0..20).map(|r| mean(64, r)));
    let together = Estimate::new((0..20).map(|r| mean(1, r)));
    Estimate::new((0..20).map(|r| mean(1, r))).assert_is("one queue is M/D/1", {
        (Md1::new(0.95).mean_wait() + 1.0) * 1e4
    });
    assert!(apart.mean < 0.4 * together.mean, "{apart:?} {together:?}");
}

/// Oracle: batch arrivals M^[b]/D/1, W = ρb/(2(1 − ρ)) + (b − 1)/2 services.
#[test]
fn messages_wait_as_batches_do() {
    for (packets, expected) in [(1, 2.0), (4, 9.5), (16, 39.5)] {
        let traffic = Traffic {
            message: Some(Message {
                packets: count(packets),
                last: SIZE,
            }),
            ..poisson(0.8 / f64::from(packets))
        };
        let groups = vec![group("bulk", 1, traffic)];
        let mut scenario = scenario(Mode::Host, shared(link()), groups);
        scenario.window.measure = SimDuration::from_ms(1000);
        assert!((scenario.offered_bits_per_s() - 8e8).abs() < 1.0);
        let point = replications(&scenario);
        mean_sojourn(&point, 0).assert_is(&format!("batches of {packets}"), expected + 1.0);
    }
}
