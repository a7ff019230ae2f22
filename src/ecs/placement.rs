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
mod error;
mod expression;
mod fleet;
mod instance;
mod ports;
mod refusal;
mod report;
mod scheduler;
mod strategy;
mod subnet;

pub use demand::{Constraint, Count, Demand, HostPort, Port, Protocol, TASKS_PER_SERVICE};
pub use error::PlacementError;
pub use expression::{Attribute, Attributes, Expression, ExpressionError};
pub use fleet::{CPU_UNITS_PER_VCPU, Fleet, INSTANCES_PER_CLUSTER, Instances, kernel_memory_mib};
pub use instance::{ContainerInstance, PlacedTask, PortBinding};
pub use ports::PortProblem;
pub use refusal::{Reason, Refusal, StartFailure, TrunkRemedy};
pub use report::{ENIS_PER_REGION, Enis, PlacementWarning, SECURITY_GROUPS_PER_ENI};
pub use strategy::{Strategy, UnknownStrategy};
pub use subnet::{Subnet, SubnetError};

use scheduler::Scheduler;

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
/// `strategies` are applied in order, where a demand has none of its own; without any, the instance with the lowest number that could
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

#[cfg(test)]
mod tests;
