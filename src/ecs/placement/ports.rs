//! Host ports of one container instance.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::demand::{HostPort, Protocol};
use crate::ecs::host_ports::{RESERVED_PORTS, RESERVED_PORTS_MAX};

/// Why a task's ports cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortProblem {
    /// Another task on the instance has it.
    InUse(HostPort),
    /// The agent reserves it on every instance.
    Reserved(HostPort),
    /// The task itself asks for it twice.
    Twice(HostPort),
    /// The instance would have more than [`RESERVED_PORTS_MAX`].
    Limit,
}

/// The host ports in use on an instance.
#[derive(Clone, Debug, Default)]
pub(super) struct HostPorts {
    in_use: BTreeSet<HostPort>,
    /// How many of them are static.
    fixed: usize,
    /// No TCP or UDP port of the dynamic range below this is free: none is ever given back.
    lowest: [u16; 2],
}

impl HostPorts {
    /// What keeps a task with these static ports from the instance; nothing if it fits.
    pub(super) fn problems(&self, fixed: &[HostPort]) -> Vec<PortProblem> {
        let mut problems = Vec::new();
        for (index, port) in fixed.iter().enumerate() {
            if fixed[..index].contains(port) {
                problems.push(PortProblem::Twice(*port));
            } else if is_reserved(*port) {
                problems.push(PortProblem::Reserved(*port));
            } else if self.in_use.contains(port) {
                problems.push(PortProblem::InUse(*port));
            }
        }
        if RESERVED_PORTS.len() + self.fixed + fixed.len() > RESERVED_PORTS_MAX && !fixed.is_empty()
        {
            problems.push(PortProblem::Limit);
        }
        problems
    }

    /// Takes a static port.
    ///
    /// # Panics
    /// If it is in use: `problems` was not asked.
    pub(super) fn take(&mut self, port: HostPort) {
        assert!(self.in_use.insert(port), "{port} is in use");
        self.fixed += 1;
    }

    /// Takes the lowest free port of `range`; `None` if there is none. The agent goes upwards too,
    /// but from where it stopped last, which depends on the instance's history.
    pub(super) fn take_dynamic(
        &mut self,
        protocol: Protocol,
        range: &RangeInclusive<u16>,
    ) -> Option<HostPort> {
        let port = |number| HostPort { number, protocol };
        let free = |port: &HostPort| !is_reserved(*port) && !self.in_use.contains(port);
        let lowest = self.lowest[protocol as usize].max(*range.start());
        let found = (lowest..=*range.end()).map(port).find(free)?;
        self.lowest[protocol as usize] = found.number;
        self.in_use.insert(found);
        Some(found)
    }
}

pub(super) fn is_reserved(port: HostPort) -> bool {
    port.protocol == Protocol::Tcp && RESERVED_PORTS.contains(&port.number)
}
