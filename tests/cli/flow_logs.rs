//! `run --flow-logs`: what VPC Flow Logs would have told of each sweep point.
//!
//! Oracles: the record format of the Amazon VPC User Guide, and the counts of tasks.csv. The records
//! are read by parsers that are not ours in `.ci/check_flow_logs.py`.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Bench, assert_same_files, csv};

/// Servers that answer and clients that ask, in three modes.
const EXPERIMENT: &str = r#"
question = "Can the traffic of each task be read off flow logs?"
seed = 1
replications = 2
measure = "2500 ms"
[instance]
type = "c5.4xlarge"
[network]
mode = "bridge"
[[security-group]]
name = "web"
allow = ["tcp 443 from 0.0.0.0/0"]
[[task]]
name = "api"
count = 3
port = 443
security-groups = ["web"]
traffic = { arrivals = "poisson", rate = "200 packets/s", packet-size = "imix" }
[[task]]
name = "bulk"
count = 2
traffic = { arrivals = "poisson", rate = "400 packets/s", packet-size = "1500 B" }
[sweep]
"network.mode" = ["bridge", "awsvpc", "none"]
"#;

const DEFAULT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
                       packets bytes start end action log-status";

fn run(bench: &Bench, out: &str, more: &[&str]) {
    let mut args = vec!["run", "x.toml", "--no-plots", "--flow-logs", "--out", out];
    args.extend(more);
    bench.run(&args).with(0);
}

/// The rows of a log as maps from field to value.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines();
    let fields: Vec<&str> = lines.next().unwrap().split(' ').collect();
    let row = |line: &str| {
        let values: Vec<&str> = line.split(' ').collect();
        assert_eq!(values.len(), fields.len(), "{line}");
        let pairs = fields.iter().zip(values);
        pairs
            .map(|(f, v)| ((*f).to_owned(), v.to_owned()))
            .collect()
    };
    lines.map(row).collect()
}

/// Packets by the value of a field.
fn packets_by(rows: &[BTreeMap<String, String>], field: &str) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry(row[field].clone()).or_default() += row["packets"].parse::<u64>().unwrap();
    }
    sums
}

/// Delivered packets of replication 0 in this mode, task by task.
fn delivered(bench: &Bench, mode: &str) -> Vec<u64> {
    let (_, rows) = csv(&bench.read("out/tasks.csv"));
    rows.iter()
        .filter(|row| row["network.mode"] == mode && row["replication"] == "0")
        .map(|row| row["delivered_packets"].parse().unwrap())
        .collect()
}

/// With an ENI per task, each task's packets are those of an interface and of a task of ECS; with a
/// shared one there is one interface, and ports alone tell its records apart.
#[test]
fn the_traffic_of_tasks_is_told_by_their_own_enis_alone() {
    let bench = Bench::with(EXPERIMENT);
    let fields = "${interface-id} ${srcport} ${ecs-task-id} ${packets} ${action} ${log-status}";
    run(&bench, "out", &["--flow-logs-format", fields]);
    let of = |point: usize| rows(&bench.read(&format!("out/flow-logs/point-{point:04}.log")));
    let sorted = |sums: BTreeMap<String, u64>| {
        let mut sums: Vec<u64> = sums.into_values().collect();
        sums.sort_unstable();
        sums
    };
    let (bridge, awsvpc) = (of(0), of(1));
    assert!(awsvpc.iter().all(|row| row["action"] == "ACCEPT"));
    let mut expected = delivered(&bench, "awsvpc");
    expected.sort_unstable();
    assert_eq!(expected.len(), 5);
    assert_eq!(sorted(packets_by(&awsvpc, "interface-id")), expected);
    assert_eq!(sorted(packets_by(&awsvpc, "ecs-task-id")), expected);

    let total: u64 = delivered(&bench, "bridge").iter().sum();
    let by_interface = packets_by(&bridge, "interface-id");
    assert_eq!(by_interface.values().collect::<Vec<_>>(), [&total]);
    let tasks: BTreeSet<&str> = bridge.iter().map(|row| &*row["ecs-task-id"]).collect();
    assert_eq!(tasks, BTreeSet::from(["-"]));
    assert_eq!(packets_by(&bridge, "srcport").len(), 5);

    let header = fields.replace(['$', '{', '}'], "") + "\n";
    assert_eq!(bench.read("out/flow-logs/point-0002.log"), header);
}

