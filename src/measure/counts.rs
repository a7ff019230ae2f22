//! Counting values as fast as they come, in as little memory as they need.

use super::histogram::Histogram;

/// Values that wait beside the rest of a task's record: a cache line of them.
const RECENT: usize = 32;

/// Values that wait in a list, at most: several for each line of the counts that they touch.
const LIST: usize = 2048;

/// Values that a list has room for at first.
const LIST_MIN: usize = 256;

/// Values that are sorted sooner than counted.
const WORTH_SORTING: usize = 64;

/// Values at a time that are worth the way to the counts: one for each line that they touch.
const WORTH_COUNTING: usize = 64;

/// Counts that are looked at together; [`MARGIN`] is a multiple.
const CHUNK: usize = 8;

/// Buckets of a task that a list of them has room for at first.
const BUCKETS_EXPECTED: u64 = 1024;

/// Values up to here have a bucket each; above, each octave has half as many.
const EXACT: u64 = 2048;

/// log2 of the buckets of an octave.
const OCTAVE_BITS: u32 = EXACT.ilog2() - 1;

/// Buckets by which the counted range is rounded outwards, so that it seldom grows.
const MARGIN: usize = 512;

/// The same counts as a [`Histogram`], in the form in which a trial records: bucket by bucket
/// equal, several times smaller, and cheap to record into for thousands of tasks in turn.
///
/// A value goes three steps, so that the memory of a task is seldom fetched for a single value: as
/// a bucket number it waits in the record itself; 32 of them move on to a list; a full list is
/// counted at once. A task with few values never has counts.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Bucket numbers of the last values: the first `waiting`.
    recent: [u16; RECENT],
    waiting: u32,
    rest: Option<Box<Rest>>,
}

/// The values before the last.
#[derive(Clone, Debug, Default)]
struct Rest {
    /// Bucket numbers of the values not counted yet.
    list: Vec<u16>,
    /// Number of the values counted.
    counted: u64,
    /// Counts of the buckets from `first` on, modulo 2¹⁶.
    counts: Vec<u16>,
    first: usize,
    /// Buckets whose count went once round 2¹⁶, as often as it did.
    wrapped: Vec<u16>,
}

impl Default for Counts {
    fn default() -> Self {
        Self::new()
    }
}

/// The bucket of `value`, as HdrHistogram numbers them for three significant digits: 2,048 of
/// width 1, then 1,024 of width 2, 1,024 of width 4 and so on.
#[inline(always)]
fn bucket_of(value: u64) -> u16 {
    if value.wrapping_sub(EXACT / 2) < FLOAT_EXACT - EXACT / 2 {
        // From 1,024 on, exponent and leading bits of a float number the buckets; taking them is
        // several times faster than to look for the highest bit where that has no fast instruction.
        let leading = (value as i64 as f64).to_bits() >> (f64::MANTISSA_DIGITS - 1 - OCTAVE_BITS);
        return (leading - FIRST_LEADING) as u16;
    }
    bucket_by_highest_bit(value)
}

/// Whole numbers up to here are exact as floats.
const FLOAT_EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// Exponent and leading bits of 1,024, less its bucket number.
const FIRST_LEADING: u64 = (f64::MAX_EXP as u64 - 1 + 9) << OCTAVE_BITS;

/// The same for any value.
#[cold]
fn bucket_by_highest_bit(value: u64) -> u16 {
    let shift = (value | (EXACT - 1)).ilog2() - OCTAVE_BITS;
    // 55 octaves of 1,024 buckets: below 2¹⁶.
    ((shift << OCTAVE_BITS) as u64 + (value >> shift)) as u16
}

/// Smallest value of `bucket`, and the bucket's width.
fn lowest_of(bucket: u16) -> (u64, u64) {
    let shift = (bucket >> OCTAVE_BITS).saturating_sub(1);
    let sub_bucket = u64::from(bucket - (shift << OCTAVE_BITS));
    (sub_bucket << shift, 1 << shift)
}

impl Counts {
    /// No counts.
    pub fn new() -> Self {
        Counts {
            recent: [0; RECENT],
            waiting: 0,
            rest: None,
        }
    }

