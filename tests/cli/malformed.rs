//! Experiment files as users get them wrong: each is answered with the place, the text, the reason
//! and the remedy, exit code 2, and no other trace.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::support::Bench;

/// A right file; every case changes one thing in it.
const RIGHT: &str = r#"question = "Does it hold?"
replications = 2
measure = "10 ms"
[instance]
type = "c5.large"
[network]
mode = "awsvpc"
[[task]]
name = "api"
count = 2
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }
[sweep]
"task.api.count" = [1, 2]
"#;

/// What is replaced, by what, the place that is named, and what else is said.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const CASES: &[Case] = &[
    // Keys.
    (
        "measure",
        "mesure",
        ":3:1",
        &["`mesure`", "is not a key", "did you mean `measure`"],
    ),
    (
        "mode =",
        "colour = 1\nmode =",
        ":7:1",
        &["`colour`", "is not a key of `network`"],
    ),
    ("rate = ", "rat = ", ":11:35", &["`rat`", "`rate`"]),
    (
        "[instance]",
        "[instnace]",
        ":4:2",
        &["`instnace`", "`instance`"],
    ),
    (
        "question = \"Does it hold?\"\n",
        "",
        ":1:1",
        &["`question` is missing", "add for example"],
    ),
    (
        "mode = \"awsvpc\"\n",
        "",
        ":6:1",
        &["`network.mode` is missing", "mode = \"awsvpc\""],
    ),
    (
        "measure",
        "question = \"?\"\nmeasure",
        ":3:1",
        &["duplicate key", "TOML"],
    ),
    // Values.
    (
        "\"10 ms\"",
        "10",
        ":3:11",
        &["expected a string with a unit", "`10`", "add a unit", "ms"],
    ),
    ("\"10 ms\"", "\"10\"", ":3:11", &["10", "unit", "\"10 ms\""]),
    (
        "\"10 ms\"",
        "\"-10 ms\"",
        ":3:11",
        &["-10 ms", "for example \"10 ms\""],
    ),
    ("\"10 ms\"", "\"0 s\"", ":3:11", &["0 s", "zero"]),
    (
        "\"10 ms\"",
        "\"10 parsec\"",
        ":3:11",
        &["`parsec` is not a unit", "units: ps, ns, us"],
    ),
    (
        "\"10 ms\"",
        "\"99999999999999999999 s\"",
        ":3:11",
        &["too large"],
    ),
    (
        "\"10 ms\"",
        "\"5000 h\"",
        ":3:11",
        &["lasts", "the limit is 100.0 days", "shorten"],
    ),
    ("\"10 ms\"", "\"10 MB\"", ":3:11", &["MB", "duration"]),
    (
        "2000 packets/s",
        "0 packets/s",
        ":11:42",
        &["0 packets/s", "zero", "2000 packets/s"],
    ),
    (
        "2000 packets/s",
        "2000 pps",
        ":11:42",
        &["`pps`", "packets/s"],
    ),
    ("512 B", "512", ":11:74", &["512", "unit", "B"]),
    (
        "512 B",
        "1 MiB",
        ":11:74",
        &["beyond the largest of IP", "1500 B"],
    ),
    (
        "count = 2",
        "count = -2",
        ":10:9",
        &["-2", "integer from 0"],
    ),
    (
        "count = 2",
        "count = \"two\"",
        ":10:9",
        &["two", "integer", "count = 5"],
    ),
    (
        "count = 2",
        "count = 99999999999999999999",
        ":10:9",
        &["beyond 64 bits"],
    ),
    (
        "replications = 2",
        "replications = 0",
        ":2:16",
        &["`0`", "integer from 1 to 10000"],
    ),
    (
        "name = \"api\"",
        "name = \"a,b\"",
        ":9:8",
        &["`a,b`", "letters, digits"],
    ),
    // Choices.
    ("c5.large", "c5.lrge", ":5:8", &["c5.lrge", "c5.large"]),
    (
        "\"awsvpc\"",
        "\"awsvcp\"",
        ":7:8",
        &["`awsvcp` is not a network mode", "\"awsvpc\""],
    ),
    ("\"awsvpc\"", "[\"awsvpc\"]", ":7:8", &["array", "[sweep]"]),
    (
        "mode =",
        "arbitration = \"lottery\"\nmode =",
        ":7:15",
        &["`lottery`", "\"round-robin\""],
    ),
    (
        "\"poisson\"",
        "\"possion\"",
        ":11:24",
        &["`possion`", "\"poisson\""],
    ),
    (
        "mode =",
        "eni-queue = \"1000 packets\"\nmode =",
        ":7:13",
        &["table", "capacity"],
    ),
    // Sweeps.
    (
        "task.api.count",
        "task.apy.count",
        ":13:1",
        &["no task group `apy`", "did you mean `api`?"],
    ),
    (
        "task.api.count",
        "network.mdoe",
        ":13:1",
        &["network.mdoe", "mode"],
    ),
    (
        "[1, 2]",
        "[]",
        ":13:20",
        &["a sweep of no values", "at least one value"],
    ),
    ("[1, 2]", "2", ":13:20", &["array", "[2]"]),
    ("[1, 2]", "[1, \"2\"]", ":13:24", &["2", "integer"]),
    // Several things together.
    (
        "[1, 2]",
        "[1, 3]",
        ":13:24",
        &["3 ENIs, one is the primary: 2 tasks", "= 3", "enis"],
    ),
    (
        "[sweep]",
        "[[task]]\nname = \"api\"\n[sweep]",
        ":13:8",
        &["a second task group", "`api`", "`count`"],
    ),
    // Text that is no TOML.
    (
        "[network]",
        "[network",
        ":6:9",
        &["unclosed table", "https://toml.io"],
    ),
    ("\"c5.large\"", "c5.large", ":5:8", &["quoted"]),
];

