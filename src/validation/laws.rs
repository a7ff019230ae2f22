//! Random scenarios, held to laws that need no oracle.
//!
//! A trial itself asserts that packets are conserved, that stages add up to the sojourn and that
//! Little's law holds to the picosecond; `Trial::run` fails if one of them does not. The seed of
//! the cases is fixed; a failure prints the smallest scenario that fails.

use std::sync::Arc;

use proptest::prelude::*;

use super::scenarios::{config, group, scenario};
use crate::measure::{Measurements, STAGES, Stage};
use crate::scenario::*;
use crate::trial::Trial;
use crate::units::{Bytes, SimDuration};

fn run(scenario: &Scenario, seed: u64) -> Measurements {
    let scenario = Arc::new(scenario.clone());
    Trial {
        scenario,
        seed,
        replication: 0,
    }
    .run()
    .unwrap()
}

/// The least a packet of any size spends in the stages that have a fixed price [ps].
fn shortest_sojourn(network: &Network, size: Bytes) -> u64 {
    let transmission = match network.egress {
        Egress::Refused => return 0,
        Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => {
            allowance.line_rate().transmission_time(size)
        }
    };
    // A time that is drawn may be none.
    let takes_its_time = |stack: &HostStack| stack.law == UnitLaw::Deterministic;
    let cpu = network
        .host_stack
        .filter(takes_its_time)
        .map_or(SimDuration::ZERO, |stack| stack.per_packet);
    (network.propagation + transmission + cpu).as_ps()
}

fn check_task_accounts(m: &Measurements, scenario: &Scenario) {
    let shortest = shortest_sojourn(&scenario.network, Bytes::new(1)) as f64 / 1e3;
    for task in &m.tasks {
        let left = task.delivered_packets + task.dropped_packets();
        assert!(left <= task.offered_packets, "more left than came");
        assert_eq!(task.offered_packets, left + task.queued_packets());
        assert!(task.delivered_bytes <= task.offered_bytes);
        if let PacketSize::Fixed(size) = scenario.task_groups[task.group].traffic.packet_size {
            assert_eq!(task.offered_bytes, task.offered_packets * size.get());
            assert_eq!(task.delivered_bytes, task.delivered_packets * size.get());
        }
        assert_eq!(task.stage_mean_ns.is_some(), task.delivered_packets > 0);
        let (Some(mean), Some(max)) = (task.sojourn.mean_ns, task.sojourn.max_ns) else {
            continue;
        };
        let limit = 1e-9 * mean;
        assert!(mean >= shortest - limit && max >= mean - limit);
        let stages = task.stage_mean_ns.unwrap();
        assert!((stages.iter().sum::<f64>() - mean).abs() <= limit);
        let propagation = stages[Stage::Propagation as usize];
        assert_eq!(
            propagation,
            scenario.network.propagation.as_ps() as f64 / 1e3
        );
        assert_eq!(stages.len(), STAGES.len());
    }
}

fn check_group_accounts(m: &Measurements, scenario: &Scenario) {
    let shortest = shortest_sojourn(&scenario.network, Bytes::new(1)) as f64 / 1e3;
    for (number, group) in m.groups.iter().enumerate() {
        let tasks = m.tasks.iter().filter(|task| task.group == number);
        let delivered: u64 = tasks.map(|task| task.delivered_packets).sum();
        assert_eq!(group.sojourn_histogram.count(), delivered);
        if let Some((lowest, _)) = group.sojourn_histogram.buckets().next() {
            assert!(
                lowest >= shortest * 0.999 - 1.0,
                "{lowest} is below {shortest}"
            );
        }
        let max = group.sojourn_max_ps as f64 * delivered as f64;
        assert!(group.sojourn_sum_ps as f64 <= max * (1.0 + 1e-9));
    }
    let link = match scenario.network.egress {
        Egress::Refused => return assert_eq!(m.utilization(), 0.0),
        Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => allowance,
    };
    if let Allowance::Link(_) = link {
        assert!(m.utilization() <= 1.0 + 1e-12, "{}", m.utilization());
    }
}

proptest! {
    #![proptest_config(config(150, 20))]

    /// Accounts balance whatever the scenario, and the same trial gives the same measurements.
    #[test]
    fn accounts_balance_in_any_scenario(scenario in scenario(), seed in any::<u64>()) {
        let measured = run(&scenario, seed);
        check_task_accounts(&measured, &scenario);
        check_group_accounts(&measured, &scenario);
        prop_assert_eq!(run(&scenario, seed), measured);
    }

    /// Random streams are named after their task: a group more, in front of the others, leaves
    /// what the others send as it was.
    #[test]
    fn a_task_sends_the_same_beside_any_neighbour(
        scenario in scenario(),
        neighbour in group("c"),
        seed in any::<u64>(),
    ) {
        let mut joined = scenario.clone();
        joined.task_groups.insert(0, neighbour);
        let sent = |m: Measurements, skip| -> Vec<(u64, u64)> {
            let of = m.tasks.iter().filter(|task| task.group >= skip);
            of.map(|task| (task.offered_packets, task.offered_bytes)).collect()
        };
        prop_assert_eq!(sent(run(&joined, seed), 1), sent(run(&scenario, seed), 0));
    }
}
