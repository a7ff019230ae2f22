//! Directions, messages, connections, and groups that refer to each other.

use std::num::NonZeroU32;

use super::*;
use crate::scenario::{Connections, Message, Route, Traffic};

/// The traffic of the first group, with `traffic` beside what it has.
fn with(network: &str, traffic: &str) -> Traffic {
    let text = ideal("", "", network).replace("arrivals", &format!("{traffic} arrivals"));
    only(&text).task_groups[0].traffic.clone()
}

/// A group `name` with `keys`, and `traffic` beside its arrivals.
fn group(name: &str, keys: &str, traffic: &str) -> String {
    format!(
        "[[task]]\nname = \"{name}\"\n{keys}\ntraffic = {{ {traffic} arrivals = \"poisson\", \
         rate = \"10 packets/s\", packet-size = \"90 B\" }}\n"
    )
}

#[test]
fn routes() {
    let route = |traffic: &str| with("", traffic).route;
    assert_eq!(route(""), Route::Out);
    assert_eq!(route("direction = \"out\","), Route::Out);
    assert_eq!(route("direction = \"in\","), Route::In);
    assert_eq!(route("to = \"resolver\","), Route::Resolver);
}

/// Positions are those among the groups that are left, before and after the one that refers.
#[test]
fn groups_without_tasks_leave_no_gap_in_references() {
    let text = [
        ideal("", "", "").replace("name = \"a\"", "name = \"a\"\ncount = 0"),
        group("dns", "tasks-of = \"web\"", "to = \"resolver\","),
        group("web", "count = 3", "to = \"z\","),
        group("back", "", "to = \"web\","),
        group("z", "", ""),
        "[sweep]\n\"task.web.count\" = [3, 1]\n\"task.back.count\" = [1, 0]\n".to_owned(),
    ]
    .concat();
    let points = parse(&text).points;
    let groups = &points[0].scenario.task_groups;
    let names: Vec<&str> = groups.iter().map(|group| &*group.name).collect();
    assert_eq!(names, ["dns", "web", "back", "z"]);
    let owners: Vec<Option<usize>> = groups.iter().map(|group| group.tasks_of).collect();
    assert_eq!(owners, [Some(1), None, None, None]);
    let routes: Vec<Route> = groups.iter().map(|group| group.traffic.route).collect();
    let expected = [
        Route::Resolver,
        Route::ToGroup(3),
        Route::ToGroup(1),
        Route::Out,
    ];
    assert_eq!(routes, expected);
    let counts = |point: usize| -> Vec<u32> {
        let groups = &points[point].scenario.task_groups;
        groups.iter().map(|group| group.count).collect()
    };
    assert_eq!([counts(0), counts(2)], [[3, 3, 1, 1], [1, 1, 1, 1]]);
    assert_eq!(points[0].scenario.own_task_count(), 5);
    // Without `back`, `z` moves up.
    let without = &points[1].scenario.task_groups;
    assert_eq!(without[1].traffic.route, Route::ToGroup(2));
}

#[test]
fn traffic_of_tasks_that_are_not_there_is_left_out() {
    let text = [
        ideal("", "", ""),
        group("dns", "tasks-of = \"web\"", ""),
        group("web", "count = 0", "to = \"empty\","),
        group("empty", "count = 0", ""),
    ]
    .concat();
    let scenario = only(&text);
    assert_eq!(scenario.task_groups.len(), 1);
    assert_eq!(scenario.task_groups[0].name, "a");
}

/// ENIs are counted by task, not by sender.
#[test]
fn traffic_of_the_same_tasks_needs_no_more_enis() {
    let shared = [
        ideal("", "type = \"c5.large\"", ""),
        group("b", "", ""),
        group("dns", "tasks-of = \"a\"", ""),
    ]
    .concat()
    .replace("\"bridge\"", "\"awsvpc\"");
    assert_eq!(only(&shared).task_count(), 3);
    let own = shared.replace("tasks-of = \"a\"", "");
    assert!(Experiment::parse("x.toml", &own).is_err());
}

