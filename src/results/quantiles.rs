//! What is known of the quantiles of the sojourn time, and how well.

use super::metric::Metric;
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
    /// 95 % interval by Student's t over the quantile of each replication alone \[ns\].
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
/// `estimate` knows a value and the half width of its interval \[ns\].
pub fn rows(
    task_group: &str,
    merged: &Histogram,
    estimate: impl Fn(Metric) -> Option<(f64, Option<f64>)>,
) -> Vec<QuantileRow> {
    let samples = merged.count();
    // The value of a rank; half a rank less, so that rounding cannot lead to the next one.
    let at = |rank: u64| merged.quantile((rank as f64 - 0.5) / samples as f64);
    let row = |(metric, quantile): (Metric, f64)| {
        let found = estimate(metric);
        let ranks = rank_interval(samples, quantile, CONFIDENCE);
        let beyond = beyond(samples, quantile);
        let too_few = samples > 0 && (beyond < ENOUGH_BEYOND || ranks.is_none());
        QuantileRow {
            task_group: task_group.to_owned(),
            quantile,
            value_ns: found.map(|(value, _)| value),
            samples,
            beyond,
            over_replications: found
                .and_then(|(value, half_width)| Some((value - half_width?, value + half_width?))),
            of_ranks: ranks.and_then(|(low, high)| Some((at(low)?, at(high)?))),
            doubt: too_few.then(|| Warning::TooFewSamples {
                group: task_group.to_owned(),
                percentile: quantile * 100.0,
                beyond,
            }),
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
        let rows = rows("a", &histogram(1..=2000), |_| Some((1000.0, Some(20.0))));
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
            let rows = rows("a", &histogram(1..=n), |_| Some((1.0, None)));
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
}
