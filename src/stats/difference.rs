//! The difference between two means, from replications that are paired or independent.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{mean, smallest_of_replications};

/// The mean of second values less that of first values, with what an interval needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The estimate.
    pub value: f64,
    spread: Spread,
}

/// Sample variances, and of how many values each.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spread {
    /// Of the differences within pairs.
    Paired(Sample),
    /// Of the first and of the second values.
    Independent(Sample, Sample),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample {
    variance: f64,
    n: f64,
}

impl Sample {
    /// `None` for fewer than two values.
    fn of(values: &[f64]) -> Option<Sample> {
        let mean = mean(values).filter(|_| values.len() > 1)?;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let n = values.len() as f64;
        Some(Sample {
            variance: squares / (n - 1.0),
            n,
        })
    }

    /// Of the mean.
    fn squared_error(self) -> f64 {
        self.variance / self.n
    }

    fn of_size(self, n: f64) -> Sample {
        Sample { n, ..self }
    }
}

impl Difference {
    /// From pairs of a first and a second value, such as two modes under the same traffic: the pairs
    /// are independent of each other, the values of a pair need not be. `None` for fewer than two.
    pub fn paired(pairs: &[(f64, f64)]) -> Option<Difference> {
        let differences: Vec<f64> = pairs.iter().map(|(first, second)| second - first).collect();
        Some(Difference {
            value: mean(&differences)?,
            spread: Spread::Paired(Sample::of(&differences)?),
        })
    }

    /// From values that have nothing to do with each other. `None` for fewer than two of either.
    ///
    /// # Source
    /// Welch, "The generalization of Student's problem when several different population variances
    /// are involved", Biometrika 1947; the degrees of freedom are those of Satterthwaite, 1946.
    pub fn independent(first: &[f64], second: &[f64]) -> Option<Difference> {
        let spread = Spread::Independent(Sample::of(first)?, Sample::of(second)?);
        let value = mean(second)? - mean(first)?;
        Some(Difference { value, spread })
    }

    /// Standard error of the estimate.
    pub fn standard_error(&self) -> f64 {
        self.spread.squared_error().sqrt()
    }

    /// The two-sided interval that misses the true difference with probability `error`, by
    /// Student's t.
    pub fn interval(&self, error: f64) -> (f64, f64) {
        let half_width = self.spread.half_width(error);
        (self.value - half_width, self.value + half_width)
    }

    /// Probability of an estimate at least as far from zero if the true difference were zero.
    pub fn p_value(&self) -> f64 {
        let standard_error = self.standard_error();
        if standard_error == 0.0 {
            return if self.value == 0.0 { 1.0 } else { 0.0 };
        }
        let t = self.value.abs() / standard_error;
        (2.0 * student(self.spread.degrees_of_freedom()).sf(t)).min(1.0)
    }

    /// Replications, of each where they are independent, with which an interval of this `error` would
    /// be at most `half_width` to each side, if the variances are what they seem to be. `None` if
    /// that is more than 10,000.
    pub fn replications_for(&self, half_width: f64, error: f64) -> Option<u64> {
        smallest_of_replications(|n| self.spread.of_size(n as f64).half_width(error) <= half_width)
    }
}

impl Spread {
    fn of_size(self, n: f64) -> Spread {
        match self {
            Spread::Paired(differences) => Spread::Paired(differences.of_size(n)),
            Spread::Independent(a, b) => Spread::Independent(a.of_size(n), b.of_size(n)),
        }
    }

    fn squared_error(self) -> f64 {
        match self {
            Spread::Paired(differences) => differences.squared_error(),
            Spread::Independent(a, b) => a.squared_error() + b.squared_error(),
        }
    }

    fn degrees_of_freedom(self) -> f64 {
        match self {
            Spread::Paired(differences) => differences.n - 1.0,
            Spread::Independent(a, b) => {
                let part = |sample: Sample| sample.squared_error().powi(2) / (sample.n - 1.0);
                self.squared_error().powi(2) / (part(a) + part(b))
            }
        }
    }

    fn half_width(self, error: f64) -> f64 {
        let standard_error = self.squared_error().sqrt();
        if standard_error == 0.0 {
            return 0.0;
        }
        let t = student(self.degrees_of_freedom()).inverse_cdf(1.0 - error / 2.0);
        t * standard_error
    }
}

fn student(degrees_of_freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, degrees_of_freedom).expect("two values leave a degree of freedom")
}

