//! What a task sends or receives.

use std::num::NonZeroU32;

use crate::units::{Bytes, PacketRate, SimDuration};

/// What one task sends or receives, open loop: arrivals do not react to the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// Law of the gaps between packets, or between messages.
    pub arrivals: Arrivals,
    /// Mean rate over all time: packets, or messages, per second.
    pub rate: PacketRate,
    /// Law of the packet sizes; of the full packets where messages are cut into packets.
    pub packet_size: PacketSize,
    /// Where the packets come from and go to.
    pub route: Route,
    /// Messages that the sender cuts into packets; `None`: each arrival is a packet.
    pub message: Option<Message>,
    /// Connections (5-tuples) that the task keeps open, each packet in one of them at random;
    /// `None`: so many that each packet is taken to be of another. Flow logs have a record of each.
    pub flows: Option<NonZeroU32>,
    /// Connections that come and go; `None`: they last and are not tracked. Flow logs tell one from
    /// the other.
    pub connections: Option<Connections>,
    /// Whether the security groups of the receiving ENI let the packets in.
    pub admitted: bool,
}

impl Traffic {
    /// Packets that leave the instance, in so many flows that none is limited.
    pub fn outbound(arrivals: Arrivals, rate: PacketRate, packet_size: PacketSize) -> Self {
        Traffic {
            arrivals,
            rate,
            packet_size,
            route: Route::Out,
            message: None,
            flows: None,
            connections: None,
            admitted: true,
        }
    }

    /// Mean offered rate [packets/s].
    pub fn packets_per_s(&self) -> f64 {
        let packets = self.message.map_or(1, |message| message.packets.get());
        self.rate.per_s() * f64::from(packets)
    }

    /// Mean bytes on the wire that one arrival brings.
    pub fn mean_arrival_bytes(&self) -> f64 {
        match self.message {
            None => self.packet_size.mean(),
            Some(Message { packets, last }) => {
                f64::from(packets.get() - 1) * self.packet_size.mean() + last.get() as f64
            }
        }
    }
}

/// The way of a task's packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// From the task to a receiver outside of the instance.
    Out,
    /// From a sender outside of the instance to the task.
    In,
    /// From the task to a task of the group at this position, on the same instance: task `i` to
    /// task `i` modulo its count.
    ToGroup(usize),
    /// From the task to the VPC resolver at its link-local address.
    Resolver,
}

/// A message of equal size each time, cut into packets that are sent at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Packets of a message; all but the last are full.
    pub packets: NonZeroU32,
    /// Bytes on the wire of the last packet.
    pub last: Bytes,
}

/// Connections that come and go: a task opens one, sends its packets, and opens the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Packets of a connection.
    pub packets: NonZeroU32,
    /// How long it stays tracked after its last packet.
    pub idle: SimDuration,
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
