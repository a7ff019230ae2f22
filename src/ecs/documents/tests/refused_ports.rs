//! One document for each reason to refuse port mappings. The oracle is the API reference's page on
//! PortMapping and the developer guide's on task networking.

use serde_json::{Value, json};

use super::super::*;
use super::refused::{mode, refused, with};

fn ports(mappings: Value) -> Value {
    json!({"portMappings": mappings})
}

const FIRST: &str = "containerDefinitions[0].portMappings[0]";

#[test]
fn host_port_other_than_container_port() {
    let mappings = || ports(json!([{"containerPort": 80, "hostPort": 8080}]));
    let path = format!("{FIRST}.hostPort");
    refused(
        with(mode("awsvpc"), mappings()),
        &path,
        "own ENI",
        "leave hostPort out",
    );
    refused(
        with(mode("host"), mappings()),
        &path,
        "must equal containerPort, 80",
        "leave",
    );
}

#[test]
fn ports_without_a_network() {
    let mappings = ports(json!([{"containerPort": 80}]));
    let path = "containerDefinitions[0].portMappings";
    refused(
        with(mode("none"), mappings),
        path,
        "has no ports",
        "leave portMappings out",
    );
}

#[test]
fn ports_are_ports() {
    for port in [0, -1, 65_536] {
        let document = with(json!({}), ports(json!([{"containerPort": port}])));
        refused(
            document,
            &format!("{FIRST}.containerPort"),
            "1 to 65535",
            "8080",
        );
    }
    let document = with(
        json!({}),
        ports(json!([{"containerPort": 1, "hostPort": 65_536}])),
    );
    refused(document, &format!("{FIRST}.hostPort"), "0 to 65535", "8080");
    let document = with(json!({}), ports(json!([{"hostPort": 80}])));
    refused(
        document,
        &format!("{FIRST}.containerPort"),
        "needs a port",
        "8080",
    );
}

#[test]
fn one_container_port_has_one_protocol() {
    let both = json!([
        {"containerPort": 53, "protocol": "udp"}, {"containerPort": 53, "protocol": "tcp"}
    ]);
    let path = "containerDefinitions[0].portMappings[1]";
    refused(
        with(json!({}), ports(both)),
        path,
        "on the other protocol",
        "another containerPort",
    );
}

#[test]
fn port_ranges() {
    let range = |range: &str| with(json!({}), ports(json!([{"containerPortRange": range}])));
    let path = format!("{FIRST}.containerPortRange");
    for wrong in ["80", "90-80", "80-80", "0-5", "1-65536", "a-b", ""] {
        refused(range(wrong), &path, "the lower one first", "8080-8090");
    }
    let document = with(
        json!({}),
        ports(json!([{"containerPortRange": "1-2", "hostPort": 1}])),
    );
    refused(
        document,
        &format!("{FIRST}.hostPort"),
        "itself",
        "leave hostPort out",
    );
    let document = with(
        json!({}),
        ports(json!([{"containerPortRange": "1-2", "containerPort": 1}])),
    );
    refused(document, &path, "either", "leave one");
    let document = with(mode("host"), ports(json!([{"containerPortRange": "1-2"}])));
    refused(document, &path, "bridge or awsvpc", "for each port");
    let overlapping = json!([{"containerPortRange": "1-5"}, {"containerPortRange": "5-9"}]);
    let second = "containerDefinitions[0].portMappings[1]";
    refused(
        with(json!({}), ports(overlapping)),
        second,
        "1 to 5",
        "overlap",
    );
    let within = json!([{"containerPort": 3}, {"containerPortRange": "1-5"}]);
    refused(with(json!({}), ports(within)), second, "port 3", "overlap");
    let many = |n: u32| -> Value {
        let one = |i| json!({"containerPortRange": format!("{}-{}", 10 * i, 10 * i + 1)});
        (1..=n).map(one).collect()
    };
    TaskDefinition::parse("x", &with(json!({}), ports(many(100))).to_string()).unwrap();
    let list = "containerDefinitions[0].portMappings";
    refused(
        with(json!({}), ports(many(101))),
        list,
        "101 port ranges",
        "merge",
    );
}

#[test]
fn names_of_port_mappings() {
    for name in ["-web", "Web", "we b", "", &"x".repeat(65)] {
        let document = with(
            json!({}),
            ports(json!([{"containerPort": 80, "name": name}])),
        );
        refused(
            document,
            &format!("{FIRST}.name"),
            "1 to 64 of a-z",
            "\"api\"",
        );
    }
}

#[test]
fn one_host_port_twice() {
    let second = json!([
        {"containerPort": 80, "hostPort": 8080}, {"containerPort": 81, "hostPort": 8080}
    ]);
    let path = "containerDefinitions[0].portMappings[1].hostPort";
    let reason = "containerDefinitions[0].portMappings[0].hostPort takes this port";
    refused(with(json!({}), ports(second)), path, reason, "another port");
    let other = |protocol: &str| {
        json!([
            {"containerPort": 80, "hostPort": 8080},
            {"containerPort": 81, "hostPort": 8080, "protocol": protocol}
        ])
    };
    let document = with(json!({}), ports(other("udp"))).to_string();
    TaskDefinition::parse("x.json", &document).expect("ports of two protocols are two ports");
    let container = |name: &str| {
        json!({"name": name, "image": "i", "memory": 6, "cpu": 1,
               "portMappings": [{"containerPort": 80}]})
    };
    let fields = json!({
        "networkMode": "host", "containerDefinitions": [container("a"), container("b")]
    });
    let path = "containerDefinitions[1].portMappings[0].containerPort";
    refused(
        with(fields, json!({})),
        path,
        "takes this port",
        "another port",
    );
}
