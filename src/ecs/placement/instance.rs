//! One container instance, as it fills up.

use crate::ecs::CpuArchitecture;
use crate::scenario::Mode;

use super::demand::{Constraint, Demand, HostPort, Protocol};
use super::expression::Attributes;
use super::fleet::Fleet;
use super::ports::HostPorts;
use super::refusal::{Reason, StartFailure};

/// A container instance and the tasks on it.
#[derive(Clone, Debug)]
pub struct ContainerInstance {
    /// Number in the fleet, from 0, in order of launch.
    pub number: u32,
    /// CPU units that are free.
    pub cpu_free: u64,
    /// Memory that is free \[MiB\].
    pub memory_free_mib: u64,
    /// Tasks with an ENI on it, whether they start or not.
    pub eni_tasks: u32,
    /// Tasks, in the order in which they came.
    pub tasks: Vec<PlacedTask>,
    ports: HostPorts,
    /// Tasks by group.
    group_tasks: Vec<u32>,
}

/// A task on its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedTask {
    /// Index of its group among the demands.
    pub group: usize,
    /// Number in its group, from 0.
    pub number: u32,
    /// Its ports, in the order of the demand.
    pub ports: Vec<PortBinding>,
    /// Why it ends before it runs; `None`: it runs.
    pub failure: Option<StartFailure>,
}

/// A port in a container and the one that reaches it from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortBinding {
    /// Port in the container.
    pub container: u16,
    /// Port of the instance; `None` in awsvpc, where the container's own is reached on the task's
    /// ENI, and for a dynamic port that could not be assigned.
    pub host: Option<u16>,
    /// Transport.
    pub protocol: Protocol,
}

/// A demand with what is asked of every instance worked out once.
pub(super) struct Request<'a> {
    pub(super) demand: &'a Demand,
    pub(super) group: usize,
    fixed_ports: Vec<HostPort>,
    distinct: bool,
    /// What the attributes of an instance lack, by zone.
    lacking: Vec<Vec<Reason>>,
}

impl<'a> Request<'a> {
    pub(super) fn new(demand: &'a Demand, group: usize, fleet: &Fleet) -> Request<'a> {
        let fixed = |port: &super::Port| port.fixed(demand.mode);
        let lacking = |zone: &String| lacking(demand, fleet, zone);
        let is_distinct = |c: &Constraint| matches!(c, Constraint::DistinctInstance);
        Request {
            demand,
            group,
            fixed_ports: demand.ports.iter().filter_map(fixed).collect(),
            distinct: demand.constraints.iter().any(is_distinct),
            lacking: fleet.zones.iter().map(lacking).collect(),
        }
    }
}

/// What an instance of this zone lacks for the task, however empty it is.
fn lacking(demand: &Demand, fleet: &Fleet, zone: &str) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if demand.mode == Mode::AwsvpcTrunk {
        reasons.extend(
            fleet
                .trunk_remedy()
                .map(|remedy| Reason::NoTrunk { remedy }),
        );
    }
    let instance_type = fleet.instance_type;
    let other = |wanted: &CpuArchitecture| *wanted != instance_type.cpu_architecture();
    if let Some(wanted) = demand.cpu_architecture.filter(other) {
        let instance_type = instance_type.name;
        reasons.push(Reason::Architecture {
            wanted,
            instance_type,
        });
    }
    let attributes = Attributes {
        instance_type: fleet.instance_type.name,
        zone,
        trunked: fleet.is_trunked(),
    };
    for constraint in &demand.constraints {
        match constraint {
            Constraint::MemberOf(expression) if !expression.holds(&attributes) => {
                let expression = expression.text().to_owned();
                reasons.push(Reason::MemberOf { expression });
            }
            _ => {}
        }
    }
    reasons
}

impl ContainerInstance {
    /// An empty one, for tasks of `groups` groups.
    pub(super) fn new(number: u32, fleet: &Fleet, groups: usize) -> ContainerInstance {
        ContainerInstance {
            number,
            cpu_free: fleet.cpu_units(),
            memory_free_mib: fleet.memory_mib(),
            eni_tasks: 0,
            tasks: Vec::new(),
            ports: HostPorts::default(),
            group_tasks: vec![0; groups],
        }
    }

    /// Tasks of a group on it.
    pub fn tasks_of(&self, group: usize) -> u32 {
        self.group_tasks[group]
    }

    /// All reasons why the task does not fit; none if it does.
    pub(super) fn reasons(&self, request: &Request<'_>, fleet: &Fleet) -> Vec<Reason> {
        let demand = request.demand;
        let mut reasons = Vec::new();
        if demand.cpu_units > self.cpu_free {
            let (wanted, free) = (demand.cpu_units, self.cpu_free);
            reasons.push(Reason::Cpu { wanted, free });
        }
        if demand.memory_mib > self.memory_free_mib {
            let (wanted, free) = (demand.memory_mib, self.memory_free_mib);
            reasons.push(Reason::Memory { wanted, free });
        }
        if demand.mode.takes_eni() && self.eni_tasks >= fleet.eni_slots() {
            let (slots, trunk_would_hold) = (fleet.eni_slots(), fleet.trunk_would_hold());
            reasons.push(Reason::Eni {
                slots,
                trunk_would_hold,
            });
        }
        let problems = self.ports.problems(&request.fixed_ports);
        reasons.extend(problems.into_iter().map(Reason::Ports));
        let zone = self.number as usize % request.lacking.len();
        reasons.extend_from_slice(&request.lacking[zone]);
        if request.distinct && self.tasks_of(request.group) > 0 {
            reasons.push(Reason::DistinctInstance);
        }
        reasons
    }

    /// Takes a task.
    ///
    /// # Panics
    /// If it does not fit.
    pub(super) fn admit(&mut self, request: &Request<'_>, number: u32, fleet: &Fleet) {
        let demand = request.demand;
        assert!(demand.cpu_units <= self.cpu_free, "more CPU than is free");
        assert!(
            demand.memory_mib <= self.memory_free_mib,
            "more memory than is free"
        );
        self.cpu_free -= demand.cpu_units;
        self.memory_free_mib -= demand.memory_mib;
        let mut failure = None;
        if demand.mode.takes_eni() {
            assert!(self.eni_tasks < fleet.eni_slots(), "more ENIs than slots");
            if self.eni_tasks >= fleet.attachable_enis() {
                failure = Some(StartFailure::NoFreeSlot);
            }
            self.eni_tasks += 1;
        }
        request
            .fixed_ports
            .iter()
            .for_each(|port| self.ports.take(*port));
        let ports = demand.ports.iter().map(|port| {
            let assign = demand.mode == Mode::Bridge && port.fixed(demand.mode).is_none();
            let host = match assign {
                true => self.ports.take_dynamic(port.protocol, &fleet.dynamic_ports),
                false => port.fixed(demand.mode),
            };
            if assign && host.is_none() {
                failure = Some(StartFailure::NoDynamicPort);
            }
            PortBinding {
                container: port.container,
                host: host.map(|host| host.number),
                protocol: port.protocol,
            }
        });
        let ports = match demand.mode {
            Mode::None => Vec::new(),
            _ => ports.collect(),
        };
        self.group_tasks[request.group] += 1;
        let group = request.group;
        self.tasks.push(PlacedTask {
            group,
            number,
            ports,
            failure,
        });
    }
}
