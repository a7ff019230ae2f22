//! Simulates setups, replication by replication, and judges their cases.

use std::sync::Arc;
use std::time::Instant;

use rand::RngExt as _;

use super::case::{Case, Group, Length, Setup};
use super::judge::{Finding, Scores, Value, judge, sum_scores};
use crate::engine::random::StreamName;
use crate::estimate;
use crate::experiment::Experiment;
use crate::runner;
use crate::scenario::Scenario;
use crate::trial::{Trial, TrialError};
use crate::units::SimDuration;

/// What is to be simulated.
pub struct Plan<'a> {
    /// Setups with their groups, as [`select`](super::select) gives them.
    pub setups: Vec<(&'a Group, Setup)>,
    /// Whether a tenth is enough.
    pub quick: bool,
    /// Seed of all random streams.
    pub seed: u64,
    prepared: Vec<Prepared>,
}

/// A setup as the simulator takes it.
struct Prepared {
    scenarios: Vec<Arc<Scenario>>,
    seed: u64,
    replications: u32,
}

/// A replication of a setup.
#[derive(Clone, Copy)]
struct Job {
    setup: usize,
    replication: u32,
    /// Expected time on one core \[s\].
    seconds: f64,
}

/// What a job gave: a value for each case.
struct Done {
    values: Vec<Value>,
    seconds: f64,
}

/// A case with what became of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// Its group.
    pub group: &'static Group,
    /// The setup's name.
    pub setup: String,
    /// What was measured.
    pub quantity: String,
    /// Its unit; empty for a probability or a ratio.
    pub unit: &'static str,
    /// Replications that were simulated.
    pub replications: u32,
    /// Values and verdict.
    pub finding: Finding,
    /// Time of the whole setup, all threads together \[s\], at its first case.
    pub seconds: Option<f64>,
}

/// What a run of validation found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether a tenth was simulated.
    pub quick: bool,
    /// Seed of all random streams.
    pub seed: u64,
    /// Every case, in the order of the groups.
    pub outcomes: Vec<Outcome>,
    /// The scores of all estimates together; `None` if there is none.
    pub scores: Option<Scores>,
}

impl Report {
    /// Number of cases in which simulator and theory agree.
    pub fn held(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|outcome| outcome.finding.holds()).count()
    }
}

/// Why a run of validation has no report.
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    /// The model failed an assertion of its own.
    #[error("validation of {setup}: {source}")]
    Trial {
        /// Group and setup.
        setup: String,
        /// What failed.
        source: TrialError,
    },
    /// Threads could not be started.
    #[error(transparent)]
    Threads(#[from] runner::ThreadsError),
}

