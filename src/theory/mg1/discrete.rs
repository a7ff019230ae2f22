//! M/G/1 with a mix of sizes: the law, and the exponential tail of the wait.

use super::super::numeric::root;
use super::{ServiceLaw, mean_wait};

/// Values and their weights; weights need not add up to one.
#[derive(Clone, Debug)]
pub struct DiscreteLaw(pub Vec<(f64, f64)>);

impl DiscreteLaw {
    /// The simple internet mix \[bytes\].
    pub fn imix() -> Self {
        DiscreteLaw(vec![(64.0, 7.0), (594.0, 4.0), (1518.0, 1.0)])
    }

    /// E\[f(S)\].
    pub fn expect(&self, f: impl Fn(f64) -> f64) -> f64 {
        let total: f64 = self.0.iter().map(|(_, weight)| weight).sum();
        let sum: f64 = self.0.iter().map(|(s, weight)| f(*s) * weight).sum();
        sum / total
    }

    /// E\[S^k\].
    pub fn moment(&self, k: i32) -> f64 {
        self.expect(|s| s.powi(k))
    }
}

impl ServiceLaw for DiscreteLaw {
    fn moment(&self, k: i32) -> f64 {
        DiscreteLaw::moment(self, k)
    }
}

/// Exponential tail of the wait, P(W > t) ≈ `factor`·e^{−`rate`·t}.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    /// Root of λ(E\[e^{θS}\] − 1) = θ.
    pub rate: f64,
    /// (1 − ρ)/(λE\[S e^{θS}\] − 1).
    pub factor: f64,
}

impl Tail {
    /// Tail of the wait at offered load `rho`.
    ///
    /// Exact in the limit; at load 0.8 and the 99th percentile of an internet mix already to ten
    /// digits.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1).
    pub fn new(law: &DiscreteLaw, rho: f64) -> Self {
        let lambda = rho / law.moment(1);
        let excess = |theta: f64| lambda * law.expect(|s| (theta * s).exp_m1()) - theta;
        // The excess falls from 0 at 0 and then rises through the root; a rate small against the
        // mean wait is on its falling side.
        let low = 1e-3 / (law.moment(1) + mean_wait(law, rho));
        let mut high = low;
        while excess(high) <= 0.0 {
            high *= 2.0;
        }
        let rate = root(low, high, excess);
        let slope = lambda * law.expect(|s| s * (rate * s).exp());
        let factor = (1.0 - rho) / (slope - 1.0);
        Tail { rate, factor }
    }

    /// P(W > t) by the tail alone.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.factor * (-self.rate * t).exp()
    }

    /// The wait that a fraction `p` of the packets does not exceed, by the tail alone.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        (self.factor / (1.0 - p)).ln() / self.rate
    }

    /// The sojourn that a fraction `p` of the packets does not exceed, by the tail alone: wait and
    /// service are independent, so the tail is E\[e^{θS}\] times that of the wait.
    pub fn sojourn_quantile(&self, law: &DiscreteLaw, p: f64) -> f64 {
        let service = law.expect(|s| (self.rate * s).exp());
        (self.factor * service / (1.0 - p)).ln() / self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{md1, testing::assert_close};
    use super::*;

    #[test]
    fn mean_waits_in_mean_services() {
        let fifty_fifty = DiscreteLaw(vec![(64.0, 0.5), (1500.0, 0.5)]);
        let mostly_small = DiscreteLaw(vec![(64.0, 0.9), (1500.0, 0.1)]);
        for (law, half, eight, nine, ninety_five) in [
            (
                DiscreteLaw::imix(),
                1.19164498484,
                4.76657993937,
                10.7248048636,
                22.641254712,
            ),
            (
                fifty_fifty,
                0.921507577789,
                3.68603031116,
                8.2935682001,
                17.508643978,
            ),
            (
                mostly_small,
                2.65311236593,
                10.6124494637,
                23.8780112934,
                50.4091349527,
            ),
        ] {
            for (rho, expected) in [(0.5, half), (0.8, eight), (0.9, nine), (0.95, ninety_five)] {
                assert_close(mean_wait(&law, rho) / law.moment(1), expected, 1e-10);
            }
        }
    }

    #[test]
    fn exponential_tails() {
        let fifty_fifty = DiscreteLaw(vec![(64.0, 0.5), (1500.0, 0.5)]);
        for (law, rho, rate, factor) in [
            (DiscreteLaw::imix(), 0.5, 0.00127760725684, 0.584053266299),
            (DiscreteLaw::imix(), 0.8, 0.00047613922966, 0.825898029347),
            (DiscreteLaw::imix(), 0.9, 0.00023464069297, 0.911666802034),
            (fifty_fifty, 0.8, 0.000297385506158, 0.86220140362),
        ] {
            let tail = Tail::new(&law, rho);
            assert_close(tail.rate, rate, 1e-10);
            assert_close(tail.factor, factor, 1e-10);
        }
    }

    #[test]
    fn quantiles_of_the_internet_mix() {
        let tail = Tail::new(&DiscreteLaw::imix(), 0.8);
        assert_close(tail.wait_quantile(0.99), 9270.1586953, 1e-9);
        assert_close(tail.wait_quantile(0.999), 14106.107828, 1e-9);
    }

    /// Equal sizes are M/D/1, where a sojourn is a wait and a service.
    #[test]
    fn equal_sizes_are_md1() {
        let law = DiscreteLaw(vec![(1.0, 1.0)]);
        let tail = Tail::new(&law, 0.8);
        assert_close(tail.rate, md1::tail_rate(0.8), 1e-12);
        assert_close(tail.factor, md1::tail_factor(0.8), 1e-12);
        let sojourn = tail.sojourn_quantile(&law, 0.99);
        assert_close(sojourn, tail.wait_quantile(0.99) + 1.0, 1e-12);
    }
}
