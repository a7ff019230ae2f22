//! GI/M/1: independent gaps of any law, exponential service times.

/// Law of the gaps between arrivals; the load sets the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gaps {
    /// All equal: a constant bit rate of equal packets.
    Constant,
    /// Uniform between 0 and twice the mean.
    Uniform,
    /// Sum of this many exponential stages: c² = 1/stages.
    Erlang(u32),
    /// Poisson arrivals.
    Exponential,
    /// Mixture of two exponentials with balanced means, of this squared coefficient of variation,
    /// above 1.
    Hyperexponential(f64),
}

impl Gaps {
    /// Squared coefficient of variation.
    pub fn scv(self) -> f64 {
        match self {
            Gaps::Constant => 0.0,
            Gaps::Uniform => 1.0 / 3.0,
            Gaps::Erlang(stages) => 1.0 / f64::from(stages),
            Gaps::Exponential => 1.0,
            Gaps::Hyperexponential(scv) => scv,
        }
    }

    /// 1 − A*(s) of gaps of mean 1: one minus the Laplace transform, which keeps its digits where
    /// the transform is close to 1.
    fn deficit(self, s: f64) -> f64 {
        match self {
            Gaps::Constant => -(-s).exp_m1(),
            Gaps::Uniform => 1.0 + (-2.0 * s).exp_m1() / (2.0 * s),
            Gaps::Erlang(stages) => {
                let stages = f64::from(stages);
                -(-stages * (s / stages).ln_1p()).exp_m1()
            }
            Gaps::Exponential => s / (1.0 + s),
            Gaps::Hyperexponential(scv) => {
                let p = balanced_probability(scv);
                [p, 1.0 - p].map(|p| p * s / (2.0 * p + s)).iter().sum()
            }
        }
    }
}

/// Probability p of the faster branch of a hyperexponential law of mean 1 and balanced means: the
/// branches have rates 2p and 2(1 − p), so both carry the same load.
///
/// # Panics
/// Unless `scv` is at least 1.
pub fn balanced_probability(scv: f64) -> f64 {
    assert!(
        scv >= 1.0,
        "no hyperexponential law varies as little as {scv}"
    );
    (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt()) / 2.0
}

/// Steady state of a GI/M/1 queue; times in mean service times.
///
/// # Source
/// Kleinrock, *Queueing Systems*, vol. 1 (1975), chapter 6: an arrival finds n in the system with
/// probability (1 − σ)σⁿ, where σ in (0, 1) solves σ = A*(1 − σ).
#[derive(Clone, Copy, Debug)]
pub struct GiM1 {
    /// 1 − σ: rate at which the tail of the wait falls.
    decay: f64,
}

impl GiM1 {
    /// The queue with gaps of this law at offered load `rho`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1), an Erlang law has a stage, and a hyperexponential one a squared
    /// coefficient of variation of at least 1.
    pub fn new(gaps: Gaps, rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        assert!(gaps != Gaps::Erlang(0), "an Erlang law has a stage");
        // In x = 1 − σ the function is convex and 0 at 0, so its other root is the one left below
        // 1. Since 1 − A*(x) ≥ x·E[A] − x²·E[A²]/2, it is negative up to `low`.
        let second_moment = (1.0 + gaps.scv()) / (rho * rho);
        let low = (1.0 / rho - 1.0) / second_moment;
        let decay = super::numeric::root(low, 1.0, |x| x - gaps.deficit(x / rho));
        GiM1 { decay }
    }

    /// σ: probability that a packet waits.
    pub fn wait_probability(&self) -> f64 {
        1.0 - self.decay
    }

    /// Mean wait, σ/(1 − σ).
    pub fn mean_wait(&self) -> f64 {
        self.wait_probability() / self.decay
    }

    /// Mean sojourn, 1/(1 − σ).
    pub fn mean_sojourn(&self) -> f64 {
        1.0 / self.decay
    }

