//! What the instance grants beside bandwidth, and loads that have no steady state.

use std::num::NonZeroU32;

use super::*;
use crate::scenario::{FlowCap, Limits, PacketAllowance};
use crate::units::PacketRate;

/// The limits of one task in `mode`, with `instance` and `traffic` beside.
fn limits(mode: &str, instance: &str, traffic: &str) -> Limits {
    let text = ideal("", &format!("enis = 9\n{instance}"), "")
        .replace("\"bridge\"", &format!("\"{mode}\""))
        .replace("arrivals", &format!("{traffic} arrivals"));
    only(&text).network.limits
}

fn packets(rate: f64, burst: u32, buffer: u32) -> Option<PacketAllowance> {
    Some(PacketAllowance {
        rate: PacketRate::new(rate).unwrap(),
        burst: NonZeroU32::new(burst).unwrap(),
        buffer,
    })
}

const EVERYTHING: &str = "packet-allowance = \"5 packets/s\"\ntracked-connections = 7\n\
    nat-connections = 8\nlink-local = \"9 packets/s\"\nflow-cap = \"1 Mbit/s\"";

#[test]
fn nothing_limits_packets_unless_the_file_says_so() {
    assert_eq!(limits("awsvpc", "", ""), Limits::default());
    assert_eq!(limits("none", EVERYTHING, "flows = 2,"), Limits::default());
    let unlimited = "packet-allowance = \"unlimited\"\ntracked-connections = \"unlimited\"\n\
        nat-connections = \"unlimited\"\nlink-local = \"unlimited\"\nflow-cap = \"unlimited\"";
    let traffic = "flows = 2, connections = { packets = 10 }, to = \"resolver\",";
    assert_eq!(limits("bridge", unlimited, traffic), Limits::default());
}

#[test]
fn a_packet_allowance_is_a_rate_or_a_table() {
    let allowance = |text: &str| {
        let key = format!("packet-allowance = {text}");
        limits("awsvpc", &key, "").packets
    };
    assert_eq!(allowance("\"5 packets/s\""), packets(5.0, 1000, 1000));
    let table = "{ rate = \"5 packets/s\", burst = \"6 packets\", buffer = \"7 packets\" }";
    assert_eq!(allowance(table), packets(5.0, 6, 7));
    let none = "{ rate = \"5 packets/s\", buffer = \"none\" }";
    assert_eq!(allowance(none), packets(5.0, 1000, 0));
}

/// What the file's limits are worth in each mode, with traffic of each kind.
#[test]
fn limits_are_kept_where_some_traffic_meets_them() {
    let all = "flows = 2, connections = { packets = 10 }, to = \"resolver\",";
    let expected = |packets_too: bool, nat: Option<u32>| Limits {
        packets: packets(5.0, 1000, 1000).filter(|_| packets_too),
        tracked_connections: NonZeroU32::new(7).filter(|_| packets_too),
        nat_connections: nat.and_then(NonZeroU32::new),
        link_local: packets(9.0, 1024, 100),
        flow: Some(FlowCap {
            rate: DataRate::new(1_000_000).unwrap(),
            buffer: Bytes::new(3_300_000),
        }),
    };
    assert_eq!(limits("bridge", EVERYTHING, all), expected(true, Some(8)));
    for mode in ["host", "awsvpc", "awsvpc-trunk"] {
        assert_eq!(
            limits(mode, EVERYTHING, all),
            expected(true, None),
            "{mode}"
        );
    }
    // A Fargate task is on no instance whose allowances it could meet.
    assert_eq!(limits("fargate", EVERYTHING, all), expected(false, None));
    let plain = Limits {
        packets: packets(5.0, 1000, 1000),
        ..Limits::default()
    };
    assert_eq!(limits("bridge", EVERYTHING, ""), plain);
}

#[test]
fn defaults_hold_for_traffic_that_meets_them() {
    let with = "connections = { packets = 10 },";
    let nat = limits("bridge", "", with).nat_connections;
    assert_eq!(nat, NonZeroU32::new(262_144));
    assert_eq!(limits("awsvpc", "", with), Limits::default());
    let resolver = limits("awsvpc", "", "to = \"resolver\",").link_local;
    assert_eq!(resolver, packets(1024.0, 1024, 100));
}

