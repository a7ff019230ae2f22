//! A packet on its way, with the time it spent in each stage.

use crate::measure::StageTimes;
use crate::units::{Bytes, SimTime};

/// A packet inside the instance.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    /// Number of the sending task, over all groups.
    pub task: u32,
    /// Bytes on the wire.
    pub size: Bytes,
    /// When the task sent it.
    pub arrived: SimTime,
    /// Whether it arrived within the measurement window.
    pub recorded: bool,
    /// When it entered the stage it is in, or began service there.
    pub since: SimTime,
    /// Time spent in the stages it has left.
    pub stages: StageTimes,
}

impl Packet {
    /// A packet that `task` sends at `now`.
    pub fn new(task: u32, size: Bytes, now: SimTime, recorded: bool) -> Self {
        Packet {
            task,
            size,
            arrived: now,
            recorded,
            since: now,
            stages: StageTimes::default(),
        }
    }
}
