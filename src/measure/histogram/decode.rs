//! From the bytes of HdrHistogram's V2 format to a histogram, whatever the bytes are.
//!
//! The decoder of the crate believes what the bytes say of themselves: a file with a flipped bit can
//! make it reserve four gigabytes, or hold more counts than a sum of them can. So the bytes are
//! unpacked and looked at first.

use std::io::Read;

use flate2::read::ZlibDecoder;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;

use super::HistogramError;

/// First bytes of the compressed format; behind them the length and the zlib stream.
const COMPRESSED: [u8; 4] = 0x1c84_9314_u32.to_be_bytes();

/// Bytes in front of the counts: magic number, length of the counts, normalizing offset, digits,
/// lowest and highest value, ratio.
const HEADER: usize = 40;

/// Significant digits of the histograms of this crate.
pub(super) const DIGITS: u8 = 3;

/// Most bytes of a histogram, many times what all values of 64 bits take with three digits.
const BYTES_MAX: u64 = 1 << 24;

/// Most values in a histogram, so that sums over thousands of replications stay below 2⁶⁴, and
/// more than a computer counts in a lifetime of simulations.
const VALUES_MAX: u64 = 1 << 50;

/// Decodes a histogram, compressed or not.
///
/// # Errors
/// If `bytes` hold something else.
pub(super) fn decode(bytes: &[u8]) -> Result<Histogram<u64>, HistogramError> {
    let mut unpacked = Vec::new();
    let plain = match bytes.strip_prefix(&COMPRESSED) {
        Some(rest) => {
            let stream = rest.get(4..).ok_or(HistogramError::Length)?;
            let mut stream = ZlibDecoder::new(stream).take(BYTES_MAX);
            stream
                .read_to_end(&mut unpacked)
                .map_err(HistogramError::Compression)?;
            &unpacked[..]
        }
        None => bytes,
    };
    check(plain)?;
    let histogram: Histogram<u64> = Deserializer::new().deserialize(&mut &plain[..])?;
    // Counts of coarser buckets could not be added to others without moving them.
    let is_ours = histogram.sigfig() == DIGITS && histogram.low() == 1;
    is_ours
        .then_some(histogram)
        .ok_or(HistogramError::Resolution)
}

/// Whether a decoder may believe what `plain` says of its length and its counts.
fn check(plain: &[u8]) -> Result<(), HistogramError> {
    let counts = plain.get(HEADER..).ok_or(HistogramError::Length)?;
    let stated = u32::from_be_bytes([plain[4], plain[5], plain[6], plain[7]]);
    if usize::try_from(stated) != Ok(counts.len()) {
        return Err(HistogramError::Length);
    }
    let mut values = 0_u64;
    let mut rest = counts;
    while let Some(number) = next_number(&mut rest) {
        // Zigzag: even numbers are counts, odd ones say how many buckets are empty.
        let magnitude = (number >> 1) + (number & 1);
        if magnitude > VALUES_MAX {
            return Err(HistogramError::Counts);
        }
        if number & 1 == 0 {
            values += magnitude;
        }
        if values > VALUES_MAX {
            return Err(HistogramError::Counts);
        }
    }
    match rest {
        [] => Ok(()),
        _ => Err(HistogramError::Length),
    }
}

/// Takes a number off `bytes`: seven bits in each of up to eight bytes, least significant first,
/// all with the highest bit set but the last; a ninth byte has eight. `None` if it does not end.
fn next_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (place, byte) in bytes.iter().take(9).enumerate() {
        let is_last = place == 8 || byte & 0x80 == 0;
        let bits = if place == 8 { *byte } else { byte & 0x7f };
        number |= u64::from(bits) << (7 * place);
        if is_last {
            *bytes = &bytes[place + 1..];
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::{Serializer, V2DeflateSerializer, V2Serializer};

    use super::*;

    fn plain(values: &[(u64, u64)]) -> Vec<u8> {
        let mut histogram = Histogram::<u64>::new(3).unwrap();
        for (value, times) in values {
            histogram.record_n(*value, *times).unwrap();
        }
        let mut bytes = Vec::new();
        V2Serializer::new()
            .serialize(&histogram, &mut bytes)
            .unwrap();
        bytes
    }

    fn refusal(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().to_string()
    }

    #[test]
    fn both_formats_are_read() {
        let values = [(1, 3), (70_000, 1), (1 << 40, VALUES_MAX - 4)];
        let bytes = plain(&values);
        let histogram = decode(&bytes).unwrap();
        assert_eq!(histogram.len(), VALUES_MAX);
        let mut compressed = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&histogram, &mut compressed)
            .unwrap();
        assert_eq!(decode(&compressed).unwrap(), histogram);
    }

    /// Found by fuzzing: counts that add up to more than 2⁶⁴ made a quantile overflow.
    #[test]
    fn too_many_values_are_refused() {
        let bytes = plain(&[(1, VALUES_MAX), (2, 1)]);
        assert!(refusal(&bytes).contains("more values than"));
        // Nine bytes of ones: −2⁶³ empty buckets.
        let mut bytes = plain(&[]);
        bytes.extend([0xff; 9]);
        let length = u32::try_from(bytes.len() - HEADER).unwrap();
        bytes[4..8].copy_from_slice(&length.to_be_bytes());
        assert!(refusal(&bytes).contains("more values than"));
    }

    /// Found by fuzzing: merged with a histogram from 1, counts of one from 180 moved.
    #[test]
    fn other_buckets_are_refused() {
        for (lowest, digits) in [(180, 3), (1, 2), (1, 4)] {
            let mut histogram = Histogram::<u64>::new_with_bounds(lowest, 1 << 20, digits).unwrap();
            histogram.record(70_000).unwrap();
            let mut bytes = Vec::new();
            V2Serializer::new()
                .serialize(&histogram, &mut bytes)
                .unwrap();
            assert!(refusal(&bytes).contains("three significant digits from 1"));
        }
    }

    /// A length of four gigabytes in a file of fifty bytes.
    #[test]
    fn a_wrong_length_is_refused() {
        let mut bytes = plain(&[(1, 1)]);
        bytes[4] = 0xff;
        assert!(refusal(&bytes).contains("length"));
        assert!(refusal(&bytes[..HEADER - 1]).contains("length"));
        // A last number that does not end.
        let mut bytes = plain(&[(1, 1)]);
        *bytes.last_mut().unwrap() |= 0x80;
        assert!(refusal(&bytes).contains("length"));
        assert!(refusal(&COMPRESSED).contains("length"));
        let nothing = [&COMPRESSED[..], &[0; 9]].concat();
        assert!(refusal(&nothing).contains("not compressed"));
    }
}
