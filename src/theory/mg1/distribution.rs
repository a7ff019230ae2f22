//! The whole distribution of the wait of M/G/1 with a mix of sizes.

use super::super::numeric::quantile;
use super::{DiscreteLaw, Tail};

/// Largest step of the grid, times the arrival rate.
const STEP_MAX: f64 = 0.01;

/// Tail below which the exponential one takes over.
const LEAST_TAIL: f64 = 1e-7;

/// Distribution of the wait of M/G/1 with a mix of sizes.
///
/// The exact sum alternates (useless in doubles). Here the tail solves a Volterra equation of
/// positive terms, G(t) = λΣp_i(s_i − t)⁺ + λΣp_i∫_{t−s_i}^t G(u)du, by the trapezoidal rule on
/// three grids, each half as wide, and two steps of Richardson extrapolation; between the points by
/// cubics, since the equation gives the slope too. Tails are off by less than 10⁻⁹ of themselves
/// down to 10⁻⁵. Below 10⁻⁷ the exponential tail takes over.
///
/// # Source
/// Beneš, *General Stochastic Processes in the Theory of Queues* (1963), for the equation.
#[derive(Clone, Debug)]
pub struct DiscreteWait {
    /// Size in steps and its probability.
    sizes: Vec<(usize, f64)>,
    lambda: f64,
    step: f64,
    /// P(W > i·step).
    tail: Vec<f64>,
    end: Tail,
}

impl DiscreteWait {
    /// The wait at offered load `rho`, of sizes that are multiples of `unit`: 1 for bytes.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1) and all sizes are positive multiples of `unit`.
    pub fn new(law: &DiscreteLaw, rho: f64, unit: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        let lambda = rho / law.moment(1);
        let per_unit = (lambda * unit / STEP_MAX).ceil();
        let step = unit / per_unit;
        let weights: f64 = law.0.iter().map(|(_, weight)| weight).sum();
        let in_steps = |(size, weight): &(f64, f64)| {
            let units = size / unit;
            assert!(
                units >= 1.0 && units.fract() == 0.0,
                "{size} is no multiple of {unit}"
            );
            ((units * per_unit) as usize, weight / weights)
        };
        let sizes: Vec<_> = law.0.iter().map(in_steps).collect();
        let end = Tail::new(law, rho);
        let reach = (end.factor / LEAST_TAIL).ln().max(1.0) / end.rate;
        let longest = sizes.iter().map(|(size, _)| *size).max().unwrap_or(0);
        let count = (reach / step).ceil() as usize + longest + 1;
        let grid = |fine: usize| {
            let sizes: Vec<_> = sizes.iter().map(|(size, p)| (size * fine, *p)).collect();
            solve(&sizes, lambda, step / fine as f64, (count - 1) * fine + 1)
        };
        let (one, two, four) = (grid(1), grid(2), grid(4));
        let extrapolated = |i: usize| {
            let first = (4.0 * two[2 * i] - one[i]) / 3.0;
            let second = (4.0 * four[4 * i] - two[2 * i]) / 3.0;
            (16.0 * second - first) / 15.0
        };
        let mut tail: Vec<f64> = (0..count).map(extrapolated).collect();
        // To the bit, so that quantiles up to 1 − ρ are 0.
        tail[0] = rho;
        DiscreteWait {
            tail,
            sizes,
            lambda,
            step,
            end,
        }
    }

    /// P(W > t), for t ≥ 0.
    pub fn wait_tail(&self, t: f64) -> f64 {
        let at = (t / self.step) as usize;
        if at + 1 >= self.tail.len() {
            return self.end.wait_tail(t);
        }
        let x = t / self.step - at as f64;
        let (left, right) = (self.tail[at], self.tail[at + 1]);
        let (from, to) = (self.slope(at, true), self.slope(at + 1, false));
        // The cubic of these values and slopes.
        let rest = 1.0 - x;
        left * rest * rest * (1.0 + 2.0 * x)
            + right * x * x * (3.0 - 2.0 * x)
            + self.step * x * rest * (from * rest - to * x)
    }

    /// Slope of the tail on the right or left of a point, λ(G(t) − 1 + Σp_i(1 − G(t − s_i))): a
    /// size has its effect from its own length on.
    fn slope(&self, at: usize, on_the_right: bool) -> f64 {
        let before = |(size, p): &(usize, f64)| {
            let since = at.checked_sub(*size)?;
            (since > 0 || on_the_right).then(|| p * (1.0 - self.tail[since]))
        };
        let begun: f64 = self.sizes.iter().filter_map(before).sum();
        self.lambda * (self.tail[at] - 1.0 + begun)
    }

    /// P(T > t) of wait and transmission of a packet of any size, for t ≥ 0.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        let of_size = |(size, p): &(usize, f64)| {
            let wait = t - *size as f64 * self.step;
            p * if wait < 0.0 {
                1.0
            } else {
                self.wait_tail(wait)
            }
        };
        self.sizes.iter().map(of_size).sum()
    }

    /// The wait that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.wait_tail(t))
    }

    /// The sojourn that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.sojourn_tail(t))
    }
}

