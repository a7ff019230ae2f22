//! A queue, what it is offered, and what a model makes of it.

use super::Validity;
use super::law::Law;
use super::premises::Sharing;
use crate::scenario::{Allowance, Arrivals, Capacity, HostStack, PacketSize, TokenBucket, Traffic};
use crate::theory::mg1::{DiscreteLaw, Tail};
use crate::units::{Bytes, DataRate, SimDuration};

/// What may be lost, or wait for credit, without being noticed: a fraction of the packets.
pub(super) const NEVER: f64 = 1e-9;

/// Load from which on no trial is long enough for the steady state.
pub(super) const LOAD_MAX: f64 = 0.9999;

/// Most sizes that a law is listed in.
const SIZES_MAX: u64 = 100_000;

/// A queue in front of a link.
#[derive(Clone)]
pub(super) struct Queue<'a> {
    pub streams: Vec<Stream<'a>>,
    pub server: String,
    pub allowance: Allowance,
    pub capacity: Capacity,
    pub sharing: Sharing,
    pub host_stack: Option<HostStack>,
    pub warm_up: SimDuration,
    /// How many queues like it there are.
    pub copies: f64,
}

/// Tasks of a group that share a queue.
#[derive(Clone, Copy)]
pub(super) struct Stream<'a> {
    pub group: usize,
    pub tasks: u32,
    pub traffic: &'a Traffic,
}

impl Stream<'_> {
    pub fn packets_per_s(&self) -> f64 {
        self.traffic.packets_per_s() * f64::from(self.tasks)
    }
}

/// What theory makes of a queue.
pub(super) struct Solved {
    pub model: &'static str,
    pub source: &'static str,
    pub validity: Validity,
    /// Lost fraction of every task's packets.
    pub loss: f64,
    /// One per stream.
    pub laws: Vec<Law>,
    /// Whether the laws are those of the groups, or only their mean is that of all tasks.
    pub each_group: bool,
}

/// What an allowance is to a queue.
pub(super) enum Link {
    /// A link of this rate.
    Plain(DataRate),
    /// A token bucket that delays packets.
    Shaped(TokenBucket),
}

impl Queue<'_> {
    pub fn packets_per_s(&self) -> f64 {
        self.streams.iter().map(Stream::packets_per_s).sum()
    }

    pub fn is_poisson(&self) -> bool {
        let mut laws = self.streams.iter().map(|stream| &stream.traffic.arrivals);
        laws.all(|law| *law == Arrivals::Poisson)
    }

    /// The size of all packets, if it is one.
    pub fn size(&self) -> Option<Bytes> {
        let mut sizes = self
            .streams
            .iter()
            .map(|stream| match stream.traffic.packet_size {
                PacketSize::Fixed(size) => Some(size),
                _ => None,
            });
        let first = sizes.next()??;
        sizes.all(|size| size == Some(first)).then_some(first)
    }

    /// The sizes of a stream with their weights; `None` if they are too many.
    pub fn sizes(stream: &Stream<'_>) -> Option<Vec<(Bytes, f64)>> {
        listed(&stream.traffic.packet_size)
    }

    /// The law of a stream's transmission times on a link of `rate` \[ns\].
    pub fn services(stream: &Stream<'_>, rate: DataRate) -> Option<DiscreteLaw> {
        let sizes = Self::sizes(stream)?.into_iter();
        let timed = sizes.map(|(size, weight)| (transmission_ns(rate, size), weight));
        Some(DiscreteLaw(timed.collect()))
    }

    /// The law of the transmission times of all packets on a link of `rate` \[ns\].
    pub fn all_services(&self, rate: DataRate) -> Option<DiscreteLaw> {
        let mut all = Vec::new();
        for stream in &self.streams {
            let law = Self::services(stream, rate)?;
            let total: f64 = law.0.iter().map(|(_, weight)| weight).sum();
            let scale = stream.packets_per_s() / total;
            all.extend(
                law.0
                    .into_iter()
                    .map(|(time, weight)| (time, weight * scale)),
            );
        }
        Some(DiscreteLaw(all))
    }

    /// The allowance as this queue meets it. A bucket that starts full and whose credit is used up
    /// by none of 10⁹ packets is a link of the burst rate. `None` if that cannot be told.
    pub fn link(&self) -> Option<Link> {
        let bucket = match self.allowance {
            Allowance::Link(rate) => return Some(Link::Plain(rate)),
            Allowance::TokenBucket(bucket) => bucket,
        };
        if bucket.start != crate::scenario::CreditState::Full || !self.is_poisson() {
            return None;
        }
        let services = self.all_services(bucket.baseline)?;
        let load = self.packets_per_s() * services.moment(1) / 1e9;
        if load > LOAD_MAX {
            return None;
        }
        // A packet waits for credit if the baseline rate would still have to serve this long.
        let largest = services.0.iter().map(|(time, _)| *time).fold(0.0, f64::max);
        let covered = transmission_ns(bucket.baseline, bucket.credit) - largest;
        let tail = Tail::new(&services, load);
        let is_used_up = tail.factor * (-tail.rate * covered).exp() > NEVER;
        Some(match is_used_up {
            true => Link::Shaped(bucket),
            false => Link::Plain(bucket.burst),
        })
    }

    /// Room in whole packets of `size`; `None`: no limit.
    pub fn room(&self, size: Bytes) -> Option<u64> {
        match self.capacity {
            Capacity::Unlimited => None,
            Capacity::Packets(packets) => Some(u64::from(packets.get())),
            Capacity::Bytes(bytes) => Some(bytes.get() / size.get()),
        }
    }
}

