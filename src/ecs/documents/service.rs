//! A service, or a task to run: how many tasks, where, and in which subnets.
//!
//! Source: Amazon ECS API Reference, CreateService and RunTask.

use serde_json::Value;

use super::network::is_set;
use super::place::{self, Findings, Place};
use super::placement::{self, PlacementConstraint, PlacementStrategy};
use super::problem::{DocumentErrors, DocumentProblem, DocumentWarning, WarningKind};
use super::schema;
use super::task_definition::{Compatibility, NetworkMode, RunAs, TaskDefinition};

/// Subnets of one configuration.
const SUBNETS_MAX: usize = 16;

/// Security groups of one configuration.
const SECURITY_GROUPS_MAX: usize = 5;

/// Tasks of one call of RunTask.
const RUN_TASKS_MAX: u32 = 10;

/// The field in which `describe-services` wraps what it prints.
const DESCRIBED: &str = "services";

/// What `create-service` or `run-task` takes, as far as network and placement ask for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Name of the service; `None` for a task to run.
    pub name: Option<String>,
    /// Family, family and revision, or ARN of the task definition.
    pub task_definition: Option<String>,
    /// Number of tasks, where it is stated.
    pub count: Option<u32>,
    /// Whether it runs one task on every instance that the constraints leave.
    pub is_daemon: bool,
    /// What it is to run on, where it is stated.
    pub launch_type: Option<Compatibility>,
    /// Subnets and security groups of the tasks' ENIs.
    pub awsvpc: Option<AwsvpcConfiguration>,
    /// How instances are chosen, the first strategy first.
    pub placement_strategies: Vec<PlacementStrategy>,
    /// Which instances can be chosen.
    pub placement_constraints: Vec<PlacementConstraint>,
    /// What ECS accepts, but not as one might expect.
    pub warnings: Vec<DocumentWarning>,
    source_name: String,
    document: Value,
}

/// Where the tasks' ENIs are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsvpcConfiguration {
    /// 1 to 16.
    pub subnets: Vec<String>,
    /// Up to 5; the VPC's default group if there is none.
    pub security_groups: Vec<String>,
    /// Whether each ENI gets a public address.
    pub assign_public_ip: bool,
}

impl Service {
    /// Reads the JSON of a service or of a task to run, which `source_name` names in messages.
    ///
    /// # Errors
    /// Everything for which ECS would refuse it, whatever its task definition.
    pub fn parse(source_name: &str, text: &str) -> Result<Service, DocumentErrors> {
        let document = place::parse(source_name, text)?;
        let mut findings = Findings::default();
        let mut service = service(&Place::new(&document, ""), &mut findings);
        service.warnings = findings.conclude(source_name)?;
        source_name.clone_into(&mut service.source_name);
        service.document = document;
        Ok(service)
    }

    /// Whether a text is meant as a service or a task to run: it names a task definition, where a
    /// task definition has containers or is described whole.
    pub fn is_meant(text: &str) -> bool {
        let Ok(document) = place::parse("", text) else {
            return false;
        };
        let names = document.get("taskDefinition").is_some_and(Value::is_string)
            || document.get(DESCRIBED).is_some_and(Value::is_array);
        names
            || document.get("serviceName").is_some()
                && document.get("containerDefinitions").is_none()
    }

    /// Whether ECS would take the service with this task definition.
    ///
    /// # Errors
    /// Everything for which it would not.
    pub fn check_with(&self, definition: &TaskDefinition) -> Result<(), DocumentErrors> {
        let mut findings = Findings::default();
        let root = Place::new(&self.document, "");
        if let (Some(family), Some(place)) = (self.family(), root.field("taskDefinition"))
            && family != definition.family
        {
            let reason = format!(
                "the task definition beside it is of family {}",
                definition.family
            );
            let remedy = format!("write \"{}\"", definition.family);
            findings.refuse(place.problem(reason, remedy));
        }
        let fargate = match self.launch_type {
            Some(launch_type) => launch_type == Compatibility::Fargate,
            None => definition.requires_compatibilities == [Compatibility::Fargate],
        };
        if fargate && let Some(problem) = not_on_fargate(&root, definition) {
            findings.refuse(problem);
        }
        if fargate && let Some(place) = root.field("schedulingStrategy").filter(|_| self.is_daemon)
        {
            let reason = "on Fargate there are no instances that each could run one task";
            findings.refuse(place.problem(reason, "write \"REPLICA\""));
        }
        network(self, &root, definition.network_mode, fargate, &mut findings);
        findings.conclude(&self.source_name).map(|_| ())
    }

