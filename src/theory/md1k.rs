//! M/D/1/K: the queue of M/D/1 with room for K packets, the one in service included.

use super::md1::state_weights;

/// What a finite queue does to its packets.
#[derive(Clone, Copy, Debug)]
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
        (weights[0] + (rho - 1.0) * b) / (weights[0] + rho * b)
    };
    // Seen over time, state j < K has probability (p_j/p_0)/(1 + ρb), and state K the loss.
    let below: f64 = weights[..capacity]
        .iter()
        .enumerate()
        .map(|(j, weight)| j as f64 * weight)
        .sum();
    let mean_in_system = below / (weights[0] + rho * b) + capacity as f64 * loss;
    // Little's law for the accepted packets, minus the service time.
    let mean_wait = mean_in_system / (rho * (1.0 - loss)) - 1.0;
    Md1k { loss, mean_wait }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    /// Oracle: overload, where the loss is 1 − 1/ρ but for a tail without digits.
    #[test]
    fn a_long_queue_in_overload() {
        let queue = md1k(1.7, 1000);
        assert_close(queue.loss, 1.0 - 1.0 / 1.7, 1e-12);
        assert!(queue.mean_wait > 990.0 && queue.mean_wait < 999.0);
    }

    /// Oracle: computed at 160 to 500 digits, by the alternating closed form and by the chain.
    #[test]
    fn losses() {
        let capacities = [2, 4, 5, 8, 10, 16, 20, 32, 64, 128];
        for (rho, losses) in [
            (
                0.5,
                [
                    0.096274476245,
                    0.0076842471991,
                    0.002175962571,
                    5.0068256987e-5,
                    4.057159846e-6,
                    2.1590040605e-9,
                    1.417780161e-11,
                    4.0149043702e-18,
                    1.3884130911e-35,
                    1.6603731007e-70,
                ],
            ),
            (
                0.7,
                [
                    0.16428858283,
                    0.034111548549,
                    0.016706867304,
                    0.0021298208287,
                    0.00054959115169,
                    9.5361111679e-6,
                    6.3965816538e-7,
                    1.9306532223e-10,
                    7.9138814135e-20,
                    1.329719589e-38,
                ],
            ),
            (
                0.8,
                [
                    0.19957030636,
                    0.058764102643,
                    0.035290396436,
                    0.0087895090417,
                    0.0036392311403,
                    0.0002707253337,
                    4.8271759102e-5,
                    2.7432224238e-7,
                    2.8226948354e-13,
                    2.9886199742e-25,
                ],
            ),
            (
                0.9,
                [
                    0.23463705701,
                    0.09135617571,
                    0.064361897186,
                    0.027263595396,
                    0.016631747829,
                    0.0043372404241,
                    0.0018531756827,
                    0.00015197618431,
                    2.0062268717e-7,
                    3.5056934387e-13,
                ],
            ),
            (
                0.95,
                [
                    0.25191193922,
                    0.11021832153,
                    0.082788549349,
                    0.043159325959,
                    0.03059559324,
                    0.013131183208,
                    0.0080686496428,
                    0.002148283634,
                    7.9738541266e-5,
                    1.1846750965e-7,
                ],
            ),
            (
                1.0,
                [
                    0.26894142137,
                    0.13043650143,
                    0.10344894125,
                    0.063829786766,
                    0.050847457631,
                    0.031578947368,
                    0.025210084034,
                    0.015706806283,
                    0.0078328981723,
                    0.0039113428944,
                ],
            ),
            (
                1.1,
                [
                    0.30210050899,
                    0.17368433358,
                    0.14967919081,
                    0.1164851308,
                    0.10683005112,
                    0.095352828755,
                    0.092903775492,
                    0.09110035745,
                    0.090909478288,
                    0.090909090911,
                ],
            ),
            (
                1.5,
                [
                    0.4196607876,
                    0.3458638064,
                    0.33844880868,
                    0.33369955469,
                    0.33339701495,
                    0.33333366901,
                    0.3333333435,
                    0.33333333333,
                    0.33333333333,
                    0.33333333333,
                ],
            ),
        ] {
            for (capacity, loss) in capacities.into_iter().zip(losses) {
                assert_close(md1k(rho, capacity).loss, loss, 1e-10);
            }
        }
    }

    /// Oracle: as above.
    #[test]
    fn waits_of_accepted_packets() {
        for (rho, capacity, wait) in [
            (0.8, 5, 1.20966656287),
            (0.8, 10, 1.82977349593),
            (0.8, 20, 1.99533647306),
            (0.9, 5, 1.52317459406),
            (0.9, 10, 2.92243586632),
            (0.9, 20, 4.14116245792),
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
