//! Listens to a trial and turns it into numbers.

use super::events::EventCount;
use super::fingerprint::Fingerprint;
use super::measurements::{GroupMeasurements, Measurements, TaskMeasurements};
use super::parts::{HALVES, PartSums, PartsBySnapshot};
use super::passage::Passage;
use super::stage::DropCause;
use super::task::{GroupTotal, TaskAccount, TaskRecord};
use super::throughput::ThroughputRecorder;
use crate::scenario::{Allowance, Egress, Scenario, TaskGroup, Window};
use crate::units::{Bytes, SimDuration, SimTime};

/// Records a trial packet by packet, each as soon as it is known what becomes of it.
///
/// Nothing here depends on the order of packets, so a task, an ENI or a stage may be worked through
/// by itself. Almost every packet arrives and leaves within the window; for these only what differs
/// from packet to packet is added up, and the rest follows at the end. The others, at the edges of
/// the window, are accounted for one by one.
#[derive(Debug)]
pub struct Recorder {
    window: Window,
    /// What every packet is compared with: where the open part of the window begins, and where the
    /// window ends.
    start: SimTime,
    end: SimTime,
    tasks: Vec<TaskRecord>,
    accounts: Vec<TaskAccount>,
    /// The group of each task.
    group_of: Vec<u32>,
    groups: Vec<GroupRecord>,
    parts: PartsBySnapshot,
    events: EventCount,
    fingerprint: Fingerprint,
    propagation: SimDuration,
    /// Whether a transmission occupies the allowance; if not, it takes credit.
    is_link: bool,
    /// Links that share the traffic; utilization is their mean.
    links: u64,
    /// Packets that arrived in the window.
    offered: u64,
    /// Packets of the window that are delivered in time, but not within it.
    delivered_late: u64,
    /// The last instant at which one of them leaves.
    last_leave: SimTime,
    /// Time that packets spend inside during the window, less all sojourn times \[ps\].
    stays_beyond_sojourns_ps: i128,
}

#[derive(Debug)]
struct GroupRecord {
    throughput: ThroughputRecorder,
    /// Time at the baseline rate that the group's packets took in the window, less the time their
    /// transmission took if the allowance is a link \[ps\].
    occupied_beyond_transmission_ps: i128,
}

/// The part of `[from, to)` that lies in the window \[ps\].
fn overlap(window: Window, from: SimTime, to: SimTime) -> i128 {
    let span = to.min(window.end());
    i128::from(span.saturating_since(from.max(window.start())).as_ps())
}

impl Recorder {
    /// A recorder for `scenario`, whose instance has `links` links of equal rate.
    pub fn new(scenario: &Scenario, links: usize) -> Self {
        let window = scenario.window;
        let tasks = scenario.task_count();
        let groups = || (0..).zip(&scenario.task_groups);
        let indices = |(_, table): (u32, &TaskGroup)| 0..table.count;
        let group_of =
            |(group, table): (u32, &TaskGroup)| std::iter::repeat_n(group, table.count as usize);
        let group = |_| GroupRecord {
            throughput: ThroughputRecorder::new(window, scenario.throughput_interval),
            occupied_beyond_transmission_ps: 0,
        };
        let is_link = match scenario.network.egress {
            Egress::Refused => true,
            Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => {
                matches!(allowance, Allowance::Link(_))
            }
        };
        Recorder {
            window,
            start: window.start(),
            end: window.end(),
            tasks: std::iter::repeat_with(TaskRecord::default)
                .take(tasks)
                .collect(),
            accounts: groups().flat_map(indices).map(TaskAccount::new).collect(),
            group_of: groups().flat_map(group_of).collect(),
            groups: scenario.task_groups.iter().map(group).collect(),
            parts: PartsBySnapshot::new(window, HALVES, scenario.task_groups.len()),
            events: EventCount::new(window),
            fingerprint: Fingerprint::default(),
            propagation: scenario.network.propagation,
            is_link,
            links: links as u64,
            offered: 0,
            delivered_late: 0,
            last_leave: SimTime::ZERO,
            stays_beyond_sojourns_ps: 0,
        }
    }

