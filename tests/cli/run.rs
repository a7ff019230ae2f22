//! `run`: files, contents, reproducibility, refusals.

use std::collections::{BTreeMap, BTreeSet};

use super::experiments::{LONG, SMALL};
use super::support::{Bench, assert_same_files, csv, number};

const DATA_FILES: [&str; 13] = [
    "effects.csv",
    "experiment.toml",
    "histograms/point-0000.latency.hlog",
    "histograms/point-0000.throughput.hlog",
    "histograms/point-0001.latency.hlog",
    "histograms/point-0001.throughput.hlog",
    "manifest.toml",
    "quantiles.csv",
    "replications.csv",
    "summary.csv",
    "tasks.csv",
    "trials.csv",
    "warnings.csv",
];

/// Header lines behind the sweep keys.
const TRIALS: &str = "replication,offered_packets,delivered_packets,dropped_packets,\
queued_packets,offered_bytes,delivered_bytes,utilization,loss_ratio,jain_index,events,fingerprint,\
warning,error";
const TASKS: &str = "replication,task_group,task,offered_packets,delivered_packets,\
dropped_packets,loss_ratio,throughput_bps,sojourn_mean_ns,sojourn_p50_ns,sojourn_p90_ns,\
sojourn_p99_ns,sojourn_p999_ns,sojourn_max_ns,host_stack_mean_ns,eni_wait_mean_ns,\
allowance_wait_mean_ns,host_stack_wait_mean_ns,transmission_mean_ns,propagation_mean_ns,\
trunk_wait_mean_ns,microvm_mean_ns,dropped_host_stack_packets,dropped_eni_packets,\
dropped_allowance_packets,refused_packets,dropped_packet_allowance_packets,\
dropped_flow_cap_packets,dropped_link_local_packets,dropped_tracked_connections_packets,\
dropped_nat_packets,dropped_security_group_packets,bw_out_allowance_exceeded,\
bw_in_allowance_exceeded,pps_allowance_exceeded,conntrack_allowance_exceeded,\
linklocal_allowance_exceeded";
const SUMMARY: &str = "task_group,replications,throughput_bps,throughput_bps_ci,loss_ratio,\
loss_ratio_ci,sojourn_mean_ns,sojourn_mean_ns_ci,sojourn_p50_ns,sojourn_p50_ns_ci,\
sojourn_p90_ns,sojourn_p90_ns_ci,sojourn_p99_ns,sojourn_p99_ns_ci,sojourn_p999_ns,\
sojourn_p999_ns_ci,sojourn_max_ns,sojourn_max_ns_ci,jain_index,jain_index_ci,utilization,\
utilization_ci";

/// `enibench run x.toml --out r --no-plots --progress none` with more arguments.
fn run(bench: &Bench, more: &[&str]) -> super::support::Ended {
    let args = [
        "run",
        "x.toml",
        "--out",
        "r",
        "--no-plots",
        "--progress",
        "none",
    ];
    bench.run(&[&args, more].concat())
}

#[test]
fn the_files_are_those_of_the_contract() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    let names: Vec<String> = bench.files("r").into_keys().collect();
    assert_eq!(names, DATA_FILES);
    assert_eq!(
        bench.read("r/experiment.toml"),
        SMALL,
        "the file as it was run"
    );
    let (trials, rows) = csv(&bench.read("r/trials.csv"));
    assert_eq!(trials, format!("network.mode,{TRIALS}"));
    assert_eq!(rows.len(), 2 * 2, "points × replications");
    let (tasks, rows) = csv(&bench.read("r/tasks.csv"));
    assert_eq!(tasks, format!("network.mode,{TASKS}"));
    assert_eq!(rows.len(), 2 * 2 * 3, "points × replications × tasks");
    let (summary, rows) = csv(&bench.read("r/summary.csv"));
    assert_eq!(summary, format!("network.mode,{SUMMARY}"));
    let groups: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (&*row["network.mode"], &*row["task_group"]))
        .collect();
    let expected = ["bridge", "awsvpc"].map(|mode| ["api", "bulk", "all"].map(|g| (mode, g)));
    assert_eq!(groups, expected.concat());
}

