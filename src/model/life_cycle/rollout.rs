//! A rolling update, as the ECS service scheduler does it.
//!
//! # Law
//! Whenever something has changed, the scheduler starts tasks of the new revision as long as fewer
//! than the maximum are RUNNING or on their way to it and there is a place. If it cannot start one
//! that is still missing, it stops tasks of the old revision to make room. And it stops one for each
//! new task that is RUNNING. Never does it leave fewer RUNNING than the minimum. Tasks go by number.
//!
//! Source: Amazon ECS API, DeploymentConfiguration. It does not say in which order starts and stops
//! come where both are allowed; starting first is this model's choice.

use crate::measure::TaskState;
use crate::scenario::Deployment;

/// A deployment under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rollout {
    /// Number of the group's first task.
    pub first: u32,
    /// Tasks of a revision.
    pub tasks: u32,
    /// Its limits.
    pub deployment: Deployment,
}

/// What to do next, with the index of a task in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Start a task of the new revision.
    Start(u32),
    /// Stop a task of the old revision.
    Stop(u32),
}

impl Rollout {
    /// What to do when the tasks of both revisions are in `states`; `has_place` tells whether a
    /// task can be placed.
    pub fn next_step(&self, states: &[Option<TaskState>], has_place: bool) -> Option<Step> {
        let (old, new) = states.split_at(self.tasks as usize);
        let count = |of: &[Option<TaskState>], is: fn(TaskState) -> bool| {
            of.iter().flatten().filter(|state| is(**state)).count() as u32
        };
        let is_running = |state: TaskState| state == TaskState::Running;
        let missing = new.iter().position(Option::is_none);
        let wanted = count(states, TaskState::is_wanted);
        if let (Some(index), true) = (missing, wanted < self.deployment.maximum && has_place) {
            return Some(Step::Start(self.tasks + index as u32));
        }
        let running = count(states, is_running);
        let victim = old
            .iter()
            .position(|state| *state == Some(TaskState::Running))?;
        if running <= self.deployment.minimum_healthy {
            return None;
        }
        let replaced = self.tasks - count(old, TaskState::is_wanted);
        let without_place = new.iter().filter(|state| state.is_none()).count() as u32;
        let on_their_way_out = count(old, |state| {
            !state.is_wanted() && state != TaskState::Stopped
        });
        let needs_room = if wanted >= self.deployment.maximum {
            without_place > 0
        } else {
            without_place > on_their_way_out
        };
        let is_replaced = replaced < count(new, is_running);
        (needs_room || is_replaced).then_some(Step::Stop(victim as u32))
    }
}
