//! Puts the events of a span of time in order, all at once.
//!
//! Where it is known in advance that nothing that happens within a span schedules another event
//! of the same kind within it, no calendar is needed: the events are generated component by
//! component and sorted once. A sort by time is a distribution sort here: events spread over the
//! span, so a bucket holds one or two of them, and the cost per event does not grow with their
//! number.
//!
//! It goes two steps, so that a span may have a million events. The first deals them out to slots of
//! equal length, the second sorts a slot, which stays in the nearest caches. With one step for all,
//! an event of 65,536 components cost three times as much as one of 16.

use crate::units::{SimDuration, SimTime};

/// How far an event may be from its place after the distribution before a comparison sort takes
/// over: only where most of the events crowd into a small part of the span.
const DISPLACEMENT_MAX: usize = 64;

/// log2 of the buckets of a slot: counters of 16 bits take half of the nearest cache.
const BUCKET_BITS: u32 = 13;

/// Buckets of a slot.
const BUCKETS: usize = 1 << BUCKET_BITS;

/// Events of a slot on average, at most.
const SLOT_EVENTS: f64 = 6000.0;

/// log2 of the slots of a span, at most.
const SLOTS_BITS: u32 = 9;

/// Collects (time, component) events of one span and gives them back in that order.
///
/// An event is one word: the time since the span's start in the upper bits, the component in the
/// lower, so that comparing words compares times and then components. Buffers are kept from span
/// to span.
#[derive(Debug)]
pub struct EventOrder {
    component_bits: u32,
    start: SimTime,
    /// Events of all spans before this one, and their length together \[ps\]: they tell how long a
    /// slot should be.
    events_before: f64,
    length_before: f64,
    /// Events of this span.
    count: usize,
    /// [`SLOT_EVENTS`]; tests have fewer.
    slot_events: f64,
    /// log2 of the length of a slot \[ps\].
    slot_bits: u32,
    /// Events of each slot as they came, component by component.
    slots: Vec<Vec<u64>>,
    /// Events of the slot asked for last, in order, behind a zero.
    sorted: Vec<u64>,
    /// Per bucket, the number of its events, then the place of its next one in `sorted`.
    places: Box<[u16; BUCKETS]>,
}

impl EventOrder {
    /// An order of events of `components` components.
    pub fn new(components: usize) -> Self {
        EventOrder {
            component_bits: usize::BITS - components.saturating_sub(1).leading_zeros(),
            start: SimTime::ZERO,
            events_before: 0.0,
            length_before: 0.0,
            count: 0,
            slot_events: SLOT_EVENTS,
            slot_bits: 0,
            slots: Vec::new(),
            sorted: Vec::new(),
            places: Box::new([0; BUCKETS]),
        }
    }

    /// The longest span that a word has room for.
    pub fn longest_span(&self) -> SimDuration {
        SimDuration::from_ps(u64::MAX >> self.component_bits)
    }

    /// Begins a new, empty span from `start` to `until`, at most [`Self::longest_span`] later.
    pub fn begin(&mut self, start: SimTime, until: SimTime) {
        self.start = start;
        self.count = 0;
        let length = until.since(start).as_ps();
        let slot = self.slot_events * self.length_before / self.events_before;
        // Of the first span nothing is known: it is one slot.
        let longest = u64::BITS - length.leading_zeros();
        self.slot_bits = match slot as u64 {
            0 => longest,
            slot => slot.ilog2().clamp(longest.saturating_sub(SLOTS_BITS), longest),
        };
        let slots = length.saturating_sub(1).checked_shr(self.slot_bits);
        self.slots.resize(slots.unwrap_or(0) as usize + 1, Vec::new());
        self.slots.iter_mut().for_each(Vec::clear);
        self.length_before += length as f64;
    }

