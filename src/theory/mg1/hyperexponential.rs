//! M/H2/1: service times that are one of two exponentials, of mean 1 and balanced means.

use super::super::gim1::balanced_probability;
use super::super::numeric::quantile;
use super::ServiceLaw;

/// Mixture of two exponential laws of rates μ_i = 2p_i: mean 1, both branches carry the same load.
#[derive(Clone, Copy, Debug)]
pub struct Hyperexponential {
    /// Probability of the faster branch.
    p: f64,
}

impl Hyperexponential {
    /// The law of this squared coefficient of variation.
    ///
    /// # Panics
    /// Unless `scv` is at least 1.
    pub fn new(scv: f64) -> Self {
        Hyperexponential {
            p: balanced_probability(scv),
        }
    }

    /// Probability and rate of each branch, the faster first.
    pub fn branches(&self) -> [(f64, f64); 2] {
        [self.p, 1.0 - self.p].map(|p| (p, 2.0 * p))
    }
}

impl ServiceLaw for Hyperexponential {
    fn moment(&self, k: i32) -> f64 {
        let factorial: f64 = (1..=k).map(f64::from).product();
        let branches = self.branches().into_iter();
        factorial * branches.map(|(p, rate)| p / rate.powi(k)).sum::<f64>()
    }
}

/// Steady state of an M/H2/1 queue; times in mean service times.
///
/// # Source
/// Pollaczek–Khinchine transform, inverted by partial fractions (Kleinrock, *Queueing Systems*,
/// vol. 1, section 5.7): P(W > t) = A_1e^{−z_1t} + A_2e^{−z_2t}, with z the zeros of
/// z² − (μ_1 + μ_2 − λ)z + μ_1μ_2(1 − ρ).
#[derive(Clone, Copy, Debug)]
pub struct MH21 {
    /// z and A, the slower first.
    terms: [(f64, f64); 2],
}

impl MH21 {
    /// The queue at offered load `rho`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1).
    pub fn new(law: Hyperexponential, rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        let [(_, fast), (_, slow)] = law.branches();
        let sum = fast + slow - rho;
        let product = fast * slow * (1.0 - rho);
        let large = (sum + (sum * sum - 4.0 * product).sqrt()) / 2.0;
        let small = product / large;
        let factor = |z: f64, other: f64| (1.0 - rho) * (fast - z) * (slow - z) / (other - z) / z;
        MH21 {
            terms: [(small, factor(small, large)), (large, factor(large, small))],
        }
    }

    /// Rates z and factors A of both terms of the tail, the slower first.
    pub fn terms(&self) -> [(f64, f64); 2] {
        self.terms
    }

    /// P(W > t), for t ≥ 0.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.terms.iter().map(|(z, a)| a * (-z * t).exp()).sum()
    }

    /// Mean wait.
    pub fn mean_wait(&self) -> f64 {
        self.terms.iter().map(|(z, a)| a / z).sum()
    }

    /// The wait that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.wait_tail(t))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{mm1::Mm1, testing::assert_close};
    use super::super::{mean_wait, wait_second_moment};
    use super::*;

    /// Oracle: the same at 50 digits.
    #[test]
    fn terms_means_and_quantiles() {
        for (scv, rho, mean, [z1, a1, z2, a2], [p50, p90, p99, p999]) in [
            (
                4.0,
                0.5,
                2.5,
                [0.14792027106, 0.353806849817, 1.35207972894, 0.146193150183],
                [0.0, 8.5424062188, 24.108704126, 39.675097268],
            ),
            (
                4.0,
                0.8,
                10.0,
                [
                    0.0708497377871,
                    0.702371578407,
                    1.12915026221,
                    0.0976284215926,
                ],
                [4.8089194449, 27.513050194, 60.012607213, 92.512164232],
            ),
            (
                4.0,
                0.9,
                22.5,
                [
                    0.037652461702,
                    0.845239529544,
                    1.0623475383,
                    0.0547604704558,
                ],
                [13.94363004, 56.688189075, 117.84182921, 178.99546934],
            ),
            (
                10.0,
                0.8,
                22.0,
                [
                    0.0311095328305,
                    0.681249219724,
                    1.16889046717,
                    0.118750780276,
                ],
                [9.9430047012, 61.677493683, 135.69291222, 209.70833076],
            ),
        ] {
            let law = Hyperexponential::new(scv);
            let queue = MH21::new(law, rho);
            let [(slow, of_slow), (fast, of_fast)] = queue.terms();
            for (found, expected) in [(slow, z1), (of_slow, a1), (fast, z2), (of_fast, a2)] {
                assert_close(found, expected, 1e-11);
            }
            // The other route: by moments.
            assert_close(queue.mean_wait(), mean, 1e-12);
            assert_close(mean_wait(&law, rho), mean, 1e-12);
            let square: f64 = queue.terms().iter().map(|(z, a)| 2.0 * a / z / z).sum();
            assert_close(wait_second_moment(&law, rho), square, 1e-11);
            assert_close(queue.wait_tail(0.0), rho, 1e-13);
            for (p, expected) in [(0.5, p50), (0.9, p90), (0.99, p99), (0.999, p999)] {
                assert_close(queue.wait_quantile(p), expected, 1e-9);
            }
        }
    }

    /// Oracle: branches at 50 digits, and a mixture of equals is exponential.
    #[test]
    fn branches() {
        let [(p, fast), (_, slow)] = Hyperexponential::new(4.0).branches();
        assert_close(p, 0.887298334621, 1e-11);
        assert_close(fast, 1.77459666924, 1e-11);
        assert_close(slow, 0.225403330759, 1e-11);
        assert_close(Hyperexponential::new(7.0).scv(), 7.0, 1e-13);
        let equals = MH21::new(Hyperexponential::new(1.0), 0.8);
        let mm1 = Mm1::new(0.8);
        assert_close(equals.wait_quantile(0.99), mm1.wait_quantile(0.99), 1e-12);
    }
}
