//! Port mappings: how they are written, and what each network mode makes of them.
//!
//! Sources: Amazon ECS API Reference, PortMapping; Amazon ECS Developer Guide, task definition
//! parameters and task networking.

use std::collections::BTreeMap;

use super::place::{Findings, Place};
use super::problem::WarningKind;
use super::task_definition::{
    AppProtocol, Container, ContainerPorts, NetworkMode, PortMapping, Protocol,
};
use crate::ecs::host_ports::{DYNAMIC_PORTS, RESERVED_PORTS};

/// Port ranges of one container.
const RANGES_MAX: usize = 100;

/// Letters of a port mapping's name.
const NAME_LENGTH_MAX: usize = 64;

/// The port mappings of `container`.
pub(super) fn read(
    container: &Place<'_>,
    mode: NetworkMode,
    findings: &mut Findings,
) -> Vec<PortMapping> {
    let places = container.elements("portMappings");
    if mode == NetworkMode::None
        && let (Some(list), false) = (container.field("portMappings"), places.is_empty())
    {
        let reason = "a task with networkMode none has no ports";
        findings.refuse(list.problem(reason, "leave portMappings out, or choose another mode"));
    }
    let ranges = |place: &&Place<'_>| place.field("containerPortRange").is_some();
    let count = places.iter().filter(ranges).count();
    if count > RANGES_MAX
        && let Some(list) = container.field("portMappings")
    {
        let reason = format!("{count} port ranges in one container, where ECS takes {RANGES_MAX}");
        findings.refuse(list.problem(reason, "merge neighbouring ranges"));
    }
    let mut read = Vec::new();
    for place in &places {
        if let Some(mapping) = mapping(place, mode, findings) {
            clash(place, &mapping, &read, findings);
            read.push(mapping);
        }
    }
    read
}

fn mapping(place: &Place<'_>, mode: NetworkMode, findings: &mut Findings) -> Option<PortMapping> {
    let container = container_ports(place, mode, findings);
    let host_port = host_port(place, container, mode, findings);
    let protocol = protocol(place, findings);
    let name = place.field("name");
    if let Some(name) = &name
        && name.value.as_str().is_some_and(|text| !is_name(text))
    {
        let reason = format!(
            "a name has 1 to {NAME_LENGTH_MAX} of a-z, 0-9, _ and -, and does not begin with -"
        );
        findings.refuse(name.problem(reason, "write for example \"api\""));
    }
    let app_protocol = place.text("appProtocol").and_then(AppProtocol::of_name);
    if app_protocol.is_some() && mode == NetworkMode::Host {
        let path = place.path_of("appProtocol");
        let message = "Service Connect needs networkMode bridge or awsvpc";
        findings.warn(WarningKind::WithoutEffect, &path, message);
    }
    Some(PortMapping {
        container: container?,
        host_port,
        protocol,
        name: name.and_then(|name| name.value.as_str().map(str::to_owned)),
        app_protocol,
    })
}

fn is_name(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    (1..=NAME_LENGTH_MAX).contains(&text.len())
        && text.bytes().all(letter)
        && !text.starts_with('-')
}

/// A port, if it is one; a whole number that is none is refused.
fn port(place: &Place<'_>, least: u16, findings: &mut Findings) -> Option<u16> {
    let number = place.value.as_i64()?;
    let port = u16::try_from(number).ok().filter(|port| *port >= least);
    if port.is_none() {
        let reason = format!("ports are {least} to {}", u16::MAX);
        findings.refuse(place.problem(reason, "write for example 8080"));
    }
    port
}

fn container_ports(
    place: &Place<'_>,
    mode: NetworkMode,
    findings: &mut Findings,
) -> Option<ContainerPorts> {
    let one = place.field("containerPort");
    let Some(range) = place.field("containerPortRange") else {
        let Some(one) = one else {
            let problem = place.missing(
                "containerPort",
                "a port mapping needs a port of the container",
                "add \"containerPort\": 8080",
            );
            findings.refuse(problem);
            return None;
        };
        return port(&one, 1, findings).map(ContainerPorts::One);
    };
    if one.is_some() {
        let reason = "a port mapping has either containerPort or containerPortRange";
        findings.refuse(range.problem(reason, "leave one of them out"));
    }
    if mode == NetworkMode::Host {
        let reason = "port ranges need networkMode bridge or awsvpc";
        findings.refuse(range.problem(reason, "write a mapping for each port"));
    }
    let bounds = range.value.as_str()?.split_once('-');
    let number = |text: &str| text.trim().parse().ok().filter(|port: &u16| *port > 0);
    let bounds = bounds.and_then(|(first, last)| number(first).zip(number(last)));
    match bounds {
        Some((first, last)) if first < last => Some(ContainerPorts::Range { first, last }),
        _ => {
            let reason = "a range is two ports of 1 to 65535, the lower one first";
            findings.refuse(range.problem(reason, "write for example \"8080-8090\""));
            None
        }
    }
}

