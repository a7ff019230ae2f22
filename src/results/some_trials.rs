//! The rows of some trials, as the files of all of them have them.

use std::path::Path;

use super::atomic::FileError;
use super::landing::Landed;
use super::{summary, table};
use crate::experiment::Experiment;
use crate::runner::Job;
use crate::trial::Outcome;

/// Tables with rows that depend on one trial each.
pub const TRIAL_TABLES: [&str; 3] = ["trials.csv", "tasks.csv", "replications.csv"];

/// Writes [`TRIAL_TABLES`] into `directory` with the rows of these trials alone: the position of
/// the sweep point, the trial, and what it gave.
///
/// # Errors
/// If a file cannot be written.
pub fn write_some_trials(
    directory: &Path,
    experiment: &Experiment,
    trials: Vec<(usize, Job, Outcome)>,
) -> Result<(), FileError> {
    let keys = &experiment.sweep_keys;
    let mut rows = table::trials(directory, keys)?;
    let mut tasks = table::tasks(directory, keys)?;
    let mut replications = table::replications(directory, keys)?;
    for (point, job, outcome) in trials {
        let values = &experiment.points[point].values;
        let (scenario, replication) = (&job.trial.scenario, job.trial.replication);
        let landed = Landed::from(outcome);
        table::add_trial(&mut rows, values, replication, &landed)?;
        let Landed::Measured(measurements) = landed else {
            continue;
        };
        table::add_tasks(&mut tasks, values, replication, scenario, &measurements)?;
        let mut summarizer = summary::Summarizer::new(scenario);
        summarizer.add(&measurements);
        for (group, metrics) in summarizer.last_replication() {
            table::add_replication(&mut replications, values, replication, group, metrics)?;
        }
    }
    rows.finish()?;
    tasks.finish()?;
    replications.finish()
}
