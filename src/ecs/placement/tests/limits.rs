//! The limits of every instance type, and of what is around them.

use super::*;
use crate::scenario::Mode;

/// Rows of the table as text, read here by hand: the oracle is the table, not its reader.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let table = include_str!("../../instance_types.csv");
    table.lines().skip(1).map(|line| line.split(',').collect())
}

/// A column of the table by its name.
fn column(name: &str) -> usize {
    let table = include_str!("../../instance_types.csv");
    let header = table.lines().next().unwrap();
    header.split(',').position(|column| column == name).unwrap()
}

/// So small that nothing but ENIs binds.
fn tiny(mode: Mode) -> Demand {
    let mut demand = demand("tiny", Count::AsManyAsFit, mode);
    (demand.cpu_units, demand.memory_mib) = (1, 1);
    demand
}

/// Places as many as fit on one instance and asks what stops the next one.
fn fill(name: &str, trunking: bool, mode: Mode) -> (u32, Vec<&'static str>) {
    let fleet = Fleet {
        trunking,
        ..fleet(name, Instances::Exactly(1))
    };
    let demands = [tiny(mode)];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    let Next::Refused(refusal) = &placement.groups[0].next else {
        panic!("{name}: nothing stops the next task");
    };
    let codes = refusal.reasons.iter().map(Reason::code).collect();
    (placement.groups[0].placed, codes)
}

/// Oracle: the column of ENIs, minus the primary one (Amazon ECS Developer Guide, task networking
/// with the awsvpc network mode), for all 1,388 types.
#[test]
fn awsvpc_tasks_are_enis_minus_one_for_every_type() {
    let (name, enis) = (column("instance_type"), column("max_enis"));
    let mut checked = 0;
    for row in rows() {
        let limit: u32 = row[enis].parse::<u32>().unwrap() - 1;
        let result = fill(row[name], false, Mode::Awsvpc);
        assert_eq!(result, (limit, vec!["RESOURCE:ENI"]), "{}", row[name]);
        checked += 1;
    }
    assert_eq!(checked, 1388);
}

/// Oracle: the published column of tasks with trunking (Amazon ECS Developer Guide, elastic network
/// interface trunking, April 2023), for all 432 types that have one.
#[test]
fn trunked_tasks_are_the_published_limit() {
    let (name, limit) = (column("instance_type"), column("ecs_trunk_tasks"));
    let mut checked = 0;
    for row in rows().filter(|row| !row[limit].is_empty()) {
        for mode in [Mode::Awsvpc, Mode::AwsvpcTrunk] {
            let result = fill(row[name], true, mode);
            let expected = (row[limit].parse().unwrap(), vec!["RESOURCE:ENI"]);
            assert_eq!(result, expected, "{}", row[name]);
        }
        checked += 1;
    }
    assert_eq!(checked, 432);
}

/// Where nothing is published, branch ENIs + ENIs − 2, with a warning that it is derived; where
/// there are no branch ENIs, no trunk.
#[test]
fn other_types_are_derived_or_refused() {
    let [name, enis, branches, published] = [
        "instance_type",
        "max_enis",
        "trunk_branch_enis",
        "ecs_trunk_tasks",
    ]
    .map(column);
    let (mut derived, mut refused) = (0, 0);
    for row in rows().filter(|row| row[published].is_empty()) {
        let trunked = fill(row[name], true, Mode::AwsvpcTrunk);
        match row[branches].parse::<u32>() {
            Ok(branches) if branches > 0 => {
                let limit = branches + row[enis].parse::<u32>().unwrap() - 2;
                assert_eq!(trunked, (limit, vec!["RESOURCE:ENI"]), "{}", row[name]);
                derived += 1;
            }
            _ => {
                assert_eq!(trunked, (0, vec!["ATTRIBUTE"]), "{}", row[name]);
                refused += 1;
            }
        }
    }
    // Counted in the table by another program: of the rows without a published limit, 843 have
    // branch ENIs and 113 have none.
    assert_eq!((derived, refused), (843, 113));

    let fleet = Fleet {
        trunking: true,
        ..fleet("m7i.large", Instances::Exactly(1))
    };
    let demands = [tiny(Mode::AwsvpcTrunk)];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(
        placement.warnings(None)[0].to_string(),
        "the limit of 10 tasks on a trunked m7i.large is derived (branch ENIs + ENIs - 2), not \
         published"
    );
    // The primary one, the trunk, ten tasks.
    assert_eq!(placement.enis().total(), 12);
}

