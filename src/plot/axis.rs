//! Axes: what a scale maps, in which unit, with which label.

mod number;
mod ticks;
mod unit;

pub(super) use number::{format_number, format_significant};
pub(super) use ticks::{Direction, Tick, label_center};
pub(super) use unit::{Dimension, Unit};

/// How values become positions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Equal differences are equally far apart.
    Linear {
        /// At the start.
        low: f64,
        /// At the end; above `low`.
        high: f64,
    },
    /// Equal ratios are equally far apart.
    Log {
        /// At the start; above zero.
        low: f64,
        /// At the end; above `low`.
        high: f64,
    },
    /// Quantiles by their nines, −log₁₀(1 − q), from 0: each nine takes the same room.
    Nines {
        /// At the end; above zero.
        high: f64,
    },
}

impl Scale {
    /// Where `value` lies: 0 at the start, 1 at the end. Values off the scale are put on its end.
    pub(super) fn position(self, value: f64) -> f64 {
        let position = match self {
            Scale::Linear { low, high } => (value - low) / (high - low),
            Scale::Log { low, high } => {
                (value.max(low * 1e-9) / low).log10() / (high / low).log10()
            }
            Scale::Nines { high } => value / high,
        };
        position.clamp(0.0, 1.0)
    }

    /// A logarithmic scale around `values`, or `None` if none is above zero. A span under a
    /// factor of two is widened, so that noise does not look like an effect.
    pub(super) fn log_around(values: impl Iterator<Item = f64>) -> Option<Scale> {
        let (low, high) = extent(values.filter(|value| *value > 0.0))?;
        let (low, high) = if high / low < 2.0 {
            let middle = (low * high).sqrt();
            (middle / 1.5, middle * 1.5)
        } else {
            (low, high)
        };
        let air = (high / low).powf(0.06);
        Some(Scale::Log {
            low: low / air,
            high: high * air,
        })
    }

    /// A linear scale from zero to a little above the largest of `values`.
    pub(super) fn from_zero(values: impl Iterator<Item = f64>) -> Option<Scale> {
        let (_, high) = extent(values)?;
        let high = if high > 0.0 { high * 1.06 } else { 1.0 };
        Some(Scale::Linear { low: 0.0, high })
    }
}

/// Smallest and largest of `values`, or `None` if there is none.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |extent, value| match extent {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// The middle one of `values`, for the choice of a unit; `None` if there is none.
pub(super) fn typical(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// An axis: scale, unit and label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// What is shown, without the unit.
    pub(super) label: String,
    /// The one unit of its numbers.
    pub(super) unit: Unit,
    /// Maps values, which are in base units, to positions.
    pub(super) scale: Scale,
    /// Values that deserve a tick: those that were swept. May be empty.
    pub(super) swept: Vec<f64>,
}

impl Axis {
    /// An axis without preferred ticks.
    pub(super) fn new(label: impl Into<String>, unit: Unit, scale: Scale) -> Self {
        Axis {
            label: label.into(),
            unit,
            scale,
            swept: Vec::new(),
        }
    }

    /// The label with the unit in brackets.
    pub(super) fn title(&self) -> String {
        if self.unit.name.is_empty() || self.label.is_empty() {
            return self.label.clone();
        }
        format!("{} ({})", self.label, self.unit.name)
    }

    /// `value` as a number in the axis's unit, rounded for reading, with the unit.
    pub(super) fn describe(&self, value: f64) -> String {
        let number = format_significant(value * self.unit.per_base, 3);
        if self.unit.name.is_empty() {
            number
        } else {
            format!("{number} {}", self.unit.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_map_their_ends_to_zero_and_one() {
        let log = Scale::Log {
            low: 1.0,
            high: 100.0,
        };
        assert_eq!(log.position(10.0), 0.5);
        assert_eq!(log.position(0.0), 0.0);
        assert_eq!(log.position(1e9), 1.0);
        let nines = Scale::Nines { high: 4.0 };
        assert_eq!(nines.position(3.0), 0.75);
    }

    #[test]
    fn a_narrow_logarithmic_range_is_widened() {
        let Some(Scale::Log { low, high }) = Scale::log_around([100.0, 101.0].into_iter()) else {
            panic!("values above zero have a logarithmic scale");
        };
        assert!(high / low > 2.0);
        assert_eq!(Scale::log_around([0.0].into_iter()), None);
    }

    #[test]
    fn the_typical_value_is_the_median() {
        assert_eq!(typical([1e9, 3.0, 2.0].into_iter()), Some(3.0));
        assert_eq!(typical([].into_iter()), None);
    }
}
