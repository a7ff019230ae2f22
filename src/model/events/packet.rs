//! A packet on its way, with the time it spent in each stage.

use crate::measure::{Stage, StageTimes};
use crate::units::{Bytes, SimTime};

/// A packet inside the instance or on its way to it.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    /// Number of the sender, over all groups: the task whose traffic it is.
    pub task: u32,
    /// Bytes on the wire.
    pub size: Bytes,
    /// When it was sent.
    pub arrived: SimTime,
    /// Whether it was sent within the measurement window.
    pub recorded: bool,
    /// When it entered the stage it is in, or began service there.
    pub since: SimTime,
    /// Time spent in the stages it has left.
    pub stages: StageTimes,
    /// Where it goes next.
    pub leg: Leg,
    /// Its flow among those of its task.
    pub flow: Flow,
    /// How urgent it is at an ENI queue with priorities, 0 most.
    pub priority: u32,
    /// Whether it is the first packet of a connection.
    pub opens_connection: bool,
}

/// A part of a packet's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// From a task through its ENI to the world, or to the ENI of a task on the same instance.
    Out,
    /// From the ENI of a task to the task.
    In,
    /// From task to task without an ENI.
    Local,
    /// From a task through its ENI to the resolver.
    Resolver,
}

/// The 5-tuple of a packet, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// Number among the flows of the task.
    pub number: u32,
    /// What hardware hashes onto queues.
    pub hash: u32,
}

impl Packet {
    /// The packet leaves `stage` at `now` and enters the next one.
    pub fn leave(&mut self, stage: Stage, now: SimTime) {
        self.stages.add(stage, now.since(self.since));
        self.since = now;
    }
}

#[cfg(test)]
impl Packet {
    /// A packet of `size` that `task` sends at time zero.
    pub fn of_size(task: u32, size: u64) -> Self {
        Packet {
            task,
            size: Bytes::new(size),
            arrived: SimTime::ZERO,
            recorded: true,
            since: SimTime::ZERO,
            stages: StageTimes::default(),
            leg: Leg::Out,
            flow: Flow {
                number: 0,
                hash: task,
            },
            priority: 0,
            opens_connection: false,
        }
    }
}
