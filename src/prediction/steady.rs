//! Whether a trial measures the steady state that theory speaks of.
//!
//! A queue starts empty and forgets it exponentially. In diffusion approximation, a queue with room
//! for K services of netput variance σ² per service time forgets with the time constant
//! 1/((1 − ρ)²/(2σ²) + π²σ²/(2K²)), which without a limit is 2σ²/(1 − ρ)²; beyond load 1 it has to
//! fill first.
//!
//! # Source
//! The spectral gap of reflected Brownian motion on an interval: Linetsky, "On the transition
//! densities for reflected diffusions", *Advances in Applied Probability* 37 (2005).

use std::f64::consts::PI;

use crate::units::SimDuration;

/// Time constants that the warm-up has to last: 5 % of the first error are left, and less every
/// moment of the measurement.
const RELAXATIONS: f64 = 3.0;

/// Whether a queue that starts empty has forgotten it after `warm_up`.
///
/// Times are in mean service times, of `service_ns`: `variance` of the work that arrives in one,
/// and `room` for work, if it is limited.
pub(super) fn is_steady(
    warm_up: SimDuration,
    service_ns: f64,
    rho: f64,
    variance: f64,
    room: Option<f64>,
) -> bool {
    let drift = (1.0 - rho).powi(2) / (2.0 * variance);
    let walls = room.map_or(0.0, |room| PI * PI * variance / (2.0 * room * room));
    let filling = match room {
        Some(room) if rho > 1.0 => (room / (rho - 1.0)).min(room * room / variance),
        _ => 0.0,
    };
    let needed = RELAXATIONS / (drift + walls) + filling;
    warm_up.as_ps() as f64 / 1e3 >= needed * service_ns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: at load 0.8 and variance 0.8 the time constant is 40 services; in a queue for ten at
    /// load 1 it is 200/π² = 20.3; at load 2 for 100, some services, after 100 to fill it.
    #[test]
    fn warm_up_is_compared_with_the_time_constant() {
        let steady = |services: u64, rho: f64, room: Option<f64>| {
            is_steady(SimDuration::from_us(services), 1000.0, rho, rho, room)
        };
        assert!(steady(121, 0.8, None) && !steady(119, 0.8, None));
        assert!(steady(61, 1.0, Some(10.0)) && !steady(60, 1.0, Some(10.0)));
        assert!(steady(115, 2.0, Some(100.0)) && !steady(105, 2.0, Some(100.0)));
        assert!(!steady(1_000_000, 1.0, None));
    }
}
