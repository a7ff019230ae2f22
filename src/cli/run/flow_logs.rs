//! `--flow-logs`: a flow log of every sweep point.
//!
//! Logs are not measurements: they are made when asked for, also of results that are complete, by
//! simulating replication 0 once more with a counter at each ENI.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use crate::cli::args::{Progress, RunArgs};
use crate::cli::exit::Failure;
use crate::cli::load::Loaded;
use crate::cli::stderr::say;
use crate::experiment::{Experiment, WarmUp};
use crate::flow_logs::{FlowLog, Format, parquet, text};
use crate::results::read::Manifest;
use crate::results::{FileError, write_file};
use crate::runner::{self, Job, Plan};
use crate::units::SimDuration;

/// The longest aggregation interval of an instance built on Nitro (Amazon VPC User Guide).
const NITRO_MAX: SimDuration = SimDuration::from_s(60);

/// Writes the flow logs of all points of `loaded` into its result `directory`, if they are wanted.
pub(super) fn write(args: &RunArgs, loaded: &Loaded, directory: &Path) -> Result<(), Failure> {
    if !args.flow_logs.flow_logs {
        return Ok(());
    }
    let name = &loaded.provenance.name;
    if args.flow_logs.flow_logs_interval > NITRO_MAX {
        say!("warning: {name}: flow logs of instances built on Nitro aggregate at most 60 s");
    }
    let plan = Plan::new(&as_run(loaded, directory)?);
    let firsts = plan.jobs.iter().filter(|job| job.trial.replication == 0);
    let jobs: Vec<Job> = firsts.cloned().collect();
    let threads = args
        .threads
        .map_or_else(runner::default_threads, usize::from);
    let folder = directory.join("flow-logs");
    let first_failure = Mutex::new(None);
    let failed = || first_failure.lock().unwrap_or_else(|e| e.into_inner());
    runner::for_each(&jobs, threads, |job| {
        if failed().is_some() {
            return;
        }
        if let Err(failure) = write_scenario(args, &plan, job, &folder) {
            failed().get_or_insert(failure);
        }
    })?;
    let failure = failed().take();
    if let Some(failure) = failure {
        return Err(failure);
    }
    if args.progress != Progress::None {
        say!("{name}: flow logs in {}", folder.display());
    }
    Ok(())
}

/// The experiment with the warm-up that its results in `directory` have.
fn as_run(loaded: &Loaded, directory: &Path) -> Result<Experiment, Failure> {
    let experiment = loaded.experiment.clone();
    if experiment.warm_up == WarmUp::Given {
        return Ok(experiment);
    }
    let manifest = Manifest::read(&directory.join("manifest.toml"))?;
    Ok(super::warmed_up_as_before(experiment, &manifest))
}

/// Writes the flow logs of the points that have the scenario of `job`.
fn write_scenario(args: &RunArgs, plan: &Plan, job: &Job, folder: &Path) -> Result<(), Failure> {
    let interval = args.flow_logs.flow_logs_interval;
    let default = Format::default();
    let format = args.flow_logs.flow_logs_format.as_ref().unwrap_or(&default);
    let counts = job.trial.flow_counts(interval)?;
    let log = FlowLog::new(&job.trial.scenario, &counts, interval);
    let lines = text(&log, format);
    let columns = match args.flow_logs.flow_logs_parquet {
        true => Some(parquet(&log, format)?),
        false => None,
    };
    let points = plan.scenario_of_point.iter().enumerate();
    for (point, _) in points.filter(|(_, scenario)| **scenario == job.scenario) {
        let path = folder.join(format!("point-{point:04}.log"));
        write_file(&path, lines.as_bytes())?;
        let beside = path.with_extension("parquet");
        match &columns {
            Some(columns) => write_file(&beside, columns)?,
            // One of an earlier run may have other fields than the text.
            None => match fs::remove_file(&beside) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    return Err(FileError::on("remove", &beside)(e).into());
                }
                _ => {}
            },
        }
    }
    Ok(())
}
