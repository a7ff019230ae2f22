//! Poisson tasks with packets of several sizes, in the order of arrival: M/G/1.
//!
//! Packets of all groups wait alike; each adds its own transmission. Far out the wait has an
//! exponential tail. Nearer than three of the longest transmissions it is not used: there its error
//! may reach one in a thousand, which is what histograms resolve.

use super::Validity;
use super::law::{Law, Shape};
use super::premises::Sharing;
use super::queue::{LOAD_MAX, NEVER, Queue, Solved};
use super::steady::is_steady;
use crate::scenario::Capacity;
use crate::theory::mg1::{DiscreteLaw, Tail, mean_wait};
use crate::units::DataRate;

/// Longest transmissions from which on the tail stands for the distribution.
const TAIL_FROM: f64 = 3.0;

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
    let tail = Tail::new(&services, load);
    let wait_ns = mean_wait(&services, load);
    let from_ns = TAIL_FROM * longest(&services);
    let laws = queue.streams.iter().map(|stream| {
        let own = Queue::services(stream, rate)?;
        Some(Law {
            mean_ns: Some(wait_ns + own.moment(1)),
            shape: Shape::Tail {
                factor: tail.factor * own.expect(|s| (tail.rate * s).exp()),
                rate_per_ns: tail.rate,
                from_ns: from_ns + longest(&own),
            },
        })
    });
    Some(Solved {
        model: "M/G/1",
        source: "Pollaczek 1930; Khinchine 1932",
        validity: Validity::TailAsymptotic,
        loss: 0.0,
        laws: laws.collect::<Option<Vec<Law>>>()?,
        each_group: true,
    })
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
