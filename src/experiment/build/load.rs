//! What the traffic offers to the stations that it crosses, all tasks together or task by task.

use crate::scenario::{Mode, Route, Scenario, TaskGroup};

/// An offered load.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Load {
    pub bits_per_s: f64,
    pub packets_per_s: f64,
    /// Connections that are opened.
    pub connections_per_s: f64,
}

impl Load {
    /// Adds `other` as often as `times`.
    pub fn add(&mut self, other: Load, times: f64) {
        self.bits_per_s += other.bits_per_s * times;
        self.packets_per_s += other.packets_per_s * times;
        self.connections_per_s += other.connections_per_s * times;
    }

    /// Of each sender of `group`.
    fn of_sender(group: &TaskGroup) -> Load {
        let packets_per_s = group.traffic.packets_per_s();
        let opening = group.traffic.connections.map_or(0.0, |connections| {
            1.0 / f64::from(connections.packets.get())
        });
        Load {
            bits_per_s: group.offered_bits_per_s() / f64::from(group.count),
            packets_per_s,
            connections_per_s: packets_per_s * opening,
        }
    }
}

/// A station that packets cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Station {
    /// ENIs on the way out.
    EniOut,
    /// The host stack: with ENIs of their own, packets between tasks cross it at either end.
    HostStack,
}

impl Station {
    /// How often packets of this route cross the station at the end of the task that the traffic
    /// belongs to, and at the end of the task that it is sent to.
    fn crossings(self, mode: Mode, route: Route) -> (f64, f64) {
        let own_enis = matches!(mode, Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate);
        match (self, route) {
            (Station::EniOut, Route::Out | Route::Resolver) => (1.0, 0.0),
            (Station::EniOut, Route::ToGroup(_)) if own_enis => (1.0, 0.0),
            (Station::EniOut, _) => (0.0, 0.0),
            (Station::HostStack, Route::ToGroup(_)) if own_enis => (1.0, 1.0),
            (Station::HostStack, _) => (1.0, 0.0),
        }
    }

    /// What all tasks together offer.
    pub fn of_all(self, scenario: &Scenario) -> Load {
        let mut load = Load::default();
        for group in &scenario.task_groups {
            let (near, far) = self.crossings(scenario.network.mode, group.traffic.route);
            let times = f64::from(group.count) * (near + far);
            load.add(Load::of_sender(group), times);
        }
        load
    }

    /// What is offered at the end of each task, by task number.
    pub fn by_task(self, scenario: &Scenario) -> Vec<Load> {
        let tasks = scenario.task_of_senders();
        let mut loads = vec![Load::default(); scenario.own_task_count()];
        let first_sender: Vec<usize> = scenario
            .task_groups
            .iter()
            .scan(0, |next, group| {
                let first = *next;
                *next += group.count as usize;
                Some(first)
            })
            .collect();
        for (number, group) in scenario.task_groups.iter().enumerate() {
            let (near, far) = self.crossings(scenario.network.mode, group.traffic.route);
            let load = Load::of_sender(group);
            for member in 0..group.count as usize {
                loads[tasks[first_sender[number] + member] as usize].add(load, near);
                if let Route::ToGroup(target) = group.traffic.route {
                    let receivers = scenario.task_groups[target].count as usize;
                    let receiver = first_sender[target] + member % receivers;
                    loads[tasks[receiver] as usize].add(load, far);
                }
            }
        }
        loads
    }
}