impl<'a> Plan<'a> {
    /// Lays out the trials of `setups`.
    ///
    /// # Panics
    /// If a setup's file is no valid experiment: a defect, since files are part of the source.
    pub fn new(setups: Vec<(&'a Group, Setup)>, quick: bool, seed: u64) -> Self {
        let prepare = |(group, setup): &(&Group, Setup)| {
            let scenarios = setup.files.iter().map(|text| {
                let mut scenario = scenario(&format!("{} {}", group.key, setup.name), text);
                if quick && setup.length == Length::Windows {
                    let measure = scenario.window.measure.as_ps() / u64::from(Length::QUICK);
                    scenario.window.measure = SimDuration::from_ps(measure);
                }
                Arc::new(scenario)
            });
            Prepared {
                scenarios: scenarios.collect(),
                seed: seed_of(seed, group, setup),
                replications: setup.length.replications(quick),
            }
        };
        let prepared = setups.iter().map(prepare).collect();
        Plan {
            setups,
            quick,
            seed,
            prepared,
        }
    }

    /// Number of cases.
    pub fn cases(&self) -> usize {
        self.setups.iter().map(|(_, setup)| setup.cases.len()).sum()
    }

    /// Number of trials: how often [`run`] says that something is done.
    pub fn trials(&self) -> usize {
        let trials = |p: &Prepared| p.replications as usize * p.scenarios.len();
        self.prepared.iter().map(trials).sum()
    }

    /// Expected events of all trials.
    pub fn events(&self) -> f64 {
        let events = |p: &Prepared| f64::from(p.replications) * p.events();
        self.prepared.iter().map(events).sum()
    }

    /// All replications, the dearest first.
    fn jobs(&self) -> Vec<Job> {
        let of_setup = |(setup, prepared): (usize, &Prepared)| {
            let scenarios = prepared.scenarios.iter();
            let seconds = scenarios.map(|s| estimate::seconds(s)).sum();
            let job = move |replication| Job {
                setup,
                replication,
                seconds,
            };
            (0..prepared.replications).map(job)
        };
        let prepared = self.prepared.iter().enumerate();
        let mut jobs: Vec<Job> = prepared.flat_map(of_setup).collect();
        jobs.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
        jobs
    }
}

impl Prepared {
    /// Expected events of one replication.
    fn events(&self) -> f64 {
        self.scenarios.iter().map(|s| estimate::events(s)).sum()
    }
}

/// The scenario of an experiment file with one point.
fn scenario(name: &str, text: &str) -> Scenario {
    let experiment = Experiment::parse(name, text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(experiment.points.len(), 1, "{name}: one point");
    Scenario::clone(&experiment.points[0].scenario)
}

/// A seed for each setup, so that its packets are independent of all others: streams are named by
/// tasks, and the tasks of setups have the same names.
fn seed_of(seed: u64, group: &Group, setup: &Setup) -> u64 {
    let name = format!("{}/{}", group.key, setup.name);
    let stream = StreamName {
        seed,
        replication: 0,
        component: &name,
        index: 0,
        purpose: "validate",
    };
    stream.stream().random()
}

/// Simulates the plan on `threads` threads and judges its cases. `finished` is told the expected and
/// the actual events of each trial when it is done.
///
/// # Errors
/// If a trial fails, or the system does not give that many threads.
pub fn run(
    plan: &Plan<'static>,
    threads: usize,
    finished: &(dyn Fn(f64, u64) + Sync),
) -> Result<Report, ValidateError> {
    let jobs = plan.jobs();
    let work = |job: &Job| simulate(plan, job, finished);
    let done = runner::within(threads, || runner::map(&jobs, work))?;
    let mut by_setup: Vec<Vec<(u32, Done)>> = plan.setups.iter().map(|_| Vec::new()).collect();
    for (job, done) in jobs.iter().zip(done) {
        by_setup[job.setup].push((job.replication, done?));
    }
    let mut outcomes = Vec::new();
    for ((group, setup), mut done) in plan.setups.iter().zip(by_setup) {
        done.sort_by_key(|(replication, _)| *replication);
        outcomes.push(outcomes_of(group, setup, &done));
    }
    let findings = outcomes.iter().map(|o| o.iter().map(|o| &o.finding));
    let scores = sum_scores(findings.map(Iterator::collect));
    Ok(Report {
        quick: plan.quick,
        seed: plan.seed,
        outcomes: outcomes.into_iter().flatten().collect(),
        scores,
    })
}

/// Runs one replication of all scenarios of a setup and reads its cases.
fn simulate(
    plan: &Plan<'_>,
    job: &Job,
    finished: &(dyn Fn(f64, u64) + Sync),
) -> Result<Done, ValidateError> {
    let (group, setup) = &plan.setups[job.setup];
    let prepared = &plan.prepared[job.setup];
    let begin = Instant::now();
    let trial = |scenario: &Arc<Scenario>| {
        let trial = Trial {
            scenario: Arc::clone(scenario),
            seed: prepared.seed,
            replication: job.replication,
        };
        let measured = trial.run();
        if let Ok(measured) = &measured {
            finished(estimate::events(scenario), measured.events);
        }
        measured
    };
    let measurements: Result<Vec<_>, TrialError> = prepared.scenarios.iter().map(trial).collect();
    let measurements = measurements.map_err(|source| ValidateError::Trial {
        setup: format!("{}, {}", group.name, setup.name),
        source,
    })?;
    let values = setup.cases.iter();
    let values = values
        .map(|case| Value::read(case, &measurements))
        .collect();
    Ok(Done {
        values,
        seconds: begin.elapsed().as_secs_f64(),
    })
}

fn outcomes_of(group: &'static Group, setup: &Setup, done: &[(u32, Done)]) -> Vec<Outcome> {
    let seconds: f64 = done.iter().map(|(_, done)| done.seconds).sum();
    let outcome = |(number, case): (usize, &Case)| {
        let values: Vec<Value> = done.iter().map(|(_, done)| done.values[number]).collect();
        Outcome {
            id: case.id(group, setup),
            group,
            setup: setup.name.clone(),
            quantity: case.quantity.clone(),
            unit: case.unit,
            replications: done.len() as u32,
            finding: judge(case, &values),
            seconds: (number == 0).then_some(seconds),
        }
    };
    setup.cases.iter().enumerate().map(outcome).collect()
}
