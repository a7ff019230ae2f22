//! Quantities whose type is their unit: time, data, rates.
//!
//! Simulated time is whole picoseconds, because a 64-byte frame at 100 Gbit/s lasts 5.12 ns and
//! would not fit whole nanoseconds; 2⁶⁴ ps are about 213 days. An instant ([`SimTime`]) and a span
//! ([`SimDuration`]) are different types: adding two instants does not compile. Sizes are bytes,
//! data rates whole bit/s. `f64` appears only where a rate of *random* events is described
//! ([`PacketRate`]); it is turned into picoseconds before it becomes an instant.
//!
//! What does not belong here: anything that knows packets, queues or files.

mod parse;

pub use parse::{
    ParseQuantityError, Quantity, parse_bytes, parse_data_rate, parse_duration, parse_packet_rate,
};

use std::fmt;
use std::num::NonZeroU64;
use std::ops::{Add, AddAssign};

/// Picoseconds in a second.
pub const PS_PER_S: u64 = 1_000_000_000_000;

/// An instant of simulated time [ps since the trial's start].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(u64);

impl SimTime {
    /// The start of every trial.
    pub const ZERO: SimTime = SimTime(0);
    /// Later than any event of a trial.
    pub const MAX: SimTime = SimTime(u64::MAX);

    /// The instant `ps` picoseconds after the start.
    pub const fn from_ps(ps: u64) -> Self {
        SimTime(ps)
    }

    /// Picoseconds since the start.
    pub const fn as_ps(self) -> u64 {
        self.0
    }

    /// The span from `earlier` to `self`.
    ///
    /// # Panics
    /// If `earlier` is later: a model bug.
    #[inline]
    pub fn since(self, earlier: SimTime) -> SimDuration {
        assert!(earlier.0 <= self.0, "{earlier:?} is later than {self:?}");
        SimDuration(self.0 - earlier.0)
    }

    /// The span from `earlier` to `self`, or zero if `earlier` is later.
    #[inline]
    pub const fn saturating_since(self, earlier: SimTime) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }

    /// The instant `span` after `self`, or the end of all time if that would lie beyond it.
    #[inline]
    pub const fn saturating_add(self, span: SimDuration) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }

    /// The instant `span` before `self`, or the trial's start if that would lie before it.
    #[inline]
    pub const fn saturating_sub(self, span: SimDuration) -> SimTime {
        SimTime(self.0.saturating_sub(span.0))
    }
}

impl Add<SimDuration> for SimTime {
    type Output = SimTime;

    /// # Panics
    /// Beyond 2⁶⁴ ps (213 days).
    #[inline]
    fn add(self, span: SimDuration) -> SimTime {
        SimTime(
            self.0
                .checked_add(span.0)
                .expect("a trial is limited to 213 simulated days"),
        )
    }
}

impl AddAssign<SimDuration> for SimTime {
    #[inline]
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SimDuration(self.0).fmt(f)
    }
}

/// A span of simulated time \[ps\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(u64);

impl SimDuration {
    /// No time at all.
    pub const ZERO: SimDuration = SimDuration(0);

    /// A span of `ps` picoseconds.
    pub const fn from_ps(ps: u64) -> Self {
        SimDuration(ps)
    }

    /// A span of `ns` nanoseconds.
    pub const fn from_ns(ns: u64) -> Self {
        SimDuration(ns * 1_000)
    }

