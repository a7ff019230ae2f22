//! The ten statements of the article on ECS networking that this project starts from: a command for
//! each, and what it answers. Numbers are worked out by hand: c5.large has 2,048 CPU units and 3
//! ENIs, and 10 tasks on a trunk (Amazon ECS Developer Guide, task networking and elastic network
//! interface trunking).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::support::{Bench, csv, number};

/// Four quiet tasks of 8 Mbit/s each, and a bully of 700 Mbit/s that comes at twice the link's rate.
/// With 12 µs of service time per packet of the bully, a burst of 2 ms leaves 2 ms of work behind.
const CONTENTION: &str = r#"
question = "What does a bully do to the quiet?"
replications = 2
warm-up = "20 ms"
measure = "300 ms"

[instance]
egress = "1 Gbit/s"
enis = 6
host-stack = "none"

[network]
mode = "bridge"
propagation = "0 s"
eni-queue = { capacity = "unlimited", discipline = "fifo" }

[[task]]
name = "quiet"
count = 4
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }

[[task]]
name = "bully"
traffic = { arrivals = "on-off", rate = "700 Mbit/s", peak = "2 Gbit/s", on = "2 ms", packet-size = "1500 B" }
"#;

/// p99 of the quiet tasks in µs, by the values of the two swept keys.
fn p99_of_the_quiet(sweep: &str) -> BTreeMap<(String, String), f64> {
    let bench = Bench::new();
    bench.write(
        "c.toml",
        format!("{CONTENTION}\n[sweep]\n{sweep}").as_bytes(),
    );
    let args = [
        "run",
        "c.toml",
        "--out",
        "o",
        "--no-plots",
        "--progress",
        "none",
    ];
    bench.run(&args).with(0);
    let (header, rows) = csv(&bench.read("o/summary.csv"));
    let keys: Vec<&str> = header.split(',').take(2).collect();
    let quiet = rows.iter().filter(|row| row["task_group"] == "quiet");
    let key = |row: &BTreeMap<String, String>| (row[keys[0]].clone(), row[keys[1]].clone());
    quiet
        .map(|row| (key(row), number(row, "sojourn_p99_ns") / 1e3))
        .collect()
}

fn at(p99: &BTreeMap<(String, String), f64>, first: &str, second: &str) -> f64 {
    p99[&(first.to_owned(), second.to_owned())]
}

/// A definition of 128 CPU units and 64 MiB, with these fields of its only container besides.
fn definition(family: &str, mode: &str, container: &str) -> String {
    format!(
        r#"{{"family": "{family}", "networkMode": "{mode}", "containerDefinitions":
            [{{"name": "c", "image": "i", "cpu": 128, "memory": 64, {container}}}]}}"#
    )
}

