//! From replications to an estimate with an interval.

mod difference;
mod multiple;
mod pairing;
mod ratio;
#[cfg(test)]
mod testing;

pub use difference::Difference;
pub use multiple::{holm, simultaneous_error};
pub use pairing::Pairing;
pub use ratio::ratio_half_width;
pub mod mser;
pub mod quantiles;
pub mod sequential;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Confidence of every interval in result files and plots.
pub const CONFIDENCE: f64 = 0.95;

/// Replications beyond which nobody is told to run more: an experiment file takes no more.
pub const REPLICATIONS_MAX: u64 = 10_000;

/// Arithmetic mean; `None` without values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Half width of the two-sided 95 % confidence interval of the mean of independent values, by
/// Student's t: t(0.975, n − 1)·s/√n. `None` for fewer than two values.
///
/// Replications are independent, so one value per replication meets the condition; packets within a
/// replication do not.
pub fn half_width(values: &[f64]) -> Option<f64> {
    half_width_at(values, CONFIDENCE)
}

/// The same with another `confidence`, above 0 and below 1.
pub fn half_width_at(values: &[f64], confidence: f64) -> Option<f64> {
    let standard_error = standard_error(values)?;
    Some(t_quantile(values.len() - 1, 0.5 + confidence / 2.0) * standard_error)
}

/// The same for a one-sided interval: the mean of independent values lies above their mean less
/// this with a confidence of 95 %, and below their mean plus this with the same.
pub fn one_sided_half_width(values: &[f64]) -> Option<f64> {
    let standard_error = standard_error(values)?;
    Some(t_quantile(values.len() - 1, CONFIDENCE) * standard_error)
}

/// How many independent values it would take for a half width below `wanted`, where `n` of them have
/// `half_width`, if their spread is what it seems to be; at most [`REPLICATIONS_MAX`].
pub fn values_for_half_width(half_width: f64, n: usize, wanted: f64) -> Option<u64> {
    if n < 2 {
        return None;
    }
    let probability = 0.5 + CONFIDENCE / 2.0;
    let deviation = half_width * (n as f64).sqrt() / t_quantile(n - 1, probability);
    smallest_of_replications(|n| {
        t_quantile(n as usize - 1, probability) * deviation / (n as f64).sqrt() < wanted
    })
}

/// The smallest number of replications from 2 to [`REPLICATIONS_MAX`] that `suffices`, as then every
/// larger one does; `None` if none does.
fn smallest_of_replications(suffices: impl Fn(u64) -> bool) -> Option<u64> {
    if !suffices(REPLICATIONS_MAX) {
        return None;
    }
    let (mut too_few, mut enough) = (1, REPLICATIONS_MAX);
    while enough - too_few > 1 {
        let middle = too_few.midpoint(enough);
        match suffices(middle) {
            true => enough = middle,
            false => too_few = middle,
        }
    }
    Some(enough)
}

/// Standard error of the mean of independent values; `None` for fewer than two.
fn standard_error(values: &[f64]) -> Option<f64> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (n - 1) as f64 / n as f64).sqrt())
}

/// Quantile of Student's t.
fn t_quantile(degrees_of_freedom: usize, probability: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees_of_freedom as f64)
        .expect("a standard t distribution has at least one degree of freedom")
        .inverse_cdf(probability)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: tables of Student's t, to ten digits.
    #[test]
    fn t_quantiles() {
        for (n, t) in [
            (5, 2.776_445_105_2),
            (10, 2.262_157_162_8),
            (20, 2.093_024_054_1),
        ] {
            let found = t_quantile(n - 1, 0.975);
            assert!((found - t).abs() < 1e-8, "{n}: {found}");
        }
        let one_sided = t_quantile(4, 0.95);
        assert!((one_sided - 2.131_846_786_3).abs() < 1e-8, "{one_sided}");
    }

    /// By hand: 1, 2, 3 have s = 1, so the half width is t(0.975, 2)/√3 = 4.302653/1.732051.
    #[test]
    fn half_width_of_three_values() {
        assert!((half_width(&[1.0, 2.0, 3.0]).unwrap() - 2.484_138).abs() < 1e-6);
        assert_eq!(half_width(&[1.0]), None);
        assert_eq!(half_width(&[4.0, 4.0]), Some(0.0));
        // t(0.95, 2)/√3 = 2.919986/1.732051.
        assert!((one_sided_half_width(&[1.0, 2.0, 3.0]).unwrap() - 1.685_854).abs() < 1e-6);
        assert_eq!(one_sided_half_width(&[1.0]), None);
    }

    /// Oracle: tables of t. A deviation of 1 has the half width t(n − 1)/√n: 1.0925 for 6 values
    /// (t = 2.5706 and 2.4495), 0.9248 for 7 (2.4469 and 2.6458).
    #[test]
    fn more_values_make_an_interval_as_narrow_as_wanted() {
        let of_four = 3.182_446 / 2.0;
        let values = |wanted| values_for_half_width(of_four, 4, wanted);
        assert_eq!(values(1.0), Some(7));
        assert_eq!(values(0.92), Some(8));
        assert_eq!(values(1.04), Some(7));
        assert_eq!(values(1.05), Some(6));
        // 1.96/√n < 0.1 needs 385 at least, and t is a little larger.
        assert_eq!(values(0.1), Some(387));
        assert_eq!(values(0.0), None);
        assert_eq!(values(1e-9), None);
        assert_eq!(values_for_half_width(1.0, 1, 0.5), None);
        // Another unit is the same question.
        assert_eq!(values_for_half_width(10.0 * of_four, 4, 10.0), Some(7));
        // Two values are enough to ask: a deviation of 1 again, as t is 12.7062.
        assert_eq!(
            values_for_half_width(12.706_205 / 2_f64.sqrt(), 2, 1.0),
            Some(7)
        );
        // Nothing is below zero, and nothing is known of an interval without ends.
        assert_eq!(values_for_half_width(0.0, 4, 0.1), Some(2));
        assert_eq!(values_for_half_width(0.0, 4, 0.0), None);
        assert_eq!(values_for_half_width(f64::INFINITY, 4, 1.0), None);
        assert_eq!(values_for_half_width(f64::NAN, 4, 1.0), None);
    }

    /// The interval covers the truth as often as it says: exactly so for normal values. 10,000
    /// samples of five; 95 % within 4.5 standard errors.
    #[test]
    fn the_interval_has_its_coverage() {
        use rand::distr::Distribution;
        use rand_distr::StandardNormal;
        let name = crate::engine::random::StreamName {
            seed: 1,
            replication: 0,
            component: "coverage",
            index: 0,
            purpose: "test",
        };
        let mut stream = name.stream();
        let n = 10_000;
        let covers = |_: &i32| {
            let sample: Vec<f64> = (0..5).map(|_| StandardNormal.sample(&mut stream)).collect();
            mean(&sample).unwrap().abs() <= half_width(&sample).unwrap()
        };
        let covered = (0..n).filter(covers).count() as f64 / f64::from(n);
        let standard_error = (CONFIDENCE * (1.0 - CONFIDENCE) / f64::from(n)).sqrt();
        assert!(
            (covered - CONFIDENCE).abs() < 4.5 * standard_error,
            "{covered}"
        );
    }
}
