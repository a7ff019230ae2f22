//! One shared FIFO at the full rate against a hard 1/N of the rate for each task.
//!
//! Poisson arrivals of equal packets; the unit of time is a packet's transmission at the *full*
//! rate. N − 1 victims offer `victim` each and one bully offers the rest of a total load. A
//! victim's own share is then M/D/1 at load N·`victim` with time stretched N times, and the shared
//! FIFO is M/D/1 at the total load.

use super::md1::Md1;
use super::numeric::root;

/// Quantile of a victim's wait behind its own 1/N of the rate: N times that of M/D/1.
///
/// # Panics
/// Unless the share `tasks`·`victim` is in (0, 1).
pub fn partition_quantile(tasks: u32, victim: f64, p: f64) -> f64 {
    let tasks = f64::from(tasks);
    tasks * Md1::new(tasks * victim).wait_quantile(p)
}

/// Total load up to which the shared FIFO gives the victims the lower quantile `p` of the wait.
///
/// # Panics
/// As [`partition_quantile`], and where the crossover is above 0.999.
pub fn crossover_of_quantile(tasks: u32, victim: f64, p: f64) -> f64 {
    let partition = partition_quantile(tasks, victim, p);
    load_with_quantile(tasks, victim, p, partition)
}

/// The same for the sojourn: somewhat later, because a transmission lasts N times as long behind a
/// partition.
///
/// # Panics
/// As [`crossover_of_quantile`].
pub fn crossover_of_sojourn_quantile(tasks: u32, victim: f64, p: f64) -> f64 {
    let sojourn = partition_quantile(tasks, victim, p) + f64::from(tasks);
    load_with_quantile(tasks, victim, p, sojourn - 1.0)
}

/// Total load at which quantile `p` of the wait in the shared FIFO is `partition`.
fn load_with_quantile(tasks: u32, victim: f64, p: f64, partition: f64) -> f64 {
    let share = f64::from(tasks) * victim;
    // At the load of the victims' own queues the shared one is N times faster; at 0.999 no
    // partition that anyone would build is slower.
    root(share, 0.999, |total| {
        Md1::new(total).wait_quantile(p) - partition
    })
}

/// Total load up to which the shared FIFO gives the victims the lower mean wait: 2W/(1 + 2W) with
/// W = N²v/(2(1 − Nv)).
pub fn crossover_of_mean(tasks: u32, victim: f64) -> f64 {
    let tasks = f64::from(tasks);
    let wait = tasks * tasks * victim / (2.0 * (1.0 - tasks * victim));
    2.0 * wait / (1.0 + 2.0 * wait)
}

/// The same for the mean sojourn: behind a partition it is the wait above and a transmission of N,
/// so the shared FIFO may wait N − 1 longer before it is worse.
pub fn crossover_of_mean_sojourn(tasks: u32, victim: f64) -> f64 {
    let tasks = f64::from(tasks);
    let wait = tasks * tasks * victim / (2.0 * (1.0 - tasks * victim)) + tasks - 1.0;
    2.0 * wait / (1.0 + 2.0 * wait)
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    #[test]
    fn crossovers() {
        for (tasks, victim, p99, total_p99, total_p999, total_mean) in [
            (4, 0.2, 41.42354717, 0.9458706759, 0.946290644, 0.9411764706),
            (
                8,
                0.1,
                82.84709434,
                0.9725735985,
                0.9728249389,
                0.9696969697,
            ),
            (
                16,
                0.05,
                165.69418868,
                0.9861954174,
                0.9863317887,
                0.9846153846,
            ),
        ] {
            assert_close(partition_quantile(tasks, victim, 0.99), p99, 1e-9);
            assert_close(crossover_of_quantile(tasks, victim, 0.99), total_p99, 1e-9);
            assert_close(
                crossover_of_quantile(tasks, victim, 0.999),
                total_p999,
                1e-9,
            );
            assert_close(crossover_of_mean(tasks, victim), total_mean, 1e-9);
        }
    }

    /// Oracles: a second implementation of M/D/1 (in Python) for the quantile; for the mean the
    /// fraction 46/47, since the wait may be 16 + 7 and 2·23/(1 + 2·23) is that.
    #[test]
    fn sojourns_cross_later_than_waits() {
        assert_close(
            crossover_of_sojourn_quantile(8, 0.1, 0.99),
            0.974_684_210_382,
            1e-10,
        );
        assert_close(crossover_of_mean_sojourn(8, 0.1), 46.0 / 47.0, 1e-14);
    }
}
