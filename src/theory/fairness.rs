//! Shares: how equal they are, and what overload leaves to each.

/// Jain's index (Σx)²/(nΣx²): 1 where all are equal, 1/n where one has everything.
///
/// Of satisfied fractions x_i/demand_i it tells disciplines apart; of bare rates it does not.
///
/// # Source
/// Jain, Chiu and Hawe, DEC Research Report TR-301 (1984).
///
/// # Panics
/// Unless some value is positive and none negative.
pub fn jain_index(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().sum();
    assert!(
        values.iter().all(|x| *x >= 0.0) && sum > 0.0,
        "no shares: {values:?}"
    );
    let squares: f64 = values.iter().map(|x| x * x).sum();
    sum * sum / (values.len() as f64 * squares)
}

/// Loss that every packet of an overloaded drop-tail FIFO sees where arrivals are Poisson:
/// 1 − 1/Σρ, and 0 up to load 1. The limit for a long queue; throughput is then in proportion to
/// what is offered.
///
/// # Source
/// Work conservation and Wolff, "Poisson arrivals see time averages", *Operations Research* 30
/// (1982).
pub fn overload_loss(loads: &[f64]) -> f64 {
    let total: f64 = loads.iter().sum();
    (1.0 - 1.0 / total).max(0.0)
}

/// Max-min shares of `capacity`: nobody gets more than its demand, and who gets less gets as much
/// as anyone. What a per-task fair scheduler leaves to each.
///
/// # Source
/// Bertsekas and Gallager, *Data Networks*, 2nd ed. (1992), section 6.5.2: progressive filling.
pub fn max_min_shares(demands: &[f64], capacity: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by(|a, b| demands[*a].total_cmp(&demands[*b]));
    let mut shares = vec![0.0; demands.len()];
    let mut left = capacity;
    for (served, task) in order.into_iter().enumerate() {
        let equal = left / (demands.len() - served) as f64;
        shares[task] = demands[task].min(equal);
        left -= shares[task];
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::super::{md1k::md1k, testing::assert_close};
    use super::*;

    /// Oracle: by hand, 100/(2·82), 55²/(10·385), and k/n where k of n are equal and the rest 0.
    #[test]
    fn indices() {
        assert_close(jain_index(&[9.0, 1.0]), 0.609756097561, 1e-12);
        let to_ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_close(jain_index(&to_ten), 0.785714285714, 1e-12);
        assert_close(jain_index(&[2.0, 0.0, 2.0, 2.0, 0.0]), 0.6, 1e-15);
        assert_eq!(jain_index(&[0.3; 4]), 1.0);
    }

    /// A bully of 1.2 and seven tasks of 0.1. Oracle: by hand, 1 − 1/1.9; and M/D/1/K with a long
    /// queue.
    #[test]
    fn a_bully_against_seven() {
        let mut loads = vec![0.1; 7];
        loads.push(1.2);
        let loss = overload_loss(&loads);
        assert_close(loss, 0.473684210526, 1e-11);
        assert_close(loss, md1k(1.9, 64).loss, 1e-9);
        let shares = max_min_shares(&loads, 1.0);
        assert_eq!(shares[..7], [0.1; 7]);
        assert_close(shares[7], 0.3, 1e-14);
        // Satisfied fractions tell the modes apart: FIFO is equal in misery.
        let satisfied: Vec<f64> = shares.iter().zip(&loads).map(|(x, d)| x / d).collect();
        assert!(jain_index(&satisfied) < 0.94);
    }

    #[test]
    fn shares_without_overload_are_the_demands() {
        assert_eq!(max_min_shares(&[0.3, 0.1, 0.2], 1.0), [0.3, 0.1, 0.2]);
        assert_eq!(max_min_shares(&[3.0, 0.2, 3.0], 1.0), [0.4, 0.2, 0.4]);
        assert_eq!(overload_loss(&[0.3, 0.7]), 0.0);
    }

    #[test]
    #[should_panic(expected = "no shares")]
    fn nothing_has_no_index() {
        jain_index(&[0.0, 0.0]);
    }
}
