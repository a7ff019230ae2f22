//! `enibench plot`: draw again from the files.

use std::io::Write;

use super::args::PlotArgs;
use super::exit::{Exit, Failure};
use super::stderr::say;
use crate::plot;

/// Runs the verb.
pub fn run(args: &PlotArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    for directory in &args.dirs {
        let drawn = plot::draw_all(directory, args.png)?;
        for file in drawn.files {
            writeln!(out, "{}", file.display())?;
        }
        for (plot, reason) in drawn.skipped {
            say!("no {plot}: {reason}");
        }
    }
    Ok(Exit::Done)
}
