//! From landed trials to result files: in trial order, whatever the order in which they landed.

use std::collections::BTreeMap;
use std::path::Path;

use super::atomic::FileError;
use super::directory::ResultDirectory;
use super::drift::Halves;
use super::landing::{Landed, LandingError};
use super::precision::{Judge, Known};
use super::read::GroupReplications;
use super::table::{self, Table};
use super::{effects, histograms, interference, summary};
use crate::experiment::{Experiment, WarmUp};
use crate::measure::Measurements;
use crate::runner::Plan;
use crate::scenario::Scenario;
use crate::stats::sequential::Progress;
use crate::warning::Warning;

/// What the result files say, in short.
#[derive(Debug, Default)]
pub struct Assembled {
    /// Reasons to doubt results, each with how many of which it concerns.
    pub warnings: Vec<String>,
    /// Trials that failed, those of groups alone among them.
    pub failed_trials: usize,
    /// Points that are not as precise as was asked for.
    pub not_reached: Vec<String>,
}

/// Writes `trials.csv`, `tasks.csv`, `replications.csv`, `summary.csv`, `quantiles.csv`,
/// `warnings.csv` and `histograms/` from the landed trials; `timeline.csv` and `series.csv` if the
/// experiment follows its trials through time, `theory.csv` if theory knows some of its points,
/// `precision.csv` if that was asked for, `effects.csv` if it sweeps network modes, and
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
    let mut files = Files::create(directory.path(), experiment, plan)?;
    let mut doubts = Doubts::create(directory.path(), experiment)?;
    let mut failed_trials = 0;
    let mut replications_of_points = Vec::with_capacity(experiment.points.len());
    let mut not_reached = Vec::new();
    for (point, &number) in experiment.points.iter().zip(&plan.scenario_of_point) {
        let scenario = &plan.scenarios[number];
        let values = &point.values;
        let mut open = OpenPoint::new(experiment, scenario);
        for job in plan.jobs_of(number) {
            let landed = directory.landed(job)?;
            let landed = landed.expect("all trials have landed before results are written");
            let replication = job.trial.replication;
            let warning = table::add_trial(&mut files.trials, values, replication, &landed)?;
            doubts.note(values, Some(replication), warning.iter())?;
            files.add_trial(&mut open, values, scenario, replication, landed)?;
        }
        write_histograms(directory, experiment, point.index, scenario, &open.measured)?;
        failed_trials += open.failed_trials;
        replications_of_points.push(std::mem::take(&mut open.replications));
        let count = plan.jobs_of(number).len();
        if !files.finish_point(open, values, scenario, count, &mut doubts)? {
            not_reached.push(title(experiment, point.index));
        }
    }
    files.finish()?;
    table::write_theory(directory.path(), experiment, plan)?;
    effects::write(directory, experiment, plan, &replications_of_points)?;
    let alone = interference::write(directory, experiment, plan, &replications_of_points)?;
    failed_trials += alone.failed_trials;
    for (kind, message) in alone.doubts {
        doubts.note_general(experiment, kind, message)?;
    }
    let warnings = doubts.finish()?;
    Ok(Assembled {
        warnings,
        failed_trials,
        not_reached,
    })
}

/// The tables that are written point by point.
struct Files {
    trials: Table,
    tasks: Table,
    replications: Table,
    summary: Table,
    quantiles: Table,
    over_time: table::OverTime,
    precision: Option<Table>,
}

/// What is gathered of a point before its rows can be written.
struct OpenPoint {
    measured: Vec<(u32, Measurements)>,
    replications: Vec<GroupReplications>,
    summarizer: summary::Summarizer,
    judge: Option<Judge>,
    halves: Halves,
    warm_up: WarmUp,
    failed_trials: usize,
}

impl OpenPoint {
    fn new(experiment: &Experiment, scenario: &Scenario) -> Self {
        OpenPoint {
            measured: Vec::new(),
            replications: Vec::new(),
            summarizer: summary::Summarizer::new(scenario),
            judge: Judge::new(experiment, scenario),
            halves: Halves::new(scenario),
            warm_up: experiment.warm_up,
            failed_trials: 0,
        }
    }
}

impl Files {
    fn create(directory: &Path, experiment: &Experiment, plan: &Plan) -> Result<Self, FileError> {
        let keys = &experiment.sweep_keys;
        let scenarios = plan.scenarios.iter().map(|scenario| &**scenario);
        Ok(Files {
            trials: table::trials(directory, keys)?,
            tasks: table::tasks(directory, keys)?,
            replications: table::replications(directory, keys)?,
            summary: table::summary(directory, keys)?,
            quantiles: table::quantiles(directory, keys)?,
            over_time: table::OverTime::create(directory, keys, scenarios)?,
            precision: match experiment.precision {
                Some(_) => Some(table::precision(directory, keys)?),
                None => None,
            },
        })
    }

