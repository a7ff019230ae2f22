//! A histogram of whole numbers with a relative resolution of 0.1 %.

mod decode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram as HdrHistogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer, V2Serializer};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use decode::DIGITS;

/// Counts of values, exact up to 2,047 and in buckets no wider than a thousandth of the value
/// above; wraps an HDR histogram of three significant digits.
///
/// It grows with the range of the values, never with their number, and no value is out of range.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram(HdrHistogram<u64>);

/// The same counts in about two bytes for each bucket that has some, for keeping many of them.
#[derive(Clone, Debug)]
pub struct PackedHistogram(Vec<u8>);

impl PackedHistogram {
    /// The histogram that was packed.
    pub fn unpack(&self) -> Histogram {
        let hdr = Deserializer::new().deserialize(&mut &self.0[..]);
        let mut hdr = hdr.expect("what was packed can be unpacked");
        hdr.auto(true);
        Histogram(hdr)
    }
}

/// A text that is no histogram.
#[derive(Debug, thiserror::Error)]
pub enum HistogramError {
    /// Not base64.
    #[error("not base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// Not HdrHistogram's V2 format.
    #[error("not a V2 histogram: {0}")]
    Format(#[from] hdrhistogram::serialization::DeserializeError),
    /// Compressed, but not by zlib.
    #[error("not compressed by zlib: {0}")]
    Compression(std::io::Error),
    /// Longer or shorter than it says.
    #[error("not of the length that it states")]
    Length,
    /// Of buckets that are none of a [`Histogram`].
    #[error("its buckets are not those of three significant digits from 1")]
    Resolution,
    /// Counts that cannot be added up.
    #[error("more values than a simulation can have")]
    Counts,
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl Histogram {
    /// An empty histogram.
    pub fn new() -> Self {
        Histogram(HdrHistogram::new(DIGITS).expect("three digits are within the allowed 0..=5"))
    }

    /// Counts `value` once.
    #[inline]
    pub fn record(&mut self, value: u64) {
        self.0
            .record(value)
            .expect("an automatically growing histogram takes every value");
    }

    /// Counts `value` `times` times.
    pub fn record_n(&mut self, value: u64, times: u64) {
        self.0
            .record_n(value, times)
            .expect("an automatically growing histogram takes every value");
    }

    /// Adds all counts of `other`.
    pub fn merge(&mut self, other: &Histogram) {
        self.0
            .add(&other.0)
            .expect("an automatically growing histogram takes every value");
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The value below or at which a fraction `q` of all values lie: value number ⌈q·n⌉ in rising
    /// order, taken as the middle of its bucket. `None` if the histogram is empty.
    ///
    /// The middle, not the upper end, so that quantiles are not biased upwards.
    ///
    /// # Panics
    /// If `q` is not within 0 and 1.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        assert!((0.0..=1.0).contains(&q), "{q} is not a quantile");
        if self.0.is_empty() {
            return None;
        }
        let value = self.0.value_at_quantile(q);
        let low = self.0.lowest_equivalent(value);
        let high = self.0.highest_equivalent(value);
        Some(low as f64 + (high - low) as f64 / 2.0)
    }

    /// Number of values in buckets below that of `value`, and in that bucket.
    pub fn counts_up_to(&self, value: f64) -> (u64, u64) {
        let value = value as u64;
        let within = self.0.count_at(value);
        (self.0.count_between(0, value) - within, within)
    }

    /// The same counts, packed.
    pub fn packed(&self) -> PackedHistogram {
        let mut bytes = Vec::new();
        V2Serializer::new()
            .serialize(&self.to_hdr(), &mut bytes)
            .expect("writing to memory does not fail");
        PackedHistogram(bytes)
    }

    /// The buckets that hold counts, in rising order: middle of the bucket and count.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.0.iter_recorded().map(|bucket| {
            let value = bucket.value_iterated_to();
            let (low, high) = (
                self.0.lowest_equivalent(value),
                self.0.highest_equivalent(value),
            );
            (
                low as f64 + (high - low) as f64 / 2.0,
                bucket.count_at_value(),
            )
        })
    }

    /// The histogram for writers of its file formats: the same counts in a histogram of just
    /// their range, so that its bytes do not tell in which order the values came.
    pub fn to_hdr(&self) -> HdrHistogram<u64> {
        let mut hdr = HdrHistogram::new_with_bounds(1, self.0.max().max(2), DIGITS)
            .expect("three digits are within the allowed 0..=5");
        hdr.add(&self.0).expect("the largest value is within range");
        hdr
    }

    /// The wrapped histogram, for readers that draw it.
    pub fn into_hdr(self) -> HdrHistogram<u64> {
        self.0
    }

    /// HdrHistogram's V2 format, compressed, as base64: lossless.
    pub fn to_base64(&self) -> String {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&self.to_hdr(), &mut bytes)
            .expect("writing to memory does not fail");
        STANDARD.encode(bytes)
    }

    /// The inverse of [`Self::to_base64`].
    ///
    /// # Errors
    /// If `text` is not base64 or not of that format, or holds what no simulation counts.
    pub fn from_base64(text: &str) -> Result<Self, HistogramError> {
        let bytes = STANDARD.decode(text)?;
        let mut hdr = decode::decode(&bytes)?;
        hdr.auto(true);
        Ok(Histogram(hdr))
    }
}

