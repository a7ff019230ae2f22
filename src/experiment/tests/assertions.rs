//! What assertions ask for, point by point.

use crate::experiment::{AssertedPoint, Assertion, Experiment, Overrides, apply_overrides};
use crate::metric::Metric;

/// Two modes and three counts of a group that one of them leaves out.
const FILE: &str = r#"question = "Does it hold?"
measure = "1 s"
[instance]
egress = "1 Gbit/s"
enis = 8
host-stack = "none"
[network]
mode = "bridge"
[[task]]
name = "api"
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }
[[task]]
name = "bulk"
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }
[sweep]
"network.mode" = ["bridge", "awsvpc"]
"task.bulk.count" = [0, 1, 2]
"#;

fn read(assertion: &str) -> Assertion {
    let text = format!("{FILE}[[assert]]\n{assertion}\n");
    let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(experiment.assertions.len(), 1);
    experiment.assertions.into_iter().next().unwrap()
}

fn points(assertion: &Assertion) -> Vec<(usize, Option<usize>)> {
    let pair = |point: &AssertedPoint| (point.point, point.against);
    assertion.points.iter().map(pair).collect()
}

#[test]
fn without_conditions_it_holds_wherever_the_group_has_tasks() {
    let all = read("metric = \"p99\"\nmax = \"2 ms\"");
    assert_eq!((all.metric, &*all.task_group), (Metric::SojournP99, "all"));
    assert_eq!((all.limits.min, all.limits.max), (None, Some(2e6)));
    assert_eq!((&*all.limits.text, &*all.when), ("≤ 2 ms", ""));
    assert_eq!(points(&all).len(), 6);
    let bulk = read("metric = \"loss\"\ntask = \"bulk\"\nmax = \"1 %\"");
    assert_eq!(bulk.limits.max, Some(0.01));
    assert_eq!(bulk.subject(), "loss of bulk");
    let positions: Vec<usize> = points(&bulk).iter().map(|p| p.0).collect();
    assert_eq!(positions, [1, 2, 4, 5]);
}

#[test]
fn conditions_select_points() {
    let one = read(
        "metric = \"throughput\"\nwithin = [\"1 Mbit/s\", \"2 Mbit/s\"]\n\
         when = { \"network.mode\" = \"awsvpc\", \"task.bulk.count\" = [0, 2] }",
    );
    assert_eq!((one.limits.min, one.limits.max), (Some(1e6), Some(2e6)));
    assert_eq!(points(&one), [(3, None), (5, None)]);
    assert_eq!(one.when, "network.mode = awsvpc, task.bulk.count = 0 or 2");
}

#[test]
fn each_point_is_compared_with_its_counterpart() {
    let ratio = read(
        "metric = \"p99\"\nmin = 0.5\nwhen = { \"network.mode\" = \"awsvpc\" }\n\
         against = { \"network.mode\" = \"bridge\" }\nbecause = \"theory\"",
    );
    assert_eq!(points(&ratio), [(3, Some(0)), (4, Some(1)), (5, Some(2))]);
    assert_eq!((ratio.limits.min, &*ratio.because), (Some(0.5), "theory"));
    assert_eq!(ratio.against, "network.mode = bridge");
}

/// What the command line changes, the file's author has not judged.
#[test]
fn settings_leave_out_the_assertions_whose_points_they_change() {
    let text = format!(
        "{FILE}[[assert]]\nmetric = \"loss\"\nmax = 0\n[[assert]]\nmetric = \"p99\"\nmax = 1\n\
         when = {{ \"network.mode\" = \"awsvpc\" }}\nagainst = {{ \"network.mode\" = \"bridge\" }}\n"
    );
    let count = |overrides: &Overrides| {
        let text = apply_overrides("x.toml", &text, overrides).unwrap();
        let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
        experiment.assertions.len()
    };
    let set = |key: &str, value: &str| Overrides {
        set: vec![(key.to_owned(), value.to_owned())],
        ..Overrides::default()
    };
    assert_eq!(count(&set("measure", "2 s")), 2);
    assert_eq!(count(&set("network.mode", "awsvpc")), 1);
    let quick = Overrides {
        quick: true,
        ..Overrides::default()
    };
    assert_eq!(count(&quick), 0);
}
