//! M/D/1: Poisson arrivals, equal service times. One shared FIFO with packets of one size.

use super::numeric::root;

/// Terms kept of a Poisson(ρ) tail: beyond 64, and for any ρ up to 2, what is left is below 10⁻⁶⁰.
const POISSON_TERMS: usize = 64;

/// Weights above this are scaled down: beyond load 1 they grow without bound.
const WEIGHT_MAX: f64 = 1e200;

/// Steady state of an M/D/1 queue.
pub struct Md1 {
    rho: f64,
    /// Q_m: probability that at most m packets wait, m = 0, 1, …
    waiting_at_most: Vec<f64>,
}

impl Md1 {
    /// The queue at offered load `rho`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1).
    pub fn new(rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        // States whose tail is below e⁻⁴⁰, far below the resolution of a double near 1.
        let states = (40.0 / tail_rate(rho)).ceil() as usize + 3;
        let mut in_system_at_most = 0.0;
        let cumulative = state_weights(rho, states).into_iter().map(|weight| {
            in_system_at_most += weight * (1.0 - rho);
            in_system_at_most
        });
        // At most m wait when at most m + 1 are in the system.
        let waiting_at_most = cumulative.skip(1).collect();
        Md1 {
            rho,
            waiting_at_most,
        }
    }

    /// Mean wait, ρ/(2(1 − ρ)).
    pub fn mean_wait(&self) -> f64 {
        self.rho / (2.0 * (1.0 - self.rho))
    }

    /// Second moment of the wait, E\[W²\] = 2W̄² + ρ/(3(1 − ρ)).
    pub fn wait_second_moment(&self) -> f64 {
        2.0 * self.mean_wait().powi(2) + self.rho / (3.0 * (1.0 - self.rho))
    }

    /// Standard deviation of the wait.
    pub fn sd_wait(&self) -> f64 {
        (self.wait_second_moment() - self.mean_wait().powi(2)).sqrt()
    }

    /// P(n in the system), at any time, for an arrival and for a departure: as the difference of
    /// cumulative sums, so to 10⁻¹⁶ and not to a fraction of itself.
    pub fn state(&self, n: usize) -> f64 {
        let at_most = |n: usize| match n.checked_sub(1) {
            None => 1.0 - self.rho,
            Some(waiting) => self.waiting_at_most.get(waiting).copied().unwrap_or(1.0),
        };
        at_most(n) - n.checked_sub(1).map_or(0.0, at_most)
    }

    /// P(W ≤ t).
    ///
    /// With k = ⌊t⌋ + 1 and u = k − t, it is e^{−ρu} Σ_{j<k} Q_{k−1−j} (ρu)^j/j!. All terms are
    /// positive, so it holds to about 10⁻¹⁵ where Erlang's alternating series has lost every digit.
    ///
    /// # Source
    /// Franx, "A simple solution for the M/D/c waiting time distribution", *Operations Research
    /// Letters* 29 (2001), for c = 1.
    pub fn wait_cdf(&self, t: f64) -> f64 {
        let k = t.floor() as usize + 1;
        if k > self.waiting_at_most.len() {
            return 1.0;
        }
        at_most_then(&self.waiting_at_most[..k], self.rho * (k as f64 - t))
    }

    /// The wait that a fraction `p` of the packets does not exceed, by bisection.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1 − 10⁻¹⁰]: beyond, the tail has too few digits left.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, self.waiting_at_most.len() as f64, |t| self.wait_cdf(t))
    }
}

/// Σ_j Q_{k−1−j} e^{−x}x^j/j!, `at_most` being Q_0 to Q_{k−1}: the probability that no more are left
/// of those that wait when another Poisson number of mean `x` has gone.
pub(super) fn at_most_then(at_most: &[f64], x: f64) -> f64 {
    let mut term = (-x).exp();
    let mut sum = 0.0;
    for (j, most) in at_most.iter().rev().take(POISSON_TERMS).enumerate() {
        sum += most * term;
        term *= x / (j as f64 + 1.0);
    }
    sum
}

/// Where the distribution `wait_cdf`, which is one from `longest` on, reaches `p`, by bisection.
///
/// # Panics
/// Unless `p` is in [0, 1 − 10⁻¹⁰].
pub(super) fn quantile(p: f64, longest: f64, wait_cdf: impl Fn(f64) -> f64) -> f64 {
    assert!((0.0..=1.0 - 1e-10).contains(&p), "{p} is out of reach");
    if wait_cdf(0.0) >= p {
        return 0.0;
    }
    root(0.0, longest, |t| wait_cdf(t) - p)
}

/// P(a busy period has `packets` packets) = e^{−ρn}(ρn)^{n−1}/n!, the law of Borel, of mean
/// 1/(1 − ρ) and variance ρ/(1 − ρ)³. Tests scheduling and idleness without looking at delays.
///
/// # Source
/// Borel (1942); Tanner, *Biometrika* 40 (1953).
///
/// # Panics
/// Unless `rho` is in (0, 1) and `packets` at least 1.
pub fn busy_period(rho: f64, packets: u32) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    assert!(packets > 0, "a busy period has a packet");
    let n = f64::from(packets);
    let log_factorial: f64 = (1..=packets).map(|i| f64::from(i).ln()).sum();
    ((n - 1.0) * (rho * n).ln() - rho * n - log_factorial).exp()
}

