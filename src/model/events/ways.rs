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
