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

/// Writes the file if the experiment asks for it, and returns what is doubtful about it; `beside`
/// holds the replications of each point.
///
/// # Errors
/// If a trial cannot be read back or the file cannot be written.
pub(super) fn write(
    directory: &ResultDirectory,
    experiment: &Experiment,
    plan: &Plan,
    beside: &[Vec<GroupReplications>],
) -> Result<Vec<String>, LandingError> {
    if plan.alone_of_point.iter().all(Vec::is_empty) {
        return Ok(Vec::new());
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
    let failed: usize = extra.map(|(_, alone)| alone.failed).sum();
    Ok(match failed {
        0 => Vec::new(),
        n => vec![format!(
            "{n} trials of task groups alone failed: their replications are missing in \
             interference.csv"
        )],
    })
}

/// What a scenario gave.
struct Alone {
    groups: Vec<GroupReplications>,
    failed: usize,
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
            failed: 0,
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
                Landed::Failed(_) => alone.failed += 1,
            }
        }
        Ok(alone)
    }
}
