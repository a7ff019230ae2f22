//! A trial: plain data in, plain data out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::measure::{FlowCount, Measurements};
use crate::model;
use crate::scenario::Scenario;
use crate::units::SimDuration;

/// One run of one scenario with one set of random streams.
///
/// Complete: it can be printed, compared, sent elsewhere and run alone. Who runs it, and beside
/// which other trials, has no influence on what it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// What is simulated.
    pub scenario: Arc<Scenario>,
    /// The experiment's seed.
    pub seed: u64,
    /// Number of the replication, from 0; it selects the random streams.
    pub replication: u32,
}

/// A trial that could not be completed: a defect of the model, with what is needed to repeat it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("replication {replication} (seed {seed}) failed: {reason}")]
pub struct TrialError {
    /// Seed of the trial.
    pub seed: u64,
    /// Replication of the trial.
    pub replication: u32,
    /// The assertion that failed.
    pub reason: String,
}

/// What a trial gave.
pub type Outcome = Result<Measurements, TrialError>;

impl Trial {
    /// Simulates the trial.
    ///
    /// # Errors
    /// If an assertion of the model fails. That is a defect of this crate; the error keeps it
    /// from taking the other trials of a sweep with it.
    pub fn run(&self) -> Outcome {
        self.catch(|| model::simulate(&self.scenario, self.seed, self.replication))
    }

    /// Simulates the trial with the window cut into `parts`, which is above zero, instead of two.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_in_parts(&self, parts: u32) -> Outcome {
        let (seed, replication) = (self.seed, self.replication);
        self.catch(|| model::simulate_in_parts(&self.scenario, seed, replication, parts))
    }

    /// Simulates the trial again and returns the packets that crossed its ENIs, per flow and
    /// aggregation interval: what its flow logs are written from.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn flow_counts(&self, interval: SimDuration) -> Result<Vec<FlowCount>, TrialError> {
        let (seed, replication) = (self.seed, self.replication);
        self.catch(|| model::flow_counts(&self.scenario, seed, replication, interval))
    }

    /// Runs `simulate`, turning a panic into an error.
    fn catch<T>(&self, simulate: impl FnOnce() -> T) -> Result<T, TrialError> {
        // The state that panicked is dropped here, so none of it can be seen broken.
        catch_unwind(AssertUnwindSafe(simulate)).map_err(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            TrialError {
                seed: self.seed,
                replication: self.replication,
                reason: text.unwrap_or("a panic without a message").to_owned(),
            }
        })
    }
}
