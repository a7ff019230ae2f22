//! A result directory from an empty path to complete results.

use std::fs::{self, DirEntry, File, TryLockError};
use std::path::{Path, PathBuf};

use super::atomic::{self, FileError, TEMPORARY_PREFIX};
use super::landing::{self, Landed, LandingError};
use super::manifest::FORMAT_VERSION;
use super::read::Manifest;
use super::table;
use crate::experiment::differing_keys;
use crate::runner::Job;
use crate::trial::Outcome;

/// Version that a landed trial is bound to: another one may measure something else. The source
/// revision is part of it, because between releases it alone tells two models apart.
fn plan_version() -> String {
    format!(
        "{} {FORMAT_VERSION} {}\n",
        crate::VERSION,
        crate::MODEL_VERSION
    )
}

/// A directory that this process fills; no other process can claim it meanwhile.
#[derive(Debug)]
pub struct ResultDirectory {
    path: PathBuf,
    /// Held until the claim is dropped; the system releases it if the process dies.
    _lock: File,
}

/// How a directory stands when a run claims it.
#[derive(Debug)]
pub enum Claim {
    /// All results are there: nothing to do.
    Complete,
    /// Trials are missing, perhaps all.
    Incomplete(ResultDirectory),
}

/// Why a run cannot use a directory.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The directory belongs to another plan.
    #[error(
        "{} holds results of another plan: {} differ{}; choose another --out, or --force to \
         start over",
        path.display(), keys.join(", "), if keys.len() == 1 { "s" } else { "" }
    )]
    OtherPlan {
        /// The directory.
        path: PathBuf,
        /// Paths of the experiment keys that differ, or `version`.
        keys: Vec<String>,
    },
    /// The directory holds something else.
    #[error("{} is not empty and holds no results; choose another --out", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// Another process is filling the directory.
    #[error("another run is writing to {}; wait for it, or choose another --out", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
}

impl ResultDirectory {
    /// Claims `path` for the plan that `experiment` (the file's text, overrides applied) stands
    /// for. With `force` whatever results it holds are discarded first.
    ///
    /// # Errors
    /// If the directory holds other results or other files, is in use, or cannot be written.
    pub fn claim(path: &Path, experiment: &str, force: bool) -> Result<Claim, DirectoryError> {
        let is_results = is_results(path);
        if !is_results && entries(path).any(|entry| !is_ours(&entry.path())) {
            return Err(DirectoryError::Foreign {
                path: path.to_owned(),
            });
        }
        let partial = path.join(".partial");
        let directory = Self::lock(path, &partial)?;
        // Only now: another process may have finished while this one waited for the lock.
        if force {
            directory.discard()?;
        } else if is_results {
            let same = Self::require_same_plan(path, experiment);
            if same.is_err() || is_complete(path) {
                if same.is_ok() {
                    directory.keep_text(experiment)?;
                }
                // Landed trials of another plan stay; what a killed run left of this one goes.
                if same.is_ok() || entries(&partial).count() <= 1 {
                    directory.finish()?;
                }
                return same.map(|()| Claim::Complete);
            }
        }
        directory.remove_temporary_files()?;
        atomic::write(&partial.join("version"), plan_version().as_bytes())?;
        atomic::write(&path.join("experiment.toml"), experiment.as_bytes())?;
        Ok(Claim::Incomplete(directory))
    }

    /// Makes `partial` and locks it for this process.
    fn lock(path: &Path, partial: &Path) -> Result<ResultDirectory, DirectoryError> {
        let lock_path = partial.join("lock");
        loop {
            fs::create_dir_all(partial).map_err(FileError::on("create", partial))?;
            let lock = File::create(&lock_path).map_err(FileError::on("create", &lock_path))?;
            match lock.try_lock() {
                // The process that held the lock may have removed the file after it was opened
                // here; then the lock is on nothing that others can see.
                Ok(()) if lock_path.exists() => {
                    return Ok(ResultDirectory {
                        path: path.to_owned(),
                        _lock: lock,
                    });
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(DirectoryError::InUse {
                        path: path.to_owned(),
                    });
                }
                Err(TryLockError::Error(e)) => {
                    return Err(FileError::on("lock", &lock_path)(e).into());
                }
            }
        }
    }

    fn require_same_plan(path: &Path, experiment: &str) -> Result<(), DirectoryError> {
        let file = path.join("experiment.toml");
        let before = fs::read_to_string(&file).map_err(FileError::on("read", &file))?;
        let mut keys = differing_keys(&before, experiment);
        let same_version = match fs::read_to_string(path.join(".partial/version")) {
            Ok(version) => version == plan_version(),
            // Complete results: the manifest has the version.
            Err(_) => read_manifest(path).is_none_or(|manifest| is_of_this_version(&manifest)),
        };
        if !same_version {
            keys.push("version".to_owned());
        }
        if keys.is_empty() {
            return Ok(());
        }
        Err(DirectoryError::OtherPlan {
            path: path.to_owned(),
            keys,
        })
    }