/// Runs `check` and `run` on the file and fails unless both refuse it in the same words.
#[track_caller]
fn refused(bench: &Bench, name: &str, place: &str, fragments: &[&str]) {
    let before = bench.files("").len();
    let check = bench.run(&["check", name]).with(2);
    let run = bench.run(&["run", name, "--out", "r"]).with(2);
    assert_eq!(check.stdout, "");
    assert_eq!(run.stdout, "");
    assert_eq!(check.stderr, run.stderr);
    assert!(check.stderr.starts_with("error: "), "{}", check.stderr);
    assert!(!check.stderr.contains('\u{1b}'), "{}", check.stderr);
    assert_eq!(bench.files("").len(), before, "nothing is written");
    check.saying([format!("{name}{place}")]).saying(fragments);
}

#[test]
fn the_file_that_the_cases_change_is_right() {
    Bench::with(RIGHT).run(&["check", "x.toml"]).with(0);
}

#[test]
fn every_mistake_is_answered_with_place_reason_and_remedy() {
    let bench = Bench::new();
    let mut failed = Vec::new();
    for (from, to, place, fragments) in CASES {
        assert!(RIGHT.contains(from), "{from}");
        bench.write("x.toml", RIGHT.replacen(from, to, 1).as_bytes());
        let case = AssertUnwindSafe(|| {
            refused(&bench, "x.toml", place, fragments);
            bench.run(&["check", "x.toml"]).with(2).saying(["= help: "]);
        });
        // All cases at once, as the tool does it.
        if catch_unwind(case).is_err() {
            failed.push(format!("{from} -> {to}"));
        }
    }
    assert!(
        failed.is_empty(),
        "not answered well:\n{}",
        failed.join("\n")
    );
}