/// One record per flow for the whole trial by default, one per second if asked for.
#[test]
fn intervals_cut_records() {
    let bench = Bench::with(EXPERIMENT);
    run(&bench, "out", &[]);
    let text = bench.read("out/flow-logs/point-0001.log");
    assert_eq!(text.lines().next(), Some(DEFAULT));
    assert_eq!(rows(&text).len(), 5);
    for row in rows(&text) {
        assert_eq!((&*row["version"], &*row["log-status"]), ("2", "OK"));
        assert_eq!((&*row["start"], &*row["end"]), ("1767225600", "1767225602"));
    }
    let before = packets_by(&rows(&text), "interface-id");
    run(&bench, "out", &["--flow-logs-interval", "1 s"]);
    let cut = rows(&bench.read("out/flow-logs/point-0001.log"));
    assert_eq!(cut.len(), 15);
    assert!(cut.iter().all(|row| row["start"] == row["end"]));
    assert_eq!(packets_by(&cut, "interface-id"), before);
}

#[test]
fn logs_are_the_same_on_one_thread_and_many_and_of_complete_results() {
    let bench = Bench::with(EXPERIMENT);
    let parquet = "--flow-logs-parquet";
    run(&bench, "out", &[parquet, "--threads", "1"]);
    run(&bench, "many", &[parquet, "--threads", "4"]);
    let one = bench.files("out/flow-logs");
    assert_eq!(one.len(), 6, "a text and a Parquet file per point");
    assert_same_files(&one, &bench.files("many/flow-logs"));
    // The results are complete now; the logs are made once more.
    run(&bench, "many", &[parquet]);
    assert_same_files(&one, &bench.files("many/flow-logs"));
    // Columns that the text does not have would only mislead.
    run(&bench, "many", &["--flow-logs-format", "packets"]);
    assert_eq!(bench.files("many/flow-logs").len(), 3);
    let again = ["run", "x.toml", "--no-plots", "--force", "--out", "many"];
    bench.run(&again).with(0);
    assert_eq!(bench.files("many/flow-logs").len(), 0);
}

#[test]
fn wrong_arguments_are_told() {
    let bench = Bench::with(EXPERIMENT);
    let told = |args: &[&str], fragments: &[&str]| {
        let all = [&["run", "x.toml"], args].concat();
        bench.run(&all).with(2).saying(fragments);
    };
    told(
        &["--flow-logs", "--flow-logs-format", "bytes bites"],
        &["`bites` is not a known field", "ecs-task-id"],
    );
    told(
        &["--flow-logs", "--flow-logs-format", "encryption-status"],
        &["`encryption-status` is not a known field"],
    );
    told(
        &["--flow-logs", "--flow-logs-interval", "1.5 s"],
        &["whole seconds from 1 s to 600 s"],
    );
    told(&["--flow-logs-parquet"], &["--flow-logs"]);
    told(&["--flow-logs-format", "bytes"], &["--flow-logs"]);
}

/// Instances built on Nitro never aggregate longer than a minute.
#[test]
fn long_intervals_are_doubted() {
    let bench = Bench::with(EXPERIMENT);
    let run = |interval| {
        let start = ["run", "x.toml", "--no-plots", "--flow-logs", "--out", "out"];
        let args = [&start[..], &["--flow-logs-interval", interval]].concat();
        bench.run(&args).with(0)
    };
    let doubt = "built on Nitro aggregate at most 60 s";
    assert!(!run("60 s").stderr.contains(doubt));
    run("61 s").saying([doubt]);
}

#[test]
fn a_log_that_cannot_be_written_is_told_with_its_path() {
    let bench = Bench::with(EXPERIMENT);
    bench
        .run(&["run", "x.toml", "--no-plots", "--out", "out"])
        .with(0);
    bench.write("out/flow-logs", b"in the way");
    let args = ["run", "x.toml", "--no-plots", "--flow-logs", "--out", "out"];
    bench.run(&args).with(1).saying(["out/flow-logs"]);
}