    /// Adds what a trial of the point `open` gave, but for its row in `trials.csv`.
    fn add_trial(
        &mut self,
        open: &mut OpenPoint,
        values: &[String],
        scenario: &Scenario,
        replication: u32,
        landed: Landed,
    ) -> Result<(), FileError> {
        let Landed::Measured(mut measurements) = landed else {
            open.failed_trials += 1;
            if let Some(judge) = &mut open.judge {
                judge.note(replication, None);
            }
            return Ok(());
        };
        self.over_time
            .add(values, scenario, replication, &mut measurements)?;
        table::add_tasks(
            &mut self.tasks,
            values,
            replication,
            scenario,
            &measurements,
        )?;
        open.summarizer.add(&measurements);
        open.halves.add(&measurements);
        if let Some(judge) = &mut open.judge {
            judge.note(replication, Some(&measurements));
        }
        for (group, metrics) in open.summarizer.last_replication() {
            let table = &mut self.replications;
            table::add_replication(table, values, replication, group, metrics)?;
            GroupReplications::add(&mut open.replications, group, replication, metrics);
        }
        open.measured.push((replication, measurements));
        Ok(())
    }

    /// Adds the rows of a point of so many `trials`; whether it is as precise as was asked for.
    fn finish_point(
        &mut self,
        open: OpenPoint,
        values: &[String],
        scenario: &Scenario,
        trials: usize,
        doubts: &mut Doubts,
    ) -> Result<bool, FileError> {
        let summary = open.summarizer.finish();
        for row in &summary.rows {
            table::add_summary(&mut self.summary, values, row)?;
        }
        for row in &summary.quantiles {
            table::add_quantile(&mut self.quantiles, values, row)?;
        }
        let drifts = open.halves.warnings(open.warm_up);
        doubts.note(values, None, summary.warnings.iter().chain(&drifts))?;
        self.over_time.finish_point(values, scenario)?;
        match (open.judge, &mut self.precision) {
            (Some(mut judge), Some(table)) => judged(&mut judge, trials, values, table, doubts),
            _ => Ok(true),
        }
    }

    fn finish(self) -> Result<(), FileError> {
        let tables = [
            self.trials,
            self.tasks,
            self.replications,
            self.summary,
            self.quantiles,
        ];
        for table in tables.into_iter().chain(self.precision) {
            table.finish()?;
        }
        self.over_time.finish()
    }
}

/// Writes how precisely the point with these sweep `values` is known after its `replications`, and a
/// warning for what is not precise enough; whether all is.
fn judged(
    judge: &mut Judge,
    replications: usize,
    values: &[String],
    table: &mut Table,
    doubts: &mut Doubts,
) -> Result<bool, FileError> {
    // With the most replications one narrow check is enough: there is nothing left to wait for.
    let given_up = matches!(judge.progress(), Progress::GivenUp(_));
    let known = judge.known(replications as u32);
    for known in &known {
        let reached = known.is_precise();
        table::add_precision(table, values, known, reached)?;
        if given_up && !reached {
            doubts.note(values, None, [judge.warning(known)].iter())?;
        }
    }
    Ok(!given_up || known.iter().all(Known::is_precise))
}

/// Number and sweep values of a point.
fn title(experiment: &Experiment, point: usize) -> String {
    let values = experiment
        .sweep_keys
        .iter()
        .zip(&experiment.points[point].values);
    let pairs: Vec<String> = values
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    match pairs.is_empty() {
        true => format!("point {point}"),
        false => format!("point {point}: {}", pairs.join(", ")),
    }
}

fn write_histograms(
    directory: &ResultDirectory,
    experiment: &Experiment,
    point: usize,
    scenario: &Scenario,
    measured: &[(u32, Measurements)],
) -> Result<(), FileError> {
    let title = title(experiment, point);
    let names = histograms::file_names(point);
    for (name, log) in names
        .iter()
        .zip(histograms::logs(&title, scenario, measured))
    {
        directory.write(name, &log)?;
    }
    Ok(())
}

/// Warnings: all of them in `warnings.csv`, and by kind how many there are and the first of them.
#[derive(Debug)]
struct Doubts {
    table: Table,
    by_kind: BTreeMap<&'static str, (usize, String)>,
}

impl Doubts {
    /// `warnings.csv` in `directory`, with what was doubtful about `experiment` before it ran.
    fn create(directory: &Path, experiment: &Experiment) -> Result<Self, FileError> {
        let keys = &experiment.sweep_keys;
        let mut table = table::warnings(directory, keys)?;
        for warning in &experiment.warnings {
            table::add_general_warning(&mut table, keys, "experiment", &warning.to_string())?;
        }
        Ok(Doubts {
            table,
            by_kind: BTreeMap::new(),
        })
    }

    fn note<'a>(
        &mut self,
        point: &[String],
        replication: Option<u32>,
        warnings: impl Iterator<Item = &'a Warning>,
    ) -> Result<(), FileError> {
        for warning in warnings {
            table::add_warning(&mut self.table, point, replication, warning)?;
            let first = || (0, warning.to_string());
            self.by_kind.entry(warning.kind()).or_insert_with(first).0 += 1;
        }
        Ok(())
    }

    /// A doubt about the whole experiment.
    fn note_general(
        &mut self,
        experiment: &Experiment,
        kind: &'static str,
        message: String,
    ) -> Result<(), FileError> {
        let keys = &experiment.sweep_keys;
        table::add_general_warning(&mut self.table, keys, kind, &message)?;
        self.by_kind.insert(kind, (1, message));
        Ok(())
    }

    /// A line per kind.
    fn finish(self) -> Result<Vec<String>, FileError> {
        self.table.finish()?;
        let line = |(count, first): (usize, String)| match count {
            1 => first,
            _ => format!("{first} (the first of {count} like it)"),
        };
        Ok(self.by_kind.into_values().map(line).collect())
    }
}
