//! The calendar (future event list): a binary heap with a total order.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::units::SimTime;

/// Something that can be put into a [`Calendar`].
pub trait Event {
    /// The event's place among events of the same instant.
    fn priority(&self) -> Priority;
}

/// Place of an event among those of the same instant: the lowest is handled first.
///
/// The class comes first, then the component, so that a model can say "departures before
/// arrivals, and each of them by component number".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority(u64);

impl Priority {
    /// Place of component number `component` in class `class`.
    #[inline]
    pub const fn new(class: u32, component: u32) -> Self {
        Priority(((class as u64) << 32) | component as u64)
    }
}

/// Place of an event in a trial's total order.
///
/// The derived `Ord` follows field order; moving a field changes every result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct EventKey {
    time: SimTime,
    priority: Priority,
    sequence: u64,
}

#[derive(Debug)]
struct Scheduled<E> {
    key: EventKey,
    event: E,
}

impl<E> PartialEq for Scheduled<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for Scheduled<E> {}

impl<E> PartialOrd for Scheduled<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Scheduled<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

/// The events still to come, earliest first.
#[derive(Debug)]
pub struct Calendar<E> {
    heap: BinaryHeap<Reverse<Scheduled<E>>>,
    /// Time of the event taken last; no event may be scheduled before it.
    now: SimTime,
    /// Unique per event, rising.
    next_sequence: u64,
}

impl<E: Event> Default for Calendar<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Event> Calendar<E> {
    /// An empty calendar at time zero.
    pub fn new() -> Self {
        Calendar {
            heap: BinaryHeap::new(),
            now: SimTime::ZERO,
            next_sequence: 0,
        }
    }

    /// Adds `event`, to happen at `time`.
    ///
    /// # Panics
    /// If `time` is in the past: a model bug, never a user error.
    #[inline]
    pub fn schedule(&mut self, time: SimTime, event: E) {
        assert!(
            time >= self.now,
            "event scheduled at {time} from {}",
            self.now
        );
        let key = EventKey {
            time,
            priority: event.priority(),
            sequence: self.next_sequence,
        };
        self.next_sequence += 1;
        self.heap.push(Reverse(Scheduled { key, event }));
    }

    /// Takes the first event in order, with its time.
    #[inline]
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        let Reverse(Scheduled { key, event }) = self.heap.pop()?;
        self.now = key.time;
        Some((key.time, event))
    }

    /// Time of the first event.
    #[inline]
    pub fn next_time(&self) -> Option<SimTime> {
        self.heap
            .peek()
            .map(|Reverse(scheduled)| scheduled.key.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Named(u32, u32, usize);

    impl Event for Named {
        fn priority(&self) -> Priority {
            Priority::new(self.0, self.1)
        }
    }

    proptest! {
        /// Twin: a stable sort by (time, class, component). Few distinct values make many ties.
        #[test]
        fn events_come_out_in_the_stated_order(
            events in prop::collection::vec((0u64..5, 0u32..3, 0u32..3), 0..60)
        ) {
            let mut calendar = Calendar::new();
            let mut expected = Vec::new();
            for (i, (time, class, component)) in events.into_iter().enumerate() {
                let event = Named(class, component, i);
                calendar.schedule(SimTime::from_ps(time), event.clone());
                expected.push((SimTime::from_ps(time), event));
            }
            expected.sort_by_key(|(time, event)| (*time, event.0, event.1));
            let popped: Vec<_> = std::iter::from_fn(|| calendar.pop()).collect();
            prop_assert_eq!(popped, expected);
        }
    }

    /// The contract of `Ord`: events are equal exactly if neither comes first.
    #[test]
    fn equality_agrees_with_the_order() {
        let scheduled = |time, component, sequence| Scheduled {
            key: EventKey {
                time: SimTime::from_ps(time),
                priority: Priority::new(0, component),
                sequence,
            },
            event: (),
        };
        let events = [(1, 2, 3), (0, 2, 3), (1, 1, 3), (1, 2, 4)]
            .map(|(time, component, sequence)| scheduled(time, component, sequence));
        for (i, a) in events.iter().enumerate() {
            for (j, b) in events.iter().enumerate() {
                assert_eq!(a == b, i == j);
                assert_eq!(a == b, a.cmp(b).is_eq());
            }
        }
    }

    #[test]
    #[should_panic(expected = "event scheduled at 1 ps from 2 ps")]
    fn the_past_is_closed() {
        let mut calendar = Calendar::new();
        calendar.schedule(SimTime::from_ps(2), Named(0, 0, 0));
        calendar.pop();
        calendar.schedule(SimTime::from_ps(1), Named(0, 0, 1));
    }
}
