//! What a network mode, or Fargate, rules out beside ports and sizes.
//!
//! Sources: Amazon ECS API Reference, ContainerDefinition and RegisterTaskDefinition; Amazon ECS
//! Developer Guide, task networking, external instances.

use serde_json::Value;

use super::place::{Findings, Place};
use super::problem::WarningKind;
use super::task_definition::{Compatibility, NetworkMode, TaskDefinition};

/// Fields of a container that have no meaning in a network of its own.
const NOT_IN_AWSVPC: [&str; 5] = [
    "hostname",
    "dnsServers",
    "dnsSearchDomains",
    "extraHosts",
    "disableNetworking",
];

/// The rules of the definition's mode and of what it is to run on.
pub(super) fn check(root: &Place<'_>, definition: &TaskDefinition, findings: &mut Findings) {
    let mode = definition.network_mode;
    if definition.is_fargate() {
        fargate(root, mode, findings);
    }
    let external = definition
        .requires_compatibilities
        .contains(&Compatibility::External);
    if external
        && mode == NetworkMode::Awsvpc
        && let Some(place) = root.field("networkMode")
    {
        let reason = "machines outside of AWS have no ENIs to give to tasks";
        findings.refuse(place.problem(reason, "write \"bridge\", \"host\" or \"none\""));
    }
    for container in root.elements("containerDefinitions") {
        match mode {
            NetworkMode::Bridge => linked(&container, definition, findings),
            _ => links(&container, mode, findings),
        }
        match mode {
            NetworkMode::Awsvpc => awsvpc(&container, findings),
            NetworkMode::Host => host(&container, findings),
            NetworkMode::Bridge | NetworkMode::None => {}
        }
    }
    windows(root, findings);
}

fn fargate(root: &Place<'_>, mode: NetworkMode, findings: &mut Findings) {
    if mode != NetworkMode::Awsvpc {
        let reason = "on Fargate every task has an ENI of its own";
        let remedy = "write \"networkMode\": \"awsvpc\"";
        match root.field("networkMode") {
            Some(place) => findings.refuse(place.problem(reason, remedy)),
            None => findings.refuse(root.missing("networkMode", reason, remedy)),
        }
    }
    if let Some(list) = root.field("placementConstraints")
        && is_set(list.value)
    {
        let reason = "on Fargate there are no instances to choose from";
        findings.refuse(list.problem(reason, "leave placementConstraints out"));
    }
}

/// What a link names must be there when the container starts, and ECS does not look beforehand.
fn linked(container: &Place<'_>, definition: &TaskDefinition, findings: &mut Findings) {
    for link in container.elements("links") {
        let name = link.value.as_str().and_then(|link| link.split(':').next());
        let is_there = |name: &str| definition.containers.iter().any(|c| c.name == name);
        if let Some(name) = name.filter(|name| !is_there(name)) {
            let message = format!("the task has no container {name}; a link is to one of its own");
            findings.warn(WarningKind::UnknownContainer, &link.path, message);
        }
    }
}

/// Links are Docker's, between containers on one bridge.
fn links(container: &Place<'_>, mode: NetworkMode, findings: &mut Findings) {
    let Some(list) = container.field("links").filter(|list| is_set(list.value)) else {
        return;
    };
    let remedy = match mode {
        NetworkMode::Awsvpc | NetworkMode::Host => {
            "leave links out: containers reach each other at localhost"
        }
        NetworkMode::Bridge | NetworkMode::None => "leave links out",
    };
    let reason = format!("links need networkMode bridge, this is {}", mode.name());
    findings.refuse(list.problem(reason, remedy));
}

fn awsvpc(container: &Place<'_>, findings: &mut Findings) {
    for name in NOT_IN_AWSVPC {
        if let Some(place) = container.field(name).filter(|place| is_set(place.value)) {
            let reason = format!("ECS does not support {name} with networkMode awsvpc");
            findings.refuse(place.problem(reason, format!("leave {name} out")));
        }
    }
}

/// Kernel parameters of the network belong to the instance in host mode.
fn host(container: &Place<'_>, findings: &mut Findings) {
    for control in container.elements("systemControls") {
        if let Some(place) = control.field("namespace")
            && place
                .value
                .as_str()
                .is_some_and(|name| name.starts_with("net."))
        {
            let reason = "with networkMode host this would change the instance's own network";
            findings
                .refuse(place.problem(reason, "set it on the instance, or use bridge or awsvpc"));
        }
    }
}

fn windows(root: &Place<'_>, findings: &mut Findings) {
    let Some(platform) = root.field("runtimePlatform") else {
        return;
    };
    let family = platform.text("operatingSystemFamily").unwrap_or_default();
    if family.starts_with("WINDOWS") {
        let message = "the rules and the model of the network here are those of Linux";
        findings.warn(
            WarningKind::Windows,
            &platform.path_of("operatingSystemFamily"),
            message,
        );
    }
}

/// Whether a value says anything: descriptions hold empty lists and false for what was not set.
pub(super) fn is_set(value: &Value) -> bool {
    match value {
        Value::Array(elements) => !elements.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(set) => *set,
        Value::Null => false,
        _ => true,
    }
}