/// Mean wait where packets arrive in batches of a constant size at Poisson times, in packet times:
/// ρb/(2(1 − ρ)) + (b − 1)/2. A write that becomes `batch` packets back to back.
///
/// # Source
/// The batch is a service of length b in M/D/1, and a packet waits for those before it in its own;
/// Chaudhry and Templeton, *A First Course in Bulk Queues* (1983).
///
/// # Panics
/// Unless `rho` is in (0, 1) and `batch` at least 1.
pub fn batch_mean_wait(rho: f64, batch: u32) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    assert!(batch > 0, "a batch has a packet");
    let batch = f64::from(batch);
    rho * batch / (2.0 * (1.0 - rho)) + (batch - 1.0) / 2.0
}

/// Weights of the states j < `states` of M/D/1 relative to the first of them, for any ρ: for ρ ≥ 1
/// still those of a queue that is cut off. The first is 1, and less where that keeps the others
/// finite.
///
/// Balance across the cut between j − 1 and j, all terms positive:
/// p_j a_0 = p_0 A_{j−1} + Σ_{0<i<j} p_i A_{j−i}, with a_i = e^{−ρ}ρ^i/i! arrivals per service and
/// A_i = Σ_{n>i} a_n.
pub(super) fn state_weights(rho: f64, states: usize) -> Vec<f64> {
    let mut arrivals = vec![(-rho).exp()];
    for n in 1..=POISSON_TERMS {
        arrivals.push(arrivals[n - 1] * rho / n as f64);
    }
    // Summed from the small end, so that small tails keep their digits.
    let mut more_than = vec![0.0; POISSON_TERMS];
    let mut tail = 0.0;
    for n in (0..POISSON_TERMS).rev() {
        tail += arrivals[n + 1];
        more_than[n] = tail;
    }
    let more_than = |n: usize| more_than.get(n).copied().unwrap_or(0.0);

    let mut weights = vec![1.0];
    for j in 1..states {
        let first = j.saturating_sub(POISSON_TERMS).max(1);
        let from_others: f64 = (first..j).map(|i| weights[i] * more_than(j - i)).sum();
        let from_empty = weights[0] * more_than(j - 1);
        let weight = (from_empty + from_others) / arrivals[0];
        weights.push(weight);
        if weight > WEIGHT_MAX {
            weights.iter_mut().for_each(|weight| *weight /= WEIGHT_MAX);
        }
    }
    weights
}

/// θ of the tail P(W > t) ≈ αe^{−θt}: the positive root of ρ(e^θ − 1) = θ.
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn tail_rate(rho: f64) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    let excess = |theta: f64| rho * theta.exp_m1() - theta;
    let mut high = 1.0;
    while excess(high) <= 0.0 {
        high *= 2.0;
    }
    // The excess is negative from 0 to the root, and the root is above 1 − ρ.
    root(1.0 - rho, high, excess)
}

