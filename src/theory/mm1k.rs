//! M/M/1/K: the queue of M/M/1 with room for K packets, the one in service included.

use super::numeric::{erlang_mixture_tail, quantile};

/// Steady state of an M/M/1/K queue; times in mean service times.
///
/// # Source
/// Kleinrock, *Queueing Systems*, vol. 1 (1975), section 3.6. The sojourn of an accepted packet
/// that finds k others is a sum of k + 1 exponential services.
#[derive(Clone, Debug)]
pub struct Mm1k {
    rho: f64,
    /// P(n in the system), n = 0..=K.
    states: Vec<f64>,
}

impl Mm1k {
    /// The queue at offered load `rho`, below or above 1, with room for `capacity` packets.
    ///
    /// # Panics
    /// Unless `rho` and `capacity` are positive.
    pub fn new(rho: f64, capacity: usize) -> Self {
        assert!(rho > 0.0 && capacity > 0, "no queue of {capacity} at {rho}");
        // Powers of what is at most 1, so that none overflows.
        let (small, overloaded) = if rho > 1.0 {
            (1.0 / rho, true)
        } else {
            (rho, false)
        };
        let powers = std::iter::successors(Some(1.0), |power| Some(power * small));
        let mut states: Vec<f64> = powers.take(capacity + 1).collect();
        if overloaded {
            states.reverse();
        }
        let total: f64 = states.iter().sum();
        states.iter_mut().for_each(|state| *state /= total);
        Mm1k { rho, states }
    }

    /// K: the most packets in the system.
    fn capacity(&self) -> usize {
        self.states.len() - 1
    }

    /// P(n in the system), at any time and for an arrival; 0 above the capacity.
    pub fn state(&self, n: usize) -> f64 {
        self.states.get(n).copied().unwrap_or(0.0)
    }

    /// Fraction of the packets that find the queue full.
    pub fn loss(&self) -> f64 {
        self.states[self.capacity()]
    }

    /// Fraction that is accepted, summed over what it is: no digits are lost at heavy load.
    fn accepted(&self) -> f64 {
        self.states[..self.capacity()].iter().sum()
    }

