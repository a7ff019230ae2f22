//! Why a result directory cannot be read.

use std::io;
use std::path::{Path, PathBuf};

/// Why a result directory cannot be read. Every message names the file and a way out.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file that every result directory has is missing.
    #[error(
        "{} is missing, so this is not a complete result directory; \
         name one that `enibench run` has written",
        .path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The manifest is no TOML.
    #[error(
        "{} is not valid TOML: {source}; run the experiment again with --force",
        .path.display()
    )]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A key of the manifest is missing or holds something else.
    #[error(
        "{}: `{key}` should be {expected}; run the experiment again with --force",
        .path.display()
    )]
    Key {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// A table is no CSV.
    #[error(
        "{} is not valid CSV: {source}; run the experiment again with --force",
        .path.display()
    )]
    Csv {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: csv::Error,
    },
    /// A table lacks a column.
    #[error(
        "{} has no column `{column}`; it was written by another version: \
         run the experiment again with --force",
        .path.display()
    )]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// A cell is no number.
    #[error(
        "{}:{line}: `{value}` in column `{column}` is not a number; \
         run the experiment again with --force",
        .path.display()
    )]
    Number {
        /// The file.
        path: PathBuf,
        /// Line, the header being line 1.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
    },
    /// An interval log cannot be decoded.
    #[error(
        "{}: histogram {index} cannot be decoded: {reason}; \
         delete `histograms/` to plot without it, or run the experiment again with --force",
        .path.display()
    )]
    Histogram {
        /// The file.
        path: PathBuf,
        /// Number of the histogram in the file, from 1.
        index: usize,
        /// Why.
        reason: String,
    },
}

impl ReadError {
    /// The error for a required file that could not be opened or read.
    pub fn of_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => ReadError::Missing { path },
            _ => ReadError::Io { path, source },
        }
    }
}
