//! Replications until an interval is narrow enough, and what is said of every doubt.

use super::support::{Bench, assert_same_files, csv, number};

/// Two points of a short M/D/1 queue; the second is the less certain one.
const ASKED: &str = r#"
    question = "How long do packets wait?"
    replications = 4
    measure = "20 ms"
    warm-up = "2 ms"
    [precision]
    metric = "mean"
    half-width = "8 %"
    max-replications = 30
    [instance]
    egress = "1 Gbit/s"
    host-stack = "none"
    [network]
    mode = "bridge"
    eni-queue = { capacity = "unlimited", discipline = "fifo" }
    propagation = "0 s"
    [[task]]
    name = "a"
    traffic = { arrivals = "poisson", rate = "100 Mbit/s", packet-size = "1250 B" }
    [sweep]
    "offered-load" = [0.3, 0.9]
"#;

/// Runs x.toml into `r` on one thread and kills it as soon as the file `landed` is there.
fn kill_once_landed(bench: &Bench, landed: &str) {
    let mut child = bench
        .command(&[
            "run",
            "x.toml",
            "--out",
            "r",
            "--no-plots",
            "--threads",
            "1",
        ])
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let landed = bench.path(landed);
    while !landed.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn run(bench: &Bench, out: &str, more: &[&str]) -> super::support::Ended {
    let args = ["run", "x.toml", "--out", out, "--no-plots"];
    bench.run(&[&args, more].concat()).with(0)
}

#[test]
fn a_point_stops_where_it_is_precise_and_says_where_it_is_not() {
    let bench = Bench::with(ASKED);
    let ended = run(&bench, "r", &[]);
    let ended = ended.saying(["2 points × 4 to 30 replications"]);
    let (_, rows) = csv(&bench.read("r/precision.csv"));
    let of = |load: &str| rows.iter().find(|row| row["offered-load"] == load).unwrap();
    let (calm, busy) = (of("0.3"), of("0.9"));
    assert_eq!((&*calm["reached"], &*busy["reached"]), ("true", "false"));
    // The second of two consecutive checks: after 4, 5, 6, 8, ….
    assert_eq!(number(calm, "replications"), 5.0);
    assert_eq!(number(busy, "replications"), 30.0);
    assert!(number(calm, "half_width") <= 0.08 * number(calm, "value"));
    // By the square law, from the row itself.
    let times = number(busy, "half_width") / (0.08 * number(busy, "value"));
    let needed = (30.0 * times * times).ceil();
    assert_eq!(number(busy, "replications_needed"), needed);
    // So short a first stage is doubtful, and that is told before the run and not once more after it.
    let doubt = "the first stage of [precision] has ";
    assert_eq!(ended.stderr.matches(doubt).count(), 1, "{}", ended.stderr);
    ended.saying([
        "after 30 replications mean of a is known to ±".to_owned(),
        format!("about {needed} would do, so raise `precision.max-replications`"),
    ]);

    let (_, summary) = csv(&bench.read("r/summary.csv"));
    let replications: Vec<&str> = summary.iter().map(|row| &*row["replications"]).collect();
    assert_eq!(replications, ["5", "5", "30", "30"]);
    let (_, trials) = csv(&bench.read("r/trials.csv"));
    assert_eq!(trials.len(), 35);
    let manifest = bench.manifest("r");
    let precision = manifest["precision"].as_table().unwrap();
    assert_eq!(precision["relative-half-width"].as_float(), Some(0.08));
    let counts = precision["replications"].as_array().unwrap();
    let counts: Vec<i64> = counts.iter().filter_map(toml::Value::as_integer).collect();
    assert_eq!(counts, [5, 30]);
    let missed = precision["not-reached"].as_array().unwrap();
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0].as_str(), Some("point 1: offered-load = 0.9"));
    assert_eq!(manifest["experiment"]["trials"].as_integer(), Some(35));

    let (_, warnings) = csv(&bench.read("r/warnings.csv"));
    let not_precise = warnings.iter().filter(|row| row["kind"] == "not-precise");
    let not_precise: Vec<_> = not_precise.collect();
    assert_eq!(not_precise.len(), 1);
    assert_eq!(not_precise[0]["offered-load"], "0.9");
    assert_eq!(not_precise[0]["task_group"], "a");
    let listed = manifest["warnings"].as_array().unwrap();
    let message = &not_precise[0]["message"];
    assert!(listed.iter().any(|line| line.as_str() == Some(message)));
}

