//! Laws of every placement, against a recount that knows nothing of how it was made.

use crate::ecs::host_ports::RESERVED_PORTS;
use crate::scenario::Mode;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{demand, fleet, member_of};
use crate::ecs::placement::{
    Constraint, ContainerInstance, Count, Demand, Fleet, HostPort, Instances, Next, Placement,
    Port, Protocol, Strategy as PlacementStrategy, place,
};

/// What tasks of one instance take together, counted anew.
#[derive(Default)]
struct Taken {
    cpu: u64,
    memory: u64,
    enis: u32,
    ports: Vec<HostPort>,
    fixed: usize,
    by_group: BTreeMap<usize, u32>,
}

fn recount(placement: &Placement<'_>, instance: &ContainerInstance) -> Taken {
    let mut taken = Taken::default();
    for task in &instance.tasks {
        let demand = &placement.demands[task.group];
        taken.cpu += demand.cpu_units;
        taken.memory += demand.memory_mib;
        taken.enis += u32::from(matches!(demand.mode, Mode::Awsvpc | Mode::AwsvpcTrunk));
        for port in &task.ports {
            let protocol = port.protocol;
            let host = port.host.map(|number| HostPort { number, protocol });
            taken.ports.extend(host);
        }
        taken.fixed += fixed_ports(demand).len();
        *taken.by_group.entry(task.group).or_default() += 1;
    }
    taken
}

/// Host ports that a task names itself, by the rules of each mode.
fn fixed_ports(demand: &Demand) -> Vec<HostPort> {
    let number = |port: &Port| match (demand.mode, port.host) {
        (Mode::Host, _) => port.container,
        (Mode::Bridge, Some(host)) => host,
        _ => 0,
    };
    let ports = demand
        .ports
        .iter()
        .map(|port| (number(port), port.protocol));
    ports
        .filter(|(number, _)| *number > 0)
        .map(|(number, protocol)| HostPort { number, protocol })
        .collect()
}

/// Whether one more task fits beside those that were counted, in a zone.
fn fits(placement: &Placement<'_>, taken: &Taken, zone: &str, group: usize) -> bool {
    let (fleet, demand) = (placement.fleet, &placement.demands[group]);
    let t = fleet.instance_type;
    let trunk = t.trunk_tasks().filter(|_| fleet.trunking);
    let slots = trunk.map_or(t.enis - 1, |trunk| trunk.count);
    let eni = matches!(demand.mode, Mode::Awsvpc | Mode::AwsvpcTrunk);
    let fixed = fixed_ports(demand);
    let distinct: BTreeSet<&HostPort> = fixed.iter().chain(&taken.ports).collect();
    let reserved = [22, 2375, 2376, 51678, 51679, 51680];
    let is_reserved =
        |port: &HostPort| port.protocol == Protocol::Tcp && reserved.contains(&port.number);
    let constraint = |constraint: &Constraint| match constraint {
        Constraint::DistinctInstance => !taken.by_group.contains_key(&group),
        // The only expression that the strategy below makes.
        Constraint::MemberOf(_) => zone == "b",
    };
    taken.cpu + demand.cpu_units <= u64::from(t.vcpus) * 1024
        && taken.memory + demand.memory_mib <= t.memory_mib
        && (!eni || taken.enis < slots)
        && (demand.mode != Mode::AwsvpcTrunk || trunk.is_some())
        && distinct.len() == fixed.len() + taken.ports.len()
        && !fixed.iter().any(is_reserved)
        && (fixed.is_empty() || 6 + taken.fixed + fixed.len() <= 100)
        && demand.constraints.iter().all(constraint)
}

fn a_port() -> impl Strategy<Value = Port> {
    let host = prop_oneof![
        Just(None),
        Just(Some(0)),
        (20_u16..24).prop_map(Some),
        Just(Some(32_768))
    ];
    let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp)];
    (80_u16..83, host, protocol).prop_map(|(container, host, protocol)| Port {
        container,
        host,
        protocol,
    })
}

fn a_demand() -> impl Strategy<Value = Demand> {
    let on_instances = Mode::ALL.into_iter().filter(|mode| *mode != Mode::Fargate);
    let mode = prop::sample::select(on_instances.collect::<Vec<Mode>>());
    let count = prop_oneof![
        (0_u32..12).prop_map(Count::Exactly),
        Just(Count::AsManyAsFit)
    ];
    let constraints = prop_oneof![
        4 => Just(vec![]),
        1 => Just(vec![Constraint::DistinctInstance]),
        1 => Just(vec![member_of("attribute:ecs.availability-zone == b")]),
    ];
    // A task takes something, so that as many as fit are few.
    let size = (50_u64..1500, 50_u64..3000);
    (
        mode,
        count,
        prop::collection::vec(a_port(), 0..3),
        constraints,
        size,
    )
        .prop_map(
            |(mode, count, ports, constraints, (cpu_units, memory_mib))| Demand {
                ports,
                constraints,
                cpu_units,
                memory_mib,
                ..demand("any", count, mode)
            },
        )
}

