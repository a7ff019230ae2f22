//! `enibench run`: trials, result files, plots, and the answer in short.

mod flow_logs;
mod rounds;

use std::io::Write;
use std::path::Path;

use super::args::{Progress, RunArgs};
use super::assertions;
use super::exit::{Exit, Failure};
use super::load::{Loaded, load_all, quoted};
use super::progress::event_rate;
use super::show;
use super::size::counted;
use super::stderr::say;
use crate::experiment::{Experiment, ExperimentWarning, WarmUp, count_assertions};
use crate::plot;
use crate::results::read::Manifest;
use crate::results::warm_up::{self, Found};
use crate::results::{
    Claim, Judgement, ManifestFile, ResultDirectory, Results, Timing, assemble, judge,
    record_assertions,
};
use crate::runner::{self, Plan};
use crate::units::{SimDuration, parse_duration};

/// Runs the verb.
pub fn run(args: &RunArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.out.is_some() && args.files.len() > 1 {
        let message = "--out takes the results of one experiment; run them one by one, or without";
        return Err(Failure::Usage(message.to_owned()));
    }
    let experiments = load_all(&args.files, &args.overrides)?;
    require_own_directories(&experiments)?;
    on_interrupt();
    let mut worst = Exit::Done;
    for loaded in &experiments {
        let directory = args.out.as_deref().unwrap_or(&loaded.default_out);
        let results = results(args, loaded, directory)?;
        let judgements = judge(&loaded.experiment.assertions, &results)?;
        match report(
            args,
            &results,
            &judgements,
            &loaded.experiment.warnings,
            out,
        ) {
            // Nobody reads the answer; the other experiments were asked for all the same.
            Ok(Exit::Done) | Err(Failure::ClosedPipe) => {}
            Ok(exit) => worst = worst.worse(exit),
            Err(failure) => return Err(failure),
        }
    }
    Ok(worst)
}

/// Everything that the results of an experiment are made of, in their directory.
pub fn results(args: &RunArgs, loaded: &Loaded, directory: &Path) -> Result<Results, Failure> {
    complete(args, loaded, directory)?;
    flow_logs::write(args, loaded, directory)?;
    let results = Results::read(directory)?;
    if !args.no_plots {
        draw(args, &results)?;
    }
    let judgements = judge(&loaded.experiment.assertions, &results)?;
    record_assertions(&results, &loaded.provenance, &judgements)?;
    Ok(results)
}

/// Refuses two experiments with one result directory before the first of them has run for hours.
fn require_own_directories(experiments: &[Loaded]) -> Result<(), Failure> {
    for (number, loaded) in experiments.iter().enumerate() {
        let before = &experiments[..number];
        let clash = |other: &&Loaded| other.default_out == loaded.default_out;
        if let Some(other) = before
            .iter()
            .find(clash)
            .filter(|other| other.text != loaded.text)
        {
            return Err(Failure::Usage(format!(
                "{} and {} both have their results in {}; run them one by one, each with --out",
                other.provenance.file,
                loaded.provenance.file,
                loaded.default_out.display()
            )));
        }
    }
    Ok(())
}

/// Runs what is missing of an experiment and writes its results.
fn complete(args: &RunArgs, loaded: &Loaded, directory: &Path) -> Result<(), Failure> {
    let experiment = &loaded.experiment;
    let name = &loaded.provenance.name;
    let talks = args.progress != Progress::None;
    experiment
        .warnings
        .iter()
        .for_each(|warning| say!("warning: {name}: {warning}"));
    if talks {
        say_what_is_not_judged(loaded);
    }
    let claim = ResultDirectory::claim(directory, &loaded.text, args.force)?;
    let Claim::Incomplete(results) = claim else {
        if talks {
            say!(
                "{name}: complete in {}; --force runs it again",
                directory.display()
            );
        }
        return Ok(());
    };
    let threads = args
        .threads
        .map_or_else(runner::default_threads, usize::from);
    let mut timing = Timing::start(threads);
    let (experiment, warm_up) = warmed_up(experiment, &results, threads, (talks, name))?;
    let experiment = &experiment;
    let mut plan = Plan::new(experiment);
    let told = (args.progress, name.as_str());
    rounds::run(
        experiment,
        &mut plan,
        &results,
        &mut timing,
        told,
        |plan, open| {
            if talks {
                announce(name, experiment, plan, open);
            }
        },
    )?;
    let assembled = assemble(&results, experiment, &plan)?;
    if let Some(found) = &warm_up {
        warm_up::write(directory, experiment, &plan, found)?;
    }
    let rate = event_rate(timing.events, timing.wall_s);
    if talks {
        say!(
            "{name}: {} trials in {:.1} s ({rate})",
            timing.trials_run,
            timing.wall_s
        );
    }
    let warm_up = warm_up.as_ref();
    let provenance = &loaded.provenance;
    let manifest = ManifestFile::new(experiment, &plan, provenance, assembled, warm_up, timing);
    results.write("manifest.toml", manifest.to_toml().as_bytes())?;
    results.finish()?;
    Ok(())
}

