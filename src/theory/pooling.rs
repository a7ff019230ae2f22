//! One shared FIFO at the full rate against a hard 1/N of the rate for each task.
//!
//! Poisson arrivals of equal packets; the unit of time is a packet's transmission at the *full*
//! rate. N − 1 victims offer `victim` each and one bully offers the rest of a total load. A
//! victim's own share is then M/D/1 at load N·`victim` with time stretched N times, and the shared
//! FIFO is M/D/1 at the total load.

use super::md1::Md1;
use super::md1k::md1k;
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

/// Loss of packets at the same load and with the same buffer in all.
#[derive(Clone, Copy, Debug)]
pub struct BufferLoss {
    /// One queue with the whole buffer at the full rate.
    pub shared: f64,
    /// A queue each, with its part of the buffer and of the rate.
    pub split: f64,
}

/// Loss where `tasks` tasks share rate and buffer, and where each has 1/`tasks` of both: room for
/// `each` packets, the one in service included. To split the buffer costs more than to split the
/// rate.
///
/// # Panics
/// Unless `rho`, `tasks` and `each` are positive.
pub fn buffer_loss(tasks: usize, rho: f64, each: usize) -> BufferLoss {
    BufferLoss {
        shared: md1k(rho, tasks * each).loss,
        split: md1k(rho, each).loss,
    }
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

    /// Eight tasks with room for 8 packets each. Oracle: M/D/1/K at 160 to 500 digits.
    #[test]
    fn buffers() {
        for (rho, shared, split) in [
            (0.8, 2.8226948354e-13, 0.0087895090417),
            (0.9, 2.0062268717e-7, 0.027263595396),
            (0.95, 7.9738541266e-5, 0.043159325959),
        ] {
            let loss = buffer_loss(8, rho, 8);
            assert_close(loss.shared, shared, 1e-10);
            assert_close(loss.split, split, 1e-10);
        }
    }
}