/// The number of replications of a point depends on its own trials in their order, and on nothing
/// else.
#[test]
fn one_thread_and_two_interrupted_or_not_give_the_same_bytes() {
    let bench = Bench::with(ASKED);
    run(&bench, "one", &["--threads", "1"]);
    run(&bench, "two", &["--threads", "2"]);
    assert_same_files(&bench.reproducible("one"), &bench.reproducible("two"));

    // Killed at any moment, a run leaves some of its trials: here those that a run for less
    // precision took, one of them gone.
    // In the second round of the second point.
    kill_once_landed(&bench, "r/.partial/scenario-00001-00004.json");
    run(&bench, "r", &["--threads", "2"]);
    assert_same_files(&bench.reproducible("one"), &bench.reproducible("r"));
}

#[test]
fn a_check_says_from_where_to_where() {
    let bench = Bench::with(ASKED);
    let ended = bench.run(&["check", "x.toml"]).with(0);
    let wanted = "trials       8 to 60 (2 points, 2 distinct, × 4 to 30 replications)";
    assert!(ended.stdout.contains(wanted), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("the first stage of [precision] has 4 replications"),
        "{}",
        ended.stdout
    );
}

#[test]
fn every_quantile_has_its_samples_and_two_intervals() {
    let bench = Bench::with(ASKED);
    run(&bench, "r", &[]);
    let (_, rows) = csv(&bench.read("r/quantiles.csv"));
    assert_eq!(rows.len(), 2 * 2 * 4);
    let (_, summary) = csv(&bench.read("r/summary.csv"));
    for row in &rows {
        let of_summary = summary.iter().find(|s| {
            s["offered-load"] == row["offered-load"] && s["task_group"] == row["task_group"]
        });
        let column = match &*row["quantile"] {
            "0.5" => "sojourn_p50_ns",
            "0.9" => "sojourn_p90_ns",
            "0.99" => "sojourn_p99_ns",
            _ => "sojourn_p999_ns",
        };
        assert_eq!(row["value_ns"], of_summary.unwrap()[column]);
        let expected = number(row, "samples") * (1.0 - number(row, "quantile"));
        assert!((number(row, "samples_beyond") - expected).abs() <= 1.0);
        let value = number(row, "value_ns");
        let is_open = row["replications_low_ns"].is_empty();
        if !is_open {
            assert!(number(row, "replications_low_ns") <= value);
            assert!(number(row, "replications_high_ns") >= value);
        }
        if number(row, "samples") < 3688.0 && row["quantile"] == "0.999" {
            // Fewer than a two-sided statement takes, whatever lies beyond.
            assert_eq!((&*row["ranks_low_ns"], &*row["ranks_high_ns"]), ("", ""));
        } else {
            let ranks = number(row, "ranks_low_ns")..=number(row, "ranks_high_ns");
            assert!(ranks.contains(&value), "{row:?}");
        }
        assert_eq!(
            row["warning"].is_empty(),
            number(row, "samples_beyond") >= 100.0 && !is_open
        );
    }
    // 5 · 20 ms · 30,000 packets/s are 3,000 packets: three beyond p99.9.
    assert!(rows.iter().any(|row| !row["warning"].is_empty()));
}

/// At high load exceedances come in busy periods: ranks, which take them as independent, promise
/// more than replications keep.
#[test]
fn ranks_promise_too_much_at_high_load() {
    let bench = Bench::with(ASKED);
    run(&bench, "r", &[]);
    let (_, rows) = csv(&bench.read("r/quantiles.csv"));
    let busy = |row: &&std::collections::BTreeMap<String, String>| {
        row["offered-load"] == "0.9" && row["quantile"] == "0.5"
    };
    let row = rows.iter().find(busy).unwrap();
    let width =
        |of: &str| number(row, &format!("{of}_high_ns")) - number(row, &format!("{of}_low_ns"));
    assert!(width("replications") > 2.0 * width("ranks"));
}

