//! GI/GI/1: what can be said of any independent gaps and service times.

/// Kingman's bound: the mean wait is never above λ(σ_a² + σ_s²)/(2(1 − ρ)). In mean service times,
/// at offered load `rho`, with the squared coefficients of variation of gaps and service times.
///
/// # Source
/// Kingman, "Some inequalities for the queue GI/G/1", *Biometrika* 49 (1962).
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn mean_wait_bound(rho: f64, gap_scv: f64, service_scv: f64) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    (gap_scv / rho + rho * service_scv) / (2.0 * (1.0 - rho))
}

/// What the mean wait tends to as the load goes to 1: ρ/(1 − ρ)·(c_a² + c_s²)/2. No bound: with
/// Poisson arrivals exact at every load, else an approximation.
///
/// # Source
/// Kingman, "The single server queue in heavy traffic", *Mathematical Proceedings of the Cambridge
/// Philosophical Society* 57 (1961).
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn heavy_traffic_mean_wait(rho: f64, gap_scv: f64, service_scv: f64) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    rho / (1.0 - rho) * (gap_scv + service_scv) / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::{
        gim1::{Gaps, GiM1},
        mm1::Mm1,
        testing::assert_close,
    };
    use super::*;

    /// Oracle: by hand at load 0.8 with exponential service.
    #[test]
    fn bounds() {
        for (scv, bound) in [(0.0, 2.0), (0.25, 2.78125), (0.5, 3.5625), (4.0, 14.5)] {
            assert_close(mean_wait_bound(0.8, scv, 1.0), bound, 1e-14);
        }
    }

    /// Oracle: GI/M/1, whose mean wait is exact. The bound holds everywhere and the limit near 1.
    #[test]
    fn exact_waits_keep_below() {
        for gaps in [
            Gaps::Constant,
            Gaps::Erlang(4),
            Gaps::Uniform,
            Gaps::Exponential,
        ] {
            for rho in [0.1, 0.5, 0.9] {
                let wait = GiM1::new(gaps, rho).mean_wait();
                assert!(
                    wait <= mean_wait_bound(rho, gaps.scv(), 1.0),
                    "{gaps:?} {rho}"
                );
            }
            let near = GiM1::new(gaps, 0.999).mean_wait();
            assert_close(near, heavy_traffic_mean_wait(0.999, gaps.scv(), 1.0), 2e-3);
        }
        let poisson = heavy_traffic_mean_wait(0.8, 1.0, 1.0);
        assert_close(poisson, Mm1::new(0.8).mean_wait(), 1e-14);
    }
}
