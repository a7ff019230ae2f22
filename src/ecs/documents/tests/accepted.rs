//! Documents in the style of the ECS documentation, read as ECS reads them.

use super::super::*;

pub(super) fn file(name: &str) -> String {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub(super) fn definition(name: &str) -> TaskDefinition {
    let read = TaskDefinition::parse(name, &file(&format!("task-definitions/{name}.json")));
    read.unwrap_or_else(|errors| panic!("{errors}"))
}

fn kinds(definition: &TaskDefinition) -> Vec<(WarningKind, &str)> {
    let warnings = definition.warnings.iter();
    warnings.map(|w| (w.kind, &*w.path)).collect()
}

/// Expected values read from the file by eye; demands are sums done by hand.
#[test]
fn a_bridge_definition_with_dynamic_and_static_ports() {
    let read = definition("bridge");
    assert_eq!(read.family, "storefront");
    assert_eq!(read.network_mode, NetworkMode::Bridge);
    assert_eq!((read.cpu_units, read.memory_mib), (None, None));
    assert_eq!(read.cpu_demand(), 256 + 128);
    // The reservation counts before the limit.
    assert_eq!(read.memory_demand_mib(), 128 + 256);
    let ports = HostPorts {
        fixed: vec![(6379, Protocol::Tcp)],
        dynamic: 1 + 10,
    };
    assert_eq!(read.host_ports(), ports);
    let [web, cache] = &read.containers[..] else {
        panic!("{read:?}")
    };
    assert_eq!(web.links, ["cache:redis"]);
    assert!(web.essential && !cache.essential);
    let http = PortMapping {
        container: ContainerPorts::One(80),
        host_port: None,
        protocol: Protocol::Tcp,
        name: Some("http".to_owned()),
        app_protocol: Some(AppProtocol::Http),
    };
    assert_eq!(web.port_mappings[0], http);
    let (first, last) = (8100, 8109);
    assert_eq!(
        web.port_mappings[1].container,
        ContainerPorts::Range { first, last }
    );
    assert_eq!(
        read.placement_constraints,
        ["attribute:ecs.instance-type =~ c5.*"]
    );
    assert_eq!(kinds(&read), []);
}

#[test]
fn a_host_definition_takes_its_container_ports_from_the_instance() {
    let read = definition("host");
    assert_eq!(read.network_mode, NetworkMode::Host);
    assert_eq!(read.requires_compatibilities, [Compatibility::Ec2]);
    assert_eq!((read.cpu_demand(), read.memory_demand_mib()), (512, 512));
    let ports = HostPorts {
        fixed: vec![(4317, Protocol::Tcp), (8125, Protocol::Udp)],
        dynamic: 0,
    };
    assert_eq!(read.host_ports(), ports);
    assert_eq!(kinds(&read), []);
}

#[test]
fn an_awsvpc_definition_takes_no_port_of_the_instance() {
    let read = definition("awsvpc");
    assert_eq!((read.cpu_demand(), read.memory_demand_mib()), (640, 1280));
    assert_eq!(read.host_ports(), HostPorts::default());
    let reserved = "containerDefinitions[1].memoryReservation";
    assert_eq!(kinds(&read), [(WarningKind::ReservationOnly, reserved)]);
}

#[test]
fn a_fargate_definition_has_the_size_of_its_task() {
    let read = definition("fargate");
    assert!(read.is_fargate());
    assert_eq!((read.cpu_demand(), read.memory_demand_mib()), (1024, 2048));
    assert_eq!(kinds(&read), []);
}

/// A description is wrapped, and holds what ECS adds, empty lists among it.
#[test]
fn a_description_is_read_like_what_was_registered() {
    let read = definition("described");
    assert_eq!(
        (&*read.family, read.network_mode),
        ("orders", NetworkMode::Awsvpc)
    );
    assert_eq!((read.cpu_demand(), read.memory_demand_mib()), (256, 512));
    // Its inner object alone, as `--query taskDefinition` prints it.
    let whole: serde_json::Value =
        serde_json::from_str(&file("task-definitions/described.json")).unwrap();
    let inner = TaskDefinition::parse("inner", &whole["taskDefinition"].to_string()).unwrap();
    assert_eq!(inner.containers, read.containers);
}

/// What ECS takes but reads otherwise than one might expect; the paths by hand.
#[test]
fn surprises_are_warnings() {
    for (mode, container, kind, path) in [
        (
            "",
            r#""cpu": 1"#,
            WarningKind::DefaultNetworkMode,
            "networkMode",
        ),
        (
            r#""networkMode": "awsvpc","#,
            r#""cpu": 1, "portMappings": [{"containerPort": 80, "hostPort": 0}]"#,
            WarningKind::HostPortZero,
            "containerDefinitions[0].portMappings[0].hostPort",
        ),
        (
            r#""networkMode": "bridge","#,
            r#""cpu": 1, "portMappings": [{"containerPort": 80, "hostPort": 40000}]"#,
            WarningKind::EphemeralHostPort,
            "containerDefinitions[0].portMappings[0].hostPort",
        ),
        (
            r#""networkMode": "host","#,
            r#""cpu": 1, "portMappings": [{"containerPort": 22}]"#,
            WarningKind::ReservedHostPort,
            "containerDefinitions[0].portMappings[0].containerPort",
        ),
        (
            r#""networkMode": "bridge","#,
            r#""cpu": 1, "portMappings": [{"containerPort": 53, "protocol": "UDP"}]"#,
            WarningKind::UnknownProtocol,
            "containerDefinitions[0].portMappings[0].protocol",
        ),
        (
            r#""networkMode": "awsvpc","#,
            r#""cpu": 1, "portMappings": [{"containerPort": 80}, {"containerPort": 80}]"#,
            WarningKind::SharedPort,
            "containerDefinitions[0].portMappings[1].containerPort",
        ),
        (
            r#""networkMode": "host","#,
            r#""cpu": 1, "portMappings": [{"containerPort": 80, "appProtocol": "http"}]"#,
            WarningKind::WithoutEffect,
            "containerDefinitions[0].portMappings[0].appProtocol",
        ),
        (
            r#""networkMode": "bridge","#,
            r#""essential": true"#,
            WarningKind::NothingDemanded,
            "cpu",
        ),
        (
            r#""networkMode": "awsvpc",
               "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},"#,
            r#""cpu": 1"#,
            WarningKind::Windows,
            "runtimePlatform.operatingSystemFamily",
        ),
    ] {
        let text = format!(
            r#"{{"family": "f", {mode} "containerDefinitions":
                [{{"name": "c", "image": "i", "memory": 64, {container}}}]}}"#
        );
        let read = TaskDefinition::parse("x.json", &text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(kinds(&read), [(kind, path)], "{text}");
        assert!(!read.warnings[0].message.is_empty());
    }
}

