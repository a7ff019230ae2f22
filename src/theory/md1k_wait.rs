//! The whole law of the wait in M/D/1/K, for any load and any room.
//!
//! As long as fewer than K packets are inside, a finite queue does what an unlimited one does. So
//! its states below K have the same relative weights, with the same laws of the service that is
//! left; and a packet that finds fewer than K and waits at most t has found at most t + 1. Hence
//! the wait of an accepted packet is that of M/D/1, cut off at K − 1 services.

use super::md1::{at_most_then, quantile, state_weights};

/// Wait and loss of an M/D/1/K queue; times in service times.
#[derive(Clone, Debug)]
pub struct Md1kWait {
    rho: f64,
    loss: f64,
    /// Probability that an accepted packet finds at most j packets inside, j < K.
    finds_at_most: Vec<f64>,
}

impl Md1kWait {
    /// The queue at offered load `rho` (any) with room for `capacity` packets.
    ///
    /// # Source
    /// The law of the states is that of Brun and Garcia, *Journal of Applied Probability* 37 (2000).
    ///
    /// # Panics
    /// Unless `rho` and `capacity` are positive.
    pub fn new(rho: f64, capacity: usize) -> Self {
        assert!(rho > 0.0 && capacity > 0, "no queue of {capacity} at {rho}");
        let weights = state_weights(rho, capacity);
        let mut sum = 0.0;
        let cumulative = weights.iter().map(|weight| {
            sum += weight;
            sum
        });
        let mut finds_at_most: Vec<f64> = cumulative.collect();
        let loss = (weights[0] + (rho - 1.0) * sum) / (weights[0] + rho * sum);
        finds_at_most.iter_mut().for_each(|most| *most /= sum);
        Md1kWait {
            rho,
            // Below load 1 it may be lost in the last digits of its terms.
            loss: loss.max(0.0),
            finds_at_most,
        }
    }

    /// Fraction of the packets that find the queue full, to some 10⁻¹⁴.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// P(W ≤ t) of the accepted packets.
    ///
    /// # Source
    /// Franx, *Operations Research Letters* 29 (2001), as in [`super::md1`].
    pub fn wait_cdf(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 0.0;
        }
        let capacity = self.finds_at_most.len();
        if t >= capacity as f64 - 1.0 {
            return 1.0;
        }
        let k = t.floor() as usize + 1;
        // At most m wait when at most m + 1 are inside.
        at_most_then(&self.finds_at_most[1..=k], self.rho * (k as f64 - t))
    }

    /// The wait that a fraction `p` of the accepted packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1 − 10⁻¹⁰]: beyond, the tail has too few digits left.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        let longest = self.finds_at_most.len() as f64 - 1.0;
        quantile(p, longest, |t| self.wait_cdf(t))
    }

    /// Mean wait of the accepted packets, by Little's law.
    pub fn mean_wait(&self) -> f64 {
        let capacity = self.finds_at_most.len() as f64;
        let found: f64 = self.finds_at_most.iter().map(|most| 1.0 - most).sum();
        let accepted = 1.0 - self.loss;
        let mean_in_system = found * accepted + capacity * self.loss;
        mean_in_system / (self.rho * accepted) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::md1::Md1;
    use super::super::md1k::md1k;
    use super::super::testing::assert_close;
    use super::*;

    /// Oracle: [`md1k`], which the reference digits hold, by another way to the same numbers.
    #[test]
    fn loss_and_mean_are_those_of_the_closed_form() {
        for (rho, capacity) in [
            (0.5, 1),
            (0.8, 2),
            (0.8, 5),
            (0.9, 50),
            (1.0, 20),
            (1.5, 20),
        ] {
            let (queue, closed) = (Md1kWait::new(rho, capacity), md1k(rho, capacity));
            assert!(
                (queue.loss() - closed.loss).abs() < 1e-13,
                "{rho}, {capacity}"
            );
            if capacity > 1 {
                assert_close(queue.mean_wait(), closed.mean_wait, 1e-11);
            }
        }
    }

    /// The mean is also ∫ P(W > t) dt, here by Simpson's rule between the kinks at whole numbers.
    #[test]
    fn the_law_has_the_mean() {
        for (rho, capacity) in [(0.8, 5_u32), (1.0, 10), (1.5, 20)] {
            let queue = Md1kWait::new(rho, capacity as usize);
            let steps = 64;
            let h = 1.0 / f64::from(steps);
            let tail = |t: f64| 1.0 - queue.wait_cdf(t);
            let pieces = (0..(capacity - 1) * steps).map(|step| {
                let left = f64::from(step) * h;
                // Stay left of the kink.
                let right = (left + h) * (1.0 - 1e-15);
                h / 6.0 * (tail(left) + 4.0 * tail(left + h / 2.0) + tail(right))
            });
            assert_close(pieces.sum(), queue.mean_wait(), 1e-8);
        }
    }

    #[test]
    fn with_much_room_it_is_md1() {
        let (finite, unlimited) = (Md1kWait::new(0.8, 200), Md1::new(0.8));
        for p in [0.3, 0.5, 0.9, 0.99, 0.999] {
            assert_close(finite.wait_quantile(p), unlimited.wait_quantile(p), 1e-10);
        }
        assert_eq!(finite.wait_quantile(0.1), 0.0);
    }

    /// Far above load 1 the loss is 1 − 1/ρ, and what is left of room fluctuates at the far end;
    /// the weights alone would exceed every float.
    #[test]
    fn a_long_queue_in_overload_stays_finite() {
        let queue = Md1kWait::new(2.7, 1000);
        assert_close(queue.loss(), 1.0 - 1.0 / 2.7, 1e-12);
        let median = queue.wait_quantile(0.5);
        assert!((997.0..999.0).contains(&median), "{median}");
        assert_eq!(queue.wait_cdf(999.0), 1.0);
    }
}
