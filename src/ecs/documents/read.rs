//! From the JSON of a task definition to what this program uses, with the rules that need more
//! than one field.

use crate::ecs::CpuArchitecture;
use serde_json::{Value, json};

use super::place::{self, Findings, Place};
use super::placement::{self, PlacementConstraint};
use super::problem::{DocumentErrors, WarningKind};
use super::task_definition::{Compatibility, Container, NetworkMode, RunAs, TaskDefinition};
use super::{network, ports, schema, size};

/// Containers of one task definition: a quota of ECS that cannot be raised.
const CONTAINERS_MAX: usize = 10;

/// Letters of a family's or container's name.
const NAME_LENGTH_MAX: usize = 255;

/// Name of the field around a described definition.
const WRAPPER: &str = "taskDefinition";

impl TaskDefinition {
    /// Reads the JSON of a task definition, which `source_name` names in messages.
    ///
    /// # Errors
    /// Everything for which ECS would refuse it.
    pub fn parse(source_name: &str, text: &str) -> Result<TaskDefinition, DocumentErrors> {
        read(source_name, place::parse(source_name, text)?)
    }

    /// The same definition as if it were written for another way to run it: `networkMode` and
    /// `requiresCompatibilities` changed, and nothing else.
    ///
    /// # Errors
    /// Everything for which ECS would refuse it then.
    pub fn as_mode(&self, run_as: RunAs) -> Result<TaskDefinition, DocumentErrors> {
        let (mode, compatibility) = match run_as {
            RunAs::Bridge => (NetworkMode::Bridge, Compatibility::Ec2),
            RunAs::Host => (NetworkMode::Host, Compatibility::Ec2),
            RunAs::Awsvpc => (NetworkMode::Awsvpc, Compatibility::Ec2),
            RunAs::Fargate => (NetworkMode::Awsvpc, Compatibility::Fargate),
        };
        let mut document = self.document.clone();
        let root = match document.get(WRAPPER).is_some() {
            true => &mut document[WRAPPER],
            false => &mut document,
        };
        root["networkMode"] = json!(mode.name());
        root["requiresCompatibilities"] = json!([compatibility.name()]);
        let source_name = match run_as {
            RunAs::Fargate => format!("{} on Fargate", self.source_name),
            _ => format!("{} in {} mode", self.source_name, mode.name()),
        };
        let read = read(&source_name, document)?;
        let source_name = self.source_name.clone();
        Ok(TaskDefinition {
            source_name,
            ..read
        })
    }
}

fn read(source_name: &str, document: Value) -> Result<TaskDefinition, DocumentErrors> {
    let mut findings = Findings::default();
    let mut definition = definition(&document, &mut findings);
    definition.warnings = findings.conclude(source_name)?;
    source_name.clone_into(&mut definition.source_name);
    definition.document = document;
    Ok(definition)
}

/// What could be read; the findings say whether it can be used.
fn definition(document: &Value, findings: &mut Findings) -> TaskDefinition {
    let whole = Place::new(document, "");
    let root = match whole.field(WRAPPER) {
        Some(described) if described.value.is_string() => {
            let problem = described.problem(
                "this is a service or a task to run, not a task definition",
                "name the file of the task definition",
            );
            findings.refuse(problem);
            Place::new(&Value::Null, "")
        }
        Some(described) => {
            schema::check(&whole, "DescribeTaskDefinitionResponse", None, findings);
            described_names(&described, findings);
            described
        }
        None => {
            let name = "RegisterTaskDefinitionRequest";
            schema::check(&whole, name, Some("TaskDefinition"), findings);
            whole
        }
    };
    let mode = mode(&root, findings);
    let requires_compatibilities = compatibilities(&root);
    let (cpu_units, memory_mib) = size::read(&root, findings);
    let definition = TaskDefinition {
        family: root.text("family").unwrap_or_default().to_owned(),
        network_mode: mode,
        requires_compatibilities,
        cpu_units,
        memory_mib,
        cpu_architecture: root
            .field("runtimePlatform")
            .and_then(|platform| platform.text("cpuArchitecture"))
            .and_then(CpuArchitecture::of_name),
        containers: containers(&root, mode, findings),
        placement_constraints: member_of(&root, findings),
        warnings: Vec::new(),
        source_name: String::new(),
        document: Value::Null,
    };
    if root.value.is_object() {
        check(&root, &definition, findings);
    }
    definition
}

/// What the description of a definition holds though the service model does not require it.
fn described_names(described: &Place<'_>, findings: &mut Findings) {
    for name in ["family", "containerDefinitions"] {
        if described.value.is_object() && described.field(name).is_none() {
            let reason = "ECS requires this field";
            findings.refuse(described.missing(name, reason, format!("add \"{name}\": …")));
        }
    }
}

fn mode(root: &Place<'_>, findings: &mut Findings) -> NetworkMode {
    if root.value.is_object() && root.field("networkMode").is_none() {
        let message = "not stated: ECS takes bridge on Linux instances";
        findings.warn(
            WarningKind::DefaultNetworkMode,
            &root.path_of("networkMode"),
            message,
        );
    }
    let named = root.text("networkMode").and_then(NetworkMode::of_name);
    named.unwrap_or(NetworkMode::Bridge)
}

fn compatibilities(root: &Place<'_>) -> Vec<Compatibility> {
    let names = root.texts("requiresCompatibilities");
    names
        .iter()
        .filter_map(|name| Compatibility::of_name(name))
        .collect()
}

