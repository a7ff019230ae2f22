//! The groups, a file each.
//!
//! # Units
//! Links have 1 Gbit/s and packets 1250 B in the mean unless a file says otherwise, so a service
//! lasts 10 µs. Theory speaks in services, cases in µs.
//!
//! # Warm-up
//! A trial begins empty. What is recorded begins after at least ten relaxation times of
//! ρ(c_a² + c_s²)/(1 − ρ)² services twice, c² the squared coefficients of variation of gaps and
//! services: 400 services (4 ms) for M/D/1 at load 0.8, 7600 (76 ms) at 0.95. 100 ms are enough for
//! nearly all files; the others say why they have more.

mod batches;
mod calculus;
mod calibration;
mod fairness;
mod file;
mod fluid;
mod gim1;
mod kleinrock;
mod loss;
mod md1;
mod md1k;
mod mg1;
mod mm1;
mod mm1k;
mod mmc;
mod mmpp;
mod ndd1;
mod pooling;
mod priority;
mod tandem;
mod token_bucket;

use super::case::{Case, Group};
use super::reading::{beyond_us, eni_wait_us, loss as lost, sojourn_us};

/// All groups, in the order of their report.
pub const GROUPS: &[Group] = &[
    mm1::GROUP,
    mm1k::GROUP,
    md1::GROUP,
    md1k::GROUP,
    batches::GROUP,
    mg1::GROUP,
    ndd1::GROUP,
    gim1::GROUP,
    mmpp::GROUP,
    priority::GROUP,
    kleinrock::GROUP,
    mmc::GROUP,
    loss::GROUP,
    pooling::GROUP,
    fluid::GROUP,
    tandem::GROUP,
    token_bucket::GROUP,
    calculus::GROUP,
    fairness::GROUP,
    calibration::GROUP,
];

/// A service: transmission of 1250 B at 1 Gbit/s \[µs\].
const SERVICE_US: f64 = 10.0;

/// Quantiles whose tails are compared, and their names.
const TAILS: [(f64, &str); 4] = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9")];

/// The last two of them.
const HIGH: [(f64, &str); 2] = [TAILS[2], TAILS[3]];

/// Mean wait at the ENI, in services.
fn mean_wait(services: f64) -> Case {
    let us = services * SERVICE_US;
    Case::estimate("mean wait", "µs", us, |m| eni_wait_us(&m[0]))
}

/// Mean sojourn, in services.
fn mean_sojourn(services: f64) -> Case {
    let us = services * SERVICE_US;
    Case::estimate("mean sojourn", "µs", us, |m| sojourn_us(&m[0]))
}

/// The part of the packets beyond quantile `p`, called `name`, of the sojourn, which theory puts at
/// `services`.
fn beyond_quantile((p, name): (f64, &str), services: f64) -> Case {
    beyond(format!("P(sojourn > {name})"), services, 1.0 - p)
}

/// The part of the packets whose sojourn is longer than `services`.
fn beyond(quantity: String, services: f64, probability: f64) -> Case {
    let us = services * SERVICE_US;
    Case::estimate(quantity, "", probability, move |m| beyond_us(&m[0], us))
}

/// The lost part of all packets.
fn loss_of(probability: f64) -> Case {
    Case::estimate("loss", "", probability, |m| lost(&m[0]))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::validate::{Length, Plan, select};

    /// Every file is an experiment of one point, every case has a name of its own, and what is
    /// judged by its spread has replications.
    #[test]
    fn groups_can_be_run() {
        let plan = Plan::new(select(GROUPS, None).unwrap(), true, 1);
        let mut ids = HashSet::new();
        for (group, setup) in &plan.setups {
            assert!(setup.length.replications(true) >= 1);
            for case in &setup.cases {
                assert!(
                    ids.insert(case.id(group, setup)),
                    "{}",
                    case.id(group, setup)
                );
                let width = case.quantity.chars().count() + case.unit.chars().count();
                assert!(width <= 35, "{} is wider than its column", case.quantity);
                let is_exact = format!("{:?}", case.judged).starts_with(['I', 'C']);
                assert!(is_exact || setup.length != Length::Once);
            }
        }
        let keys: HashSet<&str> = GROUPS.iter().map(|group| group.key).collect();
        assert_eq!(keys.len(), GROUPS.len());
        assert!(ids.len() >= 120, "{}", ids.len());
    }
}
