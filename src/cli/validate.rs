//! `enibench validate [FILTER]`: simulator against theory.

use std::fs;
use std::io::Write;

use super::args::{Progress, ValidateArgs};
use super::exit::{Exit, Failure};
use super::progress::Reporter;
use super::stderr::say;
use crate::plot::draw_z_scores;
use crate::results::{FileError, write_file};
use crate::runner;
use crate::validate::{self, GROUPS, Plan, Report, Verdict};

/// Runs the verb.
pub fn run(args: &ValidateArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let setups = validate::select(GROUPS, args.filter.as_deref())?;
    let plan = Plan::new(setups, args.quick, args.seed);
    say!(
        "validating {} numbers in {} trials{}",
        plan.cases(),
        plan.trials(),
        if args.quick { ", quick" } else { "" }
    );
    let threads = args
        .threads
        .map_or_else(runner::default_threads, usize::from);
    // Before the work, so that it is not lost for want of a place to write to.
    if let Some(dir) = &args.out {
        fs::create_dir_all(dir).map_err(FileError::on("create", dir))?;
    }
    let reporter = Reporter::new(
        Progress::Auto,
        "validate",
        plan.replications(),
        plan.events(),
    );
    let report = validate::run(&plan, threads, &|expected, events| {
        reporter.finished(expected, events);
    });
    let (events, seconds) = reporter.finish();
    let report = report?;
    say!(
        "{:.1} million events in {seconds:.1} s",
        events as f64 / 1e6
    );
    if args.json {
        write!(out, "{}", validate::to_json(&report, true))?;
    } else {
        write!(out, "{}", validate::to_table(&report))?;
    }
    if let Some(dir) = &args.out {
        write_file(&dir.join("validation.csv"), &validate::to_csv(&report))?;
        let json = validate::to_json(&report, false);
        write_file(&dir.join("validation.json"), json.as_bytes())?;
        if let Some(file) = draw_z_scores(dir, &z_scores(&report))? {
            say!("wrote {}", file.display());
        }
    }
    Ok(if report.held() == report.outcomes.len() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// The scores of all estimates, for the plot.
fn z_scores(report: &Report) -> Vec<f64> {
    let outcomes = report.outcomes.iter();
    let score = |outcome: &validate::Outcome| match outcome.finding.verdict {
        Verdict::Score(z) => Some(z),
        _ => None,
    };
    outcomes.filter_map(score).collect()
}
