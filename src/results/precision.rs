//! Whether a sweep point has replications enough.

use std::collections::BTreeMap;

use super::metric::{ALL_TASKS, Metric};
use super::quantiles::QUANTILES;
use super::{summary, woodruff};
use crate::experiment::{Experiment, HalfWidth, Precision};
use crate::measure::{Histogram, Measurements, PackedHistogram};
use crate::metric::Quantity;
use crate::scenario::Scenario;
use crate::stats;
use crate::stats::sequential::{Progress, Stopping, replications_needed};
use crate::warning::Warning;

/// When the points of `experiment` have replications enough, if it asks for a precision.
pub fn stopping(experiment: &Experiment) -> Option<Stopping> {
    let precision = experiment.precision.as_ref()?;
    Some(Stopping {
        minimum: experiment.replications,
        maximum: precision.max_replications,
    })
}

/// Judges the replications of one scenario.
#[derive(Debug)]
pub struct Judge {
    precision: Precision,
    stopping: Stopping,
    /// What is asked: name and position of a task group, all of them last, and a metric.
    asked: Vec<(String, usize, Metric)>,
    /// By replication, in the order of `asked`; `None` of a trial that failed.
    replications: BTreeMap<u32, Option<Vec<Noted>>>,
    /// Whether the first replications, so many, were precise enough.
    checked: BTreeMap<u32, bool>,
}

/// What a replication tells of something asked.
#[derive(Clone, Debug)]
struct Noted {
    /// The metric of this replication alone.
    value: Option<f64>,
    /// The sojourn times, if the metric is a quantile of them.
    sojourn: Option<PackedHistogram>,
}

/// Which quantile `metric` is, if it is one.
fn quantile_of(metric: Metric) -> Option<f64> {
    let found = QUANTILES.into_iter().find(|(known, _)| *known == metric);
    found.map(|(_, quantile)| quantile)
}

/// How precisely something asked is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Name of the task group; [`ALL_TASKS`] for all tasks together.
    pub task_group: String,
    /// What was asked.
    pub metric: Metric,
    /// Replications that were measured.
    pub replications: u32,
    /// Mean over these, or quantile of all their packets, in the metric's unit; `None` if none of
    /// them defines it.
    pub value: Option<f64>,
    /// Half width of its interval; `None` unless all of them define it, or if they cannot tell where
    /// that of a quantile ends.
    pub half_width: Option<f64>,
    /// The largest half width that is precise enough.
    pub target: Option<f64>,
}

impl Known {
    /// Whether it is known precisely enough. What no replication defines is: there is nothing to
    /// know.
    pub fn is_precise(&self) -> bool {
        match (self.half_width, self.target) {
            (Some(half_width), Some(target)) => half_width <= target,
            _ => self.value.is_none(),
        }
    }

    /// Replications that would about make it so.
    pub fn needed(&self) -> Option<u64> {
        replications_needed(self.replications, self.half_width?, self.target?)
    }
}

impl Judge {
    /// For the replications of `scenario`; `None` if `experiment` asks for no precision.
    pub fn new(experiment: &Experiment, scenario: &Scenario) -> Option<Judge> {
        let precision = experiment.precision.as_ref()?;
        let names = scenario.task_groups.iter().map(|group| group.name.as_str());
        let rows = names.chain([ALL_TASKS]).enumerate();
        let rows = rows.filter(|(_, name)| precision.is_about(name));
        let asked = rows.flat_map(|(row, name)| {
            let metrics = precision.metrics.iter();
            metrics.map(move |metric| (name.to_owned(), row, *metric))
        });
        Some(Judge {
            asked: asked.collect(),
            precision: precision.clone(),
            stopping: stopping(experiment)?,
            replications: BTreeMap::new(),
            checked: BTreeMap::new(),
        })
    }

    /// Takes note of a replication; without measurements if it failed.
    pub fn note(&mut self, replication: u32, measurements: Option<&Measurements>) {
        let noted = measurements.map(|measurements| {
            let rows = summary::rows(measurements);
            let note = |(_, row, metric): &(String, usize, Metric)| {
                let (metrics, sojourn) = &rows[*row];
                Noted {
                    value: metrics[*metric as usize],
                    sojourn: quantile_of(*metric).map(|_| sojourn.packed()),
                }
            };
            self.asked.iter().map(note).collect()
        });
        self.replications.insert(replication, noted);
    }

    /// How the scenario stands after the replications noted so far, the first ones without a gap.
    pub fn progress(&mut self) -> Progress {
        let done = (0..).zip(self.replications.keys());
        let done = done.take_while(|(number, found)| number == *found).count() as u32;
        // What was seen at a check does not change with what comes later.
        let mut checked = std::mem::take(&mut self.checked);
        let is_precise = |n: u32| {
            let now = || self.known(n).iter().all(Known::is_precise);
            *checked.entry(n).or_insert_with(now)
        };
        let progress = self.stopping.progress(done, is_precise);
        self.checked = checked;
        progress
    }