/// α of the tail P(W > t) ≈ αe^{−θt}: (1 − ρ)/(ρe^θ − 1).
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn tail_factor(rho: f64) -> f64 {
    (1.0 - rho) / (rho * tail_rate(rho).exp() - 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    /// Oracle: computed at 160 to 500 digits from Erlang's series.
    #[test]
    fn means_and_deviations() {
        for (rho, mean, sd) in [
            (0.3, 0.214285714286, 0.434483037878),
            (0.5, 0.5, 0.763762615826),
            (0.6, 0.75, 1.0307764064),
            (0.7, 1.16666666667, 1.46249406457),
            (0.8, 2.0, 2.30940107676),
            (0.9, 4.5, 4.8218253805),
            (0.95, 9.5, 9.82768199187),
            (0.98, 24.5, 24.8310960961),
            (0.99, 49.5, 49.8322184937),
        ] {
            assert_close(Md1::new(rho).mean_wait(), mean, 1e-11);
            assert_close(Md1::new(rho).sd_wait(), sd, 1e-11);
        }
    }

    /// Oracle: computed at 160 to 500 digits from Erlang's series.
    #[test]
    fn quantiles() {
        for (rho, p50, p90, p99, p999, p9999) in [
            (
                0.3,
                0.0,
                0.837714760936,
                1.8908734014,
                3.0231137224,
                4.13866424828,
            ),
            (
                0.5,
                0.0,
                1.51574484138,
                3.336255957,
                5.16838503096,
                7.00104593629,
            ),
            (
                0.6,
                0.371905918857,
                2.09837569093,
                4.5296125618,
                6.96009688598,
                9.39051124259,
            ),
            (
                0.7,
                0.729750891094,
                3.07708687311,
                6.48549942896,
                9.89435382443,
                13.3032093779,
            ),
            (
                0.8,
                1.27593987338,
                5.01151149845,
                10.355886792,
                15.7002681941,
                21.0446495957,
            ),
            (
                0.9,
                3.01304751931,
                10.782504956,
                21.8982373495,
                33.0139697431,
                44.1297021367,
            ),
            (
                0.95,
                6.48066790612,
                22.3022288611,
                44.9377655084,
                67.5733021557,
                90.208838803,
            ),
            (
                0.98,
                16.8790482127,
                56.844951207,
                114.023231743,
                171.20151228,
                228.379792816,
            ),
            (
                0.99,
                34.2081152688,
                114.410872908,
                229.155078154,
                343.899283401,
                458.643488648,
            ),
        ] {
            let queue = Md1::new(rho);
            for (p, expected) in [(0.5, p50), (0.9, p90), (0.99, p99), (0.999, p999)] {
                assert_close(queue.wait_quantile(p), expected, 1e-10);
            }
            assert_close(queue.wait_quantile(0.9999), p9999, 1e-9);
        }
    }

    /// Oracle: computed at 160 to 500 digits from Erlang's series.
    #[test]
    fn tails_at_given_times() {
        for (rho, t, tail) in [
            (0.8, 0.5, 0.701635060472),
            (0.8, 1.0, 0.554891814302),
            (0.8, 1.7, 0.416836659674),
            (0.8, 5.25, 0.09023468231),
            (0.8, 20.9, 1.06430409264e-4),
            (0.9, 1.0, 0.754039688884),
            (0.9, 5.25, 0.314570586809),
            (0.9, 20.9, 0.0122971369754),
        ] {
            assert_close(1.0 - Md1::new(rho).wait_cdf(t), tail, 1e-10);
        }
    }

    /// Oracle: the states at 160 to 500 digits.
    #[test]
    fn state_probabilities() {
        for (rho, expected) in [
            (
                0.5,
                [
                    0.5,
                    0.3243606354,
                    0.1225999612,
                    0.0377881038,
                    0.01090882357,
                    0.003106746346,
                ],
            ),
            (
                0.8,
                [
                    0.2,
                    0.2451081857,
                    0.1894117506,
                    0.1275795834,
                    0.08327559243,
                    0.05412764957,
                ],
            ),
            (
                0.9,
                [
                    0.1,
                    0.1459603111,
                    0.1376401553,
                    0.1150500885,
                    0.09380403519,
                    0.07625456042,
                ],
            ),
        ] {
            let queue = Md1::new(rho);
            for (n, p) in expected.into_iter().enumerate() {
                assert_close(queue.state(n), p, 1e-9);
            }
            assert_eq!(queue.state(100_000), 0.0);
        }
    }

    /// Oracle: the same at 50 digits, and the moments of the law.
    #[test]
    fn busy_periods() {
        let expected = [
            0.4493289641,
            0.1615172144,
            0.08708923516,
            0.05565399583,
            0.03907336296,
        ];
        for (packets, p) in (1..).zip(expected) {
            assert_close(busy_period(0.8, packets), p, 1e-9);
        }
        let moment = |k| -> f64 {
            let terms = (1..2000).map(|n| f64::from(n).powi(k) * busy_period(0.8, n));
            terms.sum()
        };
        assert_close(moment(0), 1.0, 1e-10);
        assert_close(moment(1), 5.0, 1e-8);
        assert_close(moment(2) - 25.0, 100.0, 1e-6);
    }

    /// Oracle: by hand; simulations of 4 and 16 agree. Batches of one are M/D/1.
    #[test]
    fn batches() {
        for (batch, wait) in [(1, 2.0), (4, 9.5), (16, 39.5), (44, 109.5)] {
            assert_close(batch_mean_wait(0.8, batch), wait, 1e-14);
        }
        assert_close(batch_mean_wait(0.3, 1), Md1::new(0.3).mean_wait(), 1e-14);
    }

    /// Oracle: computed at 160 to 500 digits from Erlang's series.
    #[test]
    fn exponential_tails() {
        for (rho, theta, alpha) in [
            (0.3, 2.06456825254, 0.512982768504),
            (0.5, 1.25643120863, 0.660998639794),
            (0.6, 0.947404881615, 0.730720557003),
            (0.7, 0.675471592932, 0.798995198697),
            (0.8, 0.430842209784, 0.866392676569),
            (0.9, 0.207146502944, 0.933301575433),
            (0.95, 0.10172434296, 0.966662834919),
            (0.98, 0.0402702752059, 0.986666426423),
            (0.99, 0.0200671143963, 0.993333303505),
        ] {
            assert_close(tail_rate(rho), theta, 1e-11);
            assert_close(tail_factor(rho), alpha, 1e-10);
        }
    }

    /// Beyond the stored states the distribution is 1 to the last bit, not out of bounds.
    #[test]
    fn very_long_waits() {
        assert_eq!(Md1::new(0.5).wait_cdf(1e6), 1.0);
    }
}
