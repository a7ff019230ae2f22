//! The container instances that tasks are placed on.

use std::ops::RangeInclusive;

use super::error::PlacementError;
use super::refusal::TrunkRemedy;
use crate::ecs::InstanceType;
use crate::ecs::host_ports::DYNAMIC_PORTS;

/// Container instances that a cluster can have (Amazon ECS service quotas, container instances
/// per cluster).
pub const INSTANCES_PER_CLUSTER: u32 = 5_000;

/// CPU units of a vCPU (Amazon ECS Developer Guide, task definition parameters, `cpu`).
pub const CPU_UNITS_PER_VCPU: u64 = 1_024;

/// Like instances, all of one type.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Their type.
    pub instance_type: &'static InstanceType,
    /// How many there are.
    pub instances: Instances,
    /// Availability Zones; instances are launched in each in turn, as an Auto Scaling group
    /// keeps them balanced. At least one.
    pub zones: Vec<String>,
    /// ENIs that somebody attached to each by hand: each holds a slot that placement does not see.
    pub attached_enis: u32,
    /// Memory that tasks cannot have: what the kernel keeps, and `ECS_RESERVED_MEMORY` \[MiB\].
    pub reserved_memory_mib: u64,
    /// Whether the account setting awsvpcTrunking was on when the instances were launched. A type
    /// that cannot be trunked gets no trunk by it.
    pub trunking: bool,
    /// Ports that the agent assigns dynamically.
    pub dynamic_ports: RangeInclusive<u16>,
    /// Security groups of the primary ENI, besides those that tasks need there.
    pub security_groups: Vec<String>,
}

/// How many instances there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instances {
    /// This many.
    Exactly(u32),
    /// One, and another whenever a counted task fits on none that is there but would on a new one.
    AsNeeded,
}

impl Fleet {
    /// As many instances as needed, in one zone, without trunks, with stock settings.
    pub fn new(instance_type: &'static InstanceType) -> Fleet {
        Fleet {
            instance_type,
            instances: Instances::AsNeeded,
            zones: vec!["a".to_owned()],
            attached_enis: 0,
            reserved_memory_mib: kernel_memory_mib(instance_type.memory_mib),
            trunking: false,
            dynamic_ports: DYNAMIC_PORTS,
            security_groups: Vec::new(),
        }
    }

    /// Whether the instances have a trunk ENI.
    pub fn is_trunked(&self) -> bool {
        self.trunking && self.instance_type.trunk_tasks().is_some()
    }

    /// Tasks with an ENI that placement counts on per instance.
    pub fn eni_slots(&self) -> u32 {
        match self.instance_type.trunk_tasks().filter(|_| self.trunking) {
            Some(trunk) => trunk.count,
            None => self.instance_type.awsvpc_tasks(),
        }
    }

    /// Tasks with an ENI that an instance can really attach.
    pub fn attachable_enis(&self) -> u32 {
        self.eni_slots().saturating_sub(self.attached_enis)
    }

    /// CPU units that an instance registers.
    pub fn cpu_units(&self) -> u64 {
        u64::from(self.instance_type.vcpus) * CPU_UNITS_PER_VCPU
    }

    /// Memory that an instance registers \[MiB\].
    pub fn memory_mib(&self) -> u64 {
        self.instance_type.memory_mib - self.reserved_memory_mib
    }

    /// Zone of the instance of this number.
    pub fn zone(&self, instance: u32) -> &str {
        &self.zones[instance as usize % self.zones.len()]
    }

    /// Tasks that a trunk would make possible, if there could be one and is not.
    pub(super) fn trunk_would_hold(&self) -> Option<u32> {
        let trunk = self.instance_type.trunk_tasks().filter(|_| !self.trunking);
        trunk.map(|trunk| trunk.count)
    }

    /// What the instances lack for a trunk; `None` if they have one.
    pub(super) fn trunk_remedy(&self) -> Option<TrunkRemedy> {
        let t = self.instance_type;
        match (t.trunk_tasks(), t.trunk_branch_enis) {
            (Some(_), _) => (!self.trunking).then_some(TrunkRemedy::Setting),
            (None, Some(_)) => Some(TrunkRemedy::OtherType(t.name)),
            (None, None) => Some(TrunkRemedy::UnknownType(t.name)),
        }
    }

    /// Refuses a fleet that cannot be.
    pub(super) fn check(&self) -> Result<(), PlacementError> {
        let t = self.instance_type;
        let needed = if self.is_trunked() { 2 } else { 1 };
        if self.zones.is_empty() {
            return Err(PlacementError::NoZones);
        }
        if let Instances::Exactly(asked) = self.instances {
            let limit = INSTANCES_PER_CLUSTER;
            match asked {
                0 => return Err(PlacementError::NoInstances),
                asked if asked > limit => {
                    return Err(PlacementError::TooManyInstances { asked, limit });
                }
                _ => {}
            }
        }
        if self.attached_enis > t.enis - needed {
            return Err(PlacementError::TooManyAttached {
                attached: self.attached_enis,
                instance_type: t.name,
                enis: t.enis,
                needed,
            });
        }
        if self.reserved_memory_mib >= t.memory_mib {
            return Err(PlacementError::NoMemory {
                reserved: self.reserved_memory_mib,
                instance_type: t.name,
                memory: t.memory_mib,
            });
        }
        if self.dynamic_ports.is_empty() || *self.dynamic_ports.start() == 0 {
            return Err(PlacementError::NoDynamicPorts {
                start: *self.dynamic_ports.start(),
                end: *self.dynamic_ports.end(),
            });
        }
        Ok(())
    }
}

/// Memory of an instance that its operating system does not have to give \[MiB\], rounded up: a
/// guess from one reading.
///
/// # Source
/// Amazon ECS Developer Guide, container instance memory management: 7,985 of the 8,192 MiB of an
/// m4.large can be had. What other types keep is not published, so the share of that one is taken.
pub fn kernel_memory_mib(memory_mib: u64) -> u64 {
    (memory_mib * (8_192 - 7_985)).div_ceil(8_192)
}
