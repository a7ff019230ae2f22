//! Discrete-event simulation of network contention among co-located container tasks.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cli;
pub mod ecs;
pub mod engine;
pub mod measure;
pub mod model;
pub mod experiment;
pub mod plot;
pub mod results;
pub mod scenario;
pub mod trial;
pub mod units;

#[cfg(test)]
mod validation;
