//! Softirq work per core, Fargate's microVMs, the price of a connection.

use super::*;
use crate::measure::Stage;
use crate::theory::md1::Md1;

/// A stack whose cores serve a packet in the time that a link of 1 Gbit/s would.
fn stack(cores: u32, steering: Steering) -> HostStack {
    HostStack {
        steering,
        ..HostStack::shared(count(cores), SERVICE)
    }
}

fn behind(stack: HostStack, mode: Mode, mut egress: Egress, groups: Vec<TaskGroup>) -> Scenario {
    if let Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } = &mut egress {
        *allowance = fast_link();
    }
    let mut scenario = scenario(mode, egress, groups);
    scenario.network.host_stack = Some(stack);
    scenario.window.measure = SimDuration::from_ms(500);
    scenario
}

fn victim_and_flood() -> Vec<TaskGroup> {
    vec![
        group("victim", 1, poisson(0.2)),
        group("flood", 1, poisson(0.7)),
    ]
}

/// Oracle: M/D/1. With queues apart each task has a core to itself and waits for its own packets;
/// on the same core it waits for the flood: the Iron effect. The interrupt of the ENI of task i is
/// on core i.
#[test]
fn a_flood_delays_who_is_served_by_the_same_core() {
    let enis = per_task(Arbitration::RoundRobin, None);
    let apart = behind(
        stack(2, Steering::ByQueue),
        Mode::Awsvpc,
        enis,
        victim_and_flood(),
    );
    let apart = replications(&apart);
    let wait = |rho: f64| Md1::new(rho).mean_wait() + 1.0;
    mean_sojourn(&apart, 0).assert_is("victim apart", wait(0.2));
    mean_sojourn(&apart, 1).assert_is("flood apart", wait(0.7));
    let together = behind(
        stack(1, Steering::ByQueue),
        Mode::Awsvpc,
        enis,
        victim_and_flood(),
    );
    mean_sojourn(&replications(&together), 0).assert_is("victim together", wait(0.9));
}

/// Oracle: c × M/D/1. Packets of so many flows that the hash spreads them at random over c queues
/// with a core each are c independent queues, not M/D/c.
#[test]
fn hashing_onto_cores_is_not_sharing_them() {
    let traffic = poisson(4.0 * 0.8);
    let groups = vec![group("api", 1, traffic)];
    let mut scenario = behind(
        stack(4, Steering::ByQueue),
        Mode::Host,
        shared(link()),
        groups,
    );
    scenario.network.eni_queues = count(4);
    let hashed = replications(&scenario);
    mean_sojourn(&hashed, 0).assert_is("4 × M/D/1", Md1::new(0.8).mean_wait() + 1.0);
    // M/D/4 at the same load waits 0.386 services (Crommelin).
    scenario.network.host_stack = Some(stack(4, Steering::Shared));
    let pooled = replications(&scenario);
    mean_sojourn(&pooled, 0).assert_is("M/D/4", 0.386_094_930_8 + 1.0);
}

/// Identity: in Fargate nothing is shared, so a task meets the same whether it is alone or beside
/// others; and its packets take exactly the microVM's delay longer than without it.
#[test]
fn fargate_tasks_share_nothing() {
    let fargate = |groups: Vec<TaskGroup>, latency| {
        let stack = HostStack {
            latency,
            ..stack(1, Steering::PerTask)
        };
        let egress = per_task(Arbitration::Dedicated, None);
        let mut scenario = scenario(Mode::Fargate, egress, groups);
        scenario.network.host_stack = Some(stack);
        replication(&scenario, 0)
    };
    let latency = SimDuration::from_us(60);
    let both = fargate(victim_and_flood(), latency);
    let alone = fargate(victim_and_flood()[..1].to_vec(), latency);
    assert_eq!(outcomes(&both)[0], outcomes(&alone)[0]);
    let without = fargate(victim_and_flood(), SimDuration::ZERO);
    let means = |m: &Measurements| m.tasks[0].stage_mean_ns.unwrap();
    assert_eq!(means(&both)[Stage::MicroVm as usize], 60_000.0);
    for stage in [Stage::HostStackWait, Stage::HostStackService] {
        assert_eq!(
            means(&both)[stage as usize],
            means(&without)[stage as usize]
        );
    }
    // Tandem with equal service: the link behind the stack never makes a packet wait.
    assert_eq!(means(&both)[Stage::EniWait as usize], 0.0);
}

/// By hand: connections of four packets, the first of which costs 8 µs more: 2 µs on average,
/// whichever side opens them.
#[test]
fn the_first_packet_of_a_connection_costs_more() {
    for route in [Route::Out, Route::In] {
        let traffic = Traffic {
            route,
            connections: Some(Connections {
                packets: count(4),
                idle: SimDuration::from_s(1),
            }),
            ..poisson(0.01)
        };
        let stack = HostStack {
            per_connection: SimDuration::from_us(8),
            ..stack(64, Steering::Shared)
        };
        let groups = vec![group("api", 1, traffic)];
        let mut scenario = behind(stack, Mode::Bridge, shared(link()), groups);
        scenario.network.ingress = Some(fast_link());
        scenario.window.warm_up = SimDuration::ZERO;
        let m = replication(&scenario, 0);
        let task = &m.tasks[0];
        let opened = task.delivered_packets.div_ceil(4) as f64;
        let expected = 10_000.0 + 8_000.0 * opened / task.delivered_packets as f64;
        let served = task.stage_mean_ns.unwrap()[Stage::HostStackService as usize];
        assert!((served - expected).abs() < 1e-6, "{served} {expected}");
    }
}
