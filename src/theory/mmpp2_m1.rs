//! MMPP(2)/M/1: Poisson arrivals whose rate switches between two values, exponential service.
//!
//! Bursts that last: the same mean rate as a Poisson process, and a delay that grows with the
//! time the fast phase holds.

use super::numeric::{erlang_mixture_tail, quantile};

type Matrix = [[f64; 2]; 2];

/// Arrivals that follow a Markov chain of two phases; times in mean service times.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    /// Arrival rate in each phase.
    pub arrivals: [f64; 2],
    /// Rate at which each phase is left for the other.
    pub leave: [f64; 2],
}

impl Phases {
    /// Fraction of the time spent in each phase.
    fn stationary(&self) -> [f64; 2] {
        let total = self.leave[0] + self.leave[1];
        [self.leave[1] / total, self.leave[0] / total]
    }

    /// Offered load: the mean arrival rate.
    pub fn rho(&self) -> f64 {
        dot(self.stationary(), self.arrivals)
    }
}

/// Steady state of an MMPP(2)/M/1 queue.
///
/// The number in the system and the phase are a quasi-birth-and-death process: the probabilities
/// of level n are π_n = π_0Rⁿ, with R the minimal solution of A0 + RA1 + R²A2 = 0.
///
/// # Source
/// Neuts, *Matrix-Geometric Solutions in Stochastic Models* (1981); R by logarithmic reduction:
/// Latouche and Ramaswami, *Journal of Applied Probability* 30 (1993).
#[derive(Clone, Debug)]
pub struct Mmpp2M1 {
    rho: f64,
    mean_in_system: f64,
    /// P(an arrival finds more than n), n = 0, 1, …, until it is below 10⁻¹⁸.
    finds_more_than: Vec<f64>,
}

impl Mmpp2M1 {
    /// The queue that these phases feed. Memory grows with the length of bursts: phases that last
    /// 10⁶ service times take hundreds of megabytes.
    ///
    /// # Panics
    /// Unless both phases are left at a positive rate, no arrival rate is negative, and the load
    /// is in (0, 1).
    pub fn new(phases: Phases) -> Self {
        let rho = phases.rho();
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        let Phases { arrivals, leave } = phases;
        assert!(
            leave.iter().all(|r| *r > 0.0) && arrivals.iter().all(|r| *r >= 0.0),
            "no chain of two phases: {phases:?}"
        );
        let r = rate_matrix(phases);
        // π_0(I − R)^{-1} is the law of the phases, since every level is somewhere.
        let keep = subtract(IDENTITY, r);
        let empty = row_times(phases.stationary(), keep);
        let sums = inverse(keep);
        let by_level = row_times(row_times(row_times(empty, r), sums), sums);
        let mut finds_more_than = Vec::new();
        // Σ_{m>n} π_m = π_0R^{n+1}(I − R)^{-1}, weighted by the arrivals that see it.
        let mut level = row_times(empty, r);
        loop {
            let found = dot(row_times(level, sums), arrivals) / rho;
            if found < 1e-18 {
                break;
            }
            finds_more_than.push(found);
            level = row_times(level, r);
        }
        Mmpp2M1 {
            rho,
            mean_in_system: by_level[0] + by_level[1],
            finds_more_than,
        }
    }

    /// Mean number in the system, π_0R(I − R)^{-2}.
    pub fn mean_in_system(&self) -> f64 {
        self.mean_in_system
    }

    /// Mean sojourn, by Little's law.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_in_system / self.rho
    }

    /// Mean wait.
    pub fn mean_wait(&self) -> f64 {
        self.mean_sojourn() - 1.0
    }

    /// P(W > t), for t ≥ 0: a sum of as many exponential services as an arrival finds packets.
    pub fn wait_tail(&self, t: f64) -> f64 {
        erlang_mixture_tail(self.finds_more_than.iter().copied(), t)
    }

    /// The wait that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.wait_tail(t))
    }
}

const IDENTITY: Matrix = [[1.0, 0.0], [0.0, 1.0]];

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

fn row_times(row: [f64; 2], m: Matrix) -> [f64; 2] {
    [0, 1].map(|j| row[0] * m[0][j] + row[1] * m[1][j])
}

fn times(a: Matrix, b: Matrix) -> Matrix {
    a.map(|row| row_times(row, b))
}

fn add(a: Matrix, b: Matrix) -> Matrix {
    [0, 1].map(|i| [0, 1].map(|j| a[i][j] + b[i][j]))
}