/// The summary's throughput is a mean over replications, so it can be computed again from the rows
/// of each; two values a and b have the half width t(0.975, 1)·|a − b|/2, with t = 12.706 by tables.
#[test]
fn the_summary_is_made_of_the_replications() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    let (_, replications) = csv(&bench.read("r/replications.csv"));
    let (_, summary) = csv(&bench.read("r/summary.csv"));
    assert_eq!(replications.len(), 2 * summary.len());
    for row in &summary {
        let same = |other: &&std::collections::BTreeMap<String, String>| {
            ["network.mode", "task_group"]
                .iter()
                .all(|key| other[*key] == row[*key])
        };
        let of_row: Vec<f64> = replications
            .iter()
            .filter(same)
            .map(|r| number(r, "throughput_bps"))
            .collect();
        let [a, b] = of_row[..] else {
            panic!("{of_row:?}")
        };
        assert!((number(row, "throughput_bps") - (a + b) / 2.0).abs() < 1e-6 * a);
        let half_width = 12.706_204_736 * (a - b).abs() / 2.0;
        let found = number(row, "throughput_bps_ci");
        assert!(
            (found - half_width).abs() <= 1e-6 * half_width,
            "{found} for {half_width}"
        );
    }
}

#[test]
fn plots_are_drawn_unless_they_are_not_wanted() {
    let bench = Bench::with(SMALL);
    bench.run(&["run", "x.toml", "--out", "r", "--png"]).with(0);
    let files = bench.files("r");
    let plots = |ending: &str| {
        files
            .keys()
            .filter(|name| name.starts_with("plots/") && name.ends_with(ending))
            .count()
    };
    assert!(plots(".svg") >= 3, "{:?}", files.keys());
    assert_eq!(plots(".svg"), plots(".png"));
}

/// Oracle: the conservation law. What was offered was delivered, dropped or is still inside, and
/// a trial is the sum of its tasks. The traffic of a task does not depend on the mode.
#[test]
fn packets_are_conserved_in_every_row() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    let (_, trials) = csv(&bench.read("r/trials.csv"));
    let (_, tasks) = csv(&bench.read("r/tasks.csv"));
    let mut offered = BTreeSet::new();
    for trial in &trials {
        let count = |column| number(trial, column);
        let inside = count("dropped_packets") + count("queued_packets");
        assert_eq!(
            count("offered_packets"),
            count("delivered_packets") + inside,
            "{trial:?}"
        );
        assert_eq!(
            count("loss_ratio"),
            count("dropped_packets") / count("offered_packets")
        );
        assert!((0.0..=1.0).contains(&count("utilization")), "{trial:?}");
        assert!(
            count("offered_bytes") >= count("delivered_bytes"),
            "{trial:?}"
        );
        assert!(
            count("dropped_packets") > 0.0,
            "the short queue drops: {trial:?}"
        );
        assert_eq!(trial["error"], "");
        let of_trial = |task: &&BTreeMap<String, String>| {
            ["network.mode", "replication"]
                .iter()
                .all(|key| task[*key] == trial[*key])
        };
        for column in ["offered_packets", "delivered_packets", "dropped_packets"] {
            let sum: f64 = tasks
                .iter()
                .filter(of_trial)
                .map(|task| number(task, column))
                .sum();
            assert_eq!(sum, count(column), "{column} of {trial:?}");
        }
        offered.insert((
            trial["replication"].clone(),
            trial["offered_packets"].clone(),
        ));
    }
    assert_eq!(
        offered.len(),
        2,
        "both modes meet the same packets: {offered:?}"
    );
    for task in &tasks {
        let drops = ["dropped_host_stack_packets", "dropped_eni_packets"];
        let more = ["dropped_allowance_packets", "refused_packets"];
        let causes: f64 = drops
            .iter()
            .chain(&more)
            .map(|column| number(task, column))
            .sum();
        assert_eq!(causes, number(task, "dropped_packets"), "{task:?}");
    }
}

