//! One number of tasks, simulated as often as it takes to say whether the promises are kept.

use std::sync::Arc;

use crate::measure::Measurements;
use crate::runner;
use crate::scenario::Scenario;
use crate::stats;
use crate::trial::{Trial, TrialError};
use crate::units::SimDuration;

use super::promise::{Metric, Promise};
use super::search::Verdict;

/// Replications after which a probe looks whether there is a verdict; the last is the end. Each
/// look may be wrong once in twenty, so a number right at the edge may be so three times in twenty.
pub const REPLICATIONS: [u32; 3] = [5, 10, 20];

/// Half the width of a histogram's bucket by its value: what a quantile may be off though all
/// replications agree.
const HALF_BUCKET: f64 = 0.0005;

/// Events that may have been missed when none was seen: the upper end of their 95 % interval.
const UNSEEN: f64 = 3.0;

/// What was found out about one number of tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Tasks of each definition.
    pub count: u32,
    /// Replications that were simulated.
    pub replications: u32,
    /// Recorded time of each.
    pub measure: SimDuration,
    /// Packets that were sent in all windows together.
    pub packets: u64,
    /// One per promise: its worst task group.
    pub findings: Vec<Finding>,
}

/// What was found out about one promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The task group that keeps it worst.
    pub group: String,
    /// Mean over replications, in the unit of the metric; infinite where packets that count are
    /// lost in one of them.
    pub value: f64,
    /// Lower end of the one-sided 95 % interval.
    pub low: f64,
    /// Upper end of the one-sided 95 % interval.
    pub high: f64,
    /// Whether it is kept.
    pub verdict: Verdict,
}

impl Probe {
    /// Whether all promises are kept.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.findings.iter().map(|finding| finding.verdict);
        verdicts.max().unwrap_or(Verdict::Kept)
    }
}

/// Simulates `scenario` until there is a verdict, or to the last replication.
///
/// # Errors
/// If a trial fails, which is a defect of the model.
pub(super) fn probe(
    count: u32,
    scenario: &Arc<Scenario>,
    seed: u64,
    promises: &[Promise],
) -> Result<Probe, TrialError> {
    let mut observed: Vec<Observed> = Vec::new();
    for until in REPLICATIONS {
        let done = observed.len() as u32;
        let trials: Vec<Trial> = (done..until)
            .map(|replication| Trial {
                scenario: Arc::clone(scenario),
                seed,
                replication,
            })
            .collect();
        // Measurements are large; what is asked of them is not.
        let ran = runner::map(&trials, |trial| {
            Ok(Observed::new(
                &trial.run()?,
                scenario.task_groups.len(),
                promises,
            ))
        });
        for result in ran {
            observed.push(result?);
        }
        let findings = findings(&observed, scenario, promises);
        let probe = Probe {
            count,
            replications: until,
            measure: scenario.window.measure,
            packets: observed.iter().flat_map(|o| &o.offered).sum(),
            findings,
        };
        let decided = matches!(probe.verdict(), Verdict::Kept | Verdict::Broken);
        if decided || Some(&until) == REPLICATIONS.last() {
            return Ok(probe);
        }
    }
    unreachable!("the last number of replications returns")
}

/// What the promises ask of one replication, by task group.
struct Observed {
    /// Packets sent.
    offered: Vec<u64>,
    /// By promise, then by group; `None` where nothing was sent.
    values: Vec<Vec<Option<f64>>>,
}

impl Observed {
    fn new(measurements: &Measurements, groups: usize, promises: &[Promise]) -> Observed {
        let sum = |group: usize, of: fn(&crate::measure::TaskMeasurements) -> u64| -> u64 {
            let tasks = measurements.tasks.iter().filter(|task| task.group == group);
            tasks.map(of).sum()
        };
        let offered: Vec<u64> = (0..groups)
            .map(|g| sum(g, |task| task.offered_packets))
            .collect();
        let value = |metric, group: usize| {
            let sent = Some(offered[group]).filter(|sent| *sent > 0)?;
            let summary = &measurements.groups[group];
            let histogram = &summary.sojourn_histogram;
            Some(match metric {
                Metric::Loss => sum(group, |task| task.dropped_packets()) as f64 / sent as f64,
                Metric::Mean if histogram.count() == 0 => f64::INFINITY,
                Metric::Mean => summary.sojourn_sum_ps as f64 / histogram.count() as f64 / 1e3,
                Metric::Quantile(q) => {
                    let q_of_delivered = q * sent as f64 / histogram.count() as f64;
                    let some = Some(q_of_delivered).filter(|q| *q <= 1.0);
                    some.and_then(|q| histogram.quantile(q))
                        .unwrap_or(f64::INFINITY)
                }
            })
        };
        let values = promises
            .iter()
            .map(|promise| {
                (0..groups)
                    .map(|group| value(promise.metric, group))
                    .collect()
            })
            .collect();
        Observed { offered, values }
    }
}

