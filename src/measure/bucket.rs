//! Numbers of a histogram's buckets: for one value, and for many at a time.
//!
//! Values up to 2,047 have a bucket each; above, each octave has 1,024, as HdrHistogram has them for
//! three significant digits.

use crate::units::SimDuration;

/// Values up to here have a bucket each; above, each octave has half as many.
const EXACT: u64 = 2048;

/// log2 of the buckets of an octave.
const OCTAVE_BITS: u32 = EXACT.ilog2() - 1;

/// Whole numbers up to here are exact as floats.
const FLOAT_EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// Bits of a float below those that number a bucket.
const FLOAT_SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - OCTAVE_BITS;

/// Exponent and leading bits of 1,024, less its bucket number.
const FIRST_LEADING: u64 = (f64::MAX_EXP as u64 - 1 + 9) << OCTAVE_BITS;

/// The bucket of `value`.
#[inline(always)]
pub(super) fn bucket_of(value: u64) -> u16 {
    if value.wrapping_sub(EXACT / 2) < FLOAT_EXACT - EXACT / 2 {
        // From 1,024 on, exponent and leading bits of a float number the buckets; taking them is
        // several times faster than to look for the highest bit where that has no fast instruction.
        let leading = (value as i64 as f64).to_bits() >> FLOAT_SHIFT;
        return (leading - FIRST_LEADING) as u16;
    }
    bucket_by_highest_bit(value)
}

/// The same for any value.
#[cold]
fn bucket_by_highest_bit(value: u64) -> u16 {
    let shift = (value | (EXACT - 1)).ilog2() - OCTAVE_BITS;
    // 55 octaves of 1,024 buckets: below 2¹⁶.
    ((shift << OCTAVE_BITS) as u64 + (value >> shift)) as u16
}

/// Smallest value of `bucket`, and the bucket's width.
pub(super) fn lowest_of(bucket: u16) -> (u64, u64) {
    let shift = (bucket >> OCTAVE_BITS).saturating_sub(1);
    let sub_bucket = u64::from(bucket - (shift << OCTAVE_BITS));
    (sub_bucket << shift, 1 << shift)
}

/// The middle of a bucket.
pub(super) fn middle_of(bucket: u16) -> f64 {
    let (lowest, width) = lowest_of(bucket);
    lowest as f64 + (width - 1) as f64 / 2.0
}

/// Spans that are looked at together.
pub(super) const AT_ONCE: usize = 64;

/// Of at most [`AT_ONCE`] spans, what is recorded: bucket numbers of their nanoseconds, rounded to
/// the nearest, and their sum.
#[derive(Debug)]
pub(super) struct Spans {
    buckets: [u16; AT_ONCE],
    count: usize,
    /// \[ps\].
    pub sum: u128,
}

/// Shortest span whose nanoseconds reach 1,024 \[ps\].
const SHORTEST: u64 = EXACT / 2 * 1000 - 500;

/// log2 of what a span may be longer than [`SHORTEST`] for the fast way: 19 minutes, as picoseconds.
const BEYOND_BITS: u32 = 50;

impl Spans {
    /// Looks at `spans`, without a division and several to an instruction.
    ///
    /// Nanoseconds are taken as a float y = (x + 500.5)/1000 of the picoseconds x, whose leading bits
    /// number the bucket. The rounded nanoseconds are the whole part of the exact quotient, which is
    /// at least 0.0005 off any whole number; y is off by less: 2⁻⁵² of 2⁵⁰/1000.
    ///
    /// # Panics
    /// If they are more than [`AT_ONCE`].
    #[inline(always)]
    pub fn of(spans: &[SimDuration]) -> Self {
        // Setting bits adds it to a whole number below it.
        const WHOLE: f64 = (FLOAT_EXACT / 2) as f64;
        let mut buckets = [0; AT_ONCE];
        let (mut beyond, mut sum) = (0, 0_u64);
        for (span, bucket) in spans.iter().zip(&mut buckets[..spans.len()]) {
            let ps = span.as_ps();
            beyond |= ps.wrapping_sub(SHORTEST);
            sum = sum.wrapping_add(ps);
            let added = f64::from_bits(ps | WHOLE.to_bits());
            let ns = (added - (WHOLE - 500.5)) * 1e-3;
            *bucket = (ns.to_bits() >> FLOAT_SHIFT).wrapping_sub(FIRST_LEADING) as u16;
        }
        let mut all = Spans {
            buckets,
            count: spans.len(),
            sum: u128::from(sum),
        };
        if beyond >> BEYOND_BITS != 0 {
            all.one_by_one(spans);
        }
        all
    }

