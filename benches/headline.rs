//! The headline: what a packet costs in each scenario, as a ratio to the floor of the same run;
//! what a second thread gives a sweep; and how much memory a trial takes at its peak.
//!
//! Prints one table, and writes it as `headline.csv` beside criterion's reports. A missed goal is
//! a finding, not a failure. An argument selects the rows whose name contains it.
//!
//! # Method
//! Machines are noisy and change their clock rate, so the floor is measured right before and right
//! after each run of a trial, and the run is divided by the faster of the two. The median over
//! rounds counts. A run's time is shared among the delivered packets alone, so that a dropped one
//! is not free. Peak memory is that of a process of its own, which runs the trial once.
//!
//! Whatever else runs on the machine takes from the second thread first: the speed-up of a sweep
//! means nothing unless all cores are idle.

mod support;

use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use enibench::runner::{self, Job};
use support::headline::{Case, MEMORY, SPEED, SWEEP, SWEEP_GOAL, SWEEP_PACKETS, sweep};
use support::report::{self, Row};
use support::{delivered, floor};

/// Argument by which this program runs one case in a process of its own.
const MEMORY_OF: &str = "--memory-of";

/// Packets of every trial in a test.
const PACKETS_OF_TEST: u64 = 10_000;

/// What to run.
struct Arguments {
    /// Part of the names of the rows to measure.
    filter: Option<String>,
    /// The only case to run, once, to print its peak memory.
    memory_of: Option<String>,
    /// Whether everything shall run once, with few packets, and no goal be judged.
    is_test: bool,
}

impl Arguments {
    fn parse() -> Self {
        let all: Vec<String> = env::args().skip(1).collect();
        let has = |flag: &str| all.iter().any(|argument| argument == flag);
        let memory_of = all.iter().position(|argument| argument == MEMORY_OF);
        Arguments {
            filter: all
                .iter()
                .find(|argument| !argument.starts_with('-'))
                .cloned(),
            memory_of: memory_of.and_then(|flag| all.get(flag + 1)).cloned(),
            // `cargo bench` says --bench, `cargo test --benches` does not.
            is_test: has("--test") || !has("--bench"),
        }
    }

    fn selects(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|part| name.contains(part))
    }

    fn packets(&self, case: &Case) -> u64 {
        if self.is_test {
            PACKETS_OF_TEST
        } else {
            case.packets
        }
    }

    /// Rounds of a measurement that takes up to a second, or several.
    fn rounds(&self, is_long: bool) -> usize {
        match (self.is_test, is_long) {
            (true, _) => 1,
            (false, true) => 3,
            (false, false) => 7,
        }
    }

    fn met(&self, is_met: bool) -> Option<bool> {
        (!self.is_test).then_some(is_met)
    }
}

/// Measures the floor's time per packet \[ns\], for some 70 ms.
fn floor_ns() -> f64 {
    const RUNS: u64 = 8;
    let start = Instant::now();
    for _ in 0..RUNS {
        floor::floor();
    }
    start.elapsed().as_secs_f64() * 1e9 / (RUNS * floor::PACKETS) as f64
}

/// The middle one of an odd number of values, the upper middle one of an even number.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Measures `case` against the floor, and appends what the floor took to `floors` \[ns\].
fn speed(case: &Case, arguments: &Arguments, floors: &mut Vec<f64>) -> Row {
    let packets = arguments.packets(case);
    let trial = case.trial(packets);
    let mut costs_ns = Vec::new();
    let mut ratios = Vec::new();
    let mut before = floor_ns();
    for _ in 0..arguments.rounds(case.packets > 20_000_000) {
        let start = Instant::now();
        let delivered = delivered(&trial);
        let cost = start.elapsed().as_secs_f64() * 1e9 / delivered as f64;
        // A model that loses packets would be fast.
        assert!(
            delivered > packets / 2,
            "{delivered} of {packets} delivered"
        );
        let after = floor_ns();
        costs_ns.push(cost);
        ratios.push(cost / before.min(after));
        floors.push(after);
        before = after;
    }
    let ratio = median(ratios);
    Row {
        scenario: case.name,
        ns_per_packet: Some(median(costs_ns)),
        ratio: Some(ratio),
        goal: format!("<= {}", case.goal),
        memory_mib: peak_mib(case, arguments),
        met: arguments.met(ratio <= case.goal),
    }
}