/// Oracle: times in ns. Propagation is 50 µs and 512 B last 20.48 µs at 200 Mbit/s, exactly; the
/// stages add up to the sojourn time; its quantiles rise.
#[test]
fn times_are_in_nanoseconds_and_add_up() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    for task in csv(&bench.read("r/tasks.csv")).1 {
        let ns = |column: &str| number(&task, column);
        assert_eq!(ns("propagation_mean_ns"), 50_000.0, "{task:?}");
        let transmission = if task["task_group"] == "api" {
            20_480.0
        } else {
            60_000.0
        };
        assert!(
            (ns("transmission_mean_ns") - transmission).abs() < 1e-6,
            "{task:?}"
        );
        let service = ns("host_stack_mean_ns") - ns("host_stack_wait_mean_ns");
        assert!((service - 2_000.0).abs() < 1e-6, "{task:?}");
        let waits = ns("host_stack_mean_ns") + ns("eni_wait_mean_ns");
        let stages = waits + ns("allowance_wait_mean_ns") + transmission + 50_000.0;
        assert!(
            (stages - ns("sojourn_mean_ns")).abs() < 1e-6 * stages,
            "{task:?}"
        );
        let quantiles = ["p50", "p90", "p99", "p999"].map(|q| ns(&format!("sojourn_{q}_ns")));
        assert!(quantiles.is_sorted(), "{task:?}");
        assert!(quantiles[3] <= ns("sojourn_max_ns") * 1.001, "{task:?}");
    }
}

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

#[test]
fn overrides_are_part_of_what_ran() {
    let bench = Bench::with(SMALL);
    let sets = ["--set", "task.api.count=1", "--set", "network.mode=awsvpc"];
    let more = ["--seed", "9", "--replications", "3"];
    run(&bench, &[&sets[..], &more].concat()).with(0);
    let (header, rows) = csv(&bench.read("r/tasks.csv"));
    assert_eq!(header, TASKS, "a key that is set is swept no more");
    assert_eq!(rows.len(), 3 * 2);
    let about = &bench.manifest("r")["experiment"];
    assert_eq!(about["seed"].as_integer(), Some(9));
    assert_eq!(about["replications"].as_integer(), Some(3));
    assert_eq!(about["network-mode"].as_str(), Some("awsvpc"));
    let ran = bench.read("r/experiment.toml");
    bench.write("y.toml", ran.as_bytes());
    bench
        .run(&["run", "y.toml", "--out", "s", "--no-plots"])
        .with(0);
    assert_eq!(
        bench.read("r/tasks.csv"),
        bench.read("s/tasks.csv"),
        "the kept file is enough"
    );
    let command = about["command"].as_str().unwrap();
    assert!(
        command.ends_with("--set task.api.count=1 --set network.mode=awsvpc"),
        "{command}"
    );
}

#[test]
fn a_quick_look_takes_a_tenth() {
    let bench = Bench::with(&SMALL.replace("replications = 2", "replications = 5"));
    run(&bench, &["--quick"]).with(0);
    let kept = bench.read("r/experiment.toml");
    for line in [
        "replications = 3",
        "measure = \"5 ms\"",
        "warm-up = \"100 us\"",
    ] {
        assert!(kept.contains(line), "no {line} in:\n{kept}");
    }
}

#[test]
fn json_goes_to_stdout_and_everything_else_does_not() {
    let bench = Bench::with(SMALL);
    let ended = bench.run(&["run", "x.toml", "--json"]).with(0);
    ended
        .stderr
        .find("results in results/x")
        .expect("messages are on stderr");
    let rows: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON alone");
    let rows = rows.as_array().unwrap();
    let (header, table) = csv(&bench.read("results/x/summary.csv"));
    assert_eq!(rows.len(), table.len());
    for (row, cells) in rows.iter().zip(&table) {
        assert_eq!(row.as_object().unwrap().len(), header.split(',').count());
        for (column, cell) in cells {
            match &row[column] {
                serde_json::Value::Null => assert_eq!(cell, "", "{column}"),
                serde_json::Value::String(text) => assert_eq!(text, cell, "{column}"),
                value => assert_eq!(value.as_f64(), cell.parse().ok(), "{column}"),
            }
        }
    }
}

#[test]
fn progress_can_be_silent() {
    // Enough packets for nothing to be in doubt: doubts are told whatever the progress.
    let bench = Bench::with(LONG);
    let args = [
        "run",
        "x.toml",
        "--no-plots",
        "--replications",
        "2",
        "--progress",
    ];
    let ended = bench.run(&[&args[..], &["none"]].concat()).with(0);
    assert_eq!(ended.stderr, "");
    let shown = bench
        .run(&[&args[..], &["plain", "--force"]].concat())
        .with(0);
    shown.saying([
        "1 points × 2 replications",
        "2 trials in",
        "results in results/x",
    ]);
}
