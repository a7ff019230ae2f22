//! The x axis of a sweep.

use super::super::name::capitalized;
use crate::plot::axis::{Axis, Dimension, Scale, extent, typical};

/// The x axis of a sweep: its places in order.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plot) enum Abscissa {
    /// A swept key whose values are numbers, in ascending order.
    Numeric {
        /// The key in words.
        name: String,
        /// What it measures.
        dimension: Dimension,
        /// Values in base units, and as written.
        values: Vec<(f64, String)>,
    },
    /// A swept key whose values are words, in file order.
    Category {
        /// The key in words.
        name: String,
        /// As written.
        values: Vec<String>,
    },
    /// Nothing but series and facets is swept.
    Single,
}

impl Abscissa {
    /// Number of places.
    pub(in crate::plot) fn len(&self) -> usize {
        match self {
            Abscissa::Numeric { values, .. } => values.len(),
            Abscissa::Category { values, .. } => values.len(),
            Abscissa::Single => 1,
        }
    }

    /// The axis of a swept number: logarithmic if that spreads the values more evenly.
    pub(in crate::plot) fn axis(&self) -> Option<Axis> {
        let Abscissa::Numeric {
            name,
            dimension,
            values,
        } = self
        else {
            return None;
        };
        let swept: Vec<f64> = values.iter().map(|(value, _)| *value).collect();
        let (low, high) = extent(swept.iter().copied())?;
        let tightest = |map: fn(f64) -> f64| {
            let gaps = swept.windows(2).map(|pair| map(pair[1]) - map(pair[0]));
            gaps.fold(f64::INFINITY, f64::min) / (map(high) - map(low))
        };
        let logarithmic = low > 0.0 && tightest(f64::log10) > 1.5 * tightest(|v| v);
        let scale = if logarithmic {
            Scale::Log { low, high }
        } else {
            Scale::Linear { low, high }
        };
        let unit = dimension.unit_for(typical(swept.iter().copied())?);
        let mut axis = Axis::new(capitalized(name), unit, scale);
        axis.swept = swept;
        Some(axis)
    }

    /// The swept key in words; empty if there is none.
    pub(in crate::plot) fn name(&self) -> &str {
        match self {
            Abscissa::Numeric { name, .. } | Abscissa::Category { name, .. } => name,
            Abscissa::Single => "",
        }
    }
}
