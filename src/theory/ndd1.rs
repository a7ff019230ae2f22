//! N·D/D/1: N periodic sources of equal packets with independent, uniformly drawn phases.
//!
//! An average over phases, not over time: with its phases fixed, a run repeats itself every
//! period, and more of it converges to something else.

use super::numeric::root;

/// P(V > x) of the workload V, for `sources` sources of period `period` packet times.
///
/// It is Σ_{n=⌊x⌋+1}^{N} C(N,n) ((n−x)/T)^n (1 − (n−x)/T)^{N−n} (T−N+x)/(T−n+x).
///
/// # Source
/// Eckberg, "The single server queue with periodic arrival process and deterministic service
/// times", *IEEE Transactions on Communications* 27 (1979); the closed form is that of Dron,
/// Ramamurthy and Sengupta (1991) and of Roberts and Virtamo (1991).
///
/// # Panics
/// Unless the load `sources/period` is below 1 and `x` not negative.
pub fn workload_tail(sources: u32, period: f64, x: f64) -> f64 {
    assert!(f64::from(sources) < period && x >= 0.0);
    let total = f64::from(sources);
    let mut sum = 0.0;
    let mut combinations = 1.0;
    for n in 1..=sources {
        let arrived = f64::from(n);
        combinations *= (total - arrived + 1.0) / arrived;
        if arrived <= x {
            continue;
        }
        let fraction = (arrived - x) / period;
        sum += combinations
            * fraction.powf(arrived)
            * (1.0 - fraction).powf(total - arrived)
            * (period - total + x)
            / (period - arrived + x);
    }
    sum
}

/// P(W > x) of the wait of a packet: it meets the other sources, and no packet of its own.
///
/// # Panics
/// Without a source; as [`workload_tail`].
pub fn wait_tail(sources: u32, period: f64, x: f64) -> f64 {
    assert!(sources > 0, "no source, no packet");
    workload_tail(sources - 1, period, x)
}

/// The wait that a fraction `p` of the packets does not exceed.
///
/// # Panics
/// As [`wait_tail`], and unless `p` is in [0, 1).
pub fn wait_quantile(sources: u32, period: f64, p: f64) -> f64 {
    assert!((0.0..1.0).contains(&p), "{p} is no quantile");
    let excess = |x: f64| 1.0 - p - wait_tail(sources, period, x);
    if excess(0.0) >= 0.0 {
        return 0.0;
    }
    root(0.0, f64::from(sources), excess)
}

/// Mean wait, ∫ P(W > x) dx by Simpson's rule between the kinks at whole numbers; its error is
/// below 10⁻⁹ of the mean.
///
/// # Panics
/// As [`wait_tail`].
pub fn mean_wait(sources: u32, period: f64) -> f64 {
    const STEPS: u32 = 64;
    let h = 1.0 / f64::from(STEPS);
    let mut sum = 0.0;
    for kink in 0..sources {
        for step in 0..STEPS {
            // The tail jumps down to its right limit at a kink; stay inside the piece.
            let left = f64::from(kink) + f64::from(step) * h;
            let right = (left + h) * (1.0 - 1e-15);
            let middle = left + h / 2.0;
            let tail = |x| wait_tail(sources, period, x);
            sum += h / 6.0 * (tail(left) + 4.0 * tail(middle) + tail(right));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    #[test]
    fn tails() {
        for (sources, period, at_0, at_1, at_2, at_5) in [
            (8, 10.0, 0.7, 0.2913756, 0.0706865, 1.84e-5),
            (16, 20.0, 0.75, 0.4060205202, 0.1658584823, 0.002449894606),
            (80, 100.0, 0.79, 0.5219318226, 0.3131239587, 0.0496679932),
            (95, 100.0, 0.94, 0.8234019915, 0.6832863009, 0.3022100553),
        ] {
            for (x, expected) in [(0.0, at_0), (1.0, at_1), (2.0, at_2), (5.0, at_5)] {
                assert_close(wait_tail(sources, period, x), expected, 1e-9);
            }
        }
    }

    #[test]
    fn quantiles() {
        for (sources, period, p50, p90, p99, p999) in [
            (8, 10.0, 0.5750318083, 1.795131775, 2.983102704, 3.863017833),
            (16, 20.0, 0.794840887, 2.469250532, 4.165536743, 5.479539335),
            (
                160,
                200.0,
                1.182454802,
                4.368873771,
                8.30737005,
                11.76172688,
            ),
            (
                90,
                100.0,
                2.197708054,
                6.130113901,
                10.12224442,
                13.27577058,
            ),
        ] {
            for (p, expected) in [(0.5, p50), (0.9, p90), (0.99, p99), (0.999, p999)] {
                assert_close(wait_quantile(sources, period, p), expected, 2e-9);
            }
        }
    }

    #[test]
    fn means() {
        for (sources, period, expected) in [
            (8, 10.0, 0.722372),
            (10, 12.5, 0.81628665713),
            (16, 20.0, 1.0151656226),
            (40, 50.0, 1.3770778069),
            (95, 100.0, 3.8139977589),
        ] {
            assert_close(mean_wait(sources, period), expected, 1e-9);
        }
    }
}
