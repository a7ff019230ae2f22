//! Whose station a packet meets: the sender's on the way out, the receiver's on the way in, and
//! whose allowance it is charged to.

use super::*;
use crate::measure::{DropCause, Stage};
use crate::theory::{md1::Md1, md1k::md1k};

const LOAD: f64 = 0.8;

fn to(group: usize, load: f64) -> Traffic {
    Traffic {
        route: Route::ToGroup(group),
        ..poisson(load)
    }
}

fn inward(load: f64) -> Traffic {
    Traffic {
        route: Route::In,
        ..poisson(load)
    }
}

/// Tasks with an ENI each, whose way out takes no time and whose way in is a link of 1 Gbit/s, that
/// holds as many packets of each ENI as `room` says.
fn with_links_in(mode: Mode, room: Capacity, groups: Vec<TaskGroup>) -> Scenario {
    let egress = Egress::PerTask {
        queue: EniQueue { capacity: room },
        arbitration: match mode {
            Mode::Fargate => Arbitration::Dedicated,
            _ => Arbitration::RoundRobin,
        },
        trunk: None,
        allowance: fast_link(),
    };
    let mut scenario = scenario(mode, egress, groups);
    scenario.network.ingress = Some(link());
    scenario
}

/// Two tasks send to a third that sends next to nothing itself.
fn two_to_one() -> Vec<TaskGroup> {
    vec![
        group("web", 2, to(1, LOAD / 2.0)),
        group("db", 1, poisson(1e-9)),
    ]
}

/// Oracle: M/D/1. What two Fargate tasks send to a third meets at the line of the third; what comes
/// in for two tasks does not meet.
#[test]
fn a_fargate_task_has_a_line_in_of_its_own() {
    let wait = Md1::new(LOAD).mean_wait() + 1.0;
    let unlimited = Capacity::Unlimited;
    let to_one = with_links_in(Mode::Fargate, unlimited, two_to_one());
    mean_sojourn(&replications(&to_one), 0).assert_is("two to one", wait);
    let groups = vec![group("api", 2, inward(LOAD))];
    let apart = with_links_in(Mode::Fargate, unlimited, groups);
    mean_sojourn(&replications(&apart), 0).assert_is("two apart", wait);
}

/// Oracle: M/D/1/K. What waits for the instance's line takes the room of the receiving ENI, whoever
/// has sent it: two senders to one ENI share its room of five packets.
#[test]
fn packets_take_room_at_the_receiving_eni() {
    let five = Capacity::Packets(count(5));
    let point = replications(&with_links_in(Mode::Awsvpc, five, two_to_one()));
    let loss = point.estimate(|m| {
        let dropped = |t: &TaskMeasurements| t.dropped[DropCause::EniQueue as usize];
        let offered: u64 = m.tasks.iter().map(|t| t.offered_packets).sum();
        m.tasks.iter().map(dropped).sum::<u64>() as f64 / offered as f64
    });
    loss.assert_is("two to one", md1k(LOAD, 5).loss);
}

/// Oracle: stations in series with equal deterministic service. With steering by queue the sender's
/// core serves a packet on its way out and the receiver's core on its way in, where it never waits.
/// One core for both would have a load of 1.6.
#[test]
fn each_end_is_served_by_the_core_of_its_eni() {
    let groups = vec![group("web", 1, to(1, LOAD)), group("db", 1, poisson(1e-9))];
    let mut scenario = with_links_in(Mode::Awsvpc, Capacity::Unlimited, groups);
    scenario.network.ingress = Some(fast_link());
    scenario.network.host_stack = Some(HostStack {
        steering: Steering::ByQueue,
        ..HostStack::shared(count(2), SERVICE)
    });
    let expected = Md1::new(LOAD).mean_wait() + 2.0;
    mean_sojourn(&replications(&scenario), 0).assert_is("two cores", expected);
}