/// Time to transmit `size` at `rate` \[ns\], as the simulator rounds it.
pub(super) fn transmission_ns(rate: DataRate, size: Bytes) -> f64 {
    rate.transmission_time(size).as_ps() as f64 / 1e3
}

/// Every size of a law with its weight; `None` if there are too many.
fn listed(law: &PacketSize) -> Option<Vec<(Bytes, f64)>> {
    let all = |min: &Bytes, max: &Bytes| {
        let range = min.get()..=max.get();
        (max.get() - min.get() < SIZES_MAX).then_some(range)
    };
    Some(match law {
        PacketSize::Fixed(size) => vec![(*size, 1.0)],
        PacketSize::Discrete(sizes) => sizes.iter().map(|s| (s.size, s.weight)).collect(),
        PacketSize::Uniform { min, max } => {
            all(min, max)?.map(|size| (Bytes::new(size), 1.0)).collect()
        }
        // Cut to the range and rounded to whole bytes.
        PacketSize::BoundedPareto { min, max, shape } => {
            let (low, high) = (min.get() as f64, max.get() as f64);
            let beyond = |x: f64| (low / x.clamp(low, high)).powf(*shape);
            let weight = |size: u64| beyond(size as f64 - 0.5) - beyond(size as f64 + 0.5);
            let sizes = all(min, max)?;
            sizes.map(|size| (Bytes::new(size), weight(size))).collect()
        }
        // Rounded to whole bytes, at least 1, and cut to `max`.
        PacketSize::Scaled { law, mean, max } => {
            let (first, last) = (Bytes::new(1), max.get());
            let scale = mean.get() as f64;
            let beyond = |size: u64| match size {
                0 => 1.0,
                _ if size == last => 0.0,
                _ => law.beyond((size as f64 + 0.5) / scale),
            };
            let sizes = all(&first, max)?;
            sizes
                .map(|size| (Bytes::new(size), beyond(size - 1) - beyond(size)))
                .collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: the mean of the law before rounding, of which rounding changes little; and by hand
    /// for a law of three sizes, where P(2) = (1.5⁻¹ − 2.5⁻¹)/(1 − 3⁻¹).
    #[test]
    fn laws_are_listed_as_they_are_drawn() {
        let pareto = |min, max, shape| PacketSize::BoundedPareto {
            min: Bytes::new(min),
            max: Bytes::new(max),
            shape,
        };
        let law = DiscreteLaw(
            listed(&pareto(64, 1500, 1.1))
                .unwrap()
                .into_iter()
                .map(|(s, w)| (s.get() as f64, w))
                .collect(),
        );
        assert!((law.moment(1) / 196.569_481_698 - 1.0).abs() < 1e-4);
        let three = listed(&pareto(1, 3, 1.0)).unwrap();
        let total: f64 = three.iter().map(|(_, weight)| weight).sum();
        assert!((three[1].1 / total - (1.0 / 1.5 - 1.0 / 2.5) / (1.0 - 1.0 / 3.0)).abs() < 1e-12);
        let (min, max) = (Bytes::new(10), Bytes::new(19));
        assert_eq!(listed(&PacketSize::Uniform { min, max }).unwrap().len(), 10);
        assert!(listed(&pareto(1, 1_000_000, 1.1)).is_none());
    }
}
