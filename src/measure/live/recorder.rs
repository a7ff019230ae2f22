//! Listens to a trial and turns it into numbers.

use super::backlog::{BacklogAccount, overlap};
use super::series::SeriesRecorder;
use super::stage_times::StageTimes;
use super::throughput::ThroughputRecorder;
use crate::measure::parts::{HALVES, Parts};
use crate::measure::{
    DropCause, EnaCounter, Fingerprint, GroupMeasurements, Histogram, Measurements, STAGES,
    Sojourn, TaskMeasurements,
};
use crate::scenario::{Scenario, Window};
use crate::units::{Bytes, PS_PER_S, SimDuration, SimTime};

#[derive(Debug)]
struct TaskRecord {
    group: usize,
    index: u32,
    offered_packets: u64,
    offered_bytes: u64,
    delivered_packets: u64,
    delivered_bytes: u64,
    dropped: [u64; DropCause::COUNT],
    exceeded: [u64; EnaCounter::COUNT],
    window_bytes: u64,
    stages_ps: [u128; STAGES.len()],
    sojourn_ps: u128,
    sojourn_max: SimDuration,
    sojourn: Histogram,
}

#[derive(Debug)]
struct GroupRecord {
    throughput: ThroughputRecorder,
    /// Time at the baseline rate that the group's packets took in the window \[ps\].
    occupied_ps: u128,
}

/// Records a trial as it happens.
#[derive(Debug)]
pub struct LiveRecorder {
    window: Window,
    tasks: Vec<TaskRecord>,
    groups: Vec<GroupRecord>,
    series: Option<SeriesRecorder>,
    parts: Parts,
    backlog: BacklogAccount,
    fingerprint: Fingerprint,
    /// Recorded packets that have not left yet.
    outstanding: u64,
    /// Links that share the traffic; utilization is their mean.
    links: u64,
}

/// A packet that has not left when a trial ends.
#[derive(Clone, Copy, Debug)]
pub struct Inside {
    /// Number of the task that sent it, over all groups.
    pub task: u32,
    /// Bytes on the wire.
    pub size: Bytes,
    /// When it was sent.
    pub arrived: SimTime,
    /// Whether that was in the measurement window.
    pub recorded: bool,
}

impl LiveRecorder {
    /// A recorder for `scenario`, whose instance has `links` links of equal rate.
    pub fn new(scenario: &Scenario, links: usize) -> Self {
        let window = scenario.window;
        let tasks = scenario
            .task_groups
            .iter()
            .enumerate()
            .flat_map(|(group, table)| {
                (0..table.count).map(move |index| TaskRecord {
                    group,
                    index,
                    offered_packets: 0,
                    offered_bytes: 0,
                    delivered_packets: 0,
                    delivered_bytes: 0,
                    dropped: [0; DropCause::COUNT],
                    exceeded: [0; EnaCounter::COUNT],
                    window_bytes: 0,
                    stages_ps: [0; STAGES.len()],
                    sojourn_ps: 0,
                    sojourn_max: SimDuration::ZERO,
                    sojourn: Histogram::new(),
                })
            });
        let group = |_| GroupRecord {
            throughput: ThroughputRecorder::new(window, scenario.throughput_interval),
            occupied_ps: 0,
        };
        LiveRecorder {
            window,
            tasks: tasks.collect(),
            groups: scenario.task_groups.iter().map(group).collect(),
            series: SeriesRecorder::new(scenario),
            parts: Parts::new(window, HALVES, scenario.task_groups.len()),
            backlog: BacklogAccount::new(window),
            fingerprint: Fingerprint::default(),
            outstanding: 0,
            links: links as u64,
        }
    }

    /// The same with the window cut into `parts`, which is above zero.
    pub fn in_parts(mut self, parts: u32) -> Self {
        self.parts = Parts::new(self.window, parts, self.groups.len());
        self
    }

    /// Whether all packets that arrived in the window have left.
    pub fn is_settled(&self) -> bool {
        self.outstanding == 0
    }

    /// A packet of `task` arrives; returns whether it is recorded.
    #[inline]
    pub fn offered(&mut self, now: SimTime, task: u32, size: Bytes) -> bool {
        self.backlog.enter(now);
        let recorded = self.window.contains(now);
        if recorded {
            let record = &mut self.tasks[task as usize];
            record.offered_packets += 1;
            record.offered_bytes += size.get();
            self.outstanding += 1;
        }
        recorded
    }

    /// A packet reaches the receiver.
    ///
    /// # Panics
    /// If its times by stage do not add up to its sojourn time: a model bug.
    #[inline]
    pub fn delivered(
        &mut self,
        now: SimTime,
        task: u32,
        size: Bytes,
        arrived: SimTime,
        recorded: bool,
        stages: &StageTimes,
    ) {
        self.backlog.leave(now, arrived);
        let record = &mut self.tasks[task as usize];
        if self.window.contains(now) {
            record.window_bytes += size.get();
            self.groups[record.group].throughput.delivered(now, size);
        }
        if let Some(series) = &mut self.series {
            series.delivered(record.group, arrived, now, size);
        }
        if !recorded {
            return;
        }
        let sojourn = now.since(arrived);
        assert_eq!(
            stages.total(),
            sojourn,
            "stages do not add up to the sojourn: {stages:?}"
        );
        self.outstanding -= 1;
        self.fingerprint.delivered(task, size, arrived, now);
        self.parts.add(record.group, arrived, sojourn);
        record.delivered_packets += 1;
        record.delivered_bytes += size.get();
        record.sojourn_ps += u128::from(sojourn.as_ps());
        record.sojourn_max = record.sojourn_max.max(sojourn);
        record.sojourn.record(sojourn.as_ns_rounded());
        for (sum, stage) in record.stages_ps.iter_mut().zip(STAGES) {
            *sum += u128::from(stages.get(stage).as_ps());
        }
    }