    /// The same with the window cut into `parts`, which is above zero.
    pub fn in_parts(mut self, parts: u32) -> Self {
        self.parts = PartsBySnapshot::new(self.window, parts, self.groups.len());
        self
    }

    /// Where each part of the window ends, the last one with the window.
    pub fn part_ends(&self) -> Vec<SimTime> {
        self.parts.ends().to_vec()
    }

    /// All that arrives before `end`, where a part of the window other than the last ends, has
    /// arrived.
    pub fn part_ended(&mut self, end: SimTime) {
        let mut total = vec![PartSums::default(); self.groups.len()];
        let tasks = self.tasks.iter().zip(&self.accounts).zip(&self.group_of);
        for ((task, account), group) in tasks {
            total[*group as usize].merge(account.so_far(task, self.propagation));
        }
        self.parts.snapshot(total.into_iter());
        // Packets that arrived before are accounted for one by one from now on.
        self.start = end;
    }

    #[inline(always)]
    fn group(&mut self, task: u32) -> &mut GroupRecord {
        &mut self.groups[self.group_of[task as usize] as usize]
    }

    /// `packets` packets arrive in the window, or before or after it.
    pub fn arrived_within(&mut self, packets: u64, in_window: bool) {
        self.events.within(packets);
        self.offered += u64::from(in_window) * packets;
    }

    /// A packet arrives after the window, at `now`.
    pub fn arrived_after(&mut self, now: SimTime) {
        self.events.at(now, false);
    }

    /// The host stack is done at `now` with a packet that arrived at `arrived`.
    #[inline]
    pub fn served(&mut self, now: SimTime, arrived: SimTime) {
        self.events.at(now, self.window.contains(arrived));
    }

    /// A packet reaches the receiver, as `passage` says.
    #[inline(always)]
    pub fn delivered(&mut self, passage: &Passage) {
        if passage.arrived < self.start || passage.delivered >= self.end {
            // A copy, so that the instants of all other packets stay in registers.
            let passage = *passage;
            return self.delivered_at_the_edge(&passage);
        }
        self.record(passage);
        self.group(passage.task)
            .throughput
            .delivered(passage.delivered, passage.size);
        // The other events on the way out are as many for every packet: they follow at the end.
        if passage.waited_for_credit() {
            self.events.within(1);
        }
    }

    /// Adds a packet of the window that was delivered in time to its task.
    #[inline(always)]
    fn record(&mut self, passage: &Passage) {
        let (arrived, delivered) = (passage.arrived, passage.delivered);
        self.fingerprint
            .delivered(passage.task, passage.size, arrived, delivered);
        let task = passage.task as usize;
        let carried = self.tasks[task].delivered(passage);
        if !carried.is_zero() {
            self.accounts[task].carried(carried);
        }
        if passage.served > passage.arrived || passage.waited_for_credit() {
            self.accounts[task].delivered(passage);
        }
    }

    /// Whether packets that arrive at `from` or later and are delivered before `until` both arrive
    /// and leave in the window.
    pub fn is_within(&self, from: SimTime, until: SimTime) -> bool {
        from >= self.start && until <= self.end
    }

    /// Whether there is one task group.
    pub fn has_one_group(&self) -> bool {
        self.groups.len() == 1
    }

    /// What the throughput of the group of `task` is made of. What else there is to record of the
    /// packets is left to [`Self::delivered_alike`].
    #[inline(always)]
    pub(crate) fn throughput(&mut self, task: u32) -> &mut ThroughputRecorder {
        &mut self.group(task).throughput
    }

    /// Packets of `task`, each of `size` and with the same `transmission` time, were delivered
    /// within the window after `sojourns`; but for transmission and propagation, they waited at
    /// their ENI.
    pub fn delivered_alike(
        &mut self,
        task: u32,
        size: Bytes,
        transmission: SimDuration,
        sojourns: &[SimDuration],
    ) {
        let common = (size, transmission, self.propagation);
        let carried = self.tasks[task as usize].delivered_alike(common, sojourns);
        if !carried.is_zero() {
            self.accounts[task as usize].carried(carried);
        }
    }

