//! Arrivals with independent gaps of any law.
//!
//! # Model
//! The process is stationary: the first arrival comes after what is left of the gap in progress at
//! a random instant.

use super::rounded;
use crate::engine::random::Stream;
use crate::model::law::UnitSampler;
use crate::scenario::UnitLaw;
use crate::units::{PacketRate, SimDuration, SimTime};

/// A renewal process.
#[derive(Debug)]
pub(super) struct Renewal {
    law: UnitSampler,
    mean_gap_ps: f64,
    gaps: Stream,
}

impl Renewal {
    /// Gaps of `law` with a mean of one over `rate`; and the first arrival.
    pub fn new(law: UnitLaw, rate: PacketRate, mut gaps: Stream) -> (Self, SimTime) {
        let law = UnitSampler::new(law);
        let mean_gap_ps = rate.mean_gap_ps();
        let first = law.draw_rest(&mut gaps) * mean_gap_ps;
        let renewal = Renewal {
            law,
            mean_gap_ps,
            gaps,
        };
        (renewal, SimTime::from_ps(rounded(first)))
    }

    /// The gap to the next arrival.
    // Out of line: the loops over the laws of most packets stay small.
    #[inline(never)]
    pub fn gap(&mut self) -> SimDuration {
        let gap = self.law.draw(&mut self.gaps) * self.mean_gap_ps;
        SimDuration::from_ps(rounded(gap))
    }
}
