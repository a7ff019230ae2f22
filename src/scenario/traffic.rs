//! What a task sends or receives.

use std::num::NonZeroU32;

use super::UnitLaw;
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
    /// Independent gaps of any law with this shape.
    Renewal(UnitLaw),
    /// A Poisson process whose rate depends on a state that changes at random: a Markov-modulated
    /// Poisson process with two states, which follow each other. With a weight of 0 in one of them
    /// it is an interrupted Poisson process.
    Mmpp([MmppState; 2]),
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

/// A state of a Markov-modulated Poisson process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MmppState {
    /// Rate in the state, relative to the other one's; not both are 0.
    pub weight: f64,
    /// Mean duration, exponential; above zero.
    pub duration: SimDuration,
}

impl MmppState {
    /// The rates in both states of a process with this mean rate \[packets/s\].
    pub fn rates(states: &[MmppState; 2], mean: PacketRate) -> [f64; 2] {
        let seconds = states.map(|state| state.duration.as_s_lossy());
        let weights = states.map(|state| state.weight);
        let mean_weight =
            (weights[0] * seconds[0] + weights[1] * seconds[1]) / (seconds[0] + seconds[1]);
        weights.map(|weight| mean.per_s() * weight / mean_weight)
    }
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
    /// Any law of this shape and mean, rounded to whole bytes, at least 1; larger values are cut to
    /// `max`.
    Scaled {
        /// The shape; the law has a density, so it is not deterministic.
        law: UnitLaw,
        /// Mean before values are rounded and cut; at least [`PacketSize::SCALED_MEAN_MIN`].
        mean: Bytes,
        /// Largest size; above `mean`.
        max: Bytes,
    },
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

    /// Smallest mean of a scaled law: below it, most of the law would be a matter of rounding.
    pub const SCALED_MEAN_MIN: Bytes = Bytes::new(64);

    /// Mean size \[bytes\]. For laws with a density, before rounding to whole bytes, which changes
    /// that of a scaled law by less than two thousandths of a byte.
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
            PacketSize::Scaled { law, mean, max } => {
                let mean = mean.get() as f64;
                // What rounds to 0 is sent as 1 byte.
                mean * law.mean_up_to(max.get() as f64 / mean) + 1.0 - law.beyond(0.5 / mean)
            }
        }
    }

    /// Largest size the law can give.
    pub fn largest(&self) -> Bytes {
        match self {
            PacketSize::Fixed(size) => *size,
            PacketSize::Uniform { max, .. }
            | PacketSize::BoundedPareto { max, .. }
            | PacketSize::Scaled { max, .. } => *max,
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

    /// Oracle: the sum over all whole sizes of the probability to reach them, which is the mean of
    /// what is sent, rounded and cut.
    #[test]
    fn mean_sizes_of_scaled_laws() {
        let laws = [
            UnitLaw::Exponential,
            UnitLaw::Erlang {
                shape: NonZeroU32::new(3).unwrap(),
            },
            UnitLaw::Hyperexponential { scv: 4.0 },
        ];
        for law in laws {
            for (mean, max) in [(64, 300), (500, 32_000), (1500, 65_536)] {
                let size = PacketSize::Scaled {
                    law,
                    mean: Bytes::new(mean),
                    max: Bytes::new(max),
                };
                let reach = |bytes: u64| law.beyond((bytes as f64 - 0.5) / mean as f64);
                let exact = 1.0 + (2..=max).map(reach).sum::<f64>();
                let error = size.mean() - exact;
                assert!(error.abs() < 2e-3, "{size:?}: {error}");
                assert_eq!(size.largest(), Bytes::new(max));
            }
        }
    }

    /// By hand: 7 : 1 for as long each has 1.75 and 0.25 of the mean; with 1 ms of 4 on it is 4.
    #[test]
    fn states_have_rates_in_proportion_to_their_weights() {
        let rates = |weights: [f64; 2], ms: [u64; 2]| {
            let states = [0, 1].map(|state| MmppState {
                weight: weights[state],
                duration: SimDuration::from_ms(ms[state]),
            });
            MmppState::rates(&states, PacketRate::new(800.0).unwrap())
        };
        assert_eq!(rates([7.0, 1.0], [1, 1]), [1400.0, 200.0]);
        assert_eq!(rates([1.0, 0.0], [1, 3]), [3200.0, 0.0]);
    }
}