impl Serialize for Histogram {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Histogram::from_base64(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Twin: the sorted values. Rank ⌈q·n⌉, and the middle of a bucket no wider than a
        /// thousandth of the value.
        #[test]
        fn quantiles_are_within_half_a_bucket_of_the_sorted_values(
            mut values in prop::collection::vec(0u64..1_000_000_000, 1..200),
            q in 0.0f64..=1.0,
        ) {
            let mut histogram = Histogram::new();
            values.iter().for_each(|v| histogram.record(*v));
            values.sort_unstable();
            let rank = ((q * values.len() as f64).ceil() as usize).clamp(1, values.len());
            let exact = values[rank - 1] as f64;
            let quantile = histogram.quantile(q).unwrap();
            prop_assert!((quantile - exact).abs() <= exact / 2000.0 + 0.5, "{} {}", quantile, exact);
        }

        #[test]
        fn text_keeps_every_count(values in prop::collection::vec(0u64..u64::MAX / 4, 0..100)) {
            let mut histogram = Histogram::new();
            values.iter().for_each(|v| histogram.record(*v));
            let copy = Histogram::from_base64(&histogram.to_base64()).unwrap();
            prop_assert!(histogram.buckets().eq(copy.buckets()));
            prop_assert!(histogram.buckets().eq(histogram.packed().unpack().buckets()));
        }

        /// Twin: the sorted values, up to the end of the bucket.
        #[test]
        fn counts_up_to_a_quantile_are_those_of_the_values(
            values in prop::collection::vec(0u64..1_000_000, 1..200),
            q in 0.0f64..=1.0,
        ) {
            let mut histogram = Histogram::new();
            values.iter().for_each(|v| histogram.record(*v));
            let at = histogram.quantile(q).unwrap();
            let half = (at / 2000.0).max(0.5);
            let within = values.iter().filter(|v| (**v as f64 - at).abs() <= half).count() as u64;
            let below = values.iter().filter(|v| **v as f64 <= at - half).count() as u64;
            let (found_below, found_within) = histogram.counts_up_to(at);
            let rank = q * values.len() as f64;
            prop_assert!(found_below >= below && found_within <= within, "{}", at);
            prop_assert!(found_below as f64 <= rank && rank <= (found_below + found_within) as f64);
        }
    }

    #[test]
    fn the_order_of_values_does_not_show_in_the_bytes() {
        let of = |values: &[u64]| {
            let mut histogram = Histogram::new();
            values.iter().for_each(|v| histogram.record(*v));
            histogram.to_base64()
        };
        assert_eq!(of(&[5, 70_000, 3_000_000]), of(&[3_000_000, 5, 70_000]));
        assert_eq!(of(&[2080]), of(&[2081]), "they share a bucket");
    }

    #[test]
    fn an_empty_histogram_has_no_quantile() {
        assert_eq!(Histogram::new().quantile(0.5), None);
    }

    #[test]
    fn small_counts_have_the_rank_they_should() {
        let mut one = Histogram::new();
        one.record(7);
        assert_eq!(one.quantile(0.0), Some(7.0));
        assert_eq!(one.quantile(1.0), Some(7.0));
        let mut hundred = Histogram::new();
        (1..=100).for_each(|v| hundred.record(v));
        assert_eq!(hundred.quantile(0.99), Some(99.0));
        assert_eq!(hundred.quantile(0.5), Some(50.0));
    }
}
