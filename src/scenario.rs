//! The validated description of what one trial simulates: plain data, proven to be simulable.
//!
//! A [`Scenario`] is what an experiment file becomes at one sweep point. It knows no TOML and no
//! random seed, and it keeps nothing that has no effect: in bridge mode there is no arbitration
//! to set, so two points that differ only in such a key have *equal* scenarios and are simulated
//! once. Every number in it was checked by [`crate::experiment`]; the model does not check again.

use std::num::{NonZeroU32, NonZeroU64};

use crate::units::{Bytes, DataRate, PacketRate, SimDuration, SimTime};

/// One sweep point, complete: which tasks send what, through which network, for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What is discarded and what is recorded.
    pub window: Window,
    /// Length of the intervals of the throughput histogram; above zero.
    pub throughput_interval: SimDuration,
    /// The container instance's network.
    pub network: Network,
    /// Task groups with at least one task, in file order.
    pub task_groups: Vec<TaskGroup>,
}

impl Scenario {
    /// Number of tasks of all groups.
    pub fn task_count(&self) -> usize {
        self.task_groups
            .iter()
            .map(|group| group.count as usize)
            .sum()
    }

    /// Mean offered rate of all tasks [bit/s], for estimates and load scaling.
    pub fn offered_bits_per_s(&self) -> f64 {
        self.task_groups
            .iter()
            .map(|group| group.offered_bits_per_s())
            .sum()
    }

    /// Mean offered rate of all tasks [packets/s].
    pub fn offered_packets_per_s(&self) -> f64 {
        self.task_groups
            .iter()
            .map(|g| g.traffic.rate.per_s() * f64::from(g.count))
            .sum()
    }

    /// The size of all packets of all tasks, if it is the same.
    pub fn packet_size(&self) -> Option<Bytes> {
        let mut laws = self.task_groups.iter().map(|g| &g.traffic.packet_size);
        match laws.next() {
            Some(first @ PacketSize::Fixed(size)) => laws.all(|law| law == first).then_some(*size),
            _ => None,
        }
    }

    /// The largest packet any task can send.
    pub fn largest_packet(&self) -> Bytes {
        self.task_groups
            .iter()
            .map(|group| group.traffic.packet_size.largest())
            .max()
            .unwrap_or(Bytes::ZERO)
    }
}

/// The recorded part of a trial: `[warm_up, warm_up + measure)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Discarded at the start; may be zero.
    pub warm_up: SimDuration,
    /// Recorded; above zero.
    pub measure: SimDuration,
}

impl Window {
    /// First recorded instant.
    pub fn start(self) -> SimTime {
        SimTime::ZERO + self.warm_up
    }

    /// First instant no longer recorded.
    pub fn end(self) -> SimTime {
        self.start() + self.measure
    }

    /// When a trial gives up waiting for recorded packets: another `measure` after the end.
    pub fn horizon(self) -> SimTime {
        self.end() + self.measure
    }

    /// Whether a packet that arrives at `instant` is recorded.
    #[inline]
    pub fn contains(self, instant: SimTime) -> bool {
        self.start() <= instant && instant < self.end()
    }
}

/// The tasks of one `[[task]]` table: alike in everything but their random streams.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGroup {
    /// Unique in the experiment; names the random streams.
    pub name: String,
    /// Number of tasks; above zero (an empty group is left out of a scenario).
    pub count: u32,
    /// What each task sends.
    pub traffic: Traffic,
}

impl TaskGroup {
    /// Mean offered rate of the whole group [bit/s].
    pub fn offered_bits_per_s(&self) -> f64 {
        f64::from(self.count) * self.traffic.rate.per_s() * self.traffic.packet_size.mean() * 8.0
    }
}

/// What one task sends, open loop: arrivals do not react to the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// Law of the gaps between packets.
    pub arrivals: Arrivals,
    /// Mean rate over all time [packets/s].
    pub rate: PacketRate,
    /// Law of the packet sizes.
    pub packet_size: PacketSize,
}

