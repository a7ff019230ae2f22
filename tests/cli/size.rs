//! `enibench size`: definitions, traffic and promises in, numbers of tasks out.

use serde_json::Value;

use super::support::Bench;

const TRAFFIC: &str = "[orders]\narrivals = \"poisson\"\nrate = \"2000 packets/s\"\n\
                       packet-size = \"512 B\"\n";

/// A bench with `orders.json`, `storefront.json` and `traffic.toml` for the first.
fn bench() -> Bench {
    let bench = Bench::new();
    for (name, file) in [("orders", "awsvpc"), ("storefront", "bridge")] {
        let path = format!(
            "{}/tests/data/task-definitions/{file}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        bench.write(&format!("{name}.json"), &std::fs::read(path).unwrap());
    }
    bench.write("traffic.toml", TRAFFIC.as_bytes());
    bench
}

const ORDERS: [&str; 4] = ["size", "orders.json", "--traffic", "traffic.toml"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ORDERS.iter().copied().chain(more.iter().copied()).collect()
}

/// What fits, by hand: 640 CPU units of 2048 and 1280 MiB of 3992 would be three tasks, but
/// two ENIs for tasks make two in awsvpc, and the static port 9901 makes one in bridge mode. A kernel
/// parameter of the network rules host mode out.
#[test]
fn the_table_names_what_binds() {
    let args = with(&["--promise", "p99 < 10 ms", "--types", "c5.large"]);
    let ended = bench().run(&args).with(0);
    let rows: Vec<Vec<&str>> = ended
        .stdout
        .lines()
        .filter(|line| line.starts_with("orders"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let heads: Vec<&[&str]> = rows.iter().map(|row| &row[..5]).collect();
    assert_eq!(
        heads,
        [
            ["orders", "c5.large", "awsvpc", "2", "ENIs"],
            ["orders", "c5.large", "bridge", "1", "host"],
        ],
        "{}",
        ended.stdout
    );
    assert!(
        rows.iter().all(|row| row.contains(&"sure")),
        "{}",
        ended.stdout
    );
    assert_eq!(rows[0].last(), Some(&"1.00"));
    let refused =
        "refused in host mode: orders: containerDefinitions[0].systemControls[0].namespace";
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains(refused), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("packets ("),
        "the window is named: {}",
        ended.stdout
    );
    assert!(
        ended
            .stderr
            .contains("sizing 1 subject on 1 type in 3 modes: 3 searches")
    );
    for line in ended.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line:?}");
    }
    // memoryReservation without a limit, in the second container.
    assert!(
        ended
            .stderr
            .contains("warning: orders.json: containerDefinitions[1].memoryReservation")
    );
}

#[test]
fn answers_are_also_json_and_files_that_can_be_run() {
    let bench = bench();
    let args = with(&[
        "--promise",
        "p99 < 10 ms",
        "--promise",
        "loss < 1e-3",
        "--types",
        "c5.large,m5.large",
        "--modes",
        "awsvpc",
        "--json",
        "--out",
        "o",
    ]);
    let ended = bench.run(&args).with(0);
    let answers: Value = serde_json::from_str(&ended.stdout).unwrap();
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), 2);
    let first = &answers[0];
    assert_eq!(first["definition"], "orders");
    assert_eq!(first["instance_type"], "c5.large");
    assert_eq!(first["tasks"], 2);
    assert_eq!(first["fits"], 2);
    assert_eq!(first["binds"], "ENIs");
    assert_eq!(first["sure"], true);
    assert_eq!(first["one_more"], Value::Null);
    let promises = first["at"]["promises"].as_array().unwrap();
    assert_eq!(promises[0]["promise"], "p99 < 10 ms");
    assert_eq!(promises[1]["value"], 0.0);
    let p99_ns = promises[0]["value"].as_f64().unwrap();
    // At least the way to the receiver, 170 us.
    assert!((170e3..10e6).contains(&p99_ns), "{p99_ns}");
    let files: Vec<String> = bench.files("o").into_keys().collect();
    let expected = [
        "orders-c5.large-awsvpc.toml",
        "orders-m5.large-awsvpc.toml",
        "size.svg",
    ];
    assert_eq!(files, expected);
    bench
        .run(&["check", "o/orders-c5.large-awsvpc.toml"])
        .with(0);
    roxmltree::Document::parse(&bench.read("o/size.svg")).expect("SVG is XML");
}

#[test]
fn what_ecs_refuses_in_a_mode_is_a_row_with_reasons() {
    let bench = bench();
    bench.write(
        "traffic.toml",
        TRAFFIC.replace("orders", "storefront").as_bytes(),
    );
    let ended = bench
        .run(&[
            "size",
            "storefront.json",
            "--traffic",
            "traffic.toml",
            "--promise",
            "mean < 1 s",
            "--types",
            "c5.large",
            "--modes",
            "host",
        ])
        .with(0);
    let reason = "refused in host mode: storefront: containerDefinitions[0].links";
    assert!(ended.stdout.contains(reason), "{}", ended.stdout);
}

