//! Counting values as fast as they come, in as little memory as they need.

use super::bucket::{AT_ONCE, bucket_of, lowest_of};
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
const WORTH_COUNTING: usize = AT_ONCE;

/// Counts that are looked at together; [`MARGIN`] is a multiple.
const CHUNK: usize = 8;

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

    /// Counts a value in every one of `buckets`.
    #[inline(always)]
    pub(super) fn record_all(&mut self, mut buckets: &[u16]) {
        if let Some(rest) = &mut self.rest
            && buckets.len() >= WORTH_COUNTING
        {
            return rest.record_all(buckets);
        }
        while !buckets.is_empty() {
            if self.waiting as usize == RECENT {
                self.move_on();
            }
            let free = &mut self.recent[self.waiting as usize..];
            let (taken, left) = buckets.split_at(buckets.len().min(free.len()));
            // Mostly a few: in a loop, without a call.
            free.iter_mut()
                .zip(taken)
                .for_each(|(place, bucket)| *place = *bucket);
            self.waiting += taken.len() as u32;
            buckets = left;
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        let rest = |rest: &Rest| rest.counted + rest.list.len() as u64;
        u64::from(self.waiting) + self.rest.as_deref().map_or(0, rest)
    }
}

impl Rest {
    #[inline]
    fn record_all(&mut self, buckets: &[u16]) {
        let listed = self.list.len();
        let (first, counts) = (self.first, &mut self.counts[..]);
        for bucket in buckets {
            if let Some(count) = counts.get_mut(usize::from(*bucket).wrapping_sub(first)) {
                *count = count.wrapping_add(1);
                if *count == 0 {
                    self.wrapped.push(*bucket);
                }
            } else {
                self.list.push(*bucket);
            }
        }
        self.counted += (buckets.len() - (self.list.len() - listed)) as u64;
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
}

/// All values of several [`Counts`] together.
#[derive(Debug, Default)]
pub(super) struct Total {
    /// By bucket number, as many as a multiple of [`CHUNK`].
    counts: Vec<u64>,
    /// Counts of one of them, if it had none of its own, from bucket `first` on: all zero afterwards.
    scratch: Vec<u16>,
    first: usize,
}

/// Quantiles that are looked for among values, which are told in rising order.
struct Quantiles<const N: usize> {
    /// The values up to each, in rising order.
    ranks: [u64; N],
    found: [Option<u16>; N],
    /// How many are found.
    done: usize,
    /// Values told so far.
    counted: u64,
}

impl<const N: usize> Quantiles<N> {
    fn new(quantiles: [f64; N], values: u64) -> Self {
        Quantiles {
            ranks: quantiles.map(|q| ((q * values as f64).ceil() as u64).max(1)),
            found: [None; N],
            done: 0,
            counted: 0,
        }
    }

    /// The next buckets have these counts.
    #[inline(always)]
    fn next<const M: usize>(&mut self, first: u16, counts: [u64; M]) {
        let counted = self.counted + counts.iter().sum::<u64>();
        while self.done < N && self.ranks[self.done] <= counted {
            let mut until = self.counted;
            let reaches = |count: &u64| {
                until += count;
                until >= self.ranks[self.done]
            };
            let place = counts.iter().position(reaches);
            self.found[self.done] = place.map(|place| first + place as u16);
            self.done += 1;
        }
        self.counted = counted;
    }
}

impl Total {
    /// Adds `counts` and returns the buckets that hold its `quantiles`, which rise; none without
    /// values.
    pub fn add<const N: usize>(
        &mut self,
        mut counts: Counts,
        quantiles: [f64; N],
    ) -> [Option<u16>; N] {
        let count = counts.count();
        let mut quantiles = Quantiles::new(quantiles, count);
        if count > WORTH_SORTING as u64 {
            let rest = counts.move_on();
            self.add_rest(rest, &mut quantiles);
        } else {
            let recent = counts.recent[..counts.waiting as usize].iter();
            let mut values: Vec<u16> = recent.copied().collect();
            values.extend(counts.rest.iter().flat_map(|rest| &rest.list));
            values.sort_unstable();
            self.reach(values.last().copied().map_or(0, usize::from));
            for run in values.chunk_by(|a, b| a == b) {
                self.counts[usize::from(run[0])] += run.len() as u64;
                quantiles.next(run[0], [run.len() as u64]);
            }
        }
        quantiles.found
    }

    /// Lets the counts reach `highest`.
    fn reach(&mut self, highest: usize) {
        if self.counts.len() <= highest {
            self.counts.resize((highest / MARGIN + 1) * MARGIN, 0);
        }
    }

    fn add_rest<const N: usize>(&mut self, rest: &mut Rest, quantiles: &mut Quantiles<N>) {
        if rest.counts.is_empty() {
            // With the memory of the one before, a task of 65,536 takes half as long.
            (rest.counts, rest.first) = (std::mem::take(&mut self.scratch), self.first);
        }
        rest.count_list();
        rest.wrapped.sort_unstable();
        let mut wrapped = rest.wrapped.iter().peekable();
        self.reach(rest.first + rest.counts.len() - 1);
        let (sums, _) = self.counts[rest.first..].as_chunks_mut::<CHUNK>();
        let (chunks, _) = rest.counts.as_chunks_mut::<CHUNK>();
        for ((chunk, sums), first) in chunks
            .iter_mut()
            .zip(sums)
            .zip((rest.first..).step_by(CHUNK))
        {
            // Most of a task's buckets are empty.
            if *chunk == [0; CHUNK] && rest.wrapped.is_empty() {
                continue;
            }
            let mut counts = std::mem::take(chunk).map(u64::from);
            let end = first + CHUNK;
            while let Some(bucket) = wrapped.next_if(|bucket| usize::from(**bucket) < end) {
                counts[usize::from(*bucket) - first] += 1 << u16::BITS;
            }
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
            quantiles.next(first as u16, counts);
        }
        (self.scratch, self.first) = (std::mem::take(&mut rest.counts), rest.first);
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
    use super::super::bucket::middle_of;
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
            let quantiles = [0.0, 0.5, 0.999, 1.0];
            let mut total = Total::default();
            let mut twin = Histogram::new();
            for values in [first, second] {
                let mut counts = Counts::new();
                let mut own_twin = Histogram::new();
                for value in values {
                    counts.record(*value);
                    own_twin.record(*value);
                }
                prop_assert_eq!(counts.count(), own_twin.count());
                let found = total.add(counts, quantiles).map(|bucket| bucket.map(middle_of));
                prop_assert_eq!(found, quantiles.map(|q| own_twin.quantile(q)));
                twin.merge(&own_twin);
            }
            prop_assert!(total.into_histogram().buckets().eq(twin.buckets()));
        }
    }

    /// One bucket many times over, another once.
    #[test]
    fn counts_go_beyond_16_bits() {
        for at_a_time in [1, 1000] {
            let mut counts = Counts::new();
            counts.record(9);
            for _ in 0..200_000 / at_a_time {
                counts.record_all(&vec![7; at_a_time]);
            }
            assert_eq!(counts.count(), 200_001);
            let mut total = Total::default();
            // 7 is the value of all ranks but the last.
            let found = total.add(counts, [0.5, 200_000.0 / 200_001.0, 1.0]);
            assert_eq!(found, [Some(7), Some(7), Some(9)]);
            let buckets: Vec<_> = total.into_histogram().buckets().collect();
            assert_eq!(buckets, [(7.0, 200_000), (9.0, 1)]);
        }
    }
}
