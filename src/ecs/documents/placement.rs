//! Placement strategies and constraints, as task definitions and services state them.
//!
//! Source: Amazon ECS API Reference, PlacementStrategy and PlacementConstraint.

use super::place::{Findings, Place};
use super::problem::WarningKind;

/// Placement strategies of one service.
const STRATEGIES_MAX: usize = 5;

/// Placement constraints of one task.
const CONSTRAINTS_MAX: usize = 10;

/// How an instance is chosen among those that would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementStrategy {
    /// Any of them.
    Random,
    /// The one with the fewest tasks of this kind, over instances or values of an attribute.
    Spread(PlacementField),
    /// The one with the least CPU left.
    BinpackCpu,
    /// The one with the least memory left.
    BinpackMemory,
}

/// Over what tasks are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementField {
    /// Instances.
    Instance,
    /// Values of an attribute, such as `ecs.availability-zone`.
    Attribute(String),
}

/// Which instances can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementConstraint {
    /// Each task on an instance of its own.
    DistinctInstance,
    /// Instances that match an expression of the cluster query language.
    MemberOf(String),
}

/// The strategies of `root`.
pub(super) fn strategies(root: &Place<'_>, findings: &mut Findings) -> Vec<PlacementStrategy> {
    let places = root.elements("placementStrategy");
    if places.len() > STRATEGIES_MAX
        && let Some(list) = root.field("placementStrategy")
    {
        let reason = format!(
            "{} strategies, where ECS takes {STRATEGIES_MAX}",
            places.len()
        );
        findings.refuse(list.problem(reason, "keep the first ones"));
    }
    let mut strategies = Vec::new();
    for place in places {
        let Some(kind) = place.text("type") else {
            if place.value.is_object() && place.field("type").is_none() {
                let reason = "a strategy has a type";
                findings.refuse(place.missing("type", reason, "add \"type\": \"spread\""));
            }
            continue;
        };
        strategies.extend(strategy(&place, kind, findings));
    }
    strategies
}

fn strategy(place: &Place<'_>, kind: &str, findings: &mut Findings) -> Option<PlacementStrategy> {
    let field = place.field("field");
    let text = place.text("field").unwrap_or_default();
    let wrong = |reason: &str, remedy: &str| match &field {
        Some(field) => field.problem(reason, remedy),
        None => place.missing("field", reason, remedy),
    };
    match (kind, text) {
        ("random", _) => {
            if let Some(field) = &field {
                let message = "random asks for no field";
                findings.warn(WarningKind::WithoutEffect, &field.path, message);
            }
            Some(PlacementStrategy::Random)
        }
        ("binpack", text) if text.eq_ignore_ascii_case("cpu") => {
            Some(PlacementStrategy::BinpackCpu)
        }
        ("binpack", text) if text.eq_ignore_ascii_case("memory") => {
            Some(PlacementStrategy::BinpackMemory)
        }
        ("binpack", _) => {
            let reason = "binpack fills instances by cpu or memory";
            findings.refuse(wrong(reason, "write \"field\": \"memory\""));
            None
        }
        ("spread", "instanceId" | "host") => {
            Some(PlacementStrategy::Spread(PlacementField::Instance))
        }
        ("spread", text) => match text
            .strip_prefix("attribute:")
            .filter(|name| !name.is_empty())
        {
            Some(name) => {
                let field = PlacementField::Attribute(name.to_owned());
                Some(PlacementStrategy::Spread(field))
            }
            None => {
                let reason = "spread is over instanceId, host or an attribute";
                let remedy = "write \"field\": \"attribute:ecs.availability-zone\"";
                findings.refuse(wrong(reason, remedy));
                None
            }
        },
        // Another type was refused already.
        _ => None,
    }
}

/// The constraints of `root`, a task definition, a service or a task to run.
pub(super) fn constraints(root: &Place<'_>, findings: &mut Findings) -> Vec<PlacementConstraint> {
    let mut constraints = Vec::new();
    let places = root.elements("placementConstraints");
    if places.len() > CONSTRAINTS_MAX
        && let Some(list) = root.field("placementConstraints")
    {
        let reason = format!(
            "{} constraints, where ECS takes {CONSTRAINTS_MAX}",
            places.len()
        );
        findings.refuse(list.problem(reason, "join expressions with `and`"));
    }
    for place in places {
        match (place.text("type"), place.text("expression")) {
            (Some("distinctInstance"), None) => {
                constraints.push(PlacementConstraint::DistinctInstance);
            }
            (Some("distinctInstance"), Some(_)) => {
                let problem = place.problem("distinctInstance takes no expression", "leave it out");
                findings.refuse(problem);
            }
            (Some("memberOf"), Some(expression)) => {
                constraints.push(PlacementConstraint::MemberOf(expression.to_owned()));
            }
            (Some("memberOf"), None) => {
                let problem = place.missing(
                    "expression",
                    "memberOf needs an expression",
                    "add for example \"expression\": \"attribute:ecs.instance-type =~ c5.*\"",
                );
                findings.refuse(problem);
            }
            (None, _) if place.value.is_object() && place.field("type").is_none() => {
                let reason = "a constraint has a type";
                findings.refuse(place.missing("type", reason, "add \"type\": \"memberOf\""));
            }
            _ => {}
        }
    }
    constraints
}
