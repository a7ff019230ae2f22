//! `enibench place`: real task definitions in, placements out.
//!
//! Expected numbers were worked out by hand from the task definitions below, the table of instance
//! types (c5.large: 2 vCPUs, 4,096 MiB, 3 ENIs, 10 tasks with trunking) and the rules of ECS.

use serde_json::{Value, json};

use super::support::{Bench, Ended};

/// 256 CPU units and 512 MiB, which is a size of Fargate too; a dynamic port.
const WEB: &str = r#"{
    "family": "web", "networkMode": "bridge", "cpu": "256", "memory": "512",
    "containerDefinitions": [
        { "name": "nginx", "image": "nginx", "portMappings": [{ "containerPort": 80 }] }
    ]
}"#;

/// 512 CPU units and 1,024 MiB; a static port.
const API: &str = r#"{
    "family": "api", "networkMode": "bridge", "cpu": "512", "memory": "1024",
    "containerDefinitions": [
        { "name": "api", "image": "api",
          "portMappings": [{ "containerPort": 8080, "hostPort": 8080 }] }
    ]
}"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("web.json", WEB.as_bytes());
    bench.write("api.json", API.as_bytes());
    bench
}

/// The command with `--reserved-memory 0`, so that an instance has all of its memory to give.
fn place(args: &str) -> Ended {
    let all = format!("place {args} --reserved-memory 0");
    bench().run(&all.split_whitespace().collect::<Vec<_>>())
}

fn placements(args: &str) -> Vec<Value> {
    let stdout = place(&format!("{args} --json")).with(0).stdout;
    serde_json::from_str(&stdout).unwrap()
}

/// 2,048 CPU units hold 8 tasks, of which bridge takes all, host one per port, awsvpc two for
/// want of ENIs, a trunk all; Fargate asks for no instance.
#[test]
fn modes_are_compared() {
    let modes = "bridge,host,awsvpc,awsvpc-trunk,fargate";
    let ended = place(&format!("web.json --type c5.large --mode {modes}")).with(0);
    assert_eq!(ended.stderr, "");
    let table: Vec<&str> = ended.stdout.lines().take(7).collect();
    assert_eq!(
        table,
        [
            "type     mode         inst. addr. task    placed will not one more",
            "                                                    start",
            "c5.large bridge           1     1 web          8        0 RESOURCE:CPU,",
            "                                                          RESOURCE:MEMORY",
            "c5.large host             1     1 web          1        0 RESOURCE:PORTS",
            "c5.large awsvpc           1     3 web          2        0 RESOURCE:ENI",
            "c5.large awsvpc-trunk     1    10 web          8        0 RESOURCE:CPU,",
        ]
    );
    assert!(
        ended
            .stdout
            .contains("-        fargate          0     1 web          1")
    );
    for part in [
        "c5.large, bridge",
        "  host ports  i-0: web 80/tcp at 32768-32775",
        "  host ports  i-0: web 80/tcp at 80",
        "(awsvpc-trunk) would hold 10 tasks; or bridge",
        "  addresses   10, one per ENI: 1 primary, 1 trunk, 8 task",
        "  addresses   1, one per ENI: 1 task",
    ] {
        assert!(
            ended.stdout.contains(part),
            "no {part:?} in\n{}",
            ended.stdout
        );
    }
    for line in ended.stdout.lines() {
        assert!(
            line.chars().count() <= 100 && line == line.trim_end(),
            "{line:?}"
        );
    }
}

