//! Amazon ECS's own documents: task definitions and services as JSON, read as ECS reads them.
//!
//! A task definition may be what `aws ecs register-task-definition --cli-input-json` takes or what
//! `aws ecs describe-task-definition` prints; a service what `create-service` or `run-task` takes.
//! What ECS refuses is refused, all of it at once, each with the path of its field; what ECS
//! silently ignores or reads in a way that surprises becomes a warning.
//!
//! ```text
//! JSON text → every field against the table of ECS's fields → what this program uses
//!           → the rules of the network mode and of Fargate → TaskDefinition
//! ```
//!
//! # Sources
//! Field names, types and allowed values: the service model that the AWS SDKs carry, as the table
//! `fields.json`. Rules: Amazon ECS API Reference (RegisterTaskDefinition, ContainerDefinition,
//! PortMapping, CreateService) and Amazon ECS Developer Guide, task definition parameters.
//!
//! # Not looked at
//! Rules of fields that neither the network nor placement asks for: volumes, logging, health
//! checks, Linux parameters, GPUs. Their names and types are checked all the same.

mod network;
mod place;
mod placement;
mod ports;
mod problem;
mod read;
mod schema;
mod service;
mod size;
mod task_definition;
#[cfg(test)]
mod tests;

pub use placement::{PlacementConstraint, PlacementField, PlacementStrategy};
pub use problem::{DocumentErrors, DocumentProblem, DocumentWarning, WarningKind};
pub use service::{AwsvpcConfiguration, Service};
pub use task_definition::{
    AppProtocol, Compatibility, Container, ContainerPorts, HostPorts, NetworkMode, PortMapping,
    Protocol, RunAs, TaskDefinition,
};
