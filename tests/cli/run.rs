//! `run`: files, contents, reproducibility, refusals.

use std::collections::{BTreeMap, BTreeSet};

use super::experiments::{LONG, SMALL};
use super::support::{Bench, csv, number};

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
pub(super) fn run(bench: &Bench, more: &[&str]) -> super::support::Ended {
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
    let object: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON alone");
    assert_eq!(object["schema_version"], 1);
    assert_eq!(object["assertions"], serde_json::json!([]));
    let rows = object["rows"].as_array().unwrap();
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
        "4",
        "--progress",
    ];
    let ended = bench.run(&[&args[..], &["none"]].concat()).with(0);
    assert_eq!(ended.stderr, "");
    let shown = bench
        .run(&[&args[..], &["plain", "--force"]].concat())
        .with(0);
    shown.saying([
        "1 points × 4 replications",
        "4 trials in",
        "results in results/x",
    ]);
}
