//! How many tasks an instance takes so that they still keep a promise such as `p99 < 2 ms`.
//!
//! ```text
//! task definitions → what fits (CPU, memory, ENIs, host ports) → a limit
//! limit + traffic  → the search: the limit, then 1, 2, 4, …, then halve → the largest that keeps
//! a probe          → an experiment file → trials, 5 to 20 replications → kept, broken, undecided
//! ```
//!
//! Each probe is the text of an experiment file, so that every default and every check is that of
//! experiment files, and an answer can be run again with `enibench run`.
//!
//! # What is assumed
//! More tasks never do better: the search halves. In the long run burst credit is full where the
//! mean load is below the baseline and spent where it is above; probes start so.

mod answer;
mod fit;
mod generate;
mod probe;
mod promise;
mod search;
mod traffic;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Binds, Outcome, Sizing};
pub use fit::{Fit, Resource, fit};
pub use probe::{Finding, Probe, REPLICATIONS};
pub use promise::{Metric, Promise, PromiseError};
pub use search::{Bracket, Verdict, search};
pub use traffic::{TrafficError, TrafficFile};

use crate::ecs::InstanceType;
use crate::ecs::documents::{RunAs, TaskDefinition};
use crate::experiment::Diagnostics;
use crate::runner;
use crate::scenario;
use crate::trial::TrialError;

/// What is to be found out.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is sized, with the traffic of each; families differ.
    pub subjects: Vec<Subject>,
    /// All of them are to be kept; at least one.
    pub promises: Vec<Promise>,
    /// Instance types.
    pub types: Vec<&'static InstanceType>,
    /// Ways to run the tasks.
    pub modes: Vec<Mode>,
    /// Seed of all probes.
    pub seed: u64,
}

/// What is sized as one: as many tasks of each of these definitions.
#[derive(Clone, Debug)]
pub struct Subject(pub Vec<Member>);

/// A definition and the traffic of each of its tasks.
#[derive(Clone, Debug)]
pub struct Member {
    /// The task definition.
    pub definition: TaskDefinition,
    /// What each task sends, as under `traffic` of an experiment file.
    pub traffic: toml::Table,
}

impl Subject {
    /// The families, joined.
    pub fn name(&self) -> String {
        let families: Vec<&str> = self.0.iter().map(|m| &*m.definition.family).collect();
        families.join("+")
    }
}

/// Network modes whose numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// One shared primary ENI behind docker0.
    Bridge,
    /// The instance's own network.
    Host,
    /// An ENI per task.
    Awsvpc,
    /// A branch ENI per task over one trunk.
    AwsvpcTrunk,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 4] = [Mode::Bridge, Mode::Host, Mode::Awsvpc, Mode::AwsvpcTrunk];

    /// As experiment files write it.
    pub const fn name(self) -> &'static str {
        let mode = match self {
            Mode::Bridge => scenario::Mode::Bridge,
            Mode::Host => scenario::Mode::Host,
            Mode::Awsvpc => scenario::Mode::Awsvpc,
            Mode::AwsvpcTrunk => scenario::Mode::AwsvpcTrunk,
        };
        mode.name()
    }

    /// The mode of this name.
    pub fn of_name(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.name() == name)
    }

    fn run_as(self) -> RunAs {
        match self {
            Mode::Bridge => RunAs::Bridge,
            Mode::Host => RunAs::Host,
            Mode::Awsvpc | Mode::AwsvpcTrunk => RunAs::Awsvpc,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SizingError {
    /// The traffic, or the mode, makes no experiment.
    #[error("{0}")]
    Experiment(Box<Diagnostics>),
    /// A defect of the model.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// Threads could not be started.
    #[error(transparent)]
    Threads(#[from] runner::ThreadsError),
}

/// One search: what, where, how.
struct Case<'r> {
    subject: &'r Subject,
    instance: &'static InstanceType,
    mode: Mode,
}

/// Sizes every subject on every type in every mode, on `threads` threads. The answers come with
/// the most tasks per vCPU first, and are the same on any number of threads.
///
/// # Errors
/// If the traffic makes no experiment, or a trial fails.
pub fn size(request: &Request, threads: usize) -> Result<Vec<Answer>, SizingError> {
    let mut cases = Vec::new();
    for subject in &request.subjects {
        for &instance in &request.types {
            for &mode in &request.modes {
                cases.push(Case {
                    subject,
                    instance,
                    mode,
                });
            }
        }
    }
    let searched = runner::within(threads, || {
        runner::map(&cases, |case| size_one(case, request))
    })?;
    let mut answers = searched.into_iter().collect::<Result<Vec<_>, _>>()?;
    answers.sort_by(Answer::by_density);
    Ok(answers)
}

fn size_one(case: &Case<'_>, request: &Request) -> Result<Answer, SizingError> {
    let answer = |outcome| Answer {
        subject: case.subject.name(),
        instance: case.instance,
        mode: case.mode,
        outcome,
    };
    let mut as_mode = Vec::new();
    let mut refusals = Vec::new();
    for member in &case.subject.0 {
        match member.definition.as_mode(case.mode.run_as()) {
            Ok(definition) => as_mode.push(definition),
            Err(errors) => {
                let family = &member.definition.family;
                let reasons = errors.problems.iter().map(|p| format!("{family}: {p}"));
                refusals.extend(reasons);
            }
        }
    }
    if !refusals.is_empty() {
        return Ok(answer(Outcome::Refused(refusals)));
    }
    let fit = match fit(&as_mode, case.instance, case.mode) {
        Ok(fit) => fit,
        Err(reason) => return Ok(answer(Outcome::Refused(vec![reason]))),
    };
    let sized = answer::sized(case, request, fit)?;
    Ok(answer(Outcome::Sized(Box::new(sized))))
}
