//! The stages of a packet's way, and what may happen to it there.

/// A part of a packet's sojourn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for a core of the host stack.
    HostStackWait,
    /// Served by a core.
    HostStackService,
    /// Delay of a microVM.
    MicroVm,
    /// Waiting in the ENI's queue, or for the instance's link on the way in, until transmission
    /// begins or the trunk takes the packet.
    EniWait,
    /// Waiting in the trunk's queue until transmission begins.
    TrunkWait,
    /// Transmission at line rate.
    Transmission,
    /// Waiting for the allowance: for credit, for the packet budget, or for the flow's cap.
    AllowanceWait,
    /// Propagation to the receiver.
    Propagation,
}

/// All stages, in the order in which a packet meets them.
pub const STAGES: [Stage; 8] = [
    Stage::HostStackWait,
    Stage::HostStackService,
    Stage::MicroVm,
    Stage::EniWait,
    Stage::TrunkWait,
    Stage::Transmission,
    Stage::AllowanceWait,
    Stage::Propagation,
];

/// Where and why a packet was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropCause {
    /// The host stack's backlog was full.
    HostStack,
    /// The ENI's queue was full, or the room for packets that wait for the link on the way in.
    EniQueue,
    /// The buffer of the bandwidth allowance was full, out or in.
    Allowance,
    /// Network mode `none`: there is no way out.
    Refused,
    /// The buffer of the packet budget was full.
    PacketAllowance,
    /// The buffer of the flow's cap was full.
    FlowCap,
    /// The ENI's budget for the resolver was used up.
    LinkLocal,
    /// No further connection is tracked by the instance's allowance.
    TrackedConnections,
    /// No further connection is tracked by the kernel's NAT.
    Nat,
    /// The security groups of the receiving ENI do not let it in.
    SecurityGroup,
}

impl DropCause {
    /// Number of causes.
    pub const COUNT: usize = 10;

    /// All causes, each at its own number.
    pub const ALL: [DropCause; DropCause::COUNT] = [
        DropCause::HostStack,
        DropCause::EniQueue,
        DropCause::Allowance,
        DropCause::Refused,
        DropCause::PacketAllowance,
        DropCause::FlowCap,
        DropCause::LinkLocal,
        DropCause::TrackedConnections,
        DropCause::Nat,
        DropCause::SecurityGroup,
    ];

    /// The column of `tasks.csv` that counts them.
    pub const fn column(self) -> &'static str {
        match self {
            DropCause::HostStack => "dropped_host_stack_packets",
            DropCause::EniQueue => "dropped_eni_packets",
            DropCause::Allowance => "dropped_allowance_packets",
            DropCause::Refused => "refused_packets",
            DropCause::PacketAllowance => "dropped_packet_allowance_packets",
            DropCause::FlowCap => "dropped_flow_cap_packets",
            DropCause::LinkLocal => "dropped_link_local_packets",
            DropCause::TrackedConnections => "dropped_tracked_connections_packets",
            DropCause::Nat => "dropped_nat_packets",
            DropCause::SecurityGroup => "dropped_security_group_packets",
        }
    }
}

/// A counter of the ENA driver, under the name that `ethtool -S` prints: packets that were queued
/// or dropped because the allowance was exceeded.
///
/// # Source
/// Amazon EC2 User Guide, monitoring network performance for ENA settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnaCounter {
    /// Bandwidth out.
    BandwidthOut,
    /// Bandwidth in.
    BandwidthIn,
    /// Packets per second, in and out.
    Packets,
    /// Tracked connections; these packets are dropped.
    TrackedConnections,
    /// Packets per second to link-local services.
    LinkLocal,
}

impl EnaCounter {
    /// Number of counters.
    pub const COUNT: usize = 5;

    /// All counters, each at its own number.
    pub const ALL: [EnaCounter; EnaCounter::COUNT] = [
        EnaCounter::BandwidthOut,
        EnaCounter::BandwidthIn,
        EnaCounter::Packets,
        EnaCounter::TrackedConnections,
        EnaCounter::LinkLocal,
    ];

    /// As the driver writes it, and as the column of `tasks.csv`.
    pub const fn column(self) -> &'static str {
        match self {
            EnaCounter::BandwidthOut => "bw_out_allowance_exceeded",
            EnaCounter::BandwidthIn => "bw_in_allowance_exceeded",
            EnaCounter::Packets => "pps_allowance_exceeded",
            EnaCounter::TrackedConnections => "conntrack_allowance_exceeded",
            EnaCounter::LinkLocal => "linklocal_allowance_exceeded",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arrays are indexed by these numbers.
    #[test]
    fn each_stands_at_its_own_number() {
        assert!((0..).zip(STAGES).all(|(i, stage)| stage as usize == i));
        assert!(
            (0..)
                .zip(DropCause::ALL)
                .all(|(i, cause)| cause as usize == i)
        );
        assert!(
            (0..)
                .zip(EnaCounter::ALL)
                .all(|(i, counter)| counter as usize == i)
        );
    }
}
