//! `enibench check`: what running experiments would take.

use std::collections::HashSet;
use std::io::Write;

use super::args::CheckArgs;
use super::exit::{Exit, Failure};
use super::load::load_all;
use super::size::counted;
use crate::estimate;
use crate::experiment::{Experiment, WarmUp};
use crate::runner::{self, Plan};
use crate::units::SimDuration;

/// Runs the verb.
pub fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let experiments = load_all(&args.files, &args.overrides)?;
    for loaded in &experiments {
        let experiment = &loaded.experiment;
        let plan = Plan::new(experiment);
        let trials = plan.jobs.len();
        let most = most_trials(experiment, &plan);
        let scenarios = || plan.jobs.iter().map(|job| &job.trial.scenario);
        let events: f64 = scenarios().map(|s| estimate::events(s)).sum();
        let seconds: f64 = scenarios().map(|s| estimate::seconds(s)).sum();
        let threads = runner::default_threads().min(trials.max(1));
        let largest = scenarios().map(|s| estimate::bytes(s)).fold(0.0, f64::max);
        writeln!(out, "{}: valid", loaded.provenance.file)?;
        writeln!(out, "  question     {}", experiment.question)?;
        for (key, values) in swept_values(experiment) {
            let varied = experiment.varied.iter().any(|varied| varied == key);
            let what = if varied { "vary " } else { "sweep" };
            writeln!(out, "  {what}        {key} = {values}")?;
        }
        writeln!(
            out,
            "  trials       {} ({}, {} distinct{}, × {})",
            up_to(trials.to_string(), most.map(|most| most.to_string())),
            counted(experiment.points.len(), "point"),
            plan.distinct_points(),
            match plan.scenarios.len() - plan.distinct_points() {
                0 => String::new(),
                alone => format!(", {} alone", counted(alone, "group")),
            },
            replications(experiment)
        )?;
        let times = most.map(|most| most as f64 / trials.max(1) as f64);
        let most_events = times.map(|times| rounded(events * times));
        writeln!(
            out,
            "  events       about {}",
            up_to(rounded(events), most_events)
        )?;
        let wall = seconds / threads as f64;
        let most_time = times.map(|times| duration(wall * times));
        writeln!(
            out,
            "  time         about {} on {threads} threads",
            up_to(duration(wall), most_time)
        )?;
        if let WarmUp::Auto { floor } = experiment.warm_up {
            let least = match floor {
                SimDuration::ZERO => String::new(),
                floor => format!("; at least {floor}"),
            };
            writeln!(out, "  warm-up      pilot runs will find it{least}")?;
        }
        let memory = estimate::PROCESS_BYTES + largest * threads as f64;
        writeln!(
            out,
            "  memory       about {:.0} MiB",
            memory / f64::from(1 << 20)
        )?;
        writeln!(out, "  results      {}", loaded.default_out.display())?;
        if !experiment.assertions.is_empty() {
            writeln!(out, "  assertions   {}", experiment.assertions.len())?;
        }
        for warning in &experiment.warnings {
            writeln!(out, "  warning      {warning}")?;
        }
    }
    Ok(Exit::Done)
}

/// The trials if no point is precise enough before the most replications, where there is a precision
/// to reach.
fn most_trials(experiment: &Experiment, plan: &Plan) -> Option<usize> {
    let asked = experiment.precision.as_ref()?;
    Some(plan.scenarios.len() * asked.max_replications as usize)
}

/// `10 replications`, or `10 to 200 replications`.
fn replications(experiment: &Experiment) -> String {
    match &experiment.precision {
        None => counted(experiment.replications as usize, "replication"),
        Some(_) => format!("{} replications", super::run::replications(experiment)),
    }
}

/// A value, or from where to where it may be.
fn up_to(least: String, most: Option<String>) -> String {
    match most.filter(|most| *most != least) {
        None => least,
        Some(most) => format!("{least} to {most}"),
    }
}

/// A number of events: in millions, or in thousands where it would be less than one.
fn rounded(events: f64) -> String {
    match events < 1e6 {
        true => format!("{:.0} thousand", (events / 1e3).ceil()),
        false => format!("{:.1} million", events / 1e6),
    }
}

/// Most values of a swept key that are listed one by one.
const VALUES_LISTED: usize = 12;

/// Each swept key with its values in order.
fn swept_values(experiment: &Experiment) -> Vec<(&str, String)> {
    let axis = |column: usize| {
        let mut seen = HashSet::new();
        let values = experiment
            .points
            .iter()
            .map(|point| point.values[column].as_str());
        let values: Vec<&str> = values.filter(|value| seen.insert(*value)).collect();
        match values[..] {
            [first, second, .., last] if values.len() > VALUES_LISTED => {
                format!("{first} | {second} | … | {last} ({} values)", values.len())
            }
            _ => values.join(" | "),
        }
    };
    let keys = experiment.sweep_keys.iter().enumerate();
    keys.map(|(column, key)| (key.as_str(), axis(column)))
        .collect()
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "a second".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_events_are_rounded_for_reading() {
        for (events, text) in [
            (0.0, "0 thousand"),
            (1.0, "1 thousand"),
            (4_321.0, "5 thousand"),
            (12_345_678.0, "12.3 million"),
        ] {
            assert_eq!(rounded(events), text);
        }
    }
}