fn subtract(a: Matrix, b: Matrix) -> Matrix {
    [0, 1].map(|i| [0, 1].map(|j| a[i][j] - b[i][j]))
}

fn inverse(m: Matrix) -> Matrix {
    let determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    [
        [m[1][1] / determinant, -m[0][1] / determinant],
        [-m[1][0] / determinant, m[0][0] / determinant],
    ]
}

/// R = A0(−A1 − A0G)^{-1}, with G the law of the phase in which the level below is entered.
fn rate_matrix(phases: Phases) -> Matrix {
    let Phases { arrivals, leave } = phases;
    let up: Matrix = [[arrivals[0], 0.0], [0.0, arrivals[1]]];
    // −A1: rates out of a busy state on the diagonal, and into the other phase beside it.
    let stay: Matrix = [
        [arrivals[0] + leave[0] + 1.0, -leave[0]],
        [-leave[1], arrivals[1] + leave[1] + 1.0],
    ];
    let mut high = times(inverse(stay), up);
    let mut low = inverse(stay);
    let mut g = low;
    let mut product = high;
    // Each step doubles the levels that are looked at; 64 steps are more than any double holds.
    for _ in 0..64 {
        let back = add(times(high, low), times(low, high));
        let once = inverse(subtract(IDENTITY, back));
        (high, low) = (times(once, times(high, high)), times(once, times(low, low)));
        let gained = times(product, low);
        g = add(g, gained);
        product = times(product, high);
        if gained.iter().flatten().all(|x| *x < 1e-18) {
            break;
        }
    }
    times(up, inverse(subtract(stay, times(up, g))))
}

#[cfg(test)]
mod tests {
    use super::super::{mm1::Mm1, testing::assert_close};
    use super::*;

    fn queue(arrivals: [f64; 2], leave: [f64; 2]) -> Mmpp2M1 {
        Mmpp2M1::new(Phases { arrivals, leave })
    }

    /// Oracle: the matrix equation at 50 digits; a simulation of the second gives 10.95.
    #[test]
    fn numbers_and_sojourns() {
        for (arrivals, leave, number, sojourn) in [
            ([1.4, 0.2], [1.0, 1.0], 4.83735641114, 6.04669551392),
            ([1.4, 0.2], [0.1, 0.1], 10.9827942615, 13.7284928269),
            ([1.4, 0.2], [0.01, 0.01], 65.6067364791, 82.0084205988),
            ([4.0, 0.0], [1.0, 0.25], 13.7856996786, 17.2321245983),
            ([2.0, 0.4], [0.1, 0.03], 16.0206757687, 20.8268784993),
        ] {
            let queue = queue(arrivals, leave);
            assert_close(queue.mean_in_system(), number, 1e-10);
            assert_close(queue.mean_sojourn(), sojourn, 1e-10);
        }
    }

    /// Oracle: with equal rates the phase changes nothing, and the queue is M/M/1.
    #[test]
    fn equal_rates_are_mm1() {
        let (queue, mm1) = (queue([0.8, 0.8], [0.3, 0.7]), Mm1::new(0.8));
        assert_close(queue.mean_wait(), mm1.mean_wait(), 1e-12);
        for p in [0.1, 0.5, 0.99, 0.999] {
            assert_close(queue.wait_quantile(p), mm1.wait_quantile(p), 1e-11);
        }
    }

    /// Oracle: an interrupted Poisson process has hyperexponential gaps (Kuczura 1973), so the
    /// wait has the exponential tail of GI/M/1: σ as the root of σ = A*(1 − σ) here, by fixed
    /// point.
    #[test]
    fn on_off_arrivals_are_gim1() {
        let queue = queue([4.0, 0.0], [1.0, 0.25]);
        // A*(s) = λ(s + ω)/((s + λ + γ)(s + ω) − γω), γ leaving on and ω leaving off.
        let transform = |s: f64| 4.0 * (s + 0.25) / ((s + 5.0) * (s + 0.25) - 0.25);
        let mut sigma = 0.5;
        for _ in 0..10_000 {
            sigma = transform(1.0 - sigma);
        }
        assert_close(queue.mean_wait(), sigma / (1.0 - sigma), 1e-11);
        for t in [0.0, 1.0, 50.0, 400.0] {
            let tail = sigma * (-(1.0 - sigma) * t).exp();
            assert_close(queue.wait_tail(t), tail, 1e-9);
        }
    }

    #[test]
    #[should_panic(expected = "no chain of two phases")]
    fn a_phase_that_is_never_left_is_refused() {
        queue([0.5, 0.5], [0.0, 1.0]);
    }
}
