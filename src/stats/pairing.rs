//! What common random numbers bring: how alike the values of a pair are.

use super::mean;

/// How alike the values of pairs are, and what that saves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pairing {
    /// Pearson's correlation between first and second values; `None` if either are all the same.
    pub correlation: Option<f64>,
    /// How many times more independent replications an interval of the same width would take:
    /// (s₁² + s₂²)/s² of the differences. Below one where pairing does harm; `None` if the
    /// differences do not vary.
    pub variance_reduction: Option<f64>,
}

impl Pairing {
    /// Of `pairs`; `None` for fewer than two.
    pub fn of(pairs: &[(f64, f64)]) -> Option<Pairing> {
        if pairs.len() < 2 {
            return None;
        }
        let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let (mean_1, mean_2) = (mean(&first)?, mean(&second)?);
        // Of squares and products about the means; their common divisor cancels.
        let sum = |of: fn(f64, f64) -> f64| -> f64 {
            let about = pairs.iter().map(|(a, b)| (a - mean_1, b - mean_2));
            about.map(|(a, b)| of(a, b)).sum()
        };
        let squares_1 = sum(|a, _| a * a);
        let squares_2 = sum(|_, b| b * b);
        let products = sum(|a, b| a * b);
        let differences = sum(|a, b| (b - a) * (b - a));
        let correlation = products / (squares_1 * squares_2).sqrt();
        let reduction = (squares_1 + squares_2) / differences;
        Some(Pairing {
            correlation: Some(correlation).filter(|value| value.is_finite()),
            variance_reduction: Some(reduction).filter(|value| value.is_finite()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::SLEEP;
    use super::*;

    /// Oracle: `cor` of R on Student's sleep data is 0.7951702; by hand, from the variances
    /// 3.200556 and 4.009 and that of the differences, 1.512889: 7.209556/1.512889 = 4.765423.
    #[test]
    fn of_students_sleep() {
        let pairing = Pairing::of(&SLEEP).unwrap();
        assert!((pairing.correlation.unwrap() - 0.795_170_2).abs() < 5e-8);
        let reduction = pairing.variance_reduction.unwrap();
        assert!((reduction - 4.765_423).abs() < 5e-6, "{reduction}");
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        let same = Pairing::of(&[(1.0, 2.0), (1.0, 3.0)]).unwrap();
        assert_eq!(same.correlation, None);
        assert_eq!(same.variance_reduction, Some(1.0));
        let equal = Pairing::of(&[(1.0, 1.0), (2.0, 2.0)]).unwrap();
        assert_eq!(equal.variance_reduction, None);
        assert_eq!(Pairing::of(&[(1.0, 1.0)]), None);
    }
}