/// The first answer of `place` for the definition `web.json`, beside a like one called `api.json`.
fn place(mode: &str, port: &str, args: &str) -> Value {
    let bench = Bench::new();
    for family in ["web", "api"] {
        let text = definition(family, mode, &format!(r#""portMappings": [{port}]"#));
        bench.write(&format!("{family}.json"), text.as_bytes());
    }
    let args: Vec<&str> = "place --json --type c5.large"
        .split(' ')
        .chain(args.split_whitespace())
        .collect();
    let answers: Value = serde_json::from_str(&bench.run(&args).with(0).stdout).unwrap();
    answers[0].clone()
}

const ANY_PORT: &str = r#"{"containerPort": 80}"#;
const PORT_80: &str = r#"{"containerPort": 80, "hostPort": 80}"#;

/// Alone, a quiet packet waits for others of its kind only; the bursts put it behind 1 ms or more.
#[test]
fn claim_1_in_bridge_mode_tasks_interfere() {
    let p99 = p99_of_the_quiet("\"network.mode\" = [\"bridge\"]\n\"task.bully.count\" = [0, 1]\n");
    let (alone, beside) = (at(&p99, "bridge", "0"), at(&p99, "bridge", "1"));
    assert!(alone < 50.0 && beside > 1_000.0, "{alone} {beside}");
}

/// Same traffic, same seeds: served in turn, a quiet packet waits for one of the bully (12 µs) and
/// those of its three like (4.1 µs each), hardly ever more than twice that.
#[test]
fn claim_2_an_eni_per_task_removes_the_interference() {
    let p99 = p99_of_the_quiet(
        "\"network.mode\" = [\"bridge\", \"awsvpc\"]\n\"task.bully.count\" = [1]\n",
    );
    let (bridge, awsvpc) = (at(&p99, "bridge", "1"), at(&p99, "awsvpc", "1"));
    assert!(bridge > 1_000.0 && awsvpc < 50.0, "{bridge} {awsvpc}");
}

/// If ENIs are only labels, served in order of arrival, awsvpc is bridge again.
#[test]
fn claim_3_what_an_eni_is_worth_depends_on_how_it_is_served() {
    let p99 = p99_of_the_quiet(
        "\"network.mode\" = [\"awsvpc\"]\n\"network.arbitration\" = [\"round-robin\", \"fifo\"]\n",
    );
    let (turn, order) = (
        at(&p99, "awsvpc", "round-robin"),
        at(&p99, "awsvpc", "fifo"),
    );
    assert!(turn < 50.0 && order > 1_000.0, "{turn} {order}");
}

#[test]
fn claim_4_bridge_tasks_need_different_host_ports_and_awsvpc_tasks_do_not() {
    let host_ports = |placement: &Value| -> Vec<Value> {
        let tasks = placement["instances"][0]["tasks"].as_array().unwrap();
        tasks
            .iter()
            .map(|t| t["ports"][0]["host_port"].clone())
            .collect()
    };
    let fixed = place("bridge", PORT_80, "web.json");
    assert_eq!(fixed["tasks"][0]["placed"], 1);
    assert_eq!(
        fixed["tasks"][0]["next"]["reasons"][0]["reason"],
        "RESOURCE:PORTS"
    );
    let dynamic = place("bridge", ANY_PORT, "web.json:3");
    assert_eq!(
        host_ports(&dynamic),
        [json!(32768), json!(32769), json!(32770)]
    );
    let own = place("awsvpc", PORT_80, "web.json:2 --instances 1");
    assert_eq!(own["tasks"][0]["placed"], 2);
    assert_eq!(
        own["instances"][0]["tasks"][1]["ports"][0]["container_port"],
        80
    );
    assert_eq!(host_ports(&own), [Value::Null, Value::Null]);
}

#[test]
fn claim_5_bridge_tasks_share_security_groups_and_awsvpc_tasks_have_their_own() {
    let groups = "web.json:1 api.json:1 --security-group web=sg-w --security-group api=sg-a";
    let exposed = |mode| -> Vec<Value> {
        let placement = place(mode, ANY_PORT, groups);
        let tasks = placement["instances"][0]["tasks"].as_array().unwrap();
        tasks.iter().map(|t| t["security_groups"].clone()).collect()
    };
    assert_eq!(
        exposed("bridge"),
        [json!(["sg-a", "sg-w"]), json!(["sg-a", "sg-w"])]
    );
    assert_eq!(exposed("awsvpc"), [json!(["sg-w"]), json!(["sg-a"])]);
}

/// Five tasks: five interfaces, or one.
#[test]
fn claim_6_flow_logs_tell_awsvpc_tasks_apart_by_their_interface() {
    let interfaces = |mode: &str| {
        let bench = Bench::new();
        bench.write("c.toml", CONTENTION.as_bytes());
        let set = format!("network.mode={mode}");
        let args = [
            "run",
            "c.toml",
            "--out",
            "o",
            "--no-plots",
            "--set",
            &set,
            "--flow-logs",
            "--flow-logs-format",
            "interface-id",
        ];
        bench.run(&args).with(0);
        let log = bench.read("o/flow-logs/point-0000.log");
        log.lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(interfaces("bridge").len(), 1);
    assert_eq!(interfaces("awsvpc").len(), 5);
}

#[test]
fn claim_7_awsvpc_tasks_are_enis_minus_one_and_trunking_is_the_way_out() {
    let plain = place("awsvpc", ANY_PORT, "web.json");
    assert_eq!(plain["tasks"][0]["placed"], 2);
    assert_eq!(
        plain["tasks"][0]["next"]["reasons"][0]["reason"],
        "RESOURCE:ENI"
    );
    let trunk = place("awsvpc", ANY_PORT, "web.json --mode awsvpc-trunk");
    assert_eq!(trunk["tasks"][0]["placed"], 10);
}

#[test]
fn claim_8_links_cannot_be_used_in_awsvpc() {
    let bench = Bench::new();
    let links = r#""links": ["c"]"#;
    bench.write("web.json", definition("web", "awsvpc", links).as_bytes());
    let ended = bench
        .run(&["place", "web.json", "--type", "c5.large"])
        .with(2);
    assert_eq!(ended.stdout, "");
    ended.saying([
        "containerDefinitions[0].links",
        "links need networkMode bridge",
    ]);
}

#[test]
fn claim_9_an_eni_attached_by_hand_stops_a_task_that_was_placed() {
    let placement = place(
        "awsvpc",
        ANY_PORT,
        "web.json:2 --instances 1 --attached-enis 1",
    );
    let group = &placement["tasks"][0];
    assert_eq!(
        (&group["placed"], &group["will_not_start"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        placement["instances"][0]["tasks"][1]["states"],
        json!(["PROVISIONING", "DEPROVISIONING", "STOPPED"])
    );
}

/// Two host tasks cannot have one port; none has no ports at all; on Fargate each task has an ENI
/// and no instance is there.
#[test]
fn claim_10_host_none_and_fargate_are_there() {
    let host = place("host", PORT_80, "web.json");
    assert_eq!(host["tasks"][0]["placed"], 1);
    let none = place("none", "", "web.json:3");
    assert_eq!(
        (&none["tasks"][0]["placed"], &none["addresses"]),
        (&json!(3), &json!(1))
    );

    let bench = Bench::new();
    let fargate = r#"{"family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": [{"name": "c", "image": "i"}]}"#;
    bench.write("web.json", fargate.as_bytes());
    let stdout = bench.run(&["place", "web.json:3", "--json"]).with(0).stdout;
    let answers: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        (&answers[0]["instances"], &answers[0]["enis"]["task"]),
        (&json!([]), &json!(3))
    );
}
