//! Ratios of measurements that share their random numbers.

use std::collections::BTreeMap;

use super::tasks::TaskP99;
use crate::stats;

/// How many times larger one sweep point's value is than another's.
///
/// # Model
/// Replications of the same number share their random streams at every sweep point, so the ratio
/// is taken within each of them. What is reported is the geometric mean of these ratios with the
/// interval that Student's t gives for the mean of their logarithms: the ratio of the points
/// swapped is then exactly the inverse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Geometric mean over the replications.
    pub value: f64,
    /// Ends of the 95 % interval; `None` with fewer than two replications.
    pub interval: Option<(f64, f64)>,
}

impl Ratio {
    /// The ratio of `numerator` to `denominator` in the replications that have both above zero.
    pub(super) fn of_pairs(numerator: &TaskP99, denominator: &TaskP99) -> Option<Ratio> {
        let below: BTreeMap<u64, f64> = denominator.means_ns().collect();
        let pairs: Vec<(f64, f64)> = numerator
            .means_ns()
            .filter_map(|(replication, above)| Some((above, *below.get(&replication)?)))
            .collect();
        Ratio::of(&pairs)
    }

    /// The ratio of the first to the second value of each pair; of pairs with a zero there is none.
    pub fn of(pairs: &[(f64, f64)]) -> Option<Ratio> {
        let ratios = pairs.iter().map(|(above, below)| above / below);
        let logarithms: Vec<f64> = ratios
            .filter(|ratio| ratio.is_finite() && *ratio > 0.0)
            .map(f64::ln)
            .collect();
        let mean = stats::mean(&logarithms)?;
        let half_width = stats::half_width(&logarithms);
        Some(Ratio {
            value: mean.exp(),
            interval: half_width.map(|half| ((mean - half).exp(), (mean + half).exp())),
        })
    }

    /// Whether the interval reaches one: it is not sure which of the two is larger.
    pub fn is_undecided(&self) -> bool {
        let (low, high) = self.interval.unwrap_or((self.value, self.value));
        low <= 1.0 && high >= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p99(values: &[(u64, f64)]) -> TaskP99 {
        let mut p99 = TaskP99::default();
        for (replication, value) in values {
            p99.add(*replication, *value);
        }
        p99
    }

    /// Oracle: ratios 2 and 8 have the geometric mean 4; the mean of ln 2 and ln 8 has the standard
    /// error ln 2, and t(0.975, 1) = 12.706 by tables.
    #[test]
    fn pairs_are_formed_by_replication() {
        let above = p99(&[(0, 20.0), (1, 80.0), (2, 1.0)]);
        let below = p99(&[(1, 10.0), (0, 10.0)]);
        let ratio = Ratio::of_pairs(&above, &below).unwrap();
        assert!((ratio.value - 4.0).abs() < 1e-12);
        let (low, high) = ratio.interval.unwrap();
        let half = 12.706 * 2.0_f64.ln();
        assert!(((high / 4.0).ln() - half).abs() < 1e-3, "{high}");
        assert!((low * high - 16.0).abs() < 1e-9);
        assert!(ratio.is_undecided());
        let swapped = Ratio::of_pairs(&below, &above).unwrap();
        assert!((swapped.value - 0.25).abs() < 1e-12);
    }

    #[test]
    fn one_pair_has_no_interval_and_none_no_ratio() {
        let one = Ratio::of_pairs(&p99(&[(0, 3.0)]), &p99(&[(0, 2.0)])).unwrap();
        assert_eq!((one.value, one.interval), (1.5, None));
        assert!(!one.is_undecided());
        assert!(Ratio::of_pairs(&p99(&[(0, 3.0)]), &p99(&[(1, 2.0)])).is_none());
    }
}
