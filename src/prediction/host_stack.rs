//! Poisson tasks with packets of one size that cross one core of host stack and then a link.
//!
//! Where packets take the same time at each of two stations, all their waiting together is that in
//! the slower one alone (Friedman, *Operations Research* 13, 1965). So it is M/D/1 at the slower
//! station, and the transmission time of the other on top.

use std::rc::Rc;

use super::Validity;
use super::equal_sizes::never_fills;
use super::law::{Law, Shape, Wait};
use super::premises::Sharing;
use super::queue::{Link, Queue, Solved, transmission_ns};
use super::steady::is_steady;
use crate::scenario::{HostStack, Steering};
use crate::theory::md1::Md1;

/// Solves `queue` behind its host stack.
pub(super) fn solve(queue: &Queue<'_>) -> Option<Solved> {
    let stack = queue.host_stack.filter(|stack| is_one_core(queue, stack))?;
    let size = queue.size().filter(|_| queue.is_poisson())?;
    let in_order = matches!(queue.sharing, Sharing::OneRoom | Sharing::InOrder);
    let Link::Plain(rate) = queue.link().filter(|_| in_order)? else {
        return None;
    };
    let work_ps = stack.per_packet.as_ps() + stack.per_byte.as_ps() * size.get();
    let (work_ns, link_ns) = (work_ps as f64 / 1e3, transmission_ns(rate, size));
    let unit_ns = work_ns.max(link_ns);
    let load = queue.packets_per_s() * unit_ns / 1e9;
    // No more packets wait at the ENI than would if all waiting were there.
    let backlog = stack.capacity.map(|packets| u64::from(packets.get()));
    let no_loss = never_fills(queue.room(size), load) && never_fills(backlog, load);
    if !no_loss || !is_steady(queue.warm_up, unit_ns, load, load, None) {
        return None;
    }
    let wait = Md1::new(load);
    let law = Law {
        mean_ns: Some(work_ns + link_ns + unit_ns * wait.mean_wait()),
        shape: Shape::Shifted {
            shift_ns: work_ns + link_ns,
            unit_ns,
            wait: Wait::Unlimited(Rc::new(wait)),
        },
    };
    Some(Solved {
        model: "M/D/1",
        source: "Erlang 1909; Friedman 1965",
        validity: Validity::Exact,
        loss: 0.0,
        laws: vec![law; queue.streams.len()],
        each_group: true,
    })
}

/// Whether every packet takes the same time on the one core there is.
fn is_one_core(queue: &Queue<'_>, stack: &HostStack) -> bool {
    let mut connections = queue.streams.iter().map(|s| s.traffic.connections);
    let opening_is_free = stack.per_connection.is_zero() || connections.all(|c| c.is_none());
    stack.cores.get() == 1
        && stack.steering != Steering::PerTask
        && stack.latency.is_zero()
        && opening_is_free
}
