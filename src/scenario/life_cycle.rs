//! The tasks' life cycle: when they start and stop, and how long each step takes.

use crate::units::{SimDuration, SimTime};

/// Tasks that start and stop while a trial runs.
///
/// Tasks that the file neither starts nor replaces are running when a trial begins.
#[derive(Clone, Debug, PartialEq)]
pub struct LifeCycle {
    /// ENI work; `None` in modes without an ENI per task.
    pub eni: Option<EniSteps>,
    /// Image pull: the first part of state PENDING.
    pub pull: TimeLaw,
    /// Container start: the second part of state PENDING.
    pub start: TimeLaw,
    /// Registration with the load balancer: state ACTIVATING.
    pub register: TimeLaw,
    /// Deregistration and connection draining: state DEACTIVATING.
    pub drain: TimeLaw,
    /// From the stop signal to the exit of the containers: state STOPPING.
    pub stop: TimeLaw,
    /// Containers that have not exited after this time are killed.
    pub stop_timeout: SimDuration,
    /// One per task group of the scenario, in its order; of no effect for a group that shares the
    /// tasks of another.
    pub schedules: Vec<Schedule>,
}

impl LifeCycle {
    /// Time from a task's start to RUNNING, each step at its median.
    pub fn until_running(&self) -> SimDuration {
        let attach = self.eni.as_ref().map(|eni| eni.attach);
        let steps = [
            Some(self.pull),
            Some(self.start),
            Some(self.register),
            attach,
        ];
        let medians = steps.into_iter().flatten().map(TimeLaw::median);
        let running = medians.fold(SimTime::ZERO, SimTime::saturating_add);
        running.since(SimTime::ZERO)
    }
}

/// How a task gets its ENI and loses it.
#[derive(Clone, Debug, PartialEq)]
pub struct EniSteps {
    /// Making the ENI and attaching it: state PROVISIONING.
    pub attach: TimeLaw,
    /// A task whose ENI is not attached after this time stops.
    pub attach_timeout: SimDuration,
    /// Detaching the ENI: state DEPROVISIONING.
    pub detach: TimeLaw,
    /// Task ENIs that the instance has room for, as the scheduler sees it; `None`: no limit.
    pub places: Option<u32>,
    /// How many of the places are taken by ENIs attached by hand, which the scheduler does not see.
    pub attached: u32,
}

/// Law of the time that a step takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeLaw {
    /// Always this long; may be zero.
    Fixed(SimDuration),
    /// Exponential with this mean.
    Exponential {
        /// Above zero.
        mean: SimDuration,
    },
    /// Log-normal, given by two of its quantiles.
    LogNormal {
        /// Half of all are shorter; above zero.
        median: SimDuration,
        /// 99 of 100 are shorter; at least the median.
        p99: SimDuration,
    },
}

impl TimeLaw {
    /// Half of all are at most this long.
    pub fn median(self) -> SimDuration {
        match self {
            TimeLaw::Fixed(time) => time,
            TimeLaw::Exponential { mean } => {
                SimDuration::from_ps((mean.as_ps() as f64 * std::f64::consts::LN_2).round() as u64)
            }
            TimeLaw::LogNormal { median, .. } => median,
        }
    }
}

/// When the tasks of a group run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// From `start` (`None`: before the trial) to `stop` (`None`: beyond it).
    Span {
        /// When a start is asked for.
        start: Option<SimTime>,
        /// When a stop is asked for; after `start`.
        stop: Option<SimTime>,
    },
    /// A rolling update: the first half of the group's tasks are the old revision, which runs when
    /// the trial begins; the second half are the new one.
    Deployment(Deployment),
}

impl Schedule {
    /// All the time.
    pub const ALWAYS: Schedule = Schedule::Span {
        start: None,
        stop: None,
    };
}

/// A rolling update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// When it begins.
    pub at: SimTime,
    /// Tasks that must be RUNNING, of both revisions together.
    pub minimum_healthy: u32,
    /// Tasks that may be on their way to RUNNING or there, of both revisions together.
    pub maximum: u32,
}

impl Deployment {
    /// The limits of a service of `tasks` tasks, given in per cent of them: the minimum is rounded
    /// up, the maximum down.
    ///
    /// Source: Amazon ECS API, DeploymentConfiguration.
    pub fn of_percent(at: SimTime, tasks: u32, minimum_healthy: u32, maximum: u32) -> Self {
        let percent = |percent: u32| u64::from(tasks) * u64::from(percent);
        let clamped = |tasks: u64| u32::try_from(tasks).unwrap_or(u32::MAX);
        Deployment {
            at,
            minimum_healthy: clamped(percent(minimum_healthy).div_ceil(100)),
            maximum: clamped(percent(maximum) / 100),
        }
    }

    /// Whether its limits let a service of `tasks` tasks change any of them.
    pub fn can_proceed(self, tasks: u32) -> bool {
        self.maximum > tasks || self.minimum_healthy < tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: the examples and the rounding of the ECS API, DeploymentConfiguration. Four tasks at
    /// 200 % are eight, at 50 % two; three at 50 % are two (up), at 150 % four (down).
    #[test]
    fn percentages_are_rounded_as_ecs_rounds_them() {
        let limits = |tasks, minimum, maximum| {
            let of = Deployment::of_percent(SimTime::ZERO, tasks, minimum, maximum);
            (of.minimum_healthy, of.maximum)
        };
        assert_eq!(limits(4, 50, 200), (2, 8));
        assert_eq!(limits(3, 50, 150), (2, 4));
        assert_eq!(limits(1, 0, 100), (0, 1));
        let stuck = Deployment::of_percent(SimTime::ZERO, 3, 100, 133);
        assert!(!stuck.can_proceed(3), "{stuck:?}");
        assert!(Deployment::of_percent(SimTime::ZERO, 3, 100, 134).can_proceed(3));
    }
}
