//! Files as users get them wrong, and what they are told.
//!
//! Each case changes one right file in one or two places. The reports stand in
//! `snapshots/`, one after the other, and are meant to be read in review like any other text.

use std::fmt::Write;

use super::Experiment;

/// A right file: the smallest that has every section.
const RIGHT: &str = r#"question = "Does it hold?"
measure = "1 s"
[instance]
type = "c5.4xlarge"
[network]
mode = "awsvpc"
eni-queue = { capacity = "1000 packets", discipline = "fifo" }
[[task]]
name = "api"
count = 5
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }
[[task]]
name = "bulk"
[task.traffic]
arrivals = "on-off"
rate = "400 Mbit/s"
peak = "2 Gbit/s"
on = "2 ms"
packet-size = "1500 B"
[sweep]
"task.bulk.count" = [0, 1]
"#;

/// The cases: what is wrong, and texts (after `-`) to be replaced by others (after `+`), in which
/// `\n` stands for a line break.
const CASES: &str = include_str!("malformed.txt");

/// The same for tasks that start, stop and are replaced.
const LIFE_CASES: &str = include_str!("malformed/life.txt");

/// The same for laws of arrivals, sizes and CPU times, and for priorities.
const LAW_CASES: &str = include_str!("malformed/laws.txt");

/// The same for assertions.
const ASSERTION_CASES: &str = include_str!("malformed/assertions.txt");

/// The same for `[precision]` and a warm-up of `auto`.
const PRECISION_CASES: &str = include_str!("malformed/precision.txt");

/// Titles and texts of the cases.
fn cases(cases: &'static str) -> Vec<(&'static str, String)> {
    let case = |section: &'static str| {
        let (title, changes) = section.split_once('\n').expect("a title has changes");
        let mut lines = changes.lines().filter(|line| !line.is_empty());
        let mut text = RIGHT.to_owned();
        while let (Some(from), Some(to)) = (lines.next(), lines.next()) {
            let from = from.strip_prefix("- ").expect(title).replace("\\n", "\n");
            let to = to.strip_prefix('+').expect(title).replace("\\n", "\n");
            assert!(text.contains(&from), "{title}: {from}");
            text = text.replacen(&from, to.strip_prefix(' ').unwrap_or(&to), 1);
        }
        (title, text)
    };
    let sections = cases.split("## ").filter(|section| !section.is_empty());
    sections.map(case).collect()
}

/// What is said about each of these cases, one after the other.
fn reports(of: &'static str) -> String {
    let mut reports = String::new();
    for (what, text) in cases(of) {
        let Err(report) = Experiment::parse("x.toml", &text) else {
            panic!("accepted: {what}\n{text}");
        };
        writeln!(reports, "## {what}\n{report}\n").expect("a string takes any text");
    }
    reports
}

#[test]
fn what_users_are_told() {
    insta::assert_snapshot!(reports(CASES));
}

#[test]
fn what_users_are_told_about_the_life_of_tasks() {
    insta::assert_snapshot!(reports(LIFE_CASES));
}

#[test]
fn what_users_are_told_about_laws() {
    insta::assert_snapshot!(reports(LAW_CASES));
}

#[test]
fn what_users_are_told_about_assertions() {
    insta::assert_snapshot!(reports(ASSERTION_CASES));
}

#[test]
fn what_users_are_told_about_precision() {
    insta::assert_snapshot!(reports(PRECISION_CASES));
}

#[test]
fn the_file_that_the_cases_change_is_right() {
    let experiment = Experiment::parse("x.toml", RIGHT).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(experiment.points.len(), 2);
}

/// A reader must be able to act on every problem, wherever it was found.
#[test]
fn every_problem_has_a_remedy_and_a_place_in_the_text() {
    let all = [
        CASES,
        LIFE_CASES,
        LAW_CASES,
        ASSERTION_CASES,
        PRECISION_CASES,
    ];
    for (what, text) in all.into_iter().flat_map(cases) {
        let report = Experiment::parse("x.toml", &text).expect_err(what);
        for problem in report.problems() {
            assert!(problem.remedy.is_some(), "{what}: {problem:?}");
            assert!(
                text.get(problem.span.clone()).is_some(),
                "{what}: {problem:?}"
            );
        }
    }
}