    /// Packets of the window whose fingerprint was taken where they were worked through.
    #[inline]
    pub fn fingerprint(&mut self, of_packets: Fingerprint) {
        self.fingerprint.merge(of_packets);
    }

    /// The same for a packet that does not both arrive and leave in the window.
    #[inline(never)]
    fn delivered_at_the_edge(&mut self, passage: &Passage) {
        let recorded = self.window.contains(passage.arrived);
        self.events.at(passage.transmitted, recorded);
        if passage.waited_for_credit() {
            self.events.at(passage.released, recorded);
        }
        if !self.propagation.is_zero() {
            self.events.at(passage.delivered, recorded);
        }
        self.leaves(recorded, passage.delivered);
        let in_time = recorded && passage.delivered < self.window.horizon();
        if in_time {
            self.record(passage);
            self.delivered_late += 1;
            let group = self.group_of[passage.task as usize] as usize;
            self.parts
                .recorded(group, passage.arrived, passage.sojourn());
        }
        let account = &mut self.accounts[passage.task as usize];
        let group = &mut self.groups[self.group_of[passage.task as usize] as usize];
        let transmission = overlap(self.window, passage.transmission_begun, passage.transmitted);
        let mut occupied = if self.is_link { transmission } else { 0 };
        let mut stay = overlap(self.window, passage.arrived, passage.delivered);
        let size = passage.size.get();
        if in_time {
            stay -= i128::from(passage.sojourn().as_ps());
            if self.is_link {
                let all = passage.transmitted.since(passage.transmission_begun);
                occupied -= i128::from(all.as_ps());
            }
            account.window_bytes_beyond_delivered -= size as i64;
        } else if recorded {
            account.queued(passage.size);
            self.fingerprint
                .left_inside(passage.task, passage.size, passage.arrived);
        }
        if self.window.contains(passage.delivered) {
            group.throughput.delivered(passage.delivered, passage.size);
            account.window_bytes_beyond_delivered += size as i64;
        }
        group.occupied_beyond_transmission_ps += occupied;
        self.stays_beyond_sojourns_ps += stay;
    }

    /// A packet of `task` that arrived at `arrived` is lost at `now`.
    #[inline]
    pub fn dropped(
        &mut self,
        now: SimTime,
        task: u32,
        size: Bytes,
        arrived: SimTime,
        cause: DropCause,
    ) {
        let recorded = self.window.contains(arrived);
        self.leaves(recorded, now);
        self.stays_beyond_sojourns_ps += overlap(self.window, arrived, now);
        let account = &mut self.accounts[task as usize];
        if recorded && now < self.window.horizon() {
            account.dropped[cause as usize] += 1;
            account.undelivered_bytes += size.get();
            self.fingerprint.dropped(task, size, arrived, now, cause);
        } else if recorded {
            account.queued(size);
            self.fingerprint.left_inside(task, size, arrived);
        }
    }

    /// A packet is lost at `transmitted` for want of credit.
    pub fn dropped_by_allowance(
        &mut self,
        transmitted: SimTime,
        task: u32,
        size: Bytes,
        arrived: SimTime,
    ) {
        self.events.at(transmitted, self.window.contains(arrived));
        self.dropped(transmitted, task, size, arrived, DropCause::Allowance);
    }

    /// A packet of `task` that arrived at `arrived` finds the allowance's credit used up at `now`:
    /// it waits or is dropped.
    #[inline]
    pub fn allowance_exceeded(&mut self, now: SimTime, task: u32, arrived: SimTime) {
        if self.window.contains(arrived) && now < self.window.horizon() {
            self.accounts[task as usize].allowance_exceeded += 1;
        }
    }

    /// A packet of `task` takes `span` of the baseline rate at once, at `now`.
    #[inline]
    pub fn took(&mut self, task: u32, now: SimTime, span: SimDuration) {
        if self.window.contains(now) {
            self.group(task).occupied_beyond_transmission_ps += i128::from(span.as_ps());
        }
    }

    /// A packet is still inside when the trial ends, and it is not known when it will leave.
    pub fn left_inside(&mut self, task: u32, size: Bytes, arrived: SimTime) {
        self.stays_beyond_sojourns_ps += overlap(self.window, arrived, self.end);
        if self.window.contains(arrived) {
            self.accounts[task as usize].queued(size);
            self.fingerprint.left_inside(task, size, arrived);
        }
    }

