//! M/D/c: one queue and c servers of equal service times.
//!
//! What receive queues on c cores would do if they shared one line. Hashing flows to queues does
//! not share: then every queue is an [M/D/1](super::md1) of its own at the same load, and this is
//! what it cannot reach. The unit of time is the service time of one server.

use std::f64::consts::TAU;

/// Steady state of an M/D/c queue.
///
/// The number in the system a service time apart is a chain whose generating function has the
/// denominator z^c − e^{−cρ(1−z)}; its zeros z_k inside the unit circle, and 1, determine all.
///
/// # Source
/// Crommelin, "Delay probability formulae when the holding times are constant", *Post Office
/// Electrical Engineers' Journal* 25 (1932); in this form Janssen and van Leeuwaarden, "Back to
/// the roots of the M/D/s queue", *Statistica Neerlandica* 62 (2008).
#[derive(Clone, Copy, Debug)]
pub struct Mdc {
    /// Σ 1/(1 − z_k), whose imaginary parts cancel.
    inverse_distances: f64,
    /// Π (1 − z_k), real for the same reason.
    distances: f64,
    servers: f64,
    rho: f64,
}

impl Mdc {
    /// `servers` servers, each at offered load `rho`: packets arrive at rate `servers`·`rho`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1) and there is a server.
    pub fn new(servers: u32, rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        assert!(servers > 0, "no server");
        let (mut sum, mut product) = (0.0, (1.0, 0.0));
        for k in 1..servers {
            let (x, y) = zero(f64::from(k) / f64::from(servers), rho);
            let (real, imaginary) = (1.0 - x, -y);
            sum += real / (real * real + imaginary * imaginary);
            product = (
                product.0 * real - product.1 * imaginary,
                product.0 * imaginary + product.1 * real,
            );
        }
        Mdc {
            inverse_distances: sum,
            distances: product.0,
            servers: f64::from(servers),
            rho,
        }
    }

    /// Probability that a packet waits: 1 − c(1 − ρ)/Π(1 − z_k).
    pub fn wait_probability(&self) -> f64 {
        1.0 - self.servers * (1.0 - self.rho) / self.distances
    }

    /// Mean wait: ((a² − c(c − 1))/(2(c − a)) + Σ1/(1 − z_k))/a with a = cρ.
    ///
    /// At low load and many servers the two parts nearly cancel: at load 0.5 and 16 servers some
    /// 12 digits are left. The error is below 10⁻¹³ of a service time, so waits that are shorter
    /// are given as 0 or noise.
    pub fn mean_wait(&self) -> f64 {
        let (c, offered) = (self.servers, self.servers * self.rho);
        let first = (offered * offered - c * (c - 1.0)) / (2.0 * (c - offered));
        ((first + self.inverse_distances) / offered).max(0.0)
    }

    /// Mean sojourn.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_wait() + 1.0
    }
}

/// The zero z = e^{2πi·turn}e^{−ρ(1−z)} as real and imaginary part: a contraction on the unit disc,
/// since its derivative is ρz.
fn zero(turn: f64, rho: f64) -> (f64, f64) {
    let (mut x, mut y) = (0.0_f64, 0.0_f64);
    let mut moved = f64::INFINITY;
    loop {
        let size = (-rho * (1.0 - x)).exp();
        let angle = TAU * turn + rho * y;
        let next = (size * angle.cos(), size * angle.sin());
        let step = (next.0 - x).hypot(next.1 - y);
        (x, y) = next;
        // Steps shrink by ρ at least, until they are rounding.
        if step >= moved || step == 0.0 {
            return (x, y);
        }
        moved = step;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{md1::Md1, mmc::Mmc, testing::assert_close};
    use super::*;

    /// Oracle: Crommelin's chain of states, cut off, to ten digits.
    #[test]
    fn mean_waits() {
        for (rho, waits) in [
            (
                0.5,
                [0.1767410571, 0.0496517388, 0.0093210126, 0.0008102340],
            ),
            (
                0.8,
                [0.9032838794, 0.3860949308, 0.1519538026, 0.0525478911],
            ),
            (
                0.9,
                [2.1469232147, 0.9999658856, 0.4499732594, 0.1924670312],
            ),
        ] {
            for (servers, wait) in [2, 4, 8, 16].into_iter().zip(waits) {
                let found = Mdc::new(servers, rho).mean_wait();
                assert!((found - wait).abs() <= 6e-11, "{rho} {servers}: {found}");
            }
        }
    }

    /// Oracle: one server is M/D/1; and equal service times wait less than exponential ones, more
    /// than half as long, and less than behind a queue of one's own.
    #[test]
    fn between_its_neighbours() {
        for rho in [0.3, 0.8, 0.95] {
            let md1 = Md1::new(rho);
            let one = Mdc::new(1, rho);
            assert_close(one.mean_wait(), md1.mean_wait(), 1e-12);
            assert_close(one.wait_probability(), rho, 1e-12);
            for servers in [2, 8, 16] {
                let queue = Mdc::new(servers, rho);
                let exponential = Mmc::new(servers, rho);
                assert!(queue.mean_wait() < exponential.mean_wait());
                assert!(queue.mean_wait() < md1.mean_wait());
                assert!(queue.wait_probability() < exponential.wait_probability());
            }
        }
    }

    /// Oracle: P(nobody waits) for two servers from the balance of the chain, p_0 + p_1 with
    /// p_0 = e^{−a}(p_0 + p_1 + p_2) and so on, iterated until it stands.
    #[test]
    fn probability_of_waiting() {
        let arrivals = 1.6_f64;
        let poisson: Vec<f64> = (0..80)
            .scan((-arrivals).exp(), |p, n| {
                let now = *p;
                *p *= arrivals / (f64::from(n) + 1.0);
                Some(now)
            })
            .collect();
        let mut states = vec![0.0; 200];
        states[0] = 1.0;
        for _ in 0..2000 {
            let mut next = vec![0.0; 200];
            for (n, p) in states.iter().enumerate() {
                let left = n.saturating_sub(2);
                for (more, q) in poisson.iter().enumerate().take(200 - left) {
                    next[left + more] += p * q;
                }
            }
            states = next;
        }
        let waits = 1.0 - states[0] - states[1];
        assert_close(Mdc::new(2, 0.8).wait_probability(), waits, 1e-10);
    }
}
