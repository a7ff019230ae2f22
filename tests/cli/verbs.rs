//! Every verb but `run`: what it prints, where, and how it ends.

use std::process::Stdio;

use super::experiments::SMALL;
use super::support::{Bench, csv};

const VERBS: [&str; 13] = [
    "init",
    "check",
    "run",
    "show",
    "plot",
    "compare",
    "instances",
    "place",
    "size",
    "validate",
    "schema",
    "completions",
    "man",
];

/// A bench with results in `r`.
fn with_results() -> Bench {
    let bench = Bench::with(SMALL);
    bench
        .run(&[
            "run",
            "x.toml",
            "--out",
            "r",
            "--no-plots",
            "--progress",
            "none",
        ])
        .with(0);
    bench
}

#[test]
fn help_and_version_are_answers() {
    let bench = Bench::new();
    let help = bench.run(&["--help"]).with(0);
    assert_eq!(help.stderr, "");
    for verb in VERBS {
        assert!(
            help.stdout.contains(&format!("\n  {verb} ")),
            "{verb} in\n{}",
            help.stdout
        );
        let help = bench.run(&[verb, "--help"]).with(0);
        assert!(
            help.stdout.contains(&format!("Usage: enibench {verb}")),
            "{}",
            help.stdout
        );
    }
    let version = bench.run(&["--version"]).with(0).stdout;
    assert!(
        version.starts_with(concat!("enibench ", env!("CARGO_PKG_VERSION"))),
        "{version}"
    );
}

#[test]
fn wrong_usage_is_an_error() {
    let bench = Bench::new();
    let none = bench
        .run(&[])
        .with(2)
        .saying(["Usage: enibench"])
        .saying(VERBS);
    assert_eq!(none.stdout, "");
    bench
        .run(&["rnu"])
        .with(2)
        .saying(["unrecognized subcommand 'rnu'"]);
    bench.run(&["run"]).with(2).saying(["EXPERIMENT.toml"]);
    bench
        .run(&["run", "--threads", "0", "x.toml"])
        .with(2)
        .saying(["--threads", "1..=1024"]);
    bench
        .run(&["run", "--png", "--no-plots", "x.toml"])
        .with(2)
        .saying(["--png", "--no-plots"]);
    bench
        .run(&["show", "r", "--json", "--csv"])
        .with(2)
        .saying(["--json", "--csv"]);
    bench
        .run(&["completions", "csh"])
        .with(2)
        .saying(["bash", "zsh"]);
}

#[test]
fn check_says_what_a_run_would_take_and_runs_nothing() {
    let bench = Bench::with(SMALL);
    let ended = bench.run(&["check", "x.toml"]).with(0);
    assert_eq!(ended.stderr, "");
    let lines = [
        "x.toml: valid",
        "  question     Does it work?",
        "  sweep        network.mode = bridge | awsvpc",
        "  trials       4 (2 points, 2 distinct, × 2 replications)",
        "  events       about ",
        "  time         about a second",
        "  memory       about ",
        "  results      results/x",
    ];
    for line in lines {
        assert!(
            ended.stdout.contains(line),
            "no {line:?} in\n{}",
            ended.stdout
        );
    }
    assert_eq!(bench.files("").len(), 1);
}

#[test]
fn show_prints_a_table_json_or_the_csv() {
    let bench = with_results();
    let table = bench.run(&["show", "r"]).with(0).stdout;
    let words: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert!(
        words[0].starts_with(&["mode", "tasks", "Mbit/s", "loss"]),
        "{table}"
    );
    // So short a run has doubtful quantiles: marked, and explained below the table.
    assert_eq!(words.len(), 1 + 2 * 3 + 1, "{table}");
    assert!(words[1][words[1].len() - 1].ends_with('?'), "{table}");
    let footnote =
        "? fewer than 100 packets lie beyond it, or it has no interval; see quantiles.csv\n";
    assert!(table.ends_with(footnote), "{table}");
    assert_eq!(words[4][..2], ["awsvpc", "api"], "{table}");
    let summary = bench.read("r/summary.csv");
    assert_eq!(bench.run(&["show", "r", "--csv"]).with(0).stdout, summary);
    let json = bench.run(&["show", "r", "--json"]).with(0).stdout;
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = object["rows"].as_array().unwrap();
    assert_eq!(rows.len(), csv(&summary).1.len());
    assert_eq!(rows[0]["network.mode"], "bridge");
    assert_eq!(rows[0]["task_group"], "api");
}

