//! Files that are complete or absent.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// What could not be read or written, and where.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FileError {
    /// `write`, `read`, `create` …
    pub action: &'static str,
    /// The file or directory.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

impl FileError {
    /// For `map_err`: adds what was done, and where.
    pub fn on(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
        let path = path.to_owned();
        move |source| FileError {
            action,
            path,
            source,
        }
    }
}

/// Names of files that are being written begin with this; after a crash they may be removed.
pub const TEMPORARY_PREFIX: &str = ".tmp-";

/// A file in the making: a temporary file beside `path`, which takes its place at the end.
///
/// That survives the death of the process at any moment. It is not synced to the disk, which would
/// take longer than many a trial: after a loss of power, files of the last seconds may be empty.
#[derive(Debug)]
pub struct PendingFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl PendingFile {
    /// Begins a file for `path`; makes its directory if that is missing.
    ///
    /// # Errors
    /// If the directory cannot be written.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let directory = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory).map_err(FileError::on("create", directory))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX);
        // A temporary file is private by default; a result is an ordinary file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder
            .tempfile_in(directory)
            .map_err(FileError::on("write", path))?;
        Ok(PendingFile {
            file: BufWriter::new(file),
            path: path.to_owned(),
        })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// If what is buffered cannot be written or the file cannot be renamed.
    pub fn commit(self) -> Result<(), FileError> {
        let fail = || FileError::on("write", &self.path);
        let file = self.file.into_inner().map_err(|e| fail()(e.into_error()))?;
        file.persist(&self.path).map_err(|e| fail()(e.error))?;
        Ok(())
    }
}

impl Write for PendingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes `path` so that it holds `contents` or, if anything goes wrong, what it held before.
///
/// # Errors
/// If the file cannot be written, for example because the disk is full.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), FileError> {
    let mut file = PendingFile::create(path)?;
    file.write_all(contents)
        .map_err(FileError::on("write", path))?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b.csv");
        write(&path, b"long first contents").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_names_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let blocked = dir.path().join("file");
        fs::write(&blocked, "").unwrap();
        let error = write(&blocked.join("below"), b"").unwrap_err();
        assert!(error.to_string().contains("file"), "{error}");
    }
}
