//! Poisson tasks with packets of one size, a burst rate far above the baseline and a token bucket.
//!
//! The bucket delays a packet by max(0, W − (B − L)/r), with W its wait in a plain queue of the
//! baseline rate r: an identity. In front of it, the ENI transmits at the burst rate, where a packet
//! waits too; that wait at most adds to the delay, so where its mean is below a thousandth of a
//! packet's time at the baseline it is left out.

use std::rc::Rc;

use super::Validity;
use super::equal_sizes::never_fills;
use super::law::{Law, Shape, Wait};
use super::premises::Sharing;
use super::queue::{LOAD_MAX, Queue, Solved, transmission_ns};
use super::steady::is_steady;
use crate::scenario::TokenBucket;
use crate::theory::md1::Md1;
use crate::theory::token_bucket::mean_delay;

/// What the ENI's mean wait may be, in packet times at the baseline.
const ENI_WAIT_MAX: f64 = 1e-3;

/// Most packets of credit over which the mean delay is integrated.
const PACKETS_MAX: f64 = 100.0;

/// Solves `queue` behind `bucket`, which starts full.
pub(super) fn solve(queue: &Queue<'_>, bucket: TokenBucket) -> Option<Solved> {
    let size = queue.size().filter(|_| queue.is_poisson())?;
    let in_order = queue.sharing != Sharing::TakingTurns;
    let (unit_ns, shift_ns) = (
        transmission_ns(bucket.baseline, size),
        transmission_ns(bucket.burst, size),
    );
    let load = queue.packets_per_s() * unit_ns / 1e9;
    let at_eni = queue.packets_per_s() * shift_ns / 1e9;
    if load > LOAD_MAX || at_eni > LOAD_MAX {
        return None;
    }
    let eni_wait = Md1::new(at_eni).mean_wait() * shift_ns / unit_ns;
    let buffer = bucket.buffer.get() / size.get();
    let never_drops = never_fills(Some(buffer), load) && never_fills(queue.room(size), at_eni);
    let steady = is_steady(queue.warm_up, unit_ns, load, load, None);
    if !in_order || eni_wait > ENI_WAIT_MAX || !never_drops || !steady {
        return None;
    }
    let packets = bucket.credit.get() as f64 / size.get() as f64;
    let wait = Rc::new(Md1::new(load));
    let whole = (packets.fract() == 0.0 && packets <= PACKETS_MAX).then_some(packets as u32);
    let law = Law {
        mean_ns: whole.map(|packets| shift_ns + unit_ns * mean_delay(&wait, packets)),
        shape: Shape::Shifted {
            shift_ns,
            unit_ns,
            wait: Wait::Beyond(wait, packets - 1.0),
        },
    };
    Some(Solved {
        model: "M/D/1 shifted by the bucket",
        source: "Erlang 1909; identity of the token bucket",
        validity: Validity::Limit,
        loss: 0.0,
        laws: vec![law; queue.streams.len()],
        each_group: true,
    })
}
