//! Whether the intervals and verdicts that users read are as sure as they say.
//!
//! A draw is a whole result of [`REPLICATIONS`] replications. A setup simulates the same random
//! streams in all of its files, and streams bear the names of tasks, so files whose tasks have
//! names of their own are independent: each is a replication.

use std::sync::Arc;

use super::SERVICE_US;
use super::file::{File, SHARED, poisson, task};
use crate::compare::{Comparison, Settings, Side, SidePoint, Verdict, compare};
use crate::experiment::Experiment;
use crate::measure::Measurements;
use crate::metric::Metric;
use crate::results::Summarizer;
use crate::results::read::{ALL_TASKS, GroupReplications};
use crate::scenario::Scenario;
use crate::theory::md1::Md1;
use crate::validate::case::{Case, Group, Length, Setup};

pub(super) const GROUP: Group = Group {
    key: "calibration",
    name: "Calibration",
    about: "95 % intervals that contain the truth, and verdicts that are right, of whole results",
    setups,
};

/// Replications of a result: as many as an experiment has unless told otherwise.
const REPLICATIONS: usize = 10;

/// Sixteen tasks that offer 0.8 of a gigabit.
const LOAD: f64 = 0.8;

fn setups() -> Vec<Setup> {
    vec![coverage(), another_seed(), slower_link()]
}

/// The file of one replication, with tasks of this name.
fn file(name: &str, egress: &str) -> String {
    let file = File {
        measure: "1 s",
        egress,
        tasks: &[task(name, 16, poisson(LOAD / 16.0))],
        ..SHARED
    };
    file.text()
}

/// Files of as many replications as a result has, with tasks named after `result`.
fn files(result: &str, egress: &str) -> Vec<String> {
    let numbers = 0..REPLICATIONS;
    numbers
        .map(|number| file(&format!("{result}{number}"), egress))
        .collect()
}

/// The scenario that all files have but for names and link.
fn scenario() -> Arc<Scenario> {
    let experiment = Experiment::parse("calibration.toml", &file("a", GIGABIT));
    let experiment = experiment.expect("the file is right");
    Arc::clone(&experiment.points[0].scenario)
}

const GIGABIT: &str = super::file::GIGABIT;

/// A gigabit at a service rate that is 5 % lower.
const SLOWER: &str = r#""950 Mbit/s""#;

/// The intervals of the summary's mean and quantiles against M/D/1: 200 results, of which 90 to
/// 99 % are to contain the truth.
fn coverage() -> Setup {
    let queue = Md1::new(LOAD);
    let sojourn_ns = |wait: f64| SERVICE_US * 1e3 * (1.0 + wait);
    let truths = [
        (Metric::SojournMean, sojourn_ns(queue.mean_wait())),
        (Metric::SojournP50, sojourn_ns(queue.wait_quantile(0.5))),
        (Metric::SojournP99, sojourn_ns(queue.wait_quantile(0.99))),
        (Metric::SojournP999, sojourn_ns(queue.wait_quantile(0.999))),
    ];
    let scenario = scenario();
    let contains = |(metric, truth): (Metric, f64)| {
        let scenario = Arc::clone(&scenario);
        let quantity = format!("intervals that hold {}", metric.key());
        Case::share(quantity, (0.9, 0.99), move |results| {
            let mut summarizer = Summarizer::new(&scenario);
            results.iter().for_each(|m| summarizer.add(m));
            let rows = summarizer.finish().rows;
            let estimate = rows.last().and_then(|all| all.get(metric));
            estimate.is_some_and(|e| e.low() <= truth && truth <= e.high())
        })
    };
    Setup {
        name: "M/D/1, load 0.8".to_owned(),
        files: files("r", GIGABIT),
        length: Length::Draws(200),
        cases: truths.map(contains).into(),
    }
}

/// Results of one experiment with two seeds: 100 pairs, of which 95 are to differ in nothing.
fn another_seed() -> Setup {
    let scenario = scenario();
    let quiet = Case::share("no change seen", (0.95, 1.0), move |results| {
        let comparison = compared(results, &scenario);
        let changes = [Verdict::Better, Verdict::Worse, Verdict::Changed];
        changes
            .iter()
            .all(|verdict| comparison.count(*verdict) == 0)
    });
    Setup {
        name: "another seed".to_owned(),
        files: [files("base", GIGABIT), files("new", GIGABIT)].concat(),
        length: Length::Draws(100),
        cases: vec![quiet],
    }
}

/// A link slower by 5 %, and another seed: 100 pairs, of which all are to be called worse.
fn slower_link() -> Setup {
    let scenario = scenario();
    let seen = Case::identity("called worse", "", move |results| {
        let worse = compared(results, &scenario).count(Verdict::Worse) > 0;
        (u128::from(worse), 1)
    });
    Setup {
        name: "5 % slower link".to_owned(),
        files: [files("base", GIGABIT), files("new", SLOWER)].concat(),
        length: Length::Draws(100),
        cases: vec![seen],
    }
}

/// The second half of `results` against the first, as `enibench compare` does it with other seeds.
fn compared(results: &[Measurements], scenario: &Scenario) -> Comparison {
    let (base, new) = results.split_at(results.len() / 2);
    let comparison = compare(
        &side(base, scenario, 1),
        &side(new, scenario, 2),
        &Settings::default(),
    );
    comparison.expect("both sides have the same point")
}

fn side(results: &[Measurements], scenario: &Scenario, seed: u64) -> Side {
    let mut summarizer = Summarizer::new(scenario);
    let mut groups = Vec::new();
    for (replication, measurements) in (0..).zip(results) {
        summarizer.add(measurements);
        let all = summarizer
            .last_replication()
            .filter(|(name, _)| *name == ALL_TASKS);
        for (group, measured) in all {
            GroupReplications::add(&mut groups, group, replication, measured);
        }
    }
    Side {
        seed: Some(seed),
        sweep_keys: Vec::new(),
        points: vec![SidePoint {
            values: Vec::new(),
            groups,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Trial;

    /// Oracle: the same packets on both sides differ in nothing; on a link of half the rate all
    /// that is left of the sojourn is longer.
    #[test]
    fn what_is_worse_is_called_so() {
        let run = |egress: &str| {
            let trial = |text: String| {
                let experiment = Experiment::parse("x.toml", &text).unwrap();
                let scenario = Arc::clone(&experiment.points[0].scenario);
                let (seed, replication) = (1, 0);
                Trial {
                    scenario,
                    seed,
                    replication,
                }
                .run()
                .unwrap()
            };
            files("a", egress)
                .into_iter()
                .map(trial)
                .collect::<Vec<_>>()
        };
        let base = run(GIGABIT);
        let scenario = scenario();
        let same = compared(&[base.clone(), base.clone()].concat(), &scenario);
        assert_eq!(same.count(Verdict::Worse) + same.count(Verdict::Better), 0);
        let slower = compared(&[base, run(SLOWER)].concat(), &scenario);
        assert!(slower.count(Verdict::Worse) > 0, "{slower:?}");
    }
}