/// Measures how much faster two threads are through a sweep than one.
fn speed_up(arguments: &Arguments) -> Row {
    let packets = if arguments.is_test {
        PACKETS_OF_TEST / 10
    } else {
        SWEEP_PACKETS
    };
    let jobs = sweep(packets);
    let round = |_| seconds(&jobs, 1) / seconds(&jobs, 2);
    let ratio = median((0..arguments.rounds(true)).map(round).collect());
    Row {
        scenario: SWEEP,
        ns_per_packet: None,
        ratio: Some(ratio),
        goal: format!(">= {SWEEP_GOAL}"),
        memory_mib: None,
        met: arguments.met(ratio >= SWEEP_GOAL),
    }
}

/// Time that `threads` threads take for `jobs` \[s\].
fn seconds(jobs: &[Job], threads: usize) -> f64 {
    let start = Instant::now();
    runner::for_each(jobs, threads, |job| {
        assert!(delivered(&job.trial) > 0, "nothing delivered by {job:?}");
    })
    .expect("the system gives two threads");
    start.elapsed().as_secs_f64()
}

fn memory(case: &Case, arguments: &Arguments) -> Row {
    let memory_mib = peak_mib(case, arguments);
    Row {
        scenario: case.name,
        ns_per_packet: None,
        ratio: None,
        goal: format!("<= {} MiB", case.goal),
        memory_mib,
        met: memory_mib.and_then(|mib| arguments.met(mib <= case.goal)),
    }
}

/// Peak resident memory of a process that runs `case` once \[MiB\]; `None` where the system does
/// not tell.
fn peak_mib(case: &Case, arguments: &Arguments) -> Option<f64> {
    let own = env::current_exe().expect("a running program has a path");
    let mode = if arguments.is_test {
        "--test"
    } else {
        "--bench"
    };
    let child = Command::new(own)
        .args([mode, MEMORY_OF, case.name])
        .output();
    let child = child.expect("this program can be started again");
    let errors = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{} alone: {errors}", case.name);
    let kib: f64 = String::from_utf8_lossy(&child.stdout).trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Runs the case called `name` once and prints the peak resident memory of this process \[KiB\].
fn print_peak(name: &str, arguments: &Arguments) {
    let mut cases = SPEED.iter().chain(MEMORY);
    let case = cases.find(|case| case.name == name);
    let case = case.expect("the name comes from the same lists");
    delivered(&case.trial(arguments.packets(case)));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    if let Some(kib) = peak.and_then(|value| value.trim().strip_suffix("kB")) {
        println!("{}", kib.trim());
    }
}

/// Name of the processor, where Linux tells it, and number of cores.
fn machine() -> String {
    let cores = format!("cores: {}", runner::default_threads());
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    match model.and_then(|line| line.split_once(": ")) {
        Some((_, name)) => format!("processor: {name}; {cores}"),
        None => cores,
    }
}

/// Measures the rows that `arguments` select, and says on standard error which one it is at.
fn measure(arguments: &Arguments, floors: &mut Vec<f64>) -> Vec<Row> {
    let begins = |name: &str| {
        let is_selected = arguments.selects(name);
        if is_selected {
            eprintln!("measuring {name}");
        }
        is_selected
    };
    let mut rows = Vec::new();
    for case in SPEED.iter().filter(|case| begins(case.name)) {
        rows.push(speed(case, arguments, floors));
    }
    if begins(SWEEP) {
        rows.push(speed_up(arguments));
    }
    for case in MEMORY.iter().filter(|case| begins(case.name)) {
        rows.push(memory(case, arguments));
    }
    rows
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(name) = &arguments.memory_of {
        return print_peak(name, &arguments);
    }
    let mut floors = Vec::new();
    let rows = measure(&arguments, &mut floors);
    // The filter of another bench selects nothing here.
    if rows.is_empty() {
        return;
    }
    if floors.is_empty() {
        floors.push(floor_ns());
    }
    println!("{}", report::table(&rows));
    println!("floor {:.1} ns/packet; {}", median(floors), machine());
    // Some of the rows must not replace all of them.
    if !arguments.is_test && arguments.filter.is_none() {
        match report::write_csv(&rows) {
            Ok(path) => eprintln!("table written to {}", path.display()),
            Err(error) => eprintln!("cannot write headline.csv: {error}"),
        }
    }
}
