//! What the experiments of ECS as it is claim, read from their committed results.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::super::trials::assert_relative;
use super::{Row, is, number, read};

/// The row of one point and task group.
fn row<'a>(rows: &'a [Row], wanted: &[(&str, &str)]) -> &'a Row {
    let mut found = rows.iter().filter(is(wanted));
    let row = found
        .next()
        .unwrap_or_else(|| panic!("no row of {wanted:?}"));
    assert!(found.next().is_none(), "several rows of {wanted:?}");
    row
}

fn p99_us(row: &Row) -> f64 {
    number(row, "sojourn_p99_ns") / 1e3
}

fn loss(row: &Row) -> f64 {
    number(row, "loss_ratio")
}

/// A full trunk of 1,024 packets of 8 µs takes 8.2 ms, one of 64 half a millisecond; an ENI each
/// leaves the quiet tasks below 50 µs. Only in bridge mode do they lose packets.
#[test]
fn a_trunk_protects_as_well_as_it_is_short() {
    let rows = read("07-density-trunk", "summary.csv");
    let quiet = |mode, capacity| {
        row(
            &rows,
            &[
                ("network.mode", mode),
                ("network.trunk-queue.capacity", capacity),
                ("task.bully.traffic.rate", "1800 Mbit/s"),
                ("task_group", "quiet"),
            ],
        )
    };
    let (long, short) = (
        quiet("awsvpc-trunk", "1024 packets"),
        quiet("awsvpc-trunk", "64 packets"),
    );
    let (bridge, awsvpc) = (quiet("bridge", "64 packets"), quiet("awsvpc", "64 packets"));
    assert_relative("long trunk", p99_us(long), 1024.0 * 8.0, 0.01);
    assert_relative("short trunk", p99_us(short), 64.0 * 8.0, 0.1);
    assert_relative("bridge", p99_us(bridge), 1000.0 * 8.0, 0.01);
    assert!(p99_us(awsvpc) < 50.0);
    assert!(loss(bridge) > 0.2, "everybody loses 1 − 1/load");
    assert_eq!([long, short, awsvpc].map(loss), [0.0; 3]);
}

/// The microVM's 60 µs, whatever the neighbours do; the crossing with bridge mode lies between two
/// loads of the sweep, 0.72 and 0.88; an ENI of one's own on the instance is faster at every load.
#[test]
fn fargate_is_flat_and_bridge_mode_is_not() {
    let rows = read("08-fargate", "summary.csv");
    let p99 = |mode, rate| {
        let of_quiet = [
            ("network.mode", mode),
            ("task.bully.traffic.rate", rate),
            ("task_group", "quiet"),
        ];
        p99_us(row(&rows, &of_quiet))
    };
    let rates: BTreeSet<&str> = rows
        .iter()
        .map(|row| &*row["task.bully.traffic.rate"])
        .collect();
    let idle = p99("fargate", "50 Mbit/s");
    for rate in rates {
        assert_relative(rate, p99("fargate", rate), idle, 1e-3);
        assert!(p99("awsvpc", rate) < idle, "{rate}");
    }
    assert!(p99("bridge", "600 Mbit/s") < idle && idle < p99("bridge", "800 Mbit/s"));
    assert!(p99("bridge", "1500 Mbit/s") > 30.0 * idle);
}

/// Between the first new task that runs and the last old one that has drained, the quiet
/// neighbours' p99 is above 5 ms in bridge mode and never above 0.2 ms with ENIs.
#[test]
fn a_deployment_disturbs_its_neighbours_in_bridge_mode_only() {
    let rows = read("09-deployment", "series.csv");
    for enis in ["9", "13"] {
        let worst = |mode| {
            let of_quiet = [
                ("network.mode", mode),
                ("instance.enis", enis),
                ("task_group", "quiet"),
            ];
            let p99s = rows.iter().filter(is(&of_quiet));
            p99s.map(|row| number(row, "sojourn_p99_ns") / 1e6)
                .fold(0.0, f64::max)
        };
        assert!(worst("bridge") > 5.0, "{}", worst("bridge"));
        assert!(worst("awsvpc") < 0.2, "{enis} ENIs: {}", worst("awsvpc"));
    }
}

