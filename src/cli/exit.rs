//! How a command ends.

use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use crate::compare::CompareError;
use crate::experiment::Diagnostics;
use crate::plot::PlotError;
use crate::results::warm_up::WarmUpError;
use crate::results::{DirectoryError, FileError, LandingError, ReadError};
use crate::sizing::SizingError;
use crate::validate::ValidateError;

/// Exit codes, the same for every verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done.
    Done,
    /// A file could not be read or written, or the tool has a defect.
    Internal,
    /// Wrong usage or an invalid experiment: the same command will fail again.
    Usage,
    /// Some trials failed; their rows say why.
    TrialsFailed,
    /// An assertion, a comparison or a validation does not hold.
    Failed,
    /// A result is not what its experiment gives when it is run again.
    Different,
    /// Interrupted; the same command goes on where it stopped.
    Interrupted,
}

impl Exit {
    /// This end, or `other` if that is worse: trials that failed say less than assertions that do.
    pub fn worse(self, other: Exit) -> Exit {
        match self {
            Exit::Done => other,
            Exit::Failed if other == Exit::TrialsFailed => other,
            _ => self,
        }
    }

    /// The process exit code.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Internal => 1,
            Exit::Usage => 2,
            Exit::TrialsFailed => 3,
            Exit::Failed => 4,
            Exit::Different => 5,
            Exit::Interrupted => 130,
        }
    }
}

/// Why a verb stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody reads stdout any more; not an error.
    #[error("stdout is closed")]
    ClosedPipe,
    /// Stdout could not be written.
    #[error("error: cannot write to stdout: {0}")]
    Stdout(io::Error),
    /// The arguments do not make sense together.
    #[error("error: {0}")]
    Usage(String),
    /// An experiment file could not be read.
    #[error("error: cannot read {}: {source}{}", path.display(), advice(source))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// An experiment file, or another document, is invalid.
    #[error("{0}")]
    Experiment(String),
    /// A result directory cannot be used.
    #[error("error: {0}")]
    Directory(#[from] DirectoryError),
    /// A file could not be written.
    #[error("error: {0}")]
    File(#[from] FileError),
    /// A probe could not be run.
    #[error("error: {0}")]
    Sizing(SizingError),
    /// There is nothing to validate, by the name that was asked for.
    #[error("error: {0}")]
    NoSuchCase(#[from] crate::validate::NoSuchCase),
    /// Validation could not be run.
    #[error("error: {0}")]
    Validate(#[from] ValidateError),
    /// Threads could not be started.
    #[error("error: {0}")]
    Threads(#[from] crate::runner::ThreadsError),
    /// A landed trial could not be read.
    #[error("error: {0}")]
    Landing(#[from] LandingError),
    /// Results could not be read.
    #[error("error: {0}")]
    Read(#[from] ReadError),
    /// Results cannot be compared.
    #[error("error: {0}")]
    Compare(#[from] CompareError),
    /// A plot could not be drawn.
    #[error("error: {0}")]
    Plot(#[from] PlotError),
    /// No warm-up could be found.
    #[error("error: {0}")]
    WarmUp(#[from] WarmUpError),
    /// A flow log could not be made.
    #[error("error: {0}")]
    FlowLog(#[from] crate::flow_logs::ParquetError),
    /// A trial whose flow log was asked for failed.
    #[error("error: no flow log: {0}")]
    Trial(#[from] crate::trial::TrialError),
}

impl Failure {
    /// An experiment file that is no text, with the place of the first wrong byte.
    pub fn not_utf8(path: &Path, error: &FromUtf8Error) -> Failure {
        let bytes = error.as_bytes();
        let valid = &bytes[..error.utf8_error().valid_up_to()];
        let byte = bytes[valid.len()];
        let line_start = valid
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |newline| newline + 1);
        let line = valid.iter().filter(|&&b| b == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&valid[line_start..])
            .chars()
            .count()
            + 1;
        let encoding = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16; ",
            _ => "",
        };
        Failure::Experiment(format!(
            "error: the byte 0x{byte:02x} is not UTF-8\n --> {}:{line}:{column}\n  = help: \
             {encoding}save the file as UTF-8",
            path.display()
        ))
    }

    /// For `map_err` where an experiment file is read.
    pub fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Failure {
        let path = path.to_owned();
        move |source| Failure::Unreadable { path, source }
    }

    /// What is wrong in an experiment file, as a terminal shows it.
    pub fn experiment(diagnostics: &Diagnostics) -> Failure {
        Failure::Experiment(diagnostics.render(super::args::colour_on_stderr()))
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::ClosedPipe => Exit::Done,
            Failure::Usage(_) | Failure::Unreadable { .. } | Failure::Experiment(_) => Exit::Usage,
            Failure::Directory(DirectoryError::File(_)) => Exit::Internal,
            Failure::Directory(_) | Failure::Read(_) | Failure::Compare(_) => Exit::Usage,
            Failure::Plot(PlotError::Read(_) | PlotError::Empty { .. }) => Exit::Usage,
            Failure::NoSuchCase(_) => Exit::Usage,
            Failure::Validate(ValidateError::Trial { .. }) => Exit::TrialsFailed,
            Failure::Validate(ValidateError::Threads(_)) => Exit::Internal,
            Failure::Trial(_) | Failure::WarmUp(WarmUpError::Pilot(_)) => Exit::TrialsFailed,
            Failure::Sizing(SizingError::Experiment(_)) => Exit::Usage,
            Failure::Sizing(SizingError::Trial(_)) => Exit::TrialsFailed,
            Failure::Sizing(SizingError::Threads(_)) => Exit::Internal,
            Failure::Stdout(_)
            | Failure::FlowLog(_)
            | Failure::WarmUp(_)
            | Failure::File(_)
            | Failure::Threads(_)
            | Failure::Landing(_)
            | Failure::Plot(_) => Exit::Internal,
        }
    }
}

/// What to do about a path that is no readable file.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "; `enibench init` writes a file to start from",
        io::ErrorKind::IsADirectory => "; name the experiment files in it",
        _ => "",
    }
}

impl From<SizingError> for Failure {
    fn from(error: SizingError) -> Self {
        match error {
            SizingError::Experiment(diagnostics) => Failure::experiment(&diagnostics),
            error => Failure::Sizing(error),
        }
    }
}

impl From<io::Error> for Failure {
    /// An error of writing to stdout; others have types of their own.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::Stdout(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_pilot_finds_no_warm_up() {
        let failed = crate::trial::TrialError {
            seed: 7,
            replication: 3,
            reason: "a packet was lost".to_owned(),
        };
        let failure = Failure::from(WarmUpError::from(failed));
        assert_eq!(
            failure.to_string(),
            "error: a pilot run failed, so there is no warm-up: replication 3 (seed 7) failed: a \
             packet was lost; write a duration as `warm-up`"
        );
        assert_eq!(failure.exit(), Exit::TrialsFailed);
    }

    #[test]
    fn a_failed_trial_has_no_flow_log() {
        let failure = Failure::from(crate::trial::TrialError {
            seed: 7,
            replication: 0,
            reason: "a packet was lost".to_owned(),
        });
        assert_eq!(
            failure.to_string(),
            "error: no flow log: replication 0 (seed 7) failed: a packet was lost"
        );
        assert_eq!(failure.exit(), Exit::TrialsFailed);
    }
}
