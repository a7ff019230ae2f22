//! `interference.csv`: what a task group's neighbours do to its packets.
//!
//! The group is simulated beside its neighbours, as the sweep point says, and alone; replications of
//! one number meet the same packets of the group, so that the difference is paired.

use std::collections::BTreeMap;

use super::directory::ResultDirectory;
use super::landing::{Landed, LandingError};
use super::read::GroupReplications;
use super::summary::Summarizer;
use super::table;
use crate::experiment::Experiment;
use crate::runner::Plan;

/// Trials of groups alone that failed.
#[derive(Debug, Default)]
pub(super) struct Failed {
    pub trials: usize,
    /// Why, of the first.
    reason: String,
}

impl Failed {
    /// What that means for the file, if there are any.
    pub fn in_words(&self) -> Option<String> {
        (self.trials > 0).then(|| {
            format!(
                "{} trials of task groups alone failed, and their replications are missing in \
                 interference.csv; the first: {}",
                self.trials, self.reason
            )
        })
    }
}

/// Writes the file if the experiment asks for it, and returns what failed that is no point's; `beside`
/// holds the replications of each point.
///
/// # Errors
/// If a trial cannot be read back or the file cannot be written.
pub(super) fn write(
    directory: &ResultDirectory,
    experiment: &Experiment,
    plan: &Plan,
    beside: &[Vec<GroupReplications>],
) -> Result<Failed, LandingError> {
    if plan.alone_of_point.iter().all(Vec::is_empty) {
        return Ok(Failed::default());
    }
    let keys = &experiment.sweep_keys;
    let path = directory.path().join("interference.csv");
    let mut table = table::contrasts(&path, keys, &[], ("alone", "beside"))?;
    let mut measured: BTreeMap<usize, Alone> = BTreeMap::new();
    for (point, groups) in experiment.points.iter().zip(&plan.alone_of_point) {
        for (name, scenario) in groups {
            if !measured.contains_key(scenario) {
                measured.insert(*scenario, Alone::read(directory, plan, *scenario)?);
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
    // Points report their own failures.
    let extra = measured.range(plan.distinct_points()..);
    let mut reasons = extra.flat_map(|(_, alone)| &alone.failed);
    let reason = reasons.next().cloned();
    Ok(Failed {
        trials: usize::from(reason.is_some()) + reasons.count(),
        reason: reason.unwrap_or_default(),
    })
}

/// What a scenario gave.
struct Alone {
    groups: Vec<GroupReplications>,
    /// Why trials failed.
    failed: Vec<String>,
}

impl Alone {
    fn read(
        directory: &ResultDirectory,
        plan: &Plan,
        scenario: usize,
    ) -> Result<Alone, LandingError> {
        let mut summarizer = Summarizer::new(&plan.scenarios[scenario]);
        let mut alone = Alone {
            groups: Vec::new(),
            failed: Vec::new(),
        };
        for job in plan.jobs_of(scenario) {
            let landed = directory.landed(job)?;
            match landed.expect("all trials have landed before results are written") {
                Landed::Measured(measurements) => {
                    summarizer.add(&measurements);
                    let replication = job.trial.replication;
                    for (group, metrics) in summarizer.last_replication() {
                        GroupReplications::add(&mut alone.groups, group, replication, metrics);
                    }
                }
                Landed::Failed(reason) => alone.failed.push(reason),
            }
        }
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
        let told = "1 trials of task groups alone failed, and their replications are missing in \
                    interference.csv; the first: packets were lost or made up";
        assert!(assembled.warnings.iter().any(|warning| warning == told));
        let warnings = std::fs::read_to_string(dir.path().join("warnings.csv")).unwrap();
        assert!(warnings.contains("interference") && warnings.contains("lost or made up"));
        let trials = std::fs::read_to_string(dir.path().join("trials.csv")).unwrap();
        assert!(!trials.contains("lost or made up"));
    }
}
