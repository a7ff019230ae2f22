//! Which trials are run again.

use crate::engine::random::StreamName;
use rand::RngExt;

/// `count` of the trials of sweep points with so many `replications` each, as pairs of point and
/// replication in their order; all of them if there are no more.
///
/// The trials are cut into `count` parts of equal length, point by point, and one is drawn from
/// each: so the sample is spread over the sweep, and every trial is as likely as any other. The
/// same `seed` draws the same trials.
pub fn sample(replications: &[u32], count: usize, seed: u64) -> Vec<(usize, u32)> {
    let points = replications.iter().enumerate();
    let trials = points.flat_map(|(point, n)| (0..*n).map(move |replication| (point, replication)));
    let trials: Vec<(usize, u32)> = trials.collect();
    let count = count.min(trials.len());
    let name = StreamName {
        seed,
        replication: 0,
        component: "verify",
        index: 0,
        purpose: "sample",
    };
    let mut stream = name.stream();
    let drawn = (0..count).map(|part| {
        let begin = |part: usize| part * trials.len() / count;
        trials[stream.random_range(begin(part)..begin(part + 1))]
    });
    drawn.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_over_the_sweep() {
        let drawn = sample(&[4; 10], 10, 1);
        let points: Vec<usize> = drawn.iter().map(|(point, _)| *point).collect();
        assert!(points.iter().copied().eq(0..10), "{drawn:?}");
        assert_eq!(drawn, sample(&[4; 10], 10, 1));
        assert_ne!(drawn, sample(&[4; 10], 10, 2));
    }

    #[test]
    fn a_sample_larger_than_the_sweep_is_all_of_it() {
        let all: Vec<(usize, u32)> = vec![(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)];
        assert_eq!(sample(&[2, 1, 3], 99, 7), all);
        assert_eq!(sample(&[1], 1, 7), [(0, 0)]);
    }

    /// 0.25 of the trials, a thousand times: each trial comes up 250 times, within 4.5 standard
    /// deviations of √(1000·0.25·0.75).
    #[test]
    fn every_trial_is_as_likely() {
        let mut counts = [0_i32; 12];
        for seed in 0..1000 {
            for (point, replication) in sample(&[4; 3], 3, seed) {
                counts[point * 4 + replication as usize] += 1;
            }
        }
        assert!(counts.iter().all(|n| (n - 250).abs() < 62), "{counts:?}");
    }
}