    /// Counts `value` once.
    #[inline]
    pub fn record(&mut self, value: u64) {
        if self.waiting as usize == RECENT {
            self.move_on();
        }
        self.recent[self.waiting as usize % RECENT] = bucket_of(value);
        self.waiting += 1;
    }

    /// Moves the values that wait on to the list.
    #[inline(never)]
    fn move_on(&mut self) -> &mut Rest {
        let rest = self.rest.get_or_insert_default();
        if rest.list.len() + RECENT > LIST {
            rest.count_list();
        } else if rest.list.capacity() - rest.list.len() < RECENT {
            rest.list.reserve(rest.list.len().max(LIST_MIN));
        }
        rest.list
            .extend_from_slice(&self.recent[..self.waiting as usize]);
        self.waiting = 0;
        rest
    }

    /// Counts every one of `values` once.
    #[inline]
    pub(super) fn record_all(&mut self, mut values: impl ExactSizeIterator<Item = u64>) {
        if let Some(rest) = &mut self.rest
            && values.len() >= WORTH_COUNTING
        {
            return rest.record_all(values);
        }
        while values.len() > 0 {
            if self.waiting as usize == RECENT {
                self.move_on();
            }
            let free = &mut self.recent[self.waiting as usize..];
            let taken = values.len().min(free.len());
            free.iter_mut()
                .zip(&mut values)
                .for_each(|(place, value)| *place = bucket_of(value));
            self.waiting += taken as u32;
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        let rest = |rest: &Rest| rest.counted + rest.list.len() as u64;
        u64::from(self.waiting) + self.rest.as_deref().map_or(0, rest)
    }

    /// Every bucket that holds counts, in rising order: its number and the number of counts.
    pub(super) fn into_buckets(mut self) -> Vec<(u16, u64)> {
        if self.count() > WORTH_SORTING as u64 {
            return self.move_on().buckets();
        }
        let recent = self.recent[..self.waiting as usize].iter();
        let mut values: Vec<u16> = recent.copied().collect();
        values.extend(self.rest.iter().flat_map(|rest| &rest.list));
        values.sort_unstable();
        let runs = values.chunk_by(|a, b| a == b);
        runs.map(|run| (run[0], run.len() as u64)).collect()
    }
}

impl Rest {
    #[inline]
    fn record_all(&mut self, values: impl ExactSizeIterator<Item = u64>) {
        let (all, listed) = (values.len(), self.list.len());
        let (first, counts) = (self.first, &mut self.counts[..]);
        for value in values {
            let bucket = bucket_of(value);
            if let Some(count) = counts.get_mut(usize::from(bucket).wrapping_sub(first)) {
                *count = count.wrapping_add(1);
                if *count == 0 {
                    self.wrapped.push(bucket);
                }
            } else {
                self.list.push(bucket);
            }
        }
        self.counted += (all - (self.list.len() - listed)) as u64;
        if self.list.len() > LIST {
            self.count_list();
        }
    }

    /// Takes the values of the list into the counts.
    fn count_list(&mut self) {
        if self.list.is_empty() {
            return;
        }
        // Folds of plain numbers, which the compiler turns into a few instructions.
        let lowest = self.list.iter().copied().fold(u16::MAX, u16::min);
        let highest = self.list.iter().copied().fold(0, u16::max);
        let (lowest, highest) = (usize::from(lowest), usize::from(highest));
        cover(&mut self.counts, &mut self.first, lowest, highest);
        for bucket in &self.list {
            let count = &mut self.counts[usize::from(*bucket) - self.first];
            *count = count.wrapping_add(1);
            if *count == 0 {
                self.wrapped.push(*bucket);
            }
        }
        self.counted += self.list.len() as u64;
        self.list.clear();
    }

