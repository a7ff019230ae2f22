//! Units: one per axis, chosen from a typical value.

use crate::units::Quantity;

/// What an axis measures, by the unit of its values in result files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// Time in nanoseconds.
    Nanoseconds,
    /// Time in seconds.
    Seconds,
    /// Rate in bit/s.
    BitsPerSecond,
    /// Rate in packets/s.
    PacketsPerSecond,
    /// Size in bytes.
    Bytes,
    /// A count of packets.
    Packets,
    /// A share of one, shown in percent.
    Share,
    /// A number without a unit.
    Plain,
}

impl From<Quantity> for Dimension {
    fn from(quantity: Quantity) -> Self {
        match quantity {
            Quantity::Duration => Dimension::Seconds,
            Quantity::Size => Dimension::Bytes,
            Quantity::DataRate => Dimension::BitsPerSecond,
            Quantity::PacketRate => Dimension::PacketsPerSecond,
        }
    }
}

/// A unit that numbers are shown in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unit {
    /// As printed; empty for a plain number.
    pub(crate) name: &'static str,
    /// How many of it are one base unit of the dimension.
    pub(crate) per_base: f64,
}

impl Dimension {
    /// Units with their size in base units, smallest first.
    const fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Dimension::Nanoseconds => &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)],
            Dimension::Seconds => &[("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)],
            Dimension::BitsPerSecond => &[
                ("bit/s", 1.0),
                ("kbit/s", 1e3),
                ("Mbit/s", 1e6),
                ("Gbit/s", 1e9),
                ("Tbit/s", 1e12),
            ],
            Dimension::PacketsPerSecond => &[("packets/s", 1.0)],
            Dimension::Bytes => &[("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)],
            Dimension::Packets => &[("packets", 1.0)],
            Dimension::Share => &[("%", 1e-2)],
            Dimension::Plain => &[("", 1.0)],
        }
    }

    /// The largest unit that a typical value holds at least one of; else the smallest.
    pub(crate) fn unit_for(self, typical: f64) -> Unit {
        let units = self.units();
        let held = units.iter().rev().find(|(_, size)| typical.abs() >= *size);
        let (name, size) = *held.unwrap_or(&units[0]);
        Unit {
            name,
            per_base: 1.0 / size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_fits_a_typical_value() {
        let name = |dimension: Dimension, typical| dimension.unit_for(typical).name;
        assert_eq!(name(Dimension::Nanoseconds, 999.0), "ns");
        assert_eq!(name(Dimension::Nanoseconds, 1_000.0), "µs");
        assert_eq!(name(Dimension::Nanoseconds, 0.0), "ns");
        assert_eq!(name(Dimension::BitsPerSecond, 4e8), "Mbit/s");
        assert_eq!(name(Dimension::Share, 1e-9), "%");
    }
}