#[cfg(test)]
mod tests {
    use super::super::testing::SLEEP;
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!(
            (found - expected).abs() < tolerance,
            "{found}, not {expected}"
        );
    }

    /// Oracle: `t.test` of R on these data, as its help page shows them.
    #[test]
    fn students_sleep_paired() {
        let difference = Difference::paired(&SLEEP).unwrap();
        near(difference.value, 1.58, 1e-12);
        near(difference.value / difference.standard_error(), 4.0621, 5e-5);
        let (low, high) = difference.interval(0.05);
        near(low, 0.700_114_2, 5e-7);
        near(high, 2.459_885_8, 5e-7);
        near(difference.p_value(), 0.002_833, 5e-7);
        assert_eq!(Difference::paired(&SLEEP[..1]), None);
    }

    /// Oracle: the same, taken for twenty patients.
    #[test]
    fn students_sleep_by_welch() {
        let (first, second): (Vec<f64>, Vec<f64>) = SLEEP.into_iter().unzip();
        let difference = Difference::independent(&first, &second).unwrap();
        near(difference.value / difference.standard_error(), 1.8608, 5e-5);
        near(difference.spread.degrees_of_freedom(), 17.776, 5e-4);
        let (low, high) = difference.interval(0.05);
        near(low, -0.205_483_2, 5e-7);
        near(high, 3.365_483_2, 5e-7);
        near(difference.p_value(), 0.079_39, 5e-6);
        assert_eq!(Difference::independent(&first[..1], &second), None);
    }

    /// Oracle: with one degree of freedom t is Cauchy, so t(1 − e/2) = tan(π(1 − e)/2); with nine,
    /// 4.780912586 by tables.
    #[test]
    fn quantiles_far_out() {
        for error in [0.05_f64, 1e-3, 1e-5] {
            let t = (std::f64::consts::FRAC_PI_2 * (1.0 - error)).tan();
            let found = student(1.0).inverse_cdf(1.0 - error / 2.0);
            assert!((found / t - 1.0).abs() < 1e-6, "{error}: {found}, not {t}");
        }
        near(student(9.0).inverse_cdf(0.9995), 4.780_912_586, 1e-6);
    }

    /// By hand: a standard deviation and a mean of 1. With seven replications the half width is
    /// t(0.975, 6)/√7 = 2.446912/2.645751 = 0.925, with six 2.570582/2.449490 = 1.049.
    #[test]
    fn replications_until_an_interval_is_narrow() {
        let difference = Difference {
            value: 1.0,
            spread: Spread::Paired(Sample {
                variance: 1.0,
                n: 3.0,
            }),
        };
        assert_eq!(difference.replications_for(1.0, 0.05), Some(7));
        assert_eq!(difference.replications_for(0.925, 0.05), Some(7));
        assert_eq!(difference.replications_for(1e-3, 0.05), None);
    }

    #[test]
    fn without_spread_the_interval_is_a_point() {
        let same = Difference::paired(&[(1.0, 3.0), (2.0, 4.0)]).unwrap();
        assert_eq!(same.interval(1e-6), (2.0, 2.0));
        assert_eq!(same.p_value(), 0.0);
        let none = Difference::independent(&[1.0, 1.0], &[1.0, 1.0, 1.0]).unwrap();
        assert_eq!((none.interval(0.05), none.p_value()), ((0.0, 0.0), 1.0));
    }

    /// Both intervals cover the truth as often as they say: of normal values exactly so if paired,
    /// and to within a few tenths of a per cent by Welch. 10,000 samples, within 4.5 standard errors
    /// and, for Welch with these sizes and variances, 0.5 %.
    #[test]
    fn the_intervals_have_their_coverage() {
        use rand::distr::Distribution;
        use rand_distr::StandardNormal;
        let name = crate::engine::random::StreamName {
            seed: 1,
            replication: 0,
            component: "coverage",
            index: 0,
            purpose: "differences",
        };
        let mut stream = name.stream();
        let mut normal = || -> f64 { StandardNormal.sample(&mut stream) };
        let (n, error) = (10_000, 0.05);
        let (mut paired, mut independent) = (0, 0);
        for _ in 0..n {
            let pairs: Vec<(f64, f64)> = (0..5)
                .map(|_| {
                    let common = normal();
                    (common + 0.3 * normal(), 1.0 + 2.0 * common)
                })
                .collect();
            let covers = |difference: Difference| {
                let (low, high) = difference.interval(error);
                (low..=high).contains(&1.0)
            };
            paired += u32::from(covers(Difference::paired(&pairs).unwrap()));
            let first: Vec<f64> = (0..8).map(|_| normal()).collect();
            let second: Vec<f64> = (0..12).map(|_| 1.0 + 3.0 * normal()).collect();
            independent += u32::from(covers(Difference::independent(&first, &second).unwrap()));
        }
        let tolerance = 4.5 * (error * (1.0 - error) / f64::from(n)).sqrt();
        near(f64::from(paired) / f64::from(n), 1.0 - error, tolerance);
        let welch = f64::from(independent) / f64::from(n);
        near(welch, 1.0 - error, tolerance + 0.005);
    }
}
