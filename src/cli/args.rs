//! Arguments of every verb.

mod compare;
mod place;

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::ecs::InstanceType;
use crate::flow_logs::Format;
use crate::sizing::{Mode, Promise};
use crate::units::{PS_PER_S, SimDuration, parse_duration};
pub use compare::{CompareArgs, FailOn};
use place::instance_type;
pub use place::{Document, PlaceArgs, PlaceMode};

/// How much does sharing one ENI cost co-located tasks, and what does one ENI per task change?
///
/// enibench simulates the packets of the tasks on one container instance, through its shared
/// primary ENI (ECS bridge mode) or one ENI per task (awsvpc), and draws the difference.
#[derive(Debug, Parser)]
#[command(name = "enibench", version = crate::VERSION, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write a commented experiment file to start from
    Init(InitArgs),
    /// Validate experiments and say what running them will take; runs nothing
    Check(CheckArgs),
    /// Run experiments: simulate, write results, draw plots
    Run(RunArgs),
    /// Print the summary of a result directory
    Show(ShowArgs),
    /// Run trials of a result directory again and compare what they give, byte by byte
    Verify(VerifyArgs),
    /// Draw the plots of result directories again
    Plot(PlotArgs),
    /// Compare two results, or two values of a swept key: better, worse, same or unclear
    Compare(CompareArgs),
    /// List EC2 instance types with their ENIs and bandwidth
    Instances(InstancesArgs),
    /// Place ECS tasks onto instances: what fits, and what stops the next task
    Place(PlaceArgs),
    /// Find how many tasks an instance takes that still keep a promise, by type and mode
    Size(SizeArgs),
    /// Hold the simulator against queueing theory: every number that is known without simulating
    Validate(ValidateArgs),
    /// Print the JSON Schema of experiment files
    Schema,
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Write man pages into a directory
    Man(ManArgs),
}

/// `enibench init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Name of the experiment; the file is NAME.toml
    #[arg(default_value = "experiment")]
    pub name: String,
}

/// `enibench check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 valid, 1 internal error, 2 wrong usage or invalid experiment."
)]
pub struct CheckArgs {
    /// Experiment files
    #[arg(required = true, value_name = "EXPERIMENT.toml")]
    pub files: Vec<PathBuf>,
    /// What to change in the files
    #[command(flatten)]
    pub overrides: OverrideArgs,
}

/// `enibench run`.
#[derive(Debug, Args)]
#[command(
    after_help = "Runs resume by themselves: after Ctrl-C or a crash, the same command \
completes what is missing.\n\nExit codes: 0 done, 1 internal or I/O error, 2 wrong usage or \
invalid experiment, 3 some trials failed, 4 an assertion does not hold, 130 interrupted."
)]
pub struct RunArgs {
    /// Experiment files
    #[arg(required = true, value_name = "EXPERIMENT.toml")]
    pub files: Vec<PathBuf>,
    /// Result directory [default: experiments/a/b.toml gives results/a/b]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to change in the files
    #[command(flatten)]
    pub overrides: OverrideArgs,
    /// Threads that run trials [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), env = "ENIBENCH_THREADS")]
    pub threads: Option<u16>,
    /// Discard the results that are there and start over
    #[arg(long)]
    pub force: bool,
    /// Draw no plots
    #[arg(long)]
    pub no_plots: bool,
    /// Draw plots as PNG beside SVG
    #[arg(long, conflicts_with = "no_plots")]
    pub png: bool,
    /// Write VPC Flow Logs of replication 0 of every point
    #[command(flatten)]
    pub flow_logs: FlowLogArgs,
    /// How to show progress
    #[arg(long, value_enum, default_value_t)]
    pub progress: Progress,
    /// Print one JSON object per experiment, as `enibench show --json` does
    #[arg(long)]
    pub json: bool,
}

/// Flow logs of a run.
#[derive(Clone, Debug, Args)]
pub struct FlowLogArgs {
    /// Write VPC Flow Logs of replication 0 of every sweep point, as flow-logs/point-NNNN.log
    #[arg(long)]
    pub flow_logs: bool,
    /// Fields of the flow logs, such as "${interface-id} ${bytes}" or "interface-id bytes"
    /// [default: those of version 2]
    #[arg(long, value_name = "FIELDS", requires = "flow_logs")]
    pub flow_logs_format: Option<Format>,
    /// Longest time a flow log record tells of, in whole seconds up to 600; at most 60 s where an
    /// instance is built on Nitro
    #[arg(long, value_name = "DURATION", requires = "flow_logs", default_value = "60s", value_parser = aggregation_interval)]
    pub flow_logs_interval: SimDuration,
    /// Write the flow logs as Parquet as well, beside the text
    #[arg(long, requires = "flow_logs")]
    pub flow_logs_parquet: bool,
}