/// With one hardware queue for all, a flood beyond the core's capacity (500,000 packets/s at 2 µs)
/// takes everybody's packets: they lose what the flood loses. With a queue and a core each nobody
/// notices: the p99 does not move by 0.5 µs.
#[test]
fn a_flood_starves_whom_it_shares_a_core_with() {
    let rows = read("10-softirq-neighbour", "summary.csv");
    let of = |mode, queues, rate, group| {
        row(
            &rows,
            &[
                ("network.mode", mode),
                ("network.eni-queues", queues),
                ("task.flood.traffic.rate", rate),
                ("task_group", group),
            ],
        )
    };
    let flood = "900000 packets/s";
    let together = of("bridge", "1", flood, "neighbour");
    // Offered 960,000 packets/s at one core.
    assert_relative("loss", loss(together), 1.0 - 500.0 / 960.0, 0.01);
    assert_relative("p99", p99_us(together), 170.0 + 1000.0 * 2.0, 0.01);
    let apart = of("awsvpc", "1", flood, "neighbour");
    let quiet = of("awsvpc", "1", "50000 packets/s", "neighbour");
    assert_eq!(loss(apart), 0.0);
    assert!((p99_us(apart) - p99_us(quiet)).abs() < 0.5);
    // Four queues: on average one neighbour in four is on the flood's core.
    let hashed = loss(of("bridge", "4", flood, "neighbour"));
    assert!(0.0 < hashed && hashed < loss(together) / 2.0, "{hashed}");
}

/// A core carries 500,000 packets/s in bridge mode: 11,111 messages of 45 packets, 5.8 Gbit/s, but
/// 62,500 messages of 8 packets, so that the link of 10 Gbit/s is the limit.
#[test]
fn a_larger_mtu_moves_the_wall_from_the_core_to_the_link() {
    let rows = read("11-docker-mtu", "summary.csv");
    let bulk = |mode, mtu| {
        row(
            &rows,
            &[
                ("network.mode", mode),
                ("network.mtu", mtu),
                ("task.bulk.traffic.rate", "9 Gbit/s"),
                ("task_group", "bulk"),
            ],
        )
    };
    // Each message carries 64 KiB in 45 packets that add 54 B each on the wire.
    let wire = 8.0 * (65_536.0 + 45.0 * 54.0);
    let carried = number(bulk("bridge", "1500 B"), "throughput_bps");
    // The service beside it takes 5,000 packets/s.
    assert_relative("bridge, 1500 B", carried, 495_000.0 / 45.0 * wire, 0.01);
    assert!(loss(bulk("bridge", "1500 B")) > 0.3);
    assert!(loss(bulk("bridge", "9001 B")) < 1e-3);
    assert!(loss(bulk("awsvpc", "1500 B")) < 0.01);
}

/// Without ENIs of their own, tasks of an instance reach each other through the kernel alone: 2 µs
/// with the bridge, 1 µs without. With ENIs they take part in the instance's 1.25 Gbit/s and lose
/// what does not fit, where their neighbours under round robin do not.
#[test]
fn traffic_between_tasks_takes_the_allowance_only_with_enis() {
    let rows = read("12-east-west", "summary.csv");
    let of = |mode, group| {
        row(
            &rows,
            &[
                ("network.mode", mode),
                ("task.web.traffic.rate", "2 Gbit/s"),
                ("task_group", group),
            ],
        )
    };
    assert_relative("bridge", p99_us(of("bridge", "web")), 2.0, 0.01);
    assert_relative("host", p99_us(of("host", "web")), 1.0, 0.01);
    // The others offer 220 Mbit/s: 1.03 Gbit/s are left of 2.
    assert_relative("loss", loss(of("awsvpc", "web")), 1.0 - 1.03 / 2.0, 0.01);
    assert_eq!(loss(of("awsvpc", "api")), 0.0);
    assert!(p99_us(of("awsvpc", "api")) > p99_us(of("bridge", "api")) + 20.0);
}

/// Mean over the tasks of `group` of their p99 at the points that `select` picks [µs].
fn mean_p99_us(rows: &[Row], group: &str, select: impl Fn(&Row) -> bool) -> f64 {
    let of_group = rows
        .iter()
        .filter(|r| r["task_group"] == group && select(r));
    let p99s: Vec<f64> = of_group
        .map(|r| number(r, "sojourn_p99_ns") / 1e3)
        .collect();
    p99s.iter().sum::<f64>() / p99s.len() as f64
}

