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

/// log2 of the buckets of a slot: with their counters and events it stays in the nearest cache.
const BUCKET_BITS: u32 = 12;

/// Buckets of a slot.
const BUCKETS: usize = 1 << BUCKET_BITS;

/// Events of a slot on average, at most; half of them at least.
const SLOT_EVENTS: f64 = 3000.0;

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
    /// Events of this span.
    count: usize,
    /// What a slot should last at most \[ps\].
    slot: u64,
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
    /// An order of events of `components` components, some `events_per_s` together.
    pub fn new(components: usize, events_per_s: f64) -> Self {
        EventOrder {
            component_bits: usize::BITS - components.saturating_sub(1).leading_zeros(),
            start: SimTime::ZERO,
            count: 0,
            slot: ((SLOT_EVENTS / events_per_s * 1e12) as u64).max(1),
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

    /// The longest span that is a whole number of slots and not longer than `span`, or `span` if that
    /// is shorter than a slot: a slot that is cut short costs as much as a whole one.
    pub fn whole_slots(&self, span: SimDuration) -> SimDuration {
        let slot = 1 << self.slot.ilog2();
        match span.as_ps() / slot {
            0 => span,
            slots => SimDuration::from_ps(slots * slot),
        }
    }

    /// Begins a new, empty span from `start` to `until`, at most [`Self::longest_span`] later.
    pub fn begin(&mut self, start: SimTime, until: SimTime) {
        self.start = start;
        self.count = 0;
        let length = until.since(start).as_ps();
        let longest = u64::BITS - length.leading_zeros();
        let shortest = longest.saturating_sub(SLOTS_BITS);
        self.slot_bits = self.slot.ilog2().clamp(shortest, longest);
        let slots = length.saturating_sub(1).checked_shr(self.slot_bits);
        self.slots
            .resize(slots.unwrap_or(0) as usize + 1, Vec::new());
        self.slots.iter_mut().for_each(Vec::clear);
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

    /// Number of slots of the span.
    pub fn slots(&self) -> usize {
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

    /// `events` in order, where `events_per_s` are expected.
    fn in_order(
        components: usize,
        events_per_s: f64,
        length: u64,
        events: &[(u64, u32)],
    ) -> Vec<(u64, u32)> {
        let mut order = EventOrder::new(components, events_per_s);
        let mut all = Vec::new();
        // The second span begins with the buffers of the first.
        for start in [1_000, 9] {
            let from = SimTime::from_ps(start);
            order.begin(from, from + SimDuration::from_ps(length));
            for (time, component) in events {
                order.extend(*component, &[SimTime::from_ps(start + time)]);
            }
            assert_eq!(
                (order.len(), order.is_empty()),
                (events.len(), events.is_empty())
            );
            all.clear();
            for slot in 0..order.slots() {
                let events = order.in_order(slot);
                all.extend(events.map(|(time, component)| (time.as_ps() - start, component)));
            }
        }
        all
    }

    /// Expected events/s at which a span of a millisecond has one slot, and about 200.
    const FEW_AND_MANY: [f64; 2] = [1.0, 200.0 * SLOT_EVENTS * 1e3];

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
                let sorted = FEW_AND_MANY.map(|rate| in_order(1000, rate, 1_000_000_000, &events));
                events.sort_unstable();
                prop_assert_eq!(&sorted[0], &events);
                prop_assert_eq!(&sorted[1], &events);
            }
        }
    }

    #[test]
    fn a_span_counts_its_own_events() {
        let mut order = EventOrder::new(2, 1.0);
        order.begin(SimTime::ZERO, SimTime::from_ps(5));
        order.extend(0, &[SimTime::from_ps(1), SimTime::from_ps(2)]);
        order.extend(1, &[SimTime::from_ps(1)]);
        assert_eq!((order.len(), order.is_empty()), (3, false));
        order.begin(SimTime::from_ps(5), SimTime::from_ps(9));
        assert_eq!((order.len(), order.is_empty()), (0, true));
    }

    /// By hand: 3,000 events at 1/s last 3·10¹⁵ ps, the power of two below that is 2⁵¹.
    #[test]
    fn spans_are_whole_slots() {
        let order = EventOrder::new(1, SLOT_EVENTS / 3000.0);
        for (span, whole) in [(5, 5), (1 << 51, 1 << 51), ((1 << 53) - 1, 3 << 51)] {
            let span = SimDuration::from_ps(span);
            assert_eq!(order.whole_slots(span), SimDuration::from_ps(whole));
        }
    }

    /// More events in a slot than its counters reach: sorted by comparison.
    #[test]
    fn a_slot_may_be_crowded() {
        let events: Vec<(u64, u32)> = (0..70_000).map(|i| (i * 7919 % 1_000_003, 1)).collect();
        let mut expected = events.clone();
        expected.sort_unstable();
        assert_eq!(in_order(2, 1.0, 1_000_003, &events), expected);
    }

    /// The last word of the longest span still compares right.
    #[test]
    fn a_span_may_be_as_long_as_a_word_allows() {
        for components in [1, 2, 3, 1 << 20] {
            let longest = EventOrder::new(components, 1.0).longest_span().as_ps() - 1_001;
            let length = longest + 1;
            let last = components as u32 - 1;
            let events = [(longest, last), (0, last), (longest, 0), (0, 0)];
            let mut expected = events.to_vec();
            expected.sort_unstable();
            for rate in [0.0, 1.0, 1e15] {
                assert_eq!(in_order(components, rate, length, &events), expected);
            }
        }
    }
}
