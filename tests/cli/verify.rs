//! `verify`: results that are what they should be, and results that somebody touched.

use std::fs;

use serde_json::Value;

use crate::experiments::SMALL;
use crate::support::{Bench, Ended, assert_same_files};

/// The small experiment with results in `out`, plots and all.
fn results() -> Bench {
    let bench = Bench::with(SMALL);
    bench.run(&["run", "x.toml", "--out", "out"]).with(0);
    bench
}

/// `verify out` with these arguments.
fn verify(bench: &Bench, args: &[&str]) -> Ended {
    bench.run(&[&["verify", "out"], args].concat())
}

/// Replaces `from`, which is there, in a file of the results.
#[track_caller]
fn change(bench: &Bench, file: &str, from: &str, to: &str) {
    let name = format!("out/{file}");
    let text = bench.read(&name);
    assert!(text.contains(from), "{file} has no {from}");
    bench.write(&name, text.replacen(from, to, 1).as_bytes());
}

/// The cell of the first row of a table in this column.
fn cell(bench: &Bench, file: &str, column: &str) -> String {
    let text = bench.read(&format!("out/{file}"));
    let (_, rows) = crate::support::csv(&text);
    rows[0][column].clone()
}

#[track_caller]
fn told(ended: &Ended, fragments: &[&str]) {
    for fragment in fragments {
        let told = &ended.stdout;
        assert!(told.contains(fragment), "no {fragment:?} in:\n{told}");
    }
}

#[test]
fn results_that_nobody_touched_pass_and_stay_as_they_are() {
    let bench = results();
    let before = bench.files("out");
    let sample = verify(&bench, &["--sample", "3"]).with(0);
    told(
        &sample,
        &["3 of 4 trials run again (75.0 %)", "no difference"],
    );
    let all = verify(&bench, &["--all", "--threads", "2"]).with(0);
    told(&all, &["4 of 4 trials run again", "no difference"]);
    assert_same_files(&before, &bench.files("out"));
}

/// Committed results come without histograms, and some without plots.
#[test]
fn folders_that_were_left_out_are_no_difference() {
    let bench = results();
    fs::remove_dir_all(bench.path("out/histograms")).unwrap();
    fs::remove_dir_all(bench.path("out/plots")).unwrap();
    verify(&bench, &["--all"]).with(0);
    bench.write("out/notes.txt", b"mine");
    let noted = verify(&bench, &["--all"]).with(0);
    told(&noted, &["not compared: notes.txt"]);
}

#[test]
fn a_cell_that_was_changed_is_named() {
    for file in ["trials.csv", "tasks.csv", "replications.csv"] {
        let bench = results();
        let column = match file {
            "trials.csv" => "delivered_bytes",
            _ => "throughput_bps",
        };
        let right = cell(&bench, file, column);
        change(&bench, file, &right, "12345");
        for args in [&["--all"][..], &["--sample", "4"]] {
            let ended = verify(&bench, args).with(5);
            told(
                &ended,
                &[
                    &format!("first difference: {file}:2, network.mode = bridge, replication = 0"),
                    &format!(": {column}\n"),
                    "in the file  `12345`",
                    &format!("run again    `{right}`"),
                ],
            );
        }
    }
}

/// A fingerprint that differs alone is what swapped packets leave behind.
#[test]
fn a_fingerprint_that_differs_alone_says_what_that_means() {
    let bench = results();
    let right = cell(&bench, "trials.csv", "fingerprint");
    assert_eq!(right.len(), 16, "{right}");
    assert!(right.bytes().all(|b| b.is_ascii_hexdigit()), "{right}");
    change(&bench, "trials.csv", &right, "0123456789abcdef");
    let ended = verify(&bench, &["--all"]).with(5);
    told(
        &ended,
        &[": fingerprint\n", "the counts and averages hide it"],
    );
    let json = verify(&bench, &["--all", "--json"]).with(5).stdout;
    let answer: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(answer["differences"], 1);
    assert_eq!(answer["first"]["only_fingerprint"], true);
    assert_eq!(answer["first"]["again"], right.as_str());
    assert_eq!(answer["first"]["row"]["network.mode"], "bridge");
}

