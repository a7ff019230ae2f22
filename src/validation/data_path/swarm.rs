//! Random scenarios with everything the event loop can simulate, held against laws alone.
//!
//! While a trial runs, the recorder asserts that no packet is lost or made up, that the stages of
//! each packet add up to its sojourn, and Little's law to the picosecond.

use proptest::prelude::*;

use super::*;
use crate::validation::scenarios::{arbitration, config, group as random_group, host_stack};

/// Room for bursts of packets, small enough to be exceeded now and then.
fn packets() -> impl Strategy<Value = Option<PacketAllowance>> {
    prop::option::of((1e3..1e6_f64, 1_u32..50, 0_u32..50)).prop_map(|law| {
        law.map(|(rate, burst, buffer)| PacketAllowance {
            rate: PacketRate::new(rate).unwrap(),
            burst: count(burst),
            buffer,
        })
    })
}

fn limits() -> impl Strategy<Value = Limits> {
    let flow = prop::option::of((1_000_000_u64..1_000_000_000, 0_u64..100_000));
    let table = || prop::option::of(1_u32..200);
    (packets(), packets(), flow, table(), table()).prop_map(
        |(packets, link_local, flow, tracked, nat)| Limits {
            packets,
            link_local,
            flow: flow.map(|(rate, buffer)| FlowCap {
                rate: DataRate::new(rate).unwrap(),
                buffer: Bytes::new(buffer),
            }),
            tracked_connections: tracked.map(count),
            nat_connections: nat.map(count),
        },
    )
}

fn network() -> impl Strategy<Value = Network> {
    let ways = (0..5_u32, arbitration(), prop::option::of(1_u32..50));
    let stack = prop::option::of((host_stack(), 0..3_u8, 0_u64..50));
    let rate = || (5_000_000_u64..2_000_000_000).prop_map(|r| DataRate::new(r).unwrap());
    let rates = (rate(), rate(), 0_u64..200);
    let discipline = prop::sample::select(Discipline::ALL.to_vec());
    let queues = (discipline, 1_u32..8);
    (ways, stack, rates, queues, limits()).prop_map(
        |((way, arbitration, trunk), stack, (out, inward, propagation), queues, limits)| {
            let (discipline, queues) = queues;
            let allowance = Allowance::Link(out);
            let queue = EniQueue {
                capacity: Capacity::Packets(count(40)),
                discipline,
            };
            let is_bypass = matches!(arbitration, Arbitration::Partition | Arbitration::Dedicated);
            let per_task = |trunk| Egress::PerTask {
                queue,
                arbitration,
                trunk,
                allowance,
            };
            let (mode, egress) = match way {
                0 => (Mode::Bridge, Egress::Shared { queue, allowance }),
                1 => (Mode::Fargate, per_task(None)),
                2 if !is_bypass => {
                    let capacity = trunk.map(count);
                    (Mode::AwsvpcTrunk, per_task(Some(Trunk { capacity })))
                }
                3 => (Mode::None, Egress::Refused),
                _ => (Mode::Awsvpc, per_task(None)),
            };
            let host_stack = stack.map(|(stack, steering, latency)| HostStack {
                steering: [Steering::Shared, Steering::ByQueue, Steering::PerTask]
                    [steering as usize],
                latency: SimDuration::from_us(latency),
                per_connection: SimDuration::from_us(3),
                ..stack
            });
            Network {
                ingress: (egress != Egress::Refused).then_some(Allowance::Link(inward)),
                eni_queues: count(queues),
                limits,
                ..Network::outbound(mode, host_stack, egress, SimDuration::from_us(propagation))
            }
        },
    )
}

/// What is added to the traffic of a group: route, flows, connections, a message, whether it is
/// admitted, and its priority.
type Additions = (u8, Option<u32>, Option<(u32, u64)>, Option<u32>, bool, u32);

fn additions() -> impl Strategy<Value = Additions> {
    let connections = prop::option::of((1_u32..20, 1_u64..20));
    let flows = prop::option::of(1_u32..5);
    (
        0..4_u8,
        flows,
        connections,
        prop::option::of(1_u32..10),
        any::<bool>(),
        0_u32..3,
    )
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let groups = (random_group("a"), random_group("b"), random_group("c"));
    let additions = [additions(), additions(), additions()];
    (groups, additions, network(), any::<bool>()).prop_map(
        |((a, b, c), additions, network, shares)| {
            let mut groups = vec![a, b, c];
            for (group, (route, flows, connections, packets, admitted, priority)) in
                groups.iter_mut().zip(additions)
            {
                group.priority = priority;
                let traffic = &mut group.traffic;
                traffic.route =
                    [Route::Out, Route::In, Route::ToGroup(0), Route::Resolver][route as usize];
                traffic.flows = flows.map(count);
                traffic.connections = connections.map(|(packets, idle)| Connections {
                    packets: count(packets),
                    idle: SimDuration::from_ms(idle),
                });
                traffic.message = packets.map(|packets| Message {
                    packets: count(packets),
                    last: Bytes::new(100),
                });
                traffic.admitted = admitted;
            }
            if shares {
                groups[1].tasks_of = Some(0);
                groups[1].count = groups[0].count;
            }
            Scenario {
                window: Window {
                    warm_up: SimDuration::from_ms(2),
                    measure: SimDuration::from_ms(20),
                },
                throughput_interval: SimDuration::from_ms(1),
                network,
                task_groups: groups,
                life_cycle: None,
                series_interval: None,
            }
        },
    )
}

proptest! {
    #![proptest_config(config(400, 23))]

    /// Accounts balance (asserted while it runs), a trial can be repeated, and a packet is counted
    /// by one of ENA's counters whenever the allowance behind that counter has dropped it.
    #[test]
    fn laws_hold_whatever_meets(scenario in scenarios(), seed in any::<u64>()) {
        let run = || {
            let scenario = Arc::new(scenario.clone());
            Trial { scenario, seed, replication: 0 }.run().unwrap()
        };
        let m = run();
        prop_assert_eq!(&m, &run());
        use crate::measure::{DropCause, EnaCounter};
        let counted = [
            (DropCause::PacketAllowance, EnaCounter::Packets),
            (DropCause::LinkLocal, EnaCounter::LinkLocal),
            (DropCause::TrackedConnections, EnaCounter::TrackedConnections),
        ];
        for task in &m.tasks {
            for (cause, counter) in counted {
                prop_assert!(task.dropped[cause as usize] <= task.exceeded[counter as usize]);
            }
            let sum: f64 = task.stage_mean_ns.iter().flatten().sum();
            let mean = task.sojourn.mean_ns.unwrap_or(0.0);
            prop_assert!((sum - mean).abs() <= 1e-9 * mean.max(1.0), "{} {}", sum, mean);
        }
    }
}
