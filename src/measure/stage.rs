//! The stages of a packet's way, and the time it spends in each.

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
    pub(crate) const COUNT: usize = 4;
}
