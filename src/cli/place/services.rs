//! Services beside their task definitions: how many tasks, where, through which security groups.

use super::PlaceMode;
use super::demands::Definition;
use crate::ecs::documents::{Compatibility, PlacementConstraint, PlacementField};
use crate::ecs::documents::{PlacementStrategy, Service};
use crate::ecs::placement::{Constraint, Expression, Strategy, TASKS_PER_SERVICE};

/// A service as read, and the file it is from.
pub struct Assigned {
    file: String,
    service: Service,
    /// Number of tasks on the command line, instead of its own.
    count: Option<u32>,
}

/// Gives each service to the first definition of its family that has none yet. What hinders it is
/// returned, with the place and the remedy.
pub fn assign(services: Vec<Assigned>, definitions: &mut [Definition]) -> Vec<String> {
    let mut refused = Vec::new();
    for service in services {
        if let Err(reason) = assign_one(service, definitions) {
            refused.push(reason);
        }
    }
    refused
}

fn assign_one(assigned: Assigned, definitions: &mut [Definition]) -> Result<(), String> {
    let Assigned { file, service, .. } = &assigned;
    let family = service.family().ok_or_else(|| {
        format!(
            "{file}: taskDefinition: the service names no task definition; add for example \
             \"taskDefinition\": \"web\""
        )
    })?;
    let mut of_family = definitions
        .iter_mut()
        .filter(|definition| definition.written.family == family)
        .peekable();
    if of_family.peek().is_none() {
        return Err(format!(
            "{file}: taskDefinition: no task definition of the family \"{family}\" is beside it; \
             name its file too, for example enibench place {family}.json {file}"
        ));
    }
    let definition = of_family
        .find(|definition| definition.service.is_none())
        .ok_or_else(|| {
            format!(
                "{file}: taskDefinition: every task definition of the family \"{family}\" has a \
                 service already; name its file once for each service"
            )
        })?;
    service
        .check_with(&definition.written)
        .map_err(|errors| errors.to_string())?;
    let stated = service.count.filter(|_| !service.is_daemon);
    if let Some(count) = stated.filter(|count| *count > TASKS_PER_SERVICE) {
        return Err(format!(
            "{file}: desiredCount = {count}: a service has at most {TASKS_PER_SERVICE} tasks; \
             write fewer, or several services"
        ));
    }
    definition.count = assigned.count.or(definition.count).or(stated);
    definition.service = Some(assigned);
    Ok(())
}

impl Assigned {
    /// A service from a file, with the number of tasks that stands beside its name.
    pub fn new(file: String, service: Service, count: Option<u32>) -> Assigned {
        Assigned {
            file,
            service,
            count,
        }
    }

    /// The mode that its launch type asks for, where that is another than the definition's.
    pub fn mode(&self) -> Option<PlaceMode> {
        let on_fargate = self.service.launch_type == Some(Compatibility::Fargate);
        on_fargate.then_some(PlaceMode::Fargate)
    }

    /// Security groups of the tasks' ENIs.
    pub fn security_groups(&self) -> &[String] {
        let awsvpc = self.service.awsvpc.as_ref();
        awsvpc.map_or(&[], |awsvpc| &awsvpc.security_groups)
    }

    /// Subnets of the tasks' ENIs.
    pub fn subnets(&self) -> &[String] {
        let awsvpc = self.service.awsvpc.as_ref();
        awsvpc.map_or(&[], |awsvpc| &awsvpc.subnets)
    }

    /// Its placement strategies, those left out that tell like instances apart by nothing.
    pub fn strategies(&self) -> Vec<Strategy> {
        let strategies = self.service.placement_strategies.iter();
        strategies.filter_map(strategy).collect()
    }

    /// Its placement constraints; a daemon service runs one task on each instance.
    ///
    /// # Errors
    /// If an expression cannot be evaluated.
    pub fn constraints(&self) -> Result<Vec<Constraint>, String> {
        let mut constraints = Vec::new();
        if self.service.is_daemon {
            constraints.push(Constraint::DistinctInstance);
        }
        for (index, constraint) in self.service.placement_constraints.iter().enumerate() {
            constraints.push(match constraint {
                PlacementConstraint::DistinctInstance => Constraint::DistinctInstance,
                PlacementConstraint::MemberOf(text) => {
                    let expression = Expression::parse(text).map_err(|error| {
                        let file = &self.file;
                        format!("{file}: placementConstraints[{index}].expression: {error}")
                    })?;
                    Constraint::MemberOf(expression)
                }
            });
        }
        Ok(constraints)
    }

    /// What ECS or this program reads in another way than one might expect.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        let of_document = self.service.warnings.iter().map(ToString::to_string);
        let strategies = self.service.placement_strategies.iter().enumerate();
        let left_out = strategies.filter(|(_, s)| strategy(s).is_none());
        let left_out = left_out.map(|(index, _)| {
            format!(
                "placementStrategy[{index}].field: the instances differ in nothing but their \
                 Availability Zone: left out"
            )
        });
        of_document
            .chain(left_out)
            .map(|warning| format!("{}: {warning}", self.file))
    }
}

/// The strategy as placement knows it; `None` where it spreads over what is the same everywhere.
fn strategy(strategy: &PlacementStrategy) -> Option<Strategy> {
    match strategy {
        PlacementStrategy::Random => Some(Strategy::Random),
        PlacementStrategy::BinpackCpu => Some(Strategy::BinpackCpu),
        PlacementStrategy::BinpackMemory => Some(Strategy::BinpackMemory),
        PlacementStrategy::Spread(PlacementField::Instance) => Some(Strategy::SpreadInstances),
        PlacementStrategy::Spread(PlacementField::Attribute(name)) => {
            (name == "ecs.availability-zone").then_some(Strategy::SpreadZones)
        }
    }
}
