//! M/G/1 with bounded Pareto sizes: heavy tails that end.

use super::super::numeric::quantile;
use super::ServiceLaw;

/// Sizes between `low` and `high` with P(S > s) in proportion to s^{−alpha} − high^{−alpha}.
#[derive(Clone, Copy, Debug)]
pub struct BoundedPareto {
    low: f64,
    high: f64,
    alpha: f64,
}

impl BoundedPareto {
    /// The law on [`low`, `high`] with index `alpha`.
    ///
    /// # Panics
    /// Unless 0 < `low` < `high` and `alpha` is positive.
    pub fn new(low: f64, high: f64, alpha: f64) -> Self {
        assert!(
            0.0 < low && low < high && alpha > 0.0,
            "no bounded Pareto law on {low} to {high} with index {alpha}"
        );
        BoundedPareto { low, high, alpha }
    }

    /// (low/high)^α: what the unbounded law has above `high`.
    fn cut(&self) -> f64 {
        (self.low / self.high).powf(self.alpha)
    }

    /// P(S > s).
    pub fn tail(&self, s: f64) -> f64 {
        let inside = s.clamp(self.low, self.high);
        ((self.low / inside).powf(self.alpha) - self.cut()) / (1.0 - self.cut())
    }

    /// ∫_t^∞ P(S > s) ds.
    fn tail_integral(&self, t: f64) -> f64 {
        let from = t.clamp(self.low, self.high);
        let pareto = self.low.powf(self.alpha) * self.power_integral(from, -self.alpha);
        let above = (pareto - self.cut() * (self.high - from)) / (1.0 - self.cut());
        above + (self.low - t).max(0.0)
    }

    /// ∫ s^power ds from `from` to `high`.
    fn power_integral(&self, from: f64, power: f64) -> f64 {
        let order = power + 1.0;
        let range = (self.high / from).ln();
        if order == 0.0 {
            range
        } else {
            // The difference of two powers, with its digits where the order is close to 0.
            from.powf(order) * (order * range).exp_m1() / order
        }
    }
}

impl ServiceLaw for BoundedPareto {
    fn moment(&self, k: i32) -> f64 {
        let integral = self.power_integral(self.low, f64::from(k) - self.alpha - 1.0);
        self.alpha * self.low.powf(self.alpha) * integral / (1.0 - self.cut())
    }
}

/// Steps of the coarsest grid below the smallest size.
const STEPS_PER_LOW: usize = 4;

/// Widest range of sizes, largest by smallest: the work grows with its square.
const RANGE_MAX: f64 = 2_000.0;

/// Points and weights of the Gauss–Legendre rule of order 10 on [0, 1].
const GAUSS: [(f64, f64); 5] = [
    (0.046_910_077_030_668_0, 0.118_463_442_528_094_54),
    (0.230_765_344_947_158_45, 0.239_314_335_249_683_24),
    (0.5, 0.284_444_444_444_444_44),
    (0.769_234_655_052_841_5, 0.239_314_335_249_683_24),
    (0.953_089_922_969_332, 0.118_463_442_528_094_54),
];

/// Distribution of the wait of M/G/1 with bounded Pareto sizes.
///
/// The tail solves a Volterra equation of positive terms,
/// G(t) = λ∫_t^∞P(S > u)du + λ∫_0^t G(t − u)P(S > u)du, here on grids of 4, 8 and 16 steps to the
/// smallest size, with the kernel integrated against straight pieces of G and two steps of
/// Richardson extrapolation. Quantiles are off by less than 10⁻⁸ of themselves (sizes 1 to 1000,
/// index 1.5) or 10⁻⁹ (64 to 1500, index 1.1), as far as reference values were computed.
///
/// # Source
/// Beneš, *General Stochastic Processes in the Theory of Queues* (1963), for the equation; Linz,
/// *Analytical and Numerical Methods for Volterra Equations* (1985), for the method.
#[derive(Clone, Debug)]
pub struct ParetoWait {
    step: f64,
    /// P(W > i·step).
    tail: Vec<f64>,
}

