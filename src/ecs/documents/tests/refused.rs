//! One document for each reason to refuse one. The oracle is the API reference: each reason is a
//! sentence of its pages on RegisterTaskDefinition, ContainerDefinition or PortMapping, or of the
//! developer guide's on task definition parameters and task networking.

use serde_json::{Value, json};

use super::super::*;
use super::accepted::file;

/// A definition that ECS takes, with these fields of its own and of its one container.
pub(super) fn with(fields: Value, container: Value) -> Value {
    let mut app = json!({"name": "app", "image": "nginx", "cpu": 10, "memory": 64});
    let mut document = json!({"family": "f", "networkMode": "bridge"});
    for (into, from) in [(&mut app, container), (&mut document, fields)] {
        for (name, value) in from.as_object().unwrap() {
            into[name] = value.clone();
        }
    }
    if document.get("containerDefinitions").is_none() {
        document["containerDefinitions"] = json!([app]);
    }
    document
}

fn problems(document: &Value) -> Vec<DocumentProblem> {
    match TaskDefinition::parse("x.json", &document.to_string()) {
        Ok(read) => panic!("accepted: {read:?}"),
        Err(errors) => errors.problems,
    }
}

/// Asserts that the only problem is at `path`, with a reason and a remedy that hold these words.
#[track_caller]
pub(super) fn refused(document: Value, path: &str, reason: &str, remedy: &str) {
    let problems = problems(&document);
    let [problem] = &problems[..] else {
        panic!("{} problems: {problems:#?}", problems.len());
    };
    assert_eq!(problem.path, path);
    assert!(problem.reason.contains(reason), "{problem}");
    assert!(problem.remedy.contains(remedy), "{problem}");
}

pub(super) fn mode(mode: &str) -> Value {
    json!({"networkMode": mode})
}

