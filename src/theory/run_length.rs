//! How far a simulated mean may be from the true one: tolerances that are computed, not chosen.

/// Standard errors that a simulated mean may be off: a false alarm in some 150,000 checks.
const STANDARD_ERRORS: f64 = 4.5;

/// Relative asymptotic variance of the time average of the workload of M/G/1 at load `rho`, per
/// mean service time: over n mean service times, the variance of the average is this times
/// mean²/n.
///
/// s² = (E\[V³\] − E\[V\]E\[V²\])/(1 − ρ), and the moments follow from
/// E\[V^k\] = λ/(1 − ρ) Σ_{i=1}^{k} C(k,i) E\[S^{i+1}\]/(i + 1) E\[V^{k−i}\]. `moment(k)` is E\[S^k\], in
/// any unit. The mean wait of the packets sees the same workload (Poisson arrivals see time
/// averages), so the rule serves for it too.
///
/// # Source
/// The moments: Takács, *Introduction to the Theory of Queues* (1962). The variance: from Poisson's
/// equation of the workload process; simulations agree (M/D/1 at 0.8: 233.4 against 231.67).
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn relative_variance(rho: f64, moment: impl Fn(i32) -> f64) -> f64 {
    const BINOMIAL: [[f64; 4]; 4] = [
        [1.0, 0.0, 0.0, 0.0],
        [1.0, 1.0, 0.0, 0.0],
        [1.0, 2.0, 1.0, 0.0],
        [1.0, 3.0, 3.0, 1.0],
    ];
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    let lambda = rho / moment(1);
    let mut workload = [1.0; 4];
    for k in 1..4 {
        let sum: f64 = (1..=k)
            .map(|i| {
                let order = i32::try_from(i).expect("at most 3") + 1;
                BINOMIAL[k][i] * moment(order) / f64::from(order) * workload[k - i]
            })
            .sum();
        workload[k] = lambda / (1.0 - rho) * sum;
    }
    let variance = (workload[3] - workload[1] * workload[2]) / (1.0 - rho);
    variance / (workload[1] * workload[1] * moment(1))
}

/// Asymptotic variance of the mean wait of successive packets of M/M/1 at load `rho`, per packet:
/// over n packets the variance of the average is this by n, in squared mean service times.
///
/// ρ(2 + 5ρ − 4ρ² + ρ³)/(1 − ρ)⁴.
///
/// # Source
/// Daley, "The serial correlation coefficients of waiting times in a stationary single server
/// queue", *Journal of the Australian Mathematical Society* 8 (1968).
///
/// # Panics
/// Unless `rho` is in (0, 1).
pub fn mm1_wait_variance(rho: f64) -> f64 {
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    rho * (2.0 + 5.0 * rho - 4.0 * rho.powi(2) + rho.powi(3)) / (1.0 - rho).powi(4)
}

/// Largest accepted distance of a simulated mean from the true `mean` after `services` mean
/// service times of simulated time (all replications together; not packets, of which there are ρ
/// times as many): 4.5·mean·√(relative variance/services).
pub fn tolerance(mean: f64, relative_variance: f64, services: f64) -> f64 {
    STANDARD_ERRORS * mean * (relative_variance / services).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::{
        mg1::{BoundedPareto, DiscreteLaw, ServiceLaw},
        testing::assert_close,
    };
    use super::*;

    /// Oracle: the same formula at 50 digits.
    #[test]
    fn relative_variances() {
        let imix = DiscreteLaw::imix();
        for (rho, md1, mm1, mix) in [
            (0.5, 12.6666667, 40.0, 40.82204231),
            (0.8, 57.9166667, 137.5, 154.9119754),
            (0.9, 214.444444, 466.666667, 541.2485666),
            (0.95, 827.719298, 1726.31579, 2029.998905),
            (0.99, 20134.3434, 40606.0606, 48261.49),
        ] {
            assert_close(relative_variance(rho, |_| 1.0), md1, 4e-9);
            let exponential = |k: i32| (1..=k).map(f64::from).product();
            assert_close(relative_variance(rho, exponential), mm1, 4e-9);
            assert_close(relative_variance(rho, |k| imix.moment(k)), mix, 4e-8);
        }
    }

    /// Oracle: the same formula at 50 digits.
    #[test]
    fn heavy_tails_need_long_runs() {
        let law = BoundedPareto::new(1.0, 1000.0, 1.5);
        for (rho, expected) in [
            (0.5, 5329.5),
            (0.8, 5220.1),
            (0.9, 8406.4),
            (0.95, 18537.0),
            (0.99, 257283.0),
        ] {
            assert_close(relative_variance(rho, |k| law.moment(k)), expected, 3e-5);
        }
    }

    /// Oracle: by hand at 0.8, 0.8·3.952/0.0016; a simulation gives 1978. In heavy traffic averages
    /// over packets and over time agree: one packet per mean service time.
    #[test]
    fn averages_over_packets() {
        assert_close(mm1_wait_variance(0.8), 1976.0, 1e-13);
        let exponential = |k: i32| (1..=k).map(f64::from).product();
        let over_time = relative_variance(0.999, exponential) * 999.0_f64.powi(2);
        assert_close(mm1_wait_variance(0.999), over_time, 2e-3);
    }

    /// The run length for a 95 % interval of ±1 % of the mean, from 1.96 standard errors.
    #[test]
    fn a_tolerance_shrinks_with_the_root_of_the_run() {
        let variance = relative_variance(0.8, |_| 1.0);
        let services = (1.96_f64 / 0.01).powi(2) * variance;
        assert_close(services, 2.2e6, 0.02);
        let expected = 0.02 * 4.5 / 1.96;
        assert_close(tolerance(2.0, variance, services), expected, 1e-12);
    }
}
