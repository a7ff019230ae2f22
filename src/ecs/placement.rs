//! Placement of tasks onto container instances, as Amazon ECS does it.
//!
//! [`place`] takes a [`Fleet`] of like instances and [`Demand`]s, and gives a [`Placement`]: which
//! task is where, which host ports and security groups it is reached through, and what stops the
//! next task of each group.
//!
//! # Model
//! What ECS counts: CPU units, memory, ENIs, host ports; then placement constraints; then
//! strategies. Groups are placed in their order, a group's tasks one after another; groups that
//! take what is left ([`Count::AsManyAsFit`]) come last, a task of each in turn. Left out: GPUs,
//! devices and Inference Accelerators; IPv6; tasks that stop, and restarts (a task that does not
//! start keeps its place here, while ECS would try again); what else runs in the cluster; subnets
//! of the tasks that lie in other zones than the instance.
//!
//! # Source
//! Amazon ECS Developer Guide: task placement, task placement strategies, task placement
//! constraints, task definition parameters, task networking with the awsvpc network mode, elastic
//! network interface trunking.

mod demand;
mod expression;
mod fleet;
mod instance;
mod ports;
mod refusal;
mod report;
mod strategy;
mod subnet;

use std::collections::BTreeMap;

pub use demand::{
    Constraint, Count, Demand, HostPort, NetworkMode, Port, Protocol, TASKS_PER_SERVICE,
};
pub use expression::{Attribute, Attributes, Expression, ExpressionError};
pub use fleet::{CPU_UNITS_PER_VCPU, Fleet, INSTANCES_PER_CLUSTER, Instances, kernel_memory_mib};
pub use instance::{ContainerInstance, PlacedTask, PortBinding};
pub use ports::{
    DYNAMIC_PORTS, DYNAMIC_PORTS_FALLBACK, PortProblem, RESERVED_PORTS, RESERVED_PORTS_MAX,
};
pub use refusal::{PlacementError, Reason, Refusal, StartFailure, TrunkRemedy};
pub use report::{ENIS_PER_REGION, Enis, PlacementWarning, SECURITY_GROUPS_PER_ENI};
pub use strategy::{Strategy, UnknownStrategy};
pub use subnet::{Subnet, SubnetError};

use crate::engine::random::{Stream, StreamName};
use instance::Request;

/// Where tasks went.
#[derive(Clone, Debug)]
pub struct Placement<'a> {
    /// The fleet, as given.
    pub fleet: &'a Fleet,
    /// The demands, as given.
    pub demands: &'a [Demand],
    /// The container instances in order of launch; none if all tasks run on Fargate.
    pub instances: Vec<ContainerInstance>,
    /// What became of each demand, in their order.
    pub groups: Vec<Group>,
}

/// What became of a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Tasks that have a place.
    pub placed: u32,
    /// Tasks that were asked for and have none.
    pub unplaced: u32,
    /// Tasks that have a place and will not start.
    pub will_not_start: u32,
    /// What would become of one more task.
    pub next: Next,
}

/// What would become of one more task of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// An instance that is there would take it.
    Fits,
    /// It needs no instance.
    Fargate,
    /// No instance that is there would take it.
    Refused(Refusal),
}

/// Places tasks.
///
/// `strategies` are applied in order; without any, the instance with the lowest number that could
/// take a task gets it. `seed` matters to [`Strategy::Random`] alone.
///
/// # Errors
/// If the fleet cannot be, or more instances would be needed than a cluster can have.
pub fn place<'a>(
    fleet: &'a Fleet,
    demands: &'a [Demand],
    strategies: &[Strategy],
    seed: u64,
) -> Result<Placement<'a>, PlacementError> {
    fleet.check()?;
    let mut scheduler = Scheduler::new(fleet, demands, strategies, seed);
    for request in &scheduler.requests() {
        if let Count::Exactly(count) = request.demand.count {
            scheduler.place_counted(request, count)?;
        }
    }
    scheduler.fill();
    let groups = scheduler.groups();
    let Scheduler { instances, .. } = scheduler;
    Ok(Placement {
        fleet,
        demands,
        instances,
        groups,
    })
}

/// A placement in the making.
struct Scheduler<'a, 's> {
    fleet: &'a Fleet,
    demands: &'a [Demand],
    strategies: &'s [Strategy],
    random: Stream,
    instances: Vec<ContainerInstance>,
    /// Instances that have not refused a task of the group yet, by group, in order. An instance
    /// only fills up, and tasks of a group are alike: it is asked again only until it refuses.
    open: Vec<Vec<usize>>,
    /// Tasks that have a place, by group.
    placed: Vec<u32>,
    /// Tasks by group and zone, the zone as its index.
    zone_tasks: BTreeMap<(usize, usize), u32>,
}

impl<'a, 's> Scheduler<'a, 's> {
    fn new(fleet: &'a Fleet, demands: &'a [Demand], strategies: &'s [Strategy], seed: u64) -> Self {
        let name = StreamName {
            seed,
            replication: 0,
            component: "placement",
            index: 0,
            purpose: "strategy",
        };
        let mut scheduler = Scheduler {
            fleet,
            demands,
            strategies,
            random: name.stream(),
            instances: Vec::new(),
            open: vec![Vec::new(); demands.len()],
            placed: vec![0; demands.len()],
            zone_tasks: BTreeMap::new(),
        };
        if demands
            .iter()
            .any(|demand| demand.mode != NetworkMode::Fargate)
        {
            let first = match fleet.instances {
                Instances::Exactly(count) => count,
                Instances::AsNeeded => 1,
            };
            (0..first).for_each(|_| scheduler.launch());
        }
        scheduler
    }