#[test]
fn the_document_that_the_others_change_is_accepted() {
    let document = with(json!({}), json!({})).to_string();
    TaskDefinition::parse("x.json", &document).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn links_outside_of_bridge() {
    let links = || json!({"links": ["db"]});
    let path = "containerDefinitions[0].links";
    refused(
        with(mode("awsvpc"), links()),
        path,
        "this is awsvpc",
        "localhost",
    );
    refused(
        with(mode("host"), links()),
        path,
        "this is host",
        "localhost",
    );
    refused(
        with(mode("none"), links()),
        path,
        "this is none",
        "leave links out",
    );
}

#[test]
fn settings_that_an_eni_of_its_own_rules_out() {
    for (name, value) in [
        ("hostname", json!("web")),
        ("dnsServers", json!(["10.0.0.2"])),
        ("dnsSearchDomains", json!(["example.com"])),
        (
            "extraHosts",
            json!([{"hostname": "db", "ipAddress": "10.0.0.3"}]),
        ),
        ("disableNetworking", json!(true)),
    ] {
        let path = format!("containerDefinitions[0].{name}");
        let document = with(mode("awsvpc"), json!({name: value}));
        refused(document.clone(), &path, "does not support", "leave");
        let mut bridge = document;
        bridge["networkMode"] = json!("bridge");
        TaskDefinition::parse("x.json", &bridge.to_string()).unwrap();
    }
}

#[test]
fn fargate_needs_awsvpc() {
    let fields = |mode: Value| {
        let mut fields = json!({
            "requiresCompatibilities": ["EC2", "FARGATE"], "cpu": "256", "memory": "512"
        });
        fields["networkMode"] = mode;
        fields
    };
    let reason = "every task has an ENI of its own";
    for mode in ["bridge", "host", "none"] {
        refused(
            with(fields(json!(mode)), json!({})),
            "networkMode",
            reason,
            "awsvpc",
        );
    }
    let mut absent = with(fields(json!("")), json!({}));
    absent.as_object_mut().unwrap().remove("networkMode");
    refused(absent, "networkMode", reason, "awsvpc");
}

fn fargate(cpu: &str, memory: &str) -> Value {
    let fields = json!({
        "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": cpu, "memory": memory
    });
    with(fields, json!({"memory": 6}))
}

/// Each CPU size with a memory that it has, one below, one above and one between.
#[test]
fn fargate_sells_pairs() {
    for (cpu, memory) in [
        ("256", "512"),
        (".25 vCPU", "2GB"),
        ("512", "3072"),
        ("1 vCPU", "8 GB"),
        ("2048", "16384"),
        ("4096", "9216"),
        ("8 vCPU", "20GB"),
        ("16384", "122880"),
    ] {
        TaskDefinition::parse("x.json", &fargate(cpu, memory).to_string())
            .unwrap_or_else(|e| panic!("{cpu} {memory}: {e}"));
    }
    for (cpu, memory, remedy) in [
        ("256", "256", "write \"512\""),
        ("256", "1536", "write \"2048\""),
        ("256", "4096", "\"cpu\": \"512\" and \"memory\": \"4096\""),
        ("512", "512", "write \"1024\""),
        ("1024", "9216", "\"cpu\": \"2048\" and \"memory\": \"9216\""),
        ("2048", "4608", "write \"5120\""),
        ("4096", "7168", "write \"8192\""),
        ("8192", "17408", "write \"20480\""),
        ("16384", "33792", "write \"40960\""),
        ("16384", "131072", "write \"122880\" or less"),
    ] {
        refused(fargate(cpu, memory), "memory", "Fargate sells", remedy);
    }
    refused(
        fargate("300", "512"),
        "cpu",
        "256, 512, 1024, 2048, 4096",
        "write \"512\"",
    );
    refused(
        fargate("32768", "65536"),
        "cpu",
        "Fargate sells",
        "write \"16384\"",
    );
    let mut document = fargate("256", "512");
    document.as_object_mut().unwrap().remove("cpu");
    refused(document, "cpu", "Fargate requires", "add \"cpu\"");
    let mut document = fargate("256", "512");
    document.as_object_mut().unwrap().remove("memory");
    refused(document, "memory", "Fargate requires", "add \"memory\"");
}

#[test]
fn fargate_has_no_instances_to_choose_from() {
    let mut document = fargate("256", "512");
    document["placementConstraints"] = json!([{"type": "memberOf", "expression": "e"}]);
    refused(document, "placementConstraints", "no instances", "leave");
}

#[test]
fn machines_outside_of_aws_have_no_enis() {
    let fields = json!({"networkMode": "awsvpc", "requiresCompatibilities": ["EXTERNAL"]});
    refused(with(fields, json!({})), "networkMode", "no ENIs", "bridge");
}

#[test]
fn sizes_of_a_task_on_instances() {
    let cpu = |cpu: &str| with(json!({"cpu": cpu}), json!({}));
    refused(cpu("64"), "cpu", "128 to 196608", "256");
    refused(cpu("200 vCPU"), "cpu", "128 to 196608", "256");
    refused(cpu("half"), "cpu", "number of vCPU", "0.5 vCPU");
    let memory = |memory: &str| with(json!({"memory": memory}), json!({}));
    refused(memory("1 TB"), "memory", "number of GB", "1 GB");
    refused(memory("0"), "memory", "number of GB", "1 GB");
    refused(
        memory("32"),
        "memory",
        "reserve 64 MiB in a task of 32",
        "\"64\"",
    );
    let document = with(json!({"cpu": "128"}), json!({"cpu": 512}));
    refused(
        document,
        "cpu",
        "reserve 512 CPU units in a task of 128",
        "\"512\"",
    );
}

#[test]
fn memory_of_containers() {
    let mut document = with(json!({}), json!({}));
    let app = document["containerDefinitions"][0].as_object_mut().unwrap();
    app.remove("memory");
    let path = "containerDefinitions[0].memory";
    refused(document, path, "neither the container nor the task", "512");
    let zero = with(json!({}), json!({"memory": 0}));
    refused(zero, path, "at least 1", "leave it out");
    let below = with(json!({}), json!({"memoryReservation": 128}));
    refused(below, path, "below memoryReservation, 128", "128 or more");
    let negative = with(json!({}), json!({"cpu": -1}));
    refused(
        negative,
        "containerDefinitions[0].cpu",
        "at least 0",
        "0 or more",
    );
}

#[test]
fn kernel_parameters_of_the_instance() {
    let controls = |name: &str| json!({"systemControls": [{"namespace": name, "value": "1"}]});
    let path = "containerDefinitions[0].systemControls[0].namespace";
    let document = with(mode("host"), controls("net.core.somaxconn"));
    refused(
        document,
        path,
        "the instance's own network",
        "bridge or awsvpc",
    );
    let document = with(mode("host"), controls("kernel.msgmax")).to_string();
    TaskDefinition::parse("x.json", &document).unwrap();
}

#[test]
fn names_and_numbers_of_containers() {
    let container = |name: &str| json!({"name": name, "image": "i", "memory": 6, "cpu": 1});
    let containers = |list: Value| with(json!({"containerDefinitions": list}), json!({}));
    let twice = containers(json!([container("a"), container("a")]));
    refused(
        twice,
        "containerDefinitions[1].name",
        "[0] has this name already",
        "of its own",
    );
    let path = "containerDefinitions";
    refused(containers(json!([])), path, "at least one container", "add");
    let many: Vec<Value> = (0..11).map(|i| container(&format!("c{i}"))).collect();
    refused(containers(json!(many)), path, "11 containers", "split");
    let helper = with(json!({}), json!({"essential": false}));
    refused(
        helper,
        path,
        "no container is essential",
        "\"essential\": true",
    );
    let name = with(json!({}), json!({"name": "my app"}));
    refused(
        name,
        "containerDefinitions[0].name",
        "letters, digits",
        "web-1",
    );
    refused(
        with(json!({"family": "my.app"}), json!({})),
        "family",
        "letters, digits",
        "web-1",
    );
    let mut document = with(json!({}), json!({}));
    document["containerDefinitions"][0]
        .as_object_mut()
        .unwrap()
        .remove("image");
    refused(
        document,
        "containerDefinitions[0].image",
        "requires this field",
        "nginx",
    );
}

#[test]
fn placement_constraints() {
    let constraints = |list: Value| with(json!({"placementConstraints": list}), json!({}));
    let first = "placementConstraints[0]";
    let document = constraints(json!([{"type": "memberOf"}]));
    refused(
        document,
        &format!("{first}.expression"),
        "needs an expression",
        "attribute:",
    );
    let document = constraints(json!([{"expression": "e"}]));
    refused(document, &format!("{first}.type"), "has a type", "memberOf");
    let document = constraints(json!([{"type": "distinctInstance"}]));
    refused(
        document,
        &format!("{first}.type"),
        "no such value",
        "memberOf",
    );
    let many = vec![json!({"type": "memberOf", "expression": "e"}); 11];
    let document = constraints(json!(many));
    refused(document, "placementConstraints", "11 constraints", "join");
}

#[test]
fn other_documents_are_named_as_what_they_are() {
    let service = json!({"serviceName": "s", "taskDefinition": "f:1"});
    refused(
        service,
        "taskDefinition",
        "a service or a task to run",
        "task definition",
    );
    refused(json!([]), "", "no object", "{ … }");
    let described = json!({"taskDefinition": {"containerDefinitions":
        [{"name": "a", "image": "i", "memory": 6}]}});
    refused(
        described,
        "taskDefinition.family",
        "requires this field",
        "add",
    );
    refused(
        json!({"taskDefinition": 5}),
        "taskDefinition",
        "no object",
        "{ … }",
    );
}

/// Everything at once, in the order of the paths.
#[test]
fn what_users_are_told_about_every_mistake() {
    let text = file("task-definitions/every-mistake.json");
    let errors = TaskDefinition::parse("every-mistake.json", &text).unwrap_err();
    insta::assert_snapshot!(errors.to_string());
}