fn say_what_is_not_judged(loaded: &Loaded) {
    let original = String::from_utf8_lossy(&loaded.provenance.original);
    let left_out = count_assertions(&original).saturating_sub(loaded.experiment.assertions.len());
    if left_out > 0 {
        say!(
            "warning: {}: {} of the file not judged: the command line changes what they are about",
            loaded.provenance.name,
            counted(left_out, "assertion")
        );
    }
}

/// `experiment` with the warm-up that pilots find, if it leaves that to them, and what they found.
fn warmed_up(
    experiment: &Experiment,
    results: &ResultDirectory,
    threads: usize,
    (talks, name): (bool, &str),
) -> Result<(Experiment, Option<Found>), Failure> {
    let WarmUp::Auto { floor } = experiment.warm_up else {
        return Ok((experiment.clone(), None));
    };
    if talks {
        say!("{name}: looking for the warm-up with pilot runs");
    }
    let found = warm_up::find(results, experiment, floor, threads)?;
    if talks {
        say!("{name}: a warm-up of {}", found.warm_up());
    }
    let mut longer = experiment.clone().with_warm_up(found.warm_up());
    if let Some(message) = found.doubt() {
        let key = "warm-up".to_owned();
        longer.warnings.push(ExperimentWarning { key, message });
    }
    Ok((longer, Some(found)))
}

/// `experiment` with the warm-up that pilots found for the results of `manifest`.
pub fn warmed_up_as_before(experiment: Experiment, manifest: &Manifest) -> Experiment {
    if experiment.warm_up == WarmUp::Given {
        return experiment;
    }
    let found = manifest.warm_up.as_deref();
    let found = found.and_then(|text| parse_duration(text).ok());
    experiment.with_warm_up(found.unwrap_or(SimDuration::ZERO))
}

fn announce(name: &str, experiment: &Experiment, plan: &Plan, open: usize) {
    let (points, distinct) = (experiment.points.len(), plan.distinct_points());
    let replications = replications(experiment);
    let mut text = format!("{name}: {points} points × {replications} replications");
    let trials = match &experiment.precision {
        None => format!("{} trials", plan.jobs.len()),
        Some(_) => format!("{distinct} points"),
    };
    if distinct < plan.scenarios.len() {
        text += &format!(", {trials} with those of groups alone");
    } else if distinct < points {
        text += &format!(", {trials} after leaving out equal points");
    }
    if open < plan.jobs.len() {
        text += &format!(", {} done before", plan.jobs.len() - open);
    }
    say!("{text}, seed {}", experiment.seed);
}

/// How many replications a point has: `10`, or `10 to 200`.
pub fn replications(experiment: &Experiment) -> String {
    match &experiment.precision {
        None => experiment.replications.to_string(),
        Some(asked) => format!("{} to {}", experiment.replications, asked.max_replications),
    }
}

fn draw(args: &RunArgs, results: &Results) -> Result<(), Failure> {
    let drawn = plot::draw(results, args.png)?;
    if args.progress != Progress::None {
        for (plot, reason) in drawn.skipped {
            say!("  no {plot}: {reason}");
        }
    }
    Ok(())
}

/// Prints what was found, and where it is; says how the run ends.
fn report(
    args: &RunArgs,
    results: &Results,
    judgements: &[Judgement<'_>],
    told: &[ExperimentWarning],
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    if args.json {
        show::write_json(results, judgements, out)?;
    } else {
        show::write_answer(results, out)?;
        assertions::write(results, judgements, out)?;
    }
    // What the file itself makes doubtful was told before the first trial.
    let is_told = |warning: &String| told.iter().any(|told| told.to_string() == *warning);
    let warnings = results.manifest.warnings.iter();
    for warning in warnings.filter(|warning| !is_told(warning)) {
        say!("warning: {warning}");
    }
    if args.progress != Progress::None {
        say!("results in {}", results.dir.display());
    }
    match results.manifest.failed_trials {
        0 => Ok(assertions::exit(judgements)),
        failed => {
            say!("error: {failed} trials failed; trials.csv and warnings.csv say why");
            Ok(Exit::TrialsFailed)
        }
    }
}

/// Ends the process on Ctrl-C. Landed trials are whole files, so nothing else needs to be done.
fn on_interrupt() {
    // `--force` would start over instead of going on.
    let words = std::env::args_os().filter(|word| word != "--force");
    let again: Vec<String> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    let again = again.join(" ");
    let stop = move || {
        say!("\ninterrupted; go on with: {again}");
        std::process::exit(i32::from(Exit::Interrupted.code()));
    };
    // A second handler in one process (several runs through the library) is not needed.
    let _ = ctrlc::set_handler(stop);
}