/// The conclusion survives every guessed default but those that the expectation names: ENIs served
/// in the order of arrival, no burst credit, and the smaller of the packet allowances, under which it shrinks.
#[test]
fn the_conclusion_survives_all_defaults_but_a_few() {
    let rows = read("13-sensitivity", "tasks.csv");
    let base = &rows[0];
    let keys: Vec<&String> = base
        .keys()
        .filter(|key| key.contains('.') && *key != "network.mode")
        .collect();
    let changed = |row: &Row| -> BTreeMap<String, String> {
        let differs = |key: &&&String| row[**key] != base[**key];
        let pair = |key: &&String| ((*key).clone(), row[*key].clone());
        keys.iter().filter(differs).map(pair).collect()
    };
    let changes: BTreeSet<BTreeMap<String, String>> = rows.iter().map(changed).collect();
    assert!(changes.len() > 20, "{} changes", changes.len());
    let mut lost = Vec::new();
    for change in &changes {
        let p99 = |mode: &str| {
            mean_p99_us(&rows, "api", |r| {
                r["network.mode"] == mode && changed(r) == *change
            })
        };
        if p99("bridge") < 2.0 * p99("awsvpc") {
            lost.extend(change.iter().map(|(key, value)| format!("{key} = {value}")));
        }
    }
    assert_eq!(
        lost,
        [
            "instance.credit = empty",
            "instance.packet-allowance = 500000 packets/s",
            "network.arbitration = fifo",
        ]
    );
}

/// Packets by interface, direction and action of the committed flow log of a point.
fn flow_log(point: &str) -> BTreeMap<(String, String, String), u64> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/results/curated/22-flow-logs/flow-logs"
    );
    let text = fs::read_to_string(format!("{folder}/{point}.log")).unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.split(' ').collect::<Vec<&str>>());
    let header = lines.next().unwrap();
    let column = |name| header.iter().position(|field| *field == name).unwrap();
    let [interface, direction, action, packets] =
        ["interface-id", "flow-direction", "action", "packets"].map(column);
    let mut sums = BTreeMap::new();
    for record in lines {
        let key = [interface, direction, action].map(|i| record[i].to_owned());
        *sums.entry(key.into()).or_default() += record[packets].parse::<u64>().unwrap();
    }
    sums
}

/// Claims 5 and 6 of the origin: with an ENI each, the records of an interface are those of its task
/// and the scan of a port that the task does not open is rejected; with one ENI there is one
/// interface for all, and it admits on behalf of all.
#[test]
fn flow_logs_tell_tasks_apart_only_by_their_enis() {
    let rows = read("22-flow-logs", "tasks.csv");
    let sent = |mode: &str, group: &str| -> u64 {
        let wanted = [
            ("network.mode", mode),
            ("task_group", group),
            ("replication", "0"),
        ];
        row(&rows, &wanted)["offered_packets"].parse().unwrap()
    };
    let awsvpc = flow_log("point-0001");
    let interfaces: BTreeSet<&String> = awsvpc.keys().map(|(id, _, _)| id).collect();
    assert_eq!(interfaces.len(), 3);
    let mut sums: Vec<u64> = awsvpc.values().copied().collect();
    let groups = ["api", "console", "worker", "api-calls", "scan"];
    let mut expected: Vec<u64> = groups.iter().map(|group| sent("awsvpc", group)).collect();
    sums.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sums, expected, "each task's traffic stands alone");
    let rejected: u64 = awsvpc
        .iter()
        .filter(|((_, _, action), _)| action == "REJECT")
        .map(|(_, packets)| packets)
        .sum();
    assert_eq!(rejected, sent("awsvpc", "scan"));

    let bridge = flow_log("point-0000");
    let interfaces: BTreeSet<&String> = bridge.keys().map(|(id, _, _)| id).collect();
    assert_eq!(interfaces.len(), 1);
    assert!(bridge.keys().all(|(_, _, action)| action == "ACCEPT"));
    let total: u64 = bridge.values().sum();
    assert_eq!(
        total,
        groups
            .iter()
            .map(|group| sent("bridge", group))
            .sum::<u64>()
    );
}
