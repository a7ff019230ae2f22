//! What is recorded of one task.
//!
//! With tens of thousands of tasks, what a packet costs is the memory of its task that must be
//! fetched. So what changes with every packet stands together, apart from the rest.

use super::bucket::{AT_ONCE, Spans};
use super::counts::{Counts, Total};
use super::measurements::{Sojourn, TaskMeasurements};
use super::parts::PartSums;
use super::passage::Passage;
use super::stage::{DropCause, EnaCounter, STAGES, Stage};
use crate::units::{Bytes, PS_PER_S, SimDuration};

/// What changes with every packet of a task that is delivered: two cache lines.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct TaskRecord {
    sojourn: Counts,
    sojourn_max: SimDuration,
    delivered_bytes: u64,
    /// Modulo 2⁶⁴ ps; [`TaskAccount::stages_ps`] has what is carried.
    eni_wait_ps: u64,
    transmission_ps: u64,
}

/// What sums of [`TaskRecord`] have carried over, in units of 2⁶⁴ ps: 213 days of waiting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried {
    eni_wait: u64,
    transmission: u64,
}

impl Carried {
    #[inline(always)]
    pub fn is_zero(self) -> bool {
        self.eni_wait | self.transmission == 0
    }
}

/// What else there is of a task.
#[derive(Debug)]
pub(super) struct TaskAccount {
    index: u32,
    /// Times by stage of the delivered packets, as far as they are not in the record.
    stages_ps: [u128; STAGES.len()],
    pub dropped: [u64; DropCause::COUNT],
    queued_packets: u64,
    /// Bytes dropped or queued.
    pub undelivered_bytes: u64,
    pub allowance_exceeded: u64,
    /// Bytes delivered in the window, less the delivered bytes of its packets.
    pub window_bytes_beyond_delivered: i64,
}

/// What the tasks of a group have together.
#[derive(Debug, Default)]
pub(super) struct GroupTotal {
    pub sojourn: Total,
    pub delivered_packets: u64,
    pub sojourn_ps: u128,
    pub sojourn_max: SimDuration,
    pub transmission_ps: u128,
}

impl TaskRecord {
    /// Packets of the window that were delivered in time.
    pub fn delivered_packets(&self) -> u64 {
        self.sojourn.count()
    }

    /// Adds a packet of the window that was delivered in time; returns what its account must add.
    #[inline(always)]
    pub fn delivered(&mut self, passage: &Passage) -> Carried {
        let sojourn = passage.sojourn();
        self.sojourn.record(sojourn.as_ns_rounded());
        self.sojourn_max = self.sojourn_max.max(sojourn);
        self.delivered_bytes += passage.size.get();
        let stages = passage.stages().map(|span| u128::from(span.as_ps()));
        self.add(
            stages[Stage::EniWait as usize],
            stages[Stage::Transmission as usize],
        )
    }

    /// Adds times \[ps\] to the sums by stage.
    #[inline(always)]
    fn add(&mut self, eni_wait: u128, transmission: u128) -> Carried {
        let add = |sum: &mut u64, more: u128| {
            let (low, carry) = sum.overflowing_add(more as u64);
            *sum = low;
            (more >> u64::BITS) as u64 + u64::from(carry)
        };
        Carried {
            eni_wait: add(&mut self.eni_wait_ps, eni_wait),
            transmission: add(&mut self.transmission_ps, transmission),
        }
    }

    /// Adds packets of the window that were delivered within it after `sojourns`, all with the same
    /// size, transmission time and propagation; the rest of the time they waited at their ENI.
    /// Returns what their account must add.
    #[inline]
    pub fn delivered_alike(
        &mut self,
        (size, transmission, propagation): (Bytes, SimDuration, SimDuration),
        sojourns: &[SimDuration],
    ) -> Carried {
        let count = sojourns.len() as u64;
        let mut sum = 0;
        for sojourns in sojourns.chunks(AT_ONCE) {
            let spans = Spans::of(sojourns);
            self.sojourn.record_all(spans.buckets());
            sum += spans.sum;
            self.sojourn_max = spans.longer_than(sojourns, self.sojourn_max);
        }
        self.delivered_bytes += count * size.get();
        let all = |span: SimDuration| u128::from(count) * u128::from(span.as_ps());
        self.add(
            sum - all(transmission) - all(propagation),
            all(transmission),
        )
    }
}

