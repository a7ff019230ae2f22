//! The life cycle of ECS tasks: states and the events between them.
//!
//! # Law
//! A task that starts is PROVISIONING until its ENI is attached, PENDING while images are pulled and
//! containers start, ACTIVATING while it registers with the load balancer, then RUNNING. A task that
//! stops is DEACTIVATING while its connections drain, STOPPING until its containers exit or are
//! killed, DEPROVISIONING until its ENI is detached, then STOPPED. Without an ENI of its own a task
//! passes PROVISIONING and DEPROVISIONING in no time. Sources: Amazon ECS Developer Guide, task life
//! cycle; the time-outs are those of the Amazon ECS agent.
//!
//! - **Places.** The scheduler starts a task only where it counts a place for its ENI: a task holds
//!   one from PROVISIONING to STOPPED. Starts that find none wait in order and go on when a task has
//!   STOPPED. ENIs that were attached by hand are not counted, so a task may be placed for which no
//!   place is left; its attachment never succeeds.
//! - **Attach time-out.** A task whose ENI is not attached in time goes from PROVISIONING to
//!   DEPROVISIONING to STOPPED. Nobody starts another in its place.
//! - **Traffic.** A task sends from the moment it is RUNNING to the end of DEACTIVATING: until then
//!   connections drain, afterwards it only exits.
//! - **Order of simultaneous events.** Ends of states, time-outs, stops, starts, deployments; each
//!   by task number over all groups.
//! - **Random times** have a stream per task and step, so that a task's steps take as long in every
//!   network mode.
//!
//! # What it leaves out
//! - The load balancer: a task's rate does not depend on how many others run.
//! - The scheduler's own delay, retries of failed tasks, and the circuit breaker of deployments.
//! - CPU and memory as limits of placement; what a pull does to the network.
//! - Sharing among those that run: arbitration `partition` keeps a part for each task of both
//!   revisions all the time.

mod rollout;
mod service;
mod time;

use crate::engine::run;
use crate::measure::Transition;
use crate::scenario::Scenario;
use crate::units::SimTime;
use service::Service;

/// What became of the tasks of a trial.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    /// In the order of time.
    pub transitions: Vec<Transition>,
    /// For each sender, over all groups, the windows in which it sends: at most one.
    pub activity: Vec<Vec<(SimTime, SimTime)>>,
}

/// What became of the tasks of `scenario`, if they have a life cycle.
pub(crate) fn history(scenario: &Scenario, seed: u64, replication: u32) -> Option<History> {
    let laws = scenario.life_cycle.as_ref()?;
    let mut service = Service::new(scenario, laws, seed, replication);
    run(&mut service, scenario.window.horizon());
    let of_senders = scenario.task_of_senders().into_iter();
    let activity = of_senders.map(|task| service.sends(task).into_iter().collect());
    Some(History {
        activity: activity.collect(),
        transitions: service.into_transitions(),
    })
}

#[cfg(test)]
mod tests;