#[test]
fn show_and_plot_name_what_is_no_result_directory() {
    let bench = Bench::with(SMALL);
    for verb in ["show", "plot"] {
        let hints = ["gone/manifest.toml is missing", "enibench run"];
        bench.run(&[verb, "gone"]).with(2).saying(hints);
        bench
            .run(&[verb, "."])
            .with(2)
            .saying(["manifest.toml is missing"]);
        bench.run(&[verb, "x.toml"]).with(2).saying(["x.toml"]);
    }
}

/// Committed results leave the histograms out.
#[test]
fn plot_draws_what_the_files_hold_and_names_the_rest() {
    let bench = with_results();
    let all = bench.run(&["plot", "r"]).with(0);
    let drawn: Vec<&str> = all.stdout.lines().collect();
    assert!(drawn.len() >= 4, "{drawn:?}");
    for file in &drawn {
        assert!(bench.read(file).contains("</svg>"), "{file}");
    }
    let plots = bench.files("r/plots");
    bench.run(&["plot", "r"]).with(0);
    super::support::assert_same_files(&plots, &bench.files("r/plots"));
    std::fs::remove_dir_all(bench.path("r/histograms")).unwrap();
    std::fs::remove_dir_all(bench.path("r/plots")).unwrap();
    let fewer = bench
        .run(&["plot", "r"])
        .with(0)
        .saying(["histograms/", "run the experiment"]);
    assert!(
        (1..drawn.len()).contains(&fewer.stdout.lines().count()),
        "{}",
        fewer.stdout
    );
}

#[test]
fn init_writes_a_file_that_runs() {
    let bench = Bench::new();
    let ended = bench
        .run(&["init"])
        .with(0)
        .saying(["enibench check experiment.toml"]);
    assert_eq!(ended.stdout, "experiment.toml\n");
    bench.run(&["check", "experiment.toml"]).with(0);
    bench
        .run(&["run", "experiment.toml", "--quick", "--no-plots"])
        .with(0);
    for name in ["mine", "mine.toml"] {
        let text = bench
            .path("mine.toml")
            .exists()
            .then(|| bench.read("mine.toml"));
        let code = if text.is_some() { 2 } else { 0 };
        bench.run(&["init", name]).with(code);
        assert_eq!(
            text.unwrap_or_else(|| bench.read("mine.toml")),
            bench.read("mine.toml")
        );
    }
    bench
        .run(&["init", "mine"])
        .with(2)
        .saying(["mine.toml is there already", "another name"]);
    bench
        .run(&["init", "experiments/a b"])
        .with(0)
        .saying(["'experiments/a b.toml'"]);
    bench.run(&["check", "experiments/a b.toml"]).with(0);
}

#[test]
fn init_refuses_what_cannot_be_a_file() {
    let bench = Bench::with(SMALL);
    for name in ["", ".", "..", "a/"] {
        bench.run(&["init", name]).with(2).saying(["names no file"]);
    }
    bench
        .run(&["init", "x.toml/y"])
        .with(1)
        .saying(["cannot create x.toml"]);
    assert_eq!(bench.files("").len(), 1);
}

