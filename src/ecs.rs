//! What Amazon ECS and EC2 fix from outside: the instance types and what each one grants.
//!
//! Facts of the provider live here, as data with their sources; the model of a network lives
//! elsewhere and never asks for a type by name.

pub mod burst_credit;
pub mod cpu_architecture;
pub mod documents;
pub mod host_ports;
pub mod instance_types;
pub mod placement;

pub use burst_credit::{BurstCredit, CreditSource, burst_credit};
pub use cpu_architecture::CpuArchitecture;
pub use instance_types::{Hypervisor, InstanceType, TrunkSource, TrunkTasks, all, find, nearest};