/// Law of the gaps between a task's packets.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// Equal gaps, with a phase drawn uniformly from one gap.
    Periodic,
    /// Exponential gaps.
    Poisson,
    /// A packet clock at `peak` that runs only in on periods and keeps its remainder.
    OnOff {
        /// Rate while on; at least the mean rate.
        peak: PacketRate,
        /// Law of the on periods.
        on: PeriodLaw,
        /// Law of the off periods.
        off: PeriodLaw,
    },
}

/// Law of the length of an on or an off period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeriodLaw {
    /// Exponential with this mean (above zero).
    Exponential {
        /// Mean length.
        mean: SimDuration,
    },
    /// Pareto (heavy tail) with this mean and shape.
    Pareto {
        /// Mean length.
        mean: SimDuration,
        /// Above 1, so that the mean exists; variance is infinite up to 2.
        shape: f64,
    },
}

impl PeriodLaw {
    /// Mean length.
    pub fn mean(self) -> SimDuration {
        match self {
            PeriodLaw::Exponential { mean } | PeriodLaw::Pareto { mean, .. } => mean,
        }
    }
}

/// Law of a task's packet sizes [bytes on the wire].
#[derive(Clone, Debug, PartialEq)]
pub enum PacketSize {
    /// Always this size.
    Fixed(Bytes),
    /// Every whole size from `min` to `max` alike.
    Uniform {
        /// Smallest size; above zero.
        min: Bytes,
        /// Largest size; at least `min`.
        max: Bytes,
    },
    /// Pareto cut to `[min, max]`, rounded to whole bytes.
    BoundedPareto {
        /// Smallest size; above zero.
        min: Bytes,
        /// Largest size; above `min`.
        max: Bytes,
        /// Tail index; above zero.
        shape: f64,
    },
    /// Given sizes with given weights: `bimodal`, `imix` and `empirical` of an experiment file.
    Discrete(Vec<WeightedSize>),
}

/// A size and how often it occurs, relative to the other sizes of its law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedSize {
    /// Above zero.
    pub size: Bytes,
    /// Finite and above zero; weights need not add up to one.
    pub weight: f64,
}

impl PacketSize {
    /// The simple internet mix: 64, 594 and 1518 bytes at 7 : 4 : 1.
    pub fn imix() -> Self {
        let sizes = [(64, 7.0), (594, 4.0), (1518, 1.0)];
        let weighted = |(size, weight)| WeightedSize {
            size: Bytes::new(size),
            weight,
        };
        PacketSize::Discrete(sizes.map(weighted).to_vec())
    }

    /// Mean size \[bytes\]. For a bounded Pareto law, before rounding to whole bytes.
    pub fn mean(&self) -> f64 {
        match self {
            PacketSize::Fixed(size) => size.get() as f64,
            PacketSize::Uniform { min, max } => (min.get() as f64 + max.get() as f64) / 2.0,
            PacketSize::BoundedPareto { min, max, shape } => {
                bounded_pareto_mean(min.get() as f64, max.get() as f64, *shape)
            }
            PacketSize::Discrete(sizes) => {
                let total: f64 = sizes.iter().map(|s| s.weight).sum();
                sizes
                    .iter()
                    .map(|s| s.size.get() as f64 * s.weight)
                    .sum::<f64>()
                    / total
            }
        }
    }

    /// Largest size the law can give.
    pub fn largest(&self) -> Bytes {
        match self {
            PacketSize::Fixed(size) => *size,
            PacketSize::Uniform { max, .. } | PacketSize::BoundedPareto { max, .. } => *max,
            PacketSize::Discrete(sizes) => {
                sizes.iter().map(|s| s.size).max().unwrap_or(Bytes::ZERO)
            }
        }
    }
}

/// Mean of a Pareto law of tail index `a` cut to `[l, h]`.
fn bounded_pareto_mean(l: f64, h: f64, a: f64) -> f64 {
    let mass = 1.0 - (l / h).powf(a);
    if (a - 1.0).abs() < 1e-12 {
        l * (h / l).ln() / mass
    } else {
        a / (a - 1.0) * l / mass * (1.0 - (l / h).powf(a - 1.0))
    }
}