/// Changes to an experiment file on the command line.
#[derive(Clone, Debug, Args)]
pub struct OverrideArgs {
    /// Seed of all random streams, instead of the file's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: Option<u64>,
    /// Independent repetitions of every sweep point, instead of the file's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub replications: Option<u32>,
    /// Set a key of the file, for example network.mode=awsvpc or task.api.count=3
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    pub set: Vec<(String, String)>,
    /// A first look: at most 3 replications and a tenth of the time, no precision, no assertions
    #[arg(long)]
    pub quick: bool,
}

/// How to show progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    /// A bar on a terminal, plain lines elsewhere
    #[default]
    Auto,
    /// A bar with rate and remaining time
    Bar,
    /// A line every ten seconds
    Plain,
    /// Nothing but warnings and errors
    None,
}

/// `enibench show`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  enibench show --json DIR | jq '.rows[] | select(.task_group == \
\"all\") | .sojourn_p99_ns'\n  enibench show --json DIR | jq '.assertions[] | select(.verdict != \
\"holds\")'\n\nExit codes: 0 done, 1 internal or I/O error, 2 no results, 4 an assertion \
of the experiment does not hold."
)]
pub struct ShowArgs {
    /// Result directory
    #[arg(value_name = "RESULT_DIR")]
    pub dir: PathBuf,
    /// As one JSON object: `rows` with one per point and task group, `assertions` with one each
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// As CSV, with full precision
    #[arg(long)]
    pub csv: bool,
}

/// `enibench verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "The trials of a sample are drawn evenly over the sweep, and their rows are \
compared. What is made of all trials, and groups that are simulated alone, need --all. Nothing in the \
directory is changed.\n\nExit codes: 0 all is as it was, 1 internal or I/O error, 2 no results, \
or those of another version, 5 a difference."
)]
pub struct VerifyArgs {
    /// Result directory
    #[arg(value_name = "RESULT_DIR")]
    pub dir: PathBuf,
    /// Run every trial again and compare every file, plots included
    #[arg(long, conflicts_with_all = ["sample", "seed"])]
    pub all: bool,
    /// Trials to run again
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub sample: u32,
    /// Chooses the sample; another number, other trials
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Threads that run trials [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), env = "ENIBENCH_THREADS")]
    pub threads: Option<u16>,
    /// As a JSON object
    #[arg(long)]
    pub json: bool,
}

/// `enibench plot`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 done, 1 internal or I/O error, 2 wrong usage or no results.")]
pub struct PlotArgs {
    /// Result directories
    #[arg(required = true, value_name = "RESULT_DIR")]
    pub dirs: Vec<PathBuf>,
    /// As PNG beside SVG
    #[arg(long)]
    pub png: bool,
}

/// `enibench instances`.
#[derive(Debug, Args)]
pub struct InstancesArgs {
    /// Part of a name, or a pattern such as "c5.*"; several separated by commas
    pub filter: Option<String>,
    /// As a JSON array, one object per type
    #[arg(long)]
    pub json: bool,
}

