//! A packet on its way to its ENI.

use crate::measure::Passage;
use crate::units::{Bytes, SimDuration, SimTime};

/// A packet that has left the host stack, with the instants so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    /// Number of the sending task, over all groups.
    pub task: u32,
    /// Bytes on the wire.
    pub size: Bytes,
    /// The task sends it.
    pub arrived: SimTime,
    /// A core of the host stack begins to serve it.
    pub service_begun: SimTime,
    /// The core is done: it is at its ENI.
    pub served: SimTime,
}

impl Packet {
    /// A packet that reaches its ENI as soon as its task has sent it.
    #[inline]
    pub fn unserved(task: u32, size: Bytes, arrived: SimTime) -> Self {
        Packet {
            task,
            size,
            arrived,
            service_begun: arrived,
            served: arrived,
        }
    }

    /// Its whole way, once that is known.
    #[inline]
    pub fn passage(
        self,
        transmission_begun: SimTime,
        transmitted: SimTime,
        released: SimTime,
        propagation: SimDuration,
    ) -> Passage {
        Passage {
            task: self.task,
            size: self.size,
            arrived: self.arrived,
            service_begun: self.service_begun,
            served: self.served,
            transmission_begun,
            transmitted,
            released,
            delivered: released + propagation,
        }
    }
}
