//! `enibench place` with services beside task definitions.
//!
//! Expected numbers by hand: c5.large has 2,048 CPU units, and two ENIs for tasks. What a service
//! says about its tasks: Amazon ECS API Reference, CreateService.

use serde_json::{Value, json};

use super::support::{Bench, Ended};

const API: &str = r#"{
    "family": "api", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
    "requiresCompatibilities": ["EC2", "FARGATE"],
    "containerDefinitions": [
        { "name": "api", "image": "api", "portMappings": [{ "containerPort": 8080 }] }
    ]
}"#;

/// The service of `api` with these fields besides its network; null takes a field away.
fn service(fields: Value) -> String {
    let mut service = json!({
        "serviceName": "api", "taskDefinition": "api:3",
        "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-api"] } },
    });
    for (name, value) in fields.as_object().unwrap() {
        service[name] = value.clone();
    }
    service
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    service.to_string()
}

fn place(fields: Value, args: &str) -> Ended {
    let bench = Bench::new();
    bench.write("api.json", API.as_bytes());
    bench.write("service.json", service(fields).as_bytes());
    bench.run(&args.split_whitespace().collect::<Vec<_>>())
}

fn placement(fields: Value, args: &str) -> Value {
    let stdout = place(fields, &format!("{args} --json")).with(0).stdout;
    serde_json::from_str::<Value>(&stdout).unwrap()[0].take()
}

/// Tasks per instance.
fn counts(placement: &Value) -> Vec<usize> {
    let instances = placement["instances"].as_array().unwrap().iter();
    instances
        .map(|instance| instance["tasks"].as_array().unwrap().len())
        .collect()
}

