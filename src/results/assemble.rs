//! From landed trials to result files: in trial order, whatever the order in which they landed.

use std::collections::BTreeMap;

use super::atomic::FileError;
use super::directory::ResultDirectory;
use super::landing::{Landed, LandingError};
use super::read::GroupReplications;
use super::{effects, histograms, interference, summary, table};
use crate::experiment::Experiment;
use crate::measure::Measurements;
use crate::runner::Plan;
use crate::scenario::Scenario;
use crate::warning::Warning;

/// What the result files say, in short.
#[derive(Debug, Default)]
pub struct Assembled {
    /// Reasons to doubt results, each with how many of which it concerns.
    pub warnings: Vec<String>,
    /// Trials that failed.
    pub failed_trials: usize,
}

/// Writes `trials.csv`, `tasks.csv`, `replications.csv`, `summary.csv` and `histograms/` from the
/// landed trials; `timeline.csv` and `series.csv` if the experiment follows its trials through time,
/// `theory.csv` if theory knows some of its points, `effects.csv` if it sweeps network modes, and
/// `interference.csv` if it asks for that.
///
/// One sweep point is in memory at a time, but for the metrics of each replication.
///
/// # Errors
/// If a trial cannot be read back or a file cannot be written.
///
/// # Panics
/// If a trial of the plan has not landed: the caller runs all of them first.
pub fn assemble(
    directory: &ResultDirectory,
    experiment: &Experiment,
    plan: &Plan,
) -> Result<Assembled, LandingError> {
    let keys = &experiment.sweep_keys;
    let mut trials = table::trials(directory.path(), keys)?;
    let mut tasks = table::tasks(directory.path(), keys)?;
    let mut replications = table::replications(directory.path(), keys)?;
    let mut summaries = table::summary(directory.path(), keys)?;
    let scenarios = plan.scenarios.iter().map(|scenario| &**scenario);
    let mut over_time = table::OverTime::create(directory.path(), keys, scenarios)?;
    let mut doubts = Doubts::default();
    let mut failed_trials = 0;
    let mut replications_of_points = Vec::with_capacity(experiment.points.len());
    for (point, &number) in experiment.points.iter().zip(&plan.scenario_of_point) {
        let scenario = &plan.scenarios[number];
        let mut measured = Vec::new();
        let mut groups: Vec<GroupReplications> = Vec::new();
        let mut summarizer = summary::Summarizer::new(scenario);
        for job in plan.jobs_of(number) {
            let replication = job.trial.replication;
            let landed = directory.landed(job)?;
            let landed = landed.expect("all trials have landed before results are written");
            let warning = table::add_trial(&mut trials, &point.values, replication, &landed)?;
            doubts.note(warning.iter());
            match landed {
                Landed::Measured(mut measurements) => {
                    let values = &point.values;
                    over_time.add(values, scenario, replication, &mut measurements)?;
                    table::add_tasks(&mut tasks, values, replication, scenario, &measurements)?;
                    summarizer.add(&measurements);
                    for (group, metrics) in summarizer.last_replication() {
                        let table = &mut replications;
                        table::add_replication(table, values, replication, group, metrics)?;
                        GroupReplications::add(&mut groups, group, replication, metrics);
                    }
                    measured.push((replication, measurements));
                }
                Landed::Failed(_) => failed_trials += 1,
            }
        }
        let (rows, warnings) = summarizer.finish();
        doubts.note(warnings.iter());
        for row in &rows {
            table::add_summary(&mut summaries, &point.values, row)?;
        }
        over_time.finish_point(&point.values, scenario)?;
        replications_of_points.push(groups);
        write_histograms(directory, experiment, point.index, scenario, &measured)?;
    }
    trials.finish()?;
    tasks.finish()?;
    replications.finish()?;
    summaries.finish()?;
    over_time.finish()?;
    table::write_theory(directory.path(), experiment, plan)?;
    effects::write(directory, experiment, plan, &replications_of_points)?;
    let mut warnings = doubts.into_lines();
    warnings.extend(interference::write(
        directory,
        experiment,
        plan,
        &replications_of_points,
    )?);
    Ok(Assembled {
        warnings,
        failed_trials,
    })
}

fn write_histograms(
    directory: &ResultDirectory,
    experiment: &Experiment,
    point: usize,
    scenario: &Scenario,
    measured: &[(u32, Measurements)],
) -> Result<(), FileError> {
    let values = experiment
        .sweep_keys
        .iter()
        .zip(&experiment.points[point].values);
    let pairs: Vec<String> = values
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    let title = match pairs.is_empty() {
        true => format!("point {point}"),
        false => format!("point {point}: {}", pairs.join(", ")),
    };
    let names = histograms::file_names(point);
    for (name, log) in names
        .iter()
        .zip(histograms::logs(&title, scenario, measured))
    {
        directory.write(name, &log)?;
    }
    Ok(())
}

/// Warnings by kind: how many there are and the first of them.
#[derive(Debug, Default)]
struct Doubts(BTreeMap<&'static str, (usize, String)>);

impl Doubts {
    fn note<'a>(&mut self, warnings: impl Iterator<Item = &'a Warning>) {
        for warning in warnings {
            let kind = match warning {
                Warning::TooFewSamples { .. } => "too few samples",
                Warning::StillQueued { .. } => "still queued",
                Warning::NothingDelivered { .. } => "nothing delivered",
            };
            self.0
                .entry(kind)
                .or_insert_with(|| (0, warning.to_string()))
                .0 += 1;
        }
    }

    fn into_lines(self) -> Vec<String> {
        let line = |(count, first): (usize, String)| match count {
            1 => first,
            _ => format!("{first} (the first of {count} like it)"),
        };
        self.0.into_values().map(line).collect()
    }
}
