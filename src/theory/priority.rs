//! M/G/1 with classes: non-preemptive priority, and what no discipline can change.

/// A class of packets with Poisson arrivals, in any unit of time.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// Packets per unit of time.
    pub rate: f64,
    /// Mean service time.
    pub service: f64,
    /// Second moment of the service time, E\[S²\].
    pub second_moment: f64,
}

impl Class {
    /// Packets whose service time is always `service`, at offered load `rho`.
    pub fn constant(rho: f64, service: f64) -> Self {
        Class {
            rate: rho / service,
            service,
            second_moment: service * service,
        }
    }

    /// Packets of exponential service times of mean `service`, at offered load `rho`.
    pub fn exponential(rho: f64, service: f64) -> Self {
        Class {
            rate: rho / service,
            service,
            second_moment: 2.0 * service * service,
        }
    }

    /// Offered load.
    pub fn rho(&self) -> f64 {
        self.rate * self.service
    }
}

/// Mean remaining service time that an arrival finds, W0 = ½Σλ_iE\[S_i²\].
pub fn mean_residual(classes: &[Class]) -> f64 {
    let sum: f64 = classes.iter().map(|c| c.rate * c.second_moment).sum();
    sum / 2.0
}

fn total_load(classes: &[Class]) -> f64 {
    let rho: f64 = classes.iter().map(Class::rho).sum();
    assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
    rho
}

/// Mean wait of each class, the most urgent first, where a packet in transmission is finished
/// before a more urgent one: W_k = W0/((1 − σ_{k−1})(1 − σ_k)), σ_k = Σ_{i≤k}ρ_i.
///
/// # Source
/// Cobham, "Priority assignment in waiting line problems", *Operations Research* 2 (1954).
///
/// # Panics
/// Unless the total load is in (0, 1).
pub fn mean_waits(classes: &[Class]) -> Vec<f64> {
    total_load(classes);
    let residual = mean_residual(classes);
    let mut above = 0.0;
    let wait = |class: &Class| {
        let with = above + class.rho();
        let wait = residual / ((1.0 - above) * (1.0 - with));
        above = with;
        wait
    };
    classes.iter().map(wait).collect()
}

/// Mean wait of every class where they share a FIFO, W0/(1 − ρ).
///
/// # Panics
/// Unless the total load is in (0, 1).
pub fn fifo_mean_wait(classes: &[Class]) -> f64 {
    mean_residual(classes) / (1.0 - total_load(classes))
}

/// Σρ_kW_k, which is ρW0/(1 − ρ) for every work-conserving, non-preemptive discipline that does
/// not look at sizes within a class: FIFO, priority, round robin, deficit round robin. A scheduler
/// can only move waiting from one class to another.
///
/// # Source
/// Kleinrock, "A conservation law for a wide class of queueing disciplines", *Naval Research
/// Logistics Quarterly* 12 (1965).
///
/// # Panics
/// Unless the total load is in (0, 1).
pub fn conserved_sum(classes: &[Class]) -> f64 {
    total_load(classes) * fifo_mean_wait(classes)
}

#[cfg(test)]
mod tests {
    use super::super::{md1::Md1, mm1::Mm1, testing::assert_close};
    use super::*;

    #[track_caller]
    fn assert_waits(classes: &[Class], expected: &[f64], fifo: f64) {
        let waits = mean_waits(classes);
        assert_eq!(waits.len(), expected.len());
        for (wait, expected) in waits.into_iter().zip(expected) {
            assert_close(wait, *expected, 1e-11);
        }
        assert_close(fifo_mean_wait(classes), fifo, 1e-11);
    }

    /// Oracle: the same formula at 50 digits; simulations agree.
    #[test]
    fn waits_by_class() {
        let exponential = [0.3, 0.5].map(|rho| Class::exponential(rho, 1.0));
        assert_waits(&exponential, &[1.14285714286, 5.71428571429], 4.0);
        let constant = [0.3, 0.5].map(|rho| Class::constant(rho, 1.0));
        assert_waits(&constant, &[0.571428571429, 2.85714285714], 2.0);
        let three = [0.2, 0.3, 0.3].map(|rho| Class::exponential(rho, 1.0));
        assert_waits(&three, &[1.0, 2.0, 8.0], 4.0);
    }

    /// Mice of 64 B and elephants of 1500 B. Oracle: as above, in bytes of link time.
    #[test]
    fn mice_and_elephants() {
        let classes = [Class::constant(0.1, 64.0), Class::constant(0.7, 1500.0)];
        assert_waits(&classes, &[586.888888889, 2934.44444444], 2641.0);
        assert_waits(&classes[..1], &[3.55555555556], 3.55555555556);
        assert_close(conserved_sum(&classes), 2112.8, 1e-12);
    }

    /// Oracle: the sum over the priority waits, the long way.
    #[test]
    fn priority_conserves_the_weighted_sum() {
        let classes = [
            Class::constant(0.2, 3.0),
            Class::exponential(0.3, 1.0),
            Class::constant(0.4, 7.0),
        ];
        let waits = mean_waits(&classes);
        let sum: f64 = classes.iter().zip(waits).map(|(c, w)| c.rho() * w).sum();
        assert_close(sum, conserved_sum(&classes), 1e-13);
    }

    /// Oracle: a class alone is M/D/1 or M/M/1.
    #[test]
    fn one_class_is_an_ordinary_queue() {
        let constant = [Class::constant(0.8, 1.0)];
        assert_waits(&constant, &[Md1::new(0.8).mean_wait()], 2.0);
        let exponential = [Class::exponential(0.8, 1.0)];
        assert_waits(&exponential, &[Mm1::new(0.8).mean_wait()], 4.0);
    }

    #[test]
    #[should_panic(expected = "no steady state")]
    fn overload_is_refused() {
        mean_waits(&[Class::constant(0.5, 1.0), Class::constant(0.6, 1.0)]);
    }
}
