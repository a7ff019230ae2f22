//! `theory.csv` and the quantile functions in `histograms/`: what theory says of the points it knows.

use std::path::Path;

use super::{Table, number, strings};
use crate::experiment::Experiment;
use crate::metric::Metric;
use crate::prediction::{GroupPrediction, predict};
use crate::results::atomic::FileError;
use crate::results::metric::ALL_TASKS;
use crate::runner::Plan;
use crate::scenario::Scenario;

/// The predictions, named like the summary's columns.
pub const THEORY: &str = "theory.csv";

/// The quantile functions. They are as large as a figure needs them, so they stand with the
/// histograms that they are drawn against.
pub const THEORY_QUANTILES: &str = "histograms/theory-quantiles.csv";

/// The metrics that theory can know, in the order of the columns.
const METRICS: [Metric; 8] = [
    Metric::Throughput,
    Metric::LossRatio,
    Metric::SojournMean,
    Metric::SojournP50,
    Metric::SojournP90,
    Metric::SojournP99,
    Metric::SojournP999,
    Metric::Utilization,
];

/// Writes both files, if theory knows some point of `experiment`; equal points are asked once.
///
/// # Errors
/// If a file cannot be written.
pub fn write_theory(
    directory: &Path,
    experiment: &Experiment,
    plan: &Plan,
) -> Result<(), FileError> {
    let known: Vec<Vec<GroupPrediction>> = plan.scenarios.iter().map(|s| predict(s)).collect();
    if known.iter().all(Vec::is_empty) {
        return Ok(());
    }
    let keys = &experiment.sweep_keys;
    let first = strings(["task_group", "model", "server", "source", "validity"]);
    let columns = METRICS.map(|metric| metric.column().to_owned());
    let columns = first.into_iter().chain(columns);
    let mut theory = Table::create(directory.join(THEORY), keys, columns)?;
    let columns = strings(["task_group", "beyond", "sojourn_ns"]);
    let mut quantiles = Table::create(directory.join(THEORY_QUANTILES), keys, columns)?;
    for (point, &number_of) in experiment.points.iter().zip(&plan.scenario_of_point) {
        for prediction in &known[number_of] {
            let name = group_name(&plan.scenarios[number_of], prediction);
            add_theory(&mut theory, &point.values, name, prediction)?;
            add_quantiles(&mut quantiles, &point.values, name, prediction)?;
        }
    }
    theory.finish()?;
    quantiles.finish()
}

fn group_name<'a>(scenario: &'a Scenario, prediction: &GroupPrediction) -> &'a str {
    let name = |group: usize| &*scenario.task_groups[group].name;
    prediction.task_group.map_or(ALL_TASKS, name)
}

fn add_theory(
    table: &mut Table,
    point: &[String],
    name: &str,
    prediction: &GroupPrediction,
) -> Result<(), FileError> {
    let model = &prediction.model;
    let words = [
        name,
        &model.name,
        &model.server,
        &model.source,
        model.validity.name(),
    ];
    let metrics = METRICS.map(|metric| number(prediction.metrics[metric as usize]));
    table.row(point, words.map(str::to_owned).into_iter().chain(metrics))
}

fn add_quantiles(
    table: &mut Table,
    point: &[String],
    name: &str,
    prediction: &GroupPrediction,
) -> Result<(), FileError> {
    for quantile in &prediction.quantiles {
        let numbers = [quantile.beyond, quantile.sojourn_ns].map(|value| number(Some(value)));
        let cells = std::iter::once(name.to_owned()).chain(numbers);
        table.row(point, cells)?;
    }
    Ok(())
}
