//! Strategies by hand-computed examples; what each does is in the Amazon ECS Developer Guide, task
//! placement strategies.

use super::*;
use crate::scenario::Mode;

/// Three c5.large (2,048 CPU units, 4,096 MiB) in zones a, b, a with a task each: `memory` on
/// instance 0 leaves 1,792 and 2,048; `cpu` on instance 1 leaves 1,024 and 3,584; `small` on
/// instance 2 leaves 2,047 and 4,095. Port 80 of host mode keeps them apart.
fn placed(web: u32, strategies: &[Strategy], seed: u64) -> Vec<u32> {
    let mut fleet = fleet("c5.large", Instances::Exactly(3));
    fleet.zones = vec!["a".to_owned(), "b".to_owned()];
    let on = |name: &str, cpu, memory, zone: &str| {
        let mut demand = demand(name, Count::Exactly(1), Mode::Host);
        (demand.cpu_units, demand.memory_mib) = (cpu, memory);
        demand.constraints = vec![member_of(&format!(
            "attribute:ecs.availability-zone == {zone}"
        ))];
        demand
    };
    let demands = [
        on("memory", 256, 2_048, "a"),
        on("cpu", 1_024, 512, "b"),
        on("small", 1, 1, "a"),
        demand("web", Count::Exactly(web), Mode::Bridge),
    ];
    let placement = place(&fleet, &demands, strategies, seed).unwrap();
    let counts = |group| placement.instances.iter().map(move |i| i.tasks_of(group));
    let sorted = |group| counts(group).collect::<Vec<u32>>();
    // Of zone a, a strategy may have chosen either for `memory`: the examples hold for the first.
    assert_eq!(sorted(0), [1, 0, 0], "{strategies:?}");
    assert_eq!(sorted(2), [0, 0, 1], "{strategies:?}");
    sorted(3)
}

#[test]
fn without_a_strategy_the_lowest_number() {
    // CPU: (2,048 − 256) / 256 = 7 on the first, 4 on the second.
    assert_eq!(placed(9, &[], 1), [7, 2, 0]);
}

#[test]
fn binpack_fills_the_fullest() {
    // Least memory: instance 0 with 2,048 MiB until its CPU is used up (7), then 1 (4), then 2.
    assert_eq!(placed(8, &[Strategy::BinpackMemory], 1), [7, 1, 0]);
    // Least CPU: instance 1 with 1,024 units (4 tasks), then 0 (7 tasks).
    assert_eq!(placed(6, &[Strategy::BinpackCpu], 1), [2, 4, 0]);
}

#[test]
fn spread_counts_tasks_of_the_group_only() {
    assert_eq!(placed(4, &[Strategy::SpreadInstances], 1), [2, 1, 1]);
    // Zones a and b in turn, a first; within a the lowest number.
    assert_eq!(placed(4, &[Strategy::SpreadZones], 1), [2, 2, 0]);
}

#[test]
fn several_are_applied_in_order() {
    let zones_then_instances = [Strategy::SpreadZones, Strategy::SpreadInstances];
    assert_eq!(placed(4, &zones_then_instances, 1), [1, 2, 1]);
    // 8 in b would be 4 × 256 = 1,024 at most: b takes 4, and a all others on its fullest.
    let zones_then_memory = [Strategy::SpreadZones, Strategy::BinpackMemory];
    assert_eq!(placed(9, &zones_then_memory, 1), [5, 4, 0]);
}

/// With lots drawn, every instance gets some of 12 tasks under one of a few seeds, and a seed
/// gives the same placement every time.
#[test]
fn random_draws_lots_by_seed() {
    let draw = |seed| {
        let mut fleet = fleet("c5.4xlarge", Instances::Exactly(3));
        fleet.zones = vec!["a".to_owned()];
        let demands = [demand("web", Count::Exactly(12), Mode::Bridge)];
        tasks(&place(&fleet, &demands, &[Strategy::Random], seed).unwrap())
    };
    let draws: Vec<Vec<usize>> = (1..=8).map(draw).collect();
    assert_eq!(draws, (1..=8).map(draw).collect::<Vec<_>>());
    assert!(draws.iter().any(|counts| *counts != draws[0]), "{draws:?}");
    for instance in 0..3 {
        // 96 tasks over 3 instances: each gets 32 on average, with a standard deviation of 4.6.
        let sum: usize = draws.iter().map(|counts| counts[instance]).sum();
        assert!((14..=50).contains(&sum), "{draws:?}");
    }
}

#[test]
fn names_are_read_as_they_are_written() {
    for strategy in Strategy::ALL {
        assert_eq!(strategy.to_string().parse(), Ok(strategy));
    }
    assert_eq!("spread:host".parse(), Ok(Strategy::SpreadInstances));
    let error = "binpack".parse::<Strategy>().unwrap_err().to_string();
    assert_eq!(
        error,
        "\"binpack\" is no placement strategy; write binpack:cpu, binpack:memory, \
         spread:instanceId, spread:attribute:ecs.availability-zone or random"
    );
}

/// Alone, `web` would go to instance 0; its own strategy is asked before those of all.
#[test]
fn a_demand_may_have_strategies_of_its_own() {
    let fleet = fleet("c5.large", Instances::Exactly(2));
    let mut own = demand("own", Count::Exactly(2), Mode::Bridge);
    own.strategies = vec![Strategy::SpreadInstances];
    let demands = [own, demand("web", Count::Exactly(2), Mode::Bridge)];
    let placement = place(&fleet, &demands, &[Strategy::BinpackCpu], 1).unwrap();
    let counts = |group| -> Vec<u32> {
        let instances = placement.instances.iter();
        instances.map(|i| i.tasks_of(group)).collect()
    };
    assert_eq!((counts(0), counts(1)), (vec![1, 1], vec![2, 0]));
}
