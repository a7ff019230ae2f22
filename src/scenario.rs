//! The validated description of what one trial simulates: plain data, proven to be simulable.
//!
//! A [`Scenario`] is what an experiment file becomes at one sweep point. It knows no TOML and no
//! random seed, and it keeps nothing that has no effect: in bridge mode there is no arbitration
//! to set, so two points that differ only in such a key have *equal* scenarios and are simulated
//! once. Every number in it was checked by [`crate::experiment`]; the model does not check again.

mod allowance;
mod endpoint;
mod law;
mod life_cycle;
mod network;
mod traffic;

pub use allowance::*;
pub use endpoint::*;
pub use law::*;
pub use life_cycle::*;
pub use network::*;
pub use traffic::*;

use crate::units::{Bytes, SimDuration, SimTime};

/// One sweep point, complete: which tasks send what, through which network, for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What is discarded and what is recorded.
    pub window: Window,
    /// Length of the intervals of the throughput histogram; above zero.
    pub throughput_interval: SimDuration,
    /// The container instance's network.
    pub network: Network,
    /// Task groups with at least one task, in file order.
    pub task_groups: Vec<TaskGroup>,
    /// Tasks that start and stop during the trial; `None`: all of them run all the time.
    pub life_cycle: Option<LifeCycle>,
    /// Length of the intervals over which latency is recorded, above zero; `None`: it is not.
    pub series_interval: Option<SimDuration>,
}

impl Scenario {
    /// For each sender, over all groups in order, the number of the task whose ENI carries its
    /// packets: senders of groups that share their tasks with another group share its ENIs too.
    pub fn task_of_senders(&self) -> Vec<u32> {
        let mut first_of_group = Vec::with_capacity(self.task_groups.len());
        let mut next = 0;
        for group in &self.task_groups {
            first_of_group.push(next);
            if group.tasks_of.is_none() {
                next += group.count;
            }
        }
        let owners = (0..).zip(&self.task_groups);
        let owners = owners.map(|(number, group)| (group.tasks_of.unwrap_or(number), group.count));
        owners
            .flat_map(|(owner, count)| {
                let first = first_of_group[owner];
                first..first + count
            })
            .collect()
    }

    /// Number of tasks: senders of groups that share another group's tasks are none of their own.
    pub fn own_task_count(&self) -> usize {
        let own = self.task_groups.iter().filter(|g| g.tasks_of.is_none());
        own.map(|group| group.count as usize).sum()
    }

    /// Whether something flows back, or something but bandwidth limits the packets, so that the
    /// scenario cannot be worked through station by station but needs a loop over all events.
    pub fn needs_event_loop(&self) -> bool {
        let network = &self.network;
        let connecting_costs = network
            .host_stack
            .is_some_and(|stack| !stack.per_connection.is_zero());
        // Flows and connections that nothing below limits or is paid for are only logged.
        let plain = |group: &TaskGroup| {
            let traffic = &group.traffic;
            (traffic.connections.is_none() || !connecting_costs)
                && traffic.route == Route::Out
                && traffic.message.is_none()
                && group.tasks_of.is_none()
        };
        let shares_one_stack =
            |stack: &HostStack| stack.steering == Steering::Shared && stack.latency.is_zero();
        let (trunk, discipline) = match network.egress {
            Egress::PerTask { trunk, queue, .. } => (trunk, queue.discipline),
            Egress::Shared { queue, .. } => (None, queue.discipline),
            Egress::Refused => (None, Discipline::Fifo),
        };
        let is_watched = self.life_cycle.is_some() || self.series_interval.is_some();
        let flows_through = self.task_groups.iter().all(plain)
            && !is_watched
            && network.eni_queues.get() == 1
            && network.limits == Limits::default()
            && network.host_stack.as_ref().is_none_or(shares_one_stack)
            && trunk.is_none()
            && discipline == Discipline::Fifo;
        !flows_through
    }

    /// Senders of the group at this position that send at a time, in the long run: those of one
    /// revision where the group's tasks are replaced.
    pub fn senders_at_a_time(&self, group: usize) -> u32 {
        let TaskGroup {
            count, tasks_of, ..
        } = self.task_groups[group];
        let schedules = self.life_cycle.as_ref().map(|laws| &laws.schedules);
        match schedules.map(|schedules| schedules[tasks_of.unwrap_or(group)]) {
            Some(Schedule::Deployment(_)) => count / 2,
            Some(Schedule::Span { .. }) | None => count,
        }
    }

    /// Whether the trial is about how things change: tasks come and go, or packets take more burst
    /// credit than it is refilled with, so that how long it lasts is the question.
    pub fn is_transient(&self) -> bool {
        let out = match self.network.egress {
            Egress::Refused => None,
            Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => Some(allowance),
        };
        let leaves = |route| matches!(route, Route::Out | Route::ToGroup(_));
        let comes = |route| matches!(route, Route::In | Route::ToGroup(_));
        self.life_cycle.is_some()
            || self.drains(out, leaves)
            || self.drains(self.network.ingress, comes)
    }