    /// Family of the task definition that it names.
    pub fn family(&self) -> Option<&str> {
        let named = self.task_definition.as_deref()?;
        let last = named.rsplit('/').next().unwrap_or(named);
        Some(last.split(':').next().unwrap_or(last))
    }
}

/// What ECS validated the definition against beforehand does not matter, only what it says.
fn not_on_fargate(root: &Place<'_>, definition: &TaskDefinition) -> Option<DocumentProblem> {
    let place = root.field("launchType")?;
    let reason = match definition.network_mode {
        NetworkMode::Awsvpc => {
            let errors = definition.as_mode(RunAs::Fargate).err()?;
            let first = &errors.problems[0];
            format!(
                "the task definition cannot run on Fargate: {}: {}",
                first.path, first.reason
            )
        }
        mode => format!(
            "the task definition cannot run on Fargate: its networkMode is {}",
            mode.name()
        ),
    };
    Some(place.problem(reason, "change the task definition, or write \"EC2\""))
}

fn network(
    service: &Service,
    root: &Place<'_>,
    mode: NetworkMode,
    fargate: bool,
    findings: &mut Findings,
) {
    match (root.field("networkConfiguration"), mode) {
        (None, NetworkMode::Awsvpc) => findings.refuse(root.missing(
            "networkConfiguration",
            "with networkMode awsvpc, ECS must know the subnets of the tasks' ENIs",
            "add { \"awsvpcConfiguration\": { \"subnets\": [\"subnet-…\"] } }",
        )),
        (Some(place), NetworkMode::Awsvpc) => {
            if service.awsvpc.is_none() {
                let problem = place.missing(
                    "awsvpcConfiguration",
                    "with networkMode awsvpc, ECS must know the subnets of the tasks' ENIs",
                    "add { \"subnets\": [\"subnet-…\"] }",
                );
                findings.refuse(problem);
            }
        }
        (Some(place), _) => {
            let reason = format!(
                "networkConfiguration is for networkMode awsvpc, the task definition has {}",
                mode.name()
            );
            findings.refuse(place.problem(reason, "leave it out"));
        }
        (None, _) => {}
    }
    if let Some(awsvpc) = &service.awsvpc
        && awsvpc.assign_public_ip
        && !fargate
        && mode == NetworkMode::Awsvpc
        && let Some(place) = public_ip(root)
    {
        let reason = "only tasks on Fargate get public addresses";
        findings.refuse(place.problem(reason, "write \"DISABLED\" and use a NAT gateway"));
    }
}

fn public_ip<'d>(root: &Place<'d>) -> Option<Place<'d>> {
    let awsvpc = root
        .field("networkConfiguration")?
        .field("awsvpcConfiguration")?;
    awsvpc.field("assignPublicIp")
}

