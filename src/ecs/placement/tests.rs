//! Placements that were worked out by hand.

mod laws;
mod limits;
mod refusals;
mod strategies;

use super::*;
use crate::ecs;
use crate::scenario::Mode;

/// A task of 256 CPU units and 256 MiB that listens on port 80 of its container.
pub(super) fn demand(name: &str, count: Count, mode: Mode) -> Demand {
    Demand {
        name: name.to_owned(),
        count,
        cpu_units: 256,
        memory_mib: 256,
        cpu_architecture: None,
        mode,
        ports: vec![tcp(80, None)],
        security_groups: Vec::new(),
        subnets: Vec::new(),
        constraints: Vec::new(),
        strategies: Vec::new(),
    }
}

pub(super) fn tcp(container: u16, host: Option<u16>) -> Port {
    let protocol = Protocol::Tcp;
    Port {
        container,
        host,
        protocol,
    }
}

/// Instances of a type that keeps no memory for itself, so that sums are easy.
pub(super) fn fleet(instance_type: &str, instances: Instances) -> Fleet {
    Fleet {
        instances,
        reserved_memory_mib: 0,
        ..Fleet::new(ecs::find(instance_type).unwrap())
    }
}

pub(super) fn member_of(expression: &str) -> Constraint {
    Constraint::MemberOf(Expression::parse(expression).unwrap())
}

/// Number of tasks on each instance.
pub(super) fn tasks(placement: &Placement<'_>) -> Vec<usize> {
    placement.instances.iter().map(|i| i.tasks.len()).collect()
}

fn host_ports(placement: &Placement<'_>, instance: usize) -> Vec<u16> {
    let instance = &placement.instances[instance];
    placement
        .host_ports(instance)
        .map(|(_, _, host, _)| host)
        .collect()
}

/// Amazon ECS Developer Guide, `hostPort`: absent or 0 is dynamic, from 32768 on stock Linux; the
/// lowest free one is this program's rule. TCP and UDP ports are apart.
#[test]
fn bridge_ports_are_assigned_from_the_ephemeral_range() {
    let mut web = demand("web", Count::Exactly(3), Mode::Bridge);
    let (container, host, protocol) = (53, Some(0), Protocol::Udp);
    web.ports.push(Port {
        container,
        host,
        protocol,
    });
    let fleet = fleet("c5.xlarge", Instances::Exactly(1));
    let demands = [demand("fixed", Count::Exactly(1), Mode::Bridge), web];
    let mut demands = demands.to_vec();
    demands[0].ports = vec![tcp(80, Some(32_769))];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(
        host_ports(&placement, 0),
        [32_769, 32_768, 32_768, 32_770, 32_769, 32_771, 32_770]
    );
    let binding = placement.instances[0].tasks[1].ports[1];
    let expected = PortBinding {
        container: 53,
        host: Some(32_768),
        protocol: Protocol::Udp,
    };
    assert_eq!(binding, expected);
    assert!(
        placement.warnings(None)[0]
            .to_string()
            .contains("static host port 32769 lies where")
    );
}

/// Task definition parameters: in host mode host and container port are one; in awsvpc the same
/// port can be used by every task; mode none has no ports.
#[test]
fn ports_by_mode() {
    let fleet = fleet("c5.4xlarge", Instances::Exactly(2));
    for (mode, expected, ports) in [
        (Mode::Host, [1, 1], vec![80]),
        (Mode::Bridge, [3, 0], vec![32_768, 32_769, 32_770]),
        (Mode::Awsvpc, [3, 0], vec![]),
        (Mode::None, [3, 0], vec![]),
    ] {
        let demands = [demand("web", Count::Exactly(3), mode)];
        let placement = place(&fleet, &demands, &[], 1).unwrap();
        assert_eq!(tasks(&placement), expected, "{mode:?}");
        assert_eq!(host_ports(&placement, 0), ports, "{mode:?}");
    }
}

/// The task networking page: ENIs attached by hand take slots that placement does not see, and
/// the task goes PROVISIONING, DEPROVISIONING, STOPPED. c5.xlarge: 4 ENIs, 3 for tasks.
#[test]
fn an_eni_attached_by_hand_makes_a_task_stop() {
    let fleet = Fleet {
        attached_enis: 1,
        ..fleet("c5.xlarge", Instances::Exactly(1))
    };
    let demands = [
        demand("web", Count::AsManyAsFit, Mode::Awsvpc),
        demand("other", Count::Exactly(1), Mode::Bridge),
    ];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(
        (
            placement.groups[0].placed,
            placement.groups[0].will_not_start
        ),
        (3, 1)
    );
    assert_eq!(placement.groups[1].will_not_start, 0);
    let failures: Vec<_> = placement.instances[0]
        .tasks
        .iter()
        .map(|t| t.failure)
        .collect();
    assert_eq!(failures, [None, None, None, Some(StartFailure::NoFreeSlot)]);
    let failure = StartFailure::NoFreeSlot;
    assert_eq!(
        failure.states(),
        ["PROVISIONING", "DEPROVISIONING", "STOPPED"]
    );
    assert!(failure.text().contains("attached by hand"));
    // The primary one, the one by hand, two of tasks: all four of the instance.
    let enis = Enis {
        primary: 1,
        trunk: 0,
        attached: 1,
        task: 2,
    };
    assert_eq!(placement.enis(), enis);
    assert_eq!(enis.total(), 4);
}

