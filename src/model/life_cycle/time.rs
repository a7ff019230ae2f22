//! Times drawn by their laws.

use rand::distr::Distribution;
use rand_distr::{Exp1, StandardNormal};

use crate::engine::random::Stream;
use crate::scenario::TimeLaw;
use crate::units::SimDuration;

/// The 99th percentile of a standard normal variable.
const Z_99: f64 = 2.326_347_874_040_841;

/// Longer than any trial, and short enough that two of them can be added.
const LONGEST: SimDuration = SimDuration::from_s(100 * 24 * 3600);

/// A time by `law`, to the nearest picosecond.
pub(super) fn draw(law: TimeLaw, stream: &mut Stream) -> SimDuration {
    let ps = match law {
        TimeLaw::Fixed(time) => return time.min(LONGEST),
        TimeLaw::Exponential { mean } => {
            let unit: f64 = Exp1.sample(stream);
            unit * mean.as_ps() as f64
        }
        TimeLaw::LogNormal { median, p99 } => {
            let median = median.as_ps() as f64;
            let sigma = (p99.as_ps() as f64 / median).ln() / Z_99;
            let normal: f64 = StandardNormal.sample(stream);
            median * (sigma * normal).exp()
        }
    };
    // A cast beyond the range of time saturates.
    SimDuration::from_ps(ps.round() as u64).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::StreamName;

    fn sorted(law: TimeLaw, n: usize) -> Vec<f64> {
        let name = StreamName {
            seed: 1,
            replication: 0,
            component: "api",
            index: 0,
            purpose: "pull",
        };
        let mut stream = name.stream();
        let mut times: Vec<f64> = (0..n)
            .map(|_| draw(law, &mut stream).as_s_lossy())
            .collect();
        times.sort_by(f64::total_cmp);
        times
    }

    /// Oracle: the two quantiles that the law is given by. The share of n = 40,000 draws below a
    /// quantile q is q within 4.5 standard errors √(q(1 − q)/n).
    #[test]
    fn a_log_normal_time_has_the_quantiles_it_was_given_by() {
        let law = TimeLaw::LogNormal {
            median: SimDuration::from_s(10),
            p99: SimDuration::from_s(60),
        };
        let n = 40_000;
        let times = sorted(law, n);
        for (q, value) in [(0.5, 10.0), (0.99, 60.0)] {
            let share = times.partition_point(|time| *time < value) as f64 / n as f64;
            let error = (q * (1.0 - q) / n as f64).sqrt();
            assert!((share - q).abs() < 4.5 * error, "{share} below {value} s");
        }
    }

    /// Oracle: an exponential time of mean 2 s has mean and deviation 2 s, so squares have the mean
    /// 8 s² and the deviation √(24 − 4)·4 s².
    #[test]
    fn an_exponential_time_has_its_moments() {
        let n = 40_000;
        let mean = SimDuration::from_s(2);
        let times = sorted(TimeLaw::Exponential { mean }, n);
        let root_n = (n as f64).sqrt();
        let sum: f64 = times.iter().sum();
        assert!((sum / n as f64 - 2.0).abs() < 4.5 * 2.0 / root_n, "{sum}");
        let squares: f64 = times.iter().map(|time| time * time).sum();
        let error = 20_f64.sqrt() * 4.0 / root_n;
        assert!((squares / n as f64 - 8.0).abs() < 4.5 * error, "{squares}");
    }

    /// A median and a p99 that are equal leave no room for chance.
    #[test]
    fn a_log_normal_time_without_spread_is_fixed() {
        let time = SimDuration::from_s(3);
        let law = TimeLaw::LogNormal {
            median: time,
            p99: time,
        };
        assert_eq!(sorted(law, 10), [3.0; 10]);
        assert_eq!(sorted(TimeLaw::Fixed(time), 2), [3.0; 2]);
    }
}
