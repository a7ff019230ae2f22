//! Poisson tasks with packets of several sizes, in the order of arrival: M/G/1.
//!
//! Packets of all groups wait alike; each adds its own transmission. Of few sizes the whole law of
//! the wait is computed. Of many only the mean is, and far out the exponential tail: nearer than
//! three of the longest transmissions its error may reach one in a thousand, which is what
//! histograms resolve.

use std::rc::Rc;

use super::Validity;
use super::law::{Law, Shape};
use super::premises::Sharing;
use super::queue::{LOAD_MAX, NEVER, Queue, Solved};
use super::steady::is_steady;
use crate::scenario::Capacity;
use crate::theory::mg1::distribution::DiscreteWait;
use crate::theory::mg1::{DiscreteLaw, Tail, mean_wait};
use crate::units::{Bytes, DataRate};

/// Longest transmissions from which on the tail stands for the distribution.
const TAIL_FROM: f64 = 3.0;

/// Most sizes, and highest load, for which the whole law is computed.
const SIZES_MAX: usize = 16;
const WHOLE_LOAD_MAX: f64 = 0.99;

/// Solves `queue` on a link of `rate`.
pub(super) fn solve(queue: &Queue<'_>, rate: DataRate) -> Option<Solved> {
    if !queue.is_poisson() || queue.sharing == Sharing::TakingTurns {
        return None;
    }
    let services = queue.all_services(rate)?;
    let mean_ns = services.moment(1);
    let load = queue.packets_per_s() * mean_ns / 1e9;
    if load > LOAD_MAX || !never_drops(queue, rate, &services, load) {
        return None;
    }
    let variance = load * services.moment(2) / (mean_ns * mean_ns);
    if !is_steady(queue.warm_up, mean_ns, load, variance, None) {
        return None;
    }
    let whole = whole_wait(queue, rate, load);
    let tail = Tail::new(&services, load);
    let wait_ns = mean_wait(&services, load);
    let from_ns = TAIL_FROM * longest(&services);
    let laws = queue.streams.iter().map(|stream| {
        let own = Queue::services(stream, rate)?;
        Some(Law {
            mean_ns: Some(wait_ns + own.moment(1)),
            shape: match &whole {
                Some(wait) => Shape::Sum {
                    wait: Rc::clone(wait),
                    sizes: probabilities(&Queue::sizes(stream)?),
                    ns_per_byte: 8e9 / rate.bits_per_s() as f64,
                },
                None => Shape::Tail {
                    factor: tail.factor * own.expect(|s| (tail.rate * s).exp()),
                    rate_per_ns: tail.rate,
                    from_ns: from_ns + longest(&own),
                },
            },
        })
    });
    Some(Solved {
        model: "M/G/1",
        source: match whole {
            Some(_) => "Pollaczek 1930; Khinchine 1932; Beneš 1963",
            None => "Pollaczek 1930; Khinchine 1932",
        },
        validity: match whole {
            Some(_) => Validity::Exact,
            None => Validity::TailAsymptotic,
        },
        loss: 0.0,
        laws: laws.collect::<Option<Vec<Law>>>()?,
        each_group: true,
    })
}

/// The law of the wait \[bytes\], if sizes are few. Transmission times are taken not to be rounded to
/// picoseconds, which no histogram would show.
fn whole_wait(queue: &Queue<'_>, rate: DataRate, load: f64) -> Option<Rc<DiscreteWait>> {
    let mut all: Vec<(f64, f64)> = Vec::new();
    for stream in &queue.streams {
        for (size, p) in probabilities(&Queue::sizes(stream)?) {
            let weight = p * stream.packets_per_s();
            match all.iter_mut().find(|(known, _)| *known == size) {
                Some((_, known)) => *known += weight,
                None => all.push((size, weight)),
            }
            if all.len() > SIZES_MAX {
                return None;
            }
        }
    }
    let law = DiscreteLaw(all);
    let in_bytes = queue.packets_per_s() * law.moment(1) * 8.0 / rate.bits_per_s() as f64;
    (load <= WHOLE_LOAD_MAX).then(|| Rc::new(DiscreteWait::new(&law, in_bytes, 1.0)))
}

/// Sizes \[bytes\] with probabilities that add up to one.
fn probabilities(sizes: &[(Bytes, f64)]) -> Vec<(f64, f64)> {
    let total: f64 = sizes.iter().map(|(_, weight)| weight).sum();
    let sizes = sizes.iter();
    sizes
        .map(|(size, weight)| (size.get() as f64, weight / total))
        .collect()
}

fn longest(law: &DiscreteLaw) -> f64 {
    law.0.iter().map(|(time, _)| *time).fold(0.0, f64::max)
}

/// Whether the queue's capacity is as good as none: the work that would fill it is never there.
fn never_drops(queue: &Queue<'_>, rate: DataRate, services: &DiscreteLaw, load: f64) -> bool {
    let shortest = services
        .0
        .iter()
        .map(|(time, _)| *time)
        .fold(f64::INFINITY, f64::min);
    // The packet in transmission is partly gone, and the one that comes needs room as well.
    let work_ns = match queue.capacity {
        Capacity::Unlimited => return true,
        Capacity::Packets(packets) => (f64::from(packets.get()) - 1.0) * shortest,
        Capacity::Bytes(bytes) => {
            super::queue::transmission_ns(rate, bytes) - 2.0 * longest(services)
        }
    };
    let tail = Tail::new(services, load);
    tail.factor * (-tail.rate * work_ns).exp() < NEVER
}