fn service(root: &Place<'_>, findings: &mut Findings) -> Service {
    let only_service = [
        "serviceName",
        "desiredCount",
        "schedulingStrategy",
        "deploymentConfiguration",
    ];
    let is_service = only_service.iter().any(|name| root.field(name).is_some());
    if root.field("containerDefinitions").is_some() {
        let reason = "this is a task definition, not a service or a task to run";
        findings.refuse(DocumentProblem::missing(
            "",
            reason.to_owned(),
            "name the file of the service".to_owned(),
        ));
    } else if let Some(list) = root.field(DESCRIBED).filter(|list| list.value.is_array()) {
        // Its state and history are no fields of a service to be.
        findings.refuse(DocumentProblem::missing(
            &list.path,
            "this is what `aws ecs describe-services` prints, not a service to create".to_owned(),
            "write what `aws ecs create-service --cli-input-json` takes: taskDefinition, \
             desiredCount, networkConfiguration, …"
                .to_owned(),
        ));
    } else {
        let structure = if is_service {
            "CreateServiceRequest"
        } else {
            "RunTaskRequest"
        };
        schema::check(root, structure, None, findings);
    }
    let count = count(root, is_service, findings);
    let launch_type = launch_type(root, findings);
    for name in ["placementStrategy", "placementConstraints"] {
        if launch_type == Some(Compatibility::Fargate)
            && let Some(list) = root.field(name).filter(|list| is_set(list.value))
        {
            let reason = "on Fargate there are no instances to choose from";
            findings.refuse(list.problem(reason, format!("leave {name} out")));
        }
    }
    Service {
        name: root.text("serviceName").map(str::to_owned),
        task_definition: root.text("taskDefinition").map(str::to_owned),
        count,
        is_daemon: root.text("schedulingStrategy") == Some("DAEMON"),
        launch_type,
        awsvpc: awsvpc(root, findings),
        placement_strategies: placement::strategies(root, findings),
        placement_constraints: placement::constraints(root, findings),
        warnings: Vec::new(),
        source_name: String::new(),
        document: Value::Null,
    }
}

/// As stated, or as the capacity providers have it: those of Fargate have names of their own.
fn launch_type(root: &Place<'_>, findings: &mut Findings) -> Option<Compatibility> {
    let stated = root.text("launchType").and_then(Compatibility::of_name);
    let providers = root.elements("capacityProviderStrategy");
    if providers.is_empty() {
        return stated;
    }
    if let Some(place) = root.field("launchType") {
        let reason = "beside a capacityProviderStrategy, which says what the tasks run on";
        findings.refuse(place.problem(reason, "leave launchType out"));
    }
    let on_fargate = providers.iter().any(|provider| {
        matches!(
            provider.text("capacityProvider"),
            Some("FARGATE" | "FARGATE_SPOT")
        )
    });
    on_fargate.then_some(Compatibility::Fargate)
}

fn count(root: &Place<'_>, is_service: bool, findings: &mut Findings) -> Option<u32> {
    let (name, most) = match is_service {
        true => ("desiredCount", u32::MAX),
        false => ("count", RUN_TASKS_MAX),
    };
    let place = root.field(name)?;
    let number = place.value.as_i64()?;
    let least = u32::from(!is_service);
    let count = u32::try_from(number)
        .ok()
        .filter(|count| (least..=most).contains(count));
    if count.is_none() {
        let reason = match is_service {
            true => "a number of tasks is at least 0".to_owned(),
            false => format!("a call runs 1 to {most} tasks"),
        };
        findings.refuse(place.problem(reason, "write for example 2"));
    }
    count
}

fn awsvpc(root: &Place<'_>, findings: &mut Findings) -> Option<AwsvpcConfiguration> {
    let place = root
        .field("networkConfiguration")?
        .field("awsvpcConfiguration")?;
    let configuration = AwsvpcConfiguration {
        subnets: place.texts("subnets"),
        security_groups: place.texts("securityGroups"),
        assign_public_ip: place.text("assignPublicIp") == Some("ENABLED"),
    };
    for (name, count, least, most) in [
        ("subnets", configuration.subnets.len(), 1, SUBNETS_MAX),
        (
            "securityGroups",
            configuration.security_groups.len(),
            0,
            SECURITY_GROUPS_MAX,
        ),
    ] {
        let Some(list) = place.field(name).filter(|list| list.value.is_array()) else {
            continue;
        };
        if !(least..=most).contains(&count) {
            let reason = format!("{count} {name}, where ECS takes {least} to {most}");
            findings.refuse(list.problem(reason, "choose among them"));
        }
    }
    if configuration.security_groups.is_empty() {
        let message = "no group named: the ENIs get the default security group of the VPC";
        findings.warn(
            WarningKind::DefaultSecurityGroup,
            &place.path_of("securityGroups"),
            message,
        );
    }
    Some(configuration)
}
