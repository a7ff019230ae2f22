//! Poisson tasks with packets of one size, in the order of arrival: M/D/1 and M/D/1/K.

use std::rc::Rc;

use super::Validity;
use super::law::{Law, Shape, Wait};
use super::premises::Sharing;
use super::queue::{LOAD_MAX, NEVER, Queue, Solved, transmission_ns};
use super::steady::is_steady;
use crate::theory::md1::{Md1, tail_factor, tail_rate};
use crate::theory::md1k_wait::Md1kWait;
use crate::units::DataRate;

/// Most places of a finite queue whose states are counted one by one.
const ROOM_MAX: u64 = 20_000;

/// Solves `queue` on a link of `rate`.
pub(super) fn solve(queue: &Queue<'_>, rate: DataRate) -> Option<Solved> {
    let size = queue.size().filter(|_| queue.is_poisson())?;
    if queue.sharing == Sharing::TakingTurns {
        return None;
    }
    let service_ns = transmission_ns(rate, size);
    let load = queue.packets_per_s() * service_ns / 1e9;
    if never_fills(queue.room(size), load) {
        return unlimited(queue, service_ns, load);
    }
    // Rooms of several ENIs are no one room.
    let room = queue
        .room(size)
        .filter(|_| queue.sharing != Sharing::InOrder)?;
    finite(queue, service_ns, load, room)
}

/// Whether a queue with this room is as good as one without a limit.
pub(super) fn never_fills(room: Option<u64>, load: f64) -> bool {
    if load > LOAD_MAX {
        return false;
    }
    // To find it full, a packet would have to wait for all places but one.
    room.is_none_or(|room| {
        let services = room as f64 - 1.0;
        tail_factor(load) * (-tail_rate(load) * services).exp() < NEVER
    })
}

fn unlimited(queue: &Queue<'_>, service_ns: f64, load: f64) -> Option<Solved> {
    if !is_steady(queue.warm_up, service_ns, load, load, None) {
        return None;
    }
    let wait = Md1::new(load);
    let law = Law {
        mean_ns: Some(service_ns * (1.0 + wait.mean_wait())),
        shape: Shape::Shifted {
            shift_ns: service_ns,
            unit_ns: service_ns,
            wait: Wait::Unlimited(Rc::new(wait)),
        },
    };
    Some(Solved {
        model: "M/D/1",
        source: "Erlang 1909; Franx 2001",
        validity: Validity::Exact,
        loss: 0.0,
        laws: vec![law; queue.streams.len()],
        each_group: true,
    })
}

fn finite(queue: &Queue<'_>, service_ns: f64, load: f64, room: u64) -> Option<Solved> {
    let is_known = (1..=ROOM_MAX).contains(&room);
    if !is_known || !is_steady(queue.warm_up, service_ns, load, load, Some(room as f64)) {
        return None;
    }
    let wait = Md1kWait::new(load, room as usize);
    let law = Law {
        mean_ns: Some(service_ns * (1.0 + wait.mean_wait())),
        shape: Shape::Shifted {
            shift_ns: service_ns,
            unit_ns: service_ns,
            wait: Wait::Finite(Rc::new(wait.clone())),
        },
    };
    Some(Solved {
        model: "M/D/1/K",
        source: "Brun and Garcia 2000",
        validity: Validity::Exact,
        loss: wait.loss(),
        laws: vec![law; queue.streams.len()],
        each_group: true,
    })
}