/// Of each promise, the group that keeps it worst.
fn findings(observed: &[Observed], scenario: &Scenario, promises: &[Promise]) -> Vec<Finding> {
    let of_group = |number: usize, promise: &Promise, group: usize| {
        let values: Vec<f64> = observed
            .iter()
            .filter_map(|o| o.values[number][group])
            .collect();
        let sent = observed.iter().map(|o| o.offered[group]).sum();
        let (value, low, high) = interval(promise.metric, &values, sent);
        Finding {
            group: scenario.task_groups[group].name.clone(),
            value,
            low,
            high,
            verdict: verdict(promise, &values, (value, low, high)),
        }
    };
    let worst = |(number, promise): (usize, &Promise)| {
        let groups = (0..scenario.task_groups.len()).map(|g| of_group(number, promise, g));
        groups.max_by(|a, b| {
            let by_value = a.value.total_cmp(&b.value);
            a.verdict.cmp(&b.verdict).then(by_value)
        })
    };
    promises.iter().enumerate().filter_map(worst).collect()
}

/// Mean of independent values with the ends of its one-sided 95 % intervals.
fn interval(metric: Metric, values: &[f64], sent: u64) -> (f64, f64, f64) {
    let Some(mean) = stats::mean(values) else {
        return (0.0, 0.0, f64::INFINITY);
    };
    if mean.is_infinite() {
        let low = if values.iter().all(|v| v.is_infinite()) {
            mean
        } else {
            0.0
        };
        return (mean, low, mean);
    }
    let half = stats::one_sided_half_width(values).unwrap_or(f64::INFINITY);
    let (half, unseen) = match metric {
        // No variance among replications without a loss says little of how rare losses are.
        Metric::Loss if mean == 0.0 => (half, UNSEEN / sent as f64),
        Metric::Quantile(_) => (half + mean * HALF_BUCKET, 0.0),
        Metric::Loss | Metric::Mean => (half, 0.0),
    };
    (mean, (mean - half).max(0.0), mean + half.max(unseen))
}

fn verdict(promise: &Promise, values: &[f64], (value, low, high): (f64, f64, f64)) -> Verdict {
    let exact_zero = promise.limit == 0.0 && values.iter().all(|v| *v == 0.0);
    if promise.is_kept_by(high) || exact_zero && values.len() >= REPLICATIONS[2] as usize {
        Verdict::Kept
    } else if !promise.is_kept_by(low) {
        Verdict::Broken
    } else if promise.is_kept_by(value) {
        Verdict::LeansKept
    } else {
        Verdict::LeansBroken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(promise: &str, values: &[f64], sent: u64) -> Verdict {
        let promise: Promise = promise.parse().unwrap();
        verdict(&promise, values, interval(promise.metric, values, sent))
    }

    /// By hand: 1, 2, 3, 4, 5 have mean 3 and s = 1.5811, so the one-sided half width is
    /// t(0.95, 4)·s/√5 = 2.1318 · 0.7071 = 1.5074: 1.4926 to 4.5074.
    #[test]
    fn verdicts_by_the_interval() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        let (mean, low, high) = interval(Metric::Mean, &values, 1);
        assert_eq!(mean, 3.0);
        assert!(
            (low - 1.4926).abs() < 1e-4 && (high - 4.5074).abs() < 1e-4,
            "{low} {high}"
        );
        assert_eq!(judged("mean < 4.6 ns", &values, 1), Verdict::Kept);
        assert_eq!(judged("mean < 4.4 ns", &values, 1), Verdict::LeansKept);
        assert_eq!(judged("mean < 3 ns", &values, 1), Verdict::LeansBroken);
        assert_eq!(judged("mean < 1.4 ns", &values, 1), Verdict::Broken);
    }

    /// All replications in one bucket, 0.1 % wide.
    #[test]
    fn a_quantile_is_as_fine_as_its_histogram() {
        assert_eq!(judged("p99 < 100.04 us", &[1e5; 5], 1), Verdict::LeansKept);
        assert_eq!(judged("p99 < 100.06 us", &[1e5; 5], 1), Verdict::Kept);
        assert_eq!(judged("p99 < 99.94 us", &[1e5; 5], 1), Verdict::Broken);
        assert_eq!(judged("mean < 100.04 us", &[1e5; 5], 1), Verdict::Kept);
    }

    #[test]
    fn lost_packets_are_later_than_any_limit() {
        let infinite = f64::INFINITY;
        assert_eq!(judged("p99 < 1 s", &[infinite; 5], 1), Verdict::Broken);
        assert_eq!(
            judged("p99 < 1 s", &[1.0, 1.0, 1.0, 1.0, infinite], 1),
            Verdict::LeansBroken
        );
        assert_eq!(judged("p99 < 1 s", &[], 0), Verdict::LeansKept);
    }

    /// The rule of three: no loss among n packets leaves up to 3/n open.
    #[test]
    fn no_loss_among_few_packets_proves_little() {
        assert_eq!(judged("loss < 1e-4", &[0.0; 5], 30_001), Verdict::Kept);
        assert_eq!(judged("loss < 1e-4", &[0.0; 5], 29_999), Verdict::LeansKept);
        assert_eq!(judged("loss <= 0", &[0.0; 20], 1_000_000), Verdict::Kept);
        assert_eq!(
            judged("loss <= 0", &[0.0; 5], 1_000_000),
            Verdict::LeansKept
        );
        assert_eq!(
            judged("loss <= 0", &[1e-3, 1e-3, 2e-3, 1e-3, 1e-3], 1),
            Verdict::Broken
        );
    }
}
