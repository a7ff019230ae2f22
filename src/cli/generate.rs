//! What editors, shells and `man` want: `enibench schema`, `completions` and `man`.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Arguments, CompletionsArgs, ManArgs};
use super::exit::{Exit, Failure};
use crate::experiment;
use crate::results::FileError;

/// `enibench schema`.
pub fn schema(out: &mut dyn Write) -> Result<Exit, Failure> {
    writeln!(out, "{:#}", experiment::json_schema())?;
    Ok(Exit::Done)
}

/// `enibench completions`. The generator panics on a closed pipe, so it writes to memory.
pub fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Arguments::command(),
        "enibench",
        &mut script,
    );
    out.write_all(&script)?;
    Ok(Exit::Done)
}

/// `enibench man`: a page for the command and one for each verb.
pub fn man(args: &ManArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    std::fs::create_dir_all(&args.dir).map_err(FileError::on("create", &args.dir))?;
    clap_mangen::generate_to(Arguments::command(), &args.dir)
        .map_err(FileError::on("write", &args.dir))?;
    writeln!(out, "{}", args.dir.display())?;
    Ok(Exit::Done)
}
