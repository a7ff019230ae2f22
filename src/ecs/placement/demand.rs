//! What a task asks of its place: resources, network mode, ports, security groups, constraints.

use super::expression::Expression;
use super::strategy::Strategy;
use crate::ecs::CpuArchitecture;
use crate::scenario::Mode;

/// ECS lets a service run this many tasks (Amazon ECS service quotas, tasks per service).
pub const TASKS_PER_SERVICE: u32 = 5_000;

/// A task definition and how many tasks of it are to run: the "task group" or "service" of ECS.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Name of the group; distinguishes it in reports.
    pub name: String,
    /// How many tasks.
    pub count: Count,
    /// CPU units of one task; 1,024 are one vCPU.
    pub cpu_units: u64,
    /// Memory that is reserved for one task \[MiB\].
    pub memory_mib: u64,
    /// Machine code that it needs; `None`: whatever the instance runs.
    pub cpu_architecture: Option<CpuArchitecture>,
    /// Network mode.
    pub mode: Mode,
    /// Ports that its containers listen on.
    pub ports: Vec<Port>,
    /// Security groups that its traffic needs: on its own ENI in awsvpc, on the instance's in
    /// bridge and host.
    pub security_groups: Vec<String>,
    /// Subnets of its own ENIs, as a service names them; they bind nothing here.
    pub subnets: Vec<String>,
    /// Placement constraints; all must hold.
    pub constraints: Vec<Constraint>,
    /// Placement strategies, applied in order; without any, those of all demands.
    pub strategies: Vec<Strategy>,
}

/// How many tasks are to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// This many.
    Exactly(u32),
    /// As many as fit on the instances that are there, up to [`TASKS_PER_SERVICE`]; on Fargate,
    /// where nothing ever fills up, one.
    AsManyAsFit,
}

/// A port that a container listens on, as a port mapping describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Port in the container; above zero.
    pub container: u16,
    /// Port of the instance that bridge mode maps to it; `None`: the agent picks one. Means
    /// nothing in other modes, where the two are equal.
    pub host: Option<u16>,
    /// Transport.
    pub protocol: Protocol,
}

impl Port {
    /// The port that a task in `mode` takes of its instance and that is known beforehand.
    pub(super) fn fixed(self, mode: Mode) -> Option<HostPort> {
        let number = match mode {
            Mode::Bridge => self.host.filter(|port| *port > 0)?,
            Mode::Host => self.container,
            _ => return None,
        };
        let protocol = self.protocol;
        Some(HostPort { number, protocol })
    }
}

/// Transport of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// As task definitions write it.
    pub const fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
    }
}

/// A port of a container instance; TCP and UDP ports of the same number are different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPort {
    /// Number, above zero.
    pub number: u16,
    /// Transport.
    pub protocol: Protocol,
}

impl std::fmt::Display for HostPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.protocol.name())
    }
}

/// Which instances a task may be placed on (Amazon ECS Developer Guide, task placement
/// constraints).
#[derive(Clone, Debug)]
pub enum Constraint {
    /// No two tasks of the group on one instance.
    DistinctInstance,
    /// Only instances for which the expression holds.
    MemberOf(Expression),
}
