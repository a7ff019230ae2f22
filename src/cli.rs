//! The command line: arguments in, data on stdout, everything else on stderr, an exit code out.
//!
//! One file per verb. A closed pipe ends a verb quietly; no panic is a user's answer.

mod args;
mod assertions;
mod check;
mod columns;
mod compare;
mod exit;
mod generate;
mod init;
mod instances;
mod load;
mod place;
mod plot;
mod progress;
mod run;
mod show;
mod size;
mod stderr;
mod text;
mod validate;
mod verify;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Verb};
use exit::{Exit, Failure};
use stderr::say;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    report_panics();
    let run = || run(std::env::args_os(), &mut io::stdout().lock());
    // What panicked is not used again; the hook has said what there is to say.
    let exit = catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Internal);
    ExitCode::from(exit.code())
}

/// A panic of a trial becomes a row of the results, so its message would only tear up the
/// progress bar; any other is a defect to be reported.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if std::thread::current().name() == Some("main") {
            say!("enibench has a defect, please report it: {panic}");
        }
    }));
}

/// Runs the command with these arguments, the command's name first, and returns how it ended.
///
/// Data goes to `out`; progress, advice and errors go to stderr.
pub fn run(args: impl IntoIterator<Item = OsString>, out: &mut dyn Write) -> Exit {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors; clap knows the stream for each.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
        }
    };
    let result = match arguments.verb {
        Verb::Init(args) => init::run(&args, out),
        Verb::Check(args) => check::run(&args, out),
        Verb::Run(args) => run::run(&args, out),
        Verb::Show(args) => show::run(&args, out),
        Verb::Verify(args) => verify::run(&args, out),
        Verb::Plot(args) => plot::run(&args, out),
        Verb::Compare(args) => compare::run(&args, out),
        Verb::Instances(args) => instances::run(&args, out),
        Verb::Place(args) => place::run(&args, out),
        Verb::Size(args) => size::run(&args, out),
        Verb::Validate(args) => validate::run(&args, out),
        Verb::Schema => generate::schema(out),
        Verb::Completions(args) => generate::completions(&args, out),
        Verb::Man(args) => generate::man(&args, out),
    };
    match result.and_then(|exit| out.flush().map(|()| exit).map_err(Failure::from)) {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Done,
        Err(failure) => {
            say!("{failure}");
            failure.exit()
        }
    }
}
