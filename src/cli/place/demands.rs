//! From documents to what placement asks for.

use crate::scenario::Mode;
use std::fs;

use super::services::{self, Assigned};
use super::{PlaceMode, asks_for_zone};
use crate::cli::args::{Document, PlaceArgs};
use crate::cli::exit::Failure;
use crate::ecs::documents::{self, Compatibility, ContainerPorts, RunAs, Service, TaskDefinition};
use crate::ecs::placement::{Constraint, Count, Demand, Expression, Port, Protocol};

/// A document as read.
pub struct Definition {
    /// The file's name, for messages.
    file: String,
    /// Unique among the documents.
    name: String,
    pub(super) count: Option<u32>,
    pub(super) written: TaskDefinition,
    /// The service that runs it.
    pub(super) service: Option<Assigned>,
}

impl Definition {
    /// What ECS accepts in it and in its service, but not as one might expect.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        let warnings = self.written.warnings.iter();
        let warnings = warnings.map(|warning| format!("{}: {warning}", self.file));
        let of_service = self.service.iter().flat_map(Assigned::warnings);
        warnings.chain(of_service)
    }
}

/// Reads all documents; what is wrong with any of them is said at once.
pub fn read(args: &PlaceArgs) -> Result<Vec<Definition>, Failure> {
    let mut definitions: Vec<Definition> = Vec::new();
    let mut services = Vec::new();
    let mut refused = Vec::new();
    for document in &args.documents {
        match read_one(document) {
            Ok(Read::Definition(definition)) => definitions.push(*definition),
            Ok(Read::Service(service)) => services.push(*service),
            Err(reason) => refused.push(reason),
        }
    }
    if refused.is_empty() {
        refused = services::assign(services, &mut definitions);
    }
    if !refused.is_empty() {
        return Err(Failure::Usage(refused.join("\nerror: ")));
    }
    number_namesakes(&mut definitions);
    for group in &args.security_groups {
        let families = || {
            definitions
                .iter()
                .map(|definition| &definition.written.family)
        };
        if let Some(family) = &group.family
            && !families().any(|other| other == family)
        {
            let known: Vec<&str> = families().map(String::as_str).collect();
            return Err(Failure::Usage(format!(
                "--security-group {family}={}: no document is of the family \"{family}\", but of {}",
                group.name,
                known.join(", ")
            )));
        }
    }
    Ok(definitions)
}

/// Definitions of one family are told apart by a number.
fn number_namesakes(definitions: &mut [Definition]) {
    for index in 1..definitions.len() {
        let (before, rest) = definitions.split_at_mut(index);
        let family = rest[0].name.clone();
        let mut number = 1;
        while before.iter().any(|other| other.name == rest[0].name) {
            number += 1;
            rest[0].name = format!("{family}#{number}");
        }
    }
}

enum Read {
    Definition(Box<Definition>),
    Service(Box<Assigned>),
}

fn read_one(document: &Document) -> Result<Read, String> {
    let file = document.path.display().to_string();
    let bytes = fs::read(&document.path)
        .map_err(|source| format!("cannot read {file}: {source}; {}", read_instead(&file)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let failure = Failure::not_utf8(&document.path, &error).to_string();
        failure.trim_start_matches("error: ").to_owned()
    })?;
    if Service::is_meant(&text) {
        let service = Service::parse(&file, &text).map_err(|errors| errors.to_string())?;
        let count = document.count;
        return Ok(Read::Service(Box::new(Assigned::new(file, service, count))));
    }
    let written = TaskDefinition::parse(&file, &text).map_err(|errors| errors.to_string())?;
    Ok(Read::Definition(Box::new(Definition {
        file,
        name: written.family.clone(),
        count: document.count,
        written,
        service: None,
    })))
}

/// What to name instead of a file that cannot be read.
fn read_instead(file: &str) -> String {
    match file.rsplit_once(".json:") {
        Some((stem, count)) => {
            format!("if `{count}` is to be the number of tasks, write for example {stem}.json:20")
        }
        None => "name a task definition as JSON, such as `aws ecs describe-task-definition` \
                 prints"
            .to_owned(),
    }
}

/// What all documents ask for in a mode; `Ok(Err)` if ECS would refuse them in it.
pub fn of_mode(
    args: &PlaceArgs,
    definitions: &[Definition],
    mode: Option<PlaceMode>,
) -> Result<Result<Vec<Demand>, String>, Failure> {
    let mut demands = Vec::new();
    let mut refused = Vec::new();
    for definition in definitions {
        let service = definition.service.as_ref();
        let mode = mode.or_else(|| service.and_then(Assigned::mode));
        let read = match mode {
            None => Ok(definition.written.clone()),
            Some(mode) => definition.written.as_mode(run_as(mode)),
        };
        match read {
            Ok(read) => demands.push(demand(args, definition, &read, mode)?),
            Err(errors) => refused.push(errors.to_string()),
        }
    }
    Ok(match refused.is_empty() {
        true => Ok(demands),
        false => Err(refused.join("\n")),
    })
}

