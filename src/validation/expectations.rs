//! The numbers that `experiments/validation/` promises are those of the oracles.
//!
//! An expectation is prose, so nothing else would notice a digit that was mistyped or went stale.
//! Times are in µs; a packet of 1250 B at 1 Gbit/s lasts 10.

use crate::theory::{md1::Md1, md1k::md1k, mg1, mg1::DiscreteLaw, ndd1, run_length, token_bucket};

/// Relative rounding of the numbers as printed: three digits at least of everything, and more of
/// most.
const ROUNDING: f64 = 6e-5;

/// Every number in `text`, whatever stands around it.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c)))
        .filter_map(|word| word.trim_end_matches('.').parse().ok())
        .collect()
}

#[track_caller]
fn assert_promises(text: &str, expected: impl IntoIterator<Item = f64>) {
    let promised = numbers(text);
    for value in expected {
        let close = |number: &&f64| (**number - value).abs() <= ROUNDING * value;
        assert!(
            promised.iter().any(|n| close(&n)),
            "{value} is not among {promised:?}"
        );
    }
}

const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

#[test]
fn md1() {
    let queue = Md1::new(0.8);
    let file = include_str!("../../experiments/validation/md1.toml");
    assert_promises(
        file,
        QUANTILES.map(|p| 10.0 * (1.0 + queue.wait_quantile(p))),
    );
    assert_promises(file, [10.0 * (1.0 + queue.mean_wait())]);

    // 4 replications of 62.5 s, in services of 10 µs.
    let variance = run_length::relative_variance(0.8, |_| 1.0);
    let tolerance = run_length::tolerance(20.0, variance, 4.0 * 62.5e6 / 10.0);
    assert!(file.contains("within 0.14 us") && tolerance <= 0.14 && tolerance > 0.13);
}

#[test]
fn partition() {
    let queue = Md1::new(0.8);
    let file = include_str!("../../experiments/validation/partition.toml");
    assert_promises(
        file,
        QUANTILES.map(|p| 160.0 * (1.0 + queue.wait_quantile(p))),
    );
    assert_promises(file, [160.0 * (1.0 + queue.mean_wait())]);
}

#[test]
fn md1_with_a_finite_queue() {
    let file = include_str!("../../experiments/validation/md1k.toml");
    for capacity in [2, 5, 10, 20] {
        for rho in [0.8, 0.9, 1.1] {
            let queue = md1k(rho, capacity);
            assert_promises(file, [queue.loss, 10.0 * queue.mean_wait]);
        }
    }
}

#[test]
fn mg1_with_the_internet_mix() {
    let law = DiscreteLaw::imix();
    let file = include_str!("../../experiments/validation/mg1-imix.toml");
    let us_per_byte = 8e-3;
    for rho in [0.5, 0.8] {
        let wait = mg1::mean_wait(&law, rho);
        assert_promises(
            file,
            [wait, wait + law.moment(1)].map(|bytes| bytes * us_per_byte),
        );
    }
    let tail = mg1::Tail::new(&law, 0.8);
    let quantiles = [0.99, 0.999].map(|p| tail.sojourn_quantile(&law, p) * us_per_byte);
    assert_promises(file, quantiles);
}

#[test]
fn periodic_tasks() {
    let file = include_str!("../../experiments/validation/ndd1.toml");
    let sojourn = |p| 10.0 * (1.0 + ndd1::wait_quantile(16, 20.0, p));
    assert_promises(file, QUANTILES.map(sojourn));
    assert_promises(file, [10.0 * (1.0 + ndd1::mean_wait(16, 20.0))]);
}

#[test]
fn token_bucket() {
    let queue = Md1::new(0.8);
    let file = include_str!("../../experiments/validation/token-bucket.toml");
    let transmission = 0.0125;
    for packets in [1, 2, 5, 10] {
        let depth = f64::from(packets);
        let quantile = |p| transmission + 10.0 * token_bucket::delay_quantile(&queue, depth, p);
        assert_promises(file, [0.5, 0.99, 0.999].map(quantile));
        let mean = token_bucket::mean_delay(&queue, packets);
        assert_promises(file, [transmission + 10.0 * mean]);
        assert_promises(file, [token_bucket::delay_tail(&queue, depth, 0.0)]);
    }
}
