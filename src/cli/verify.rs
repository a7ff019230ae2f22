//! `enibench verify`: whether a result directory is what its experiment gives.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::args::{FlowLogArgs, OverrideArgs, Progress, RunArgs, VerifyArgs};
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::run::{self, results};
use super::show::three_digits;
use super::size::counted;
use super::stderr::say;
use crate::experiment::Experiment;
use crate::flow_logs::Format;
use crate::results::read::Manifest;
use crate::results::{
    FileError, Provenance, ReadError, TRIAL_TABLES, is_of_this_version, write_some_trials,
};
use crate::runner::{self, Job};
use crate::trial::Trial;
use crate::units::SimDuration;
use crate::verify::{Compared, compare_all, compare_rows, sample};

/// Runs the verb.
pub fn run(args: &VerifyArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let manifest = Manifest::read(&args.dir.join("manifest.toml"))?;
    require_this_version(&args.dir, &manifest)?;
    let path = args.dir.join("experiment.toml");
    let bytes = fs::read(&path).map_err(|e| ReadError::of_io(&path, e))?;
    let text = String::from_utf8(bytes).map_err(|e| Failure::not_utf8(&path, &e))?;
    let name = path.display().to_string();
    let experiment = Experiment::parse(&name, &text).map_err(|d| Failure::experiment(&d))?;
    let again = TempDir::new().map_err(FileError::on("create", &std::env::temp_dir()))?;
    let replications = replications(&manifest, &experiment);
    let trials = replications.iter().map(|n| *n as usize).sum();
    let (ran, compared) = if args.all {
        let loaded = loaded(&manifest, experiment, text);
        (trials, all(args, &loaded, again.path())?)
    } else {
        let experiment = run::warmed_up_as_before(experiment, &manifest);
        some(args, &experiment, &replications, again.path())?
    };
    if args.json {
        write_json(args, (ran, trials), &compared, out)?;
    } else {
        write_text(args, (ran, trials), &compared, out)?;
    }
    if compared.differences.is_empty() {
        return Ok(Exit::Done);
    }
    let revision = manifest.revision.as_deref().unwrap_or("unknown");
    if revision != crate::REVISION {
        say!(
            "note: these results were made by revision {revision} and this is {}: what differs may be \
             a change of the tool",
            crate::REVISION
        );
    }
    Ok(Exit::Different)
}

/// Another version may measure something else, and that would be no difference of these results.
fn require_this_version(dir: &Path, manifest: &Manifest) -> Result<(), Failure> {
    if is_of_this_version(manifest) {
        return Ok(());
    }
    let version = manifest
        .version
        .as_deref()
        .unwrap_or("of an unknown version");
    let model = manifest.model_version;
    let model = model.map_or_else(|| "unknown".to_owned(), |model| model.to_string());
    Err(Failure::Usage(format!(
        "{} was made by enibench {version} (model {model}), and this is {} (model {}), which may \
         rightly measure something else; verify with that version, or run the experiment again \
         with --force",
        dir.display(),
        env!("CARGO_PKG_VERSION"),
        crate::MODEL_VERSION
    )))
}

/// Replications of each point: as many as the run took where that was left to it.
fn replications(manifest: &Manifest, experiment: &Experiment) -> Vec<u32> {
    let points = experiment.points.len();
    let taken = manifest.replications_of_points.iter().flatten();
    let taken: Option<Vec<u32>> = taken.map(|n| u32::try_from(*n).ok()).collect();
    taken
        .filter(|taken| taken.len() == points)
        .unwrap_or_else(|| vec![experiment.replications; points])
}

/// Runs a sample of the trials again and compares their rows; says how many trials it were.
fn some(
    args: &VerifyArgs,
    experiment: &Experiment,
    replications: &[u32],
    again: &Path,
) -> Result<(usize, Compared), Failure> {
    let drawn = sample(replications, args.sample as usize, args.seed);
    let job = |(point, replication): (usize, u32)| {
        let trial = Trial {
            scenario: Arc::clone(&experiment.points[point].scenario),
            seed: experiment.seed,
            replication,
        };
        // Rows name points, so the number of the scenario is of no interest.
        let scenario = point;
        (point, Job { scenario, trial })
    };
    let jobs: Vec<(usize, Job)> = drawn.into_iter().map(job).collect();
    let run = |(point, job): &(usize, Job)| (*point, job.clone(), job.trial.run());
    let outcomes = runner::within(threads(args), || runner::map(&jobs, run))?;
    write_some_trials(again, experiment, outcomes)?;
    let mut compared = Compared::default();
    for file in TRIAL_TABLES {
        let differences = compare_rows(file, &args.dir, again, &experiment.sweep_keys, true)?;
        compared.files.push(file.to_owned());
        compared.differences.extend(differences);
    }
    Ok((jobs.len(), compared))
}

