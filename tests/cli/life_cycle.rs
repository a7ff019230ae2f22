//! Tasks that start, stop and are replaced: what a run leaves of it.

use super::support::{Bench, assert_same_files, csv};

const TIMELINE: &str = "replication,task_group,task,revision,state,at_ns,reason";
const SERIES: &str = "task_group,start_ns,end_ns,delivered_packets,dropped_packets,\
throughput_bps,sojourn_p50_ns,sojourn_p99_ns";

/// Two places for the ENIs of tasks, one of them taken by hand, the other by a job that stops.
const UPDATE: &str = r#"question = "Does it time out?"
replications = 2
warm-up = "5 ms"
measure = "20 ms"
series-interval = "4 ms"

[instance]
egress = "200 Mbit/s"
enis = 3
attached-enis = 1

[network]
mode = "awsvpc"
propagation = "0 s"

[life-cycle]
attach-timeout = "10 ms"
drain = "1 ms"
stop = "1 ms"
detach = "1 ms"

[[task]]
name = "job"
stop-at = "20 ms"
traffic = { arrivals = "periodic", rate = "8000 packets/s", packet-size = "500 B" }

[[task]]
name = "late"
start-at = "2 ms"
traffic = { arrivals = "periodic", rate = "8000 packets/s", packet-size = "500 B" }
"#;

/// Oracle: by hand. The late task is placed without a place for its ENI, and stops at 2 + 10 ms; the job stops sending at 20 + 1 ms.
#[test]
fn a_run_leaves_a_timeline_and_a_series() {
    let bench = Bench::with(UPDATE);
    let run = |out: &str, threads: &str| {
        let args = ["run", "x.toml", "--out", out, "--threads", threads];
        bench.run(&args).with(0);
    };
    run("r", "1");
    let (header, rows) = csv(&bench.read("r/timeline.csv"));
    assert_eq!(header, TIMELINE);
    let of_first = rows.iter().filter(|row| row["replication"] == "0");
    let lives: Vec<String> = of_first
        .map(|row| format!("{} {} {}", row["task_group"], row["state"], row["at_ns"]))
        .collect();
    assert_eq!(
        lives,
        [
            "job RUNNING 0",
            "late PROVISIONING 2000000",
            "late DEPROVISIONING 12000000",
            "late STOPPED 12000000",
            "job DEACTIVATING 20000000",
            "job STOPPING 21000000",
            "job DEPROVISIONING 22000000",
            "job STOPPED 23000000",
        ]
    );
    let reason = "Timeout waiting for network interface provisioning";
    assert_eq!(rows[3]["reason"], reason);
    let (header, rows) = csv(&bench.read("r/series.csv"));
    assert_eq!(header, SERIES);
    let of_job = rows.iter().filter(|row| row["task_group"] == "job");
    let delivered: Vec<&str> = of_job
        .map(|row| row["delivered_packets"].as_str())
        .collect();
    // 32 packets in 4 ms, twice; the last interval is that from 21 to 25 ms.
    assert_eq!(delivered, ["64", "64", "64", "64", "0"]);
    assert!(bench.path("r/plots/8-timeline.svg").exists());
    run("s", "2");
    assert_same_files(&bench.reproducible("r"), &bench.reproducible("s"));
}

/// To start over with an experiment that has neither leaves no file of the one before.
#[test]
fn starting_over_removes_what_was_followed_over_time() {
    let bench = Bench::with(UPDATE);
    let args = ["run", "x.toml", "--out", "r", "--no-plots"];
    bench.run(&args).with(0);
    let plain = UPDATE
        .replace("attached-enis = 1\n", "")
        .replace("stop-at = \"20 ms\"\n", "")
        .replace("start-at = \"2 ms\"\n", "")
        .replace("series-interval = \"4 ms\"\n", "");
    bench.write("x.toml", plain.as_bytes());
    bench.run(&[&args[..], &["--force"]].concat()).with(0);
    for file in ["r/timeline.csv", "r/series.csv"] {
        assert!(!bench.path(file).exists(), "{file} is left");
    }
    assert!(bench.path("r/summary.csv").exists());
}
