//! The product gives what the twin gives, on random scenarios.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::instance::Instance;
use crate::measure::Measurements;
use crate::model;
use crate::scenario::Scenario;
use crate::validation::scenarios::scenario;

fn both(scenario: &Scenario, seed: u64, replication: u32) -> [Measurements; 2] {
    [
        model::simulate(scenario, seed, replication),
        Instance::new(scenario, seed, replication).simulate(),
    ]
}

/// All that is measured, as it lands on disk.
fn bytes(measurements: &Measurements) -> String {
    serde_json::to_string(measurements).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(21),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_scenario_gives_the_same_bytes(
        scenario in scenario(),
        seed in any::<u64>(),
        replication in any::<u32>(),
    ) {
        let [fast, twin] = both(&scenario, seed, replication);
        prop_assert_eq!(&fast, &twin);
        prop_assert_eq!(bytes(&fast), bytes(&twin));

    }
}