/// The agent assigns dynamic ports, not placement, so running out of them stops a task after it
/// was placed (agent since 1.70: no fallback to Docker).
#[test]
fn a_task_without_a_dynamic_port_stops() {
    let fleet = Fleet {
        dynamic_ports: 50_000..=50_001,
        ..fleet("c5.xlarge", Instances::Exactly(1))
    };
    let demands = [demand("web", Count::Exactly(3), Mode::Bridge)];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    let last = &placement.instances[0].tasks[2];
    assert_eq!(last.failure, Some(StartFailure::NoDynamicPort));
    assert_eq!(last.ports[0].host, None);
    assert_eq!(StartFailure::NoDynamicPort.states(), ["PENDING", "STOPPED"]);
    assert!(
        StartFailure::NoDynamicPort
            .text()
            .contains("ECS_DYNAMIC_HOST_PORT_RANGE")
    );
}

/// Claim 5 of the project's origin: in bridge mode tasks share the security groups of one ENI.
#[test]
fn security_groups_are_a_union_in_bridge_and_own_in_awsvpc() {
    let fleet = Fleet {
        security_groups: vec!["ssh".to_owned()],
        ..fleet("c5.4xlarge", Instances::Exactly(1))
    };
    let of_mode = |name: &str, mode| {
        let mut demand = demand(name, Count::Exactly(1), mode);
        demand.security_groups = vec![name.to_owned()];
        demand
    };
    let demands = [
        of_mode("web", Mode::Bridge),
        of_mode("db", Mode::Host),
        of_mode("own", Mode::Awsvpc),
        of_mode("mute", Mode::None),
    ];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    let exposure = |group| -> Vec<&str> {
        placement
            .exposure(&placement.instances[0], group)
            .into_iter()
            .collect()
    };
    assert_eq!(exposure(0), ["db", "ssh", "web"]);
    assert_eq!(exposure(1), ["db", "ssh", "web"]);
    assert_eq!(exposure(2), ["own"]);
    assert_eq!(exposure(3), Vec::<&str>::new());
}

#[test]
fn fargate_takes_no_instance_but_an_eni_per_task() {
    let fleet = fleet("c5.large", Instances::AsNeeded);
    let demands = [
        demand("web", Count::Exactly(300), Mode::Fargate),
        demand("one", Count::AsManyAsFit, Mode::Fargate),
    ];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(placement.instances.len(), 0);
    assert_eq!(placement.groups[0].next, Next::Fargate);
    assert_eq!(placement.groups[1].placed, 1);
    assert_eq!(
        placement.enis(),
        Enis {
            task: 301,
            ..Enis::default()
        }
    );
    let warnings = placement.warnings(Some("10.0.1.0/24".parse().unwrap()));
    assert_eq!(
        warnings[0].to_string(),
        "301 addresses are needed, 10.0.1.0/24 has 251; take a larger or another subnet"
    );
}

/// Instances are launched while they help: 2 awsvpc tasks per c5.large.
#[test]
fn as_many_instances_as_needed() {
    let fleet = fleet("c5.large", Instances::AsNeeded);
    let mut demands = [demand("web", Count::Exactly(5), Mode::Awsvpc)];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(tasks(&placement), [2, 2, 1]);
    assert_eq!(placement.groups[0].next, Next::Fits);
    // More instances do not help a task that is too large for any.
    demands[0].cpu_units = 2_049;
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(tasks(&placement), [0]);
    assert_eq!(placement.groups[0].unplaced, 5);
    // An Auto Scaling group goes through the zones: two instances for one task in the second.
    let fleet = Fleet {
        zones: vec!["a".into(), "b".into()],
        ..fleet
    };
    demands[0] = demand("web", Count::Exactly(1), Mode::Bridge);
    demands[0].constraints = vec![member_of("attribute:ecs.availability-zone == b")];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(tasks(&placement), [0, 1]);
}

/// Groups without a count share what the others leave: 2,048 CPU units hold 8 tasks of 256.
#[test]
fn groups_without_a_count_take_turns() {
    let fleet = fleet("c5.large", Instances::Exactly(1));
    let demands = [
        demand("a", Count::AsManyAsFit, Mode::Bridge),
        demand("b", Count::AsManyAsFit, Mode::Bridge),
        demand("c", Count::Exactly(3), Mode::Bridge),
    ];
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    let placed: Vec<u32> = placement.groups.iter().map(|group| group.placed).collect();
    assert_eq!(placed, [3, 2, 3]);
}

#[test]
fn what_costs_nothing_stops_at_the_quota_of_a_service() {
    let fleet = fleet("c5.large", Instances::Exactly(1));
    let mut demands = [demand("web", Count::AsManyAsFit, Mode::None)];
    (demands[0].cpu_units, demands[0].memory_mib) = (0, 0);
    let placement = place(&fleet, &demands, &[], 1).unwrap();
    assert_eq!(placement.groups[0].placed, 5_000);
    assert_eq!(
        placement.warnings(None)[0].to_string(),
        "web: stopped at 5000 tasks, the quota of a service; more would fit"
    );
}