    /// What there is to say of something that is not known precisely enough.
    pub fn warning(&self, known: &Known) -> Warning {
        let (relative, target) = match self.precision.half_width {
            HalfWidth::Relative(part) => (true, percent(part)),
            HalfWidth::Absolute(half_width) => (false, in_words(known.metric, half_width)),
        };
        let half_width = known.half_width.map(|half_width| match known.value {
            Some(value) if relative && value != 0.0 => percent(half_width / value.abs()),
            _ => in_words(known.metric, half_width),
        });
        Warning::NotPrecise {
            group: known.task_group.clone(),
            metric: known.metric.key(),
            replications: known.replications,
            half_width,
            target,
            needed: known.needed(),
        }
    }

    /// How precisely everything asked is known from the first `n` replications.
    pub fn known(&self, n: u32) -> Vec<Known> {
        let measured: Vec<&Vec<Noted>> = self
            .replications
            .range(..n)
            .filter_map(|(_, noted)| noted.as_ref())
            .collect();
        let asked = self.asked.iter().enumerate();
        let known = asked.map(|(place, (task_group, _, metric))| {
            let noted: Vec<&Noted> = measured.iter().map(|noted| &noted[place]).collect();
            let (value, half_width) = match quantile_of(*metric) {
                Some(quantile) => self.quantile(&noted, quantile),
                None => self.mean(&noted),
            };
            Known {
                task_group: task_group.clone(),
                metric: *metric,
                replications: measured.len() as u32,
                value,
                half_width,
                target: value.map(|value| self.precision.half_width.around(value)),
            }
        });
        known.collect()
    }

    /// The mean over replications and its half width.
    fn mean(&self, noted: &[&Noted]) -> (Option<f64>, Option<f64>) {
        let values: Vec<f64> = noted.iter().filter_map(|noted| noted.value).collect();
        let half_width = (values.len() == noted.len())
            .then(|| stats::half_width_at(&values, self.precision.confidence));
        (stats::mean(&values), half_width.flatten())
    }

    /// A quantile of all packets and half of the length of its interval.
    fn quantile(&self, noted: &[&Noted], quantile: f64) -> (Option<f64>, Option<f64>) {
        let packed = noted.iter().filter_map(|noted| noted.sojourn.as_ref());
        let mut merged = Histogram::new();
        for replication in packed.clone() {
            merged.merge(&replication.unpack());
        }
        let confidence = self.precision.confidence;
        let [interval] = woodruff::intervals(&merged, packed, [quantile], confidence);
        let half_width = interval.map(|(low, high)| (high - low) / 2.0);
        (merged.quantile(quantile), half_width)
    }
}

/// A part of one in percent, to three digits.
fn percent(part: f64) -> String {
    format!("{} %", three_digits(part * 100.0))
}

/// A value of `metric` with its unit, to three digits.
fn in_words(metric: Metric, value: f64) -> String {
    let value = three_digits(value);
    match metric.quantity() {
        Quantity::Nanoseconds => format!("{value} ns"),
        Quantity::BitsPerSecond => format!("{value} bit/s"),
        Quantity::Ratio => value,
    }
}

fn three_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Summarizer;
    use crate::trial::Trial;

    const FILE: &str = r#"
question = "?"
replications = 4
measure = "20 ms"
precision = { metric = ["p50", "p90", "mean"], half-width = "5 %" }
[instance]
egress = "1 Gbit/s"
[network]
mode = "bridge"
[[task]]
name = "a"
traffic = { arrivals = "poisson", rate = "700 Mbit/s", packet-size = "1250 B" }
[[task]]
name = "b"
traffic = { arrivals = "poisson", rate = "100 Mbit/s", packet-size = "1250 B" }
"#;

    /// Oracle: the summary of the same replications, for values and half widths alike; and what was
    /// precise enough at a check is so when more replications are there.
    #[test]
    fn a_precision_is_that_of_the_summary() {
        let experiment = Experiment::parse("x.toml", FILE).unwrap_or_else(|e| panic!("{e}"));
        let scenario = &experiment.points[0].scenario;
        let mut judge = Judge::new(&experiment, scenario).unwrap();
        let mut summarizer = Summarizer::new(scenario);
        assert_eq!(judge.progress(), Progress::Goes(4));
        for replication in 0..4 {
            let scenario = scenario.clone();
            let trial = Trial {
                scenario,
                seed: 1,
                replication,
            };
            let measurements = trial.run().unwrap();
            summarizer.add(&measurements);
            judge.note(replication, Some(&measurements));
        }
        let summary = summarizer.finish().rows;
        let known = judge.known(4);
        assert_eq!(known.len(), 6);
        for known in known {
            let row = summary
                .iter()
                .find(|row| row.task_group == known.task_group);
            let estimate = row.unwrap().get(known.metric).unwrap();
            let near =
                |found: Option<f64>, expected: f64| (found.unwrap() / expected - 1.0).abs() < 1e-3;
            assert!(near(known.value, estimate.value), "{known:?} {estimate:?}");
            assert_eq!(known.half_width, estimate.half_width, "{known:?}");
        }
        assert_eq!(judge.progress(), Progress::Goes(5));
        assert_eq!(judge.checked.len(), 1);
    }
}
