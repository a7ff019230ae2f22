//! Packet budget, flow caps, link-local packets, tracked connections, bandwidth in.

use super::*;
use crate::measure::{DropCause, EnaCounter};
use crate::theory::{md1::Md1, md1k::md1k, token_bucket};

const LOAD: f64 = 0.8;

/// A budget of 100,000 packets/s: one in the 10 µs of a service.
fn budget(burst: u32, buffer: u32) -> PacketAllowance {
    PacketAllowance {
        rate: PacketRate::new(1e5).unwrap(),
        burst: count(burst),
        buffer,
    }
}

fn dropped(point: &Point, cause: DropCause) -> Estimate {
    point.estimate(|m| {
        let dropped: u64 = m.tasks.iter().map(|t| t.dropped[cause as usize]).sum();
        let offered: u64 = m.tasks.iter().map(|t| t.offered_packets).sum();
        dropped as f64 / offered as f64
    })
}

fn both_ways() -> Vec<TaskGroup> {
    let inward = Traffic {
        route: Route::In,
        ..poisson(LOAD / 2.0)
    };
    vec![group("out", 1, poisson(LOAD / 2.0)), group("in", 1, inward)]
}

/// Oracle: a budget of b packets without a buffer is GCRA, whose loss with Poisson arrivals is that
/// of M/D/1/b exactly; packets out and in count together.
#[test]
fn the_packet_budget_polices_both_directions_together() {
    for burst in [1, 2, 5] {
        let mut scenario = scenario(Mode::Bridge, shared(fast_link()), both_ways());
        scenario.network.ingress = Some(fast_link());
        scenario.network.limits.packets = Some(budget(burst, 0));
        let point = replications(&scenario);
        let expected = if burst == 1 {
            LOAD / (1.0 + LOAD)
        } else {
            md1k(LOAD, burst as usize).loss
        };
        dropped(&point, DropCause::PacketAllowance).assert_is(&format!("burst {burst}"), expected);
        for m in &point.replications {
            for task in &m.tasks {
                let counted = task.exceeded[EnaCounter::Packets as usize];
                assert_eq!(counted, task.dropped[DropCause::PacketAllowance as usize]);
            }
        }
    }
}

/// By definition: utilization is of the bandwidth out. What comes in takes none of it, and a budget of
/// packets takes none of it either.
#[test]
fn utilization_is_of_the_bandwidth_out() {
    let inward = Traffic {
        route: Route::In,
        ..poisson(0.3)
    };
    let groups = vec![group("out", 1, poisson(0.5)), group("in", 1, inward)];
    let plain = scenario(Mode::Bridge, shared(link()), groups[..1].to_vec());
    let mut limited = scenario(Mode::Bridge, shared(link()), groups);
    limited.network.ingress = Some(link());
    limited.network.limits.packets = Some(budget(1_000_000, 0));
    let (plain, limited) = (replication(&plain, 0), replication(&limited, 0));
    assert_eq!(limited.groups[0].utilization, plain.groups[0].utilization);
    assert_eq!(limited.groups[1].utilization, 0.0);
    assert!(limited.tasks[1].delivered_packets > 0);
}

/// Oracle: with room to wait the budget is a shaper, whose delay is the waiting time of M/D/1 less
/// the credit.
#[test]
fn the_packet_budget_delays_as_a_token_bucket() {
    let mut scenario = scenario(Mode::Bridge, shared(fast_link()), both_ways());
    scenario.network.ingress = Some(fast_link());
    scenario.window.measure = SimDuration::from_ms(500);
    scenario.network.limits.packets = Some(budget(3, u32::MAX));
    let point = replications(&scenario);
    let expected = token_bucket::mean_delay(&Md1::new(LOAD), 3);
    let delay = point.estimate(|m| {
        let sum: u128 = m.groups.iter().map(|g| g.sojourn_sum_ps).sum();
        let packets: u64 = m.groups.iter().map(|g| g.sojourn_histogram.count()).sum();
        sum as f64 / packets as f64 / SERVICE.as_ps() as f64
    });
    delay.assert_is("delay by the packet budget", expected);
}

/// Oracle: the cap of a flow is a bucket of one packet, so its delay is the waiting time of M/D/1
/// at the load of the flow. Four flows with a quarter each do not wait for one another.
#[test]
fn a_flow_waits_for_its_own_cap_alone() {
    let capped = |flows: u32, load: f64| {
        let traffic = Traffic {
            flows: Some(count(flows)),
            ..poisson(load)
        };
        let groups = vec![group("api", 1, traffic)];
        let mut scenario = scenario(Mode::Host, shared(fast_link()), groups);
        scenario.window.measure = SimDuration::from_ms(500);
        scenario.network.limits.flow = Some(FlowCap {
            rate: DataRate::new(1_000_000_000).unwrap(),
            buffer: Bytes::new(u64::MAX),
        });
        replications(&scenario)
    };
    let expected = Md1::new(LOAD).mean_wait();
    mean_sojourn(&capped(1, LOAD), 0).assert_is("one flow", expected);
    mean_sojourn(&capped(4, 4.0 * LOAD), 0).assert_is("four flows", expected);
    // In so many flows that none is limited, there is no wait.
    let uncapped = Traffic {
        flows: None,
        ..poisson(4.0 * LOAD)
    };
    let mut scenario = scenario(
        Mode::Host,
        shared(fast_link()),
        vec![group("a", 1, uncapped)],
    );
    scenario.network.limits.flow = Some(FlowCap {
        rate: DataRate::new(1_000_000_000).unwrap(),
        buffer: Bytes::new(0),
    });
    assert_eq!(replication(&scenario, 0).tasks[0].dropped_packets(), 0);
}