#[test]
fn a_service_gives_count_security_groups_and_subnets() {
    let fields = json!({ "desiredCount": 3 });
    let args = "place service.json api.json --type c5.large --security-group sg-more";
    let placed = placement(fields.clone(), args);
    let task = &placed["tasks"][0];
    assert_eq!(task["requested"], 3);
    assert_eq!(task["security_groups"], json!(["sg-more", "sg-api"]));
    assert_eq!(task["subnets"], json!(["subnet-1", "subnet-2"]));
    assert_eq!(counts(&placed), [2, 1]);
    place(fields.clone(), args).with(0).saying::<&str>([]);
    let text = place(fields, args).stdout;
    for part in [
        "api: each task through sg-api, sg-more of its own ENI",
        "  subnets     api: subnet-1, subnet-2",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

/// The command line is asked before the service, and the service before "as many as fit".
#[test]
fn counts_on_the_command_line_come_first() {
    let fields = json!({ "desiredCount": 3 });
    for (documents, count) in [
        ("api.json:1 service.json", 1),
        ("api.json service.json:2", 2),
        ("api.json:1 service.json:2", 2),
    ] {
        let args = format!("place {documents} --type c5.large");
        let placed = placement(fields.clone(), &args);
        assert_eq!(placed["tasks"][0]["requested"], count, "{documents}");
    }
    let placed = placement(json!({}), "place api.json service.json --type c5.large");
    assert_eq!(placed["tasks"][0]["requested"], Value::Null);
}

/// Two zones in turn by default: instances 0 and 1. Packed: both tasks on the first.
#[test]
fn strategies_and_constraints_of_the_service_hold() {
    let args = "place api.json service.json --type c5.large --instances 2 --zones a,b";
    let count = |more: Value| {
        let mut fields = json!({ "desiredCount": 2 });
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        counts(&placement(fields, args))
    };
    let packed = json!({ "placementStrategy": [{ "type": "binpack", "field": "memory" }] });
    let apart = json!({ "placementStrategy": [{ "type": "binpack", "field": "memory" }],
        "placementConstraints": [{ "type": "distinctInstance" }] });
    let zone = json!({ "placementConstraints": [
        { "type": "memberOf", "expression": "attribute:ecs.availability-zone == b" }] });
    assert_eq!(count(json!({})), [1, 1]);
    assert_eq!(count(packed.clone()), [2, 0]);
    assert_eq!(count(apart), [1, 1]);
    assert_eq!(count(zone), [0, 2]);
    let spread = format!("{args} --strategy spread:instanceId");
    let mut fields = packed;
    fields["desiredCount"] = json!(2);
    assert_eq!(counts(&placement(fields, &spread)), [1, 1]);

    let attribute = json!({ "desiredCount": 1,
        "placementStrategy": [{ "type": "spread", "field": "attribute:rack" }] });
    let ended = place(attribute, args).with(0);
    let warning = "warning: service.json: placementStrategy[0].field: the instances differ in";
    assert!(ended.stderr.contains(warning), "{}", ended.stderr);
}

#[test]
fn a_daemon_runs_once_on_each_instance() {
    let args = "place api.json service.json --type c5.large --instances 3";
    let daemon = json!({ "schedulingStrategy": "DAEMON" });
    assert_eq!(counts(&placement(daemon, args)), [1, 1, 1]);
}

#[test]
fn the_launch_type_of_the_service_decides_where_the_definition_leaves_it_open() {
    let fargate = json!({ "desiredCount": 2, "launchType": "FARGATE" });
    let placed = placement(fargate, "place api.json service.json --type c5.large");
    assert_eq!(placed["tasks"][0]["mode"], "fargate");
    let provider = json!({ "capacityProviderStrategy": [{ "capacityProvider": "FARGATE" }] });
    let spot = placement(provider, "place api.json service.json");
    assert_eq!(spot["tasks"][0]["mode"], "fargate");
    assert_eq!(
        (&placed["instance_type"], counts(&placed).len()),
        (&Value::Null, 0)
    );
}

#[test]
fn what_does_not_fit_together_is_told_with_its_remedy() {
    let args = "place api.json service.json --type c5.large";
    let lonely = "place service.json --type c5.large";
    let expression = json!([{ "type": "memberOf", "expression": "task:group == x" }]);
    for (fields, args, parts) in [
        (
            json!({}),
            lonely,
            "service.json: taskDefinition: no task definition of the family \"api\" is beside it; \
             name its file too, for example enibench place api.json service.json",
        ),
        (
            json!({ "taskDefinition": null }),
            args,
            "service.json: taskDefinition: the service names no task definition; add for example",
        ),
        (
            json!({}),
            "place api.json service.json service.json --type c5.large",
            "every task definition of the family \"api\" has a service already; name its file once \
             for each service",
        ),
        (
            json!({ "desiredCount": 5001 }),
            args,
            "service.json: desiredCount = 5001: a service has at most 5000 tasks; write fewer",
        ),
        (
            json!({ "networkConfiguration": {} }),
            args,
            "networkConfiguration.awsvpcConfiguration: with networkMode awsvpc, ECS must know",
        ),
        (
            json!({ "placementConstraints": expression }),
            args,
            "service.json: placementConstraints[0].expression: cannot evaluate",
        ),
    ] {
        place(fields, args).with(2).saying([parts]);
    }
}

/// A mode or a type that is named twice is compared once.
#[test]
fn repetitions_are_no_comparison() {
    let args = "place api.json --type c5.large,c5.large --mode awsvpc,bridge,awsvpc --json";
    let stdout = place(json!({}), args).with(0).stdout;
    let answers: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    let modes: Vec<&Value> = answers.iter().map(|answer| &answer["mode"]).collect();
    assert_eq!(modes, ["awsvpc", "bridge"]);
}

/// What PowerShell writes: UTF-16 with its byte order mark, or UTF-8 with one.
#[test]
fn documents_of_windows_tools_are_read_or_explained() {
    let bench = Bench::new();
    let args = ["place", "web.json", "--type", "c5.large"];
    bench.write("web.json", format!("\u{feff}{API}").as_bytes());
    bench.run(&args).with(0);
    let utf_16: Vec<u8> = format!("\u{feff}{API}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bench.write("web.json", &utf_16);
    bench.run(&args).with(2).saying([
        "web.json:1:1",
        "it looks like UTF-16; save the file as UTF-8",
    ]);
}