fn a_fleet() -> impl Strategy<Value = Fleet> {
    let instance_type =
        prop::sample::select(vec!["c5.large", "c5.xlarge", "t3.micro", "m7i.large"]);
    let instances = prop_oneof![
        (1_u32..5).prop_map(Instances::Exactly),
        Just(Instances::AsNeeded)
    ];
    let zones = prop::sample::select(vec!["a", "a b", "a b c"]);
    (instance_type, instances, zones, any::<bool>()).prop_map(
        |(name, instances, zones, trunking)| Fleet {
            zones: zones.split(' ').map(str::to_owned).collect(),
            trunking,
            ..fleet(name, instances)
        },
    )
}

fn strategies() -> impl Strategy<Value = Vec<PlacementStrategy>> {
    prop::collection::vec(prop::sample::select(&PlacementStrategy::ALL[..]), 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Nothing is over capacity, no port is given twice, and the books of an instance agree with
    /// its tasks.
    #[test]
    fn instances_hold_what_they_say(
        fleet in a_fleet(),
        demands in prop::collection::vec(a_demand(), 1..5),
        strategies in strategies(),
        seed in 0_u64..4,
    ) {
        let placement = place(&fleet, &demands, &strategies, seed).unwrap();
        for instance in &placement.instances {
            let taken = recount(&placement, instance);
            prop_assert_eq!(taken.cpu + instance.cpu_free, fleet.cpu_units());
            prop_assert_eq!(taken.memory + instance.memory_free_mib, fleet.memory_mib());
            prop_assert_eq!(taken.enis, instance.eni_tasks);
            prop_assert!(taken.enis <= fleet.eni_slots());
            let distinct: BTreeSet<&HostPort> = taken.ports.iter().collect();
            prop_assert_eq!(distinct.len(), taken.ports.len());
            let reserved = |p: &&HostPort| p.protocol == Protocol::Tcp && RESERVED_PORTS.contains(&p.number);
            prop_assert_eq!(taken.ports.iter().find(reserved), None);
        }
        // Every task has exactly one place.
        let tasks = placement.instances.iter().flat_map(|i| &i.tasks);
        let names: Vec<(usize, u32)> = tasks.map(|task| (task.group, task.number)).collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        prop_assert_eq!(distinct.len(), names.len());
        for (index, group) in placement.groups.iter().enumerate() {
            let count = names.iter().filter(|(group, _)| *group == index).count();
            prop_assert_eq!(count, group.placed as usize);
            if let Count::Exactly(count) = demands[index].count {
                prop_assert_eq!(group.placed + group.unplaced, count);
            }
        }
    }

    /// A task is refused only where it fits on no instance, by a recount of all of them; it has no
    /// place only if it is refused; and then a new instance would not do where new ones come.
    #[test]
    fn a_refusal_is_one(
        fleet in a_fleet(),
        demands in prop::collection::vec(a_demand(), 1..5),
        strategies in strategies(),
    ) {
        let placement = place(&fleet, &demands, &strategies, 1).unwrap();
        for (index, group) in placement.groups.iter().enumerate() {
            let here = |i: &ContainerInstance| {
                fits(&placement, &recount(&placement, i), fleet.zone(i.number), index)
            };
            let empty = fleet.zones.iter().any(|zone| fits(&placement, &Taken::default(), zone, index));
            match &group.next {
                Next::Fits => prop_assert!(placement.instances.iter().any(here)),
                Next::Refused(refusal) => {
                    prop_assert!(!placement.instances.iter().any(here));
                    prop_assert!(!refusal.reasons.is_empty());
                    prop_assert_eq!(refusal.another_instance_would_do, empty);
                }
                Next::Fargate => prop_assert!(false, "no demand is for Fargate"),
            }
            let refused = matches!(group.next, Next::Refused(_));
            prop_assert!(group.unplaced == 0 || refused);
            prop_assert!(demands[index].count != Count::AsManyAsFit || refused);
            if fleet.instances == Instances::AsNeeded && group.unplaced > 0 {
                prop_assert!(!empty);
            }
        }
    }
}
