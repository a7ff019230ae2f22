//! Periodic tasks of one rate and one size, in the order of arrival: N·D/D/1.
//!
//! Each replication draws its phases and repeats itself every period, so it may be far from this
//! mean over phases; only many replications come near it.

use super::Validity;
use super::law::{Law, Shape, Wait};
use super::premises::Sharing;
use super::queue::{Queue, Solved, transmission_ns};
use crate::scenario::Arrivals;
use crate::theory::ndd1;
use crate::units::DataRate;

/// Most sources that are summed over: the work grows with their square.
const SOURCES_MAX: u32 = 200;

/// Solves `queue` on a link of `rate`.
pub(super) fn solve(queue: &Queue<'_>, rate: DataRate) -> Option<Solved> {
    let size = queue.size()?;
    let first = queue.streams.first()?.traffic.rate;
    let alike = queue.streams.iter().all(|stream| {
        stream.traffic.arrivals == Arrivals::Periodic && stream.traffic.rate == first
    });
    if !alike || queue.sharing == Sharing::TakingTurns {
        return None;
    }
    let sources: u32 = queue.streams.iter().map(|stream| stream.tasks).sum();
    let service_ns = transmission_ns(rate, size);
    let period_ns = first.mean_gap_ps() / 1e3;
    let period = period_ns / service_ns;
    // Below load 1 a source's packet has left before its next one comes, and the queue is as it
    // will always be after one period.
    let has_room = queue
        .room(size)
        .is_none_or(|room| room >= u64::from(sources));
    let is_steady = queue.warm_up.as_ps() as f64 / 1e3 >= period_ns;
    if sources > SOURCES_MAX || f64::from(sources) >= period || !has_room || !is_steady {
        return None;
    }
    let law = Law {
        mean_ns: Some(service_ns * (1.0 + ndd1::mean_wait(sources, period))),
        shape: Shape::Shifted {
            shift_ns: service_ns,
            unit_ns: service_ns,
            wait: Wait::Periodic(sources, period),
        },
    };
    Some(Solved {
        model: "N·D/D/1",
        source: "Eckberg 1979",
        validity: Validity::OverPhases,
        loss: 0.0,
        laws: vec![law; queue.streams.len()],
        each_group: true,
    })
}