    fn requests(&self) -> Vec<Request<'a>> {
        let demands = self.demands.iter().enumerate();
        demands
            .map(|(group, demand)| Request::new(demand, group, self.fleet))
            .collect()
    }

    fn launch(&mut self) {
        // In range: the fleet was checked, and launches stop at a cluster's limit.
        let number = self.instances.len() as u32;
        self.open
            .iter_mut()
            .for_each(|open| open.push(number as usize));
        let instance = ContainerInstance::new(number, self.fleet, self.demands.len());
        self.instances.push(instance);
    }

    fn place_counted(&mut self, request: &Request<'a>, count: u32) -> Result<(), PlacementError> {
        if request.demand.mode == NetworkMode::Fargate {
            self.placed[request.group] = count;
            return Ok(());
        }
        for _ in 0..count {
            while !self.place_one(request) {
                let grows = self.fleet.instances == Instances::AsNeeded;
                if !grows || !self.another_would_do(request) {
                    // Tasks of a group are alike: what one of them lacks, the next one lacks.
                    return Ok(());
                }
                if self.instances.len() as u32 == INSTANCES_PER_CLUSTER {
                    return Err(PlacementError::TooManyInstances {
                        asked: INSTANCES_PER_CLUSTER + 1,
                        limit: INSTANCES_PER_CLUSTER,
                    });
                }
                self.launch();
            }
        }
        Ok(())
    }

    /// Gives what is left to the groups that take as many as fit, a task of each in turn.
    fn fill(&mut self) {
        let mut open = self.requests();
        open.retain(|request| request.demand.count == Count::AsManyAsFit);
        for request in &open {
            if request.demand.mode == NetworkMode::Fargate {
                self.placed[request.group] = 1;
            }
        }
        open.retain(|request| request.demand.mode != NetworkMode::Fargate);
        while !open.is_empty() {
            open.retain(|request| {
                self.placed[request.group] < TASKS_PER_SERVICE && self.place_one(request)
            });
        }
    }

    /// Places one task, if any instance takes it.
    fn place_one(&mut self, request: &Request<'a>) -> bool {
        let (instances, fleet) = (&self.instances, self.fleet);
        let fits = |number: &usize| instances[*number].reasons(request, fleet).is_empty();
        self.open[request.group].retain(fits);
        let open = self.open[request.group].iter();
        let candidates: Vec<&ContainerInstance> = open.map(|number| &instances[*number]).collect();
        let (group, zones) = (request.group, self.fleet.zones.len());
        let zone = |instance: &ContainerInstance| instance.number as usize % zones;
        let zone_tasks = |instance: &ContainerInstance| {
            let tasks = self.zone_tasks.get(&(group, zone(instance)));
            tasks.copied().unwrap_or_default()
        };
        let chosen = strategy::choose(
            candidates,
            self.strategies,
            group,
            zone_tasks,
            &mut self.random,
        );
        let Some(number) = chosen.map(|instance| instance.number as usize) else {
            return false;
        };
        *self.zone_tasks.entry((group, number % zones)).or_default() += 1;
        self.instances[number].admit(request, self.placed[group], self.fleet);
        self.placed[group] += 1;
        true
    }

    /// Whether an empty instance would take the task, in one zone at least.
    fn another_would_do(&self, request: &Request<'a>) -> bool {
        (0..self.fleet.zones.len() as u32).any(|zone| {
            let empty = ContainerInstance::new(zone, self.fleet, self.demands.len());
            empty.reasons(request, self.fleet).is_empty()
        })
    }

    fn groups(&self) -> Vec<Group> {
        let requests = self.requests();
        let mut groups: Vec<Group> = requests.iter().map(|r| self.group(r)).collect();
        for task in self.instances.iter().flat_map(|instance| &instance.tasks) {
            groups[task.group].will_not_start += u32::from(task.failure.is_some());
        }
        groups
    }

    fn group(&self, request: &Request<'a>) -> Group {
        let placed = self.placed[request.group];
        Group {
            placed,
            unplaced: match request.demand.count {
                Count::Exactly(count) => count - placed,
                Count::AsManyAsFit => 0,
            },
            will_not_start: 0,
            next: self.next(request),
        }
    }

    fn next(&self, request: &Request<'a>) -> Next {
        if request.demand.mode == NetworkMode::Fargate {
            return Next::Fargate;
        }
        let of_instance = |instance: &ContainerInstance| {
            let reasons = instance.reasons(request, self.fleet);
            let shortage: u64 = reasons.iter().map(Reason::shortage).sum();
            (reasons.len(), shortage, instance.number, reasons)
        };
        let closest = self.instances.iter().map(of_instance);
        let closest =
            closest.min_by_key(|(count, shortage, number, _)| (*count, *shortage, *number));
        let (_, _, closest, reasons) =
            closest.expect("a task that is not on Fargate has instances");
        match reasons.is_empty() {
            true => Next::Fits,
            false => Next::Refused(Refusal {
                closest,
                reasons,
                another_instance_would_do: self.another_would_do(request),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
