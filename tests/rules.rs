//! The rules of this house: what a reviewer would otherwise have to look for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longest source file [lines]; a longer one holds two concepts.
const LINES_MAX: usize = 500;

/// Modules and what they may use, beside themselves. `main` and `lib` name everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("design", &[]),
    ("theory", &[]),
    ("warning", &["units"]),
    ("metric", &[]),
    ("engine", &["units"]),
    ("scenario", &["units"]),
    // Placement draws lots by named streams, as everything does.
    ("ecs", &["units", "engine", "scenario"]),
    ("measure", &["units", "scenario"]),
    ("model", &["units", "engine", "scenario", "measure"]),
    ("trial", &["units", "scenario", "measure", "model"]),
    ("estimate", &["units", "scenario"]),
    ("prediction", &["units", "metric", "scenario", "theory"]),
    ("flow_logs", &["units", "scenario", "measure", "ecs"]),
    ("experiment", &["units", "metric", "scenario", "ecs"]),
    ("runner", &["experiment", "scenario", "estimate", "trial"]),
    ("stats", &["units", "measure"]),
    (
        "sizing",
        &[
            "units",
            "scenario",
            "ecs",
            "measure",
            "trial",
            "experiment",
            "runner",
            "stats",
        ],
    ),
    (
        "results",
        &[
            "units",
            "warning",
            "metric",
            "scenario",
            "measure",
            "trial",
            "experiment",
            "prediction",
            "runner",
            "stats",
        ],
    ),
    ("compare", &["metric", "results", "stats"]),
    ("plot", &["units", "metric", "results"]),
    (
        "validate",
        &[
            "units",
            "engine",
            "scenario",
            "estimate",
            "theory",
            "measure",
            "metric",
            "trial",
            "experiment",
            "runner",
            "results",
            "compare",
        ],
    ),
    (
        "verify",
        &["units", "engine", "experiment", "runner", "results"],
    ),
    (
        "cli",
        &[
            "verify",
            "units",
            "warning",
            "metric",
            "scenario",
            "ecs",
            "estimate",
            "experiment",
            "flow_logs",
            "trial",
            "measure",
            "runner",
            "stats",
            "results",
            "compare",
            "plot",
            "sizing",
            "validate",
        ],
    ),
];

/// Outside crates and the modules that they are at home in.
const HOMES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["experiment"]),
    ("base64", &["measure", "results"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("comfy_table", &["cli"]),
    ("csv", &["ecs", "results", "validate", "verify"]),
    ("ctrlc", &["cli"]),
    ("flate2", &["measure"]),
    // Plots ask the histograms that `results` reads for more than a table of quantiles.
    ("hdrhistogram", &["measure", "results", "plot"]),
    ("indicatif", &["cli"]),
    ("parquet", &["flow_logs"]),
    ("plotters", &["plot"]),
    ("png", &["plot"]),
    ("rand", &["ecs", "engine", "model", "validate", "verify"]),
    ("rand_distr", &["model"]),
    ("rand_xoshiro", &["engine"]),
    ("rayon", &["runner"]),
    ("regex", &["ecs"]),
    ("statrs", &["stats", "plot", "validate"]),
    ("toml", &["experiment", "results", "sizing", "verify"]),
    ("toml_edit", &["experiment"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` with this extension, sorted.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory);
        for entry in entries.unwrap_or_else(|e| panic!("{}: {e}", directory.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A source file of the product.
struct Source {
    /// Path below the package.
    name: String,
    /// Which module of the crate it belongs to.
    module: String,
    text: String,
}

impl Source {
    /// All files of `src/`.
    fn all() -> Vec<Source> {
        let read = |path: PathBuf| {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let below = name.strip_prefix("src/").unwrap();
            let module = below.split(['/', '.']).next().unwrap().to_owned();
            Source {
                module,
                text: fs::read_to_string(&path).unwrap(),
                name,
            }
        };
        files("src", "rs").into_iter().map(read).collect()
    }

    /// Whether all of it is compiled for tests only: declared so by its parent, or by name.
    fn is_for_tests(&self) -> bool {
        let path = Path::new(&self.name).with_extension("");
        let named =
            |part: &std::ffi::OsStr| ["tests", "testing", "malformed"].iter().any(|n| part == *n);
        self.module == "validation" || path.iter().any(named)
    }

    /// Lines of code with their numbers: without comments, and without what stands behind the
    /// first `#[cfg(test)] mod … {`, since tests come last.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = |at: &usize| {
            lines[*at].trim() == "#[cfg(test)]"
                && lines
                    .get(at + 1)
                    .is_some_and(|l| l.starts_with("mod ") && l.ends_with('{'))
        };
        let end = (0..lines.len()).find(tests).unwrap_or(lines.len());
        let numbered = lines.into_iter().take(end).enumerate();
        numbered
            .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
            .filter(|(_, line)| !line.trim().is_empty())
    }
}

/// The identifiers that stand behind `prefix` in `line`.
fn names_behind<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let name = |rest: &'a str| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    };
    line.split(prefix)
        .skip(1)
        .map(name)
        .filter(|name| !name.is_empty())
        .collect()
}

