//! A packet's way through the instance, instant by instant.

use super::stage::STAGES;
use crate::units::{Bytes, SimDuration, SimTime};

/// A packet that reaches its receiver: when it left each stage and entered the next.
///
/// The stages of [`STAGES`] lie between neighbouring instants, so the times spent in them add up
/// to the sojourn time by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Number of the sending task, over all groups.
    pub task: u32,
    /// Bytes on the wire.
    pub size: Bytes,
    /// The task sends it.
    pub arrived: SimTime,
    /// A core of the host stack begins to serve it.
    pub service_begun: SimTime,
    /// The core is done; it is at its ENI.
    pub served: SimTime,
    /// Its first bit leaves the ENI.
    pub transmission_begun: SimTime,
    /// Its last bit has left the ENI.
    pub transmitted: SimTime,
    /// The allowance lets it pass.
    pub released: SimTime,
    /// It reaches the receiver.
    pub delivered: SimTime,
}

impl Passage {
    /// Time from arrival to delivery.
    #[inline(always)]
    pub fn sojourn(&self) -> SimDuration {
        between(self.arrived, self.delivered)
    }

    /// Time spent in each stage, in the order of [`STAGES`].
    #[inline(always)]
    pub fn stages(&self) -> [SimDuration; STAGES.len()] {
        [
            between(self.arrived, self.service_begun),
            between(self.service_begun, self.served),
            SimDuration::ZERO,
            between(self.served, self.transmission_begun),
            SimDuration::ZERO,
            between(self.transmission_begun, self.transmitted),
            between(self.transmitted, self.released),
            between(self.released, self.delivered),
        ]
    }

    /// Whether it had to wait for the allowance's credit.
    #[inline]
    pub fn waited_for_credit(&self) -> bool {
        self.released > self.transmitted
    }
}

/// The span from `earlier` to `later`: a plain difference, because the instants of a passage follow
/// each other by construction, and six comparisons per packet are a tenth of what it costs.
#[inline(always)]
fn between(earlier: SimTime, later: SimTime) -> SimDuration {
    SimDuration::from_ps(later.as_ps() - earlier.as_ps())
}
