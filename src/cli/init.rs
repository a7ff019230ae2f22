//! `enibench init`: a file to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use super::args::InitArgs;
use super::exit::{Exit, Failure};
use crate::experiment;

/// Runs the verb.
pub fn run(args: &InitArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let path = PathBuf::from(format!("{}.toml", args.name.trim_end_matches(".toml")));
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let text = experiment::template(&stem.unwrap_or_default());
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    match file.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            let message = format!("{} is there already; choose another name", path.display());
            return Err(Failure::Usage(message));
        }
        Err(e) => {
            return Err(Failure::Usage(format!(
                "cannot write {}: {e}",
                path.display()
            )));
        }
    }
    writeln!(out, "{}", path.display())?;
    eprintln!(
        "next: enibench check {0} and enibench run {0}",
        path.display()
    );
    Ok(Exit::Done)
}
