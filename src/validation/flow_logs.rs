//! Flow logs of random scenarios tell the packets that were measured, no more and no fewer.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::scenarios::scenario;
use crate::flow_logs::FlowLog;
use crate::scenario::{Mode, Scenario};
use crate::trial::Trial;
use crate::units::SimDuration;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What crossed an ENI was delivered, or was on its way to the receiver when the trial ended.
    #[test]
    fn logs_tell_what_was_delivered(
        scenario in scenario(),
        seed in 0_u64..1000,
        interval_us in 10_u64..10_000,
    ) {
        let interval = SimDuration::from_us(interval_us);
        let trial = Trial { scenario: Arc::new(scenario), seed, replication: 0 };
        let scenario: &Scenario = &trial.scenario;
        let counts = trial.flow_counts(interval).unwrap();
        let measured = trial.run().unwrap();
        let mut seen: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
        for count in &counts {
            prop_assert!(count.packets > 0 && count.first <= count.last);
            let length = interval.as_ps();
            prop_assert_eq!(count.first.as_ps() / length, count.interval);
            prop_assert_eq!(count.last.as_ps() / length, count.interval);
            prop_assert!(count.first >= scenario.window.start());
            let (packets, bytes) = seen.entry(count.sender as usize).or_default();
            *packets += count.packets;
            *bytes += count.bytes;
        }
        for (number, task) in measured.tasks.iter().enumerate() {
            let (packets, bytes) = seen.get(&number).copied().unwrap_or_default();
            let most = task.delivered_packets + task.queued_packets();
            prop_assert!((task.delivered_packets..=most).contains(&packets));
            prop_assert!((task.delivered_bytes..=task.offered_bytes).contains(&bytes));
        }
        let log = FlowLog::new(scenario, &counts, interval);
        let told = log.records().iter().filter_map(|record| record.seen);
        let all: u64 = counts.iter().map(|count| count.packets).sum();
        prop_assert_eq!(told.map(|seen| seen.packets).sum::<u64>(), all);
        let interfaces = match scenario.network.mode {
            Mode::None => 0,
            Mode::Bridge | Mode::Host => 1,
            Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate => scenario.own_task_count(),
        };
        prop_assert_eq!(log.interfaces().len(), interfaces);
    }
}
