//! `interference.csv`: what a task group's neighbours do to its packets.
//!
//! The group is simulated beside its neighbours, as the sweep point says, and alone; replications of
//! one number meet the same packets of the group, so that the difference is paired.

use std::collections::BTreeMap;

use super::directory::ResultDirectory;
use super::drift::Halves;
use super::landing::{Landed, LandingError};
use super::read::GroupReplications;
use super::summary::Summarizer;
use super::table;
use crate::experiment::{Experiment, WarmUp};
use crate::runner::Plan;
use crate::warning::Warning;

/// What there is to say of task groups alone, which have rows in no table of points.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Trials that failed.
    pub failed_trials: usize,
    /// Reasons to doubt the file, each with its kind.
    pub doubts: Vec<(&'static str, String)>,
}

impl Told {
    /// What is to be said of `scenarios`.
    fn of<'a>(scenarios: impl Iterator<Item = &'a Alone> + Clone) -> Told {
        let failed = scenarios.clone().flat_map(|alone| &alone.failed);
        let doubtful = scenarios.flat_map(|alone| &alone.warnings);
        let failed: Vec<&String> = failed.collect();
        let doubtful: Vec<String> = doubtful.map(ToString::to_string).collect();
        let mut doubts = Vec::new();
        if let [first, ..] = failed[..] {
            let message = format!(
                "{} of task groups alone failed, and their replications are missing in \
                 interference.csv; the first: {first}",
                match failed.len() {
                    1 => "1 trial".to_owned(),
                    n => format!("{n} trials"),
                }
            );
            doubts.push(("alone-failed", message));
        }
        if let [first, others @ ..] = &doubtful[..] {
            let message = match others.len() + 1 {
                1 => format!("alone, {first}"),
                n => format!("alone, {first} (the first of {n} like it)"),
            };
            doubts.push(("alone", message));
        }
        Told {
            failed_trials: failed.len(),
            doubts,
        }
    }
}

/// Writes the file if the experiment asks for it, and returns what there is to say of it that no
/// point says; `beside` holds the replications of each point.
///
/// # Errors
/// If a trial cannot be read back or the file cannot be written.
pub(super) fn write(
    directory: &ResultDirectory,
    experiment: &Experiment,
    plan: &Plan,
    beside: &[Vec<GroupReplications>],
) -> Result<Told, LandingError> {
    if plan.alone_of_point.iter().all(Vec::is_empty) {
        return Ok(Told::default());
    }
    let keys = &experiment.sweep_keys;
    let path = directory.path().join("interference.csv");
    let mut table = table::contrasts(&path, keys, &[], ("alone", "beside"))?;
    let mut measured: BTreeMap<usize, Alone> = BTreeMap::new();
    for (point, groups) in experiment.points.iter().zip(&plan.alone_of_point) {
        for (name, scenario) in groups {
            if !measured.contains_key(scenario) {
                let alone = Alone::read(directory, plan, *scenario, experiment.warm_up)?;
                measured.insert(*scenario, alone);
            }
            let of = |groups: &'_ [GroupReplications]| {
                groups.iter().position(|group| group.task_group == *name)
            };
            let (alone, beside) = (&measured[scenario].groups, &beside[point.index]);
            if let (Some(first), Some(second)) = (of(alone), of(beside)) {
                let pair = (&alone[first], &beside[second]);
                table::add_contrast(&mut table, &point.values, &[], pair)?;
            }
        }
    }
    table.finish()?;
    // Points speak for themselves.
    let extra = measured.range(plan.distinct_points()..);
    Ok(Told::of(extra.map(|(_, alone)| alone)))
}

/// What a scenario gave.
struct Alone {
    groups: Vec<GroupReplications>,
    /// Why trials failed.
    failed: Vec<String>,
    /// Reasons to doubt the others.
    warnings: Vec<Warning>,
}

impl Alone {
    fn read(
        directory: &ResultDirectory,
        plan: &Plan,
        scenario: usize,
        warm_up: WarmUp,
    ) -> Result<Alone, LandingError> {
        let mut summarizer = Summarizer::new(&plan.scenarios[scenario]);
        let mut alone = Alone {
            groups: Vec::new(),
            failed: Vec::new(),
            warnings: Vec::new(),
        };
        let mut halves = Halves::new(&plan.scenarios[scenario]);
        for job in plan.jobs_of(scenario) {
            let landed = directory.landed(job)?;
            match landed.expect("all trials have landed before results are written") {
                Landed::Measured(measurements) => {
                    summarizer.add(&measurements);
                    halves.add(&measurements);
                    let replication = job.trial.replication;
                    for (group, metrics) in summarizer.last_replication() {
                        GroupReplications::add(&mut alone.groups, group, replication, metrics);
                    }
                }
                Landed::Failed(reason) => alone.failed.push(reason),
            }
        }
        alone.warnings = summarizer.finish().warnings;
        alone.warnings.extend(halves.warnings(warm_up));
        Ok(alone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Claim, assemble};
    use crate::trial::TrialError;

    const FILE: &str = r#"
question = "?"
replications = 2
measure = "10 ms"
interference = ["a"]
[instance]
egress = "1 Gbit/s"
[network]
mode = "bridge"
[[task]]
name = "a"
traffic = { arrivals = "poisson", rate = "100 Mbit/s", packet-size = "1250 B" }
[[task]]
name = "b"
traffic = { arrivals = "poisson", rate = "100 Mbit/s", packet-size = "1250 B" }
"#;

    /// A trial of a group alone has no row in `trials.csv`, so that it failed is said elsewhere.
    #[test]
    fn what_failed_alone_is_counted_and_told() {
        let experiment = Experiment::parse("x.toml", FILE).unwrap();
        let plan = Plan::new(&experiment);
        let dir = tempfile::tempdir().unwrap();
        let Claim::Incomplete(results) = ResultDirectory::claim(dir.path(), FILE, false).unwrap()
        else {
            panic!("nothing is there yet")
        };
        assert_eq!(plan.jobs.len(), 4);
        for job in &plan.jobs {
            let is_alone = job.scenario >= plan.distinct_points();
            let outcome = match (is_alone, job.trial.replication) {
                (true, 1) => Err(TrialError {
                    seed: experiment.seed,
                    replication: 1,
                    reason: "packets were lost or made up".to_owned(),
                }),
                _ => job.trial.run(),
            };
            results.land(job, outcome).unwrap();
        }
        let assembled = assemble(&results, &experiment, &plan).unwrap();
        assert_eq!(assembled.failed_trials, 1);
        let told = "1 trial of task groups alone failed, and their replications are missing in \
                    interference.csv; the first: packets were lost or made up";
        assert!(assembled.warnings.iter().any(|warning| warning == told));
        // A hundred packets at most have no p99.
        let few = |warning: &String| warning.starts_with("alone, p");
        assert!(
            assembled.warnings.iter().any(few),
            "{:?}",
            assembled.warnings
        );
        let warnings = std::fs::read_to_string(dir.path().join("warnings.csv")).unwrap();
        assert!(warnings.contains("alone-failed") && warnings.contains("lost or made up"));
        let trials = std::fs::read_to_string(dir.path().join("trials.csv")).unwrap();
        assert!(!trials.contains("lost or made up"));
    }
}
