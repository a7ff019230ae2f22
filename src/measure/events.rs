//! Counts the events of a trial, though they become known out of order.

use crate::scenario::Window;
use crate::units::SimTime;

/// Number of events before the end of a trial.
///
/// A trial ends with the instant at which the last recorded packet leaves: at the end of the
/// window at the earliest, at the horizon at the latest. Events before the window's end count at
/// once, and so do those of recorded packets, of which none is later than the last packet's leave;
/// of the others, those behind the window's end wait until the end of the trial is known.
#[derive(Debug)]
pub(super) struct EventCount {
    counted: u64,
    window_end: SimTime,
    /// No event from here on counts.
    limit: SimTime,
    undecided: Vec<SimTime>,
}

impl EventCount {
    pub fn new(window: Window) -> Self {
        EventCount {
            counted: 0,
            window_end: window.end(),
            limit: window.horizon(),
            undecided: Vec::new(),
        }
    }

    /// `events` events before the window's end.
    #[inline]
    pub fn within(&mut self, events: u64) {
        self.counted += events;
    }

    /// An event at `time` that befalls a packet which is `recorded` or not.
    #[inline]
    pub fn at(&mut self, time: SimTime, recorded: bool) {
        if time >= self.limit {
            return;
        }
        if time < self.window_end || recorded {
            self.counted += 1;
        } else {
            self.undecided.push(time);
        }
    }

    /// The trial goes on until `instant` at least.
    pub fn reaches(&mut self, instant: SimTime) {
        let before = self.undecided.len();
        self.undecided.retain(|time| *time >= instant);
        self.counted += (before - self.undecided.len()) as u64;
    }

    /// The trial ends before `end`: events from there on do not count.
    pub fn ends(&mut self, end: SimTime) {
        self.limit = end;
        self.undecided.retain(|time| *time < end);
    }

    /// The number of events, once the trial's end is known and reached.
    pub fn finish(self) -> u64 {
        self.counted + self.undecided.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    /// By hand: a window of [10, 20) ps, horizon 30 ps; the trial ends before 26 ps.
    #[test]
    fn events_before_the_end_count() {
        let at = SimTime::from_ps;
        let mut events = EventCount::new(Window {
            warm_up: SimDuration::from_ps(10),
            measure: SimDuration::from_ps(10),
        });
        events.within(5);
        events.at(at(19), false);
        events.at(at(25), true);
        events.at(at(30), true);
        for time in [20, 24, 25, 26, 29, 40] {
            events.at(at(time), false);
        }
        assert_eq!(events.counted, 7);
        events.reaches(at(22));
        assert_eq!(events.counted, 8);
        events.ends(at(26));
        events.at(at(26), false);
        events.at(at(25), false);
        assert_eq!(events.finish(), 8 + 3);
    }
}