impl ParetoWait {
    /// The wait at offered load `rho`, as far as its tail is above `least_tail`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1) and `least_tail` in (0, `rho`), and where the largest size is more
    /// than 2000 of the smallest: that would take hours.
    pub fn new(law: &BoundedPareto, rho: f64, least_tail: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        assert!(
            0.0 < least_tail && least_tail < rho,
            "a least tail of {least_tail} is not between 0 and {rho}"
        );
        let range = law.high / law.low;
        assert!(range <= RANGE_MAX, "sizes range over {range} > {RANGE_MAX}");
        let step = law.low / STEPS_PER_LOW as f64;
        let coarse = solve(law, rho, step, |_, tail| tail < least_tail);
        // Room to interpolate at the end.
        let count = coarse.len() + INTERPOLATED;
        let grid = |fine: usize| {
            let last = (count - 1) * fine;
            solve(law, rho, step / fine as f64, |i, _| i == last)
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
        ParetoWait { step, tail }
    }

    /// P(W > t), for t ≥ 0.
    ///
    /// # Panics
    /// Where that is below the least tail that was asked for.
    pub fn wait_tail(&self, t: f64) -> f64 {
        let at = t / self.step;
        let last = self.tail.len() - INTERPOLATED;
        assert!(at <= last as f64, "the tail at {t} was not computed");
        // The tail has a kink of its second derivative at the smallest size: points from one side.
        let first = (at as usize).saturating_sub(INTERPOLATED / 2 - 1);
        let (first, end) = if at < STEPS_PER_LOW as f64 {
            (0, STEPS_PER_LOW + 1)
        } else {
            let first = first.max(STEPS_PER_LOW);
            (first, first + INTERPOLATED)
        };
        lagrange(first, &self.tail[first..end], at)
    }

    /// The wait that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1 − the least tail).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        let last = (self.tail.len() - INTERPOLATED) as f64 * self.step;
        let least = self.wait_tail(last);
        assert!(1.0 - p >= least, "{p} is beyond 1 − {least}");
        quantile(p, |t| self.wait_tail(t.min(last)))
    }
}

/// Points of an interpolation.
const INTERPOLATED: usize = 6;

/// The polynomial through `values` at `first`, `first` + 1, …, taken at `at`.
fn lagrange(first: usize, values: &[f64], at: f64) -> f64 {
    let x = at - first as f64;
    let term = |i: usize| {
        let others = (0..values.len()).filter(|j| *j != i);
        let weight: f64 = others
            .map(|j| (x - j as f64) / (i as f64 - j as f64))
            .product();
        values[i] * weight
    };
    (0..values.len()).map(term).sum()
}

/// λ∫P(S > u)(1 − s)du and λ∫P(S > u)s du over each cell of the grid, s rising from 0 to 1 in it.
fn kernel(law: &BoundedPareto, lambda: f64, step: f64) -> Vec<(f64, f64)> {
    let cells = (law.high / step).ceil() as usize;
    let cell = |j: usize| {
        let start = j as f64 * step;
        // The last cell may end above the largest size, where nothing is left to integrate.
        let length = step.min(law.high - start);
        let part = |(left, right): (f64, f64), (x, weight): (f64, f64)| {
            let value = lambda * law.tail(start + x * length) * weight * length;
            let s = x * length / step;
            (left + value * (1.0 - s), right + value * s)
        };
        GAUSS.into_iter().fold((0.0, 0.0), part)
    };
    (0..cells).map(cell).collect()
}