/// Expressions of the constraints; a task definition has no others.
fn member_of(root: &Place<'_>, findings: &mut Findings) -> Vec<String> {
    let constraints = placement::constraints(root, findings).into_iter();
    let expression = |constraint| match constraint {
        PlacementConstraint::MemberOf(expression) => Some(expression),
        PlacementConstraint::DistinctInstance => None,
    };
    constraints.filter_map(expression).collect()
}

fn containers(root: &Place<'_>, mode: NetworkMode, findings: &mut Findings) -> Vec<Container> {
    let places = root.elements("containerDefinitions");
    let containers: Vec<Container> = places
        .iter()
        .map(|place| container(place, mode, findings))
        .collect();
    for (index, place) in places.iter().enumerate() {
        let first = containers[..index]
            .iter()
            .position(|c| c.name == containers[index].name);
        if let (Some(first), Some(name)) = (first, place.field("name")) {
            let reason = format!(
                "{}[{first}] has this name already",
                root.path_of("containerDefinitions")
            );
            findings.refuse(name.problem(reason, "give each container a name of its own"));
        }
    }
    containers
}

fn container(place: &Place<'_>, mode: NetworkMode, findings: &mut Findings) -> Container {
    for (name, example) in [("name", "\"app\""), ("image", "\"nginx\"")] {
        if place.value.is_object() && place.field(name).is_none() {
            let reason = "ECS requires this field";
            findings.refuse(place.missing(name, reason, format!("add \"{name}\": {example}")));
        }
    }
    check_name(place, "name", findings);
    let container = Container {
        name: place.text("name").unwrap_or_default().to_owned(),
        cpu_units: whole(place, "cpu", 0, findings).unwrap_or(0),
        memory_mib: whole(place, "memory", 1, findings),
        memory_reservation_mib: whole(place, "memoryReservation", 1, findings),
        essential: place
            .value
            .get("essential")
            .and_then(Value::as_bool)
            .unwrap_or(true),
        port_mappings: ports::read(place, mode, findings),
        links: place.texts("links"),
    };
    if let (Some(limit), Some(reserved)) = (container.memory_mib, container.memory_reservation_mib)
        && limit < reserved
        && let Some(memory) = place.field("memory")
    {
        let reason = format!("the limit is below memoryReservation, {reserved}");
        findings.refuse(memory.problem(reason, format!("write {reserved} or more")));
    }
    container
}

fn check_name(place: &Place<'_>, name: &str, findings: &mut Findings) {
    let Some(name) = place.field(name) else {
        return;
    };
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let right =
        |text: &str| (1..=NAME_LENGTH_MAX).contains(&text.len()) && text.bytes().all(letter);
    if name.value.as_str().is_some_and(|text| !right(text)) {
        let reason = format!("a name has 1 to {NAME_LENGTH_MAX} letters, digits, _ and -");
        findings.refuse(name.problem(reason, "write for example \"web-1\""));
    }
}

/// The whole number in the field `name`, at least `least`.
fn whole(place: &Place<'_>, name: &str, least: u32, findings: &mut Findings) -> Option<u32> {
    let field = place.field(name)?;
    let number = field.value.as_i64()?;
    let number = u32::try_from(number).ok().filter(|number| *number >= least);
    if number.is_none() {
        let remedy = format!("write {least} or more, or leave it out");
        findings.refuse(field.problem(format!("it must be at least {least}"), remedy));
    }
    number
}

/// The rules that need the whole definition.
fn check(root: &Place<'_>, definition: &TaskDefinition, findings: &mut Findings) {
    check_name(root, "family", findings);
    let places = root.elements("containerDefinitions");
    if let Some(list) = root
        .field("containerDefinitions")
        .filter(|list| list.value.is_array())
    {
        if places.is_empty() {
            let reason = "a task has at least one container";
            findings
                .refuse(list.problem(reason, "add { \"name\": \"app\", \"image\": \"nginx\" }"));
        } else if places.len() > CONTAINERS_MAX {
            let reason = format!(
                "{} containers, where ECS takes {CONTAINERS_MAX}",
                places.len()
            );
            findings.refuse(list.problem(reason, "split the task into several"));
        }
        if !places.is_empty() && definition.containers.iter().all(|c| !c.essential) {
            let reason = "no container is essential, so the task would never end";
            findings.refuse(list.problem(reason, "write \"essential\": true in one"));
        }
    }
    demands(root, &places, definition, findings);
    size::check(root, definition, findings);
    let containers: Vec<_> = places.into_iter().zip(&definition.containers).collect();
    ports::check(&containers, definition.network_mode, findings);
    network::check(root, definition, findings);
}

/// Memory of some kind, for the container or for the task; CPU may be zero.
fn demands(
    root: &Place<'_>,
    places: &[Place<'_>],
    definition: &TaskDefinition,
    findings: &mut Findings,
) {
    for (place, container) in places.iter().zip(&definition.containers) {
        let written = place.field("memory").or(place.field("memoryReservation"));
        if written.is_none() && definition.memory_mib.is_none() && !definition.is_fargate() {
            let problem = place.missing(
                "memory",
                "neither the container nor the task has memory or memoryReservation",
                "add \"memory\": 512",
            );
            findings.refuse(problem);
        }
        let unlimited = container.memory_mib.or(definition.memory_mib).is_none();
        if unlimited && container.memory_reservation_mib.is_some() {
            let message =
                "memory is only reserved: the container may use all that the instance has";
            findings.warn(
                WarningKind::ReservationOnly,
                &place.path_of("memoryReservation"),
                message,
            );
        }
    }
    if definition.cpu_demand() == 0 && !definition.is_fargate() && !places.is_empty() {
        let message = "no CPU is demanded: placement counts none, and every task may use all";
        findings.warn(WarningKind::NothingDemanded, &root.path_of("cpu"), message);
    }
}
