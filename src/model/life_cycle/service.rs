//! Tasks, and who starts and stops them.

use std::collections::VecDeque;

use super::rollout::{Rollout, Step};
use super::time;
use crate::engine::random::StreamName;
use crate::engine::{Calendar, Event, Model, Priority};
use crate::measure::{StopReason, TaskState, Transition};
use crate::scenario::{LifeCycle, Scenario, Schedule, TimeLaw};
use crate::units::{SimDuration, SimTime};

/// What happens in a task's life.
#[derive(Clone, Copy, Debug)]
pub(super) enum Happening {
    /// What a task does in `state` is done.
    Done { task: u32, state: TaskState },
    /// The attachment of a task's ENI has taken too long.
    TimedOut { task: u32 },
    /// A task is asked to stop.
    Stop { task: u32 },
    /// A task is asked to start.
    Start { task: u32 },
    /// The deployment of a group begins.
    Deploy { group: u32 },
}

impl Event for Happening {
    fn priority(&self) -> Priority {
        match *self {
            Happening::Done { task, .. } => Priority::new(0, task),
            Happening::TimedOut { task } => Priority::new(1, task),
            Happening::Stop { task } => Priority::new(2, task),
            Happening::Start { task } => Priority::new(3, task),
            Happening::Deploy { group } => Priority::new(4, group),
        }
    }
}

#[derive(Debug)]
struct Task {
    group: usize,
    index: u32,
    /// `None` before its start.
    state: Option<TaskState>,
    reason: Option<StopReason>,
    /// Whether an ENI of its own is attached, or being attached.
    has_eni: bool,
    running_at: Option<SimTime>,
    silent_at: Option<SimTime>,
}

/// The tasks of a trial and who starts and stops them.
#[derive(Debug)]
pub(super) struct Service<'a> {
    scenario: &'a Scenario,
    laws: &'a LifeCycle,
    seed: u64,
    replication: u32,
    tasks: Vec<Task>,
    /// Number of each group's first task; groups that share tasks have none.
    first_task: Vec<u32>,
    /// Tasks that wait for a place, in order.
    unplaced: VecDeque<u32>,
    /// Tasks between PROVISIONING and STOPPED.
    placed: u64,
    /// Tasks that have an ENI.
    with_eni: u64,
    rollouts: Vec<Rollout>,
    transitions: Vec<Transition>,
}

impl<'a> Service<'a> {
    /// The tasks of `scenario` before the trial.
    pub fn new(scenario: &'a Scenario, laws: &'a LifeCycle, seed: u64, replication: u32) -> Self {
        let groups = scenario.task_groups.iter().enumerate();
        let own = groups.filter(|(_, group)| group.tasks_of.is_none());
        let tasks = own.flat_map(|(group, table)| {
            (0..table.count).map(move |index| Task {
                group,
                index,
                state: None,
                reason: None,
                has_eni: false,
                running_at: None,
                silent_at: None,
            })
        });
        let mut next = 0;
        let first_task = scenario.task_groups.iter().map(|group| {
            let first = next;
            next += if group.tasks_of.is_none() {
                group.count
            } else {
                0
            };
            first
        });
        Service {
            scenario,
            laws,
            seed,
            replication,
            tasks: tasks.collect(),
            first_task: first_task.collect(),
            unplaced: VecDeque::new(),
            placed: 0,
            with_eni: 0,
            rollouts: Vec::new(),
            transitions: Vec::new(),
        }
    }

    /// From when to when `task` sends, if it does.
    pub fn sends(&self, task: u32) -> Option<(SimTime, SimTime)> {
        let task = &self.tasks[task as usize];
        let until = task.silent_at.unwrap_or(SimTime::MAX);
        task.running_at.map(|from| (from, until))
    }

    /// What the tasks did, in the order of time.
    pub fn into_transitions(self) -> Vec<Transition> {
        self.transitions
    }