const fn run_as(mode: PlaceMode) -> RunAs {
    match mode {
        PlaceMode::Bridge => RunAs::Bridge,
        PlaceMode::Host => RunAs::Host,
        PlaceMode::Awsvpc | PlaceMode::AwsvpcTrunk => RunAs::Awsvpc,
        PlaceMode::Fargate => RunAs::Fargate,
    }
}

fn demand(
    args: &PlaceArgs,
    definition: &Definition,
    read: &TaskDefinition,
    mode: Option<PlaceMode>,
) -> Result<Demand, Failure> {
    let mode = mode.map_or_else(|| written_mode(read), super::network_mode);
    let wanted = args.security_groups.iter().filter(|group| {
        let family = group.family.as_ref();
        family.is_none_or(|family| *family == read.family)
    });
    let mut security_groups: Vec<String> = wanted.map(|group| group.name.clone()).collect();
    let service = definition.service.as_ref();
    let of_service = service.map(Assigned::security_groups).unwrap_or_default();
    let own = |group: &&String| !security_groups.contains(group);
    let more: Vec<String> = of_service.iter().filter(own).cloned().collect();
    security_groups.extend(more);
    Ok(Demand {
        name: definition.name.clone(),
        count: definition.count.map_or(Count::AsManyAsFit, Count::Exactly),
        cpu_units: read.cpu_demand().into(),
        memory_mib: read.memory_demand_mib().into(),
        cpu_architecture: read.cpu_architecture,
        mode,
        ports: ports(read),
        security_groups,
        subnets: service.map(Assigned::subnets).unwrap_or_default().to_vec(),
        constraints: constraints(args, definition, read)?,
        strategies: match args.strategies.is_empty() {
            true => service.map(Assigned::strategies).unwrap_or_default(),
            false => Vec::new(),
        },
    })
}

/// The mode that a document is written for. One that is for both launch types is for instances
/// here: that is what limits it.
fn written_mode(read: &TaskDefinition) -> Mode {
    let on_instances = read.requires_compatibilities.contains(&Compatibility::Ec2);
    if read.is_fargate() && !on_instances {
        return Mode::Fargate;
    }
    match read.network_mode {
        documents::NetworkMode::Bridge => Mode::Bridge,
        documents::NetworkMode::Host => Mode::Host,
        documents::NetworkMode::Awsvpc => Mode::Awsvpc,
        documents::NetworkMode::None => Mode::None,
    }
}

/// Every port of every container; of a range, one by one, since each gets a host port.
fn ports(read: &TaskDefinition) -> Vec<Port> {
    let mappings = read
        .containers
        .iter()
        .flat_map(|container| &container.port_mappings);
    let mut ports = Vec::new();
    for mapping in mappings {
        let protocol = match mapping.protocol {
            documents::Protocol::Tcp => Protocol::Tcp,
            documents::Protocol::Udp => Protocol::Udp,
        };
        let (first, last) = mapping.container.bounds();
        let host = match mapping.container {
            ContainerPorts::One(_) => mapping.host_port,
            ContainerPorts::Range { .. } => None,
        };
        ports.extend((first..=last).map(|container| Port {
            container,
            host,
            protocol,
        }));
    }
    ports
}

/// The constraints of the service, of the document and of the command line.
fn constraints(
    args: &PlaceArgs,
    definition: &Definition,
    read: &TaskDefinition,
) -> Result<Vec<Constraint>, Failure> {
    let service = definition.service.as_ref();
    let mut constraints = match service.map(Assigned::constraints) {
        None => Vec::new(),
        Some(constraints) => constraints.map_err(Failure::Usage)?,
    };
    for (index, text) in read.placement_constraints.iter().enumerate() {
        let expression = Expression::parse(text).map_err(|error| {
            let file = &definition.file;
            Failure::Usage(format!(
                "{file}: placementConstraints[{index}].expression: {error}"
            ))
        })?;
        constraints.push(Constraint::MemberOf(expression));
    }
    constraints.extend(args.constraints.iter().cloned());
    if args.zones.is_empty() && constraints.iter().any(asks_for_zone) {
        let message = "a constraint asks for the Availability Zone; name the zones of the \
                       instances, for example --zones us-east-1a,us-east-1b";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(constraints)
}
