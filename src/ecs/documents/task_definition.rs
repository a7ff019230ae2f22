//! A task definition as far as network and placement ask for it.

use crate::ecs::CpuArchitecture;
use serde_json::Value;

use super::problem::DocumentWarning;

/// A task definition that ECS would accept.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskDefinition {
    /// Name under which revisions are counted.
    pub family: String,
    /// How its containers reach the network.
    pub network_mode: NetworkMode,
    /// What it was to be validated against; empty if the document does not say.
    pub requires_compatibilities: Vec<Compatibility>,
    /// CPU of the whole task \[1/1024 vCPU\], if stated for the task.
    pub cpu_units: Option<u32>,
    /// Memory of the whole task \[MiB\], if stated for the task.
    pub memory_mib: Option<u32>,
    /// Machine code of its images, if stated.
    pub cpu_architecture: Option<CpuArchitecture>,
    /// At least one.
    pub containers: Vec<Container>,
    /// Expressions of the `memberOf` placement constraints.
    pub placement_constraints: Vec<String>,
    /// What ECS accepts, but not as one might expect.
    pub warnings: Vec<DocumentWarning>,
    /// Names the document in messages.
    pub(super) source_name: String,
    /// The document itself, to read it again as another mode.
    pub(super) document: Value,
}

/// A container of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Unique in its task.
    pub name: String,
    /// CPU \[1/1024 vCPU\]; 0 if not stated.
    pub cpu_units: u32,
    /// Hard limit of memory \[MiB\].
    pub memory_mib: Option<u32>,
    /// Soft limit of memory \[MiB\]; where it is stated, placement counts this.
    pub memory_reservation_mib: Option<u32>,
    /// Whether the task ends with it.
    pub essential: bool,
    /// Ports on which it is reached.
    pub port_mappings: Vec<PortMapping>,
    /// `name` or `name:alias` of other containers; bridge only.
    pub links: Vec<String>,
}

/// Where a container is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortMapping {
    /// Ports in the container.
    pub container: ContainerPorts,
    /// Port of the instance as written; `None` if absent or 0.
    pub host_port: Option<u16>,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Name for Service Connect.
    pub name: Option<String>,
    /// Application protocol for Service Connect.
    pub app_protocol: Option<AppProtocol>,
}

/// Ports of a mapping in the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerPorts {
    /// `containerPort`.
    One(u16),
    /// `containerPortRange`, both ends included, `first` < `last`.
    Range {
        /// Lowest port.
        first: u16,
        /// Highest port.
        last: u16,
    },
}

impl ContainerPorts {
    /// Number of ports.
    pub fn count(self) -> u32 {
        match self {
            ContainerPorts::One(_) => 1,
            ContainerPorts::Range { first, last } => u32::from(last) - u32::from(first) + 1,
        }
    }

    /// Lowest and highest port.
    pub fn bounds(self) -> (u16, u16) {
        match self {
            ContainerPorts::One(port) => (port, port),
            ContainerPorts::Range { first, last } => (first, last),
        }
    }
}

/// Declares an enum whose variants carry the names that ECS writes.
macro_rules! named_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All values, in order.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// As ECS writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)*
                }
            }

            /// The value that ECS writes like this.
            pub fn of_name(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

named_enum! {
    /// How a task's containers reach the network.
    NetworkMode {
        /// Docker's bridge behind the instance's primary ENI; the default.
        Bridge = "bridge",
        /// The network of the instance itself.
        Host = "host",
        /// An ENI for each task.
        Awsvpc = "awsvpc",
        /// No network.
        None = "none",
    }
}

named_enum! {
    /// What runs a task.
    Compatibility {
        /// Instances of one's own.
        Ec2 = "EC2",
        /// AWS Fargate.
        Fargate = "FARGATE",
        /// Machines outside of AWS.
        External = "EXTERNAL",
        /// Instances that ECS manages.
        ManagedInstances = "MANAGED_INSTANCES",
    }
}

named_enum! {
    /// Transport protocol of a port.
    Protocol {
        /// TCP, the default.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
    }
}

named_enum! {
    /// Application protocol of a port, for Service Connect.
    AppProtocol {
        /// HTTP/1.
        Http = "http",
        /// HTTP/2.
        Http2 = "http2",
        /// gRPC.
        Grpc = "grpc",
    }
}

/// Ways to run one definition that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunAs {
    /// On an instance in bridge mode.
    Bridge,
    /// On an instance in host mode.
    Host,
    /// On an instance in awsvpc mode, with or without trunking.
    Awsvpc,
    /// On Fargate.
    Fargate,
}

/// Ports of the instance that one task takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostPorts {
    /// Ports that no other task of the instance may have, sorted.
    pub fixed: Vec<(u16, Protocol)>,
    /// Ports out of the ephemeral range.
    pub dynamic: u32,
}

impl TaskDefinition {
    /// CPU that placement sets aside \[1/1024 vCPU\]: the task's, or the sum of its containers'.
    pub fn cpu_demand(&self) -> u32 {
        let of_containers = || self.containers.iter().map(|c| c.cpu_units);
        self.cpu_units
            .unwrap_or_else(|| of_containers().fold(0, u32::saturating_add))
    }

    /// Memory that placement sets aside \[MiB\]: the task's, or the sum of its containers', where
    /// a reservation counts before a limit.
    pub fn memory_demand_mib(&self) -> u32 {
        let of_containers = || self.containers.iter().map(Container::memory_demand_mib);
        self.memory_mib
            .unwrap_or_else(|| of_containers().fold(0, u32::saturating_add))
    }

    /// Whether it is to run on Fargate.
    pub fn is_fargate(&self) -> bool {
        self.requires_compatibilities
            .contains(&Compatibility::Fargate)
    }

    /// Ports of the instance that one task takes: in awsvpc none, since ports are the task ENI's;
    /// in host the container ports; in bridge the static ones, and dynamic ones for the rest.
    pub fn host_ports(&self) -> HostPorts {
        let mut ports = HostPorts::default();
        let mappings = self.containers.iter().flat_map(|c| &c.port_mappings);
        for mapping in mappings {
            match (self.network_mode, mapping.host_port, mapping.container) {
                (NetworkMode::Bridge, Some(port), _)
                | (NetworkMode::Host, _, ContainerPorts::One(port)) => {
                    ports.fixed.push((port, mapping.protocol));
                }
                (NetworkMode::Bridge, None, container) => ports.dynamic += container.count(),
                _ => {}
            }
        }
        ports.fixed.sort_unstable();
        ports
    }
}

impl Container {
    /// Memory that placement sets aside for it \[MiB\], where the task does not say.
    pub fn memory_demand_mib(&self) -> u32 {
        self.memory_reservation_mib.or(self.memory_mib).unwrap_or(0)
    }
}
