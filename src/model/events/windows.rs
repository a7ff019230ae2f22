//! A source that sends only while its task does.
//!
//! # Model
//! A task that does not run all the time sends in windows. Its source has a clock of its own, which
//! runs only in them: the first gap counts from the start of the first window, and what a window
//! cuts off goes on in the next one.

use crate::model::source::Source;
use crate::units::SimTime;

/// Windows of time in which a source's clock runs.
#[derive(Debug)]
pub(super) struct Windows {
    /// In order and apart, the last first.
    windows: Vec<(SimTime, SimTime)>,
    /// What the source's clock shows at the start of the window that is last in `windows`.
    shown: SimTime,
}

impl Windows {
    /// From (included) to (excluded), in order, apart.
    pub fn new(mut windows: Vec<(SimTime, SimTime)>) -> Self {
        windows.reverse();
        Windows {
            windows,
            shown: SimTime::ZERO,
        }
    }

    /// When the next packet of `source` arrives; after the last window, never.
    pub fn next_arrival(&mut self, source: &mut Source) -> SimTime {
        if self.windows.is_empty() {
            return SimTime::MAX;
        }
        let shows = source.next_arrival();
        while let Some((from, until)) = self.windows.last() {
            let length = until.saturating_since(*from);
            let into = shows.since(self.shown);
            if into < length {
                return from.saturating_add(into);
            }
            self.shown = self.shown.saturating_add(length);
            self.windows.pop();
        }
        SimTime::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::StreamName;
    use crate::scenario::{Arrivals, MmppState, PacketSize, PeriodLaw, Traffic, UnitLaw};
    use crate::units::{Bytes, PacketRate, SimDuration};
    use proptest::prelude::*;

    fn source(law: usize) -> Source {
        let mean = SimDuration::from_us(20);
        let period = PeriodLaw::Exponential { mean };
        let on_off = Arrivals::OnOff {
            peak: PacketRate::new(2e6).unwrap(),
            on: period,
            off: period,
        };
        let states = [7.0, 0.0].map(|weight| MmppState {
            weight,
            duration: mean,
        });
        let arrivals = [
            Arrivals::Poisson,
            Arrivals::Periodic,
            on_off,
            Arrivals::Renewal(UnitLaw::Uniform),
            Arrivals::Mmpp(states),
        ][law]
            .clone();
        let rate = PacketRate::new(1e6).unwrap();
        let size = PacketSize::Fixed(Bytes::new(100));
        let name = StreamName {
            seed: 1,
            replication: 0,
            component: "t",
            index: 0,
            purpose: "",
        };
        Source::new(&Traffic::outbound(arrivals, rate, size), name)
    }

    proptest! {
        /// Oracle: the definition. The packets of the plain source, each moved by the time in which
        /// the clock stood before it, and none afterwards.
        #[test]
        fn a_source_with_windows_sends_the_same_packets_moved(
            law in 0_usize..5,
            parts in prop::collection::vec((0_u64..300, 0_u64..300), 0..5),
        ) {
            let us = |us| SimDuration::from_us(us);
            let (mut windows, mut expected, mut end) = (Vec::new(), Vec::new(), SimTime::ZERO);
            let mut plain = source(law);
            let (mut next, mut clock) = (plain.next_arrival(), SimTime::ZERO);
            for (gap, length) in parts {
                let from = end + us(gap);
                end = from + us(length);
                windows.push((from, end));
                while next.since(clock) < us(length) {
                    expected.push(from + next.since(clock));
                    next = plain.next_arrival();
                }
                clock += us(length);
            }
            let (mut windows, mut source) = (Windows::new(windows), source(law));
            for time in &expected {
                prop_assert_eq!(windows.next_arrival(&mut source), *time);
            }
            prop_assert_eq!(windows.next_arrival(&mut source), SimTime::MAX);
            prop_assert_eq!(windows.next_arrival(&mut source), SimTime::MAX);
        }
    }

    /// A window that never ends only moves the packets: by hand, the first of a periodic source of
    /// one packet per microsecond comes within a microsecond of the window's start, the others at
    /// equal distances.
    #[test]
    fn an_open_window_moves_all_packets() {
        let from = SimTime::ZERO + SimDuration::from_ms(5);
        let (mut windows, mut source) = (Windows::new(vec![(from, SimTime::MAX)]), source(1));
        let first = windows.next_arrival(&mut source);
        assert!(first >= from && first < from + SimDuration::from_us(1));
        for packet in 1..100 {
            let expected = first + SimDuration::from_us(packet);
            assert_eq!(windows.next_arrival(&mut source), expected);
        }
    }

    /// A packet due at the very end of a window is the first of the next one.
    #[test]
    fn a_window_ends_before_its_end() {
        let due = source(1).next_arrival().since(SimTime::ZERO);
        let [from, later] = [5, 9].map(|ms| SimTime::ZERO + SimDuration::from_ms(ms));
        let mut windows = Windows::new(vec![(from, from + due), (later, SimTime::MAX)]);
        assert_eq!(windows.next_arrival(&mut source(1)), later);
    }
}
