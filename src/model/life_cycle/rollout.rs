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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;
    use TaskState::{Deactivating, Pending, Running, Stopped};

    /// What to do with two tasks, at least one of which must run, and at most `maximum`; there is a
    /// place for another task or not. States of the old tasks, then of the new ones.
    fn next(maximum: u32, has_place: bool, states: [Option<TaskState>; 4]) -> Option<Step> {
        let rollout = Rollout {
            first: 0,
            tasks: 2,
            deployment: Deployment {
                at: SimTime::ZERO,
                minimum_healthy: 1,
                maximum,
            },
        };
        rollout.next_step(&states, has_place)
    }

    /// By the law: new tasks first, while they may; a new one that cannot start makes one old one
    /// stop, and not a second one while the first is on its way out.
    #[test]
    fn a_place_is_made_for_each_missing_task() {
        let (running, leaving) = (Some(Running), Some(Deactivating));
        let fresh = [running, running, None, None];
        assert_eq!(next(4, true, fresh), Some(Step::Start(2)));
        assert_eq!(next(2, true, fresh), Some(Step::Stop(0)));
        assert_eq!(next(4, false, fresh), Some(Step::Stop(0)));
        let one_leaves = [leaving, running, Some(Running), None];
        assert_eq!(next(4, true, one_leaves), Some(Step::Start(3)));
        assert_eq!(next(4, false, one_leaves), None);
        let one_left = [Some(Stopped), running, Some(Running), None];
        assert_eq!(next(4, false, one_left), Some(Step::Stop(1)));
    }

    /// By the law: one old task stops for each new one that runs, and not before it does.
    #[test]
    fn an_old_task_waits_until_a_new_one_runs() {
        let (running, pending) = (Some(Running), Some(Pending));
        assert_eq!(next(4, true, [running, running, pending, pending]), None);
        let one_runs = [running, running, running, pending];
        assert_eq!(next(4, true, one_runs), Some(Step::Stop(0)));
        let one_replaced = [Some(Deactivating), running, running, pending];
        assert_eq!(next(4, true, one_replaced), None);
        // The minimum, though a place is wanted.
        assert_eq!(next(2, false, [running, Some(Stopped), None, None]), None);
    }
}