#[test]
fn a_type_caps_a_single_flow() {
    let cap = |mode: &str, instance: &str| limits(mode, instance, "flows = 2,").flow;
    let of_ec2 = Some(FlowCap {
        rate: DataRate::new(5_000_000_000).unwrap(),
        buffer: Bytes::new(3_300_000),
    });
    let named = "type = \"c5.4xlarge\"";
    assert_eq!(cap("awsvpc", ""), None);
    assert_eq!(cap("awsvpc", named), of_ec2);
    assert_eq!(cap("fargate", named), None);
    let given = "flow-cap = { rate = \"10 Gbit/s\", buffer = \"1 MB\" }";
    let given = cap("fargate", &format!("{named}\n{given}")).unwrap();
    assert_eq!(given.rate.bits_per_s(), 10_000_000_000);
    assert_eq!(given.buffer, Bytes::new(1_000_000));
}

/// Whether an experiment with queues that only grow is refused, and what its load is.
fn overload(mode: &str, network: &str, instance: &str, traffic: &str, groups: &str) -> String {
    let text = ideal("", &format!("enis = 9\n{instance}"), network)
        .replace("\"bridge\"", &format!("\"{mode}\""))
        .replace("arrivals", &format!("{traffic} arrivals"));
    match Experiment::parse("x.toml", &format!("{text}{groups}")) {
        Ok(_) => "steady".to_owned(),
        Err(report) => {
            let message = &report.problems()[0].message;
            let load = message.split_once("offered load of the ").unwrap().1;
            load.split_once(" and its").unwrap().0.to_owned()
        }
    }
}

/// Oracle: 80 000 packets/s of 1250 B are 0.8 of 1 Gbit/s; a second group doubles that.
#[test]
fn only_what_leaves_loads_the_queues_on_the_way_out() {
    let unlimited = "eni-queue = { capacity = \"unlimited\" }";
    let second = |traffic: &str| {
        format!(
            "[[task]]\nname = \"b\"\ntraffic = {{ {traffic} arrivals = \"poisson\", \
             rate = \"80000 packets/s\", packet-size = \"1250 B\" }}"
        )
    };
    let load = |mode: &str, traffic: &str| overload(mode, unlimited, "", "", &second(traffic));
    for mode in ["bridge", "host", "awsvpc", "awsvpc-trunk"] {
        assert_eq!(load(mode, ""), "ENI queue is 1.600", "{mode}");
        assert_eq!(load(mode, "direction = \"in\","), "steady", "{mode}");
    }
    // Between tasks, only ENIs of their own are on the way.
    assert_eq!(load("bridge", "to = \"a\","), "steady");
    assert_eq!(load("awsvpc", "to = \"a\","), "ENI queue is 1.600");
    // Each Fargate task has 1.25 Gbit/s.
    assert_eq!(load("fargate", ""), "steady");
    let same_task = second("").replace("\"b\"", "\"b\"\ntasks-of = \"a\"");
    let load = overload("fargate", unlimited, "", "", &same_task);
    assert_eq!(load, "ENI queue is 1.280");
}

#[test]
fn a_trunk_without_limit_needs_a_steady_state() {
    let unlimited = "trunk-queue = { capacity = \"unlimited\" }";
    let load = |mode: &str, egress: &str| {
        let text = ideal("", "", unlimited).replace("1 Gbit/s", egress);
        Experiment::parse(
            "x.toml",
            &text.replace("\"bridge\"", &format!("\"{mode}\"")),
        )
        .is_ok()
    };
    assert!(load("awsvpc-trunk", "1 Gbit/s"));
    assert!(!load("awsvpc-trunk", "800 Mbit/s"));
    assert!(load("awsvpc", "800 Mbit/s"));
}