    /// P(W > t) = σe^{−(1−σ)t}, for t ≥ 0.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.wait_probability() * (-self.decay * t).exp()
    }

    /// P(T > t) = e^{−(1−σ)t}, for t ≥ 0.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        (-self.decay * t).exp()
    }

    /// The wait that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        assert!((0.0..1.0).contains(&p), "{p} is no quantile");
        ((self.wait_probability() / (1.0 - p)).ln() / self.decay).max(0.0)
    }

    /// The sojourn that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        assert!((0.0..1.0).contains(&p), "{p} is no quantile");
        -(-p).ln_1p() / self.decay
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mm1::Mm1, testing::assert_close};
    use super::*;

    /// Oracle: the root at 50 digits.
    #[test]
    fn roots_means_and_quantiles() {
        type Row = (Gaps, f64, [f64; 3], [f64; 3], f64);
        let rows: [Row; 5] = [
            (
                Gaps::Constant,
                0.255000974916,
                [0.628629796497, 1.69273083992, 11.15048378],
                [0.806899832856, 4.17865942215, 22.73749686],
                9.17243394826,
            ),
            (
                Gaps::Erlang(4),
                0.432523324276,
                [0.693944721752, 2.26738361032, 13.8530766],
                [0.84333507094, 5.38304951847, 28.30741562],
                11.6288822503,
            ),
            (
                Gaps::Uniform,
                0.56437658856,
                [0.715971855115, 2.52077784547, 15.03743851],
                [0.853866857095, 5.84307461072, 30.43245423],
                12.5047227612,
            ),
            (
                Gaps::Erlang(2),
                0.61803398875,
                [0.739852949126, 2.84397976699, 16.54397519],
                [0.868217893672, 6.58828362869, 33.8730177],
                14.0857254203,
            ),
            (
                Gaps::Hyperexponential(4.0),
                2.16227766017,
                [0.907571662593, 9.81919277198, 48.77494893],
                [0.957281127576, 22.4088575673, 106.779785],
                47.4546244753,
            ),
        ];
        for (gaps, at_50, at_80, at_90, at_95) in rows {
            assert_close(GiM1::new(gaps, 0.5).mean_wait(), at_50, 1e-11);
            assert_close(GiM1::new(gaps, 0.95).mean_wait(), at_95, 1e-11);
            for (rho, [sigma, mean, p99]) in [(0.8, at_80), (0.9, at_90)] {
                let queue = GiM1::new(gaps, rho);
                assert_close(queue.wait_probability(), sigma, 1e-11);
                assert_close(queue.mean_wait(), mean, 1e-11);
                assert_close(queue.wait_quantile(0.99), p99, 1e-9);
            }
        }
    }

    /// Oracle: exponential gaps, one stage, and a mixture of equals are all M/M/1.
    #[test]
    fn exponential_gaps_are_mm1() {
        for rho in [0.01, 0.5, 0.8, 0.99] {
            let mm1 = Mm1::new(rho);
            for gaps in [
                Gaps::Exponential,
                Gaps::Erlang(1),
                Gaps::Hyperexponential(1.0),
            ] {
                let queue = GiM1::new(gaps, rho);
                assert_close(queue.wait_probability(), rho, 1e-12);
                assert_close(queue.mean_sojourn(), mm1.mean_sojourn(), 1e-12);
                assert_close(
                    queue.sojourn_quantile(0.9),
                    mm1.sojourn_quantile(0.9),
                    1e-12,
                );
                assert_close(queue.wait_tail(2.0), mm1.wait_tail(2.0), 1e-12);
                assert_close(queue.sojourn_tail(2.0), mm1.sojourn_tail(2.0), 1e-12);
            }
        }
    }

    #[test]
    #[should_panic(expected = "no hyperexponential law")]
    fn a_mixture_that_varies_too_little_is_refused() {
        GiM1::new(Gaps::Hyperexponential(0.5), 0.8);
    }
}
