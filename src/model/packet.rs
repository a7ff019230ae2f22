//! A packet on its way to its ENI.

use crate::measure::Passage;
use crate::units::{Bytes, SimDuration, SimTime};

/// A packet that has left the host stack, with the instants so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    /// Number of the sending task, over all groups.
    pub task: u32,
    /// Bytes on the wire; a packet is limited to 64 kB.
    size: u32,
    /// The task sends it.
    pub arrived: SimTime,
    /// A core of the host stack begins to serve it.
    pub service_begun: SimTime,
    /// The core is done: it is at its ENI.
    pub served: SimTime,
}

impl Packet {
    /// A packet whose way through the host stack is known.
    ///
    /// # Panics
    /// If it is larger than 4 GiB; a scenario has none.
    #[inline]
    pub fn new(
        task: u32,
        size: Bytes,
        arrived: SimTime,
        service_begun: SimTime,
        served: SimTime,
    ) -> Self {
        Packet {
            task,
            size: u32::try_from(size.get()).expect("a packet is smaller than 4 GiB"),
            arrived,
            service_begun,
            served,
        }
    }

    /// A packet that reaches its ENI as soon as its task has sent it.
    #[inline]
    pub fn unserved(task: u32, size: Bytes, arrived: SimTime) -> Self {
        Packet::new(task, size, arrived, arrived, arrived)
    }

    /// Bytes on the wire.
    #[inline]
    pub fn size(self) -> Bytes {
        Bytes::new(u64::from(self.size))
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
            size: self.size(),
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
