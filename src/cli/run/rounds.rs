//! The trials of a plan, in rounds: a scenario gets more replications until it is precise enough.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::args::Progress;
use crate::cli::exit::Failure;
use crate::cli::progress::Reporter;
use crate::estimate;
use crate::experiment::Experiment;
use crate::results::precision::Judge;
use crate::results::{Landed, ResultDirectory, Timing};
use crate::runner::{self, Job, Plan};
use crate::stats::sequential;

/// Runs what has not landed of `plan`, and goes on as long as `experiment` asks for more precision;
/// `announce` is told once, with the plan and the number of open trials, before the first of them.
pub fn run(
    experiment: &Experiment,
    plan: &mut Plan,
    results: &ResultDirectory,
    timing: &mut Timing,
    (progress, name): (Progress, &str),
    announce: impl FnOnce(&Plan, usize),
) -> Result<(), Failure> {
    let scenarios = plan.scenarios.iter();
    let judges: Option<Vec<Judge>> = scenarios.map(|s| Judge::new(experiment, s)).collect();
    let judges = judges.map(Mutex::new);
    let reporter = Reporter::new(progress, name);
    let mut announce = Some(announce);
    let mut judged = vec![0; plan.scenarios.len()];
    loop {
        let mut open = Vec::new();
        for job in &plan.jobs {
            let known = &mut judged[job.scenario];
            if job.trial.replication < *known {
                continue;
            }
            *known += 1;
            match results.landed(job)? {
                Some(Landed::Measured(measurements)) => {
                    note(&judges, job, Some(&measurements));
                }
                Some(Landed::Failed(_)) | None => open.push(job.clone()),
            }
        }
        if !open.is_empty() {
            if let Some(announce) = announce.take() {
                announce(plan, open.len());
            }
            timing.trials_run += open.len();
            round(&open, timing.threads, results, &reporter, &judges)?;
        }
        if !extend(plan, &judges) {
            break;
        }
    }
    if let Some(announce) = announce.take() {
        announce(plan, 0);
    }
    (timing.events, timing.wall_s) = reporter.finish();
    Ok(())
}

/// Takes note of what `job` measured, if somebody judges it.
fn note(
    judges: &Option<Mutex<Vec<Judge>>>,
    job: &Job,
    measurements: Option<&crate::measure::Measurements>,
) {
    if let Some(judges) = judges {
        let mut judges = judges.lock().unwrap_or_else(|e| e.into_inner());
        judges[job.scenario].note(job.trial.replication, measurements);
    }
}

/// Gives `plan` the replications that its scenarios want next; whether there are any.
fn extend(plan: &mut Plan, judges: &Option<Mutex<Vec<Judge>>>) -> bool {
    let Some(judges) = judges else {
        return false;
    };
    let mut judges = judges.lock().unwrap_or_else(|e| e.into_inner());
    let wanted = judges.iter_mut().map(|judge| match judge.progress() {
        sequential::Progress::Goes(n)
        | sequential::Progress::Reached(n)
        | sequential::Progress::GivenUp(n) => n,
    });
    let mut wanted: Vec<u32> = wanted.collect();
    plan.as_many_alone(&mut wanted);
    let before = plan.jobs.len();
    plan.lay_out(&wanted);
    plan.jobs.len() > before
}

/// Runs `open` and lets each trial land.
fn round(
    open: &[Job],
    threads: usize,
    results: &ResultDirectory,
    reporter: &Reporter,
    judges: &Option<Mutex<Vec<Judge>>>,
) -> Result<(), Failure> {
    let expected = |job: &Job| estimate::events(&job.trial.scenario);
    reporter.more(open.len(), open.iter().map(expected).sum());
    let first_error = Mutex::new(None);
    let stopped = AtomicBool::new(false);
    runner::for_each(open, threads, |job| {
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let outcome = job.trial.run();
        let events = outcome
            .as_ref()
            .map_or(0, |measurements| measurements.events);
        note(judges, job, outcome.as_ref().ok());
        match results.land(job, outcome) {
            Ok(()) => reporter.finished(expected(job), events),
            Err(error) => {
                // What cannot land would be simulated for nothing.
                stopped.store(true, Ordering::Relaxed);
                first_error
                    .lock()
                    .unwrap_or_else(|e| e.into_inner())
                    .get_or_insert(error);
            }
        }
    })?;
    match first_error.into_inner().unwrap_or_else(|e| e.into_inner()) {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
