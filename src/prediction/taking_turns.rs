//! Poisson tasks with packets of one size whose ENIs take turns: the mean of M/D/1.
//!
//! The link is busy whenever a packet is there, and all packets take it for as long. So the number
//! of packets inside does not depend on whose turn it is, and by Little's law neither does the mean
//! sojourn over all packets (Kleinrock's conservation law). Tasks that are alike share it.

use super::Validity;
use super::equal_sizes::never_fills;
use super::law::{Law, Shape};
use super::premises::Sharing;
use super::queue::{Queue, Solved, transmission_ns};
use super::steady::is_steady;
use crate::theory::md1::Md1;
use crate::units::DataRate;

/// Solves `queue` on a link of `rate`.
pub(super) fn solve(queue: &Queue<'_>, rate: DataRate) -> Option<Solved> {
    let takes_turns = queue.sharing == Sharing::TakingTurns && queue.is_poisson();
    let size = queue.size().filter(|_| takes_turns)?;
    let service_ns = transmission_ns(rate, size);
    let load = queue.packets_per_s() * service_ns / 1e9;
    // If all places of one ENI hold all packets there are, each ENI holds its own.
    let holds = never_fills(queue.room(size), load);
    if !holds || !is_steady(queue.warm_up, service_ns, load, load, None) {
        return None;
    }
    let first = queue.streams.first()?.traffic.rate;
    let law = Law {
        mean_ns: Some(service_ns * (1.0 + Md1::new(load).mean_wait())),
        shape: Shape::Unknown,
    };
    Some(Solved {
        model: "M/D/1",
        source: "Kleinrock 1965",
        validity: Validity::MeanAlone,
        loss: 0.0,
        laws: vec![law; queue.streams.len()],
        each_group: queue.streams.iter().all(|s| s.traffic.rate == first),
    })
}