    /// A packet is lost.
    #[inline]
    pub fn dropped(
        &mut self,
        now: SimTime,
        task: u32,
        size: Bytes,
        arrived: SimTime,
        recorded: bool,
        cause: DropCause,
    ) {
        self.backlog.leave(now, arrived);
        if recorded {
            self.outstanding -= 1;
            self.fingerprint.dropped(task, size, arrived, now, cause);
            let record = &mut self.tasks[task as usize];
            record.dropped[cause as usize] += 1;
            if let Some(series) = &mut self.series {
                series.dropped(record.group, arrived);
            }
        }
    }

    /// A packet finds an allowance used up: it waits or is dropped.
    #[inline]
    pub fn exceeded(&mut self, task: u32, recorded: bool, counter: EnaCounter) {
        if recorded {
            self.tasks[task as usize].exceeded[counter as usize] += 1;
        }
    }

    /// A packet of `task` takes a link of the baseline rate from `from` to `to`.
    #[inline]
    pub fn occupied(&mut self, task: u32, from: SimTime, to: SimTime) {
        let group = self.tasks[task as usize].group;
        let span = overlap(self.window, from, to);
        self.groups[group].occupied_ps += u128::from(span.as_ps());
    }

    /// A packet of `task` takes `span` of the baseline rate at once, at `now`.
    #[inline]
    pub fn took(&mut self, task: u32, now: SimTime, span: SimDuration) {
        if self.window.contains(now) {
            let group = self.tasks[task as usize].group;
            self.groups[group].occupied_ps += u128::from(span.as_ps());
        }
    }

    /// The trial ends after `events` events, with these packets inside.
    ///
    /// # Panics
    /// If a packet was lost or made up, or if Little's law does not hold exactly: model bugs.
    pub fn finish(mut self, events: u64, inside: &[Inside]) -> Measurements {
        let recorded = || inside.iter().filter(|packet| packet.recorded);
        let queued = recorded().count() as u64;
        assert_eq!(
            self.outstanding, queued,
            "recorded packets were lost or made up"
        );
        let left = |t: &TaskRecord| t.delivered_packets + t.dropped.iter().sum::<u64>();
        let offered: u64 = self.tasks.iter().map(|t| t.offered_packets).sum();
        let accounted = self.tasks.iter().map(left).sum::<u64>() + queued;
        assert_eq!(
            offered, accounted,
            "offered packets are not all accounted for"
        );
        let arrivals: Vec<SimTime> = inside.iter().map(|packet| packet.arrived).collect();
        let backlog_mean = self.backlog.close(&arrivals);
        for packet in recorded() {
            self.fingerprint
                .left_inside(packet.task, packet.size, packet.arrived);
        }

        let window_ps = u128::from(self.window.measure.as_ps()) * u128::from(self.links.max(1));
        let groups = self.groups.into_iter().zip(self.parts.finish());
        let groups = groups.enumerate().map(|(number, (group, parts))| {
            let tasks = || self.tasks.iter().filter(|t| t.group == number);
            let mut sojourn_histogram = Histogram::new();
            tasks().for_each(|t| sojourn_histogram.merge(&t.sojourn));
            GroupMeasurements {
                sojourn_histogram,
                sojourn_sum_ps: tasks().map(|t| t.sojourn_ps).sum(),
                sojourn_max_ps: tasks().map(|t| t.sojourn_max.as_ps()).max().unwrap_or(0),
                throughput_histogram: group.throughput.finish(),
                utilization: group.occupied_ps as f64 / window_ps as f64,
                parts,
            }
        });
        let groups = groups.collect();
        let measure = self.window.measure;
        let tasks = self
            .tasks
            .into_iter()
            .map(|task| task.finish(measure))
            .collect();
        Measurements {
            tasks,
            groups,
            backlog_mean,
            events,
            fingerprint: self.fingerprint,
            timeline: Vec::new(),
            series: self.series.map_or_else(Vec::new, SeriesRecorder::finish),
        }
    }
}

impl TaskRecord {
    fn finish(self, measure: SimDuration) -> TaskMeasurements {
        let delivered = self.delivered_packets;
        let bits_ps = self.window_bytes as f64 * 8.0 * PS_PER_S as f64;
        TaskMeasurements {
            group: self.group,
            index: self.index,
            offered_packets: self.offered_packets,
            offered_bytes: self.offered_bytes,
            delivered_packets: delivered,
            delivered_bytes: self.delivered_bytes,
            dropped: self.dropped,
            exceeded: self.exceeded,
            throughput_bps: bits_ps / measure.as_ps() as f64,
            stage_mean_ns: (delivered > 0)
                .then(|| self.stages_ps.map(|ps| ps as f64 / delivered as f64 / 1e3)),
            sojourn: Sojourn::new(&self.sojourn, self.sojourn_ps, self.sojourn_max),
        }
    }
}
