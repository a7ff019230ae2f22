//! What is known of the quantiles of the sojourn time, and how well.

use super::metric::{Estimate, Metric};
use crate::measure::Histogram;
use crate::stats::CONFIDENCE;
use crate::stats::quantiles::rank_interval;
use crate::warning::{ENOUGH_BEYOND, Warning};

/// The quantiles of the summary.
pub(super) const QUANTILES: [(Metric, f64); 4] = [
    (Metric::SojournP50, 0.5),
    (Metric::SojournP90, 0.9),
    (Metric::SojournP99, 0.99),
    (Metric::SojournP999, 0.999),
];

/// A quantile of a task group at a sweep point.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantileRow {
    /// Name of the task group.
    pub task_group: String,
    /// Which quantile: 0.99.
    pub quantile: f64,
    /// Its value in the merged histogram \[ns\].
    pub value_ns: Option<f64>,
    /// Packets in that histogram.
    pub samples: u64,
    /// Packets that should lie beyond the quantile.
    pub beyond: u64,
    /// 95 % interval from how the part of packets below it differs between replications \[ns\]. `None`
    /// with fewer than two of them, or if they cannot tell where it ends.
    pub over_replications: Option<(f64, f64)>,
    /// 95 % interval by the ranks of the merged sample \[ns\]: right for independent packets, too
    /// narrow where those beyond the quantile come in busy periods, and so a lower bound. `None` if
    /// the sample is too small to have one.
    pub of_ranks: Option<(f64, f64)>,
    /// Why not to rely on it.
    pub doubt: Option<Warning>,
}

/// Packets of `samples` that should lie beyond the `quantile`.
fn beyond(samples: u64, quantile: f64) -> u64 {
    // The difference may be a last bit short.
    (samples as f64 * (1.0 - quantile) + 1e-6) as u64
}

/// The quantiles of the task group of this name, of which `merged` has all sojourn times and
/// `estimate` knows a value and its interval over so many `replications` \[ns\].
pub fn rows(
    task_group: &str,
    replications: usize,
    merged: &Histogram,
    estimate: impl Fn(Metric) -> Option<Estimate>,
) -> Vec<QuantileRow> {
    let samples = merged.count();
    // The value of a rank; half a rank less, so that rounding cannot lead to the next one.
    let at = |rank: u64| merged.quantile((rank as f64 - 0.5) / samples as f64);
    let row = |(metric, quantile): (Metric, f64)| {
        let found = estimate(metric);
        let ranks = rank_interval(samples, quantile, CONFIDENCE);
        let beyond = beyond(samples, quantile);
        let too_few = samples > 0 && (beyond < ENOUGH_BEYOND || ranks.is_none());
        let over_replications = found.and_then(|estimate| estimate.interval);
        let (group, percentile) = (task_group.to_owned(), quantile * 100.0);
        let doubt = if too_few {
            Some(Warning::TooFewSamples {
                group,
                percentile,
                beyond,
            })
        } else if found.is_some() && replications > 1 && over_replications.is_none() {
            Some(Warning::NoInterval { group, percentile })
        } else {
            None
        };
        QuantileRow {
            task_group: task_group.to_owned(),
            quantile,
            value_ns: found.map(|estimate| estimate.value),
            samples,
            beyond,
            over_replications,
            of_ranks: ranks.and_then(|(low, high)| Some((at(low)?, at(high)?))),
            doubt,
        }
    };
    QUANTILES.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: std::ops::RangeInclusive<u64>) -> Histogram {
        let mut histogram = Histogram::new();
        values.for_each(|value| histogram.record(value));
        histogram
    }

    /// Oracle: the values 1 to n are their own ranks, and the histogram is exact below 2,048. Ranks by
    /// the normal law: 1000 ± 1.96·√(2000/4) and half a rank.
    #[test]
    fn intervals_of_a_known_sample() {
        let rows = rows("a", 2, &histogram(1..=2000), |_| {
            Some(Estimate::symmetric(1000.0, Some(20.0)))
        });
        let median = &rows[0];
        assert_eq!(median.quantile, 0.5);
        assert_eq!((median.samples, median.beyond), (2000, 1000));
        assert_eq!(median.over_replications, Some((980.0, 1020.0)));
        assert_eq!(median.of_ranks, Some((956.0, 1045.0)));
        assert_eq!(median.doubt, None);
    }

    #[test]
    fn too_few_samples_are_never_silent() {
        let doubts = |n: u64| {
            let rows = rows("a", 1, &histogram(1..=n), |_| {
                Some(Estimate::symmetric(1.0, None))
            });
            let doubted = rows.into_iter().filter(|row| row.doubt.is_some());
            doubted.map(|row| row.quantile).collect::<Vec<_>>()
        };
        assert_eq!(doubts(199), [0.5, 0.9, 0.99, 0.999]);
        assert_eq!(doubts(1000), [0.99, 0.999]);
        assert_eq!(doubts(10_000), [0.999]);
        assert_eq!(doubts(100_000), [] as [f64; 0]);
        // Nothing delivered is a doubt of its own.
        assert_eq!(doubts(0), [] as [f64; 0]);
    }

    /// With one replication nothing has an interval, which is no news.
    #[test]
    fn a_quantile_that_replications_do_not_agree_on_is_doubted() {
        let doubt = |replications| {
            let estimate = |_| Some(Estimate::symmetric(1.0, None));
            let rows = rows("a", replications, &histogram(1..=1000), estimate);
            rows.into_iter().next().and_then(|row| row.doubt)
        };
        let (group, percentile) = ("a".to_owned(), 50.0);
        assert_eq!(doubt(2), Some(Warning::NoInterval { group, percentile }));
        assert_eq!(doubt(1), None);
    }
}