    /// Mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        let states = self.states.iter().enumerate();
        states.map(|(n, state)| n as f64 * state).sum()
    }

    /// Mean sojourn of the accepted packets, by Little's law.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_in_system() / (self.rho * self.accepted())
    }

    /// Mean wait of the accepted packets.
    pub fn mean_wait(&self) -> f64 {
        self.mean_sojourn() - 1.0
    }

    /// P(T > t) of the sojourn of an accepted packet.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        self.stages_tail(0, t)
    }

    /// P(W > t) of the wait of an accepted packet.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.stages_tail(1, t)
    }

    /// P(X > t) of the services of those that an accepted packet finds, less `leaving_out` and
    /// with its own.
    fn stages_tail(&self, leaving_out: usize, t: f64) -> f64 {
        let mut found_at_least = Vec::with_capacity(self.capacity());
        let mut sum = 0.0;
        for state in self.states[..self.capacity()].iter().rev() {
            sum += state;
            found_at_least.push(sum);
        }
        let accepted = sum;
        let more_than = found_at_least.into_iter().rev().skip(leaving_out);
        erlang_mixture_tail(more_than.map(|sum| sum / accepted), t)
    }

    /// The sojourn that a fraction `p` of the accepted packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.sojourn_tail(t))
    }

    /// The wait that a fraction `p` of the accepted packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.wait_tail(t))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mm1::Mm1, testing::assert_close};
    use super::*;

    /// Oracle: the same sums at 50 digits.
    #[test]
    fn losses_numbers_and_sojourns() {
        for (rho, capacity, loss, number, sojourn, p99) in [
            (
                0.5,
                5,
                0.015873015873,
                0.90476190476,
                1.8387096774,
                7.7919406401,
            ),
            (
                0.5,
                10,
                0.00048851978505,
                0.99462628236,
                1.9902248289,
                9.0661755662,
            ),
            (
                0.5,
                20,
                4.7683738558e-7,
                0.99998998641,
                1.9999809265,
                9.2101516235,
            ),
            (0.5, 64, 2.7105054312e-20, 1.0, 2.0, 9.210340372),
            (
                0.8,
                5,
                0.088819498656,
                1.8683320323,
                2.563065207,
                9.2015363553,
            ),
            (
                0.8,
                10,
                0.02349285758,
                2.9663142665,
                3.797097504,
                13.697009373,
            ),
            (
                0.8,
                20,
                0.0023273086427,
                3.804506074,
                4.7667262357,
                19.858354203,
            ),
            (
                0.8,
                64,
                1.2554209775e-7,
                3.9999673591,
                4.9999598265,
                23.025540223,
            ),
            (
                0.9,
                5,
                0.12602254999,
                2.1947823006,
                2.7902859515,
                9.5163041071,
            ),
            (
                0.9,
                10,
                0.050813731327,
                3.9694405986,
                4.6466006721,
                14.783441604,
            ),
            (
                0.9,
                20,
                0.013651386354,
                6.4198879791,
                7.2319348017,
                23.935649299,
            ),
            (
                0.9,
                64,
                0.00011802708628,
                8.9309541545,
                9.9244537483,
                44.948457249,
            ),
            (
                0.95,
                5,
                0.14604704615,
                2.3506367391,
                2.8975301871,
                9.6517670545,
            ),
            (
                0.95,
                10,
                0.069426839908,
                4.4897904592,
                5.0786928131,
                15.22466867,
            ),
            (
                0.95,
                20,
                0.027181154199,
                8.1547194747,
                8.8237550841,
                25.451815429,
            ),
            (
                0.95,
                64,
                0.0019455622312,
                16.597230645,
                17.504825827,
                62.875232206,
            ),
            (1.0, 5, 0.16666666667, 2.5, 3.0, 9.7745806858),
            (1.0, 10, 0.090909090909, 5.0, 5.5, 15.605984799),
            (1.0, 20, 0.047619047619, 10.0, 10.5, 26.644048176),
            (1.0, 64, 0.015384615385, 32.0, 32.5, 72.698024776),
            (
                1.2,
                5,
                0.25058812156,
                3.021172376,
                3.3594925822,
                10.163847191,
            ),
            (
                1.2,
                10,
                0.19258649513,
                6.7107086784,
                6.9261378441,
                16.667530714,
            ),
            (
                1.2,
                20,
                0.17036994903,
                15.466613577,
                15.535653069,
                29.195726225,
            ),
            (
                1.2,
                64,
                0.16666785536,
                59.000463591,
                59.000547752,
                80.857758686,
            ),
        ] {
            let queue = Mm1k::new(rho, capacity);
            assert_close(queue.loss(), loss, 1e-10);
            assert_close(queue.mean_in_system(), number, 1e-10);
            assert_close(queue.mean_sojourn(), sojourn, 1e-10);
            assert_close(queue.sojourn_quantile(0.99), p99, 1e-10);
        }
    }

    /// Oracle: with room for 400 packets at load 0.8, nothing is lost that a double could tell.
    #[test]
    fn a_large_queue_is_mm1() {
        let (finite, endless) = (Mm1k::new(0.8, 400), Mm1::new(0.8));
        assert_close(finite.mean_wait(), endless.mean_wait(), 1e-12);
        for p in [0.1, 0.5, 0.99, 0.999] {
            let expected = endless.wait_quantile(p);
            assert_close(finite.wait_quantile(p), expected, 1e-10);
        }
        assert_eq!(finite.state(401), 0.0);
    }

    #[test]
    #[should_panic(expected = "no queue of 0")]
    fn no_room_is_refused() {
        Mm1k::new(0.8, 0);
    }
}
