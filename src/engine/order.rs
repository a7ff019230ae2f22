//! Puts the events of a span of time in order, all at once.
//!
//! Where it is known in advance that nothing that happens within a span schedules another event
//! of the same kind within it, no calendar is needed: the events are generated component by
//! component and sorted once. A sort by time is a distribution sort here: events spread over the
//! span, so a bucket holds one or two of them, and the cost per event does not grow with their
//! number.

use crate::units::{SimDuration, SimTime};

/// How far an event may be from its place after the distribution before a comparison sort takes
/// over: only where most of the events crowd into a small part of the span.
const DISPLACEMENT_MAX: usize = 64;

/// Smallest number of buckets.
const BUCKETS_MIN: usize = 64;

/// Collects (time, component) events of one span and gives them back in that order.
///
/// An event is one word: the time since the span's start in the upper bits, the component in the
/// lower, so that comparing words compares times and then components. Buffers are kept from span
/// to span.
#[derive(Debug)]
pub struct EventOrder {
    component_bits: u32,
    start: SimTime,
    /// Events as they came, component by component.
    words: Vec<u64>,
    /// Events in order, behind a zero.
    sorted: Vec<u64>,
    /// Per bucket, the number of its events, then the place of its next one in `sorted`.
    places: Vec<u32>,
}

impl EventOrder {
    /// An order of events of `components` components.
    pub fn new(components: usize) -> Self {
        EventOrder {
            component_bits: usize::BITS - components.saturating_sub(1).leading_zeros(),
            start: SimTime::ZERO,
            words: Vec::new(),
            sorted: Vec::new(),
            places: Vec::new(),
        }
    }

    /// The longest span that a word has room for.
    pub fn longest_span(&self) -> SimDuration {
        SimDuration::from_ps(u64::MAX >> self.component_bits)
    }

    /// Begins a new, empty span at `start`.
    pub fn begin(&mut self, start: SimTime) {
        self.start = start;
        self.words.clear();
    }

    /// Adds events of `component` at `times`, each less than [`Self::longest_span`] after the start.
    #[inline]
    pub fn extend(&mut self, component: u32, times: &[SimTime]) {
        let (start, bits) = (self.start.as_ps(), self.component_bits);
        self.words.extend(times.iter().map(|time| {
            let offset = time.as_ps().wrapping_sub(start);
            offset << bits | u64::from(component)
        }));
    }

    /// Number of events of the span so far.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether the span has no event so far.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The events of the span: earliest first, at the same time the lowest component first.
    pub fn in_order(&mut self) -> impl ExactSizeIterator<Item = (SimTime, u32)> {
        self.sort();
        let (start, bits) = (self.start.as_ps(), self.component_bits);
        let mask = (1_u64 << bits) - 1;
        self.sorted[1..].iter().map(move |word| {
            let time = SimTime::from_ps(start + (word >> bits));
            (time, (word & mask) as u32)
        })
    }

    fn sort(&mut self) {
        let count = self.words.len();
        let last = self.words.iter().fold(0, |last, word| last | word);
        let buckets = (2 * count).next_power_of_two().max(BUCKETS_MIN);
        // The highest bits of the largest word that number the buckets.
        let used_bits = u64::BITS - last.leading_zeros();
        let shift = used_bits.saturating_sub(buckets.ilog2());
        self.places.clear();
        self.places.resize(buckets, 0);
        for word in &self.words {
            self.places[(word >> shift) as usize] += 1;
        }
        let mut next = 0;
        // Four at a time: half the instructions.
        for places in self.places.as_chunks_mut::<4>().0 {
            let [a, b, c, d] = *places;
            *places = [next, next + a, next + a + b, next + a + b + c];
            next += a + b + c + d;
        }
        self.sorted.clear();
        self.sorted.resize(1 + count, 0);
        for word in &self.words {
            let place = &mut self.places[(word >> shift) as usize];
            let [before, here] = &mut self.sorted[*place as usize..][..2] else {
                unreachable!("a slice of two")
            };
            // Two of a bucket are put in order at once, without a branch that is hard to predict.
            (*before, *here) = ((*before).min(*word), (*before).max(*word));
            *place += 1;
        }
        settle(&mut self.sorted[1..]);
    }
}

/// Sorts what is nearly sorted: insertion, or a comparison sort where that would be slow.
fn settle(words: &mut [u64]) {
    for i in 1..words.len() {
        let word = words[i];
        if words[i - 1] <= word {
            continue;
        }
        let lowest = i.saturating_sub(DISPLACEMENT_MAX);
        let mut at = i;
        while at > lowest && words[at - 1] > word {
            words[at] = words[at - 1];
            at -= 1;
        }
        words[at] = word;
        if at > 0 && words[at - 1] > word {
            return words.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn in_order(components: usize, events: &[(u64, u32)]) -> Vec<(u64, u32)> {
        let start = 1_000;
        let mut order = EventOrder::new(components);
        order.begin(SimTime::from_ps(start));
        for (time, component) in events {
            order.extend(*component, &[SimTime::from_ps(start + time)]);
        }
        let events = order.in_order();
        events
            .map(|(time, component)| (time.as_ps() - start, component))
            .collect()
    }

    proptest! {
        /// Twin: the sort of the standard library. Spread over the span, crowded into a corner of
        /// it, and with many ties.
        #[test]
        fn events_come_out_in_the_stated_order(
            spread in prop::collection::vec((0u64..1_000_000_000, 0u32..1000), 0..500),
            crowded in prop::collection::vec((0u64..1_000, 0u32..1000), 0..500),
            ties in prop::collection::vec((0u64..3, 0u32..3), 0..50),
        ) {
            for mut events in [spread.clone(), crowded.clone(), ties, [spread, crowded].concat()] {
                let sorted = in_order(1000, &events);
                events.sort_unstable();
                prop_assert_eq!(sorted, events);
            }
        }
    }

    #[test]
    fn a_span_counts_its_own_events() {
        let mut order = EventOrder::new(2);
        order.extend(0, &[SimTime::from_ps(1), SimTime::from_ps(2)]);
        order.extend(1, &[SimTime::from_ps(1)]);
        assert_eq!((order.len(), order.is_empty()), (3, false));
        order.begin(SimTime::from_ps(5));
        assert_eq!((order.len(), order.is_empty()), (0, true));
    }

    /// The last word of the longest span still compares right.
    #[test]
    fn a_span_may_be_as_long_as_a_word_allows() {
        for components in [1, 2, 3, 1 << 20] {
            let longest = EventOrder::new(components).longest_span().as_ps() - 1_001;
            let last = components as u32 - 1;
            let events = [(longest, last), (0, last), (longest, 0), (0, 0)];
            let mut expected = events.to_vec();
            expected.sort_unstable();
            assert_eq!(in_order(components, &events), expected);
        }
    }
}