fn host_port(
    place: &Place<'_>,
    container: Option<ContainerPorts>,
    mode: NetworkMode,
    findings: &mut Findings,
) -> Option<u16> {
    let place_of_port = place.field("hostPort")?;
    if place.field("containerPortRange").is_some() {
        let reason = "ECS chooses the host ports of a range itself";
        findings.refuse(place_of_port.problem(reason, "leave hostPort out"));
        return None;
    }
    let host = port(&place_of_port, 0, findings)?;
    match (mode, container) {
        (NetworkMode::Awsvpc | NetworkMode::Host, _) if host == 0 => {
            let message = format!(
                "with networkMode {} there are no dynamic ports: 0 becomes the container port",
                mode.name()
            );
            findings.warn(WarningKind::HostPortZero, &place_of_port.path, message);
        }
        (NetworkMode::Awsvpc | NetworkMode::Host, Some(ContainerPorts::One(port)))
            if host != port =>
        {
            let whose = match mode {
                NetworkMode::Awsvpc => "the port of the task's own ENI",
                _ => "the port of the instance",
            };
            let reason = format!(
                "with networkMode {} a container port is {whose}, so hostPort must equal \
                 containerPort, {port}",
                mode.name()
            );
            findings.refuse(place_of_port.problem(reason, "leave hostPort out"));
        }
        _ => {}
    }
    Some(host).filter(|host| *host > 0)
}

fn protocol(place: &Place<'_>, findings: &mut Findings) -> Protocol {
    let Some(text) = place.text("protocol") else {
        return Protocol::Tcp;
    };
    Protocol::of_name(text).unwrap_or_else(|| {
        let message = format!("ECS knows \"tcp\" and \"udp\" and reads \"{text}\" as tcp");
        findings.warn(
            WarningKind::UnknownProtocol,
            &place.path_of("protocol"),
            message,
        );
        Protocol::Tcp
    })
}

/// Refuses a mapping of ports that one before it in the same container has already: on the other
/// protocol, or within a range.
fn clash(
    place: &Place<'_>,
    mapping: &PortMapping,
    before: &[PortMapping],
    findings: &mut Findings,
) {
    let (first, last) = mapping.container.bounds();
    let overlaps = |other: &&PortMapping| {
        let (lowest, highest) = other.container.bounds();
        first <= highest && lowest <= last
    };
    let both_single = |other: &PortMapping| first == last && other.container.count() == 1;
    let clash = before.iter().filter(overlaps);
    let mut clash = clash.filter(|other| !both_single(other) || other.protocol != mapping.protocol);
    let Some(other) = clash.next() else {
        return;
    };
    let (reason, remedy) = if both_single(other) {
        let reason =
            format!("port {first} of the container is already mapped on the other protocol");
        (reason, "use another containerPort for one of them")
    } else {
        let (lowest, highest) = other.container.bounds();
        let reason = match lowest == highest {
            true => format!("port {lowest} of the container is already mapped"),
            false => format!("ports {lowest} to {highest} of the container are already mapped"),
        };
        (reason, "write ranges that do not overlap")
    };
    findings.refuse(place.problem(reason, remedy));
}

/// The rules for the ports of all containers together.
pub(super) fn check(
    containers: &[(Place<'_>, &Container)],
    mode: NetworkMode,
    findings: &mut Findings,
) {
    let mut taken: BTreeMap<(u16, Protocol), String> = BTreeMap::new();
    for (container, read) in containers {
        // A mapping that could not be read has left its place without a partner.
        let places = container.elements("portMappings");
        if places.len() != read.port_mappings.len() {
            continue;
        }
        for (place, mapping) in places.iter().zip(&read.port_mappings) {
            let ContainerPorts::One(container_port) = mapping.container else {
                continue;
            };
            let (port, field) = match mode {
                NetworkMode::Bridge => (mapping.host_port, "hostPort"),
                NetworkMode::Host | NetworkMode::Awsvpc => (Some(container_port), "containerPort"),
                NetworkMode::None => continue,
            };
            if let (Some(port), Some(place)) = (port, place.field(field)) {
                one_port(&place, port, mapping.protocol, mode, &mut taken, findings);
            }
        }
    }
}

fn one_port(
    place: &Place<'_>,
    port: u16,
    protocol: Protocol,
    mode: NetworkMode,
    taken: &mut BTreeMap<(u16, Protocol), String>,
    findings: &mut Findings,
) {
    let first = taken.get(&(port, protocol)).cloned();
    match (first, mode) {
        (None, _) => {
            taken.insert((port, protocol), place.path.clone());
        }
        (Some(first), NetworkMode::Awsvpc) => {
            let message = format!(
                "containers of a task share one network, where {first} has this port already: the \
                 second to listen fails"
            );
            findings.warn(WarningKind::SharedPort, &place.path, message);
        }
        (Some(first), _) => {
            let reason = format!("{first} takes this port of the instance already");
            findings.refuse(place.problem(reason, "use another port for one of them"));
        }
    }
    if mode == NetworkMode::Awsvpc {
        return;
    }
    if RESERVED_PORTS.contains(&port) {
        let message = "every instance keeps this port for itself, so the task is never placed";
        findings.warn(WarningKind::ReservedHostPort, &place.path, message);
    } else if DYNAMIC_PORTS.contains(&port) {
        let (low, high) = DYNAMIC_PORTS.into_inner();
        let message = format!(
            "dynamic ports and outgoing connections are taken from {low} to {high}: it may be in use"
        );
        findings.warn(WarningKind::EphemeralHostPort, &place.path, message);
    }
}