    #[inline]
    fn leaves(&mut self, recorded: bool, at: SimTime) {
        if recorded {
            self.last_leave = self.last_leave.max(at);
        }
    }

    /// Packets of the window that are delivered in time, as far as known.
    fn delivered_packets(&self) -> u64 {
        self.tasks.iter().map(TaskRecord::delivered_packets).sum()
    }

    /// Everything that happens before `instant` is known.
    pub fn reaches(&mut self, instant: SimTime) {
        for group in &mut self.groups {
            group.throughput.close(instant);
        }
    }

    /// Asked when everything before `now`, the window's end or later, is known: when the trial
    /// ends, if that is known too. It goes on until `now` at least otherwise.
    pub fn end_of_trial(&mut self, now: SimTime) -> Option<SimTime> {
        let horizon = self.window.horizon();
        let left_out: u64 = self.accounts.iter().map(TaskAccount::not_delivered).sum();
        let decided = self.delivered_packets() + left_out;
        if decided < self.offered && now < horizon {
            self.events.reaches(now);
            return None;
        }
        let mut end = horizon;
        if decided == self.offered {
            // Everything that happens at the instant of the last leave still counts.
            let settled = self.last_leave + SimDuration::from_ps(1);
            end = end.min(settled.max(self.end));
        }
        self.events.ends(end);
        Some(end)
    }

    /// The trial has ended.
    ///
    /// # Panics
    /// If a packet was lost or made up: a model bug.
    pub fn finish(mut self) -> Measurements {
        let delivered_within = self.delivered_packets() - self.delivered_late;
        let way_out_events = 1 + u64::from(!self.propagation.is_zero());
        self.events.within(delivered_within * way_out_events);
        let measure = self.window.measure;
        let window_ps = measure.as_ps() as f64;
        let mut totals: Vec<GroupTotal> = Vec::new();
        totals.resize_with(self.groups.len(), GroupTotal::default);
        let tasks = self.tasks.into_iter().zip(self.accounts).zip(self.group_of);
        let finish = |((task, account), group): ((TaskRecord, TaskAccount), u32)| {
            let total = &mut totals[group as usize];
            account.finish(task, group as usize, self.propagation, measure, total)
        };
        let tasks: Vec<TaskMeasurements> = tasks.map(finish).collect();
        let accounted: u64 = tasks.iter().map(|task| task.offered_packets).sum();
        assert_eq!(self.offered, accounted, "packets were lost or made up");
        let sojourns: u128 = totals.iter().map(|total| total.sojourn_ps).sum();
        let stays_ps = sojourns as i128 + self.stays_beyond_sojourns_ps;
        let capacity_ps = u128::from(measure.as_ps()) * u128::from(self.links.max(1));
        self.parts.snapshot(totals.iter().map(|total| PartSums {
            delivered_packets: total.delivered_packets,
            sojourn_ps: total.sojourn_ps,
        }));
        let groups = self.groups.into_iter().zip(self.parts.finish());
        let groups = groups.zip(totals).map(|((group, parts), total)| {
            let mut occupied_ps = group.occupied_beyond_transmission_ps;
            if self.is_link {
                occupied_ps += total.transmission_ps as i128;
            }
            GroupMeasurements {
                sojourn_histogram: total.sojourn.into_histogram(),
                sojourn_sum_ps: total.sojourn_ps,
                sojourn_max_ps: total.sojourn_max.as_ps(),
                throughput_histogram: group.throughput.finish(),
                utilization: occupied_ps as f64 / capacity_ps as f64,
                parts,
            }
        });
        Measurements {
            groups: groups.collect(),
            tasks,
            // Little's law, exact on every path: ∫ N(t) dt over the window is the time that packets
            // spend inside during it.
            backlog_mean: stays_ps as f64 / window_ps,
            events: self.events.finish(),
            fingerprint: self.fingerprint,
            timeline: Vec::new(),
            series: Vec::new(),
        }
    }
}