/// Oracle: 80 000 packets/s of 10 us are 0.8 of a core.
#[test]
fn the_host_stack_is_judged_by_its_busiest_core() {
    let load = |mode: &str, keys: &str, network: &str, traffic: &str, groups: &str| {
        let stack = format!("host-stack = {{ cores = 2, backlog = \"unlimited\", {keys} }}");
        overload(mode, network, &stack, traffic, groups)
    };
    let slow = "per-packet = \"20 us\"";
    let by_queue = "steering = \"by-queue\", per-packet = \"20 us\"";
    assert_eq!(load("host", slow, "", "", ""), "steady");
    assert_eq!(load("host", by_queue, "", "", ""), "host stack is 1.600");
    assert_eq!(load("host", by_queue, "eni-queues = 2", "", ""), "steady");
    // Three queues on two cores: one has two thirds.
    let by_queue = "steering = \"by-queue\", per-packet = \"30 us\"";
    let uneven = load("host", by_queue, "eni-queues = 3", "", "");
    assert_eq!(uneven, "host stack is 1.600");
    // Packets that come in cross it too, and those between tasks at either end.
    let slow = "per-packet = \"25 us\"";
    let incoming = "direction = \"in\",";
    assert_eq!(load("host", slow, "", incoming, ""), "host stack is 1.000");
    let idle = "[[task]]\nname = \"b\"\ntraffic = { arrivals = \"periodic\", \
                rate = \"1 packets/s\", packet-size = \"64 B\" }";
    let slow = "per-packet = \"15 us\"";
    let to = "to = \"b\",";
    assert_eq!(load("host", slow, "", to, idle), "steady");
    assert_eq!(load("awsvpc", slow, "", to, idle), "host stack is 1.200");
    // Each connection of two packets costs 16 us more: 0.8 for the two cores.
    let opening = "per-packet = \"20 us\", per-connection = \"16 us\"";
    let traffic = "connections = { packets = 2 },";
    assert_eq!(
        load("host", opening, "", traffic, ""),
        "host stack is 1.120"
    );
}

/// Oracle: 80 000 packets/s of 1250 B are 0.8 Gbit/s, so 1.6 of half of that. What security groups
/// refuse takes nothing of the line nor of the host stack.
#[test]
fn the_way_in_is_judged_like_the_way_out() {
    let load = |mode: &str, ingress: &str, traffic: &str, groups: &str| {
        let instance = format!(
            "ingress = \"{ingress}\"\nhost-stack = {{ cores = 1, per-packet = \"10 us\", backlog = \
             \"unlimited\" }}"
        );
        let queue = "eni-queue = { capacity = \"unlimited\" }\nfargate = { egress = \"1 Gbit/s\", \
                     ingress = \"500 Mbit/s\" }";
        overload(mode, queue, &instance, traffic, groups)
    };
    let half = "queue on the way in is 1.600";
    let incoming = "direction = \"in\",";
    for mode in ["bridge", "host", "awsvpc", "fargate"] {
        assert_eq!(load(mode, "500 Mbit/s", incoming, ""), half, "{mode}");
        assert_eq!(load(mode, "500 Mbit/s", "", ""), "steady", "{mode}");
    }
    assert_eq!(load("bridge", "1 Gbit/s", incoming, ""), "steady");
    let idle = "[[task]]\nname = \"b\"\ntraffic = { arrivals = \"periodic\", \
                rate = \"1 packets/s\", packet-size = \"64 B\" }";
    let to = "to = \"b\",";
    assert_eq!(load("bridge", "500 Mbit/s", to, idle), "steady");
    assert_eq!(load("fargate", "1 Gbit/s", to, idle), half);
    let closed = "[[security-group]]\nname = \"closed\"\nallow = [\"udp 1 from 10.0.0.0/16\"]\n\
                  [[task]]\nname = \"b\"\nport = 80\nsecurity-groups = [\"closed\"]\n\
                  traffic = { arrivals = \"periodic\", rate = \"1 Gbit/s\", \
                  packet-size = \"1250 B\", direction = \"in\" }";
    assert_eq!(load("awsvpc", "500 Mbit/s", "", closed), "steady");
}
