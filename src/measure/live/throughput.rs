//! Throughput per interval, as a histogram.

use crate::measure::Histogram;
use crate::scenario::Window;
use crate::units::{Bytes, PS_PER_S, SimDuration, SimTime};

/// Cuts the window into equal intervals and records the delivered rate of each [bit/s].
///
/// A last, shorter piece of the window is left out; intervals without a delivery count as zero.
#[derive(Debug)]
pub(super) struct ThroughputRecorder {
    window: Window,
    interval: SimDuration,
    /// Number of the interval being filled.
    current: u64,
    /// Bytes delivered in it.
    bytes: u64,
    histogram: Histogram,
}

impl ThroughputRecorder {
    pub fn new(window: Window, interval: SimDuration) -> Self {
        assert!(!interval.is_zero(), "a scenario has an interval above zero");
        ThroughputRecorder {
            window,
            interval,
            current: 0,
            bytes: 0,
            histogram: Histogram::new(),
        }
    }

    fn intervals(&self) -> u64 {
        self.window.measure.as_ps() / self.interval.as_ps()
    }

    /// Counts a delivery; deliveries come in the order of time, those outside of the window
    /// are ignored.
    #[inline]
    pub fn delivered(&mut self, now: SimTime, size: Bytes) {
        if !self.window.contains(now) {
            return;
        }
        let interval = now.since(self.window.start()).as_ps() / self.interval.as_ps();
        if interval != self.current {
            self.close_until(interval);
        }
        self.bytes += size.get();
    }

    /// Records the current interval and the empty ones before `interval`.
    fn close_until(&mut self, interval: u64) {
        let interval = interval.min(self.intervals());
        if self.current >= interval {
            return;
        }
        self.histogram.record(self.rate());
        self.histogram.record_n(0, interval - self.current - 1);
        self.current = interval;
        self.bytes = 0;
    }

    /// Rate of the current interval, rounded down to a whole bit/s.
    fn rate(&self) -> u64 {
        let bits = u128::from(self.bytes) * 8 * u128::from(PS_PER_S);
        u64::try_from(bits / u128::from(self.interval.as_ps())).unwrap_or(u64::MAX)
    }

    pub fn finish(mut self) -> Histogram {
        self.close_until(self.intervals());
        self.histogram
    }
}