    /// The tasks that run when the trial begins. Those that find no place for their ENI begin with
    /// PROVISIONING.
    fn begin(&mut self, task: u32, calendar: &mut Calendar<Happening>) {
        if self.laws.eni.is_some() && !self.take_eni(task) {
            self.enter(task, TaskState::Provisioning, SimTime::ZERO, calendar);
        } else {
            self.enter(task, TaskState::Running, SimTime::ZERO, calendar);
        }
    }

    /// Gives `task` one of the places for ENIs that are left, if there is one.
    fn take_eni(&mut self, task: u32) -> bool {
        let Some(eni) = &self.laws.eni else {
            return false;
        };
        let with_eni = self.with_eni;
        let is_free = |places: u32| with_eni < u64::from(places.saturating_sub(eni.attached));
        let granted = eni.places.is_none_or(is_free);
        self.tasks[task as usize].has_eni = granted;
        self.with_eni += u64::from(granted);
        granted
    }

    /// Whether the scheduler counts a place for one more task.
    fn has_place(&self) -> bool {
        let Some(places) = self.laws.eni.as_ref().and_then(|eni| eni.places) else {
            return true;
        };
        self.placed < u64::from(places)
    }

    /// A time of `task` by this law, from the stream for `purpose`.
    fn draw(&self, task: u32, law: TimeLaw, purpose: &str) -> SimDuration {
        let of = &self.tasks[task as usize];
        let name = StreamName {
            seed: self.seed,
            replication: self.replication,
            component: &self.scenario.task_groups[of.group].name,
            index: of.index,
            purpose,
        };
        time::draw(law, &mut name.stream())
    }

    /// How long `task` is in `state`, if that ends by itself.
    fn stay(&self, task: u32, state: TaskState) -> Option<SimDuration> {
        let laws = self.laws;
        let eni = laws.eni.as_ref();
        let has_eni = self.tasks[task as usize].has_eni;
        match state {
            TaskState::Provisioning => match eni {
                Some(eni) => has_eni.then(|| self.draw(task, eni.attach, "attach")),
                None => Some(SimDuration::ZERO),
            },
            TaskState::Pending => {
                let pull = self.draw(task, laws.pull, "pull");
                Some(pull + self.draw(task, laws.start, "start"))
            }
            TaskState::Activating => Some(self.draw(task, laws.register, "register")),
            TaskState::Deactivating => Some(self.draw(task, laws.drain, "drain")),
            TaskState::Stopping => {
                let exit = self.draw(task, laws.stop, "stop");
                Some(exit.min(laws.stop_timeout))
            }
            TaskState::Deprovisioning => match eni {
                Some(eni) if has_eni => Some(self.draw(task, eni.detach, "detach")),
                _ => Some(SimDuration::ZERO),
            },
            TaskState::Running | TaskState::Stopped => None,
        }
    }

    /// `task` enters `state`.
    fn enter(
        &mut self,
        task: u32,
        state: TaskState,
        now: SimTime,
        calendar: &mut Calendar<Happening>,
    ) {
        let of = &mut self.tasks[task as usize];
        if of.state.is_none() {
            self.placed += 1;
        }
        of.state = Some(state);
        match state {
            TaskState::Running => of.running_at = Some(now),
            TaskState::Stopping => of.silent_at = of.running_at.and(Some(now)),
            TaskState::Stopped => {
                self.placed -= 1;
                self.with_eni -= u64::from(of.has_eni);
                of.has_eni = false;
            }
            _ => {}
        }
        self.transitions.push(Transition {
            at_ps: now.as_ps(),
            group: of.group,
            index: of.index,
            state,
            reason: of.reason,
        });
        if let Some(stay) = self.stay(task, state) {
            let done = Happening::Done { task, state };
            calendar.schedule(now.saturating_add(stay), done);
        }
        if let (TaskState::Provisioning, Some(eni)) = (state, &self.laws.eni) {
            let limit = now.saturating_add(eni.attach_timeout);
            calendar.schedule(limit, Happening::TimedOut { task });
        }
    }

    /// What `task` does in `state` is done, unless it has been told to stop meanwhile.
    fn done(
        &mut self,
        task: u32,
        state: TaskState,
        now: SimTime,
        calendar: &mut Calendar<Happening>,
    ) {
        if self.tasks[task as usize].state != Some(state) {
            return;
        }
        let next = TaskState::ALL.into_iter().find(|next| *next > state);
        if let Some(next) = next {
            self.enter(task, next, now, calendar);
        }
    }