/// Runs everything again, as `enibench run` would, and compares every file.
fn all(args: &VerifyArgs, loaded: &Loaded, again: &Path) -> Result<Compared, Failure> {
    let plots = args.dir.join("plots");
    let drawn = |extension: &str| {
        let files = fs::read_dir(&plots).into_iter().flatten().flatten();
        let mut paths = files.map(|file| file.path());
        paths.any(|path| path.extension().is_some_and(|e| e == extension))
    };
    let arguments = RunArgs {
        files: Vec::new(),
        out: Some(again.to_owned()),
        overrides: OverrideArgs {
            seed: None,
            replications: None,
            set: Vec::new(),
            quick: false,
        },
        threads: args.threads,
        force: false,
        no_plots: !plots.exists(),
        png: drawn("png"),
        flow_logs: FlowLogArgs {
            flow_logs: false,
            flow_logs_format: None::<Format>,
            flow_logs_interval: SimDuration::ZERO,
            flow_logs_parquet: false,
        },
        progress: Progress::None,
        json: false,
    };
    results(&arguments, loaded, again)?;
    Ok(compare_all(
        &args.dir,
        again,
        &loaded.experiment.sweep_keys,
    )?)
}

/// The experiment as `enibench run` has it, with what the manifest says of its origin.
fn loaded(manifest: &Manifest, experiment: Experiment, text: String) -> Loaded {
    let origin = |key: &str| manifest.origin.get(key).cloned().unwrap_or_default();
    Loaded {
        experiment,
        provenance: Provenance {
            name: origin("name"),
            file: origin("file"),
            command: origin("command"),
            original: text.clone().into_bytes(),
        },
        text,
        default_out: std::path::PathBuf::new(),
    }
}

fn threads(args: &VerifyArgs) -> usize {
    let asked = args.threads.map(usize::from);
    asked.unwrap_or_else(runner::default_threads)
}

fn write_text(
    args: &VerifyArgs,
    (ran, trials): (usize, usize),
    compared: &Compared,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let dir = args.dir.display();
    let share = 100.0 * ran as f64 / trials as f64;
    let what = match (args.all, ran == trials) {
        (true, _) => counted(compared.files.len(), "file"),
        (false, true) => format!("the rows in {}", TRIAL_TABLES.join(", ")),
        (false, false) => format!("their rows in {}", TRIAL_TABLES.join(", ")),
    };
    let ran = format!(
        "{ran} of {} run again ({} %)",
        counted(trials, "trial"),
        three_digits(share)
    );
    match &compared.differences[..] {
        [] => writeln!(out, "{dir}: {ran}; {what} compared, no difference")?,
        [first, rest @ ..] => {
            writeln!(out, "{dir}: {ran}; {what} compared")?;
            writeln!(out, "first difference: {first}")?;
            if !rest.is_empty() {
                let mut files: Vec<&str> = rest.iter().map(|d| d.file.as_str()).collect();
                files.dedup();
                writeln!(out, "{} more, in {}", rest.len(), files.join(", "))?;
            }
        }
    }
    if !compared.others.is_empty() {
        writeln!(out, "not compared: {}", compared.others.join(", "))?;
    }
    Ok(())
}

fn write_json(
    args: &VerifyArgs,
    (ran, trials): (usize, usize),
    compared: &Compared,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let first = compared.differences.first().map(|difference| {
        let mut row = Map::new();
        for (column, cell) in &difference.row {
            row.insert(column.clone(), json!(cell));
        }
        json!({
            "file": difference.file,
            "line": difference.line,
            "row": row,
            "what": difference.what,
            "found": difference.found,
            "again": difference.again,
            "only_fingerprint": difference.only_fingerprint,
        })
    });
    let answer: Value = json!({
        "results": args.dir.display().to_string(),
        "trials": trials,
        "trials_run": ran,
        "files": compared.files,
        "not_compared": compared.others,
        "differences": compared.differences.len(),
        "first": first,
    });
    writeln!(out, "{answer:#}")?;
    Ok(())
}
