//! Many tests at once: how wrong all of them together may be.

/// The error that each of `tests` intervals may have so that all of them hold together with an error
/// of `together`: Bonferroni's bound, which needs nothing of how the tests depend on each other.
pub fn simultaneous_error(together: f64, tests: usize) -> f64 {
    together / tests.max(1) as f64
}

/// P-values adjusted for being many, in the order given: rejecting where one is at most α rejects
/// any true hypothesis with a probability of at most α, however the tests depend on each other.
///
/// # Source
/// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6, 1979.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (step, &test) in order.iter().enumerate() {
        let left = (p_values.len() - step) as f64;
        largest = largest.max((p_values[test] * left).min(1.0));
        adjusted[test] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1 are 0.02, 0.03, 0.06, 0.04, the last
    /// raised to the one before it.
    #[test]
    fn steps_go_down_from_the_smallest() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }

    /// Of 20 hypotheses 15 are true, their p-values uniform; the other five are plain. In 10,000
    /// families any true one is rejected at 5 % in at most 5 %, and, the tests being independent, in
    /// 1 − (1 − 0.05/15)^15 = 4.89 % of them: within 4.5 standard errors.
    #[test]
    fn a_family_is_wrong_as_seldom_as_it_says() {
        use rand::RngExt;
        let name = crate::engine::random::StreamName {
            seed: 1,
            replication: 0,
            component: "families",
            index: 0,
            purpose: "test",
        };
        let mut stream = name.stream();
        let families = 10_000;
        let mut wrong = 0;
        for _ in 0..families {
            let mut p_values = [0.0; 20];
            p_values[..15].fill_with(|| stream.random::<f64>());
            let adjusted = holm(&p_values);
            wrong += u32::from(adjusted[..15].iter().any(|p| *p <= 0.05));
        }
        let expected: f64 = 1.0 - (1.0 - 0.05_f64 / 15.0).powi(15);
        let share = f64::from(wrong) / f64::from(families);
        let standard_error = (expected * (1.0 - expected) / f64::from(families)).sqrt();
        assert!((share - expected).abs() < 4.5 * standard_error, "{share}");
    }

    #[test]
    fn one_test_may_be_as_wrong_as_all() {
        assert_eq!(simultaneous_error(0.05, 1), 0.05);
        assert_eq!(simultaneous_error(0.05, 0), 0.05);
        assert_eq!(simultaneous_error(0.05, 10), 0.005);
    }
}
