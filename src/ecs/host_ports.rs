//! Ports of a container instance: those that are kept, and those that the agent assigns.

use std::ops::RangeInclusive;

/// TCP ports that the agent reserves on every instance: SSH, Docker's two, and the agent's own.
///
/// # Source
/// Amazon ECS Developer Guide, task definition parameters, `hostPort`. The agent reserves no UDP
/// ports (`ECS_RESERVED_PORTS_UDP` is empty by default).
pub const RESERVED_PORTS: [u16; 6] = [22, 2375, 2376, 51678, 51679, 51680];

/// Reserved host ports of an instance at a time: [`RESERVED_PORTS`] and static ones, TCP and UDP
/// together; dynamic ones do not count (Amazon ECS Developer Guide, task definition parameters).
pub const RESERVED_PORTS_MAX: usize = 100;

/// Ports that the agent assigns: the kernel's ephemeral range on stock Linux,
/// `/proc/sys/net/ipv4/ip_local_port_range` (Amazon ECS API Reference, PortMapping).
pub const DYNAMIC_PORTS: RangeInclusive<u16> = 32768..=60999;

/// Ports that the agent assigns where the kernel's range cannot be read (same source).
pub const DYNAMIC_PORTS_FALLBACK: RangeInclusive<u16> = 49153..=65535;
