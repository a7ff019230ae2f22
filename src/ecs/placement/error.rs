//! Why there is no placement at all.

/// A fleet that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// A fleet of nothing.
    #[error("no container instances; write at least 1, for example --instances 1")]
    NoInstances,
    /// A fleet that is nowhere.
    #[error("no Availability Zone; write at least one, for example --zones us-east-1a")]
    NoZones,
    /// More than a cluster can have.
    #[error(
        "{asked} container instances, but a cluster has at most {limit}; write fewer instances \
         or tasks, or take a larger type"
    )]
    TooManyInstances {
        /// What the fleet has, or would need at least.
        asked: u32,
        /// Most per cluster.
        limit: u32,
    },
    /// More ENIs attached by hand than the type has slots.
    #[error(
        "{attached} ENIs attached by hand, but {instance_type} has {enis}, {needed} of which \
         ECS needs; write at most {}", enis - needed
    )]
    TooManyAttached {
        /// As asked.
        attached: u32,
        /// The type.
        instance_type: &'static str,
        /// Its ENIs.
        enis: u32,
        /// The primary one, and the trunk if there is one.
        needed: u32,
    },
    /// No memory is left for tasks.
    #[error(
        "{reserved} MiB reserved, but {instance_type} has {memory} MiB; write less than that, for \
         example --reserved-memory 256"
    )]
    NoMemory {
        /// As asked \[MiB\].
        reserved: u64,
        /// The type.
        instance_type: &'static str,
        /// Its memory \[MiB\].
        memory: u64,
    },
    /// A range of ports without ports.
    #[error(
        "the dynamic ports {start}-{end} are no range of ports above 0; write for example \
         49153-65535"
    )]
    NoDynamicPorts {
        /// First port.
        start: u16,
        /// Last port.
        end: u16,
    },
}