/// Trunking is a setting of the account; a type that cannot be trunked keeps its ordinary limit.
#[test]
fn the_setting_alone_makes_no_trunk() {
    assert_eq!(fill("t3.micro", true, Mode::Awsvpc).0, 1);
    assert_eq!(
        fill("c5.large", false, Mode::AwsvpcTrunk),
        (0, vec!["ATTRIBUTE"])
    );
}

/// Amazon ECS Developer Guide, container instance memory management: an m4.large has 7,985 MiB.
#[test]
fn what_an_instance_registers() {
    let fleet = Fleet::new(ecs::find("m4.large").unwrap());
    assert_eq!((fleet.cpu_units(), fleet.memory_mib()), (2_048, 7_985));
    assert_eq!(kernel_memory_mib(0), 0);
    assert_eq!(kernel_memory_mib(512), 13);
}

#[test]
fn quotas_are_warned_of() {
    let fleet = fleet("c5.large", Instances::AsNeeded);
    let mut demands = [demand("web", Count::Exactly(5_000), Mode::Awsvpc)];
    demands[0].security_groups = (0..6).map(|n| format!("sg-{n}")).collect();
    let texts = |placement: &Placement<'_>| -> Vec<String> {
        placement
            .warnings(None)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(
        texts(&placement),
        [
            "7500 ENIs, the default quota per Region is 5000; ask for more",
            "6 security groups on web, the default quota is 5; merge some",
        ]
    );
    demands[0].mode = Mode::Bridge;
    demands[0].count = Count::Exactly(1);
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(
        texts(&placement),
        ["6 security groups on the primary ENI, the default quota is 5; merge some"]
    );
}

#[test]
fn fleets_that_cannot_be_are_refused() {
    let error = |fleet: Fleet| place(&fleet, &[], &[], 1).unwrap_err().to_string();
    let large = || fleet("c5.large", Instances::Exactly(1));
    for (fleet, message) in [
        (
            Fleet {
                instances: Instances::Exactly(0),
                ..large()
            },
            "no container instances; write at least 1, for example --instances 1",
        ),
        (
            Fleet {
                instances: Instances::Exactly(5_001),
                ..large()
            },
            "5001 container instances, but a cluster has at most 5000; write fewer instances or \
             tasks, or take a larger type",
        ),
        (
            Fleet {
                zones: vec![],
                ..large()
            },
            "no Availability Zone; write at least one, for example --zones us-east-1a",
        ),
        (
            Fleet {
                attached_enis: 3,
                ..large()
            },
            "3 ENIs attached by hand, but c5.large has 3, 1 of which ECS needs; write at most 2",
        ),
        (
            Fleet {
                attached_enis: 2,
                trunking: true,
                ..large()
            },
            "2 ENIs attached by hand, but c5.large has 3, 2 of which ECS needs; write at most 1",
        ),
        (
            Fleet {
                reserved_memory_mib: 4_096,
                ..large()
            },
            "4096 MiB reserved, but c5.large has 4096 MiB; write less than that, for example \
             --reserved-memory 256",
        ),
        (
            Fleet {
                dynamic_ports: 0..=5,
                ..large()
            },
            "the dynamic ports 0-5 are no range of ports above 0; write for example 49153-65535",
        ),
    ] {
        assert_eq!(error(fleet), message);
    }
    let fleet = fleet("c5.large", Instances::AsNeeded);
    let demands = [0, 1, 2].map(|n| demand(&format!("{n}"), Count::Exactly(5_000), Mode::Awsvpc));
    let message = place(&fleet, &demands, &[], 1).unwrap_err().to_string();
    assert!(
        message.starts_with("5001 container instances, but a cluster"),
        "{message}"
    );
}