    /// Replaces the experiment file of complete results by one of the same plan, with other comments
    /// or assertions.
    fn keep_text(&self, experiment: &str) -> Result<(), FileError> {
        let file = self.path.join("experiment.toml");
        let before = fs::read(&file).map_err(FileError::on("read", &file))?;
        match before == experiment.as_bytes() {
            true => Ok(()),
            false => atomic::write(&file, experiment.as_bytes()),
        }
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn partial(&self) -> PathBuf {
        self.path.join(".partial")
    }

    /// Whether `job` has been run to its end before.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn has_landed(&self, job: &Job) -> Result<bool, LandingError> {
        Ok(matches!(
            landing::landed(&self.partial(), job)?,
            Some(Landed::Measured(_))
        ))
    }

    /// Keeps the outcome of `job`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn land(&self, job: &Job, outcome: Outcome) -> Result<(), FileError> {
        landing::land(&self.partial(), job, outcome)
    }

    /// What landed of `job`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn landed(&self, job: &Job) -> Result<Option<Landed>, LandingError> {
        landing::landed(&self.partial(), job)
    }

    /// Writes a file of the results.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<(), FileError> {
        atomic::write(&self.path.join(name), contents)
    }

    /// Removes what only an interrupted run needs.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(self) -> Result<(), FileError> {
        let partial = self.partial();
        fs::remove_dir_all(&partial).map_err(FileError::on("remove", &partial))
    }

    /// Removes all results, and nothing else.
    fn discard(&self) -> Result<(), FileError> {
        // The manifest first: without it the rest counts as incomplete.
        remove_if_there(&self.path.join("manifest.toml"))?;
        for name in table::FILES.into_iter().chain(table::optional_files()) {
            remove_if_there(&self.path.join(name))?;
        }
        for entry in entries(&self.partial()).filter(|entry| entry.file_name() != "lock") {
            remove_if_there(&entry.path())?;
        }
        for (folder, extensions) in [
            ("histograms", &["hlog"][..]),
            ("plots", &["svg", "png"]),
            ("flow-logs", &["log", "parquet"]),
        ] {
            for entry in entries(&self.path.join(folder)) {
                let path = entry.path();
                if path
                    .extension()
                    .is_some_and(|e| extensions.iter().any(|x| e == *x))
                {
                    remove_if_there(&path)?;
                }
            }
        }
        Ok(())
    }

    /// Removes what a killed run was writing.
    fn remove_temporary_files(&self) -> Result<(), FileError> {
        for folder in [".", ".partial", "histograms", "plots", "flow-logs"] {
            for entry in entries(&self.path.join(folder)) {
                if entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with(TEMPORARY_PREFIX)
                {
                    remove_if_there(&entry.path())?;
                }
            }
        }
        Ok(())
    }
}

/// What a directory holds; nothing if it cannot be read.
fn entries(path: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    fs::read_dir(path).into_iter().flatten().flatten()
}

fn remove_if_there(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(FileError::on("remove", path)(e)),
        _ => Ok(()),
    }
}

/// Whether `path` holds results, complete or not. An experiment file alone is somebody's work:
/// `enibench init` writes one of that name.
fn is_results(path: &Path) -> bool {
    let there = |name: &str| path.join(name).exists();
    let marks = [".partial", "manifest.toml"].into_iter();
    there("experiment.toml") && marks.chain(table::FILES).any(there)
}

/// Whether a file may stand in a directory that a run has only just begun to claim.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        name == ".partial" || name.to_string_lossy().starts_with(TEMPORARY_PREFIX)
    })
}

fn read_manifest(path: &Path) -> Option<Manifest> {
    Manifest::read(&path.join("manifest.toml")).ok()
}

/// Whether this version of the tool would measure the same.
pub fn is_of_this_version(manifest: &Manifest) -> bool {
    manifest.version.as_deref() == Some(env!("CARGO_PKG_VERSION"))
        && manifest.model_version == Some(u64::from(crate::MODEL_VERSION))
}

/// Whether all data files of the results are there. Committed results leave the histograms out, so
/// in a fresh clone they are incomplete.
fn is_complete(path: &Path) -> bool {
    let Some(points) = read_manifest(path).and_then(|manifest| manifest.points) else {
        return false;
    };
    let there = |name: &str| path.join(name).exists();
    table::FILES.into_iter().all(there)
        && (0..points as usize).all(|point| {
            super::histograms::file_names(point)
                .iter()
                .all(|name| there(name))
        })
}
