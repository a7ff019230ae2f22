//! Runs that do not end as they should, and runs that go on from there.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::experiments::LONG;
use super::support::{Bench, assert_same_files};

const TRIALS: usize = 40;

/// Number of trials that have landed in `dir`.
fn landed(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir.join(".partial"))
        .into_iter()
        .flatten()
        .flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with("scenario-") && name.ends_with(".json")
        })
        .count()
}

/// Starts `enibench run x.toml --out DIR`, on one thread, and waits until `count` trials have
/// landed.
fn start(bench: &Bench, out: &str, more: &[&str], count: usize) -> Child {
    let args = [
        "run",
        "x.toml",
        "--out",
        out,
        "--threads",
        "1",
        "--no-plots",
    ];
    let mut command = bench.command(&[&args, more].concat());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while landed(&bench.path(out)) < count {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended before it was interrupted"
        );
        assert!(Instant::now() < deadline, "no trial has landed");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let bench = Bench::with(LONG);
    let mut child = start(&bench, "r", &[], 3);
    child.kill().unwrap();
    child.wait().unwrap();
    let before = landed(&bench.path("r"));
    assert!((3..TRIALS).contains(&before), "{before}");
    assert!(!bench.path("r/manifest.toml").exists());
    bench
        .run(&["show", "r"])
        .with(2)
        .saying(["not a complete result directory"]);
    let again = bench
        .run(&["run", "x.toml", "--out", "r", "--no-plots"])
        .with(0);
    again.saying([format!("{before} done before")]);
    let run = &bench.manifest("r")["timing"]["trials-run"];
    assert_eq!(
        run.as_integer(),
        Some((TRIALS - before) as i64),
        "landed trials run once"
    );
    bench
        .run(&["run", "x.toml", "--out", "whole", "--no-plots"])
        .with(0);
    assert_same_files(&bench.reproducible("whole"), &bench.reproducible("r"));
}

#[test]
fn a_killed_run_of_another_plan_is_refused() {
    let bench = Bench::with(LONG);
    let mut child = start(&bench, "r", &[], 1);
    child.kill().unwrap();
    child.wait().unwrap();
    let args = ["run", "x.toml", "--out", "r", "--seed", "5"];
    bench
        .run(&args)
        .with(2)
        .saying(["another plan", "seed differs"]);
}

#[test]
fn a_directory_is_filled_by_one_run_at_a_time() {
    let bench = Bench::with(LONG);
    let mut child = start(&bench, "r", &[], 1);
    for more in [&[][..], &["--force"]] {
        let args = [&["run", "x.toml", "--out", "r"][..], more].concat();
        bench
            .run(&args)
            .with(2)
            .saying(["another run is writing to r"]);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        landed(&bench.path("r")) >= 1,
        "the refused run has removed nothing"
    );
}

/// The command that is printed is pasted into a shell; it must go on, not start over.
#[test]
fn an_interrupt_ends_with_the_command_that_goes_on() {
    let bench = Bench::with(LONG);
    let child = start(&bench, "my results", &["--force"], 2);
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert_eq!(output.stdout, b"");
    let before = landed(&bench.path("my results"));
    let (_, command) = stderr
        .trim_end()
        .split_once("interrupted; go on with: ")
        .unwrap();
    assert!(!command.contains("--force"), "{command}");
    let mut shell = std::process::Command::new("sh");
    let output = shell
        .args(["-c", command])
        .current_dir(bench.path(""))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(
        stderr.contains(&format!("{before} done before")),
        "{stderr}"
    );
    let whole = ["run", "x.toml", "--out", "whole", "--no-plots"];
    bench.run(&whole).with(0);
    assert_same_files(
        &bench.reproducible("whole"),
        &bench.reproducible("my results"),
    );
}

#[test]
fn a_broken_trial_file_is_named() {
    let bench = Bench::with(LONG);
    let mut child = start(&bench, "r", &[], 1);
    child.kill().unwrap();
    child.wait().unwrap();
    bench.write("r/.partial/scenario-00000-00000.json", b"{\"measured\":");
    let args = ["run", "x.toml", "--out", "r"];
    bench
        .run(&args)
        .with(1)
        .saying(["scenario-00000-00000.json", "remove it"]);
}