    /// A span of `us` microseconds.
    pub const fn from_us(us: u64) -> Self {
        SimDuration(us * 1_000_000)
    }

    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: u64) -> Self {
        SimDuration(ms * 1_000_000_000)
    }

    /// A span of `s` seconds.
    pub const fn from_s(s: u64) -> Self {
        SimDuration(s * PS_PER_S)
    }

    /// Picoseconds.
    pub const fn as_ps(self) -> u64 {
        self.0
    }

    /// Seconds, for statistics and plots only.
    pub fn as_s_lossy(self) -> f64 {
        self.0 as f64 / PS_PER_S as f64
    }

    /// Nanoseconds, rounded to the nearest; halves up. The unit of every histogram.
    #[inline]
    pub const fn as_ns_rounded(self) -> u64 {
        (self.0 + 500) / 1_000
    }

    /// `self − other`, or zero if that is negative.
    #[inline]
    pub const fn saturating_sub(self, other: SimDuration) -> SimDuration {
        SimDuration(self.0.saturating_sub(other.0))
    }

    /// Whether the span is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for SimDuration {
    type Output = SimDuration;

    /// # Panics
    /// Beyond 2⁶⁴ ps (213 days).
    #[inline]
    fn add(self, other: SimDuration) -> SimDuration {
        SimDuration(
            self.0
                .checked_add(other.0)
                .expect("a span is limited to 213 days"),
        )
    }
}

impl AddAssign for SimDuration {
    #[inline]
    fn add_assign(&mut self, other: SimDuration) {
        *self = *self + other;
    }
}

impl fmt::Display for SimDuration {
    /// The span in the largest unit that keeps it exact: `12.5 us`, `1 s`, `0 ps`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 5] = [
            (PS_PER_S, "s"),
            (1_000_000_000, "ms"),
            (1_000_000, "us"),
            (1_000, "ns"),
            (1, "ps"),
        ];
        let (scale, unit) = UNITS
            .into_iter()
            .find(|(scale, _)| self.0 >= *scale)
            .unwrap_or(UNITS[4]);
        write_scaled(f, self.0, scale, unit)
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(u64);

impl Bytes {
    /// No bytes.
    pub const ZERO: Bytes = Bytes(0);

    /// `bytes` bytes.
    pub const fn new(bytes: u64) -> Self {
        Bytes(bytes)
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Bytes {
    /// Decimal units where they are exact: `1500 B`, `3.3 MB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [
            (1_000_000_000, "GB"),
            (1_000_000, "MB"),
            (100_000, "kB"),
            (1, "B"),
        ];
        let (scale, unit) = UNITS
            .into_iter()
            .find(|(scale, _)| self.0 >= *scale)
            .unwrap_or(UNITS[3]);
        let scale = if scale == 100_000 { 1_000 } else { scale };
        write_scaled(f, self.0, scale, unit)
    }
}

/// A transmission rate [bit/s]; never zero, so that no transmission time is infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataRate(NonZeroU64);

impl DataRate {
    /// A rate of `bits_per_s` bit/s; `None` if that is zero.
    pub const fn new(bits_per_s: u64) -> Option<Self> {
        match NonZeroU64::new(bits_per_s) {
            Some(rate) => Some(DataRate(rate)),
            None => None,
        }
    }

    /// The rate in bit/s.
    pub const fn bits_per_s(self) -> u64 {
        self.0.get()
    }

    /// An equal share of this rate among `n`, rounded down to a whole bit/s but never to zero.
    pub fn share_of(self, n: NonZeroU64) -> DataRate {
        DataRate(NonZeroU64::new(self.0.get() / n.get()).unwrap_or(NonZeroU64::MIN))
    }

    /// Time to transmit `size`, rounded up to a whole picosecond so that no packet train can beat
    /// the rate.
    ///
    /// One byte lasts a whole number of picoseconds at 1, 10, 25, 40, 50, 100, 200, 400 and
    /// 800 Gbit/s, so standard rates never round.
    ///
    /// # Panics
    /// If the time exceeds 2⁶⁴ ps (213 days).
    #[inline]
    pub fn transmission_time(self, size: Bytes) -> SimDuration {
        let bits_ps = u128::from(size.0) * 8 * u128::from(PS_PER_S);
        let ps = match u64::try_from(bits_ps) {
            Ok(small) => small.div_ceil(self.0.get()),
            Err(_) => u64::try_from(bits_ps.div_ceil(u128::from(self.0.get())))
                .expect("a transmission time is limited to 213 days"),
        };
        SimDuration(ps)
    }
}