/// By hand: a packet between Fargate tasks passes two microVMs.
#[test]
fn a_packet_passes_the_microvm_of_either_end() {
    let mut scenario = with_links_in(Mode::Fargate, Capacity::Unlimited, two_to_one());
    scenario.network.host_stack = Some(HostStack {
        steering: Steering::PerTask,
        latency: SimDuration::from_us(60),
        ..HostStack::shared(count(1), SimDuration::from_ns(1))
    });
    let stages = replication(&scenario, 0).tasks[0].stage_mean_ns.unwrap();
    assert_eq!(stages[Stage::MicroVm as usize], 120_000.0);
}

/// By hand: of a budget of 101 packets that hardly refills, a packet from task to task takes one on
/// its way out and one on its way in. The 51st is lost on its way in, all others on their way out.
#[test]
fn a_packet_between_tasks_takes_two_of_the_packet_budget() {
    let groups = vec![group("web", 1, to(1, 0.01)), group("db", 1, poisson(1e-9))];
    let mut scenario = with_links_in(Mode::Awsvpc, Capacity::Unlimited, groups);
    scenario.window.warm_up = SimDuration::ZERO;
    scenario.network.limits.packets = Some(PacketAllowance {
        rate: PacketRate::new(0.1).unwrap(),
        burst: count(101),
        buffer: 0,
    });
    let m = replication(&scenario, 0);
    let web = &m.tasks[0];
    let lost = web.dropped[DropCause::PacketAllowance as usize];
    assert!(web.offered_packets > 100, "{}", web.offered_packets);
    assert_eq!(
        (web.delivered_packets, lost),
        (50, web.offered_packets - 50)
    );
}

/// By hand: packets to the resolver take nothing of the packet budget nor of the bandwidth, which
/// would let the first of them pass and no other. Other packets do.
#[test]
fn packets_to_the_resolver_have_a_budget_of_their_own() {
    let with = |route| {
        let traffic = Traffic {
            route,
            ..poisson(0.01)
        };
        let bandwidth = Allowance::TokenBucket(TokenBucket {
            baseline: DataRate::new(8).unwrap(),
            burst: DataRate::new(1_000_000_000).unwrap(),
            credit: SIZE,
            start: CreditState::Full,
            buffer: Bytes::new(0),
        });
        let groups = vec![group("dns", 1, traffic)];
        let mut scenario = scenario(Mode::Host, shared(bandwidth), groups);
        scenario.window.warm_up = SimDuration::ZERO;
        scenario.network.limits.packets = Some(PacketAllowance {
            rate: PacketRate::new(0.1).unwrap(),
            burst: count(1),
            buffer: 0,
        });
        replication(&scenario, 0)
    };
    let (resolver, out) = (with(Route::Resolver), with(Route::Out));
    let [asked, sent] = [&resolver, &out].map(|m| &m.tasks[0]);
    assert_eq!((asked.dropped_packets(), asked.exceeded), (0, [0; 5]));
    assert_eq!(
        (sent.delivered_packets, asked.offered_packets > 100),
        (1, true)
    );
}

/// Identity: what the receiver's security groups refuse has left its own ENI like any other packet,
/// and gets no further than to the other one.
#[test]
fn refused_packets_have_left_their_eni() {
    let utilization = |traffic: Traffic| {
        let groups = vec![group("web", 1, traffic), group("db", 1, poisson(1e-9))];
        let egress = per_task(Arbitration::RoundRobin, None);
        let mut scenario = scenario(Mode::Awsvpc, egress, groups);
        scenario.network.ingress = Some(link());
        let m = replication(&scenario, 0);
        let refused = m.tasks[0].dropped[DropCause::SecurityGroup as usize];
        (
            m.groups[0].utilization,
            refused == m.tasks[0].offered_packets,
        )
    };
    let closed = Traffic {
        admitted: false,
        ..to(1, LOAD)
    };
    let (refused, sent) = (utilization(closed), utilization(poisson(LOAD)));
    assert_eq!(refused.0, sent.0);
    assert_eq!((refused.1, sent.1), (true, false));
}
