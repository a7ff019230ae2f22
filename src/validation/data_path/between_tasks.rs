//! Ways other than out: in, between tasks of the instance, tasks with several traffics.

use super::*;
use crate::measure::{DropCause, Stage};

fn with_ingress(mut scenario: Scenario) -> Scenario {
    scenario.network.ingress = Some(link());
    scenario
}

fn routed(route: Route, load: f64) -> Traffic {
    Traffic {
        route,
        ..poisson(load)
    }
}

/// Identity: over ideal stations, the way in is the way out backwards, packet by packet.
#[test]
fn the_way_in_mirrors_the_way_out() {
    let on_the_way = |route| {
        let groups = vec![group("api", 3, routed(route, 0.25))];
        let mut scenario = with_ingress(scenario(Mode::Bridge, shared(link()), groups));
        scenario.network.propagation = SimDuration::from_us(170);
        // The way in begins with the propagation; without a warm-up both windows are the same.
        scenario.window.warm_up = SimDuration::ZERO;
        replication(&scenario, 0)
    };
    let (inward, out) = (on_the_way(Route::In), on_the_way(Route::Out));
    assert_eq!(outcomes(&inward), outcomes(&out));
}

/// Directions have an allowance each: neither delays the other.
#[test]
fn the_directions_do_not_meet() {
    let out = group("out", 1, routed(Route::Out, 0.9));
    let inward = group("in", 1, routed(Route::In, 0.9));
    let measured = |groups: Vec<TaskGroup>| {
        let scenario = scenario(Mode::Bridge, shared(link()), groups);
        outcomes(&replication(&with_ingress(scenario), 0))
    };
    let both = measured(vec![out.clone(), inward.clone()]);
    assert_eq!(both, [measured(vec![out]), measured(vec![inward])].concat());
}

/// Oracle: stations in series with equal deterministic service: the second never makes a packet
/// wait. A packet between two tasks of the instance is transmitted twice, out of one ENI and into
/// the other, and waits only for the first: M/D/1 plus a service and the propagation.
#[test]
fn between_tasks_with_enis_the_second_link_never_queues() {
    let groups = vec![
        group("web", 1, routed(Route::ToGroup(1), 0.8)),
        group("db", 1, routed(Route::In, 1e-9)),
    ];
    let egress = per_task(Arbitration::RoundRobin, None);
    let across = with_ingress(scenario(Mode::Awsvpc, egress, groups));
    let alone = scenario(
        Mode::Awsvpc,
        egress,
        vec![group("web", 1, routed(Route::Out, 0.8))],
    );
    let (across, alone) = (replication(&across, 0), replication(&alone, 0));
    // The other task is there to be reached; it has no packet of its own in so short a time.
    assert_eq!(across.tasks[1].offered_packets, 0);
    let stages = |m: &Measurements| m.tasks[0].stage_mean_ns.unwrap();
    let (with, without) = (stages(&across), stages(&alone));
    assert_eq!(
        with[Stage::EniWait as usize],
        without[Stage::EniWait as usize]
    );
    assert_eq!(with[Stage::Transmission as usize], 2e4);
}

/// Without an ENI of their own, tasks reach each other through the host stack alone.
#[test]
fn between_tasks_without_enis_there_is_no_link() {
    let groups = vec![
        group("web", 2, routed(Route::ToGroup(1), 0.8)),
        group("db", 1, routed(Route::Out, 1e-3)),
    ];
    for mode in [Mode::Bridge, Mode::Host] {
        let mut scenario = scenario(mode, shared(link()), groups.clone());
        scenario.network.propagation = SimDuration::from_us(170);
        scenario.network.host_stack = Some(HostStack::shared(count(64), SimDuration::from_us(2)));
        let m = replication(&scenario, 0);
        let web = &m.tasks[0];
        assert_eq!(web.sojourn.max_ns, Some(2000.0));
        assert_eq!(web.dropped_packets(), 0);
        assert!(m.groups[0].utilization == 0.0 && m.groups[1].utilization > 0.0);
    }
}

/// A second traffic of the same tasks goes through the same ENIs: under `partition` it takes part
/// of their share instead of bringing shares of its own.
#[test]
fn traffics_of_the_same_tasks_share_their_enis() {
    let mut more = group("telemetry", 2, poisson(0.1));
    more.tasks_of = Some(0);
    let groups = vec![group("api", 2, poisson(0.3)), more];
    let egress = per_task(Arbitration::Partition, None);
    let scenario = scenario(Mode::Awsvpc, egress, groups);
    assert_eq!((scenario.task_count(), scenario.own_task_count()), (4, 2));
    assert_eq!(scenario.task_of_senders(), [0, 1, 0, 1]);
    let m = replication(&scenario, 0);
    // Two halves of the link, so a packet takes 20 µs; each half carries 0.8 of its rate.
    for task in &m.tasks {
        assert_eq!(
            task.stage_mean_ns.unwrap()[Stage::Transmission as usize],
            2e4
        );
    }
    assert!((m.utilization() - 0.8).abs() < 0.02, "{}", m.utilization());
}

#[test]
fn what_security_groups_do_not_admit_is_dropped() {
    let refused = Traffic {
        admitted: false,
        ..routed(Route::In, 0.5)
    };
    let groups = vec![
        group("open", 1, routed(Route::In, 0.5)),
        group("closed", 1, refused),
    ];
    let scenario = with_ingress(scenario(Mode::Bridge, shared(link()), groups));
    let m = replication(&scenario, 0);
    let [open, closed] = &m.tasks[..] else {
        panic!("two tasks")
    };
    assert_eq!(open.dropped_packets(), 0);
    let refused = closed.dropped[DropCause::SecurityGroup as usize];
    assert_eq!(
        (closed.delivered_packets, refused),
        (0, closed.offered_packets)
    );
}

/// Mode `none` refuses traffic of every route.
#[test]
fn without_a_network_every_route_is_refused() {
    let routes = [Route::Out, Route::In, Route::ToGroup(0), Route::Resolver];
    let groups = (0..)
        .zip(routes)
        .map(|(i, route)| group(&format!("g{i}"), 1, routed(route, 0.1)));
    let scenario = scenario(Mode::None, Egress::Refused, groups.collect());
    let m = replication(&scenario, 0);
    for task in &m.tasks {
        assert_eq!(
            task.dropped[DropCause::Refused as usize],
            task.offered_packets
        );
    }
    // At once: what would come in does not even set out.
    let events = |route| {
        let groups = vec![group("one", 1, routed(route, 0.1))];
        let mut alone = Scenario {
            task_groups: groups,
            ..scenario.clone()
        };
        alone.network.propagation = SimDuration::from_us(170);
        replication(&alone, 0).events
    };
    assert_eq!(events(Route::In), events(Route::Out));
}