#[test]
fn wrong_usage_is_told_with_a_remedy() {
    let bench = bench();
    let good = [
        "--promise",
        "p99 < 10 ms",
        "--types",
        "c5.large",
        "--modes",
        "awsvpc",
    ];
    let but = |index: usize, value: &'static str| {
        let mut args = good;
        args[index] = value;
        with(&args)
    };
    bench
        .run(&but(1, "p99 > 10 ms"))
        .with(2)
        .saying(["an upper limit", "write for example"]);
    bench
        .run(&but(3, "c5.lagre"))
        .with(2)
        .saying(["did you mean \"c5.large\"?"]);
    bench
        .run(&but(3, "banana"))
        .with(2)
        .saying(["enibench instances"]);
    bench
        .run(&but(5, "overlay"))
        .with(2)
        .saying(["bridge, host, awsvpc, awsvpc-trunk"]);
    let mut twice = with(&good);
    twice.insert(1, "orders.json");
    bench.run(&twice).with(2).saying(["name each family once"]);
    let mut missing = with(&good);
    missing[1] = "nowhere.json";
    bench
        .run(&missing)
        .with(2)
        .saying(["cannot read nowhere.json"]);
}

#[test]
fn wrong_files_are_told_with_their_places() {
    let bench = bench();
    let args = with(&[
        "--promise",
        "p99 < 10 ms",
        "--types",
        "c5.large",
        "--modes",
        "awsvpc",
    ]);
    bench.write("traffic.toml", b"[order]\n");
    bench
        .run(&args)
        .with(2)
        .saying(["no task definition is of family `order`"]);
    bench.write("traffic.toml", b"");
    bench
        .run(&args)
        .with(2)
        .saying(["no traffic for the family `orders`; add"]);
    bench.write("traffic.toml", TRAFFIC.replace("rate", "rte").as_bytes());
    let ended = bench.run(&args).with(2);
    ended.saying([
        "`rte`",
        "did you mean `rate`?",
        "the experiment of orders on c5.large",
        "the traffic in it is from traffic.toml",
    ]);
    bench.write("traffic.toml", TRAFFIC.as_bytes());
    let text = bench
        .read("orders.json")
        .replace("\"awsvpc\"", "\"awsvcp\"");
    bench.write("orders.json", text.as_bytes());
    bench
        .run(&args)
        .with(2)
        .saying(["1 problem in orders.json", "did you mean \"awsvpc\"?"]);
}

/// Answers do not depend on the number of threads.
#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bench = bench();
    let args = |threads| {
        with(&[
            "--promise",
            "p99 < 1 ms",
            "--types",
            "c5.large",
            "--modes",
            "awsvpc,host",
            "--json",
            "--threads",
            threads,
        ])
    };
    let one = bench.run(&args("1")).with(0).stdout;
    assert_eq!(one, bench.run(&args("2")).with(0).stdout);
}

/// A trunk of c5.large carries ten tasks (Amazon ECS Developer Guide, elastic network interface
/// trunking); 3,992 MiB and 2,048 CPU units would hold twelve of these.
#[test]
fn a_trunk_can_be_sized_and_modes_without_an_instance_are_refused() {
    let bench = bench();
    let definition = r#"{"family": "orders", "networkMode": "awsvpc", "containerDefinitions":
        [{"name": "c", "image": "i", "cpu": 160, "memory": 320}]}"#;
    bench.write("orders.json", definition.as_bytes());
    let args = |mode| {
        with(&[
            "--promise",
            "p99 < 10 ms",
            "--types",
            "c5.large",
            "--json",
            "--modes",
            mode,
        ])
    };
    let answers = bench.run(&args("awsvpc-trunk")).with(0).stdout;
    let answers: Value = serde_json::from_str(&answers).unwrap();
    assert_eq!(answers[0]["mode"], "awsvpc-trunk");
    assert_eq!(
        (&answers[0]["tasks"], &answers[0]["binds"]),
        (&10.into(), &"ENIs".into())
    );
    for (mode, reason) in [
        (
            "fargate",
            "every task has an ENI and an allowance of its own",
        ),
        ("none", "a task has no network"),
        ("brigde", "no such mode"),
    ] {
        let names = "bridge, host, awsvpc, awsvpc-trunk";
        bench.run(&args(mode)).with(2).saying([reason, names]);
    }
}

/// Files that are not there, and a directory that cannot be: said before the work, on stderr alone.
#[test]
fn files_are_asked_for_with_what_should_be_in_them() {
    let bench = bench();
    let promise = ["--promise", "p99 < 10 ms", "--types", "c5.large"];
    let run = |definition, traffic, more: &[&str]| {
        let files = ["size", definition, "--traffic", traffic];
        let args: Vec<&str> = files.iter().chain(&promise).chain(more).copied().collect();
        bench.run(&args)
    };
    run("no.json", "traffic.toml", &[])
        .with(2)
        .saying(["cannot read no.json", "aws ecs describe-task-definition"]);
    run("orders.json", "no.toml", &[])
        .with(2)
        .saying(["cannot read no.toml", "a table for each family"]);
    let ended = run("orders.json", "traffic.toml", &["--out", "traffic.toml"]).with(1);
    assert_eq!(ended.stdout, "");
    ended.saying(["cannot create traffic.toml"]);
}
