//! The instance's network: mode, host stack, ENIs and their arbitration.

use std::num::NonZeroU32;

use super::{Allowance, Limits, UnitLaw};
use crate::units::{Bytes, SimDuration};

/// The container instance's network, as the tasks' packets cross it.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// The ECS network mode.
    pub mode: Mode,
    /// CPU work per packet; `None`: the stage takes no time.
    pub host_stack: Option<HostStack>,
    /// ENIs, arbitration and allowance on the way out.
    pub egress: Egress,
    /// Bandwidth granted on the way in: to the instance, in mode `fargate` to each task. `None`
    /// where no packet comes in.
    pub ingress: Option<Allowance>,
    /// Hardware queues of each ENI; flows are hashed onto them, and they take turns.
    pub eni_queues: NonZeroU32,
    /// What else the instance grants.
    pub limits: Limits,
    /// One way, from the instance to the receiver.
    pub propagation: SimDuration,
}

impl Network {
    /// A network that packets only leave, through ENIs with one hardware queue each, and that is
    /// limited by bandwidth alone.
    pub fn outbound(
        mode: Mode,
        host_stack: Option<HostStack>,
        egress: Egress,
        propagation: SimDuration,
    ) -> Self {
        Network {
            mode,
            host_stack,
            egress,
            propagation,
            ingress: None,
            eni_queues: NonZeroU32::MIN,
            limits: Limits::default(),
        }
    }

    /// Whether each task has the whole allowance for itself.
    pub fn is_dedicated(&self) -> bool {
        let Egress::PerTask { arbitration, .. } = self.egress else {
            return false;
        };
        arbitration == Arbitration::Dedicated
    }

    /// Whether each task has an ENI of its own.
    pub fn has_own_enis(&self) -> bool {
        matches!(self.egress, Egress::PerTask { .. })
    }
}

/// ECS network mode.
///
/// # Source
/// Amazon ECS Developer Guide, task definition parameters, network mode; and elastic network
/// interface trunking. To ECS, Fargate is a launch type whose mode is awsvpc, and a trunk an account
/// setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// docker0, conntrack and NAT in front of the instance's primary ENI.
    Bridge,
    /// The instance's primary ENI, shared, without a bridge.
    Host,
    /// An ENI and a network namespace per task.
    Awsvpc,
    /// A branch ENI per task: a VLAN of one trunk ENI whose queue they share.
    AwsvpcTrunk,
    /// An ENI, a microVM and an allowance per task: nothing is shared.
    Fargate,
    /// Loopback only: every send is refused.
    None,
}

impl Mode {
    /// As written in an experiment file and in result files.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Bridge => "bridge",
            Mode::Host => "host",
            Mode::Awsvpc => "awsvpc",
            Mode::AwsvpcTrunk => "awsvpc-trunk",
            Mode::Fargate => "fargate",
            Mode::None => "none",
        }
    }

    /// All modes.
    pub const ALL: [Mode; 6] = [
        Mode::Bridge,
        Mode::Host,
        Mode::Awsvpc,
        Mode::AwsvpcTrunk,
        Mode::Fargate,
        Mode::None,
    ];

    /// Whether a task has an ENI on a container instance to itself. In `fargate` it has one too, but
    /// no container instance.
    pub const fn takes_eni(self) -> bool {
        matches!(self, Mode::Awsvpc | Mode::AwsvpcTrunk)
    }

    /// Whether a task is reached through the primary ENI of its instance.
    pub const fn shares_primary_eni(self) -> bool {
        matches!(self, Mode::Bridge | Mode::Host)
    }

    /// The mode of this name.
    pub fn find(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// The instance kernel's work per packet: a first-come first-served queue for several cores. Every
/// packet costs some time, or is delayed by `latency`, or opens a connection that costs some.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HostStack {
    /// Cores that serve packets.
    pub cores: NonZeroU32,
    /// Mean CPU time of a packet, whatever its size.
    pub per_packet: SimDuration,
    /// Law of that CPU time; deterministic if the mean is zero. What is on top of it is not random.
    pub law: UnitLaw,
    /// CPU time per byte, on top.
    pub per_byte: SimDuration,
    /// CPU time that the first packet of a connection costs on top.
    pub per_connection: SimDuration,
    /// Delay of each packet that occupies no core: that of a microVM.
    pub latency: SimDuration,
    /// Packets waiting or in service beyond which the kernel drops: of all cores that share a queue,
    /// of each core where they do not. `None`: no limit.
    pub capacity: Option<NonZeroU32>,
    /// Which core serves a packet.
    pub steering: Steering,
}