/// Three instances hold the 20 tasks of web (8 each), and each of api needs its own port 8080:
/// the last of the three has room for one (4 × 256 are left, 512 of them wanted).
#[test]
fn counted_tasks_get_as_many_instances_as_they_need() {
    let groups = "--security-group web=sg-web --security-group api=sg-api \
                  --instance-security-group sg-ssh --subnet 10.0.1.0/24";
    let args = format!("web.json:20 api.json:2 --type c5.large {groups}");
    let [placement] = &placements(&args)[..] else {
        panic!("one type, as written");
    };
    let placed = |group: usize| &placement["tasks"][group]["placed"];
    assert_eq!((placed(0), placed(1)), (&json!(20), &json!(2)));
    let instances = placement["instances"].as_array().unwrap();
    assert_eq!(instances.len(), 4);
    // Claim 5 of the project's origin: side by side, each is exposed through what the other needs.
    let tasks = instances[2]["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 5);
    for task in tasks {
        assert_eq!(
            task["security_groups"],
            json!(["sg-api", "sg-ssh", "sg-web"])
        );
    }
    assert_eq!(
        instances[3]["primary_security_groups"],
        json!(["sg-api", "sg-ssh"])
    );
    assert_eq!(
        tasks[4],
        json!({
            "task": "api", "number": 0, "starts": true, "states": null, "stopped_reason": null,
            "ports": [{ "container_port": 8080, "host_port": 8080, "protocol": "tcp" }],
            "security_groups": ["sg-api", "sg-ssh", "sg-web"],
        })
    );
    assert_eq!(placement["mode"], json!(null));
    assert_eq!(placement["addresses"], json!(4));
    assert_eq!(placement["subnet_addresses"], json!(251));

    let text = place(&args).with(0).stdout;
    // Whatever the words, no line is longer than a terminal.
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    for part in [
        "i-0 to i-1 a web 8",
        "i-2: every task of web, api through sg-api, sg-ssh, sg-web of the primary ENI",
        "4, one per ENI: 4 primary; 10.0.1.0/24 has 251",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

/// In awsvpc each task has the groups that it needs and no others.
#[test]
fn awsvpc_tasks_are_exposed_through_their_own_groups() {
    let groups = "--security-group web=sg-web --security-group sg-all";
    let args = format!("web.json:1 api.json:1 --type c5.large --mode awsvpc {groups}");
    let placement = &placements(&args)[0];
    let tasks = &placement["instances"][0]["tasks"];
    assert_eq!(tasks[0]["security_groups"], json!(["sg-all", "sg-web"]));
    assert_eq!(tasks[1]["security_groups"], json!(["sg-all"]));
    assert_eq!(
        placement["instances"][0]["primary_security_groups"],
        json!([])
    );
    let text = place(&args).with(0).stdout;
    assert!(
        text.contains("web: each task through sg-all, sg-web of its own ENI"),
        "{text}"
    );
}

/// Names that scripts rely on.
#[test]
fn json_names_are_stable() {
    let placement = &placements("web.json --type m7i.large --mode awsvpc-trunk")[0];
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(placement),
        [
            "addresses",
            "enis",
            "instance_type",
            "instances",
            "mode",
            "refused",
            "subnet",
            "subnet_addresses",
            "tasks",
            "trunk_tasks_source",
            "warnings",
        ]
    );
    assert_eq!(
        keys(&placement["instances"][0]),
        [
            "cpu_units",
            "cpu_units_free",
            "instance",
            "memory_mib",
            "memory_mib_free",
            "primary_security_groups",
            "task_enis",
            "task_enis_max",
            "tasks",
            "zone",
        ]
    );
    assert_eq!(
        keys(&placement["tasks"][0]),
        [
            "cpu_units",
            "memory_mib",
            "mode",
            "next",
            "placed",
            "requested",
            "security_groups",
            "subnets",
            "task",
            "unplaced",
            "will_not_start",
        ]
    );
    assert_eq!(placement["trunk_tasks_source"], json!("derived"));
    assert_eq!(placement["enis"]["total"], json!(10));
    let next = &placement["tasks"][0]["next"];
    assert_eq!(next["verdict"], json!("refused"));
    assert_eq!(next["reasons"][0]["reason"], json!("RESOURCE:CPU"));
    assert!(
        next["event"]
            .as_str()
            .unwrap()
            .starts_with("service web was unable to place a task")
    );
}

/// Claim 9 of the project's origin.
#[test]
fn an_eni_attached_by_hand_is_seen_too_late() {
    let args = "web.json --type c5.large --mode awsvpc --attached-enis 1";
    let text = place(args).with(0).stdout;
    assert!(
        text.contains("1 task of web: PROVISIONING → DEPROVISIONING → STOPPED."),
        "{text}"
    );
    let placement = &placements(args)[0];
    assert_eq!(placement["tasks"][0]["placed"], json!(2));
    assert_eq!(placement["tasks"][0]["will_not_start"], json!(1));
    let task = &placement["instances"][0]["tasks"][1];
    assert_eq!(task["starts"], json!(false));
    assert_eq!(
        task["states"],
        json!(["PROVISIONING", "DEPROVISIONING", "STOPPED"])
    );
}

/// A definition without the size of the task: host mode takes it, Fargate does not.
#[test]
fn a_mode_that_ecs_refuses_is_told_beside_the_others() {
    let bench = bench();
    let unsized_web = WEB.replace(r#""cpu": "256", "memory": "512","#, "");
    let unsized_web =
        unsized_web.replace(r#""image": "nginx","#, r#""image": "nginx", "memory": 64,"#);
    bench.write("web.json", unsized_web.as_bytes());
    let args = [
        "place",
        "web.json",
        "--type",
        "c5.large",
        "--mode",
        "host,fargate",
    ];
    let ended = bench.run(&args).with(0);
    assert!(ended.stdout.contains("refused: below"), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("Fargate requires the size of the task"),
        "{}",
        ended.stdout
    );
    let ended = bench
        .run(&["place", "web.json", "--mode", "fargate"])
        .with(2);
    assert_eq!(ended.stdout, "");
    ended.saying(["Fargate requires the size of the task", "add \"cpu\""]);
}

/// Zones, strategies and constraints reach placement: two zones, a task in each of b's.
#[test]
fn strategies_zones_and_constraints() {
    let on = |args: &str| -> Vec<usize> {
        let args = format!("web.json:4 --type c5.large --instances 4 --zones a,b {args}");
        let placement = &placements(&args)[0];
        let instances = placement["instances"].as_array().unwrap();
        instances
            .iter()
            .map(|i| i["tasks"].as_array().unwrap().len())
            .collect()
    };
    assert_eq!(on(""), [2, 2, 0, 0]);
    assert_eq!(on("--strategy spread:instanceId"), [1, 1, 1, 1]);
    assert_eq!(on("--strategy binpack:memory"), [4, 0, 0, 0]);
    assert_eq!(on("--constraint distinctInstance"), [1, 1, 1, 1]);
    assert_eq!(
        on("--constraint attribute:ecs.availability-zone==b"),
        [0, 4, 0, 0]
    );
    assert_eq!(
        on("--strategy random --seed 7"),
        on("--strategy random --seed 7")
    );
    assert_eq!(on("--strategy random --seed 7").iter().sum::<usize>(), 4);
}

/// Every dynamic port from a range of two: the third task has none and stops.
#[test]
fn dynamic_ports_can_run_out() {
    let args = "web.json:3 --type c5.large --dynamic-ports 50000-50001";
    let text = place(args).with(0).stdout;
    assert!(text.contains("web 80/tcp at 50000-50001"), "{text}");
    assert!(
        text.contains("1 task of web: PENDING → STOPPED. no dynamic host port"),
        "{text}"
    );
}

#[test]
fn many_placements_are_a_table_alone() {
    let types = "c5.large,c5.xlarge,c5.2xlarge,m5.large";
    let text = place(&format!("web.json --type {types} --mode bridge,awsvpc"))
        .with(0)
        .stdout;
    assert_eq!(text.matches("RESOURCE:ENI").count(), 4, "{text}");
    assert!(text.ends_with("name fewer types or modes for ports, security groups and reasons\n"));
}

#[test]
fn the_same_family_twice_has_two_names() {
    let placement = &placements("web.json:1 web.json:2 --type c5.large")[0];
    assert_eq!(placement["tasks"][0]["task"], json!("web"));
    assert_eq!(placement["tasks"][1]["task"], json!("web#2"));
}

#[test]
fn mistakes_are_explained() {
    for (args, fragments) in [
        (
            "web.json",
            vec!["need container instances; add for example --type c5.large"],
        ),
        (
            "nothing.json --type c5.large",
            vec!["cannot read nothing.json", "describe-task-definition"],
        ),
        (
            "web.json:0 --type c5.large",
            vec!["a service has 1 to 5000, for example web.json:20"],
        ),
        (
            "web.json --type c5.lagre",
            vec!["did you mean \"c5.large\""],
        ),
        (
            "web.json --type c5.large --mode bridged",
            vec!["bridged", "awsvpc-trunk"],
        ),
        (
            "web.json --type c5.large --strategy pack",
            vec!["binpack:cpu, binpack:memory"],
        ),
        (
            "web.json --type c5.large --subnet 10.0.0.0/8",
            vec!["between /16 and /28, not /8"],
        ),
        (
            "web.json --type c5.large --dynamic-ports 9-1",
            vec!["for example 49153-65535"],
        ),
        (
            "web.json --type c5.large --security-group =x",
            vec!["write NAME or FAMILY=NAME"],
        ),
        (
            "web.json --type c5.large --security-group db=sg-1",
            vec![
                "--security-group db=sg-1",
                "no document is of the family \"db\", but of web",
            ],
        ),
        (
            "web.json --type c5.large --constraint attribute:stack==x",
            vec!["cannot evaluate \"attribute:stack\" without a cluster"],
        ),
        (
            "web.json --type c5.large --constraint attribute:ecs.availability-zone==a",
            vec![
                "a constraint asks for the Availability Zone",
                "--zones us-east-1a",
            ],
        ),
        (
            "web.json --type c5.large --attached-enis 3",
            vec![
                "3 ENIs attached by hand, but c5.large has 3",
                "write at most 2",
            ],
        ),
        (
            "web.json --type c5.large --instances 5001",
            vec!["5001 container instances, but a cluster has at most 5000"],
        ),
    ] {
        place(args).with(2).saying(fragments);
    }
}

/// What a document says is blamed at its place.
#[test]
fn documents_are_refused_at_their_place() {
    let bench = bench();
    let constrained = WEB.replace(
        r#""containerDefinitions""#,
        r#""placementConstraints": [{ "type": "memberOf", "expression": "task:group == x" }],
           "containerDefinitions""#,
    );
    bench.write("web.json", constrained.as_bytes());
    bench
        .run(&["place", "web.json", "--type", "c5.large"])
        .with(2)
        .saying(["web.json: placementConstraints[0].expression: cannot evaluate \"task:group\""]);
    bench.write("web.json", b"{}");
    bench
        .run(&["place", "web.json", "--type", "c5.large"])
        .with(2)
        .saying(["web.json", "family"]);
}

/// The task definitions that the reader of documents is tested with, in the form that ECS takes
/// and describes them: what stops the second or third task of each on a c5.large.
#[test]
fn real_documents_are_placed_as_they_are_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/task-definitions");
    for (file, instance_type, placed, stopped_by) in [
        // A static host port, and a constraint to c5.
        ("bridge", "c5.large", 1, json!("RESOURCE:PORTS")),
        (
            "bridge",
            "m5.large",
            0,
            json!("MemberOf placement constraint unsatisfied."),
        ),
        ("host", "c5.large", 1, json!("RESOURCE:PORTS")),
        ("awsvpc", "c5.large", 2, json!("RESOURCE:ENI")),
        ("awsvpc", "c5.xlarge", 3, json!("RESOURCE:ENI")),
        // On Fargate nothing stops the next one.
        ("fargate", "c5.large", 1, json!(null)),
    ] {
        let path = format!("{folder}/{file}.json");
        let placement = &placements(&format!("{path} --type {instance_type}"))[0];
        let group = &placement["tasks"][0];
        assert_eq!(group["placed"], json!(placed), "{file} on {instance_type}");
        let reason = &group["next"]["reasons"][0]["reason"];
        assert_eq!(*reason, stopped_by, "{file} on {instance_type}");
    }
}
