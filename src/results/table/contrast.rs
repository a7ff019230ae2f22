//! `effects.csv` and `interference.csv`: what replications of one number differ in.

use std::path::Path;

use super::{Table, number};
use crate::metric::Metric;
use crate::results::atomic::FileError;
use crate::results::read::GroupReplications;
use crate::stats::{self, Difference, Pairing};

/// Names of the files; a run writes `effects.csv` if it sweeps modes, `interference.csv` if it is
/// asked to.
pub const FILES: [&str; 2] = ["effects.csv", "interference.csv"];

/// A metric of the same packets twice: what changed from the first to the second.
#[derive(Clone, Debug, PartialEq)]
struct Contrast {
    replications: usize,
    means: (Option<f64>, Option<f64>),
    difference: Option<Difference>,
    /// Of the logarithms, where all values are above zero.
    log_ratio: (Option<f64>, Option<Difference>),
    /// On the scale of the ratio, where there is one.
    pairing: Option<Pairing>,
}

impl Contrast {
    fn of(pairs: &[(f64, f64)]) -> Contrast {
        let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let is_positive = first.iter().chain(&second).all(|value| *value > 0.0);
        let logarithms: Vec<(f64, f64)> = match is_positive {
            true => pairs.iter().map(|(a, b)| (a.ln(), b.ln())).collect(),
            false => Vec::new(),
        };
        let ratios: Vec<f64> = logarithms.iter().map(|(a, b)| b - a).collect();
        Contrast {
            replications: pairs.len(),
            means: (stats::mean(&first), stats::mean(&second)),
            difference: Difference::paired(pairs),
            log_ratio: (stats::mean(&ratios), Difference::paired(&logarithms)),
            pairing: Pairing::of(if is_positive { &logarithms } else { pairs }),
        }
    }

    fn cells(&self) -> [String; 11] {
        let error = 1.0 - stats::CONFIDENCE;
        let (first, second) = self.means;
        let ends = |difference: Option<Difference>| difference.map(|d| d.interval(error)).unzip();
        let (low, high) = ends(self.difference);
        let (ratio, log_ratio) = self.log_ratio;
        let (ratio_low, ratio_high) = ends(log_ratio);
        let pairing = self.pairing;
        [
            self.replications.to_string(),
            number(first),
            number(second),
            number(first.zip(second).map(|(first, second)| second - first)),
            number(low),
            number(high),
            number(ratio.map(f64::exp)),
            number(ratio_low.map(f64::exp)),
            number(ratio_high.map(f64::exp)),
            number(pairing.and_then(|pairing| pairing.correlation)),
            number(pairing.and_then(|pairing| pairing.variance_reduction)),
        ]
    }
}

/// A table of contrasts: `keys`, then `labels`, then task group, metric, means of the values called
/// `first` and `second`, and how they differ.
pub fn contrasts(
    path: &Path,
    keys: &[String],
    labels: &[&str],
    (first, second): (&str, &str),
) -> Result<Table, FileError> {
    let columns = labels.iter().copied().chain([
        "task_group",
        "metric",
        "replications",
        first,
        second,
        "difference",
        "difference_low",
        "difference_high",
        "ratio",
        "ratio_low",
        "ratio_high",
        "correlation",
        "variance_reduction",
    ]);
    Table::create(path.to_owned(), keys, columns.map(str::to_owned))
}

/// Adds what a task group has in common there and here: a row per metric.
pub fn add_contrast(
    table: &mut Table,
    point: &[String],
    labels: &[&str],
    (first, second): (&GroupReplications, &GroupReplications),
) -> Result<(), FileError> {
    for metric in Metric::ALL {
        let contrast = Contrast::of(&first.pairs(second, metric));
        let names = [first.task_group.as_str(), metric.column()];
        let names = labels.iter().copied().chain(names).map(str::to_owned);
        table.row(point, names.chain(contrast.cells()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(pairs: &[(f64, f64)]) -> Vec<Option<f64>> {
        let cells = Contrast::of(pairs).cells();
        cells.iter().map(|cell| cell.parse().ok()).collect()
    }

    /// By hand: 1 and 2 become 2 and 8. The differences 1 and 6 have the mean 3.5 and the standard
    /// error 2.5, the ratios 2 and 4 the geometric mean √8, and their logarithms the standard error
    /// ln 2/2; t(0.975, 1) = 12.706205 by tables. ln 1, ln 2 against ln 2, ln 8: perfectly
    /// correlated, and (ln 2)²·(1 + 4) / (ln 2)² = 5.
    #[test]
    fn a_contrast_is_a_difference_and_a_ratio() {
        let found = cells(&[(1.0, 2.0), (2.0, 8.0)]);
        let ln_2 = std::f64::consts::LN_2;
        let t = 12.706_205;
        let ratio = 8.0_f64.sqrt();
        let expected = [
            2.0,
            1.5,
            5.0,
            3.5,
            3.5 - 2.5 * t,
            3.5 + 2.5 * t,
            ratio,
            ratio * (-t * ln_2 / 2.0).exp(),
            ratio * (t * ln_2 / 2.0).exp(),
            1.0,
            5.0,
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            let found = found.unwrap();
            assert!(
                (found / expected - 1.0).abs() < 1e-5,
                "{found}, not {expected}"
            );
        }
    }

    #[test]
    fn what_is_not_defined_is_left_empty() {
        let loss = cells(&[(0.0, 0.1), (0.0, 0.3)]);
        assert_eq!(loss[6..9], [None; 3]);
        assert!((loss[3].unwrap() - 0.2).abs() < 1e-12);
        // The base does not vary: nothing to be correlated with, and nothing saved.
        assert_eq!((loss[9], loss[10]), (None, Some(1.0)));
        let one = cells(&[(1.0, 2.0)]);
        assert_eq!(
            (one[3], one[4], one[6], one[7]),
            (Some(1.0), None, Some(2.0), None)
        );
        let none = cells(&[]);
        assert_eq!(none[0], Some(0.0));
        assert!(none[1..].iter().all(Option::is_none));
    }
}