    /// Adds events of `component` at `times`, all in the span.
    #[inline]
    pub fn extend(&mut self, component: u32, times: &[SimTime]) {
        let (start, bits) = (self.start.as_ps(), self.component_bits);
        self.count += times.len();
        let word = |offset: u64| offset << bits | u64::from(component);
        let offsets = times.iter().map(|time| time.as_ps().wrapping_sub(start));
        match &mut self.slots[..] {
            [only] => only.extend(offsets.map(word)),
            slots => {
                for offset in offsets {
                    slots[(offset >> self.slot_bits) as usize].push(word(offset));
                }
            }
        }
    }

    /// Number of events of the span so far.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether the span has no event so far.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All events of the span are there: returns the number of its slots.
    pub fn end(&mut self) -> usize {
        self.events_before += self.count as f64;
        self.slots.len()
    }

    /// The events of `slot`: earliest first, at the same time the lowest component first. Slots
    /// follow each other in time.
    pub fn in_order(&mut self, slot: usize) -> impl ExactSizeIterator<Item = (SimTime, u32)> {
        self.sort(slot);
        let (start, bits) = (self.start.as_ps(), self.component_bits);
        let mask = (1_u64 << bits) - 1;
        self.sorted[1..].iter().map(move |word| {
            let time = SimTime::from_ps(start + (word >> bits));
            (time, (word & mask) as u32)
        })
    }

    fn sort(&mut self, slot: usize) {
        let words = &self.slots[slot][..];
        self.sorted.clear();
        self.sorted.resize(1 + words.len(), 0);
        if words.len() > usize::from(u16::MAX) {
            let sorted = &mut self.sorted[1..];
            sorted.copy_from_slice(words);
            return sorted.sort_unstable();
        }
        // The highest bits of the time within the slot number the buckets.
        let shift = self.component_bits + self.slot_bits.saturating_sub(BUCKET_BITS);
        let bucket = |word: &u64| (word >> shift) as usize % BUCKETS;
        self.places.fill(0);
        for word in words {
            self.places[bucket(word)] += 1;
        }
        let mut next = 0;
        // Four at a time: half the instructions.
        for places in self.places.as_chunks_mut::<4>().0 {
            let [a, b, c, d] = *places;
            *places = [next, next + a, next + a + b, next + a + b + c];
            next += a + b + c + d;
        }
        for word in words {
            let place = &mut self.places[bucket(word)];
            let [before, here] = &mut self.sorted[usize::from(*place)..][..2] else {
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

    /// The events of each of two spans, of which the second has slots.
    fn in_order(components: usize, length: u64, events: &[(u64, u32)]) -> [Vec<(u64, u32)>; 2] {
        let mut order = EventOrder::new(components);
        order.slot_events = 40.0;
        [1_000, 9].map(|start| {
            let from = SimTime::from_ps(start);
            order.begin(from, from + SimDuration::from_ps(length));
            for (time, component) in events {
                order.extend(*component, &[SimTime::from_ps(start + time)]);
            }
            assert_eq!(order.len(), events.len());
            let mut all = Vec::new();
            for slot in 0..order.end() {
                let events = order.in_order(slot);
                all.extend(events.map(|(time, component)| (time.as_ps() - start, component)));
            }
            all
        })
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
                let [first, second] = in_order(1000, 1_000_000_000, &events);
                events.sort_unstable();
                prop_assert_eq!(&first, &events);
                prop_assert_eq!(&second, &events);
            }
        }
    }

    /// The last word of the longest span still compares right.
    #[test]
    fn a_span_may_be_as_long_as_a_word_allows() {
        for components in [1, 2, 3, 1 << 20] {
            let longest = EventOrder::new(components).longest_span().as_ps() - 1_001;
            let length = longest + 1;
            let last = components as u32 - 1;
            let events = [(longest, last), (0, last), (longest, 0), (0, 0)];
            let mut expected = events.to_vec();
            expected.sort_unstable();
            assert_eq!(in_order(components, length, &events)[0], expected);
        }
    }
}
