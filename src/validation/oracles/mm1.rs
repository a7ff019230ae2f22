//! M/M/1: Poisson arrivals, exponential service.

/// Mean wait, ρ/(1 − ρ).
///
/// # Source
/// Kleinrock, *Queueing Systems*, vol. 1 (1975), chapter 3.
pub fn mean_wait(rho: f64) -> f64 {
    rho / (1.0 - rho)
}

/// Quantile of the wait: max(0, ln(ρ/(1 − p))/(1 − ρ)), from P(W > t) = ρe^{−(1−ρ)t}.
pub fn wait_quantile(rho: f64, p: f64) -> f64 {
    ((rho / (1.0 - p)).ln() / (1.0 - rho)).max(0.0)
}

/// Quantile of the sojourn, which is exponential with rate 1 − ρ.
pub fn sojourn_quantile(rho: f64, p: f64) -> f64 {
    -(1.0 - p).ln() / (1.0 - rho)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn waits_and_sojourns() {
        for (rho, mean, wait_p50, wait_p99, sojourn_p50, sojourn_p999) in [
            (0.5, 1.0, 0.0, 7.82404601086, 1.38629436112, 13.815510558),
            (
                0.8,
                4.0,
                2.35001814623,
                21.9101331734,
                3.4657359028,
                34.5387763949,
            ),
            (
                0.95,
                19.0,
                12.8370777234,
                91.077537832,
                13.8629436112,
                138.15510558,
            ),
        ] {
            assert_close(mean_wait(rho), mean, 1e-14);
            assert_close(wait_quantile(rho, 0.5), wait_p50, 1e-11);
            assert_close(wait_quantile(rho, 0.99), wait_p99, 1e-11);
            assert_close(sojourn_quantile(rho, 0.5), sojourn_p50, 1e-11);
            assert_close(sojourn_quantile(rho, 0.999), sojourn_p999, 1e-11);
        }
    }
}
