//! What a placement means for the network: exposure, addresses, quotas.

use crate::scenario::Mode;
use std::collections::BTreeSet;
use std::fmt;

use super::demand::{Count, Demand, Protocol};
use super::instance::{ContainerInstance, PlacedTask};
use super::subnet::Subnet;
use super::{Next, Placement};
use crate::ecs::TrunkSource;

/// ENIs that an account has per Region by default (Amazon VPC User Guide, Amazon VPC quotas).
pub const ENIS_PER_REGION: u32 = 5_000;

/// Security groups of an ENI, and so of an awsvpc task, by default (Amazon VPC quotas; Amazon ECS
/// API Reference, AwsVpcConfiguration).
pub const SECURITY_GROUPS_PER_ENI: usize = 5;

/// ENIs by what they are for. Each takes a private address of its subnet (Amazon EC2 User Guide,
/// elastic network interfaces).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enis {
    /// Primary ENIs, one per instance.
    pub primary: u32,
    /// Trunks, one per trunked instance.
    pub trunk: u32,
    /// Attached by hand.
    pub attached: u32,
    /// Of tasks, those left out that will not start.
    pub task: u32,
}

impl Enis {
    /// All of them.
    pub fn total(self) -> u32 {
        self.primary + self.trunk + self.attached + self.task
    }
}

impl Placement<'_> {
    /// ENIs in use.
    pub fn enis(&self) -> Enis {
        // At most 5,000 instances.
        let instances = self.instances.len() as u32;
        let starts = |task: &&PlacedTask| {
            task.failure.is_none() && self.demands[task.group].mode.takes_eni()
        };
        let on_instances = self.instances.iter().flat_map(|i| &i.tasks).filter(starts);
        let groups = self.groups.iter().zip(self.demands);
        let on_fargate = groups.filter(|(_, demand)| demand.mode == Mode::Fargate);
        Enis {
            primary: instances,
            trunk: if self.fleet.is_trunked() {
                instances
            } else {
                0
            },
            attached: instances * self.fleet.attached_enis,
            task: on_instances.count() as u32
                + on_fargate.map(|(group, _)| group.placed).sum::<u32>(),
        }
    }

    /// Security groups of an instance's primary ENI: its own and those that its bridge and host
    /// tasks need there, sorted. All those tasks are exposed through all of them.
    pub fn primary_security_groups(&self, instance: &ContainerInstance) -> BTreeSet<&str> {
        let shares = |task: &&PlacedTask| self.demands[task.group].mode.shares_primary_eni();
        let tasks = instance.tasks.iter().filter(shares);
        let of_tasks = tasks.flat_map(|task| &self.demands[task.group].security_groups);
        let own = &self.fleet.security_groups;
        own.iter().chain(of_tasks).map(String::as_str).collect()
    }

    /// Security groups through which a task on an instance is exposed, sorted: the primary ENI's
    /// in bridge and host, its own in awsvpc, none in mode none.
    pub fn exposure(&self, instance: &ContainerInstance, group: usize) -> BTreeSet<&str> {
        let demand = &self.demands[group];
        match demand.mode {
            mode if mode.shares_primary_eni() => self.primary_security_groups(instance),
            Mode::None => BTreeSet::new(),
            _ => own_security_groups(demand),
        }
    }

    /// Host ports in use on an instance: of whom, in the container, and where.
    pub fn host_ports<'i>(
        &self,
        instance: &'i ContainerInstance,
    ) -> impl Iterator<Item = (&'i PlacedTask, u16, u16, Protocol)> {
        instance.tasks.iter().flat_map(|task| {
            let bound = task.ports.iter();
            bound.filter_map(move |port| Some((task, port.container, port.host?, port.protocol)))
        })
    }

    /// What to know before relying on the placement.
    pub fn warnings(&self, subnet: Option<Subnet>) -> Vec<PlacementWarning> {
        let mut warnings = Vec::new();
        let enis = self.enis().total();
        if let Some(subnet) = subnet
            && enis > subnet.usable_addresses()
        {
            warnings.push(PlacementWarning::Subnet { enis, subnet });
        }
        if enis > ENIS_PER_REGION {
            warnings.push(PlacementWarning::RegionEnis { enis });
        }
        let trunk = self.fleet.instance_type.trunk_tasks();
        if let Some(trunk) = trunk.filter(|_| self.fleet.trunking && !self.instances.is_empty())
            && trunk.source == TrunkSource::Derived
        {
            let (instance_type, tasks) = (self.fleet.instance_type.name, trunk.count);
            warnings.push(PlacementWarning::DerivedTrunk {
                instance_type,
                tasks,
            });
        }
        for demand in self.demands {
            warnings.extend(self.warnings_of(demand));
        }
        let primary = self
            .instances
            .iter()
            .map(|i| self.primary_security_groups(i).len());
        if let Some(groups) = primary
            .max()
            .filter(|groups| *groups > SECURITY_GROUPS_PER_ENI)
        {
            let on = "the primary ENI".to_owned();
            warnings.push(PlacementWarning::SecurityGroups { on, groups });
        }
        for (group, demand) in self.groups.iter().zip(self.demands) {
            let grows = demand.count == Count::AsManyAsFit;
            if grows && group.next == Next::Fits {
                let name = demand.name.clone();
                warnings.push(PlacementWarning::ServiceQuota { name });
            }
        }
        warnings
    }

    fn warnings_of(&self, demand: &Demand) -> Vec<PlacementWarning> {
        let mut warnings = Vec::new();
        let name = || demand.name.clone();
        let groups = own_security_groups(demand).len();
        let own_eni = demand.mode.takes_eni() || demand.mode == Mode::Fargate;
        if own_eni && groups > SECURITY_GROUPS_PER_ENI {
            warnings.push(PlacementWarning::SecurityGroups { on: name(), groups });
        }
        let fixed = demand
            .ports
            .iter()
            .filter_map(|port| port.fixed(demand.mode));
        // A port that instances keep for themselves is refused anyhow.
        let in_danger = |port: &super::HostPort| {
            self.fleet.dynamic_ports.contains(&port.number) && !super::ports::is_reserved(*port)
        };
        for port in fixed.filter(in_danger) {
            let (name, number) = (name(), port.number);
            warnings.push(PlacementWarning::StaticInDynamicRange { name, number });
        }
        warnings
    }
}

