//! What a trial measures: counters, histograms, time spent by stage, and accounts that must
//! balance.
//!
//! A [`Recorder`] listens while packets come and go; [`Recorder::finish`] turns what it heard into
//! [`Measurements`], plain data. It knows packets only as (task, size, times), and no model.
//!
//! # Windows
//! A packet belongs to the measurement window if it *arrives* in it: counters, loss and sojourn
//! times are those of these packets, whenever they leave. Throughput and utilization are taken
//! over the window itself: what is delivered, or transmitted, between its start and its end,
//! whenever it arrived.

mod bucket;
mod counts;
mod events;
mod fingerprint;
mod flow;
mod histogram;
mod live;
mod measurements;
mod parts;
mod passage;
mod recorder;
mod stage;
mod task;
mod throughput;
mod timeline;

pub use counts::Counts;
pub use fingerprint::Fingerprint;
pub use flow::{FlowCount, FlowDirection, FlowMeter};
pub use histogram::{Histogram, HistogramError, PackedHistogram};
pub use live::{Inside, LiveRecorder, StageTimes};
pub use measurements::{
    GroupMeasurements, IntervalMeasurements, Measurements, Sojourn, TaskMeasurements,
};
pub use parts::{HALVES, PartSums};
pub use passage::Passage;
pub use recorder::Recorder;
pub use stage::{DropCause, EnaCounter, STAGES, Stage};
pub use timeline::{StopReason, TaskState, Transition};

/// Jain's fairness index (Σx)²/(n·Σx²): 1 if all shares are equal, 1/n if one has everything.
///
/// `None` without shares, or if all are zero. Source: Jain, Chiu and Hawe 1984.
pub fn jain_index(shares: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for share in shares {
        n += 1.0;
        sum += share;
        squares += share * share;
    }
    (squares > 0.0).then(|| sum * sum / (n * squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: exact fractions.
    #[test]
    fn jain_index_of_known_shares() {
        let close = |a: Option<f64>, b: f64| (a.unwrap() - b).abs() < 1e-12;
        assert!(close(jain_index([9.0, 1.0]), 100.0 / 164.0));
        assert!(close(jain_index((1..=10).map(f64::from)), 3025.0 / 3850.0));
        assert!(close(jain_index([2.0, 2.0, 0.0, 0.0]), 0.5));
        assert_eq!(jain_index([]), None);
        assert_eq!(jain_index([0.0, 0.0]), None);
    }
}