    /// Whether the packets that take one of these routes use the credit of `allowance` up.
    fn drains(&self, allowance: Option<Allowance>, crosses: impl Fn(Route) -> bool) -> bool {
        let Some(Allowance::TokenBucket(bucket)) = allowance else {
            return false;
        };
        let groups = self.task_groups.iter();
        let crossing = groups.filter(|group| crosses(group.traffic.route));
        let offered = if self.network.is_dedicated() {
            let of_task = |group: &TaskGroup| group.offered_bits_per_s() / f64::from(group.count);
            crossing.map(of_task).fold(0.0, f64::max)
        } else {
            crossing.map(TaskGroup::offered_bits_per_s).sum()
        };
        offered > bucket.baseline.bits_per_s() as f64
    }

    /// Connections of all senders that have a line of their own at the flow cap.
    pub fn capped_flows(&self) -> u64 {
        if self.network.limits.flow.is_none() {
            return 0;
        }
        let flows = |group: &TaskGroup| {
            let each = group.traffic.flows.map_or(0, std::num::NonZeroU32::get);
            u64::from(group.count) * u64::from(each)
        };
        self.task_groups.iter().map(flows).sum()
    }

    /// Number of senders of all groups.
    pub fn task_count(&self) -> usize {
        self.task_groups
            .iter()
            .map(|group| group.count as usize)
            .sum()
    }

    /// Mean offered rate of all tasks [bit/s], for estimates and load scaling.
    pub fn offered_bits_per_s(&self) -> f64 {
        self.task_groups
            .iter()
            .map(|group| group.offered_bits_per_s())
            .sum()
    }

    /// Mean offered rate of all tasks [packets/s].
    pub fn offered_packets_per_s(&self) -> f64 {
        self.task_groups
            .iter()
            .map(|g| g.traffic.packets_per_s() * f64::from(g.count))
            .sum()
    }

    /// The size of all packets of all tasks, if it is the same.
    pub fn packet_size(&self) -> Option<Bytes> {
        if self.task_groups.iter().any(|g| g.traffic.message.is_some()) {
            return None;
        }
        let mut laws = self.task_groups.iter().map(|g| &g.traffic.packet_size);
        match laws.next() {
            Some(first @ PacketSize::Fixed(size)) => laws.all(|law| law == first).then_some(*size),
            _ => None,
        }
    }

    /// The largest packet any task can send.
    pub fn largest_packet(&self) -> Bytes {
        self.task_groups
            .iter()
            .map(|group| group.traffic.packet_size.largest())
            .max()
            .unwrap_or(Bytes::ZERO)
    }
}

/// How many times as long as `measure` pilots may run that look for a warm-up.
pub const WARM_UP_AUTO_MAX: u32 = 8;

/// The recorded part of a trial: `[warm_up, warm_up + measure)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Discarded at the start; may be zero.
    pub warm_up: SimDuration,
    /// Recorded; above zero.
    pub measure: SimDuration,
}

impl Window {
    /// First recorded instant.
    pub fn start(self) -> SimTime {
        SimTime::ZERO + self.warm_up
    }

    /// First instant no longer recorded.
    pub fn end(self) -> SimTime {
        self.start() + self.measure
    }

    /// When a trial gives up waiting for recorded packets: another `measure` after the end.
    pub fn horizon(self) -> SimTime {
        self.end() + self.measure
    }

    /// Whether a packet that arrives at `instant` is recorded.
    #[inline]
    pub fn contains(self, instant: SimTime) -> bool {
        self.start() <= instant && instant < self.end()
    }
}

/// The tasks of one `[[task]]` table: alike in everything but their random streams.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGroup {
    /// Unique in the experiment; names the random streams.
    pub name: String,
    /// Number of tasks; above zero (an empty group is left out of a scenario).
    pub count: u32,
    /// What each task sends or receives.
    pub traffic: Traffic,
    /// The group, by position, whose tasks this traffic belongs to as well: as many, with the same
    /// ENIs. `None`: tasks of its own.
    pub tasks_of: Option<usize>,
    /// How urgent its packets are at an ENI queue with priorities, 0 most; else 0.
    pub priority: u32,
    /// What the packets' addresses and ports are made of; of effect on flow logs alone.
    pub endpoint: Endpoint,
}

impl TaskGroup {
    /// A group with tasks of its own.
    pub fn own(name: String, count: u32, traffic: Traffic) -> Self {
        TaskGroup {
            name,
            count,
            traffic,
            tasks_of: None,
            priority: 0,
            endpoint: Endpoint::default(),
        }
    }

    /// Mean offered rate of the whole group [bit/s].
    pub fn offered_bits_per_s(&self) -> f64 {
        f64::from(self.count) * self.traffic.rate.per_s() * self.traffic.mean_arrival_bytes() * 8.0
    }
}
