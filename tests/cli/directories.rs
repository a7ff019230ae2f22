//! Result directories: resumed, refused, replaced, shared with nobody.

use super::experiments::SMALL;
use super::run::run;
use super::support::{Bench, assert_same_files};

#[test]
fn a_second_run_has_nothing_to_do_and_changes_no_byte() {
    let bench = Bench::with(SMALL);
    let args = ["run", "x.toml", "--out", "r"];
    let first = bench.run(&args).with(0);
    let files = bench.files("r");
    let second = bench
        .run(&args)
        .with(0)
        .saying(["complete in r", "--force"]);
    assert_same_files(&files, &bench.files("r"));
    assert_eq!(first.stdout, second.stdout, "the answer is given again");
    bench
        .run(&[&args[..], &["--force"]].concat())
        .with(0)
        .saying(["4 trials in"]);
    let forced = bench.files("r");
    assert!(
        files.keys().eq(forced.keys()),
        "--force leaves nothing behind"
    );
}

#[test]
fn threads_and_force_give_the_same_bytes() {
    let bench = Bench::with(SMALL);
    run(&bench, &["--threads", "1"]).with(0);
    let one = bench.reproducible("r");
    run(&bench, &["--threads", "2", "--force"]).with(0);
    assert_same_files(&one, &bench.reproducible("r"));
    let timing = &bench.manifest("r")["timing"];
    assert_eq!(
        timing["threads"].as_integer(),
        Some(2),
        "the second run did run"
    );
    assert_eq!(timing["trials-run"].as_integer(), Some(4));
}

#[test]
fn missing_files_are_made_again() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    let whole = bench.reproducible("r");
    for name in [
        "manifest.toml",
        "replications.csv",
        "summary.csv",
        "histograms/point-0001.latency.hlog",
    ] {
        std::fs::remove_file(bench.path("r").join(name)).unwrap();
        run(&bench, &[]).with(0);
        assert_same_files(&whole, &bench.reproducible("r"));
    }
}

#[test]
fn results_of_another_plan_are_refused_with_the_key() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    let files = bench.files("r");
    let cases: [(&[&str], &str); 5] = [
        (&["--seed", "8"], "seed differs"),
        (&["--replications", "3"], "replications differs"),
        (&["--set", "task.api.count=3"], "task.api.count differs"),
        (&["--set", "network.mode=host"], "sweep"),
        (&["--quick"], "measure, "),
    ];
    for (more, key) in cases {
        run(&bench, more)
            .with(2)
            .saying(["r holds results of another plan", key, "--force"]);
    }
    assert_same_files(&files, &bench.files("r"));
    run(&bench, &["--seed", "8", "--force"]).with(0);
    assert_eq!(
        bench.manifest("r")["experiment"]["seed"].as_integer(),
        Some(8)
    );
}

/// Comments are no part of the plan; the version is.
#[test]
fn a_plan_is_what_is_simulated() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    bench.write("x.toml", format!("# a remark\n{SMALL}").as_bytes());
    run(&bench, &[]).with(0);
    let old = bench
        .read("r/manifest.toml")
        .replace("model-version = ", "model-version = 9");
    bench.write("r/manifest.toml", old.as_bytes());
    run(&bench, &[])
        .with(2)
        .saying(["another plan", "version differs"]);
}

#[test]
fn directories_of_others_are_left_alone() {
    let bench = Bench::with(SMALL);
    bench.write("r/thesis.txt", b"ten years");
    for force in [&[][..], &["--force"]] {
        run(&bench, force)
            .with(2)
            .saying(["r is not empty and holds no results", "--out"]);
    }
    assert_eq!(bench.files("r").len(), 1);
    // A project with an experiment file of that name is not a result directory either.
    bench.write("project/experiment.toml", SMALL.as_bytes());
    bench.write("project/plots/own.svg", b"<svg/>");
    let project = bench.files("project");
    let args = [
        "run",
        "project/experiment.toml",
        "--out",
        "project",
        "--force",
        "--seed",
        "8",
    ];
    bench.run(&args).with(2).saying(["project is not empty"]);
    assert_same_files(&project, &bench.files("project"));
}

#[test]
fn force_removes_results_and_nothing_else() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    bench.write("r/notes.md", b"look at this");
    run(&bench, &["--force", "--set", "network.mode=host"]).with(0);
    let names = bench.files("r");
    assert!(names.contains_key("notes.md"));
    assert!(
        !names.contains_key("histograms/point-0001.latency.hlog"),
        "{:?}",
        names.keys()
    );
}

#[test]
fn a_file_in_the_way_is_named() {
    let bench = Bench::with(SMALL);
    bench.write("r", b"a file");
    run(&bench, &[]).with(1).saying(["error: ", "r/"]);
    bench
        .run(&["run", "x.toml", "--out", "r/deep/er"])
        .with(1)
        .saying(["error: ", "r/"]);
    assert_eq!(bench.read("r"), "a file");
}

#[test]
fn out_is_for_one_experiment() {
    let bench = Bench::with(SMALL);
    bench.write("y.toml", SMALL.as_bytes());
    bench
        .run(&["run", "x.toml", "y.toml", "--out", "r"])
        .with(2)
        .saying(["--out", "one"]);
    assert!(!bench.path("r").exists());
}

#[test]
fn results_stand_beside_experiments() {
    let bench = Bench::new();
    for name in ["experiments/a/b.toml", "c.toml", "elsewhere/d.toml"] {
        bench.write(name, SMALL.as_bytes());
    }
    let args = [
        "experiments/a/b.toml",
        "c.toml",
        "elsewhere/d.toml",
        "--no-plots",
    ];
    let ended = bench.run(&[&["run"][..], &args].concat()).with(0);
    for out in ["results/a/b", "results/c", "results/d"] {
        assert!(bench.path(out).join("summary.csv").exists(), "{out}");
        assert!(
            ended.stderr.contains(&format!("results in {out}\n")),
            "{}",
            ended.stderr
        );
    }
    bench
        .run(&["run", "experiments/a/b.toml", "--quick", "--no-plots"])
        .with(0);
    assert!(bench.path("results/quick/a/b/summary.csv").exists());
}

#[test]
fn two_experiments_do_not_share_a_directory() {
    let bench = Bench::new();
    bench.write("a/x.toml", SMALL.as_bytes());
    bench.write("b/x.toml", SMALL.replace("seed = 7", "seed = 8").as_bytes());
    let ended = bench.run(&["run", "a/x.toml", "b/x.toml"]).with(2);
    ended.saying(["a/x.toml and b/x.toml", "results/x"]);
    assert!(
        !bench.path("results").exists(),
        "refused before the first has run"
    );
}
