//! What the traffic offers to the stations that it crosses, all tasks together or task by task.

use crate::scenario::{Mode, Route, Scenario, TaskGroup, Traffic};

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
    /// ENIs on the way in.
    EniIn,
    /// The host stack: with ENIs of their own, packets between tasks cross it at either end.
    HostStack,
}

impl Station {
    /// How often packets of this traffic cross the station at the end of the task that it belongs
    /// to, and at the end of the task that it is sent to.
    fn crossings(self, mode: Mode, traffic: &Traffic) -> (f64, f64) {
        let own_enis = matches!(mode, Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate);
        // What security groups refuse gets no further than to the receiving ENI.
        let admitted = if traffic.admitted { 1.0 } else { 0.0 };
        match (self, traffic.route) {
            (Station::EniOut, Route::Out | Route::Resolver) => (1.0, 0.0),
            (Station::EniOut, Route::ToGroup(_)) if own_enis => (1.0, 0.0),
            (Station::EniOut, _) => (0.0, 0.0),
            (Station::EniIn, Route::In) => (admitted, 0.0),
            (Station::EniIn, Route::ToGroup(_)) if own_enis => (0.0, admitted),
            (Station::EniIn, _) => (0.0, 0.0),
            (Station::HostStack, Route::ToGroup(_)) if own_enis => (1.0, admitted),
            (Station::HostStack, Route::In) => (admitted, 0.0),
            (Station::HostStack, _) => (1.0, 0.0),
        }
    }

    /// What all tasks together offer.
    pub fn of_all(self, scenario: &Scenario) -> Load {
        let mut load = Load::default();
        for (number, group) in scenario.task_groups.iter().enumerate() {
            let (near, far) = self.crossings(scenario.network.mode, &group.traffic);
            let times = f64::from(scenario.senders_at_a_time(number)) * (near + far);
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
            let (near, far) = self.crossings(scenario.network.mode, &group.traffic);
            let load = Load::of_sender(group);
            for member in 0..scenario.senders_at_a_time(number) as usize {
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
