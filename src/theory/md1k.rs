//! M/D/1/K: the queue of M/D/1 with room for K packets, the one in service included.

use super::md1::state_weights;

/// What a finite queue does to its packets.
pub struct Md1k {
    /// Fraction of the packets that find the queue full.
    pub loss: f64,
    /// Mean wait of the packets that are accepted.
    pub mean_wait: f64,
}

/// States beyond K that the tail of the unlimited queue is summed over; its terms fall by e^{−θ}
/// each, so from load 0.95 down what is left out is below 10⁻¹⁶ of the sum.
const TAIL_STATES: usize = 400;

/// The queue at offered load `rho` (any) with room for `capacity` packets.
///
/// With b = Σ_{j<K} p_j/p_0 of the unlimited queue, the loss is 1 − b/(1 + ρb). Below load 1 that
/// would cancel, so there it is computed as (1 − ρ)q/(1 − ρq) with q = P(at least K in the
/// unlimited queue) summed over its positive terms.
///
/// # Source
/// Brun and Garcia, "Analytical solution of finite capacity M/D/1 queues", *Journal of Applied
/// Probability* 37 (2000).
///
/// # Panics
/// Unless `rho` and `capacity` are positive.
pub fn md1k(rho: f64, capacity: usize) -> Md1k {
    assert!(rho > 0.0 && capacity > 0, "no queue of {capacity} at {rho}");
    let weights = state_weights(rho, capacity + TAIL_STATES);
    let b: f64 = weights[..capacity].iter().sum();
    let loss = if rho <= 0.95 {
        let q = (1.0 - rho) * weights[capacity..].iter().rev().sum::<f64>();
        (1.0 - rho) * q / (1.0 - rho * q)
    } else {
        (1.0 + (rho - 1.0) * b) / (1.0 + rho * b)
    };
    // Seen over time, state j < K has probability (p_j/p_0)/(1 + ρb), and state K the loss.
    let below: f64 = weights[..capacity]
        .iter()
        .enumerate()
        .map(|(j, weight)| j as f64 * weight)
        .sum();
    let mean_in_system = below / (1.0 + rho * b) + capacity as f64 * loss;
    // Little's law for the accepted packets, minus the service time.
    let mean_wait = mean_in_system / (rho * (1.0 - loss)) - 1.0;
    Md1k { loss, mean_wait }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    #[test]
    fn losses() {
        for (rho, capacity, loss) in [
            (0.5, 2, 0.096274476245),
            (0.5, 20, 1.417780161e-11),
            (0.5, 128, 1.6603731007e-70),
            (0.7, 64, 7.9138814135e-20),
            (0.8, 2, 0.19957030636),
            (0.8, 5, 0.035290396436),
            (0.8, 10, 0.0036392311403),
            (0.8, 20, 4.8271759102e-5),
            (0.8, 64, 2.8226948354e-13),
            (0.9, 8, 0.027263595396),
            (0.95, 128, 1.1846750965e-7),
            (1.0, 16, 0.031578947368),
            (1.1, 10, 0.10683005112),
            (1.1, 128, 0.090909090911),
            (1.5, 4, 0.3458638064),
            (1.5, 64, 0.33333333333),
        ] {
            assert_close(md1k(rho, capacity).loss, loss, 1e-9);
        }
    }

    #[test]
    fn waits_of_accepted_packets() {
        for (rho, capacity, wait) in [
            (0.8, 5, 1.20966656287),
            (0.8, 10, 1.82977349593),
            (0.8, 20, 1.99533647306),
            (0.9, 5, 1.52317459406),
            (0.9, 50, 4.4982012932),
            (1.0, 10, 4.33630952345),
            (1.0, 20, 9.33477011494),
            (1.5, 10, 7.85880127081),
            (1.5, 20, 17.8561207425),
        ] {
            assert_close(md1k(rho, capacity).mean_wait, wait, 1e-10);
        }
    }
}