/// Oracle: the sizes are checked beside `cut`; here, that the mode decides on the MTU.
#[test]
fn messages_are_cut_by_the_mtu_of_the_mode() {
    let cut = |mode: &str, network: &str| {
        let text = ideal("", "enis = 9", network)
            .replace("\"bridge\"", &format!("\"{mode}\""))
            .replace("packet-size = \"1250 B\"", "message-size = \"64 KiB\"")
            .replace("80000 packets/s", "80 Mbit/s");
        let traffic = only(&text).task_groups[0].traffic.clone();
        let message: Message = traffic.message.unwrap();
        let full = traffic.packet_size.largest().get();
        // A rate in bit/s counts the bits of messages: the same in every mode.
        assert!((traffic.rate.per_s() - 80e6 / 524_288.0).abs() < 1e-9);
        (message.packets.get(), full, message.last.get())
    };
    assert_eq!(cut("bridge", ""), (45, 1514, 1350));
    assert_eq!(cut("awsvpc", ""), (8, 9015, 2863));
    assert_eq!(cut("host", "mtu = \"1500 B\""), (45, 1514, 1350));
    assert_eq!(cut("bridge", "mtu = \"9001 B\""), (8, 9015, 2863));
}

/// The offered load counts message bytes, so that modes are compared with the same messages.
#[test]
fn an_offered_load_of_messages_is_the_same_in_every_mode() {
    let sweep = "[sweep]\n\"network.mode\" = [\"bridge\", \"awsvpc\", \"fargate\"]";
    let text = ideal("offered-load = 0.5", "enis = 9", sweep)
        .replace("packet-size = \"1250 B\"", "message-size = \"62500 B\"");
    for point in parse(&text).points {
        let rate = point.scenario.task_groups[0].traffic.rate.per_s();
        assert!((rate - 1000.0).abs() < 1e-9, "{rate}");
    }
}

#[test]
fn the_quantum_is_the_largest_packet_on_the_wire() {
    let text = ideal("", "enis = 9", "arbitration = \"drr\"")
        .replace("\"bridge\"", "\"awsvpc\"")
        .replace("packet-size = \"1250 B\"", "message-size = \"64 KiB\"")
        .replace("80000 packets/s", "8 packets/s");
    let scenario = only(&text);
    assert_eq!(scenario.largest_packet(), Bytes::new(9015));
    assert!(matches!(
        scenario.network.egress,
        Egress::PerTask { arbitration: Arbitration::Drr { quantum }, .. }
            if quantum == Bytes::new(9015)
    ));
}

/// Flow logs have a record of each connection, whatever else depends on it.
#[test]
fn flows_and_connections_are_kept_for_flow_logs() {
    for mode in ["bridge", "host", "awsvpc", "fargate", "none"] {
        let text = ideal("", "enis = 9", "")
            .replace("\"bridge\"", &format!("\"{mode}\""))
            .replace(
                "arrivals",
                "flows = 4, connections = { packets = 10, idle = \"30 s\" }, arrivals",
            );
        let traffic = &only(&text).task_groups[0].traffic;
        assert_eq!(traffic.flows, NonZeroU32::new(4), "{mode}");
        let expected = Connections {
            packets: NonZeroU32::new(10).unwrap(),
            idle: SimDuration::from_s(30),
        };
        assert_eq!(traffic.connections, Some(expected), "{mode}");
    }
    let default = with("", "connections = { packets = 10 },").connections;
    assert_eq!(default.unwrap().idle, SimDuration::from_s(350));
}

#[test]
fn plain_traffic_needs_no_event_loop() {
    let needs = |mode: &str, instance: &str, network: &str, traffic: &str| {
        let text = ideal("", &format!("enis = 9\n{instance}"), network)
            .replace("\"bridge\"", &format!("\"{mode}\""))
            .replace("arrivals", &format!("{traffic} arrivals"));
        only(&text).needs_event_loop()
    };
    for mode in ["bridge", "host", "awsvpc", "none"] {
        assert!(!needs(mode, "", "", ""), "{mode}");
        assert!(needs(mode, "", "", "direction = \"in\","), "{mode}");
    }
    assert!(needs("awsvpc-trunk", "", "", ""));
    assert!(needs("fargate", "", "", ""));
    assert!(!needs("fargate", "host-stack = \"none\"", "", ""));
    assert!(needs("awsvpc", "", "eni-queues = 2", ""));
    assert!(needs(
        "awsvpc",
        "packet-allowance = \"5 packets/s\"",
        "",
        ""
    ));
    assert!(needs("awsvpc", "", "", "to = \"resolver\","));
    let by_queue = "host-stack = { cores = 2, steering = \"by-queue\" }";
    assert!(needs("awsvpc", by_queue, "", ""));
}
