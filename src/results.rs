//! Result files: what a run leaves behind, and what everything after it reads.
//!
//! A result directory holds `manifest.toml`, `experiment.toml`, `trials.csv`, `tasks.csv`,
//! `replications.csv`, `summary.csv`, `quantiles.csv`, `warnings.csv`, `histograms/` and `plots/`.
//! Others are there where there is something to say: `timeline.csv` and `series.csv` of trials that
//! are followed through time, `theory.csv` of points that theory knows, `effects.csv` of swept modes;
//! and where the file asks for it `interference.csv`, `assertions.csv`, `precision.csv` and, of a
//! warm-up that pilots found, `warm-up.csv`. While a run is under way it also holds `.partial/`,
//! with one file per finished trial: that is what an interrupted run goes on from, and what the
//! final files are made of, always in trial order. So they are the same bytes whether a run was
//! interrupted or not, on one thread or many. The manifest is written last: where it is, the rest
//! is complete.

mod assemble;
mod assertions;
mod atomic;
mod directory;
mod drift;
mod effects;
mod histograms;
mod interference;
mod judgement;
mod landing;
mod manifest;
pub mod metric;
pub mod precision;
mod quantiles;
pub mod read;
mod some_trials;
mod summary;
mod table;
pub mod warm_up;
mod woodruff;

pub use assemble::{Assembled, assemble};
pub use assertions::record as record_assertions;
pub use atomic::{FileError, write as write_file};
pub use directory::{Claim, DirectoryError, ResultDirectory, is_of_this_version};
pub use judgement::{Judgement, PointVerdict, Verdict, judge};
pub use landing::{Landed, LandingError};
pub use manifest::{FORMAT_VERSION, ManifestFile, Provenance, Timing};
pub use read::{ReadError, Results};
pub use some_trials::{TRIAL_TABLES, write_some_trials};
pub use summary::Summarizer;
