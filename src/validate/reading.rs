//! What cases read from the measurements of a replication.

use super::case::Part;
use crate::measure::{Histogram, Measurements, Stage, TaskMeasurements};

/// No packet at all.
const NOTHING: Part = Part {
    sum: 0.0,
    weight: 0.0,
};

/// Mean time of the packets of the selected tasks in `stages` together \[µs\].
pub(super) fn stage_us(
    measurements: &Measurements,
    stages: &[Stage],
    of: impl Fn(&TaskMeasurements) -> bool,
) -> Part {
    let tasks = measurements.tasks.iter().filter(|task| of(task));
    let mut part = NOTHING;
    for task in tasks {
        let Some(means) = task.stage_mean_ns else {
            continue;
        };
        let mean_ns: f64 = stages.iter().map(|stage| means[*stage as usize]).sum();
        part.sum += mean_ns / 1e3 * task.delivered_packets as f64;
        part.weight += task.delivered_packets as f64;
    }
    part
}

/// Mean wait at the ENI of all packets \[µs\].
pub(super) fn eni_wait_us(measurements: &Measurements) -> Part {
    stage_us(measurements, &[Stage::EniWait], |_| true)
}

/// Mean sojourn of all packets \[µs\].
pub(super) fn sojourn_us(measurements: &Measurements) -> Part {
    Part {
        sum: sojourn_ps(measurements) as f64 / 1e6,
        weight: delivered(measurements) as f64,
    }
}

/// Sum of the sojourns of all packets \[ps\].
pub(super) fn sojourn_ps(measurements: &Measurements) -> u128 {
    let groups = measurements.groups.iter();
    groups.map(|group| group.sojourn_sum_ps).sum()
}

/// Packets that were delivered.
pub(super) fn delivered(measurements: &Measurements) -> u64 {
    measurements.tasks.iter().map(|t| t.delivered_packets).sum()
}

/// Packets that were sent.
pub(super) fn offered(measurements: &Measurements) -> u64 {
    measurements.tasks.iter().map(|t| t.offered_packets).sum()
}

/// Packets that were lost.
pub(super) fn dropped(measurements: &Measurements) -> u64 {
    let tasks = measurements.tasks.iter();
    tasks.map(TaskMeasurements::dropped_packets).sum()
}

/// The lost part of all packets.
pub(super) fn loss(measurements: &Measurements) -> Part {
    Part {
        sum: dropped(measurements) as f64,
        weight: offered(measurements) as f64,
    }
}

/// The part of the delivered packets, of all groups, whose sojourn is longer than `us`.
pub(super) fn beyond_us(measurements: &Measurements, us: f64) -> Part {
    let groups = 0..measurements.groups.len();
    let parts = groups.map(|group| group_beyond_us(measurements, group, us));
    parts.fold(NOTHING, |sum, part| Part {
        sum: sum.sum + part.sum,
        weight: sum.weight + part.weight,
    })
}

/// The same of one group.
pub(super) fn group_beyond_us(measurements: &Measurements, group: usize, us: f64) -> Part {
    let histogram = &measurements.groups[group].sojourn_histogram;
    Part {
        sum: count_beyond(histogram, us * 1e3),
        weight: histogram.count() as f64,
    }
}

/// The number of the recorded values above `limit`. The bucket in which it lies is taken to be
/// filled evenly; values were rounded to whole numbers.
fn count_beyond(histogram: &Histogram, limit: f64) -> f64 {
    let hdr = histogram.to_hdr();
    let beyond = hdr.iter_recorded().map(|bucket| {
        let low = hdr.lowest_equivalent(bucket.value_iterated_to()) as f64 - 0.5;
        let high = hdr.highest_equivalent(bucket.value_iterated_to()) as f64 + 0.5;
        let share = ((high - limit) / (high - low)).clamp(0.0, 1.0);
        share * bucket.count_at_value() as f64
    });
    beyond.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: values 0…8 and 100_000 (in a bucket of 64, 99 968 to 100 031).
    #[test]
    fn the_number_beyond_a_limit_interpolates_in_a_bucket() {
        let mut histogram = Histogram::new();
        (0..9).for_each(|value| histogram.record(value));
        histogram.record(100_000);
        assert_eq!(count_beyond(&histogram, 3.5), 6.0);
        assert_eq!(count_beyond(&histogram, 99_999.5), 0.5);
        assert_eq!(count_beyond(&histogram, 200_000.0), 0.0);
    }
}