#[test]
fn any_other_file_that_was_changed_is_named_with_its_line() {
    for (file, from, to, line) in [
        ("summary.csv", "bridge", "brigde", "summary.csv:2"),
        (
            "plots/1-knee.svg",
            "</svg>",
            "</svg><!-- -->",
            "1-knee.svg:",
        ),
        (
            "histograms/point-0000.latency.hlog",
            "Tag=api",
            "Tag=ap",
            "hlog:",
        ),
        ("manifest.toml", "seed = 7", "seed = 8", "experiment.seed"),
    ] {
        let bench = results();
        change(&bench, file, from, to);
        let ended = verify(&bench, &["--all"]).with(5);
        told(&ended, &[line]);
    }
}

#[test]
fn a_truncated_table_says_where_it_ends() {
    let bench = results();
    let text = bench.read("out/trials.csv");
    bench.write("out/trials.csv", &text.as_bytes()[..text.len() - 20]);
    for args in [&["--all"][..], &["--sample", "4"]] {
        let ended = verify(&bench, args).with(5);
        told(
            &ended,
            &["first difference: trials.csv:5", "replication = 1"],
        );
    }
    let without_last_row = text.trim_end().rfind('\n').unwrap() + 1;
    bench.write("out/trials.csv", &text.as_bytes()[..without_last_row]);
    let ended = verify(&bench, &["--all"]).with(5);
    told(
        &ended,
        &[
            "trials.csv, network.mode = awsvpc, replication = 1: the row",
            "nothing",
        ],
    );
    fs::remove_file(bench.path("out/tasks.csv")).unwrap();
    bench.write("out/trials.csv", text.as_bytes());
    let ended = verify(&bench, &["--all"]).with(5);
    told(&ended, &["tasks.csv: the file"]);
}

#[test]
fn results_of_another_version_are_refused_with_the_remedy() {
    let bench = results();
    let model = bench.manifest("out")["tool"]["model-version"].to_string();
    let line = format!("model-version = {model}");
    change(&bench, "manifest.toml", &line, "model-version = 99999");
    verify(&bench, &[])
        .with(2)
        .saying(["model 99999", "verify with that version", "--force"]);
}

#[test]
fn what_is_no_result_directory_is_refused() {
    let bench = results();
    bench
        .run(&["verify", "nowhere"])
        .with(2)
        .saying(["manifest.toml is missing"]);
    change(&bench, "experiment.toml", "bridge", "brigde");
    verify(&bench, &[])
        .with(2)
        .saying(["did you mean \"bridge\"?"]);
    fs::remove_file(bench.path("out/experiment.toml")).unwrap();
    verify(&bench, &[])
        .with(2)
        .saying(["experiment.toml is missing"]);
}

/// Versions do not change with every revision, but numbers may.
#[test]
fn a_difference_to_another_revision_says_so() {
    let bench = results();
    let revision = bench.manifest("out")["tool"]["revision"].to_string();
    change(&bench, "manifest.toml", &revision, "\"0123abc\"");
    let same = verify(&bench, &[]).with(0);
    assert_eq!(same.stderr, "");
    let right = cell(&bench, "trials.csv", "events");
    change(&bench, "trials.csv", &right, "1");
    verify(&bench, &["--all"])
        .with(5)
        .saying(["made by revision 0123abc"]);
}

/// The experiment says which trials there are: with another seed, all of them differ.
#[test]
fn another_experiment_beside_the_results_is_found_out() {
    let bench = results();
    change(&bench, "experiment.toml", "seed = 7", "seed = 8");
    let ended = verify(&bench, &["--sample", "1"]).with(5);
    told(&ended, &["first difference: trials.csv:"]);
}