/// Waiting times without bound are no result: a load of 1 and more needs a bounded queue.
#[test]
fn an_unlimited_queue_bears_no_overload() {
    let text = RIGHT
        .replace("type = \"c5.large\"", "egress = \"1 Mbit/s\"\nenis = 3")
        .replace(
            "mode = \"awsvpc\"",
            "mode = \"awsvpc\"\neni-queue = { capacity = \"unlimited\", discipline = \"fifo\" }",
        );
    let bench = Bench::with(&text);
    refused(&bench, "x.toml", ":", &["load", "unlimited", "= help: "]);
}

#[test]
fn all_mistakes_of_all_files_are_reported_at_once() {
    let bench = Bench::with(&RIGHT.replace("mode", "mdoe").replace("measure", "mesure"));
    bench.write("y.toml", RIGHT.replace("c5.large", "c5.lrge").as_bytes());
    bench.write("z.toml", b"\xff");
    let ended = bench
        .run(&["check", "x.toml", "gone.toml", "y.toml", "z.toml"])
        .with(2);
    let places = [
        "x.toml:3:1",
        "x.toml:7:1",
        "y.toml:5:8",
        "gone.toml",
        "z.toml:1:1",
    ];
    ended.saying(["2 problems in x.toml"]).saying(places);
}

#[test]
fn an_empty_file_is_told_what_it_lacks() {
    let bench = Bench::with("");
    refused(
        &bench,
        "x.toml",
        ":1:1",
        &["`question` is missing", "`measure` is missing"],
    );
}

#[test]
fn files_that_are_no_utf_8_are_told_where() {
    let bench = Bench::new();
    bench.write("x.toml", b"# \xc3\xa9\n  # caf\xe9\n");
    refused(
        &bench,
        "x.toml",
        ":2:8",
        &["the byte 0xe9 is not UTF-8", "save the file as UTF-8"],
    );
    bench.write("x.toml", b"\xff\xfeq\0=\0");
    refused(
        &bench,
        "x.toml",
        ":1:1",
        &["UTF-16", "save the file as UTF-8"],
    );
    bench.write("x.toml", b"question = \"a\0b\"\n");
    refused(&bench, "x.toml", ":1:14", &["invalid"]);
}

#[test]
fn paths_that_are_no_files_are_named() {
    let bench = Bench::new();
    refused(
        &bench,
        "gone.toml",
        "",
        &["cannot read gone.toml", "No such file", "enibench init"],
    );
    std::fs::create_dir(bench.path("folder")).unwrap();
    refused(
        &bench,
        "folder",
        "",
        &["cannot read folder", "name the experiment files in it"],
    );
}

/// What a parser that recurses would not survive.
#[test]
fn deep_nesting_is_refused() {
    let bench = Bench::new();
    let deep = [
        format!("a = {}", "[".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
    ];
    for text in deep {
        bench.write("x.toml", text.as_bytes());
        refused(&bench, "x.toml", ":1:", &["recursion"]);
    }
}

#[test]
fn wrong_settings_are_shown_as_they_were_written() {
    let bench = Bench::with(RIGHT);
    let cases: [(&[&str], &[&str]); 8] = [
        (
            &["--set", "network.mdoe=bridge"],
            &["network.mdoe=bridge", "did you mean `mode`?"],
        ),
        (
            &["--set", "network.mode=brdige"],
            &["--set:1:14", "`brdige`", "\"bridge\""],
        ),
        (
            &["--set", "network.mode"],
            &["KEY=VALUE", "network.mode=awsvpc"],
        ),
        (&["--set", "task.api.count=[1, 9]"], &["9 tasks", "3 ENIs"]),
        (&["--set", "measure=10"], &["--set:1:9", "unit"]),
        (&["--seed", "-1"], &["-1"]),
        (
            &["--seed", "9223372036854775808"],
            &["0..=9223372036854775807"],
        ),
        (&["--replications", "0"], &["--replications"]),
    ];
    for (more, fragments) in cases {
        bench
            .run(&[&["check", "x.toml"], more].concat())
            .with(2)
            .saying(fragments);
    }
}