/// One definition under the rules of each way to run it.
#[test]
fn a_definition_can_be_read_as_another_mode() {
    let bridge = definition("bridge");
    assert_eq!(
        bridge.as_mode(RunAs::Bridge).unwrap().host_ports(),
        bridge.host_ports()
    );
    let paths = |run_as| {
        let errors = bridge.as_mode(run_as).unwrap_err();
        let paths = errors.problems.into_iter().map(|p| p.path);
        (errors.source_name, paths.collect::<Vec<_>>())
    };
    let links = "containerDefinitions[0].links".to_owned();
    let range = "containerDefinitions[0].portMappings[1].containerPortRange".to_owned();
    assert_eq!(
        paths(RunAs::Awsvpc),
        ("bridge in awsvpc mode".to_owned(), vec![links.clone()])
    );
    assert_eq!(
        paths(RunAs::Host),
        ("bridge in host mode".to_owned(), vec![links.clone(), range])
    );
    let fargate = ["cpu", "memory", "placementConstraints"].map(str::to_owned);
    let mut expected = vec![links];
    expected.extend(fargate);
    assert_eq!(
        paths(RunAs::Fargate),
        ("bridge on Fargate".to_owned(), expected)
    );

    // ECS has filled in the host port, which in bridge mode is a static one.
    let described = definition("described").as_mode(RunAs::Bridge).unwrap();
    assert!(!described.is_fargate());
    assert_eq!(described.host_ports().fixed, [(8080, Protocol::Tcp)]);
    let fargate = definition("awsvpc").as_mode(RunAs::Fargate).unwrap_err();
    assert_eq!(fargate.problems.len(), 2, "{fargate}");
}

/// Docker links containers by name, with an alias behind a colon (Amazon ECS API Reference,
/// ContainerDefinition, links).
#[test]
fn a_link_to_nobody_is_a_warning() {
    let text = r#"{"family": "f", "networkMode": "bridge", "containerDefinitions": [
        {"name": "a", "image": "i", "cpu": 1, "memory": 64, "links": ["b", "b:db", "c:db"]},
        {"name": "b", "image": "i", "cpu": 1, "memory": 64}]}"#;
    let warnings = TaskDefinition::parse("x.json", text).unwrap().warnings;
    let told: Vec<(WarningKind, &str)> = warnings.iter().map(|w| (w.kind, &*w.path)).collect();
    let path = "containerDefinitions[0].links[2]";
    assert_eq!(told, [(WarningKind::UnknownContainer, path)]);
    assert!(warnings[0].message.contains("no container c;"));
}
