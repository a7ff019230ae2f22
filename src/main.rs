//! The `enibench` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    enibench::cli::main()
}
