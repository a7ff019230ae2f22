//! The window cut into equal parts: what the packets that arrived in each went through.
//!
//! Two halves tell whether latency still drifts; many parts are the series in which pilot runs look
//! for the end of the warm-up.

use serde::{Deserialize, Serialize};

use crate::scenario::Window;
use crate::units::{SimDuration, SimTime};

/// Parts of a window unless somebody asks for more.
pub const HALVES: u32 = 2;

/// The delivered packets of a task group that arrived in a part of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartSums {
    /// How many they are.
    pub delivered_packets: u64,
    /// Their sojourn times together \[ps\].
    pub sojourn_ps: u128,
}

impl PartSums {
    /// Adds the packets of `other`.
    pub fn merge(&mut self, other: PartSums) {
        self.delivered_packets += other.delivered_packets;
        self.sojourn_ps += other.sojourn_ps;
    }

    /// Takes the packets of `other`, which are among these, out again.
    pub(super) fn remove(&mut self, other: PartSums) {
        self.delivered_packets -= other.delivered_packets;
        self.sojourn_ps -= other.sojourn_ps;
    }

    /// One packet.
    pub(super) fn one(sojourn: SimDuration) -> Self {
        PartSums {
            delivered_packets: 1,
            sojourn_ps: u128::from(sojourn.as_ps()),
        }
    }

    /// Mean sojourn time \[ns\]; `None` without packets.
    pub fn mean_ns(self) -> Option<f64> {
        let packets = self.delivered_packets;
        (packets > 0).then(|| self.sojourn_ps as f64 / packets as f64 / 1e3)
    }
}

/// Sums by task group and part.
#[derive(Debug)]
pub(super) struct Parts {
    /// Where each part ends, the last one with the window.
    ends: Vec<SimTime>,
    /// By group, then by part.
    sums: Vec<Vec<PartSums>>,
}

impl Parts {
    /// Of `window` cut into `parts`, which is above zero, for `groups` task groups.
    pub fn new(window: Window, parts: u32, groups: usize) -> Self {
        let measure = u128::from(window.measure.as_ps());
        let end = |part: u32| {
            let since = measure * u128::from(part) / u128::from(parts);
            window.start() + SimDuration::from_ps(since as u64)
        };
        Parts {
            ends: (1..=parts).map(end).collect(),
            sums: vec![vec![PartSums::default(); parts as usize]; groups],
        }
    }

    /// Where each part ends.
    pub fn ends(&self) -> &[SimTime] {
        &self.ends
    }

    /// The part in which `arrived`, an instant of the window, lies.
    fn of(&self, arrived: SimTime) -> usize {
        self.ends.partition_point(|end| *end <= arrived)
    }

    /// Adds a packet of `group`.
    pub fn add(&mut self, group: usize, arrived: SimTime, sojourn: SimDuration) {
        let part = self.of(arrived);
        self.sums[group][part].merge(PartSums::one(sojourn));
    }

    /// The sums by group, then by part.
    pub fn finish(self) -> Vec<Vec<PartSums>> {
        self.sums
    }
}

/// The same where packets are recorded as soon as it is known what becomes of them: sums are taken at
/// the end of each part, not packet by packet.
///
/// By then most packets that arrived in it are recorded. The others are added one by one.
#[derive(Debug)]
pub(super) struct PartsBySnapshot {
    /// The packets that were recorded after the end of the part in which they arrived.
    late: Parts,
    /// The part under way.
    open: usize,
    /// By group, everything recorded so far, and of it what was late.
    before: Vec<PartSums>,
    late_before: Vec<PartSums>,
    late_so_far: Vec<PartSums>,
}

impl PartsBySnapshot {
    /// Of `window` cut into `parts`, which is above zero, for `groups` task groups.
    pub fn new(window: Window, parts: u32, groups: usize) -> Self {
        let none = vec![PartSums::default(); groups];
        PartsBySnapshot {
            late: Parts::new(window, parts, groups),
            open: 0,
            before: none.clone(),
            late_before: none.clone(),
            late_so_far: none,
        }
    }

    /// Where each part ends.
    pub fn ends(&self) -> &[SimTime] {
        self.late.ends()
    }

    /// A packet of `group` is recorded one by one; most are not told.
    pub fn recorded(&mut self, group: usize, arrived: SimTime, sojourn: SimDuration) {
        if self.late.of(arrived) < self.open {
            self.late.add(group, arrived, sojourn);
            self.late_so_far[group].merge(PartSums::one(sojourn));
        }
    }

    /// The open part ends, or with the last one the trial, when `total` packets of each group are
    /// recorded.
    pub fn snapshot(&mut self, total: impl Iterator<Item = PartSums>) {
        for (group, total) in total.enumerate() {
            let mut sums = total;
            sums.remove(self.before[group]);
            let mut late = self.late_so_far[group];
            late.remove(self.late_before[group]);
            sums.remove(late);
            self.late.sums[group][self.open].merge(sums);
            self.before[group] = total;
            self.late_before[group] = self.late_so_far[group];
        }
        self.open += 1;
    }

    /// The sums by group, then by part.
    pub fn finish(self) -> Vec<Vec<PartSums>> {
        self.late.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        warm_up: SimDuration::from_ps(100),
        measure: SimDuration::from_ps(7),
    };

    /// By hand: a window of [100, 107) in three parts ends them at 102, 104 and 107.
    #[test]
    fn parts_cover_the_window() {
        let parts = Parts::new(WINDOW, 3, 1);
        let ends: Vec<u64> = parts.ends().iter().map(|end| end.as_ps()).collect();
        assert_eq!(ends, [102, 104, 107]);
        let of: Vec<usize> = (100..107)
            .map(|at| parts.of(SimTime::from_ps(at)))
            .collect();
        assert_eq!(of, [0, 0, 1, 1, 2, 2, 2]);
    }

    /// Twin: every packet added one by one. Here the one that arrives at 101 is recorded after 102.
    #[test]
    fn snapshots_count_late_packets_where_they_arrived() {
        let packets = [(100, 5), (101, 50), (103, 2), (105, 1)];
        let mut twin = Parts::new(WINDOW, 3, 1);
        for (arrived, sojourn) in packets {
            twin.add(0, SimTime::from_ps(arrived), SimDuration::from_ps(sojourn));
        }
        let mut parts = PartsBySnapshot::new(WINDOW, 3, 1);
        let total = |delivered_packets, sojourn_ps| {
            let total = PartSums {
                delivered_packets,
                sojourn_ps,
            };
            std::iter::once(total)
        };
        parts.snapshot(total(1, 5));
        parts.recorded(0, SimTime::from_ps(101), SimDuration::from_ps(50));
        // Told in its own part, a packet is none of the late ones.
        parts.recorded(0, SimTime::from_ps(103), SimDuration::from_ps(2));
        parts.snapshot(total(3, 57));
        parts.snapshot(total(4, 58));
        let sums = parts.finish();
        assert_eq!(sums[0][0].delivered_packets, 2);
        assert_eq!(sums, twin.finish());
        assert_eq!(sums[0][2].mean_ns(), Some(0.001));
        assert_eq!(PartSums::default().mean_ns(), None);
    }
}