    /// Every bucket that holds counts, in rising order, with their number.
    fn buckets(&mut self) -> Vec<(u16, u64)> {
        self.count_list();
        self.wrapped.sort_unstable();
        let mut wrapped = self.wrapped.chunk_by(|a, b| a == b).peekable();
        let mut buckets = Vec::with_capacity(self.counted.min(BUCKETS_EXPECTED) as usize);
        let (chunks, _) = self.counts.as_chunks::<CHUNK>();
        for (chunk, first) in chunks.iter().zip((self.first..).step_by(CHUNK)) {
            // Most of a task's buckets are empty.
            if *chunk == [0; CHUNK] && self.wrapped.is_empty() {
                continue;
            }
            for (low, bucket) in chunk.iter().zip(first as u16..) {
                let rounds = wrapped.next_if(|run| run[0] == bucket);
                let rounds = rounds.map_or(0, <[u16]>::len) as u64;
                let count = u64::from(*low) + (rounds << u16::BITS);
                if count > 0 {
                    buckets.push((bucket, count));
                }
            }
        }
        buckets
    }
}

/// The middle of a bucket.
pub(super) fn middle_of(bucket: u16) -> f64 {
    let (lowest, width) = lowest_of(bucket);
    lowest as f64 + (width - 1) as f64 / 2.0
}

/// All values of several [`Counts`] together.
#[derive(Debug, Default)]
pub(super) struct Total {
    /// By bucket number.
    counts: Vec<u64>,
}

impl Total {
    /// Adds what [`Counts::into_buckets`] gave.
    pub fn add(&mut self, buckets: &[(u16, u64)]) {
        let Some((highest, _)) = buckets.last() else {
            return;
        };
        if self.counts.len() <= usize::from(*highest) {
            self.counts.resize(usize::from(*highest) + 1, 0);
        }
        for (bucket, count) in buckets {
            self.counts[usize::from(*bucket)] += count;
        }
    }

    /// The same counts as a histogram.
    pub fn into_histogram(self) -> Histogram {
        let mut histogram = Histogram::new();
        for (bucket, count) in (0..=u16::MAX).zip(self.counts) {
            if count > 0 {
                histogram.record_n(lowest_of(bucket).0, count);
            }
        }
        histogram
    }
}

/// Lets `counts`, which begin at bucket `first`, reach from `lowest` to `highest` and a margin.
fn cover(counts: &mut Vec<u16>, first: &mut usize, lowest: usize, highest: usize) {
    if counts.is_empty() {
        *first = lowest / MARGIN * MARGIN;
    }
    if lowest < *first {
        let more = *first - lowest / MARGIN * MARGIN;
        counts.splice(..0, std::iter::repeat_n(0, more));
        *first -= more;
    }
    if highest >= *first + counts.len() {
        let end = (highest / MARGIN + 1) * MARGIN;
        counts.reserve_exact(end - *first - counts.len());
        counts.resize(end - *first, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Twin: HdrHistogram itself. More values than wait in the list, over all magnitudes.
        #[test]
        fn counts_are_those_of_an_hdr_histogram(
            values in prop::collection::vec((0u32..64, any::<u64>()), 0..3 * LIST),
            split in 0..3 * LIST,
        ) {
            let values: Vec<u64> = values.into_iter().map(|(shift, value)| value >> shift).collect();
            let (first, second) = values.split_at(split.min(values.len()));
            let mut total = Total::default();
            let mut twin = Histogram::new();
            for values in [first, second] {
                let mut counts = Counts::new();
                let mut own_twin = Histogram::new();
                for value in values {
                    counts.record(*value);
                    own_twin.record(*value);
                }
                let buckets = counts.into_buckets();
                let middles = buckets.iter().map(|(bucket, count)| (middle_of(*bucket), *count));
                prop_assert!(middles.eq(own_twin.buckets()));
                total.add(&buckets);
                twin.merge(&own_twin);
            }
            prop_assert!(total.into_histogram().buckets().eq(twin.buckets()));
        }

        #[test]
        fn a_bucket_holds_its_values(shift in 0u32..64, value in any::<u64>()) {
            let value = value >> shift;
            let (lowest, width) = lowest_of(bucket_of(value));
            prop_assert!(lowest <= value && value - lowest < width);
            prop_assert_eq!(bucket_of(value), bucket_by_highest_bit(value));
        }
    }

    /// One bucket many times over, another once.
    #[test]
    fn counts_go_beyond_16_bits() {
        for at_a_time in [1, 1000] {
            let mut counts = Counts::new();
            counts.record(9);
            for _ in 0..200_000 / at_a_time {
                counts.record_all(std::iter::repeat_n(7, at_a_time));
            }
            assert_eq!(counts.count(), 200_001);
            assert_eq!(counts.into_buckets(), [(7, 200_000), (9, 1)]);
        }
    }
}
