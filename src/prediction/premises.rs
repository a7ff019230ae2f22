//! What must hold of a scenario before any model is tried.

use crate::scenario::{
    Allowance, Arbitration, Capacity, Discipline, Egress, HostStack, Limits, Route, Scenario,
    TaskGroup, UnitLaw,
};
use crate::units::SimDuration;

/// A scenario in which packets only leave, past nothing but host stack, ENIs and bandwidth.
pub(super) struct Outbound<'a> {
    pub scenario: &'a Scenario,
    pub host_stack: Option<HostStack>,
    pub sharing: Sharing,
    pub capacity: Capacity,
    pub allowance: Allowance,
}

/// How tasks share the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// One queue with one capacity, in the order of arrival.
    OneRoom,
    /// A queue with a capacity for each task, together in the order of arrival.
    InOrder,
    /// A queue for each task; the queues take turns.
    TakingTurns,
    /// An equal part of the link for each task.
    Partition,
    /// The whole link for each task.
    Dedicated,
}

impl<'a> Outbound<'a> {
    /// `scenario` seen so; `None` if it is more than that.
    pub fn of(scenario: &'a Scenario) -> Option<Self> {
        let network = &scenario.network;
        let is_drawn = |stack: HostStack| stack.law != UnitLaw::Deterministic;
        let plain = scenario.life_cycle.is_none()
            && !network.host_stack.is_some_and(is_drawn)
            && network.ingress.is_none()
            && network.eni_queues.get() == 1
            && network.limits == Limits::default()
            && !scenario.task_groups.is_empty()
            && scenario.task_groups.iter().all(only_sends);
        if !plain {
            return None;
        }
        let (sharing, queue, allowance) = match network.egress {
            Egress::Refused => return None,
            Egress::Shared { queue, allowance } => (Sharing::OneRoom, queue, allowance),
            Egress::PerTask { trunk: Some(_), .. } => return None,
            Egress::PerTask {
                queue,
                arbitration,
                allowance,
                trunk: None,
            } => {
                let sharing = match arbitration {
                    // One task takes every turn.
                    _ if scenario.task_count() == 1 => Sharing::OneRoom,
                    Arbitration::RoundRobin | Arbitration::Drr { .. } => Sharing::TakingTurns,
                    Arbitration::Fifo => Sharing::InOrder,
                    Arbitration::Partition => Sharing::Partition,
                    Arbitration::Dedicated => Sharing::Dedicated,
                };
                (sharing, queue, allowance)
            }
        };
        if queue.discipline != Discipline::Fifo {
            return None;
        }
        Some(Outbound {
            scenario,
            host_stack: network.host_stack,
            sharing,
            capacity: queue.capacity,
            allowance,
        })
    }

    /// What is left of the warm-up when the first packet has travelled: before that nothing is
    /// delivered, whatever the queue does.
    pub fn warm_up(&self) -> SimDuration {
        let propagation = self.scenario.network.propagation;
        self.scenario.window.warm_up.saturating_sub(propagation)
    }

    /// Links that the traffic is spread over; the simulator's utilization is their mean.
    pub fn links(&self) -> f64 {
        match self.sharing {
            Sharing::Partition | Sharing::Dedicated => self.scenario.task_count() as f64,
            Sharing::OneRoom | Sharing::InOrder | Sharing::TakingTurns => 1.0,
        }
    }
}

/// Whether the group's arrivals are packets of tasks of its own that leave the instance.
fn only_sends(group: &TaskGroup) -> bool {
    let traffic = &group.traffic;
    traffic.route == Route::Out
        && traffic.message.is_none()
        && traffic.admitted
        && group.tasks_of.is_none()
}