impl fmt::Display for DataRate {
    /// The rate in the largest unit that keeps it short: `750 Mbit/s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 5] = [
            (1_000_000_000_000, "Tbit/s"),
            (1_000_000_000, "Gbit/s"),
            (1_000_000, "Mbit/s"),
            (1_000, "kbit/s"),
            (1, "bit/s"),
        ];
        let value = self.0.get();
        let (scale, unit) = UNITS
            .into_iter()
            .find(|(scale, _)| value >= *scale)
            .unwrap_or(UNITS[4]);
        write_scaled(f, value, scale, unit)
    }
}

/// A rate of packets [packets/s], finite and above zero.
///
/// The only rate that is not an integer: it parametrizes random gaps, which are rounded to
/// picoseconds one by one, and packet clocks, which keep their remainder.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct PacketRate(f64);

impl PacketRate {
    /// A rate of `per_s` packets/s; `None` unless that is finite and above zero.
    pub fn new(per_s: f64) -> Option<Self> {
        (per_s.is_finite() && per_s > 0.0).then_some(PacketRate(per_s))
    }

    /// Packets/s.
    pub const fn per_s(self) -> f64 {
        self.0
    }

    /// The mean gap between packets \[ps\], not rounded.
    pub fn mean_gap_ps(self) -> f64 {
        PS_PER_S as f64 / self.0
    }
}

impl fmt::Display for PacketRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} packets/s", self.0)
    }
}

/// Writes `value / scale` exactly, without trailing zeros, and the unit.
fn write_scaled(f: &mut fmt::Formatter<'_>, value: u64, scale: u64, unit: &str) -> fmt::Result {
    let whole = value / scale;
    let rest = value % scale;
    if rest == 0 {
        return write!(f, "{whole} {unit}");
    }
    let digits = scale.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    write!(f, "{whole}.{} {unit}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_lasts_whole_picoseconds_at_every_standard_rate() {
        for (gbit, ps) in [
            (1, 8000),
            (10, 800),
            (25, 320),
            (40, 200),
            (100, 80),
            (800, 10),
        ] {
            let rate = DataRate::new(gbit * 1_000_000_000).unwrap();
            assert_eq!(
                rate.transmission_time(Bytes::new(1)),
                SimDuration::from_ps(ps)
            );
            assert_eq!(
                rate.transmission_time(Bytes::new(1500)),
                SimDuration::from_ps(ps * 1500)
            );
        }
    }

    #[test]
    fn transmission_time_rounds_up() {
        let third = DataRate::new(3).unwrap();
        assert_eq!(
            third.transmission_time(Bytes::new(1)).as_ps(),
            2_666_666_666_667
        );
    }

    #[test]
    fn transmission_time_is_exact_where_the_product_leaves_64_bits() {
        // 50 GB × 8 × 10¹² ps/s needs 79 bits; at 1 Gbit/s it lasts 400 s.
        let rate = DataRate::new(1_000_000_000).unwrap();
        assert_eq!(
            rate.transmission_time(Bytes::new(50_000_000_000)),
            SimDuration::from_s(400)
        );
    }

    #[test]
    fn quantities_print_in_the_unit_a_reader_expects() {
        assert_eq!(SimDuration::from_ps(5120).to_string(), "5.12 ns");
        assert_eq!(SimDuration::ZERO.to_string(), "0 ps");
        assert_eq!(SimDuration::from_us(170).to_string(), "170 us");
        assert_eq!(Bytes::new(1500).to_string(), "1500 B");
        assert_eq!(Bytes::new(3_300_000).to_string(), "3.3 MB");
        assert_eq!(
            DataRate::new(750_000_000).unwrap().to_string(),
            "750 Mbit/s"
        );
    }

    #[test]
    #[should_panic(expected = "is later than")]
    fn a_negative_span_is_a_model_bug() {
        let _ = SimTime::from_ps(1).since(SimTime::from_ps(2));
    }
}
