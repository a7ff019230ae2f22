//! Time spent by stage, added up as the packet goes.

use crate::measure::stage::{STAGES, Stage};
use crate::units::SimDuration;

/// Time spent in each stage; their sum is the sojourn time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes([SimDuration; STAGES.len()]);

impl StageTimes {
    /// Adds `span` to the time spent in `stage`.
    #[inline]
    pub fn add(&mut self, stage: Stage, span: SimDuration) {
        self.0[stage as usize] += span;
    }

    /// Time spent in `stage`.
    pub fn get(&self, stage: Stage) -> SimDuration {
        self.0[stage as usize]
    }

    /// Time spent in all stages.
    pub fn total(&self) -> SimDuration {
        self.0
            .iter()
            .fold(SimDuration::ZERO, |sum, span| sum + *span)
    }
}
