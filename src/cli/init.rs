//! `enibench init`: a file to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::args::InitArgs;
use super::exit::{Exit, Failure};
use super::load::quoted;
use super::stderr::say;
use crate::experiment;
use crate::results::FileError;

/// Runs the verb.
pub fn run(args: &InitArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let without_suffix = args.name.strip_suffix(".toml").unwrap_or(&args.name);
    let name = Path::new(without_suffix)
        .file_name()
        .map(|name| name.to_string_lossy());
    let Some(name) = name.filter(|_| !without_suffix.ends_with(['/', '.'])) else {
        let message = format!(
            "\"{}\" names no file; write for example my-experiment",
            args.name
        );
        return Err(Failure::Usage(message));
    };
    let path = PathBuf::from(format!("{without_suffix}.toml"));
    if let Some(directory) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(directory).map_err(FileError::on("create", directory))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = match file {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            let message = format!("{} is there already; choose another name", path.display());
            return Err(Failure::Usage(message));
        }
        Err(e) => return Err(FileError::on("write", &path)(e).into()),
    };
    if let Err(e) = file.write_all(experiment::template(&name).as_bytes()) {
        // Half a file would stand in the way of the next attempt.
        let _ = fs::remove_file(&path);
        return Err(FileError::on("write", &path)(e).into());
    }
    writeln!(out, "{}", path.display())?;
    let word = quoted(&path.display().to_string());
    say!("next: enibench check {word} and enibench run {word}");
    Ok(Exit::Done)
}
