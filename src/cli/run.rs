//! `enibench run`: trials, result files, plots, and the answer in short.

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use super::args::RunArgs;
use super::exit::{Exit, Failure};
use super::load::{Loaded, load_all};
use super::progress::Reporter;
use super::show;
use crate::estimate;
use crate::plot;
use crate::results::{Claim, ManifestFile, ResultDirectory, Results, Timing, assemble};
use crate::runner::{self, Job, Plan};

/// Runs the verb.
pub fn run(args: &RunArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.out.is_some() && args.files.len() > 1 {
        let message = "--out takes the results of one experiment; run them one by one, or without";
        return Err(Failure::Usage(message.to_owned()));
    }
    let experiments = load_all(&args.files, &args.overrides)?;
    on_interrupt();
    catch_trial_panics();
    let mut worst = Exit::Done;
    for loaded in &experiments {
        let directory = args.out.as_deref().unwrap_or(&loaded.default_out);
        complete(args, loaded, directory)?;
        if !args.no_plots {
            draw(args, directory)?;
        }
        if report(args, directory, out)? != Exit::Done {
            worst = Exit::TrialsFailed;
        }
    }
    Ok(worst)
}

/// Runs what is missing of an experiment and writes its results.
fn complete(args: &RunArgs, loaded: &Loaded, directory: &Path) -> Result<(), Failure> {
    let experiment = &loaded.experiment;
    let name = &loaded.provenance.name;
    experiment
        .warnings
        .iter()
        .for_each(|warning| eprintln!("warning: {name}: {warning}"));
    let claim = ResultDirectory::claim(directory, &loaded.text, args.force)?;
    let Claim::Incomplete(results) = claim else {
        eprintln!(
            "{name}: complete in {}; --force runs it again",
            directory.display()
        );
        return Ok(());
    };
    let plan = Plan::new(experiment);
    let mut open = Vec::new();
    for job in &plan.jobs {
        if !results.has_landed(job)? {
            open.push(job.clone());
        }
    }
    announce(name, loaded, &plan, open.len());
    let threads = args
        .threads
        .map_or_else(runner::default_threads, usize::from);
    let mut timing = Timing::start(threads);
    let expected = |job: &Job| estimate::events(&job.trial.scenario);
    let total = open.iter().map(expected).sum();
    let reporter = Reporter::new(args.progress, name, open.len(), total);
    let first_error = Mutex::new(None);
    runner::for_each(&open, threads, |job| {
        let outcome = job.trial.run();
        let events = outcome
            .as_ref()
            .map_or(0, |measurements| measurements.events);
        match results.land(job, outcome) {
            Ok(()) => reporter.finished(expected(job), events),
            Err(error) => {
                first_error
                    .lock()
                    .unwrap_or_else(|e| e.into_inner())
                    .get_or_insert(error);
            }
        }
    });
    (timing.events, timing.wall_s) = reporter.finish();
    timing.trials_run = open.len();
    if let Some(error) = first_error.into_inner().unwrap_or_else(|e| e.into_inner()) {
        return Err(error.into());
    }
    let assembled = assemble(&results, experiment, &plan)?;
    let rate = estimate::display_rate(timing.events as f64, timing.wall_s);
    eprintln!(
        "{name}: {} trials in {:.1} s ({rate})",
        open.len(),
        timing.wall_s
    );
    let doubts = experiment
        .warnings
        .iter()
        .map(ToString::to_string)
        .chain(assembled.warnings);
    let manifest = ManifestFile::new(
        experiment,
        &plan,
        &loaded.provenance,
        doubts.collect(),
        assembled.failed_trials,
        timing,
    );
    results.write("manifest.toml", manifest.to_toml().as_bytes())?;
    results.finish()?;
    Ok(())
}

fn announce(name: &str, loaded: &Loaded, plan: &Plan, open: usize) {
    let experiment = &loaded.experiment;
    let (points, distinct) = (experiment.points.len(), plan.scenarios.len());
    let replications = experiment.replications;
    let mut text = format!("{name}: {points} points × {replications} replications");
    if distinct < points {
        text += &format!(
            ", {} trials after leaving out equal points",
            plan.jobs.len()
        );
    }
    if open < plan.jobs.len() {
        text += &format!(", {} done before", plan.jobs.len() - open);
    }
    eprintln!("{text}, seed {}", experiment.seed);
}

fn draw(args: &RunArgs, directory: &Path) -> Result<(), Failure> {
    let drawn = plot::draw_all(directory, args.png)?;
    for (plot, reason) in drawn.skipped {
        eprintln!("  no {plot}: {reason}");
    }
    Ok(())
}

/// Prints what was found, and where it is; says how the run ends.
fn report(args: &RunArgs, directory: &Path, out: &mut dyn Write) -> Result<Exit, Failure> {
    let results = Results::read(directory)?;
    if args.json {
        show::write_json(&results, out)?;
    } else {
        show::write_answer(&results, out)?;
    }
    for warning in &results.manifest.warnings {
        eprintln!("warning: {warning}");
    }
    eprintln!("results in {}", directory.display());
    match results.manifest.failed_trials {
        0 => Ok(Exit::Done),
        failed => {
            eprintln!("error: {failed} trials failed; trials.csv says why");
            Ok(Exit::TrialsFailed)
        }
    }
}

/// Ends the process on Ctrl-C. Landed trials are whole files, so nothing else needs to be done.
fn on_interrupt() {
    let again: Vec<String> = std::env::args().collect();
    let stop = move || {
        eprintln!("\ninterrupted; go on with: {}", again.join(" "));
        std::process::exit(i32::from(Exit::Interrupted.code()));
    };
    // A second handler in one process (several runs through the library) is not needed.
    let _ = ctrlc::set_handler(stop);
}

/// A failed assertion in a trial becomes a row of the results; the default message of the panic
/// would only tear up the progress bar.
fn catch_trial_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if std::thread::current().name() == Some("main") {
            eprintln!("enibench has a defect, please report it: {panic}");
        }
    }));
}
