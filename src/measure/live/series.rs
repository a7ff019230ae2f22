//! Latency and throughput over time.

use crate::measure::IntervalMeasurements;
use crate::scenario::{Scenario, Window};
use crate::units::{Bytes, SimDuration, SimTime};

/// Cuts the window into equal intervals and records each task group in each of them.
///
/// A packet's sojourn time and its loss count where it arrived, its bytes where it was delivered. A
/// last, shorter piece of the window is left out.
#[derive(Debug)]
pub(super) struct SeriesRecorder {
    window: Window,
    interval: SimDuration,
    groups: Vec<Vec<IntervalMeasurements>>,
}

impl SeriesRecorder {
    /// A recorder for `scenario`, if that asks for one.
    pub fn new(scenario: &Scenario) -> Option<Self> {
        let interval = scenario.series_interval?;
        let window = scenario.window;
        let count = window.measure.as_ps() / interval.as_ps();
        let group = vec![IntervalMeasurements::default(); count as usize];
        Some(SeriesRecorder {
            window,
            interval,
            groups: vec![group; scenario.task_groups.len()],
        })
    }

    fn at(&mut self, group: usize, instant: SimTime) -> Option<&mut IntervalMeasurements> {
        if !self.window.contains(instant) {
            return None;
        }
        let since = instant.since(self.window.start());
        let number = since.as_ps() / self.interval.as_ps();
        self.groups[group].get_mut(number as usize)
    }

    /// A packet of `group` that arrived at `arrived` is delivered at `now`.
    pub fn delivered(&mut self, group: usize, arrived: SimTime, now: SimTime, size: Bytes) {
        if let Some(interval) = self.at(group, arrived) {
            let sojourn = now.since(arrived).as_ns_rounded();
            interval.sojourn_histogram.record(sojourn);
        }
        if let Some(interval) = self.at(group, now) {
            interval.delivered_bytes += size.get();
        }
    }

    /// A packet of `group` that arrived at `arrived` is lost.
    pub fn dropped(&mut self, group: usize, arrived: SimTime) {
        if let Some(interval) = self.at(group, arrived) {
            interval.dropped_packets += 1;
        }
    }

    pub fn finish(self) -> Vec<Vec<IntervalMeasurements>> {
        self.groups
    }
}
