//! Text to quantity: `"10 ms"`, `"1500 B"`, `"25 Gbit/s"`, `"2000 packets/s"`.
//!
//! Decimal arithmetic, no floats: a text either stands for a whole number of picoseconds, bytes or
//! bit/s, or it is refused. A number without a unit is refused too.

use std::fmt;

use super::{Bytes, DataRate, PacketRate, SimDuration};

/// What a quantity measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// A span of time, in whole picoseconds.
    Duration,
    /// A number of bytes.
    Size,
    /// A transmission rate, in whole bit/s.
    DataRate,
    /// A rate of packets per second.
    PacketRate,
}

impl Quantity {
    /// Units with their factor to the smallest unit of the quantity (ps, B, bit/s, µpackets/s).
    const fn units(self) -> &'static [(&'static str, u128)] {
        match self {
            Quantity::Duration => &[
                ("ps", 1),
                ("ns", 1_000),
                ("us", 1_000_000),
                ("µs", 1_000_000),
                ("ms", 1_000_000_000),
                ("s", 1_000_000_000_000),
                ("min", 60_000_000_000_000),
                ("h", 3_600_000_000_000_000),
            ],
            Quantity::Size => &[
                ("B", 1),
                ("kB", 1_000),
                ("KiB", 1 << 10),
                ("MB", 1_000_000),
                ("MiB", 1 << 20),
                ("GB", 1_000_000_000),
                ("GiB", 1 << 30),
                ("TB", 1_000_000_000_000),
                ("TiB", 1 << 40),
            ],
            Quantity::DataRate => &[
                ("bit/s", 1),
                ("kbit/s", 1_000),
                ("Mbit/s", 1_000_000),
                ("Gbit/s", 1_000_000_000),
                ("Tbit/s", 1_000_000_000_000),
            ],
            Quantity::PacketRate => &[("packets/s", 1_000_000)],
        }
    }

    /// The quantity with its article, for messages: `a duration`.
    pub const fn noun(self) -> &'static str {
        match self {
            Quantity::Duration => "a duration",
            Quantity::Size => "a size",
            Quantity::DataRate => "a data rate",
            Quantity::PacketRate => "a packet rate",
        }
    }

    /// A well-formed example.
    pub const fn example(self) -> &'static str {
        match self {
            Quantity::Duration => "10 ms",
            Quantity::Size => "1500 B",
            Quantity::DataRate => "10 Gbit/s",
            Quantity::PacketRate => "2000 packets/s",
        }
    }

    /// The smallest unit that a text may resolve to.
    const fn resolution(self) -> &'static str {
        match self {
            Quantity::Duration => "1 ps",
            Quantity::Size => "1 B",
            Quantity::DataRate => "1 bit/s",
            Quantity::PacketRate => "0.000001 packets/s",
        }
    }

    /// The units a text of this quantity may end in, smallest first.
    pub fn unit_names(self) -> impl Iterator<Item = &'static str> {
        self.units()
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| name.is_ascii())
    }

    /// The quantity whose units include `unit`, if any.
    pub fn of_unit(unit: &str) -> Option<Quantity> {
        [
            Quantity::Duration,
            Quantity::Size,
            Quantity::DataRate,
            Quantity::PacketRate,
        ]
        .into_iter()
        .find(|quantity| quantity.units().iter().any(|(name, _)| *name == unit))
    }

    /// The quantity that the unit of `text` stands for, common other spellings (`Gbps`) included.
    pub fn meant_by(text: &str) -> Option<Quantity> {
        let (_, unit) = split(text);
        Quantity::of_unit(spelled_right(unit).unwrap_or(unit))
    }

    /// Value of `text` in SI base units (s, B, bit/s, packets/s), for axes and sorting, with the
    /// quantity its unit names; `None` if it is no quantity.
    pub fn parse_si(text: &str) -> Option<(f64, Quantity)> {
        let (_, unit) = split(text);
        let quantity = Quantity::of_unit(unit)?;
        let smallest = parse(quantity, text).ok()?;
        let scale = match quantity {
            Quantity::Duration => 1e12,
            Quantity::Size | Quantity::DataRate => 1.0,
            Quantity::PacketRate => 1e6,
        };
        Some((smallest as f64 / scale, quantity))
    }
}

/// Why a text is not the quantity that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseQuantityError {
    quantity: Quantity,
    text: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    NotANumber,
    Negative,
    NoUnit,
    UnknownUnit,
    OtherQuantity(Quantity),
    TooFine,
    TooLarge,
    Zero,
}

impl std::error::Error for ParseQuantityError {}

impl fmt::Display for ParseQuantityError {
    /// One sentence that says what is wrong with the text; the remedy is [`Self::remedy`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ParseQuantityError {
            quantity,
            text,
            reason,
        } = self;
        let noun = quantity.noun();
        match reason {
            Reason::NotANumber => write!(f, "`{text}` is not {noun}"),
            Reason::Negative => write!(f, "`{text}` is negative; {noun} is not"),
            Reason::NoUnit => write!(f, "`{text}` has no unit"),
            Reason::UnknownUnit => {
                write!(f, "`{}` is not a unit of {noun}", split(text).1)
            }
            Reason::OtherQuantity(other) => {
                write!(f, "`{text}` is {}, not {noun}", other.noun())
            }
            Reason::TooFine => {
                write!(
                    f,
                    "`{text}` is finer than {}, the resolution",
                    quantity.resolution()
                )
            }
            Reason::TooLarge => write!(f, "`{text}` is too large"),
            Reason::Zero => write!(f, "`{text}` is zero; {noun} here is above zero"),
        }
    }
}