/// The container instance's network, as the tasks' packets cross it.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// The ECS network mode.
    pub mode: Mode,
    /// CPU work per packet; `None`: the stage takes no time.
    pub host_stack: Option<HostStack>,
    /// ENIs, arbitration and allowance on the way out.
    pub egress: Egress,
    /// One way, from the instance to the receiver.
    pub propagation: SimDuration,
}

/// ECS network mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// docker0, conntrack and NAT in front of the instance's primary ENI.
    Bridge,
    /// The instance's primary ENI, shared, without a bridge.
    Host,
    /// An ENI and a network namespace per task.
    Awsvpc,
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
            Mode::None => "none",
        }
    }
}

/// The instance kernel's work per packet: a first-come first-served queue for several cores. Every
/// packet costs some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostStack {
    /// Cores that serve packets.
    pub cores: NonZeroU32,
    /// CPU time of a packet, whatever its size.
    pub per_packet: SimDuration,
    /// CPU time per byte, on top.
    pub per_byte: SimDuration,
    /// Packets waiting or in service beyond which the kernel drops; `None`: no limit.
    pub capacity: Option<NonZeroU32>,
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
    /// Mode `awsvpc`: an ENI per task.
    PerTask {
        /// Each task ENI's queue.
        queue: EniQueue,
        /// How the allowance is shared among backlogged ENIs.
        arbitration: Arbitration,
        /// What the instance grants.
        allowance: Allowance,
    },
}

/// The queue of one ENI, first come first served, dropping at the tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EniQueue {
    /// How much it holds.
    pub capacity: Capacity,
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

/// Bandwidth that the instance grants in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// A fixed rate.
    Link(DataRate),
    /// A rate with burst credit.
    TokenBucket(TokenBucket),
}

impl Allowance {
    /// The rate that is granted for ever.
    pub fn baseline(self) -> DataRate {
        match self {
            Allowance::Link(rate) => rate,
            Allowance::TokenBucket(bucket) => bucket.baseline,
        }
    }

    /// The rate at which an ENI transmits: the burst rate where there is one.
    pub fn line_rate(self) -> DataRate {
        match self {
            Allowance::Link(rate) => rate,
            Allowance::TokenBucket(bucket) => bucket.burst,
        }
    }

    /// One of `n` equal parts of everything: rates, credit and buffer.
    pub fn share_of(self, n: NonZeroU64) -> Allowance {
        match self {
            Allowance::Link(rate) => Allowance::Link(rate.share_of(n)),
            Allowance::TokenBucket(bucket) => Allowance::TokenBucket(TokenBucket {
                baseline: bucket.baseline.share_of(n),
                burst: bucket.burst.share_of(n),
                credit: Bytes::new(bucket.credit.get() / n.get()),
                start: bucket.start,
                buffer: Bytes::new(bucket.buffer.get() / n.get()),
            }),
        }
    }
}

/// An allowance with burst credit: transmission at `burst`, then a shaper that lets `credit`
/// bytes pass at once and refills at `baseline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    /// Refill rate: what is granted for ever.
    pub baseline: DataRate,
    /// Line rate of the ENIs; above `baseline`.
    pub burst: DataRate,
    /// Bucket depth; at least the largest packet.
    pub credit: Bytes,
    /// Fill of the bucket when the trial starts.
    pub start: CreditState,
    /// Bytes that may wait for credit; what does not fit is dropped.
    pub buffer: Bytes,
}

/// Fill of a token bucket when a trial starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditState {
    /// As after a launch or a long rest.
    Full,
    /// As after a long burst.
    Empty,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: the means of the packet-size laws, computed to 12 digits with arbitrary precision.
    #[test]
    fn mean_sizes_of_the_packet_laws() {
        let pareto = |min, max, shape| PacketSize::BoundedPareto {
            min: Bytes::new(min),
            max: Bytes::new(max),
            shape,
        };
        assert!((PacketSize::imix().mean() - 361.833_333_333).abs() < 1e-9);
        assert!((pareto(64, 1500, 1.1).mean() - 196.569_481_698).abs() < 1e-9);
        assert!((pareto(1, 1000, 1.5).mean() - 2.905_223_541_43).abs() < 1e-11);
        assert!((pareto(1, 100, 1.0).mean() - 100.0_f64.ln() / 0.99).abs() < 1e-9);
    }
}
