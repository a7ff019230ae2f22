//! Whether latency still drifts within the recorded window.

use crate::experiment::WarmUp;
use crate::measure::{HALVES, Measurements};
use crate::scenario::Scenario;
use crate::stats;
use crate::warning::Warning;

/// Confidence at which a drift counts: an experiment has many points and groups.
const CONFIDENCE: f64 = 0.999;

/// A drift that matters, as a part of the first half's mean.
const CHANGE_MIN: f64 = 0.05;

/// Fewest replications that can tell a drift from chance.
const REPLICATIONS_MIN: usize = 3;

/// Mean sojourn times in the two halves of the window, replication by replication.
///
/// Halves of one replication share their traffic's level, and replications are independent: so the
/// differences are tested, by Student's t.
#[derive(Debug)]
pub(super) struct Halves {
    /// Name of each task group, and its two means in each replication \[ns\].
    groups: Vec<(String, Vec<[f64; 2]>)>,
}

impl Halves {
    /// For a point with this scenario. Where it is about a transient, drift is no doubt but the
    /// subject, and none is looked for.
    pub fn new(scenario: &Scenario) -> Self {
        let groups = scenario.task_groups.iter();
        let names = groups.map(|group| (group.name.clone(), Vec::new()));
        Halves {
            groups: match scenario.is_transient() {
                true => Vec::new(),
                false => names.collect(),
            },
        }
    }

    /// Adds a replication.
    pub fn add(&mut self, measurements: &Measurements) {
        let groups = self.groups.iter_mut().zip(&measurements.groups);
        for ((_, means), measured) in groups {
            assert_eq!(measured.parts.len(), HALVES as usize, "a window has halves");
            let half = |part: usize| measured.parts[part].mean_ns();
            if let (Some(first), Some(second)) = (half(0), half(1)) {
                means.push([first, second]);
            }
        }
    }

    /// The groups whose latency drifts after the warm-up, which pilots have found or the file gives.
    pub fn warnings(&self, warm_up: WarmUp) -> Vec<Warning> {
        let drifting = self.groups.iter().filter_map(|(name, means)| {
            Some(Warning::Drifts {
                group: name.clone(),
                change: drift(means)?,
                is_piloted: warm_up != WarmUp::Given,
            })
        });
        drifting.collect()
    }
}

/// By how much the second of each two values lies above the first, as a part of it, if that is beyond
/// chance and matters.
fn drift(means: &[[f64; 2]]) -> Option<f64> {
    if means.len() < REPLICATIONS_MIN {
        return None;
    }
    let differences: Vec<f64> = means.iter().map(|[first, second]| second - first).collect();
    let firsts: Vec<f64> = means.iter().map(|[first, _]| *first).collect();
    let difference = stats::mean(&differences)?;
    let change = difference / stats::mean(&firsts)?;
    let chance = stats::half_width_at(&differences, CONFIDENCE)?;
    (difference.abs() > chance && change.abs() > CHANGE_MIN).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: differences of 9, 10 and 11 have s = 1, and t(0.9995, 2)/√3 = 31.599/1.732 = 18.2.
    #[test]
    fn a_drift_is_beyond_chance_and_matters() {
        let means = |differences: &[f64], level: f64| -> Vec<[f64; 2]> {
            let pair = |difference: &f64| [level, level + difference];
            differences.iter().map(pair).collect()
        };
        assert_eq!(drift(&means(&[9.0, 10.0, 11.0], 100.0)), None);
        let twice = [19.0, 20.0, 21.0];
        assert!((drift(&means(&twice, 100.0)).unwrap() - 0.2).abs() < 1e-12);
        // Beyond chance, but a hundredth of the level.
        assert_eq!(drift(&means(&twice, 2000.0)), None);
        let down = [-19.0, -20.0, -21.0];
        assert!((drift(&means(&down, 100.0)).unwrap() + 0.2).abs() < 1e-12);
        assert_eq!(drift(&means(&[20.0, 20.0], 100.0)), None);
    }

    /// Two tasks of 80 Mbit/s at a baseline of 100 Mbit/s drain what they share, and nothing of what
    /// each has for itself.
    #[test]
    fn where_credit_drains_drift_is_the_subject() {
        let watched = |arbitration: &str| {
            let file = format!(
                r#"
                question = "For how long?"
                measure = "10 ms"
                [instance]
                enis = 3
                egress = {{ baseline = "100 Mbit/s", burst = "1 Gbit/s", credit = "1 GB", buffer = "1 MB" }}
                host-stack = "none"
                [network]
                mode = "awsvpc"
                arbitration = "{arbitration}"
                [[task]]
                name = "a"
                count = 2
                traffic = {{ arrivals = "poisson", rate = "80 Mbit/s", packet-size = "1250 B" }}
                "#
            );
            let experiment = crate::experiment::Experiment::parse("x.toml", &file);
            let experiment = experiment.unwrap_or_else(|e| panic!("{e}"));
            Halves::new(&experiment.points[0].scenario).groups.len()
        };
        assert_eq!(watched("round-robin"), 0);
        assert_eq!(watched("dedicated"), 1);
    }
}