impl ParseQuantityError {
    /// How to write it right.
    pub fn remedy(&self) -> String {
        let units = self.quantity.unit_names().collect::<Vec<_>>().join(", ");
        match (&self.reason, spelled_right(split(&self.text).1)) {
            (Reason::UnknownUnit, Some(right))
                if Quantity::of_unit(right) == Some(self.quantity) =>
            {
                format!("write \"{} {right}\"", split(&self.text).0)
            }
            (Reason::NoUnit, _) => {
                let unit = self
                    .quantity
                    .example()
                    .split_once(' ')
                    .map_or("", |(_, unit)| unit);
                format!(
                    "add a unit ({units}), for example \"{} {unit}\"",
                    self.text.trim()
                )
            }
            (Reason::TooFine | Reason::TooLarge, _) => {
                format!("write for example \"{}\"", self.quantity.example())
            }
            _ => format!(
                "write for example \"{}\" (units: {units})",
                self.quantity.example()
            ),
        }
    }
}

/// The unit that a common other spelling means.
fn spelled_right(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "bps" | "b/s" => "bit/s",
        "kbps" | "Kbps" | "kb/s" | "Kbit/s" => "kbit/s",
        "Mbps" | "mbps" | "Mb/s" | "mbit/s" | "Mbit" => "Mbit/s",
        "Gbps" | "gbps" | "Gb/s" | "gbit/s" | "Gbit" => "Gbit/s",
        "Tbps" | "tbps" | "Tb/s" => "Tbit/s",
        "pps" | "packet/s" | "pkt/s" | "pkts/s" | "packets/sec" | "messages/s" => "packets/s",
        "b" | "byte" | "bytes" => "B",
        "KB" | "kb" => "kB",
        "kib" | "kiB" | "Kib" => "KiB",
        "mb" => "MB",
        "mib" | "Mib" => "MiB",
        "gb" => "GB",
        "gib" | "Gib" => "GiB",
        "sec" | "secs" | "second" | "seconds" | "S" => "s",
        "msec" | "millis" => "ms",
        "usec" | "micros" => "us",
        "nsec" | "nanos" => "ns",
        "m" | "minute" | "minutes" => "min",
        "hour" | "hours" => "h",
        _ => return None,
    })
}

/// Number and unit of `text`, both trimmed; the unit starts at the first letter.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let unit_at = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    (text[..unit_at].trim_end(), &text[unit_at..])
}

