//! M/M/1: Poisson arrivals, exponential service times.

/// Steady state of an M/M/1 queue; times in mean service times.
///
/// # Source
/// Kleinrock, *Queueing Systems*, vol. 1 (1975), chapter 3.
#[derive(Clone, Copy, Debug)]
pub struct Mm1 {
    /// In (0, 1).
    rho: f64,
}

impl Mm1 {
    /// The queue at offered load `rho`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1).
    pub fn new(rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        Mm1 { rho }
    }

    /// Mean wait, ρ/(1 − ρ); the mean number in the system is the same number.
    pub fn mean_wait(&self) -> f64 {
        self.rho / (1.0 - self.rho)
    }

    /// Mean sojourn, 1/(1 − ρ).
    pub fn mean_sojourn(&self) -> f64 {
        1.0 / (1.0 - self.rho)
    }

    /// P(n in the system) = (1 − ρ)ρⁿ, at any time, for an arrival and for a departure.
    pub fn state(&self, n: u32) -> f64 {
        (1.0 - self.rho) * self.rho.powf(f64::from(n))
    }

    /// P(W > t) = ρe^{−(1−ρ)t}, for t ≥ 0.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.rho * (-(1.0 - self.rho) * t).exp()
    }

    /// P(T > t) = e^{−(1−ρ)t}, for t ≥ 0.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        (-(1.0 - self.rho) * t).exp()
    }

    /// The wait that a fraction `p` of the packets does not exceed: max(0, ln(ρ/(1 − p))/(1 − ρ)).
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        assert!((0.0..1.0).contains(&p), "{p} is no quantile");
        ((self.rho / (1.0 - p)).ln() / (1.0 - self.rho)).max(0.0)
    }

    /// The sojourn that a fraction `p` of the packets does not exceed: −ln(1 − p)/(1 − ρ).
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        assert!((0.0..1.0).contains(&p), "{p} is no quantile");
        -(-p).ln_1p() / (1.0 - self.rho)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    /// Oracle: the same formulas at 50 digits.
    #[test]
    fn waits_and_sojourns() {
        for (rho, mean, wait_p50, wait_p90, wait_p99, sojourn_p50, sojourn_p999) in [
            (
                0.5,
                1.0,
                0.0,
                3.21887582487,
                7.82404601086,
                1.38629436112,
                13.815510558,
            ),
            (
                0.7,
                2.33333333333,
                1.12157412207,
                6.48636716352,
                14.1616508068,
                2.31049060187,
                23.0258509299,
            ),
            (
                0.8,
                4.0,
                2.35001814623,
                10.3972077084,
                21.9101331734,
                3.4657359028,
                34.5387763949,
            ),
            (
                0.9,
                9.0,
                5.87786664902,
                21.9722457734,
                44.9980967033,
                6.9314718056,
                69.0775527898,
            ),
            (
                0.95,
                19.0,
                12.8370777234,
                45.0258359721,
                91.077537832,
                13.8629436112,
                138.15510558,
            ),
            (
                0.99,
                99.0,
                68.3096844706,
                229.253475714,
                459.511985013,
                69.314718056,
                690.775527898,
            ),
        ] {
            let queue = Mm1::new(rho);
            assert_close(queue.mean_wait(), mean, 1e-11);
            assert_close(queue.mean_sojourn(), mean + 1.0, 1e-11);
            assert_close(queue.wait_quantile(0.5), wait_p50, 1e-11);
            assert_close(queue.wait_quantile(0.9), wait_p90, 1e-11);
            assert_close(queue.wait_quantile(0.99), wait_p99, 1e-11);
            assert_close(queue.sojourn_quantile(0.5), sojourn_p50, 1e-11);
            assert_close(queue.sojourn_quantile(0.999), sojourn_p999, 1e-11);
        }
    }

    /// Oracle: a tail at its quantile is what lies above it, and Little's law for the states.
    #[test]
    fn tails_and_states_agree_with_quantiles_and_means() {
        let queue = Mm1::new(0.8);
        assert_close(queue.wait_tail(queue.wait_quantile(0.99)), 0.01, 1e-13);
        assert_close(
            queue.sojourn_tail(queue.sojourn_quantile(0.99)),
            0.01,
            1e-13,
        );
        let in_system: f64 = (0..400).map(|n| f64::from(n) * queue.state(n)).sum();
        assert_close(in_system, 0.8 * queue.mean_sojourn(), 1e-12);
    }

    #[test]
    #[should_panic(expected = "no steady state at 1")]
    fn an_overloaded_queue_is_refused() {
        Mm1::new(1.0);
    }
}
