//! `effects.csv`: what every other network mode does to the packets of the first, wherever modes are
//! swept.
//!
//! Replications of one number meet the same packets in every mode, so that effects are paired.

use std::collections::BTreeMap;

use super::directory::ResultDirectory;
use super::landing::LandingError;
use super::read::GroupReplications;
use super::table::{self, Table};
use crate::experiment::Experiment;
use crate::runner::Plan;
use crate::scenario::{Egress, Scenario};

/// The keys whose values are compared; arbitration belongs to some of the modes.
pub const MODE_KEYS: [&str; 2] = ["network.mode", "network.arbitration"];

/// Writes the file if the experiment sweeps modes; `measured` holds the replications of each point.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(
    directory: &ResultDirectory,
    experiment: &Experiment,
    plan: &Plan,
    measured: &[Vec<GroupReplications>],
) -> Result<(), LandingError> {
    let keys = experiment.sweep_keys.iter().enumerate();
    let (modes, others): (Vec<_>, Vec<_>) =
        keys.partition(|(_, key)| MODE_KEYS.contains(&key.as_str()));
    if modes.is_empty() {
        return Ok(());
    }
    let outside: Vec<String> = others.iter().map(|(_, key)| (*key).clone()).collect();
    let path = directory.path().join("effects.csv");
    let labels = [
        "base_mode",
        "base_arbitration",
        "other_mode",
        "other_arbitration",
    ];
    let mut table = table::contrasts(&path, &outside, &labels, ("base", "other"))?;
    let mut places: Vec<(Vec<String>, Vec<usize>)> = Vec::new();
    let mut known: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for point in &experiment.points {
        let values: Vec<&str> = others.iter().map(|(at, _)| &*point.values[*at]).collect();
        let next = places.len();
        let place = *known.entry(values.clone()).or_insert(next);
        if place == next {
            let values = values.into_iter().map(str::to_owned).collect();
            places.push((values, Vec::new()));
        }
        places[place].1.push(point.index);
    }
    for (values, points) in &places {
        add_place(&mut table, values, &distinct(plan, points), plan, measured)?;
    }
    Ok(table.finish()?)
}

/// The points that are not simulated with an earlier one: bridge mode has no arbitration.
fn distinct(plan: &Plan, points: &[usize]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for point in points {
        let scenario = plan.scenario_of_point[*point];
        if kept
            .iter()
            .all(|known| plan.scenario_of_point[*known] != scenario)
        {
            kept.push(*point);
        }
    }
    kept
}

/// Adds what the first of `points` and each other have in common.
fn add_place(
    table: &mut Table,
    values: &[String],
    points: &[usize],
    plan: &Plan,
    measured: &[Vec<GroupReplications>],
) -> Result<(), LandingError> {
    let Some((base, others)) = points.split_first() else {
        return Ok(());
    };
    let scenario = |point: &usize| &plan.scenarios[plan.scenario_of_point[*point]];
    let (base_mode, base_arbitration) = names(scenario(base));
    for other in others {
        let (mode, arbitration) = names(scenario(other));
        let labels = [base_mode, base_arbitration, mode, arbitration];
        for group in &measured[*base] {
            let same = |there: &&GroupReplications| there.task_group == group.task_group;
            if let Some(there) = measured[*other].iter().find(same) {
                table::add_contrast(table, values, &labels, (group, there))?;
            }
        }
    }
    Ok(())
}

/// Mode and arbitration; none where the mode has none.
fn names(scenario: &Scenario) -> (&'static str, &'static str) {
    let arbitration = match scenario.network.egress {
        Egress::PerTask { arbitration, .. } => arbitration.name(),
        Egress::Refused | Egress::Shared { .. } => "",
    };
    (scenario.network.mode.name(), arbitration)
}
