//! Finished trials on disk while a run is under way.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{self, FileError};
use crate::measure::Measurements;
use crate::runner::Job;
use crate::trial::Outcome;

/// Outcome of one trial as it lands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Landed {
    /// What was measured.
    Measured(Measurements),
    /// Why the trial failed.
    Failed(String),
}

impl From<Outcome> for Landed {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(measurements) => Landed::Measured(measurements),
            Err(error) => Landed::Failed(error.reason),
        }
    }
}

/// A landed trial that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum LandingError {
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file holds something else.
    #[error("{} is not a finished trial ({reason}); remove it and run again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        reason: serde_json::Error,
    },
}

/// File of `job` in the directory of landed trials.
fn path(partial: &Path, job: &Job) -> PathBuf {
    partial.join(format!(
        "scenario-{:05}-{:05}.json",
        job.scenario, job.trial.replication
    ))
}

/// Lets a trial land: from now on it is not run again.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn land(partial: &Path, job: &Job, outcome: Outcome) -> Result<(), FileError> {
    let landed = Landed::from(outcome);
    let json = serde_json::to_vec(&landed).expect("measurements are plain data with text keys");
    atomic::write(&path(partial, job), &json)
}

/// What has landed of `job`, if it has.
///
/// # Errors
/// If the file cannot be read or is no landed trial.
pub(super) fn landed(partial: &Path, job: &Job) -> Result<Option<Landed>, LandingError> {
    let path = path(partial, job);
    let json = match fs::read(&path) {
        Ok(json) => json,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::on("read", &path)(error).into()),
    };
    serde_json::from_slice(&json)
        .map(Some)
        .map_err(|reason| LandingError::Malformed { path, reason })
}
