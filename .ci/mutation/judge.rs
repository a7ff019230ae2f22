//! Tests against mutants: each mutant meets the tests that reach it, the quickest first, until one
//! notices.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// How many tests run at once.
const WORKERS: usize = 2;

/// Seconds of processor time that a test may take beyond [`SLOWDOWN`] times what it takes without a
/// mutant.
const GRACE: u64 = 3;

/// How many times as long as without a mutant a test may take.
const SLOWDOWN: f64 = 4.0;

/// What a test may allocate, in KiB.
const MEMORY: &str = "2000000";

/// A test and what it does without a mutant.
#[derive(Debug)]
pub struct Test {
    pub name: String,
    pub seconds: f64,
    /// Mutants that it reaches.
    pub reaches: BTreeSet<usize>,
}

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The test notices it.
    Caught(String),
    /// The test does not end with it.
    Endless(String),
    /// No test notices it.
    Survived,
}

/// Runs every test of `binary` that does not begin with `skip`, records in `directory` what it
/// reaches, and returns them, the quickest first.
///
/// # Panics
/// If a test fails.
pub fn tests(binary: &Path, skip: &str, directory: &Path) -> Vec<Test> {
    let output = Command::new(binary)
        .args(["--list", "--format", "terse"])
        .output();
    let list = String::from_utf8(output.expect("the tests can be listed").stdout).expect("names");
    let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
    let names: Vec<&str> = names.filter(|name| !name.starts_with(skip)).collect();
    std::fs::create_dir_all(directory).expect("a directory can be made");
    let mut tests = on_workers(names.len(), |number| {
        let record = directory.join(number.to_string());
        let _ = std::fs::remove_file(&record);
        let began = Instant::now();
        let end = run(
            binary,
            names[number],
            None,
            "MUTANT_RECORD",
            &record.to_string_lossy(),
        );
        assert_eq!(end, End::Passed, "{} without a mutant", names[number]);
        let seconds = began.elapsed().as_secs_f64();
        let reached = std::fs::read_to_string(&record).unwrap_or_default();
        let reaches = reached
            .lines()
            .map(|line| line.parse().expect("a number"))
            .collect();
        Test {
            name: names[number].to_owned(),
            seconds,
            reaches,
        }
    });
    tests.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    tests
}

/// Lets each of `numbers` meet the tests that reach it and tells the verdicts as they come.
pub fn judge(
    binary: &Path,
    tests: &[Test],
    numbers: &[usize],
    tell: impl Fn(usize, &Verdict) + Sync,
) -> Vec<Verdict> {
    on_workers(numbers.len(), |at| {
        let number = numbers[at];
        let reaching = tests.iter().filter(|test| test.reaches.contains(&number));
        let verdict = meet(binary, reaching, number);
        tell(number, &verdict);
        verdict
    })
}

/// Lets the mutant `number` of `binary` meet `tests`.
pub fn meet<'a>(binary: &Path, tests: impl Iterator<Item = &'a Test>, number: usize) -> Verdict {
    for test in tests {
        let limit = GRACE + (SLOWDOWN * test.seconds).ceil() as u64;
        match run(
            binary,
            &test.name,
            Some(limit),
            "MUTANT",
            &number.to_string(),
        ) {
            End::Passed => {}
            End::Failed => return Verdict::Caught(test.name.clone()),
            End::OutOfTime => return Verdict::Endless(test.name.clone()),
        }
    }
    Verdict::Survived
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    OutOfTime,
}

/// Runs one test within `limit` seconds of processor time, with one more variable.
fn run(binary: &Path, test: &str, limit: Option<u64>, variable: &str, value: &str) -> End {
    /// The signal that ends what has used its time; the shell adds 128.
    const OUT_OF_TIME: i32 = 24;
    let limit = limit.map_or("unlimited".to_owned(), |seconds| seconds.to_string());
    let status = Command::new("bash")
        .args([
            "-c",
            "ulimit -c 0 -t \"$1\" -v \"$2\"; exec \"${@:3}\"",
            "bash",
            &limit,
            MEMORY,
        ])
        .arg(binary)
        .args(["--exact", test, "--test-threads", "1", "--quiet"])
        .env(variable, value)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("a test can be run");
    use std::os::unix::process::ExitStatusExt;
    match status.success() {
        true => End::Passed,
        false if status.signal().is_some_and(|signal| signal == OUT_OF_TIME) => End::OutOfTime,
        false if status.signal() == Some(9) => End::OutOfTime,
        false => End::Failed,
    }
}

/// Does `work` for every number below `count`, in the order of numbers, on all workers.
fn on_workers<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let result = work(number);
                    done.lock()
                        .expect("no worker panics")
                        .push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no worker panics");
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}