/// The tail at 0, `step`, 2·`step`, …
fn solve(sizes: &[(usize, f64)], lambda: f64, step: f64, count: usize) -> Vec<f64> {
    let load: f64 = sizes.iter().map(|(size, p)| p * *size as f64).sum();
    let mut tail = vec![lambda * step * load];
    // ∫_0^t G, whose differences are the integrals over the last s_i.
    let mut integral = vec![0.0];
    for now in 1..count {
        let half = integral[now - 1] + step / 2.0 * tail[now - 1];
        let of_size = |(size, p): &(usize, f64)| {
            let ahead = size.saturating_sub(now) as f64 * step;
            p * (ahead - now.checked_sub(*size).map_or(0.0, |at| integral[at]))
        };
        let known: f64 = sizes.iter().map(of_size).sum();
        let here = lambda * (known + half) / (1.0 - lambda * step / 2.0);
        tail.push(here);
        integral.push(half + step / 2.0 * here);
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::super::super::{md1::Md1, testing::assert_close};
    use super::super::mean_wait;
    use super::*;

    /// Oracle: the exact sum over all ways to fill a time with packets, at 60 to 320 digits.
    #[test]
    fn quantiles_of_mixes() {
        let imix = DiscreteLaw::imix();
        let half = DiscreteLaw(vec![(64.0, 0.5), (1500.0, 0.5)]);
        let small = DiscreteLaw(vec![(64.0, 0.9), (1500.0, 0.1)]);
        for (law, rho, quantiles) in [
            (&imix, 0.5, [0.0, 1405.8598199, 3182.06893, 4985.8029661]),
            (
                &imix,
                0.8,
                [1062.7839207, 4434.2093792, 9270.1586953, 14106.107828],
            ),
            (
                &imix,
                0.9,
                [2560.443999, 9419.101012, 19232.339559, 29045.578107],
            ),
            (&half, 0.5, [0.0, 2201.8900057, 4861.0408365, 7536.0589586]),
            (
                &half,
                0.8,
                [1824.6976322, 7244.2182592, 14986.957015, 22729.718666],
            ),
            (
                &half,
                0.9,
                [4335.6248142, 15563.071994, 31625.189091, 47687.306188],
            ),
            (&small, 0.5, [0.0, 1722.8861357, 4011.7143687, 6265.7623661]),
            (
                &small,
                0.8,
                [1367.131919, 5661.3310176, 11815.932552, 17970.38632],
            ),
            (
                &small,
                0.9,
                [3277.5630727, 12029.623071, 24552.205394, 37074.787697],
            ),
        ] {
            let wait = DiscreteWait::new(law, rho, 2.0);
            for (p, expected) in [0.5, 0.9, 0.99, 0.999].into_iter().zip(quantiles) {
                assert_close(wait.wait_quantile(p), expected, 1e-9);
            }
        }
    }

    /// Oracle: equal sizes are M/D/1, whose distribution comes from its states.
    #[test]
    fn equal_sizes_are_md1() {
        let law = DiscreteLaw(vec![(1.0, 1.0)]);
        for rho in [0.3, 0.8] {
            let (wait, md1) = (DiscreteWait::new(&law, rho, 1.0), Md1::new(rho));
            for t in [0.0, 0.3, 1.0, 1.003, 4.7] {
                assert_close(wait.wait_tail(t), 1.0 - md1.wait_cdf(t), 1e-9);
            }
            let sojourn = wait.sojourn_quantile(0.99);
            assert_close(sojourn, 1.0 + md1.wait_quantile(0.99), 1e-9);
        }
    }

    /// Oracle: Pollaczek–Khinchine, as the area under the tail; the sojourn's tail has the mean
    /// size more.
    #[test]
    fn the_area_is_the_mean() {
        let law = DiscreteLaw::imix();
        let wait = DiscreteWait::new(&law, 0.5, 2.0);
        let area = |tail: &dyn Fn(f64) -> f64| {
            let pieces = (0..10_000).map(|i| {
                let left = 2.0 * f64::from(i);
                (tail(left + 1e-9) + 4.0 * tail(left + 1.0) + tail(left + 2.0 - 1e-9)) / 3.0
            });
            pieces.sum::<f64>()
        };
        let mean = mean_wait(&law, 0.5);
        assert_close(area(&|t| wait.wait_tail(t)), mean, 1e-8);
        let sojourn = area(&|t| wait.sojourn_tail(t));
        assert_close(sojourn, mean + law.moment(1), 1e-8);
    }

    /// Beyond the grid the exponential tail goes on, where both meet.
    #[test]
    fn the_far_tail_is_exponential() {
        let law = DiscreteLaw::imix();
        let wait = DiscreteWait::new(&law, 0.8, 2.0);
        let last = (wait.tail.len() - 1) as f64 * wait.step;
        assert_close(wait.wait_tail(last - 1e-6), wait.wait_tail(last), 1e-4);
        assert!(wait.wait_tail(last) < 1e-7 && wait.wait_tail(2.0 * last) > 0.0);
    }

    #[test]
    #[should_panic(expected = "594 is no multiple of 4")]
    fn sizes_between_units_are_refused() {
        DiscreteWait::new(&DiscreteLaw::imix(), 0.8, 4.0);
    }
}
