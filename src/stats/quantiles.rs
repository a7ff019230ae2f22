//! What a sample says about a quantile without any law: ranks of its order statistics.

use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, Normal};

/// Above this variance of the number of values below a quantile, its law is taken as normal: ranks
/// are then right to about one in some sixty, and the binomial law can no longer be summed exactly.
const VARIANCE_EXACT: f64 = 1000.0;

/// Ranks, from 1, of the order statistics between which the `q` quantile of the distribution lies
/// with at least `confidence`, each end with half of the risk; `None` where the sample of `n` is too
/// small to have one below and one above.
///
/// The number of values below the quantile is binomial: the lower rank is the largest l with
/// P(B < l) ≤ α/2, the upper one the smallest u with P(B ≥ u) ≤ α/2 (David and Nagaraja 2003, §7.1).
/// That holds for independent values. Sojourn times come in busy periods, so the interval is too
/// narrow where the load is high, and the one over replications is the one to believe.
pub fn rank_interval(n: u64, q: f64, confidence: f64) -> Option<(u64, u64)> {
    let risk = (1.0 - confidence) / 2.0;
    let variance = n as f64 * q * (1.0 - q);
    if variance > VARIANCE_EXACT {
        let reach = Normal::standard().inverse_cdf(1.0 - risk) * variance.sqrt();
        let middle = n as f64 * q + 0.5;
        let (lower, upper) = ((middle - reach).floor(), (middle + reach).ceil());
        return Some((lower as u64, (upper as u64).min(n)));
    }
    let below = Binomial::new(q, n).ok()?;
    // The smallest l₀ with P(B ≤ l₀) > α/2 is the largest l with P(B ≤ l − 1) ≤ α/2.
    let lower = first(0, n, |k| below.cdf(k) > risk)?;
    let upper = first(1, n, |u| 1.0 - below.cdf(u - 1) <= risk)?;
    (lower >= 1).then_some((lower, upper))
}

/// The smallest number of `low..=high` for which `holds`, which holds for all above it.
fn first(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if low > high || !holds(high) {
        return None;
    }
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: tables of the sign test (the 2nd and the 9th of ten values hold the median with 97.9 %),
    /// and for a million values the normal approximation: 1000 ± 1.96·31.6 lie beyond p99.9.
    #[test]
    fn ranks_of_known_samples() {
        assert_eq!(rank_interval(10, 0.5, 0.95), Some((2, 9)));
        assert_eq!(
            rank_interval(1_000_000, 0.999, 0.95),
            Some((998_938, 999_062))
        );
        // The normal law: 99 000 000 ± 1.959964·994.987, and half a rank.
        assert_eq!(
            rank_interval(100_000_000, 0.99, 0.95),
            Some((98_998_050, 99_001_951))
        );
    }

    /// Oracle: (1 − α)-statements by the largest value need P(all below) = qⁿ ≤ α/2, and the lower
    /// end exists long before: n = ln 0.025 / ln 0.99 = 367.04 and 3687.
    #[test]
    fn small_samples_have_no_upper_end() {
        assert_eq!(rank_interval(367, 0.99, 0.95), None);
        let (_, upper) = rank_interval(368, 0.99, 0.95).unwrap();
        assert_eq!(upper, 368);
        assert_eq!(rank_interval(3687, 0.999, 0.95), None);
        assert!(rank_interval(3688, 0.999, 0.95).is_some());
        assert_eq!(rank_interval(0, 0.5, 0.95), None);
    }

    /// The interval holds the quantile as often as it says, by summing the binomial law itself:
    /// P(l ≤ B < u) is at least 95 %, and with either end one rank further in, less.
    #[test]
    fn ranks_are_the_closest_that_hold() {
        for (n, q) in [(40, 0.5), (400, 0.9), (1000, 0.99), (50_000, 0.999)] {
            let (lower, upper) = rank_interval(n, q, 0.95).unwrap();
            let below = Binomial::new(q, n).unwrap();
            let under = |k: u64| k.checked_sub(1).map_or(0.0, |k| below.cdf(k));
            assert!(under(upper) - under(lower) >= 0.95, "{n} {q}");
            assert!(under(lower + 1) > 0.025, "{n} {q}");
            assert!(1.0 - under(upper - 1) > 0.025, "{n} {q}");
        }
    }

    /// By hand: the smallest and the largest of three values miss the median with 1/8 each.
    #[test]
    fn a_risk_that_is_met_exactly_is_met() {
        assert_eq!(rank_interval(3, 0.5, 0.75), Some((1, 3)));
        assert_eq!(rank_interval(3, 0.5, 0.76), None);
    }

    #[test]
    fn the_first_of_a_range_is_found_at_its_ends() {
        assert_eq!(first(3, 3, |_| true), Some(3));
        assert_eq!(first(3, 3, |_| false), None);
        assert_eq!(first(1, 0, |_| true), None);
        assert_eq!(first(1, 9, |k| k >= 1), Some(1));
        assert_eq!(first(1, 9, |k| k >= 9), Some(9));
    }
}
