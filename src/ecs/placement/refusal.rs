//! Why a task has no place on an instance, in the words of ECS, and what to change.
//!
//! # Source
//! Amazon ECS Developer Guide, API failure reasons and service event messages. The two sentences
//! about constraints are what RunTask and service events return in practice.

use std::fmt;

use crate::ecs::CpuArchitecture;

use super::ports::PortProblem;
use crate::ecs::host_ports::{RESERVED_PORTS, RESERVED_PORTS_MAX};

/// One reason why a task does not fit an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Too few CPU units are free.
    Cpu {
        /// CPU units that the task asks for.
        wanted: u64,
        /// CPU units that are free.
        free: u64,
    },
    /// Too little memory is free.
    Memory {
        /// Memory that the task asks for \[MiB\].
        wanted: u64,
        /// Memory that is free \[MiB\].
        free: u64,
    },
    /// Every attachment point for a task ENI is taken.
    Eni {
        /// Tasks with an ENI that the instance can hold, which are there.
        slots: u32,
        /// Tasks with an ENI that a trunk would make possible; `None`: it has one, or cannot.
        trunk_would_hold: Option<u32>,
    },
    /// A host port cannot be had.
    Ports(PortProblem),
    /// The instance has no trunk, which the task's mode requires.
    NoTrunk {
        /// What it would take.
        remedy: TrunkRemedy,
    },
    /// The instance runs other machine code. That the code is ATTRIBUTE, as for every attribute
    /// that a definition requires, is inferred.
    Architecture {
        /// What the task needs.
        wanted: CpuArchitecture,
        /// The type of the instance, which is of the other.
        instance_type: &'static str,
    },
    /// A `memberOf` expression does not hold.
    MemberOf {
        /// The expression.
        expression: String,
    },
    /// Another task of the group is there already.
    DistinctInstance,
}

/// What it takes to get a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrunkRemedy {
    /// The account setting is off.
    Setting,
    /// EC2 lists the type as one without branch ENIs.
    OtherType(&'static str),
    /// No table says anything about the type.
    UnknownType(&'static str),
}

impl Reason {
    /// The reason as the API returns it.
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::Cpu { .. } => "RESOURCE:CPU",
            Reason::Memory { .. } => "RESOURCE:MEMORY",
            Reason::Eni { .. } => "RESOURCE:ENI",
            Reason::Ports(_) => "RESOURCE:PORTS",
            Reason::NoTrunk { .. } | Reason::Architecture { .. } => "ATTRIBUTE",
            Reason::MemberOf { .. } => "MemberOf placement constraint unsatisfied.",
            Reason::DistinctInstance => "DistinctInstance placement constraint unsatisfied.",
        }
    }

    /// What a service event says of the closest instance.
    pub fn event(&self) -> String {
        match self {
            Reason::Cpu { .. } => "has insufficient CPU units available".to_owned(),
            Reason::Memory { .. } => "has insufficient memory available".to_owned(),
            Reason::Ports(PortProblem::InUse(_)) => {
                "is already using a port required by your task".to_owned()
            }
            Reason::NoTrunk { .. } | Reason::Architecture { .. } => {
                "is missing an attribute required by your task".to_owned()
            }
            other => format!("encountered error \"{}\"", other.code()),
        }
    }

    /// What to change.
    pub fn remedy(&self) -> String {
        match self {
            Reason::Cpu { .. } => "lower the task's `cpu` or take a larger type".to_owned(),
            Reason::Memory { .. } => "lower the task's `memory` or take a larger type".to_owned(),
            Reason::Eni {
                trunk_would_hold, ..
            } => match trunk_would_hold {
                Some(tasks) => {
                    format!("a trunk (awsvpc-trunk) would hold {tasks} tasks; or bridge")
                }
                None => "take a type with more ENIs, or bridge".to_owned(),
            },
            Reason::Ports(PortProblem::InUse(_) | PortProblem::Limit) => {
                "leave out `hostPort` for a dynamic port (bridge), or use awsvpc".to_owned()
            }
            Reason::Ports(PortProblem::Reserved(_)) => {
                "choose another `hostPort`, or leave it out for a dynamic port".to_owned()
            }
            Reason::Ports(PortProblem::Twice(_)) => {
                "give one of the containers another `hostPort`".to_owned()
            }
            Reason::NoTrunk { remedy } => match remedy {
                TrunkRemedy::Setting => "turn on the account setting awsvpcTrunking".to_owned(),
                _ => "take a type with branch ENIs, such as c5.large".to_owned(),
            },
            Reason::Architecture { wanted, .. } => {
                let example = match wanted {
                    CpuArchitecture::X86_64 => "c5.large",
                    CpuArchitecture::Arm64 => "c6g.large",
                };
                format!("take a type such as {example}, or change `runtimePlatform`")
            }
            Reason::MemberOf { .. } => "change the expression, or the instance".to_owned(),
            Reason::DistinctInstance => "add an instance per task".to_owned(),
        }
    }

    /// How much is missing, in thousandths of what is asked; what cannot be had in part is missing
    /// altogether.
    pub(super) fn shortage(&self) -> u64 {
        match self {
            Reason::Cpu { wanted, free } | Reason::Memory { wanted, free } => {
                ((wanted - free).saturating_mul(1000)) / wanted
            }
            _ => 1000,
        }
    }
}