/// The tail at 0, `step`, 2·`step`, … until `is_last`, by product integration.
fn solve(
    law: &BoundedPareto,
    rho: f64,
    step: f64,
    is_last: impl Fn(usize, f64) -> bool,
) -> Vec<f64> {
    let lambda = rho / law.moment(1);
    let cells = kernel(law, lambda, step);
    // Weight of G(t − j·step), j ≥ 1: the end of one cell and the start of the next.
    let starts = cells.iter().skip(1).map(|(left, _)| *left).chain([0.0]);
    let ends = cells.iter().map(|(_, right)| *right);
    let weights: Vec<f64> = ends.zip(starts).map(|(end, start)| end + start).collect();
    let mut tail = vec![rho];
    while !is_last(tail.len() - 1, tail[tail.len() - 1]) {
        let now = tail.len();
        let mut sum = lambda * law.tail_integral(now as f64 * step);
        let first = now.saturating_sub(weights.len());
        for (weight, before) in weights.iter().zip(tail[first..].iter().rev()) {
            sum += weight * before;
        }
        if let Some((left, _)) = cells.get(now) {
            // The integral ends at u = t: G(0) is met by one cell only.
            sum -= left * rho;
        }
        tail.push(sum / (1.0 - cells[0].0));
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::assert_close;
    use super::super::mean_wait;
    use super::*;

    /// Oracle: the moments at 50 digits.
    #[test]
    fn moments_and_mean_waits() {
        for (law, [es, es2, es3], scv, waits) in [
            (
                BoundedPareto::new(64.0, 1500.0, 1.1),
                [196.569481698, 83173.9256249, 62611939.3336],
                1.15255875537,
                [1.07627937768, 4.30511751073, 9.68651439915, 20.449308176],
            ),
            (
                BoundedPareto::new(1.0, 1000.0, 1.5),
                [2.90522354143, 91.8712350286, 31622.7766017],
                9.88479979276,
                [5.44239989638, 21.7695995855, 48.9815990674, 103.405598031],
            ),
            (
                BoundedPareto::new(1.0, 1e6, 1.1),
                [8.23692699436, 307007.196523, 1.45425040458e11],
                4523.99519461,
                [2262.4975973, 9049.99038921, 20362.4783757, 42987.4543488],
            ),
        ] {
            for (k, moment) in (1..).zip([es, es2, es3]) {
                assert_close(law.moment(k), moment, 1e-11);
            }
            assert_close(law.scv(), scv, 1e-11);
            for (rho, wait) in [0.5, 0.8, 0.9, 0.95].into_iter().zip(waits) {
                assert_close(mean_wait(&law, rho) / es, wait, 1e-11);
            }
        }
    }

    /// Oracle: a moment whose order is the index is the limit of those beside it.
    #[test]
    fn the_moment_of_the_order_of_the_index() {
        let (at, beside) = (2.0, 2.0 + 1e-9);
        let moment = |alpha| BoundedPareto::new(1.0, 50.0, alpha).moment(2);
        assert_close(moment(at), moment(beside), 1e-8);
        // 2·ln(50)/(1 − 1/2500).
        assert_close(moment(at), 2.0 * 50.0_f64.ln() / (1.0 - 4e-4), 1e-14);
    }

    #[track_caller]
    fn assert_quantiles(law: &BoundedPareto, rows: &[(f64, [f64; 4])], relative: f64) {
        for (rho, quantiles) in rows {
            let wait = ParetoWait::new(law, *rho, 1e-3 * 0.99);
            assert_close(wait.wait_tail(0.0), *rho, 1e-12);
            for (p, expected) in [0.5, 0.9, 0.99, 0.999].into_iter().zip(quantiles) {
                assert_close(wait.wait_quantile(p), *expected, relative);
            }
        }
    }

    /// Oracle: the same equation with more steps of extrapolation, to 2·10⁻¹³ of probability.
    #[test]
    fn waits_behind_packets() {
        let rows = [
            (0.5, [0.0, 717.3596286, 1756.0785732, 2792.9720936]),
            (0.8, [464.3195462, 2243.0962769, 4763.6296447, 7284.2539848]),
            (
                0.9,
                [1230.0792006, 4695.5037578, 9655.5530753, 14615.6024024],
            ),
        ];
        assert_quantiles(&BoundedPareto::new(64.0, 1500.0, 1.1), &rows, 1e-9);
    }

    /// Oracle: as above.
    #[test]
    fn waits_behind_heavy_tails() {
        let rows = [
            (0.5, [0.0, 27.823461918, 327.521917568, 737.500740429]),
            (
                0.8,
                [9.637692352, 187.773469754, 692.638662178, 1105.316261662],
            ),
            (
                0.9,
                [43.109561063, 428.897686693, 1061.580740687, 1683.635905703],
            ),
        ];
        assert_quantiles(&BoundedPareto::new(1.0, 1000.0, 1.5), &rows, 1e-8);
    }

    #[test]
    #[should_panic(expected = "is beyond 1 −")]
    fn quantiles_beyond_the_tail_are_refused() {
        let law = BoundedPareto::new(1.0, 10.0, 1.5);
        ParetoWait::new(&law, 0.5, 1e-2).wait_quantile(0.9999);
    }

    #[test]
    #[should_panic(expected = "sizes range over")]
    fn ranges_that_would_take_hours_are_refused() {
        ParetoWait::new(&BoundedPareto::new(1.0, 1e6, 1.1), 0.5, 1e-2);
    }
}
