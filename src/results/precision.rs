//! Whether a sweep point has replications enough.

use std::collections::BTreeMap;

use super::metric::{ALL_TASKS, Metric};
use super::summary;
use crate::experiment::{Experiment, HalfWidth, Precision};
use crate::measure::Measurements;
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
    replications: BTreeMap<u32, Option<Vec<Option<f64>>>>,
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
    /// Mean over these, in the metric's unit; `None` if none of them defines it.
    pub value: Option<f64>,
    /// Half width of its interval; `None` unless all of them define it.
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
        })
    }

    /// Takes note of a replication; without measurements if it failed.
    pub fn note(&mut self, replication: u32, measurements: Option<&Measurements>) {
        let values = measurements.map(|measurements| {
            let rows = summary::metrics(measurements);
            let value = |(_, row, metric): &(String, usize, Metric)| rows[*row][*metric as usize];
            self.asked.iter().map(value).collect()
        });
        self.replications.insert(replication, values);
    }

    /// How the scenario stands after the replications noted so far, the first ones without a gap.
    pub fn progress(&self) -> Progress {
        let done = (0..).zip(self.replications.keys());
        let done = done.take_while(|(number, found)| number == *found).count() as u32;
        let is_precise = |n: u32| self.known(n).iter().all(Known::is_precise);
        self.stopping.progress(done, is_precise)
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
        let measured: Vec<&Vec<Option<f64>>> = self
            .replications
            .range(..n)
            .filter_map(|(_, values)| values.as_ref())
            .collect();
        let asked = self.asked.iter().enumerate();
        let known = asked.map(|(place, (task_group, _, metric))| {
            let values: Vec<f64> = measured.iter().filter_map(|values| values[place]).collect();
            let value = stats::mean(&values);
            let everywhere = values.len() == measured.len();
            let confidence = self.precision.confidence;
            Known {
                task_group: task_group.clone(),
                metric: *metric,
                replications: measured.len() as u32,
                value,
                half_width: everywhere
                    .then(|| stats::half_width_at(&values, confidence))
                    .flatten(),
                target: value.map(|value| self.precision.half_width.around(value)),
            }
        });
        known.collect()
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
