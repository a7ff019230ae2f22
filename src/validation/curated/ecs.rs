//! What the experiments of ECS as it is claim and no assertion can say, read from their committed
//! results.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

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