impl fmt::Display for Reason {
    /// What is asked, and what is there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Cpu { wanted, free } => {
                write!(f, "the task asks for {wanted} CPU units, {free} are free")
            }
            Reason::Memory { wanted, free } => {
                write!(f, "the task asks for {wanted} MiB, {free} MiB are free")
            }
            Reason::Eni { slots, .. } => {
                let (s, have) = if *slots == 1 {
                    ("", "has")
                } else {
                    ("s", "have")
                };
                write!(
                    f,
                    "{slots} task{s} {have} an ENI of the instance, and that is its limit"
                )
            }
            Reason::Ports(PortProblem::InUse(port)) => {
                write!(f, "host port {port} is in use")
            }
            Reason::Ports(PortProblem::Reserved(port)) => {
                write!(f, "host port {port} is reserved on every instance")
            }
            Reason::Ports(PortProblem::Twice(port)) => {
                write!(f, "the task asks for host port {port} twice")
            }
            Reason::Ports(PortProblem::Limit) => write!(
                f,
                "an instance reserves at most {RESERVED_PORTS_MAX} host ports, {} of them are the \
                 agent's",
                RESERVED_PORTS.len()
            ),
            Reason::NoTrunk { remedy } => match remedy {
                TrunkRemedy::Setting => write!(f, "ecs.awsvpc-trunk-id: trunking is off"),
                TrunkRemedy::OtherType(name) => {
                    write!(
                        f,
                        "ecs.awsvpc-trunk-id: {name} does not support ENI trunking"
                    )
                }
                TrunkRemedy::UnknownType(name) => write!(
                    f,
                    "ecs.awsvpc-trunk-id: no table says how many branch ENIs {name} has"
                ),
            },
            Reason::Architecture {
                wanted,
                instance_type,
            } => {
                let (wanted, has) = (
                    wanted.name(),
                    CpuArchitecture::of_type_name(instance_type).name(),
                );
                write!(
                    f,
                    "ecs.cpu-architecture: the task is built for {wanted}, {instance_type} is {has}"
                )
            }
            Reason::MemberOf { expression } => write!(f, "not so: {expression}"),
            Reason::DistinctInstance => {
                write!(
                    f,
                    "a task of the group is there, and distinctInstance is asked for"
                )
            }
        }
    }
}

/// A task that no instance takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Number of the instance that comes closest: the one with the fewest reasons, of those the
    /// least is missing on; then the lowest number.
    pub closest: u32,
    /// All reasons why that one does not take it; at least one.
    pub reasons: Vec<Reason>,
    /// Whether one more instance of the fleet's kind would take the task.
    pub another_instance_would_do: bool,
}

impl Refusal {
    /// The message of a service event.
    pub fn event(&self, service: &str) -> String {
        let reasons: Vec<String> = self.reasons.iter().map(Reason::event).collect();
        format!(
            "service {service} was unable to place a task because no container instance met all \
             of its requirements. The closest matching container-instance i-{} {}.",
            self.closest,
            reasons.join(" and ")
        )
    }
}

/// Why a task that was placed ends before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFailure {
    /// An ENI that somebody attached by hand has the slot; placement does not see it.
    ///
    /// # Source
    /// Amazon ECS Developer Guide, task networking with the awsvpc network mode; and the origin of
    /// this project, claim 9 of its design.
    NoFreeSlot,
    /// The agent has no dynamic port left to assign; placement does not count them.
    NoDynamicPort,
}

impl StartFailure {
    /// The states that the task goes through.
    pub const fn states(self) -> &'static [&'static str] {
        match self {
            StartFailure::NoFreeSlot => &["PROVISIONING", "DEPROVISIONING", "STOPPED"],
            StartFailure::NoDynamicPort => &["PENDING", "STOPPED"],
        }
    }

    /// Why, and what to do.
    pub const fn text(self) -> &'static str {
        match self {
            StartFailure::NoFreeSlot => {
                "ENIs attached by hand hold the slots, which placement does not see; detach them"
            }
            StartFailure::NoDynamicPort => {
                "no dynamic host port is free; widen ECS_DYNAMIC_HOST_PORT_RANGE"
            }
        }
    }
}
