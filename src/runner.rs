//! Trials in parallel: the only place with threads.
//!
//! A trial is single-threaded; threads take whole trials, the dearest first, so that the last one
//! to finish is a short one. Nothing a trial measures depends on which thread ran it or when.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::estimate;
use crate::experiment::Experiment;
use crate::scenario::Scenario;
use crate::trial::Trial;

/// The trials of an experiment, each distinct one once.
///
/// Sweep points with equal scenarios (bridge mode under another arbitration, say) share one in an
/// [`Experiment`]; they have the same random streams and therefore the same outcome, so they share
/// their trials too.
#[derive(Debug)]
pub struct Plan {
    /// For each sweep point, which of the distinct scenarios it is.
    pub scenario_of_point: Vec<usize>,
    /// For each sweep point, the task groups that are also simulated alone, and which of the
    /// distinct scenarios that is.
    pub alone_of_point: Vec<Vec<(String, usize)>>,
    /// Distinct scenarios, in the order of their first point; behind them those that are no point's.
    pub scenarios: Vec<Arc<Scenario>>,
    /// All trials: scenario by scenario, replications in order.
    pub jobs: Vec<Job>,
    seed: u64,
}

/// A trial and where it belongs.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which of the distinct scenarios.
    pub scenario: usize,
    /// What to run.
    pub trial: Trial,
}

impl Plan {
    /// Lays out the trials of `experiment`.
    pub fn new(experiment: &Experiment) -> Self {
        let mut scenarios: Vec<Arc<Scenario>> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        let mut number_of = |scenario: &Arc<Scenario>| {
            *seen.entry(Arc::as_ptr(scenario)).or_insert_with(|| {
                scenarios.push(Arc::clone(scenario));
                scenarios.len() - 1
            })
        };
        let points = &experiment.points;
        let scenario_of_point = points.iter().map(|point| number_of(&point.scenario));
        let scenario_of_point = scenario_of_point.collect();
        let mut alone = |(name, scenario): &(String, _)| (name.clone(), number_of(scenario));
        let alone_of_point = points
            .iter()
            .map(|point| point.alone.iter().map(&mut alone).collect());
        let alone_of_point = alone_of_point.collect();
        let replications = vec![experiment.replications; scenarios.len()];
        let mut plan = Plan {
            scenario_of_point,
            alone_of_point,
            scenarios,
            jobs: Vec::new(),
            seed: experiment.seed,
        };
        plan.lay_out(&replications);
        plan
    }

    /// Lays the trials out anew: so many replications of each scenario.
    pub fn lay_out(&mut self, replications: &[u32]) {
        let seed = self.seed;
        let scenarios = self.scenarios.iter().zip(replications).enumerate();
        let jobs = scenarios.flat_map(|(number, (scenario, replications))| {
            (0..*replications).map(move |replication| Job {
                scenario: number,
                trial: Trial {
                    scenario: Arc::clone(scenario),
                    seed,
                    replication,
                },
            })
        });
        self.jobs = jobs.collect();
    }

    /// Asks as many replications of a task group alone as of the points that it is compared with:
    /// pairs are made of replications that both sides have. A group alone that is a point of the sweep
    /// as well keeps that point's number.
    pub fn as_many_alone(&self, replications: &mut [u32]) {
        let first_alone = self.distinct_points();
        let (of_points, alone) = replications.split_at_mut(first_alone);
        alone.fill(0);
        for (point, groups) in self.scenario_of_point.iter().zip(&self.alone_of_point) {
            let others = groups.iter().filter(|(_, number)| *number >= first_alone);
            for (_, number) in others {
                let asked = &mut alone[number - first_alone];
                *asked = (*asked).max(of_points[*point]);
            }
        }
    }

    /// The trials of scenario number `scenario`, replications in order.
    pub fn jobs_of(&self, scenario: usize) -> &[Job] {
        let first = self.jobs.partition_point(|job| job.scenario < scenario);
        let behind = self.jobs.partition_point(|job| job.scenario <= scenario);
        &self.jobs[first..behind]
    }

    /// How many of the scenarios are sweep points; the others are those of groups alone.
    pub fn distinct_points(&self) -> usize {
        self.scenario_of_point
            .iter()
            .max()
            .map_or(0, |last| last + 1)
    }

    /// Trials that the result files have rows for: every point's, shared or not.
    pub fn rows(&self) -> usize {
        let points = self.scenario_of_point.iter();
        points.map(|scenario| self.jobs_of(*scenario).len()).sum()
    }
}

/// Calls `work` for every job on `threads` threads, the dearest jobs first.
///
/// # Errors
/// If the system does not give that many threads.
pub fn for_each(
    jobs: &[Job],
    threads: usize,
    work: impl Fn(&Job) + Sync,
) -> Result<(), ThreadsError> {
    let mut order: Vec<&Job> = jobs.iter().collect();
    let cost = |job: &Job| estimate::seconds(&job.trial.scenario);
    order.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
    let next = AtomicUsize::new(0);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.clamp(1, jobs.len().max(1)))
        .build()
        .map_err(|source| ThreadsError { threads, source })?;
    pool.broadcast(|_| {
        while let Some(job) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(job);
        }
    });
    Ok(())
}

/// Calls `work` on `threads` threads, on which [`map`] then divides its items.
///
/// # Errors
/// If the system does not give that many threads.
pub fn within<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, ThreadsError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .build()
        .map_err(|source| ThreadsError { threads, source })?;
    Ok(pool.install(work))
}

/// Calls `work` for every item, on the threads of the [`within`] around it; the results are in the
/// order of the items. `work` may call `map` again.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(work).collect()
}

/// The system does not give as many threads as were asked for.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {threads} threads: {source}; ask for fewer with --threads")]
pub struct ThreadsError {
    threads: usize,
    source: rayon::ThreadPoolBuildError,
}

/// Number of threads to use unless told otherwise: one per available core.
pub fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
