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
    let reporter = Reporter::new(Progress::Auto, "validate");
    reporter.more(plan.trials(), plan.events());
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
    Ok(exit(&report))
}

/// Whether all numbers agree.
fn exit(report: &Report) -> Exit {
    if report.held() == report.outcomes.len() {
        Exit::Done
    } else {
        Exit::Failed
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::{Case, Group, Length, Part, Setup};

    /// Numbers that are the same, are not, and are below their ceiling.
    const WRONG: Group = Group {
        key: "wrong",
        name: "Wrong",
        about: "numbers of no theory",
        setups: || {
            let file = r#"
                question = "?"
                measure = "1 ms"
                instance = { egress = "1 Gbit/s" }
                network = { mode = "bridge" }
                [[task]]
                name = "a"
                traffic = { arrivals = "poisson", rate = "100000 packets/s", packet-size = "64 B" }
            "#;
            let held = |held: bool| {
                Case::identity(format!("held {held}"), "", move |_| (1, u128::from(held)))
            };
            let cases = vec![
                held(true),
                held(false),
                Case::ceiling("reached", "", 1.0, |_| Part {
                    sum: 1.0,
                    weight: 1.0,
                }),
            ];
            vec![Setup {
                name: "a".to_owned(),
                files: vec![file.to_owned()],
                length: Length::Once,
                cases,
            }]
        },
    };

    #[test]
    fn the_exit_code_tells_whether_all_agree() {
        static GROUPS: [Group; 1] = [WRONG];
        let ended = |filter| {
            let setups = validate::select(&GROUPS, Some(filter)).unwrap();
            let report = validate::run(&Plan::new(setups, false, 1), 1, &|_, _| {});
            exit(&report.unwrap())
        };
        assert_eq!(ended("wrong/a/held-true"), Exit::Done);
        assert_eq!(ended("wrong/a/reached"), Exit::Done);
        assert_eq!(ended("wrong/a/held-false").code(), 4);
        assert_eq!(ended("wrong"), Exit::Failed);
    }
}
