//! M/M/c: one queue and c servers, and M/M/c/c, where nobody waits: Erlang's formulas.
//!
//! Between one fast link and c queues that do not share: receive queues on c cores that take
//! packets from one line. The unit of time is the mean service time of one server, which is c
//! packet times of a link that is as fast as all servers together.

use super::numeric::{quantile, two_stage_tail};

/// Erlang B: probability that all of `servers` are busy and a packet is lost, where nobody may
/// wait. `offered` is arrival rate times mean service time, any positive number. Holds for every
/// law of service times.
///
/// Recursion B_k = aB_{k−1}/(k + aB_{k−1}) from B_0 = 1.
///
/// # Source
/// Erlang (1917); Cooper, *Introduction to Queueing Theory*, 2nd ed. (1981), chapter 3.
///
/// # Panics
/// Unless `offered` is positive.
pub fn erlang_b(servers: u32, offered: f64) -> f64 {
    assert!(offered > 0.0, "no traffic: {offered}");
    (1..=servers).fold(1.0, |blocked, k| {
        let busy = offered * blocked;
        busy / (f64::from(k) + busy)
    })
}

/// Steady state of an M/M/c queue.
#[derive(Clone, Copy, Debug)]
pub struct Mmc {
    servers: f64,
    rho: f64,
    /// Erlang C.
    waits: f64,
}

impl Mmc {
    /// `servers` servers, each at offered load `rho`: packets arrive at rate `servers`·`rho`.
    ///
    /// # Source
    /// Erlang C from Erlang B: C = B/(1 − ρ(1 − B)).
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1) and there is a server.
    pub fn new(servers: u32, rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        assert!(servers > 0, "no server");
        let count = f64::from(servers);
        let blocked = erlang_b(servers, count * rho);
        Mmc {
            servers: count,
            rho,
            waits: blocked / (1.0 - rho * (1.0 - blocked)),
        }
    }

    /// Erlang C: probability that a packet waits.
    pub fn wait_probability(&self) -> f64 {
        self.waits
    }

    /// Rate at which the line of those who wait drains, c(1 − ρ).
    fn drain(&self) -> f64 {
        self.servers * (1.0 - self.rho)
    }

    /// Mean wait, C/(c(1 − ρ)).
    pub fn mean_wait(&self) -> f64 {
        self.waits / self.drain()
    }

    /// Mean sojourn.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_wait() + 1.0
    }

    /// P(W > t) = Ce^{−c(1−ρ)t}, for t ≥ 0.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.waits * (-self.drain() * t).exp()
    }

    /// P(T > t) of wait and service together, for t ≥ 0.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        let served = (1.0 - self.waits) * (-t).exp();
        served + self.waits * two_stage_tail(self.drain(), 1.0, t)
    }

    /// The wait that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        assert!((0.0..1.0).contains(&p), "{p} is no quantile");
        ((self.waits / (1.0 - p)).ln() / self.drain()).max(0.0)
    }

    /// The sojourn that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.sojourn_tail(t))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mm1::Mm1, testing::assert_close};
    use super::*;

    /// Oracle: the same formulas at 50 digits.
    #[test]
    fn blocking_and_waiting() {
        for (rho, servers, blocked, waits, wait) in [
            (0.5, 2, 0.2, 0.333333333333, 0.333333333333),
            (0.5, 8, 0.0304200582259, 0.0590439946953, 0.0147609986738),
            (0.8, 2, 0.329896907216, 0.711111111111, 1.77777777778),
            (0.8, 4, 0.228144929958, 0.596432471787, 0.745540589734),
            (0.8, 8, 0.144393889853, 0.457644925442, 0.286028078401),
            (0.8, 16, 0.0806472128401, 0.30488391293, 0.0952762227906),
            (0.8, 64, 0.0117376512605, 0.0560563755536, 0.00437940434013),
            (0.9, 2, 0.366515837104, 0.852631578947, 4.26315789474),
            (0.9, 8, 0.190313168664, 0.701532990146, 0.876916237683),
            (0.9, 16, 0.126411893933, 0.591343393872, 0.36958962117),
            (0.95, 8, 0.213131054133, 0.84416863061, 2.11042157652),
        ] {
            let queue = Mmc::new(servers, rho);
            assert_close(erlang_b(servers, f64::from(servers) * rho), blocked, 1e-11);
            assert_close(queue.wait_probability(), waits, 1e-11);
            assert_close(queue.mean_wait(), wait, 1e-11);
            assert_close(queue.mean_sojourn(), 1.0 + wait, 1e-11);
        }
    }

    /// Oracle: one server is M/M/1; then wait and service together are exponential.
    #[test]
    fn one_server_is_mm1() {
        let (one, mm1) = (Mmc::new(1, 0.8), Mm1::new(0.8));
        for p in [0.5, 0.99] {
            assert_close(one.wait_quantile(p), mm1.wait_quantile(p), 1e-13);
            assert_close(one.sojourn_quantile(p), mm1.sojourn_quantile(p), 1e-13);
        }
        assert_close(one.wait_tail(3.0), mm1.wait_tail(3.0), 1e-14);
    }

    /// Oracle: the mean is the area under the tail, by Simpson's rule.
    #[test]
    fn sojourn_tail_has_the_mean_as_its_area() {
        // c(1 − ρ) = 1: both stages at the same rate.
        for queue in [Mmc::new(5, 0.8), Mmc::new(8, 0.9)] {
            let h = 1.0 / 64.0;
            let tail = |at: u32| queue.sojourn_tail(f64::from(at) * h / 2.0);
            let pieces =
                (0..64 * 60).map(|i| tail(2 * i) + 4.0 * tail(2 * i + 1) + tail(2 * i + 2));
            assert_close(pieces.sum::<f64>() * h / 6.0, queue.mean_sojourn(), 1e-9);
        }
    }
}
