//! What a user is told when a task has no place.

use super::*;
use crate::ecs::CpuArchitecture;
use crate::scenario::Mode;

/// What stops the next task of the last of `demands`.
fn refusal(fleet: &Fleet, demands: &[Demand]) -> Refusal {
    let placement = place(fleet, demands, &[], 1).unwrap();
    match placement.groups.into_iter().last().unwrap().next {
        Next::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Code, service event from the closest instance on, explanation and remedy.
#[track_caller]
fn assert_told(refusal: &Refusal, [code, event, text, remedy]: [&str; 4]) {
    let [reason] = &refusal.reasons[..] else {
        panic!("{:?}", refusal.reasons);
    };
    assert_eq!(reason.code(), code);
    let start = "service web was unable to place a task because no container instance met all of \
                 its requirements. The closest matching container-instance i-0 ";
    assert_eq!(refusal.event("web"), format!("{start}{event}."));
    assert_eq!(reason.to_string(), text);
    assert_eq!(reason.remedy(), remedy);
}

/// Codes: Amazon ECS Developer Guide, API failure reasons. Sentences: service event messages.
#[test]
fn resources() {
    let one = fleet("c5.large", Instances::Exactly(1));
    let mut web = demand("web", Count::Exactly(1), Mode::Awsvpc);
    web.cpu_units = 1_500;
    assert_told(
        &refusal(&one, &[web.clone()]),
        [
            "RESOURCE:CPU",
            "has insufficient CPU units available",
            "the task asks for 1500 CPU units, 548 are free",
            "lower the task's `cpu` or take a larger type",
        ],
    );
    (web.cpu_units, web.memory_mib) = (1, 3_000);
    assert_told(
        &refusal(&one, &[web.clone()]),
        [
            "RESOURCE:MEMORY",
            "has insufficient memory available",
            "the task asks for 3000 MiB, 1096 MiB are free",
            "lower the task's `memory` or take a larger type",
        ],
    );
    (web.memory_mib, web.count) = (1, Count::Exactly(2));
    assert_told(
        &refusal(&one, &[web.clone()]),
        [
            "RESOURCE:ENI",
            "encountered error \"RESOURCE:ENI\"",
            "2 tasks have an ENI of the instance, and that is its limit",
            "a trunk (awsvpc-trunk) would hold 10 tasks; or bridge",
        ],
    );
    let micro = fleet("t3.micro", Instances::Exactly(1));
    assert_told(
        &refusal(&micro, &[web]),
        [
            "RESOURCE:ENI",
            "encountered error \"RESOURCE:ENI\"",
            "1 task has an ENI of the instance, and that is its limit",
            "take a type with more ENIs, or bridge",
        ],
    );
}

/// Reserved ports and their limit: Amazon ECS Developer Guide, `hostPort`.
#[test]
fn ports() {
    let one = fleet("c5.24xlarge", Instances::Exactly(1));
    let mut web = demand("web", Count::Exactly(1), Mode::Bridge);
    web.ports = vec![tcp(80, Some(8080))];
    assert_told(
        &refusal(&one, &[web.clone()]),
        [
            "RESOURCE:PORTS",
            "is already using a port required by your task",
            "host port 8080/tcp is in use",
            "leave out `hostPort` for a dynamic port (bridge), or use awsvpc",
        ],
    );
    for port in [22, 2375, 2376, 51678, 51679, 51680] {
        web.ports = vec![tcp(80, Some(port))];
        assert_told(
            &refusal(&one, &[web.clone()]),
            [
                "RESOURCE:PORTS",
                "encountered error \"RESOURCE:PORTS\"",
                &format!("host port {port}/tcp is reserved on every instance"),
                "choose another `hostPort`, or leave it out for a dynamic port",
            ],
        );
    }
    web.ports = vec![tcp(80, Some(81)), tcp(82, Some(81))];
    assert_told(
        &refusal(&one, &[web.clone()]),
        [
            "RESOURCE:PORTS",
            "encountered error \"RESOURCE:PORTS\"",
            "the task asks for host port 81/tcp twice",
            "give one of the containers another `hostPort`",
        ],
    );
    // 6 of the agent and 94 more: the next one is over the limit, a dynamic one is not.
    let ports = |first: u16| {
        (0..47)
            .map(|n| tcp(80, Some(first + n)))
            .collect::<Vec<_>>()
    };
    let mut demands = [100, 200, 300].map(|first| {
        let mut demand = demand("web", Count::Exactly(1), Mode::Bridge);
        demand.ports = ports(first);
        demand
    });
    demands[2].ports = vec![tcp(80, Some(300))];
    assert_told(
        &refusal(&one, &demands),
        [
            "RESOURCE:PORTS",
            "encountered error \"RESOURCE:PORTS\"",
            "an instance reserves at most 100 host ports, 6 of them are the agent's",
            "leave out `hostPort` for a dynamic port (bridge), or use awsvpc",
        ],
    );
    demands[2].ports = vec![tcp(80, None)];
    assert_eq!(place(&one, &demands, &[], 1).unwrap().groups[2].placed, 1);
    // The agent reserves TCP ports only, and the same number of the other protocol is free.
    let (container, host, protocol) = (53, Some(22), Protocol::Udp);
    web.ports = vec![
        Port {
            container,
            host,
            protocol,
        },
        tcp(53, Some(53)),
    ];
    assert_eq!(place(&one, &[web], &[], 1).unwrap().groups[0].placed, 1);
}

#[test]
fn attributes() {
    let one = fleet("c5.large", Instances::Exactly(1));
    let trunked = |name| Fleet {
        trunking: true,
        ..fleet(name, Instances::Exactly(1))
    };
    let web = || demand("web", Count::Exactly(1), Mode::AwsvpcTrunk);
    let event = "is missing an attribute required by your task";
    let branches = "take a type with branch ENIs, such as c5.large";
    for (fleet, text, remedy) in [
        (
            one,
            "ecs.awsvpc-trunk-id: trunking is off",
            "turn on the account setting awsvpcTrunking",
        ),
        (
            trunked("t3.micro"),
            "ecs.awsvpc-trunk-id: t3.micro does not support ENI trunking",
            branches,
        ),
        (
            trunked("g3.4xlarge"),
            "ecs.awsvpc-trunk-id: no table says how many branch ENIs g3.4xlarge has",
            branches,
        ),
    ] {
        assert_told(
            &refusal(&fleet, &[web()]),
            ["ATTRIBUTE", event, text, remedy],
        );
    }
}

/// The sentences are those of RunTask's failures and of service events.
#[test]
fn constraints() {
    let one = fleet("c5.large", Instances::Exactly(1));
    let mut web = demand("web", Count::Exactly(1), Mode::Bridge);
    web.constraints = vec![member_of("attribute:ecs.instance-type =~ m5.*")];
    let told = refusal(&one, &[web.clone()]);
    assert!(!told.another_instance_would_do);
    assert_told(
        &told,
        [
            "MemberOf placement constraint unsatisfied.",
            "encountered error \"MemberOf placement constraint unsatisfied.\"",
            "not so: attribute:ecs.instance-type =~ m5.*",
            "change the expression, or the instance",
        ],
    );
    web.constraints = vec![Constraint::DistinctInstance];
    let told = refusal(&one, &[web]);
    assert!(told.another_instance_would_do);
    assert_told(
        &told,
        [
            "DistinctInstance placement constraint unsatisfied.",
            "encountered error \"DistinctInstance placement constraint unsatisfied.\"",
            "a task of the group is there, and distinctInstance is asked for",
            "add an instance per task",
        ],
    );
}

/// All reasons are told, of the instance with the fewest, then of the one that lacks least.
#[test]
fn the_closest_instance_is_named_with_all_its_reasons() {
    let three = fleet("c5.large", Instances::Exactly(3));
    // 2,048 CPU units and 4,096 MiB: on instance 0 both run out, on 1 and 2 memory does; of
    // those, 2 has more left.
    let on = |cpu, memory, name: &str| {
        let mut demand = demand(name, Count::Exactly(1), Mode::Bridge);
        (demand.cpu_units, demand.memory_mib) = (cpu, memory);
        demand
    };
    let demands = [
        on(2_000, 4_000, "a"),
        on(100, 3_500, "b"),
        on(100, 3_400, "c"),
        on(500, 1_000, "d"),
    ];
    let told = refusal(&three, &demands);
    assert_eq!(told.closest, 2);
    assert_eq!(
        told.reasons,
        [Reason::Memory {
            wanted: 1_000,
            free: 696
        }]
    );

    let one = fleet("c5.large", Instances::Exactly(1));
    let told = refusal(&one, &demands[..2]);
    assert_eq!(
        told.event("b"),
        "service b was unable to place a task because no container instance met all of its \
         requirements. The closest matching container-instance i-0 has insufficient CPU units \
         available and has insufficient memory available."
    );
}

/// That a Graviton type is ARM: its name. Tasks that say nothing go anywhere.
#[test]
fn machine_code_is_an_attribute() {
    let mut web = demand("web", Count::Exactly(1), Mode::Bridge);
    web.cpu_architecture = Some(CpuArchitecture::Arm64);
    let placed = |name: &str, web: &Demand| {
        let fleet = fleet(name, Instances::Exactly(1));
        let demands = std::slice::from_ref(web);
        place(&fleet, demands, &[], 1).unwrap().groups[0].placed
    };
    assert_eq!(
        (placed("c6g.large", &web), placed("c5.large", &web)),
        (1, 0)
    );
    assert_told(
        &refusal(
            &fleet("c5.large", Instances::Exactly(1)),
            std::slice::from_ref(&web),
        ),
        [
            "ATTRIBUTE",
            "is missing an attribute required by your task",
            "ecs.cpu-architecture: the task is built for ARM64, c5.large is X86_64",
            "take a type such as c6g.large, or change `runtimePlatform`",
        ],
    );
    web.cpu_architecture = Some(CpuArchitecture::X86_64);
    let refusal = refusal(
        &fleet("c6g.large", Instances::Exactly(1)),
        std::slice::from_ref(&web),
    );
    assert!(refusal.reasons[0].remedy().contains("such as c5.large"));
    web.cpu_architecture = None;
    assert_eq!(
        (placed("c6g.large", &web), placed("c5.large", &web)),
        (1, 1)
    );
    web.constraints = vec![member_of("attribute:ecs.cpu-architecture == arm64")];
    assert_eq!(
        (placed("c6g.large", &web), placed("c5.large", &web)),
        (1, 0)
    );
}