#[test]
fn a_run_without_doubts_has_an_empty_list_of_them() {
    let text = ASKED.replace("replications = 4", "replications = 10");
    let text = text.replace("0.9]", "0.5]").replace("\"20 ms\"", "\"1 s\"");
    let bench = Bench::with(&text);
    run(&bench, "r", &[]);
    let table = bench.read("r/warnings.csv");
    assert_eq!(table, "offered-load,replication,task_group,kind,message\n");
}

/// A queue of 3,000 packets that gains 25,000 packets/s is full after 120 ms.
const FILLING: &str = r#"
    question = "How long is the queue?"
    measure = "100 ms"
    warm-up = "0 s"
    replications = 3
    [instance]
    egress = "1 Gbit/s"
    host-stack = "none"
    [network]
    mode = "bridge"
    eni-queue = { capacity = "3000 packets", discipline = "fifo" }
    propagation = "0 s"
    [[task]]
    name = "a"
    traffic = { arrivals = "poisson", rate = "1250 Mbit/s", packet-size = "1250 B" }
    [sweep]
    "task.a.traffic.rate" = ["1250 Mbit/s", "500 Mbit/s"]
"#;

#[test]
fn a_window_that_drifts_is_told_and_pilots_find_the_warm_up() {
    let bench = Bench::with(FILLING);
    let told = "latency of a still rises within the window";
    run(&bench, "cold", &[]).saying([told, "lengthen `warm-up` or write \"auto\""]);
    let (_, warnings) = csv(&bench.read("cold/warnings.csv"));
    let drifts: Vec<_> = warnings
        .iter()
        .filter(|row| row["kind"] == "drifts")
        .collect();
    assert_eq!(drifts.len(), 1);
    assert_eq!(drifts[0]["task.a.traffic.rate"], "1250 Mbit/s");

    bench.write(
        "x.toml",
        FILLING
            .replace("\"0 s\"\n    replications", "\"auto\"\n    replications")
            .as_bytes(),
    );
    let ended = bench.run(&["check", "x.toml"]).with(0);
    assert!(
        ended
            .stdout
            .contains("warm-up      pilot runs will find it"),
        "{}",
        ended.stdout
    );
    let ended = run(&bench, "warm", &["--threads", "1"]).saying(["a warm-up of 200 ms"]);
    assert!(!ended.stderr.contains(told), "{}", ended.stderr);
    assert!(
        bench
            .read("warm/experiment.toml")
            .contains("warm-up = \"auto\"")
    );
    let manifest = bench.manifest("warm");
    assert_eq!(manifest["warm-up"]["found"].as_str(), Some("200 ms"));
    assert_eq!(manifest["warm-up"]["settled"].as_bool(), Some(true));
    let (header, rows) = csv(&bench.read("warm/warm-up.csv"));
    assert_eq!(
        header,
        "task.a.traffic.rate,start_ns,end_ns,sojourn_mean_ns,left_out"
    );
    let full: Vec<_> = rows
        .iter()
        .filter(|r| r["task.a.traffic.rate"] == "1250 Mbit/s")
        .collect();
    let cut = full.iter().find(|row| row["left_out"] == "false").unwrap();
    assert!((110e6..180e6).contains(&number(cut, "start_ns")), "{cut:?}");

    run(&bench, "two", &["--threads", "2"]);
    assert_same_files(&bench.reproducible("warm"), &bench.reproducible("two"));
    // The same packets as with the duration written down.
    bench.write(
        "y.toml",
        FILLING
            .replace("\"0 s\"\n    replications", "\"200 ms\"\n    replications")
            .as_bytes(),
    );
    bench
        .run(&["run", "y.toml", "--out", "given", "--no-plots"])
        .with(0);
    assert_eq!(
        bench.read("warm/trials.csv"),
        bench.read("given/trials.csv")
    );
}

#[test]
fn a_run_that_was_killed_keeps_the_warm_up_that_it_found() {
    let text = FILLING.replace(
        "\"0 s\"\n    replications = 3",
        "\"auto\"\n    replications = 20",
    );
    let bench = Bench::with(&text);
    kill_once_landed(&bench, "r/.partial/scenario-00000-00002.json");
    assert!(bench.path("r/.partial/warm-up.json").exists());
    run(&bench, "r", &[]).saying(["done before"]);
    run(&bench, "whole", &[]);
    assert_same_files(&bench.reproducible("whole"), &bench.reproducible("r"));
}