/// `enibench size`.
#[derive(Debug, Args)]
#[command(
    after_help = "Each probe is an experiment with 5 to 20 replications; a promise is kept, or \
broken, if the 95 % interval over them says so.\n\nExit codes: 0 done, 1 internal or I/O error, \
2 wrong usage, or a task definition that ECS would refuse, 3 some trials failed."
)]
pub struct SizeArgs {
    /// Task definitions, as `aws ecs register-task-definition` takes or `describe-task-definition`
    /// prints them
    #[arg(required = true, value_name = "TASKDEF.json")]
    pub definitions: Vec<PathBuf>,
    /// What the tasks send: a table per family, as `traffic` in an experiment file
    #[arg(long, value_name = "TRAFFIC.toml")]
    pub traffic: PathBuf,
    /// What is to be kept, for example "p99 < 2 ms" or "loss < 1e-4"; may be repeated
    #[arg(long = "promise", required = true, value_name = "PROMISE")]
    pub promises: Vec<Promise>,
    /// Instance types, separated by commas
    #[arg(long, required = true, value_name = "TYPES", value_delimiter = ',', value_parser = instance_type)]
    pub types: Vec<&'static InstanceType>,
    /// Network modes, separated by commas: bridge, host, awsvpc, awsvpc-trunk
    #[arg(long, value_name = "MODES", value_delimiter = ',', default_value = "bridge,host,awsvpc", value_parser = mode)]
    pub modes: Vec<Mode>,
    /// Size all definitions as one set, with as many tasks of each
    #[arg(long)]
    pub together: bool,
    /// Seed of all random streams
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Threads that run trials [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), env = "ENIBENCH_THREADS")]
    pub threads: Option<u16>,
    /// Write a plot, and an experiment file for each answer, into this directory
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// As a JSON array, one object per answer
    #[arg(long)]
    pub json: bool,
}

/// `enibench validate`.
#[derive(Debug, Args)]
#[command(
    after_help = "An estimate agrees with theory if it is within 4.5 standard errors of it, an \
identity if it is exact.\n\nExit codes: 0 all agree, 1 internal or I/O error, 2 wrong usage, 3 a \
trial failed, 4 some do not agree."
)]
pub struct ValidateArgs {
    /// Only what has this in its name: a group such as "md1", or part of a case's id
    pub filter: Option<String>,
    /// A tenth of the packets: within a minute instead of ten
    #[arg(long)]
    pub quick: bool,
    /// Seed of all random streams
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Threads that run trials [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), env = "ENIBENCH_THREADS")]
    pub threads: Option<u16>,
    /// As one JSON document
    #[arg(long)]
    pub json: bool,
    /// Write validation.csv, validation.json and z-scores.svg into this directory
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `enibench completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// `enibench man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Directory for the pages; created if missing
    pub dir: PathBuf,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write KEY=VALUE, for example network.mode=awsvpc".to_owned()),
    }
}

/// The longest aggregation interval that VPC Flow Logs offer, and their default.
const AGGREGATION_MAX: SimDuration = SimDuration::from_s(600);

fn aggregation_interval(text: &str) -> Result<SimDuration, String> {
    let whole = |span: &SimDuration| span.as_ps().is_multiple_of(PS_PER_S) && !span.is_zero();
    parse_duration(text)
        .ok()
        .filter(|span| whole(span) && *span <= AGGREGATION_MAX)
        .ok_or_else(|| "write whole seconds from 1 s to 600 s, for example \"60 s\"".to_owned())
}

fn mode(name: &str) -> Result<Mode, String> {
    Mode::of_name(name).ok_or_else(|| {
        let names = Mode::ALL.map(Mode::name).join(", ");
        match name {
            "fargate" => format!(
                "on Fargate every task has an ENI and an allowance of its own, and none shares an \
                 instance; write some of {names}"
            ),
            "none" => format!("in mode none a task has no network; write some of {names}"),
            _ => format!("no such mode; there are {names}"),
        }
    })
}

/// Whether somebody watches stderr on a terminal that can move its cursor.
pub fn stderr_is_interactive() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal() && !is_set("CI") && !dumb
}

/// Whether messages may be coloured: somebody watches, and has not asked for plain text.
pub fn colour_on_stderr() -> bool {
    stderr_is_interactive() && !is_set("NO_COLOR")
}

/// Whether an environment variable holds anything.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn aggregation_intervals_are_whole_seconds_up_to_ten_minutes() {
        assert_eq!(aggregation_interval("60s"), Ok(SimDuration::from_s(60)));
        assert_eq!(aggregation_interval("1000 ms"), Ok(SimDuration::from_s(1)));
        for wrong in ["0 s", "1.5 s", "601 s", "60", "a minute"] {
            let told = aggregation_interval(wrong).unwrap_err();
            assert!(told.contains("for example \"60 s\""), "{wrong}: {told}");
        }
    }

    #[test]
    fn set_takes_a_key_and_a_value() {
        assert_eq!(
            key_value("a.b = 1=2"),
            Ok(("a.b".to_owned(), "1=2".to_owned()))
        );
        assert!(key_value("a.b").is_err());
        assert!(key_value("=1").is_err());
    }
}
