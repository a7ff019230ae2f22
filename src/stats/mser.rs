//! Where a series that settles has settled: MSER-5.

/// Values that are averaged before the rule is applied, against noise and its correlation.
pub const BATCH: usize = 5;

/// Where to cut the start of a series off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// Values to leave out: a multiple of [`BATCH`].
    pub values: usize,
    /// Whether the best place was at the middle of the series, which means that it may not have
    /// settled at all: it should be longer.
    pub at_the_limit: bool,
}

/// Truncation of `series` by MSER-5 (White 1997; White, Cobb and Spratt 2000).
///
/// Of the means Z₁ … Zₖ of five values each, as many are left out, at most half of them, as make the
/// marginal standard error Σ_{i>d} (Zᵢ − Z̄_d)² / (k − d)² of the rest smallest; of several such
/// numbers the least. `None` for fewer than four means.
pub fn mser5(series: &[f64]) -> Option<Truncation> {
    let means: Vec<f64> = series
        .chunks_exact(BATCH)
        .map(|batch| batch.iter().sum::<f64>() / BATCH as f64)
        .collect();
    let k = means.len();
    if k < 4 {
        return None;
    }
    // Deviations from the last mean keep the squares small beside their differences.
    let origin = means[k - 1];
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut errors = vec![f64::INFINITY; k];
    for d in (0..k).rev() {
        let deviation = means[d] - origin;
        sum += deviation;
        squares += deviation * deviation;
        let rest = (k - d) as f64;
        errors[d] = (squares - sum * sum / rest).max(0.0) / (rest * rest);
    }
    let best = (0..=k / 2).min_by(|a, b| errors[*a].total_cmp(&errors[*b]))?;
    Some(Truncation {
        values: best * BATCH,
        at_the_limit: best == k / 2,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By hand, with five equal values in each batch: 9, 1, 3, 1, 3. Without the first, the errors are
    /// 4/16 against 43.2/25; without two, (4/3·2)/9.
    #[test]
    fn the_start_is_left_out() {
        let batches = [9.0, 1.0, 3.0, 1.0, 3.0];
        let series: Vec<f64> = batches.into_iter().flat_map(|z| [z; BATCH]).collect();
        let found = mser5(&series).unwrap();
        assert_eq!((found.values, found.at_the_limit), (5, false));
        assert_eq!(mser5(&series[..15]), None);
    }

    /// The rule knows no zero: far from it, where squares are large beside their differences, it cuts
    /// at the same place.
    #[test]
    fn the_place_does_not_depend_on_the_level() {
        for level in [1e9, -1e9] {
            let batches = [9.0, 1.0, 3.0, 1.0, 3.0].map(|z| level + z);
            let series: Vec<f64> = batches.into_iter().flat_map(|z| [z; BATCH]).collect();
            assert_eq!(mser5(&series).unwrap().values, 5);
        }
    }

    #[test]
    fn a_flat_series_keeps_all_and_a_rising_one_hits_the_limit() {
        assert_eq!(mser5(&[2.0; 100]).unwrap().values, 0);
        let rising: Vec<f64> = (0..100).map(f64::from).collect();
        let found = mser5(&rising).unwrap();
        assert!(found.at_the_limit);
        assert_eq!(found.values, 50);
    }

    /// A settling series e^(−t/τ) with noise is cut after some τ: late enough that what is left of the
    /// transient is below the noise, and long before the middle.
    #[test]
    fn an_exponential_start_is_cut_where_noise_takes_over() {
        use rand_distr::{Distribution, StandardNormal};
        let name = crate::engine::random::StreamName {
            seed: 1,
            replication: 0,
            component: "mser",
            index: 0,
            purpose: "noise",
        };
        let mut stream = name.stream();
        let series: Vec<f64> = (0..1000)
            .map(|t| {
                let noise: f64 = StandardNormal.sample(&mut stream);
                1.0 - (-f64::from(t) / 40.0).exp() + 0.1 * noise
            })
            .collect();
        let found = mser5(&series).unwrap();
        assert!((60..300).contains(&found.values), "{found:?}");
        assert!(!found.at_the_limit);
    }

    proptest! {
        /// Twin: the definition, by summing anew for every d.
        #[test]
        fn it_is_the_smallest_by_definition(series in prop::collection::vec(-1e3..1e3, 20..200)) {
            let means: Vec<f64> = series
                .chunks_exact(BATCH)
                .map(|batch| batch.iter().sum::<f64>() / 5.0)
                .collect();
            let error = |d: usize| {
                let rest = &means[d..];
                let mean = rest.iter().sum::<f64>() / rest.len() as f64;
                let squares: f64 = rest.iter().map(|z| (z - mean).powi(2)).sum();
                squares / (rest.len() as f64).powi(2)
            };
            let found = mser5(&series).unwrap();
            let smallest = (0..=means.len() / 2).map(error).fold(f64::INFINITY, f64::min);
            prop_assert!(error(found.values / BATCH) <= smallest * (1.0 + 1e-9) + 1e-12);
        }
    }
}
