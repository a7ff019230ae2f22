//! M/G/1: Poisson arrivals, service times of any law. A FIFO of mixed packet sizes.
//!
//! Times are in the unit of the law's values. With sizes in bytes, the link sends a byte per unit
//! of time, and a result times 8/C is seconds.
//!
//! - Means and second moments of the wait: for every [`ServiceLaw`], here.
//! - [`discrete`]: mixes of sizes, with their exponential tails; [`distribution`]: their waits in
//!   full.
//! - [`pareto`]: bounded Pareto sizes, with the whole distribution.
//! - [`hyperexponential`]: two exponentials, in closed form.

pub mod discrete;
pub mod distribution;
pub mod hyperexponential;
pub mod pareto;

pub use discrete::{DiscreteLaw, Tail};
pub use pareto::BoundedPareto;

/// A law of service times, by its moments.
pub trait ServiceLaw {
    /// E\[S^k\], for k ≥ 1.
    fn moment(&self, k: i32) -> f64;

    /// Squared coefficient of variation.
    fn scv(&self) -> f64 {
        self.moment(2) / self.moment(1).powi(2) - 1.0
    }
}

/// Service times that are a sum of so many exponential stages, of mean 1 together. One stage is
/// exponential.
#[derive(Clone, Copy, Debug)]
pub struct ErlangLaw {
    /// k, at least 1.
    pub stages: u32,
}

impl ServiceLaw for ErlangLaw {
    fn moment(&self, k: i32) -> f64 {
        let stages = f64::from(self.stages);
        (0..k).map(|i| (stages + f64::from(i)) / stages).product()
    }
}

fn arrival_rate(law: &impl ServiceLaw, rho: f64) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    rho / law.moment(1)
}

/// Mean wait at offered load `rho`: λE\[S²\]/(2(1 − ρ)), the same for every size of packet.
///
/// # Source
/// Pollaczek (1930) and Khinchine (1932); Kleinrock, *Queueing Systems*, vol. 1, chapter 5.
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn mean_wait(law: &impl ServiceLaw, rho: f64) -> f64 {
    arrival_rate(law, rho) * law.moment(2) / (2.0 * (1.0 - rho))
}

/// E\[W²\] at offered load `rho`: 2W̄² + λE\[S³\]/(3(1 − ρ)).
///
/// # Source
/// Takács, *Introduction to the Theory of Queues* (1962).
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn wait_second_moment(law: &impl ServiceLaw, rho: f64) -> f64 {
    let third = arrival_rate(law, rho) * law.moment(3) / (3.0 * (1.0 - rho));
    2.0 * mean_wait(law, rho).powi(2) + third
}

/// Mean sojourn of a packet of this size where the link is shared by all that are there, in equal
/// parts: size/(1 − ρ), whatever the law. The ideal that round robin comes close to.
///
/// # Source
/// Sakata, Noguchi and Oizumi (1971); Kleinrock, *Queueing Systems*, vol. 2 (1976), section 4.4.
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn processor_sharing_sojourn(size: f64, rho: f64) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    size / (1.0 - rho)
}

#[cfg(test)]
mod tests {
    use super::super::{md1::Md1, mm1::Mm1, testing::assert_close};
    use super::*;

    /// Oracle: exponential service is M/M/1, equal sizes are M/D/1, and four stages by hand:
    /// ρ(1 + 1/4)/(2(1 − ρ)).
    #[test]
    fn special_cases() {
        let exponential = ErlangLaw { stages: 1 };
        let constant = DiscreteLaw(vec![(1.0, 1.0)]);
        for (rho, four) in [(0.5, 0.625), (0.8, 2.5), (0.9, 5.625)] {
            let mm1 = Mm1::new(rho);
            assert_close(mean_wait(&exponential, rho), mm1.mean_wait(), 1e-14);
            // E[W²] = 2ρ/(1 − ρ)².
            let square = 2.0 * rho / (1.0 - rho).powi(2);
            assert_close(wait_second_moment(&exponential, rho), square, 1e-13);
            assert_close(mean_wait(&ErlangLaw { stages: 4 }, rho), four, 1e-14);
            let md1 = Md1::new(rho);
            assert_close(mean_wait(&constant, rho), md1.mean_wait(), 1e-14);
            let square = md1.sd_wait().powi(2) + md1.mean_wait().powi(2);
            assert_close(wait_second_moment(&constant, rho), square, 1e-13);
        }
        assert_close(ErlangLaw { stages: 4 }.scv(), 0.25, 1e-15);
        assert_close(processor_sharing_sojourn(3.0, 0.8), 15.0, 1e-14);
    }

    #[test]
    #[should_panic(expected = "no steady state at 1.2")]
    fn overload_is_refused() {
        mean_wait(&ErlangLaw { stages: 1 }, 1.2);
    }
}