impl TaskAccount {
    /// The account of task `index` of a group.
    pub fn new(index: u32) -> Self {
        TaskAccount {
            index,
            stages_ps: [0; STAGES.len()],
            dropped: [0; DropCause::COUNT],
            queued_packets: 0,
            undelivered_bytes: 0,
            allowance_exceeded: 0,
            window_bytes_beyond_delivered: 0,
        }
    }

    /// Adds what the record of a task carried over.
    pub fn carried(&mut self, carried: Carried) {
        let stages = &mut self.stages_ps;
        stages[Stage::EniWait as usize] += u128::from(carried.eni_wait) << u64::BITS;
        stages[Stage::Transmission as usize] += u128::from(carried.transmission) << u64::BITS;
    }

    /// Adds the times of a packet in the stages that not every trial has.
    #[inline(always)]
    pub fn delivered(&mut self, passage: &Passage) {
        let stages = passage.stages();
        for stage in [
            Stage::HostStackWait,
            Stage::HostStackService,
            Stage::AllowanceWait,
        ] {
            self.stages_ps[stage as usize] += u128::from(stages[stage as usize].as_ps());
        }
    }

    /// Adds a packet of the window that is inside when the trial ends.
    pub fn queued(&mut self, size: Bytes) {
        self.queued_packets += 1;
        self.undelivered_bytes += size.get();
    }

    /// What has been recorded of the delivered packets of the task, whose record is `record`.
    pub fn so_far(&self, record: &TaskRecord, propagation: SimDuration) -> PartSums {
        let delivered_packets = record.delivered_packets();
        let elsewhere: u128 = self.stages_ps.iter().sum();
        let here = u128::from(record.eni_wait_ps) + u128::from(record.transmission_ps);
        let way = u128::from(delivered_packets) * u128::from(propagation.as_ps());
        PartSums {
            delivered_packets,
            sojourn_ps: elsewhere + here + way,
        }
    }

    /// Packets of the window of which it is known that they are not delivered in time.
    pub fn not_delivered(&self) -> u64 {
        self.dropped.iter().sum::<u64>() + self.queued_packets
    }

    /// The measurements of a task of `group`, which are added to the group's.
    pub fn finish(
        mut self,
        record: TaskRecord,
        group: usize,
        propagation: SimDuration,
        measure: SimDuration,
        total: &mut GroupTotal,
    ) -> TaskMeasurements {
        let delivered = record.delivered_packets();
        let offered_packets = delivered + self.not_delivered();
        let quantiles = total.sojourn.add(record.sojourn, Sojourn::QUANTILES);
        let stages = &mut self.stages_ps;
        stages[Stage::EniWait as usize] += u128::from(record.eni_wait_ps);
        stages[Stage::Transmission as usize] += u128::from(record.transmission_ps);
        stages[Stage::Propagation as usize] =
            u128::from(delivered) * u128::from(propagation.as_ps());
        let sojourn_ps: u128 = self.stages_ps.iter().sum();
        total.delivered_packets += delivered;
        total.sojourn_ps += sojourn_ps;
        total.sojourn_max = total.sojourn_max.max(record.sojourn_max);
        total.transmission_ps += self.stages_ps[Stage::Transmission as usize];
        let mut exceeded = [0; EnaCounter::COUNT];
        exceeded[EnaCounter::BandwidthOut as usize] = self.allowance_exceeded;
        let window_bytes = record.delivered_bytes as i64 + self.window_bytes_beyond_delivered;
        let bits_ps = window_bytes as f64 * 8.0 * PS_PER_S as f64;
        let mean_ns = |ps: u128| ps as f64 / delivered as f64 / 1e3;
        TaskMeasurements {
            group,
            index: self.index,
            offered_packets,
            offered_bytes: record.delivered_bytes + self.undelivered_bytes,
            delivered_packets: delivered,
            delivered_bytes: record.delivered_bytes,
            dropped: self.dropped,
            exceeded,
            throughput_bps: bits_ps / measure.as_ps() as f64,
            stage_mean_ns: (delivered > 0).then(|| self.stages_ps.map(mean_ns)),
            sojourn: Sojourn::of_buckets(delivered, quantiles, sojourn_ps, record.sojourn_max),
        }
    }
}
