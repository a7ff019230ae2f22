//! Throughput per interval, as a histogram.

use super::histogram::Histogram;
use crate::scenario::Window;
use crate::units::{Bytes, PS_PER_S, SimDuration, SimTime};

/// Cuts the window into equal intervals and records the delivered rate of each [bit/s].
///
/// Deliveries become known out of order, so several intervals are open at a time; those that no
/// delivery can fall into any more are closed. A last, shorter piece of the window is left out;
/// intervals without a delivery count as zero.
#[derive(Debug)]
pub(crate) struct ThroughputRecorder {
    window: Window,
    interval: SimDuration,
    /// Number of the first open interval.
    first: usize,
    /// Bytes delivered in the open intervals.
    open: Vec<u64>,
    /// Start of the interval of the last delivery.
    latest_start: SimTime,
    /// Its place among the open intervals.
    latest: usize,
    /// Bytes delivered in it since it became the latest.
    latest_bytes: u64,
    histogram: Histogram,
}

impl ThroughputRecorder {
    pub fn new(window: Window, interval: SimDuration) -> Self {
        assert!(!interval.is_zero(), "a scenario has an interval above zero");
        ThroughputRecorder {
            window,
            interval,
            first: 0,
            open: vec![0],
            latest_start: window.start(),
            latest: 0,
            latest_bytes: 0,
            histogram: Histogram::new(),
        }
    }

    fn intervals(&self) -> usize {
        (self.window.measure.as_ps() / self.interval.as_ps()) as usize
    }

    /// Counts a delivery within the window, in an interval that is open.
    #[inline]
    pub fn delivered(&mut self, now: SimTime, size: Bytes) {
        // Wraps for an earlier delivery, which is then as far off as a much later one.
        let since = now.as_ps().wrapping_sub(self.latest_start.as_ps());
        if since >= self.interval.as_ps() {
            self.seek(now);
        }
        self.latest_bytes += size.get();
    }

    /// Counts deliveries of `size` at `times`, which rise, as [`Self::delivered`] does each.
    #[inline]
    pub fn delivered_in_order(&mut self, mut times: &[SimTime], size: Bytes) {
        while let Some(first) = times.first() {
            let since = first.as_ps().wrapping_sub(self.latest_start.as_ps());
            if since >= self.interval.as_ps() {
                self.seek(*first);
            }
            let end = self.latest_start.saturating_add(self.interval);
            let within = times.partition_point(|time| *time < end);
            self.latest_bytes += within as u64 * size.get();
            times = &times[within..];
        }
    }

    /// Makes the interval that holds `now`, which is open, the latest one; returns its end.
    pub fn interval_end(&mut self, now: SimTime) -> SimTime {
        self.seek(now);
        self.latest_start.saturating_add(self.interval)
    }

    /// Counts `packets` deliveries of `size` in the latest interval.
    pub fn delivered_in_latest(&mut self, packets: u64, size: Bytes) {
        self.latest_bytes += packets * size.get();
    }

    /// Makes the interval that holds `now` the latest one.
    #[inline(never)]
    fn seek(&mut self, now: SimTime) {
        self.settle();
        let number = now.since(self.window.start()).as_ps() / self.interval.as_ps();
        let place = number as usize - self.first;
        if place >= self.open.len() {
            self.open.resize(place + 1, 0);
        }
        let start = SimDuration::from_ps(number * self.interval.as_ps());
        self.latest_start = self.window.start() + start;
        self.latest = place;
    }

    fn settle(&mut self) {
        self.open[self.latest] += std::mem::take(&mut self.latest_bytes);
    }

    /// All deliveries before `instant` are known: closes the intervals that end there or before.
    pub fn close(&mut self, instant: SimTime) {
        let passed = instant.saturating_since(self.window.start()).as_ps() / self.interval.as_ps();
        let passed = (passed as usize).min(self.intervals());
        if passed > self.first {
            self.close_first(passed - self.first);
        }
    }

    fn close_first(&mut self, intervals: usize) {
        self.settle();
        let known = intervals.min(self.open.len());
        for bytes in self.open.drain(..known) {
            self.histogram.record(rate(bytes, self.interval));
        }
        self.histogram.record_n(0, (intervals - known) as u64);
        self.first += intervals;
        if self.open.is_empty() {
            self.open.push(0);
        }
        // Nowhere near any delivery, so that the next one seeks its interval.
        self.latest_start = SimTime::MAX;
        self.latest = 0;
    }

    pub fn finish(mut self) -> Histogram {
        self.close(self.window.end());
        self.histogram
    }
}

/// `bytes` per `interval`, rounded down to a whole bit/s.
fn rate(bytes: u64, interval: SimDuration) -> u64 {
    let bits = u128::from(bytes) * 8 * u128::from(PS_PER_S);
    u64::try_from(bits / u128::from(interval.as_ps())).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000_000;

    fn recorder() -> ThroughputRecorder {
        let window = Window {
            warm_up: SimDuration::from_ms(1),
            measure: SimDuration::from_us(4500),
        };
        ThroughputRecorder::new(window, SimDuration::from_ms(1))
    }

    /// By hand: a window of 4.5 ms from 1 ms on, intervals of 1 ms, deliveries at 1.0, 1.9, 3.2 and
    /// 5.2 ms (in the piece left over), in this and in another order, closed early or late.
    #[test]
    fn intervals_are_counted_once_each() {
        let middle = |rate: f64, width: f64| rate + (width - 1.0) / 2.0;
        for (times, closed) in [
            ([10, 19, 32, 52], 0),
            ([52, 32, 10, 19], 1),
            ([32, 10, 52, 19], 2),
        ] {
            let mut recorder = recorder();
            for time in times {
                recorder.delivered(SimTime::from_ps(time * MS / 10), Bytes::new(125));
            }
            recorder.close(SimTime::from_ps(closed * MS));
            recorder.close(SimTime::from_ps((closed + 2) * MS));
            let buckets: Vec<_> = recorder.finish().buckets().collect();
            assert_eq!(
                buckets,
                [
                    (0.0, 2),
                    (middle(999_936.0, 512.0), 1),
                    (middle(1_999_872.0, 1024.0), 1)
                ]
            );
        }
    }

    #[test]
    fn a_delivery_behind_closed_intervals_finds_its_own() {
        let mut recorder = recorder();
        recorder.delivered(SimTime::from_ps(MS), Bytes::new(125));
        recorder.close(SimTime::from_ps(3 * MS));
        recorder.delivered(SimTime::from_ps(3 * MS), Bytes::new(125));
        recorder.delivered(SimTime::from_ps(5 * MS - 1), Bytes::new(125));
        let counts: Vec<u64> = recorder.finish().buckets().map(|(_, n)| n).collect();
        assert_eq!(counts, [1, 3]);
    }

    #[test]
    fn a_window_without_deliveries_is_all_zero() {
        assert_eq!(
            recorder().finish().buckets().collect::<Vec<_>>(),
            [(0.0, 4)]
        );
    }
}