/// `text` in the smallest unit of `quantity`, exactly.
fn parse(quantity: Quantity, text: &str) -> Result<u128, ParseQuantityError> {
    let error = |reason| ParseQuantityError {
        quantity,
        text: text.trim().to_owned(),
        reason,
    };
    let (number, unit) = split(text);
    let (number, negative) = match number.strip_prefix('-') {
        Some(rest) => (rest.trim_start(), true),
        None => (number, false),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || number.ends_with('.') {
        return Err(error(Reason::NotANumber));
    }
    if unit.is_empty() {
        return Err(error(Reason::NoUnit));
    }
    let Some((_, factor)) = quantity.units().iter().find(|(name, _)| *name == unit) else {
        return Err(error(match Quantity::of_unit(unit) {
            Some(other) => Reason::OtherQuantity(other),
            None => Reason::UnknownUnit,
        }));
    };
    if negative {
        return Err(error(Reason::Negative));
    }
    let fraction = fraction.trim_end_matches('0');
    let mantissa: u128 = format!("{whole}{fraction}")
        .parse()
        .map_err(|_| error(Reason::TooLarge))?;
    let scaled = mantissa
        .checked_mul(*factor)
        .ok_or_else(|| error(Reason::TooLarge))?;
    let divisor = u32::try_from(fraction.len())
        .ok()
        .and_then(|places| 10_u128.checked_pow(places))
        .ok_or_else(|| error(Reason::TooFine))?;
    if scaled % divisor != 0 {
        return Err(error(Reason::TooFine));
    }
    Ok(scaled / divisor)
}

fn parse_u64(quantity: Quantity, text: &str) -> Result<u64, ParseQuantityError> {
    u64::try_from(parse(quantity, text)?).map_err(|_| ParseQuantityError {
        quantity,
        text: text.trim().to_owned(),
        reason: Reason::TooLarge,
    })
}

fn zero(quantity: Quantity, text: &str) -> ParseQuantityError {
    ParseQuantityError {
        quantity,
        text: text.trim().to_owned(),
        reason: Reason::Zero,
    }
}

/// A duration, zero included: `"170 us"`.
///
/// # Errors
/// If the text is not a number with a unit of time, is negative, or is no whole number of ps.
pub fn parse_duration(text: &str) -> Result<SimDuration, ParseQuantityError> {
    parse_u64(Quantity::Duration, text).map(SimDuration::from_ps)
}

/// A size above zero: `"1500 B"`, `"1 MiB"`; `kB` is 1000 bytes, `KiB` 1024.
///
/// # Errors
/// If the text is not a number with a unit of size, is negative or zero, or is no whole number of
/// bytes.
pub fn parse_bytes(text: &str) -> Result<Bytes, ParseQuantityError> {
    match parse_u64(Quantity::Size, text)? {
        0 => Err(zero(Quantity::Size, text)),
        bytes => Ok(Bytes::new(bytes)),
    }
}

/// A data rate above zero: `"10 Gbit/s"`.
///
/// # Errors
/// If the text is not a number with a unit of bit/s, is negative or zero, or is no whole number
/// of bit/s.
pub fn parse_data_rate(text: &str) -> Result<DataRate, ParseQuantityError> {
    let bits_per_s = parse_u64(Quantity::DataRate, text)?;
    DataRate::new(bits_per_s).ok_or_else(|| zero(Quantity::DataRate, text))
}

/// A packet rate above zero: `"2000 packets/s"`.
///
/// # Errors
/// If the text is not a number of packets/s, is negative or zero, or has more than 6 decimals.
pub fn parse_packet_rate(text: &str) -> Result<PacketRate, ParseQuantityError> {
    let micro = parse(Quantity::PacketRate, text)?;
    PacketRate::new(micro as f64 / 1e6).ok_or_else(|| zero(Quantity::PacketRate, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_texts_are_exact() {
        for (text, ps) in [
            ("10 ms", 10_000_000_000),
            ("5.12 ns", 5_120),
            ("0 s", 0),
            ("1ps", 1),
            ("  1.50  s ", 1_500_000_000_000),
            ("2 min", 120_000_000_000_000),
            ("3 µs", 3_000_000),
        ] {
            assert_eq!(parse_duration(text), Ok(SimDuration::from_ps(ps)), "{text}");
        }
        assert_eq!(parse_bytes("3.3 MB"), Ok(Bytes::new(3_300_000)));
        assert_eq!(parse_bytes("1 MiB"), Ok(Bytes::new(1 << 20)));
        assert_eq!(
            parse_data_rate("0.781 Gbit/s").unwrap().bits_per_s(),
            781_000_000
        );
        assert_eq!(parse_packet_rate("0.5 packets/s").unwrap().per_s(), 0.5);
    }

    #[test]
    fn bad_texts_say_what_is_wrong_and_how_to_write_it() {
        let cases: [(Quantity, &str, &str, &str); 11] = [
            (
                Quantity::Duration,
                "10",
                "`10` has no unit",
                "for example \"10 ms\"",
            ),
            (Quantity::Duration, "-1 ms", "negative", "\"10 ms\""),
            (Quantity::Duration, "fast", "is not a duration", "\"10 ms\""),
            (Quantity::Duration, "1.5 ps", "finer than 1 ps", "\"10 ms\""),
            (
                Quantity::Duration,
                "1. ms",
                "is not a duration",
                "\"10 ms\"",
            ),
            (
                Quantity::Duration,
                "99999999999 s",
                "too large",
                "\"10 ms\"",
            ),
            (
                Quantity::DataRate,
                "10 Gbps",
                "`Gbps` is not a unit",
                "write \"10 Gbit/s\"",
            ),
            (Quantity::DataRate, "0 Gbit/s", "is zero", "\"10 Gbit/s\""),
            (
                Quantity::DataRate,
                "10 ms",
                "is a duration, not a data rate",
                "\"10 Gbit/s\"",
            ),
            (Quantity::Size, "1.5 B", "finer than 1 B", "\"1500 B\""),
            (
                Quantity::PacketRate,
                "5 pps",
                "`pps` is not a unit",
                "write \"5 packets/s\"",
            ),
        ];
        for (quantity, text, message, remedy) in cases {
            let error = match quantity {
                Quantity::Duration => parse_duration(text).unwrap_err(),
                Quantity::Size => parse_bytes(text).unwrap_err(),
                Quantity::DataRate => parse_data_rate(text).unwrap_err(),
                Quantity::PacketRate => parse_packet_rate(text).unwrap_err(),
            };
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert!(
                error.remedy().contains(remedy),
                "{text}: {}",
                error.remedy()
            );
        }
    }

    #[test]
    fn a_misspelled_unit_still_names_its_quantity() {
        assert_eq!(Quantity::meant_by("10 Gbps"), Some(Quantity::DataRate));
        assert_eq!(Quantity::meant_by("5 pps"), Some(Quantity::PacketRate));
        assert_eq!(Quantity::meant_by("5 parsec"), None);
    }

    #[test]
    fn si_values_name_their_quantity() {
        assert_eq!(
            Quantity::parse_si("100 Mbit/s"),
            Some((1e8, Quantity::DataRate))
        );
        assert_eq!(
            Quantity::parse_si("250 us"),
            Some((2.5e-4, Quantity::Duration))
        );
        assert_eq!(Quantity::parse_si("bridge"), None);
    }
}