impl HostStack {
    /// A stack of `cores` that share one queue without limit, each packet for `per_packet`.
    pub fn shared(cores: NonZeroU32, per_packet: SimDuration) -> Self {
        HostStack {
            cores,
            per_packet,
            law: UnitLaw::Deterministic,
            per_byte: SimDuration::ZERO,
            per_connection: SimDuration::ZERO,
            latency: SimDuration::ZERO,
            capacity: None,
            steering: Steering::Shared,
        }
    }
}

/// Which core of the host stack serves a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Steering {
    /// Any: all cores serve one queue.
    Shared,
    /// The core that serves the interrupts of the packet's hardware queue, each core with a queue
    /// of its own: hardware queue `q` of ENI `e` is on core `e × queues + q` modulo the cores.
    ByQueue,
    /// A core of the packet's own task: each task has as many to itself, with one queue.
    PerTask,
}

/// What stands between the host stack and the wire, by mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Egress {
    /// Mode `none`: there is no way out.
    Refused,
    /// Modes `bridge` and `host`: one ENI for all tasks.
    Shared {
        /// The primary ENI's queue.
        queue: EniQueue,
        /// What the instance grants.
        allowance: Allowance,
    },
    /// Modes `awsvpc`, `awsvpc-trunk` and `fargate`: an ENI per task.
    PerTask {
        /// Each task ENI's queue.
        queue: EniQueue,
        /// How the allowance, or the trunk, is shared among backlogged ENIs.
        arbitration: Arbitration,
        /// Mode `awsvpc-trunk`: the trunk between the ENIs and the allowance; the arbitration is
        /// then neither `Partition` nor `Dedicated`.
        trunk: Option<Trunk>,
        /// What the instance grants.
        allowance: Allowance,
    },
}

/// The trunk ENI in front of which branch ENIs wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trunk {
    /// Packets that the trunk's queue holds, the one in transmission included; while it is full,
    /// packets wait at their branch ENIs. `None`: no limit, so that the trunk is served in the
    /// order of arrival whatever the arbitration.
    pub capacity: Option<NonZeroU32>,
}

impl Egress {
    /// What the instance grants; `None` where there is no way out.
    pub fn allowance(&self) -> Option<Allowance> {
        match self {
            Egress::Refused => None,
            Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => {
                Some(*allowance)
            }
        }
    }
}

/// The queue of one ENI. A packet that arrives when it is full is dropped, whatever the discipline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EniQueue {
    /// How much it holds.
    pub capacity: Capacity,
    /// Which of its packets is transmitted next; on the way in it is always the first.
    pub discipline: Discipline,
}

impl EniQueue {
    /// A queue served in the order of arrival.
    pub const fn fifo(capacity: Capacity) -> Self {
        EniQueue {
            capacity,
            discipline: Discipline::Fifo,
        }
    }
}

/// The rule by which an ENI queue is served. A transmission in progress is never interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Discipline {
    /// First come, first served.
    Fifo,
    /// The lowest [`TaskGroup::priority`](super::TaskGroup::priority) that waits, and first come
    /// first served within it.
    Priority,
}

impl Discipline {
    /// As written in an experiment file.
    pub const fn name(self) -> &'static str {
        match self {
            Discipline::Fifo => "fifo",
            Discipline::Priority => "priority",
        }
    }

    /// All disciplines.
    pub const ALL: [Discipline; 2] = [Discipline::Fifo, Discipline::Priority];
}

/// How much a queue holds, the packet in transmission included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// No limit.
    Unlimited,
    /// At most this many packets.
    Packets(NonZeroU32),
    /// At most this many bytes; at least the largest packet.
    Bytes(Bytes),
}

/// The rule by which ENIs with a backlog share the instance's allowance.
///
/// What the real device does is not published; this is the experiment's hypothesis about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arbitration {
    /// A packet from each backlogged ENI in turn.
    RoundRobin,
    /// Deficit round robin: as many bytes from each backlogged ENI in turn (Shreedhar and
    /// Varghese 1996).
    Drr {
        /// Bytes an ENI may send per turn; at least the largest packet, so that each turn sends.
        quantum: Bytes,
    },
    /// In the order of arrival at the ENIs: an ENI is only a label.
    Fifo,
    /// Each ENI has a fixed 1/n of the allowance to itself: isolation without multiplexing.
    Partition,
    /// Each ENI has the whole allowance to itself: nothing is shared.
    Dedicated,
}

impl Arbitration {
    /// As written in an experiment file and in result files.
    pub const fn name(self) -> &'static str {
        match self {
            Arbitration::RoundRobin => "round-robin",
            Arbitration::Drr { .. } => "drr",
            Arbitration::Fifo => "fifo",
            Arbitration::Partition => "partition",
            Arbitration::Dedicated => "dedicated",
        }
    }
}
