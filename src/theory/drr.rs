//! Deficit round robin: how far from fair, and how late at most. Sizes in bytes, the link in bytes
//! per unit of time.
//!
//! Bounds, never exceeded by any arrivals: no averages.

/// Most by which the services of two backlogged queues may differ, each divided by its weight, over
/// any interval in which both are backlogged: Q + m/f_i + m/f_j, with Q the quantum of weight 1 and
/// m the longest packet.
///
/// # Source
/// Shreedhar and Varghese, "Efficient fair queuing using deficit round-robin", *IEEE/ACM
/// Transactions on Networking* 4 (1996).
///
/// # Panics
/// Unless both weights are positive.
pub fn fairness_bound(quantum: f64, longest: f64, weights: [f64; 2]) -> f64 {
    assert!(weights.iter().all(|w| *w > 0.0), "weights {weights:?}");
    quantum + longest / weights[0] + longest / weights[1]
}

/// Latency of a queue as a latency-rate server, (3F − 2φ_i)/C: from the moment it becomes
/// backlogged, it has got its rate φ_i/F·C less what this latency covers. F sums all quanta φ.
///
/// # Source
/// Stiliadis and Varma, "Latency-rate servers", *IEEE/ACM Transactions on Networking* 6 (1998).
/// Holds only where every quantum is at least the longest packet; elsewhere it is exceeded, and
/// [`latency`] is the one to use.
///
/// # Panics
/// Unless every quantum is at least `longest`, and `queue` is one of them.
pub fn latency_of_large_quanta(quanta: &[f64], queue: usize, longest: f64, capacity: f64) -> f64 {
    assert!(
        quanta.iter().all(|quantum| *quantum >= longest),
        "a quantum of {quanta:?} is below the longest packet {longest}"
    );
    let frame: f64 = quanta.iter().sum();
    (3.0 * frame - 2.0 * quanta[queue]) / capacity
}

/// The same for any quanta: ((F − φ_i)(1 + m_i/φ_i) + Σ_jm_j)/C, m_j being the longest packet of
/// queue j.
///
/// # Source
/// Lenzini, Mingozzi and Stea, "Tradeoffs between low complexity, low latency, and fairness with
/// deficit round-robin schedulers", *IEEE/ACM Transactions on Networking* 12 (2004).
///
/// # Panics
/// Unless `queue` is one of as many quanta as longest packets, and quanta are positive.
pub fn latency(quanta: &[f64], queue: usize, longest: &[f64], capacity: f64) -> f64 {
    assert_eq!(
        quanta.len(),
        longest.len(),
        "a longest packet for each queue"
    );
    assert!(quanta.iter().all(|q| *q > 0.0), "quanta {quanta:?}");
    let frame: f64 = quanta.iter().sum();
    let own = quanta[queue];
    let packets: f64 = longest.iter().sum();
    ((frame - own) * (1.0 + longest[queue] / own) + packets) / capacity
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    /// Oracle: by hand; adversarial-random simulations found 4,372, 13,238, 35,467 and, where the
    /// quanta are too small for the second bound, 11,186 (it would give 5,000).
    #[test]
    fn bounds_are_just_above_what_was_found() {
        let fairness = fairness_bound(1500.0, 1500.0, [1.0, 1.0]);
        assert_eq!(fairness, 4500.0);
        // Four queues, (3·6000 − 2·1500), and ten, (3·15,000 − 2·1500).
        for (queues, bound) in [(4, 15_000.0), (10, 42_000.0)] {
            let latency = latency_of_large_quanta(&vec![1500.0; queues], 0, 1500.0, 1.0);
            assert_eq!(latency, bound);
        }
        let small = [500.0; 4];
        let exact = latency(&small, 0, &[1500.0; 4], 1.0);
        // 1500·(1 + 3) + 6000.
        assert_close(exact, 12_000.0, 1e-15);
    }

    /// Oracle: time scales with the inverse of the capacity, and a heavier queue is served sooner.
    #[test]
    fn latencies_scale() {
        let quanta = [1500.0, 4500.0];
        let slow = latency(&quanta, 0, &[1500.0; 2], 1.0);
        assert_close(latency(&quanta, 0, &[1500.0; 2], 10.0), slow / 10.0, 1e-15);
        assert!(latency(&quanta, 1, &[1500.0; 2], 1.0) < slow);
    }

    #[test]
    #[should_panic(expected = "below the longest packet")]
    fn small_quanta_are_refused() {
        latency_of_large_quanta(&[500.0, 1500.0], 0, 1500.0, 1.0);
    }
}
