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
    assert!(
        f64::from(sources) < period,
        "no steady state of {sources} packets every {period}"
    );
    assert!(x >= 0.0, "no workload below 0: {x}");
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
/// below 2·10⁻⁹ of the mean.
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
    use super::super::{md1::Md1, testing::assert_close};
    use super::*;

    /// Oracle: the same sums at 50 digits; 4·10⁵ random draws of the phases agree.
    #[test]
    fn means_quantiles_and_tails() {
        type Row = (u32, f64, f64, [f64; 4], [f64; 4]);
        let rows: [Row; 9] = [
            (
                8,
                10.0,
                0.722372,
                [0.5750318083, 1.795131775, 2.983102704, 3.863017833],
                [0.7, 0.2913756, 0.0706865, 1.84e-5],
            ),
            (
                10,
                12.5,
                0.81628665713,
                [0.654626395, 2.003242246, 3.346884399, 4.355390153],
                [0.72, 0.3336651243, 0.1004369759, 0.0001704230943],
            ),
            (
                16,
                20.0,
                1.0151656226,
                [0.794840887, 2.469250532, 4.165536743, 5.479539335],
                [0.75, 0.4060205202, 0.1658584823, 0.002449894606],
            ),
            (
                40,
                50.0,
                1.3770778069,
                [0.9776381358, 3.357540481, 5.901277743, 7.956315031],
                [0.78, 0.4906482898, 0.2678714393, 0.02420729708],
            ),
            (
                80,
                100.0,
                1.5983806602,
                [1.100348953, 3.935339571, 7.195125784, 9.930912621],
                [0.79, 0.5219318226, 0.3131239587, 0.0496679932],
            ),
            (
                160,
                200.0,
                1.759932536,
                [1.182454802, 4.368873771, 8.30737005, 11.76172688],
                [0.795, 0.5381966785, 0.3383489124, 0.07075515719],
            ),
            (
                45,
                50.0,
                2.1796901817,
                [1.800386604, 4.781193304, 7.683004782, 9.935228645],
                [0.88, 0.6719534903, 0.459372778, 0.08623591042],
            ),
            (
                90,
                100.0,
                2.7470789649,
                [2.197708054, 6.130113901, 10.12224442, 13.27577058],
                [0.89, 0.7119538075, 0.5323687663, 0.1697289294],
            ),
            (
                95,
                100.0,
                3.8139977589,
                [3.316373327, 7.82313408, 12.09552874, 15.39401424],
                [0.94, 0.8234019915, 0.6832863009, 0.3022100553],
            ),
        ];
        for (sources, period, mean, quantiles, tails) in rows {
            assert_close(mean_wait(sources, period), mean, 2e-9);
            for (p, expected) in [0.5, 0.9, 0.99, 0.999].into_iter().zip(quantiles) {
                assert_close(wait_quantile(sources, period, p), expected, 2e-9);
            }
            for (x, expected) in [0.0, 1.0, 2.0, 5.0].into_iter().zip(tails) {
                assert_close(wait_tail(sources, period, x), expected, 1e-9);
            }
        }
    }

    /// Oracle: with more sources at the same load the wait grows towards that of M/D/1.
    #[test]
    fn many_sources_come_close_to_poisson_from_below() {
        let waits = [8, 32, 128].map(|n| mean_wait(n, f64::from(n) / 0.5));
        assert!(waits.is_sorted(), "{waits:?}");
        let poisson = Md1::new(0.5).mean_wait();
        assert!(waits[2] < poisson && waits[2] > 0.95 * poisson, "{waits:?}");
    }

    #[test]
    #[should_panic(expected = "no steady state")]
    fn a_load_of_1_is_refused() {
        workload_tail(10, 10.0, 0.0);
    }
}
