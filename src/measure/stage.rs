//! The stages of a packet's way, and the time it spends in each.

use crate::units::SimDuration;

/// A part of a packet's sojourn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for a core of the host stack.
    HostStackWait,
    /// Served by a core.
    HostStackService,
    /// Waiting in the ENI's queue until its transmission begins.
    EniWait,
    /// Transmission from the ENI at line rate.
    Transmission,
    /// Waiting for credit of the allowance.
    AllowanceWait,
    /// Propagation to the receiver.
    Propagation,
}

/// All stages, in the order in which a packet meets them.
pub const STAGES: [Stage; 6] = [
    Stage::HostStackWait,
    Stage::HostStackService,
    Stage::EniWait,
    Stage::Transmission,
    Stage::AllowanceWait,
    Stage::Propagation,
];

/// Time spent in each stage; their sum is the sojourn time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes([SimDuration; STAGES.len()]);

impl StageTimes {
    /// Adds `span` to the time spent in `stage`.
    #[inline]
    pub fn add(&mut self, stage: Stage, span: SimDuration) {
        self.0[stage as usize] += span;
    }

    /// Time spent in `stage`.
    pub fn get(&self, stage: Stage) -> SimDuration {
        self.0[stage as usize]
    }

    /// Time spent in all stages.
    pub fn total(&self) -> SimDuration {
        self.0
            .iter()
            .fold(SimDuration::ZERO, |sum, span| sum + *span)
    }
}

/// Where and why a packet was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropCause {
    /// The host stack's backlog was full.
    HostStack,
    /// The ENI's queue was full.
    EniQueue,
    /// The allowance's shaping buffer was full.
    Allowance,
    /// Network mode `none`: there is no way out.
    Refused,
}

impl DropCause {
    /// Number of causes.
    pub(super) const COUNT: usize = 4;
}