    /// `task` has to stop for `reason`, if it is not stopping already.
    fn stop(
        &mut self,
        task: u32,
        reason: StopReason,
        now: SimTime,
        calendar: &mut Calendar<Happening>,
    ) {
        let of = &mut self.tasks[task as usize];
        let next = match of.state {
            None => {
                self.unplaced.retain(|waiting| *waiting != task);
                return;
            }
            Some(TaskState::Provisioning) => TaskState::Deprovisioning,
            Some(TaskState::Pending | TaskState::Activating) => TaskState::Stopping,
            Some(TaskState::Running) => TaskState::Deactivating,
            Some(_) => return,
        };
        of.reason = Some(reason);
        self.enter(task, next, now, calendar);
    }

    /// Starts the tasks that wait for a place, as long as there is one.
    fn place(&mut self, now: SimTime, calendar: &mut Calendar<Happening>) {
        while self.has_place() {
            let Some(task) = self.unplaced.pop_front() else {
                return;
            };
            self.take_eni(task);
            self.enter(task, TaskState::Provisioning, now, calendar);
        }
    }

    /// Does what the deployments under way allow.
    fn roll_out(&mut self, now: SimTime, calendar: &mut Calendar<Happening>) {
        for number in 0..self.rollouts.len() {
            loop {
                let Rollout { first, tasks, .. } = self.rollouts[number];
                let states = &self.tasks[first as usize..(first + 2 * tasks) as usize];
                let states: Vec<Option<TaskState>> = states.iter().map(|task| task.state).collect();
                match self.rollouts[number].next_step(&states, self.has_place()) {
                    Some(Step::Start(index)) => {
                        self.unplaced.push_back(first + index);
                        self.place(now, calendar);
                    }
                    Some(Step::Stop(index)) => {
                        self.stop(first + index, StopReason::Replaced, now, calendar);
                    }
                    None => break,
                }
            }
        }
    }
}

impl Model for Service<'_> {
    type Event = Happening;

    fn start(&mut self, calendar: &mut Calendar<Happening>) {
        for (group, schedule) in self.laws.schedules.iter().enumerate() {
            if self.scenario.task_groups[group].tasks_of.is_some() {
                continue;
            }
            let first = self.first_task[group];
            let count = self.scenario.task_groups[group].count;
            match *schedule {
                Schedule::Span { start, stop } => {
                    for task in first..first + count {
                        match start {
                            None => self.begin(task, calendar),
                            Some(at) => calendar.schedule(at, Happening::Start { task }),
                        }
                        if let Some(at) = stop {
                            calendar.schedule(at, Happening::Stop { task });
                        }
                    }
                }
                Schedule::Deployment(deployment) => {
                    (first..first + count / 2).for_each(|task| self.begin(task, calendar));
                    let group = group as u32;
                    calendar.schedule(deployment.at, Happening::Deploy { group });
                }
            }
        }
    }

    fn handle(&mut self, now: SimTime, event: Happening, calendar: &mut Calendar<Happening>) {
        match event {
            Happening::Done { task, state } => self.done(task, state, now, calendar),
            Happening::TimedOut { task } => {
                if self.tasks[task as usize].state == Some(TaskState::Provisioning) {
                    self.stop(task, StopReason::AttachTimeout, now, calendar);
                }
            }
            Happening::Stop { task } => self.stop(task, StopReason::Asked, now, calendar),
            Happening::Start { task } => self.unplaced.push_back(task),
            Happening::Deploy { group } => {
                let group = group as usize;
                if let Schedule::Deployment(deployment) = self.laws.schedules[group] {
                    self.rollouts.push(Rollout {
                        first: self.first_task[group],
                        tasks: self.scenario.task_groups[group].count / 2,
                        deployment,
                    });
                }
            }
        }
        self.place(now, calendar);
        self.roll_out(now, calendar);
    }

    fn finished(&self, _next: SimTime) -> bool {
        false
    }
}