/// Oracle: GCRA again. Tasks behind one ENI share its budget of link-local packets; tasks with ENIs
/// of their own have one each, so each loses what its own load says.
#[test]
fn link_local_packets_are_limited_by_eni() {
    let asking = |tasks: u32, load: f64| {
        let traffic = Traffic {
            route: Route::Resolver,
            ..poisson(load)
        };
        vec![group("dns", tasks, traffic)]
    };
    let limited = |mode, mut egress: Egress, groups| {
        if let Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } = &mut egress {
            *allowance = fast_link();
        }
        let mut scenario = scenario(mode, egress, groups);
        scenario.network.limits.link_local = Some(budget(2, 0));
        replications(&scenario)
    };
    let bridge = limited(Mode::Bridge, shared(link()), asking(4, LOAD / 4.0));
    let awsvpc = per_task(Arbitration::RoundRobin, None);
    let awsvpc = limited(Mode::Awsvpc, awsvpc, asking(4, LOAD / 4.0));
    let loss = |point: &Point| dropped(point, DropCause::LinkLocal);
    loss(&bridge).assert_is("one budget for four", md1k(LOAD, 2).loss);
    loss(&awsvpc).assert_is("a budget each", md1k(LOAD / 4.0, 2).loss);
}

/// Oracle: connections of one packet that stay tracked for a constant time are M/G/c/c, whose loss
/// is Erlang's B, whatever the law of that time: B(6.4 erlangs, 8 places) = 0.144393889853. The
/// instance's allowance and the kernel's NAT are each such a table.
#[test]
fn connections_beyond_the_table_are_lost_as_erlang_says() {
    let idle = SimDuration::from_us(80);
    let traffic = Traffic {
        connections: Some(Connections {
            packets: NonZeroU32::MIN,
            idle,
        }),
        ..poisson(LOAD / 4.0)
    };
    let of_table = |limits: Limits| {
        let groups = vec![group("api", 4, traffic.clone())];
        let mut scenario = scenario(Mode::Bridge, shared(fast_link()), groups);
        scenario.network.limits = limits;
        replications(&scenario)
    };
    let expected = 0.144_393_889_853;
    let tracked = of_table(Limits {
        tracked_connections: Some(count(8)),
        ..Limits::default()
    });
    dropped(&tracked, DropCause::TrackedConnections).assert_is("allowance", expected);
    let exceeded = EnaCounter::TrackedConnections as usize;
    assert!(
        tracked.replications[0]
            .tasks
            .iter()
            .all(|t| t.exceeded[exceeded] > 0)
    );
    let nat = of_table(Limits {
        nat_connections: Some(count(8)),
        ..Limits::default()
    });
    dropped(&nat, DropCause::Nat).assert_is("NAT", expected);
}

/// Identity: what comes in meets a token bucket of its own, that acts as the one on the way out.
#[test]
fn bandwidth_in_is_shaped_as_bandwidth_out() {
    let bucket = Allowance::TokenBucket(TokenBucket {
        baseline: DataRate::new(1_000_000_000).unwrap(),
        burst: DataRate::new(10_000_000_000).unwrap(),
        credit: Bytes::new(12_500),
        start: CreditState::Empty,
        buffer: Bytes::new(40_000),
    });
    let measured = |route| {
        let traffic = Traffic {
            route,
            ..poisson(1.05)
        };
        let mut scenario = scenario(Mode::Host, shared(bucket), vec![group("api", 1, traffic)]);
        scenario.network.ingress = Some(bucket);
        replication(&scenario, 0)
    };
    let (inward, out) = (measured(Route::In), measured(Route::Out));
    assert_eq!(outcomes(&inward), outcomes(&out));
    let count = |m: &Measurements, counter| m.tasks[0].exceeded[counter as usize];
    let (exceeded_in, exceeded_out) = (
        count(&inward, EnaCounter::BandwidthIn),
        count(&out, EnaCounter::BandwidthOut),
    );
    assert_eq!(exceeded_in, exceeded_out);
    assert!(inward.tasks[0].dropped[DropCause::Allowance as usize] > 0);
    assert_eq!(count(&inward, EnaCounter::BandwidthOut), 0);
}