    /// The same for any spans.
    #[cold]
    fn one_by_one(&mut self, spans: &[SimDuration]) {
        self.sum = spans.iter().map(|span| u128::from(span.as_ps())).sum();
        for (span, bucket) in spans.iter().zip(&mut self.buckets) {
            *bucket = bucket_of(span.as_ns_rounded());
        }
    }

    /// The bucket of each span.
    #[inline(always)]
    pub fn buckets(&self) -> &[u16] {
        &self.buckets[..self.count]
    }

    /// The longest of `spans`, of which these are the buckets, if it is longer than `longest`.
    #[inline(always)]
    pub fn longer_than(&self, spans: &[SimDuration], longest: SimDuration) -> SimDuration {
        // Most are all in lower buckets, and of small numbers eight are compared at once.
        let highest = self.buckets().iter().copied().fold(0, u16::max);
        if highest < bucket_of(longest.as_ns_rounded()) {
            return longest;
        }
        spans.iter().copied().fold(longest, SimDuration::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bucket_holds_its_values(shift in 0u32..64, value in any::<u64>()) {
            let value = value >> shift;
            let (lowest, width) = lowest_of(bucket_of(value));
            prop_assert!(lowest <= value && value - lowest < width);
            prop_assert_eq!(bucket_of(value), bucket_by_highest_bit(value));
        }

        /// Twin: one value at a time, by whole numbers. Near the edges of buckets, where a rounding
        /// error would show, and over all magnitudes; most of them all in the range that has a fast
        /// way.
        #[test]
        fn many_spans_are_as_one_by_one(
            bits in prop_oneof![20u32..50, 0u32..64],
            spans in prop::collection::vec((0u32..30, any::<u64>(), -2i64..3), 0..AT_ONCE),
        ) {
            let span = |(shorter, value, off): (u32, u64, i64)| {
                let ps = (value | 1 << 63) >> (63 - bits.saturating_sub(shorter).max(bits.min(20)));
                let edge = (ps / 1000).saturating_mul(1000);
                let edge = edge.saturating_add(500).saturating_add_signed(off);
                SimDuration::from_ps(edge.min(u64::MAX - 500))
            };
            let spans: Vec<SimDuration> = spans.into_iter().map(span).collect();
            let at_once = Spans::of(&spans);
            let values = spans.iter().map(|span| bucket_by_highest_bit(span.as_ns_rounded()));
            prop_assert!(at_once.buckets().iter().copied().eq(values));
            prop_assert_eq!(at_once.sum, spans.iter().map(|span| u128::from(span.as_ps())).sum());
            let longest = SimDuration::from_ps(1 << bits.min(62));
            let all = spans.iter().copied().chain([longest]);
            prop_assert_eq!(Some(at_once.longer_than(&spans, longest)), all.max());
        }
    }

    /// Both ends of the range that has a fast way, and what is just outside.
    #[test]
    fn spans_at_the_edges() {
        for ps in [
            0,
            SHORTEST - 1,
            SHORTEST,
            SHORTEST + (1 << BEYOND_BITS) - 1,
            SHORTEST + (1 << BEYOND_BITS),
        ] {
            let span = SimDuration::from_ps(ps);
            let expected = bucket_by_highest_bit(span.as_ns_rounded());
            assert_eq!(Spans::of(&[span]).buckets(), [expected], "{ps} ps");
        }
    }
}