#[test]
fn instances_can_be_filtered() {
    let bench = Bench::new();
    let names = |json: &str| -> Vec<String> {
        let rows: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
        rows.iter()
            .map(|row| row["instance_type"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = names(&bench.run(&["instances", "--json"]).with(0).stdout);
    assert!(all.len() > 500, "{}", all.len());
    let c5 = names(&bench.run(&["instances", "c5.*", "--json"]).with(0).stdout);
    assert!(
        !c5.is_empty() && c5.iter().all(|name| name.starts_with("c5.")),
        "{c5:?}"
    );
    let table = bench.run(&["instances", "c5.large"]).with(0).stdout;
    let row = table
        .lines()
        .find(|line| line.starts_with("c5.large"))
        .unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(
        cells[..8],
        ["c5.large", "2", "4", "3", "2", "10", "0.75", "10"]
    );
    let none = bench.run(&["instances", "c5.lagre"]).with(2);
    assert_eq!(none.stdout, "");
    none.saying([
        "no instance type matches \"c5.lagre\"",
        "did you mean \"c5.large\"?",
    ]);
    bench
        .run(&["instances", "zzz"])
        .with(2)
        .saying(["`enibench instances` lists all types"]);
}

#[test]
fn the_schema_is_a_json_schema() {
    let schema = Bench::new().run(&["schema"]).with(0).stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(
        schema["$schema"]
            .as_str()
            .unwrap()
            .starts_with("https://json-schema.org/")
    );
    for key in [
        "question", "measure", "instance", "network", "task", "sweep",
    ] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn completions_know_the_verbs() {
    let bench = Bench::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = bench.run(&["completions", shell]).with(0).stdout;
        for word in VERBS.into_iter().chain(["--replications"]) {
            let word = if shell == "fish" {
                word.trim_start_matches('-')
            } else {
                word
            };
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
}

#[test]
fn man_writes_a_page_per_verb() {
    let bench = Bench::with(SMALL);
    bench.run(&["man", "share/man1"]).with(0);
    let pages = bench.files("share/man1");
    for page in VERBS.map(|verb| format!("enibench-{verb}.1")) {
        assert!(pages.contains_key(&page), "{page} among {:?}", pages.keys());
    }
    assert!(pages["enibench.1"].windows(3).any(|w| w == b".TH"));
    bench.run(&["man", "x.toml"]).with(1).saying(["x.toml"]);
}

/// A reader that leaves is no error: exit code 0, not a signal, and nothing on stderr.
#[test]
fn a_closed_pipe_ends_quietly() {
    let bench = with_results();
    let verbs: [&[&str]; 9] = [
        &["instances"],
        &["instances", "--json"],
        &["schema"],
        &["completions", "bash"],
        &["show", "r"],
        &["show", "r", "--json"],
        &["show", "r", "--csv"],
        &["check", "x.toml"],
        &["plot", "r"],
    ];
    for args in verbs {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = bench.command(args).stdout(writer).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args:?}");
    }
}

/// Nobody listens, on either stream: what was asked for is done all the same.
#[test]
fn a_run_without_listeners_completes() {
    let bench = Bench::with(SMALL);
    bench.write("y.toml", SMALL.as_bytes());
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = bench.command(&["run", "x.toml", "y.toml", "--no-plots"]);
    let status = command
        .stdout(writer.try_clone().unwrap())
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    for out in ["results/x", "results/y"] {
        assert!(bench.path(out).join("manifest.toml").exists(), "{out}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let bench = Bench::new();
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = bench
        .command(&["schema"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot write to stdout"), "{stderr}");
}

#[test]
#[cfg(unix)]
fn names_that_are_no_utf_8_are_names() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.toml");
    if std::fs::write(bench.path("").join(name), SMALL).is_err() {
        return; // a file system that takes only UTF-8
    }
    let mut command = bench.command(&["run", "--out", "r", "--no-plots"]);
    let output = command.arg(name).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn no_color_means_no_escape_codes() {
    let bench = Bench::with("x = 1");
    for args in [&["check", "x.toml"][..], &["--help"], &["rnu"]] {
        let output = bench.command(args).env("NO_COLOR", "1").output().unwrap();
        let both = [output.stdout, output.stderr].concat();
        assert!(!both.contains(&0x1b), "{args:?}");
    }
}
