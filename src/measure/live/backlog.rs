//! Little's law as an account: ∫ N(t) dt must equal the sum of all stays, to the picosecond.

use crate::scenario::Window;
use crate::units::{SimDuration, SimTime};

/// Both sides of Little's law over the measurement window, kept independently: the integral of
/// the number of packets inside by events, the stays by packets.
#[derive(Debug)]
pub(super) struct BacklogAccount {
    window: Window,
    inside: u64,
    changed: SimTime,
    /// ∫ N(t) dt over the window so far [packet × ps].
    integral: u128,
    /// Stays of the packets that have left, clipped to the window \[ps\].
    stays: u128,
}

/// The part of `[from, to)` that lies in the window.
#[inline]
pub(super) fn overlap(window: Window, from: SimTime, to: SimTime) -> SimDuration {
    to.min(window.end())
        .saturating_since(from.max(window.start()))
}

impl BacklogAccount {
    pub fn new(window: Window) -> Self {
        BacklogAccount {
            window,
            inside: 0,
            changed: SimTime::ZERO,
            integral: 0,
            stays: 0,
        }
    }

    #[inline]
    fn advance(&mut self, now: SimTime) {
        let span = overlap(self.window, self.changed, now);
        self.integral += u128::from(self.inside) * u128::from(span.as_ps());
        self.changed = now;
    }

    /// A packet comes in.
    #[inline]
    pub fn enter(&mut self, now: SimTime) {
        self.advance(now);
        self.inside += 1;
    }

    /// A packet that came in at `arrived` leaves, whether delivered or dropped.
    #[inline]
    pub fn leave(&mut self, now: SimTime, arrived: SimTime) {
        self.advance(now);
        assert!(self.inside > 0, "a packet left that never came");
        self.inside -= 1;
        self.stays += u128::from(overlap(self.window, arrived, now).as_ps());
    }

    /// Closes the account at the end of the window or later, with the arrival times of the packets
    /// still inside, and returns the mean number of packets inside over the window.
    ///
    /// # Panics
    /// If the packets still inside, by their arrival times, do not make both sides equal.
    pub fn close(mut self, inside: &[SimTime]) -> f64 {
        let end = self.window.end();
        self.advance(end);
        assert_eq!(
            self.inside,
            inside.len() as u64,
            "packets were lost or made up"
        );
        for arrived in inside {
            self.stays += u128::from(overlap(self.window, *arrived, end).as_ps());
        }
        assert_eq!(self.integral, self.stays, "Little's law does not hold");
        self.integral as f64 / self.window.measure.as_ps() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        warm_up: SimDuration::from_ps(10),
        measure: SimDuration::from_ps(100),
    };

    fn at(ps: u64) -> SimTime {
        SimTime::from_ps(ps)
    }

    /// By hand: one packet in [0, 60) and one in [20, …): 50 + 90 packet-picoseconds of 100.
    #[test]
    fn the_mean_backlog_is_clipped_to_the_window() {
        let mut account = BacklogAccount::new(WINDOW);
        account.enter(at(0));
        account.enter(at(20));
        account.leave(at(60), at(0));
        assert_eq!(account.close(&[at(20)]), 1.4);
    }

    #[test]
    #[should_panic(expected = "Little's law does not hold")]
    fn a_wrong_arrival_time_is_found() {
        let mut account = BacklogAccount::new(WINDOW);
        account.enter(at(20));
        account.leave(at(60), at(21));
        account.close(&[]);
    }

    #[test]
    #[should_panic(expected = "packets were lost or made up")]
    fn a_lost_packet_is_found() {
        let mut account = BacklogAccount::new(WINDOW);
        account.enter(at(20));
        account.close(&[]);
    }
}