fn own_security_groups(demand: &Demand) -> BTreeSet<&str> {
    demand.security_groups.iter().map(String::as_str).collect()
}

/// What to know before relying on a placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementWarning {
    /// The subnet has too few addresses.
    Subnet {
        /// Addresses that are needed, one per ENI.
        enis: u32,
        /// The subnet.
        subnet: Subnet,
    },
    /// More ENIs than the default quota.
    RegionEnis {
        /// ENIs that are needed.
        enis: u32,
    },
    /// The limit of tasks on a trunk is derived.
    DerivedTrunk {
        /// The type.
        instance_type: &'static str,
        /// The limit.
        tasks: u32,
    },
    /// More security groups than an ENI has by default.
    SecurityGroups {
        /// On what.
        on: String,
        /// How many.
        groups: usize,
    },
    /// A static host port where the agent assigns dynamic ones.
    StaticInDynamicRange {
        /// The group of tasks.
        name: String,
        /// The port.
        number: u16,
    },
    /// The group stopped growing because of a quota, not for want of room.
    ServiceQuota {
        /// The group of tasks.
        name: String,
    },
}

impl fmt::Display for PlacementWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlacementWarning::Subnet { enis, subnet } => write!(
                f,
                "{enis} addresses are needed, {subnet} has {}; take a larger or another subnet",
                subnet.usable_addresses()
            ),
            PlacementWarning::RegionEnis { enis } => write!(
                f,
                "{enis} ENIs, the default quota per Region is {ENIS_PER_REGION}; ask for more"
            ),
            PlacementWarning::DerivedTrunk {
                instance_type,
                tasks,
            } => write!(
                f,
                "the limit of {tasks} tasks on a trunked {instance_type} is derived (branch ENIs + \
                 ENIs - 2), not published"
            ),
            PlacementWarning::SecurityGroups { on, groups } => write!(
                f,
                "{groups} security groups on {on}, the default quota is \
                 {SECURITY_GROUPS_PER_ENI}; merge some"
            ),
            PlacementWarning::StaticInDynamicRange { name, number } => write!(
                f,
                "{name}: static host port {number} lies where dynamic ones are assigned; \
                 choose one outside"
            ),
            PlacementWarning::ServiceQuota { name } => write!(
                f,
                "{name}: stopped at {} tasks, the quota of a service; more would fit",
                super::TASKS_PER_SERVICE
            ),
        }
    }
}
