//! What can happen to an instance, and in which order at the same instant.
//!
//! Downstream before upstream, then by component number: ends of propagation, releases by an
//! allowance, ends of transmissions, ends of the microVM's delay, completions of the host stack,
//! arrivals (by task number, over all groups): a packet that arrives as another leaves has its room.

use crate::engine::{Event, Priority};

/// What can happen to an instance.
#[derive(Clone, Copy, Debug)]
pub enum Happening {
    /// The packet longest on its way gets there.
    Propagated,
    /// The first packet that waits for an allowance passes it.
    Released {
        /// Number of the allowance.
        gate: u32,
    },
    /// A port's link has transmitted a packet.
    Transmitted {
        /// Number of the port.
        port: u32,
    },
    /// The packet longest in the microVM leaves it.
    LeftMicroVm,
    /// A core of the host stack is done with a packet.
    Served {
        /// Number of the core.
        core: u32,
    },
    /// A task sends a packet or a message, or one is sent to it.
    Arrival {
        /// Number of the task.
        task: u32,
    },
}

impl Event for Happening {
    #[inline]
    fn priority(&self) -> Priority {
        match *self {
            Happening::Propagated => Priority::new(0, 0),
            Happening::Released { gate } => Priority::new(1, gate),
            Happening::Transmitted { port } => Priority::new(2, port),
            Happening::LeftMicroVm => Priority::new(3, 0),
            Happening::Served { core } => Priority::new(4, core),
            Happening::Arrival { task } => Priority::new(5, task),
        }
    }
}