/// Whether `line` uses the outside crate `name` by a path that begins with it.
fn uses_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
    })
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let constants = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    let mut wrong = Vec::new();
    for source in Source::all().iter().filter(|source| !source.is_for_tests()) {
        if ["lib", "main", "build"].contains(&&*source.module) {
            continue;
        }
        let Some(allowed) = allowed.get(&*source.module) else {
            wrong.push(format!("{}: `{}` has no rule", source.name, source.module));
            continue;
        };
        for (number, line) in source.code() {
            for used in names_behind(line, "crate::") {
                if used != source.module && !constants(used) && !allowed.contains(&used) {
                    wrong.push(format!("{}:{number}: uses {used}", source.name));
                }
            }
            assert!(
                !line.contains("use crate::{"),
                "{}:{number}: a line each",
                source.name
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "against the direction of modules:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn outside_crates_have_one_home() {
    let mut wrong = Vec::new();
    for source in Source::all().iter().filter(|source| !source.is_for_tests()) {
        for (number, line) in source.code() {
            for (name, homes) in HOMES {
                if uses_crate(line, name) && !homes.contains(&&*source.module) {
                    wrong.push(format!("{}:{number}: {name}", source.name));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "crates away from home:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn files_are_short() {
    let long: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(
        long.is_empty(),
        "longer than {LINES_MAX} lines:\n{}",
        long.join("\n")
    );
}

#[test]
fn nothing_is_left_over() {
    let mut left = Vec::new();
    for source in Source::all() {
        for (number, line) in source.text.lines().enumerate() {
            for word in ["dbg!", "todo!", "unimplemented!"] {
                if line.contains(&format!("{word}(")) {
                    left.push(format!("{}:{}: {word}", source.name, number + 1));
                }
            }
        }
        for (number, line) in source.code().filter(|_| !source.is_for_tests()) {
            if line.contains(".unwrap()") || (source.module == "cli" && line.contains("eprint")) {
                left.push(format!("{}:{number}: {}", source.name, line.trim()));
            }
        }
    }
    assert!(left.is_empty(), "left over:\n{}", left.join("\n"));
}

#[test]
fn every_experiment_is_valid() {
    let mut experiments = files("experiments", "toml");
    // Beside task definitions stands what their tasks send, which is no experiment.
    experiments.retain(|path| !path.starts_with(root().join("experiments/ecs")));
    assert!(experiments.len() >= 10, "{experiments:?}");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("enibench"));
    let output = command.arg("check").args(&experiments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        stdout.matches(": valid\n").count(),
        experiments.len(),
        "{stdout}"
    );
}

#[test]
fn every_smoke_experiment_has_committed_results() {
    for experiment in files("experiments/smoke", "toml") {
        let name = experiment.file_stem().unwrap();
        let results = root().join("results/smoke").join(name);
        for file in [
            "manifest.toml",
            "experiment.toml",
            "trials.csv",
            "tasks.csv",
            "replications.csv",
            "summary.csv",
            "quantiles.csv",
            "warnings.csv",
        ] {
            let path = results.join(file);
            assert!(
                path.exists(),
                "{} is missing: run the experiment",
                path.display()
            );
        }
        let ran = fs::read(results.join("experiment.toml")).unwrap();
        assert!(
            ran == fs::read(&experiment).unwrap(),
            "{name:?} changed after it was run"
        );
    }
}

/// A number that moves is a change of the model: it raises `MODEL_VERSION`, and the committed
/// results are made anew.
#[test]
fn smoke_experiments_give_the_committed_bytes() {
    let out = tempfile::tempdir().unwrap();
    for experiment in files("experiments/smoke", "toml") {
        let name = experiment.file_stem().unwrap();
        let again = out.path().join(name);
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("enibench"));
        command
            .arg("run")
            .arg(&experiment)
            .args(["--no-plots", "--out"])
            .arg(&again);
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let committed = root().join("results/smoke").join(name);
        let optional = [
            "timeline.csv",
            "series.csv",
            "effects.csv",
            "interference.csv",
        ];
        let optional = optional.into_iter();
        let optional = optional.filter(|file| committed.join(file).exists());
        let tables = ["trials.csv", "tasks.csv", "replications.csv", "summary.csv"];
        for file in tables.into_iter().chain(optional) {
            let committed = committed.join(file);
            let committed = fs::read(&committed).unwrap_or_else(|e| panic!("{name:?}: {e}"));
            assert!(
                committed == fs::read(again.join(file)).unwrap(),
                "{name:?}: {file} differs"
            );
        }
    }
}

/// Committed results are those of the committed experiment files.
#[test]
fn results_belong_to_the_experiments_beside_them() {
    use sha2::{Digest, Sha256};
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for group in ["curated", "smoke"] {
        for entry in fs::read_dir(root.join("results").join(group)).unwrap() {
            let results = entry.unwrap().path();
            let name = results.file_name().unwrap().to_str().unwrap();
            let file = root
                .join("experiments")
                .join(group)
                .join(format!("{name}.toml"));
            let hash: String = Sha256::digest(fs::read(&file).unwrap())
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            let manifest = fs::read_to_string(results.join("manifest.toml")).unwrap();
            assert!(
                manifest.contains(&format!("sha256 = \"{hash}\"")),
                "{} was changed after its results were made: run it again",
                file.display()
            );
            checked += 1;
        }
    }
    assert!(checked >= 9, "{checked} result directories");
}
