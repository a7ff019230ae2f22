//! Quantile curves from histograms, on a grid of twenty quantiles per nine.

use hdrhistogram::Histogram;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Arrangement;
use crate::plot::figure::Sample;
use crate::results::read::{ALL_TASKS, GroupHistograms, HistogramKind, ReadError, Results};

/// Quantiles per nine.
const STEPS_PER_NINE: u32 = 20;
/// A quantile is shown while at least this many samples lie beyond it.
const BEYOND_MIN: f64 = 10.0;
/// With fewer than this beyond it, a quantile is shown as doubtful: as many as the tables ask for.
const BEYOND_ENOUGH: f64 = 100.0;

/// The quantiles of one series in one task group: `x` in nines, `y` in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plot) struct Curve {
    /// Position among the series.
    pub(super) series: usize,
    /// Position among the shown places.
    pub(super) slot: usize,
    /// Position among the task groups.
    pub(super) group: usize,
    /// Ascending.
    pub(super) samples: Vec<Sample>,
}

/// Reads the quantile curves of every shown place, series and task group; empty if the directory
/// holds no histograms.
pub(in crate::plot) fn curves(
    results: &Results,
    arrangement: &Arrangement,
) -> Result<Vec<Curve>, ReadError> {
    let mut curves = Vec::new();
    for (slot, place) in arrangement.slots().iter().enumerate() {
        for series in 0..arrangement.series.len() {
            let Some(point) = arrangement.point(series, place.place, place.facet) else {
                continue;
            };
            let Some(histograms) = results.histograms(point, HistogramKind::Latency)? else {
                continue;
            };
            for (group, name) in arrangement.groups.iter().enumerate() {
                let samples = of_group(&histograms, name).map(|g| quantiles(&g));
                if let Some(samples) = samples.filter(|samples| !samples.is_empty()) {
                    curves.push(Curve {
                        series,
                        slot,
                        group,
                        samples,
                    });
                }
            }
        }
    }
    Ok(curves)
}

/// The histograms of the task group `name`; those of all tasks are merged from the groups'.
pub(super) fn of_group(histograms: &[GroupHistograms], name: &str) -> Option<GroupHistograms> {
    let found = histograms.iter().find(|group| group.task_group == name);
    if let Some(group) = found {
        return Some(group.clone());
    }
    if name != ALL_TASKS {
        return None;
    }
    let replications = histograms.iter().map(|g| g.replications.len()).max()?;
    let merged = (0..replications).map(|r| {
        let of_replication = histograms
            .iter()
            .filter_map(|g| g.replications.get(r).cloned());
        let group = GroupHistograms {
            task_group: String::new(),
            replications: of_replication.collect(),
        };
        group.merged()
    });
    Some(GroupHistograms {
        task_group: ALL_TASKS.to_owned(),
        replications: merged.collect(),
    })
}

/// Quantiles of all replications together, with a 95 % interval from the single ones.
fn quantiles(group: &GroupHistograms) -> Vec<Sample> {
    let merged = group.merged();
    if merged.is_empty() {
        return Vec::new();
    }
    let mut samples = Vec::new();
    for step in 0.. {
        let nines = f64::from(step) / f64::from(STEPS_PER_NINE);
        let beyond = 10f64.powf(-nines);
        // The first quantile is the smallest value and is always known.
        if step > 0 && beyond * (merged.len() as f64) < BEYOND_MIN {
            break;
        }
        let at = |histogram: &Histogram<u64>| histogram.value_at_quantile(1.0 - beyond) as f64;
        let single = group
            .replications
            .iter()
            .filter(|r| r.len() as f64 * beyond >= 1.0);
        let single: Vec<f64> = single.map(at).collect();
        let y = at(&merged);
        let half_width = half_width(&single).filter(|_| single.len() == group.replications.len());
        samples.push(Sample {
            x: nines,
            y,
            band: half_width.map(|half| (y - half, y + half)),
            doubtful: step > 0 && beyond * (merged.len() as f64) < BEYOND_ENOUGH - 1e-6,
        });
    }
    samples
}

/// Half width of the 95 % interval of the mean of `values`; `None` of fewer than two.
fn half_width(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let law = StudentsT::new(0.0, 1.0, n - 1.0).expect("there is a degree of freedom");
    Some(law.inverse_cdf(0.975) * (variance / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(replications: &[std::ops::RangeInclusive<u64>]) -> GroupHistograms {
        let histogram = |values: &std::ops::RangeInclusive<u64>| {
            let mut histogram = Histogram::<u64>::new(3).unwrap();
            for value in values.clone() {
                histogram.record(value).unwrap();
            }
            histogram
        };
        GroupHistograms {
            task_group: "a".to_owned(),
            replications: replications.iter().map(histogram).collect(),
        }
    }

    #[test]
    fn a_curve_stops_while_ten_samples_lie_beyond() {
        let samples = quantiles(&group(&[1..=500, 501..=1000]));
        let last = samples.last().unwrap();
        // 1000 samples leave ten beyond at two nines, p99.
        assert!((last.x - 2.0).abs() < 1e-9);
        assert!((last.y - 990.0).abs() <= 1.0);
        // And a hundred at one nine.
        let doubtful = samples.iter().find(|s| s.doubtful).unwrap();
        assert!((doubtful.x - 1.05).abs() < 1e-9, "{doubtful:?}");
        let p90 = samples.iter().find(|s| (s.x - 1.0).abs() < 1e-9).unwrap();
        assert!((p90.y - 900.0).abs() <= 1.0);
    }

    /// Oracle: of two values the half width is t₀.₉₇₅(1) |a − b| / 2, with t = 12.706 205.
    #[test]
    fn the_interval_is_students() {
        let half = half_width(&[10.0, 12.0]).unwrap();
        assert!((half - 12.706_205).abs() < 1e-4, "{half}");
        assert_eq!(half_width(&[10.0]), None);
    }

    #[test]
    fn all_tasks_are_merged_from_the_groups_by_replication() {
        let mut second = group(&[11..=20, 1..=5]);
        second.task_group = "b".to_owned();
        let all = of_group(&[group(&[1..=10, 1..=5]), second], ALL_TASKS).unwrap();
        assert_eq!(all.replications.len(), 2);
        assert_eq!(all.replications[0].len(), 20);
        assert!(of_group(&[], ALL_TASKS).is_none());
    }
}
