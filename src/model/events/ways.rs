//! Where the packets of each sender come from and go to.

use crate::scenario::{Route, Scenario};

/// Where the traffic of a sender comes from and goes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub route: Route,
    /// The task, and so the ENI, on the sending side, if it is on the instance.
    pub source: u32,
    /// The task on the receiving side, if it is on the instance.
    pub target: u32,
    /// How urgent the packets are at an ENI queue with priorities, 0 most.
    pub priority: u32,
    /// Whether the receiving side's security groups let it in.
    pub admitted: bool,
}

/// The way of each sender's packets.
pub(super) fn ways(scenario: &Scenario) -> Vec<Way> {
    let tasks = scenario.task_of_senders();
    let groups = &scenario.task_groups;
    let mut first_senders = Vec::with_capacity(groups.len());
    let mut next = 0;
    for group in groups {
        first_senders.push(next);
        next += group.count;
    }
    let mut ways = Vec::with_capacity(tasks.len());
    for group in groups {
        for index in 0..group.count {
            let own = tasks[ways.len()];
            let target = match group.traffic.route {
                Route::ToGroup(other) => {
                    let peer = first_senders[other] + index % groups[other].count;
                    tasks[peer as usize]
                }
                Route::Out | Route::In | Route::Resolver => own,
            };
            ways.push(Way {
                route: group.traffic.route,
                source: own,
                target,
                priority: group.priority,
                admitted: group.traffic.admitted,
            });
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{
        Arrivals, Egress, Mode, Network, PacketSize, TaskGroup, Traffic, Window,
    };
    use crate::units::{Bytes, PacketRate, SimDuration};

    /// By hand: of the groups a (2 tasks), b (3), c (2) and a second traffic of b, b sends to c and
    /// the second traffic to a, each task to the task of its own number, modulo the receivers.
    #[test]
    fn tasks_send_to_the_tasks_of_their_number() {
        let group = |name: &str, tasks, route| {
            let rate = PacketRate::new(1e3).unwrap();
            let size = PacketSize::Fixed(Bytes::new(100));
            let traffic = Traffic {
                route,
                ..Traffic::outbound(Arrivals::Poisson, rate, size)
            };
            TaskGroup::own(name.to_owned(), tasks, traffic)
        };
        let scenario = Scenario {
            window: Window {
                warm_up: SimDuration::ZERO,
                measure: SimDuration::from_ms(1),
            },
            throughput_interval: SimDuration::from_ms(1),
            series_interval: None,
            network: Network::outbound(Mode::None, None, Egress::Refused, SimDuration::ZERO),
            task_groups: vec![
                group("a", 2, Route::Out),
                group("b", 3, Route::ToGroup(2)),
                group("c", 2, Route::In),
                TaskGroup {
                    tasks_of: Some(1),
                    ..group("more", 3, Route::ToGroup(0))
                },
            ],
            life_cycle: None,
        };
        let ends: Vec<(u32, u32)> = ways(&scenario)
            .iter()
            .map(|way| (way.source, way.target))
            .collect();
        let (a, b) = ([(0, 0), (1, 1)], [(2, 5), (3, 6), (4, 5)]);
        let (c, more) = ([(5, 5), (6, 6)], [(2, 0), (3, 1), (4, 0)]);
        assert_eq!(ends, [&a[..], &b, &c, &more].concat());
    }
}
