//! Keys that are varied one at a time.

use super::*;

/// Two keys swept, two varied.
const VARIED: &str = "[sweep]\n\"network.mode\" = [\"bridge\", \"host\"]\n\
    \"offered-load\" = [0.25, 0.5]\n\
    [vary]\n\"network.propagation\" = [\"1 ms\", \"2 ms\", \"0 s\"]\n\
    \"network.eni-queue.capacity\" = [\"10 packets\", \"20 packets\"]";

fn values(text: &str) -> Vec<String> {
    let points = parse(text).points;
    points.iter().map(|point| point.values.join(" ")).collect()
}

/// Oracle: the definition, written out for the first two points of the sweep.
#[test]
fn every_point_of_the_sweep_is_followed_by_one_change_at_a_time() {
    let experiment = parse(&ideal("", "", VARIED));
    let varied = ["network.propagation", "network.eni-queue.capacity"];
    assert_eq!(experiment.varied, varied);
    assert_eq!(experiment.sweep_keys[..2], ["network.mode", "offered-load"]);
    assert_eq!(experiment.sweep_keys[2..], varied);
    let expected = [
        "bridge 0.25 1 ms 10 packets",
        "bridge 0.25 2 ms 10 packets",
        "bridge 0.25 0 s 10 packets",
        "bridge 0.25 1 ms 20 packets",
        "bridge 0.5 1 ms 10 packets",
        "bridge 0.5 2 ms 10 packets",
        "bridge 0.5 0 s 10 packets",
        "bridge 0.5 1 ms 20 packets",
    ];
    let values = values(&ideal("", "", VARIED));
    assert_eq!(values[..8], expected);
    assert_eq!(values.len(), 16);
    let delays = experiment
        .points
        .iter()
        .map(|p| p.scenario.network.propagation);
    let delays: Vec<u64> = delays.take(4).map(|delay| delay.as_ps()).collect();
    assert_eq!(delays, [1_000_000_000, 2_000_000_000, 0, 1_000_000_000]);
}

#[test]
fn varied_keys_need_no_sweep_and_their_base_replaces_the_file_s() {
    let vary = "[vary]\n\"network.propagation\" = [\"1 ms\", \"2 ms\"]";
    assert_eq!(values(&ideal("", "", vary)), ["1 ms", "2 ms"]);
}

#[test]
fn a_problem_at_a_change_names_the_change_alone() {
    let vary = VARIED
        .replace("\"host\"", "\"awsvpc\"")
        .replace("\"10 packets\", \"20 packets\"", "\"10 packets\", \"1 B\"");
    let report = Experiment::parse("x.toml", &ideal("", "enis = 9", &vary)).unwrap_err();
    let text = report.to_string();
    let note = "network.mode = \"bridge\", offered-load = 0.25, \
        network.eni-queue.capacity = \"1 B\"";
    assert!(text.contains(note), "{text}");
    assert!(!text.contains("network.propagation"), "{text}");
}

/// 400 points of the sweep, each with its base and 2 × 149 changes: 119,600 in all.
#[test]
fn the_limit_of_points_holds_for_all_changes_together() {
    let axis = |count: usize| {
        let values: Vec<String> = (1..=count).map(|n| format!("\"{n} us\"")).collect();
        values.join(", ")
    };
    let text = format!(
        "[sweep]\n\"throughput-interval\" = [{}]\n[vary]\n\"network.propagation\" = [{}]\n\
         \"warm-up\" = [{}]",
        axis(400),
        axis(150),
        axis(150)
    );
    let report = Experiment::parse("x.toml", &ideal("", "", &text)).unwrap_err();
    let [problem] = report.problems() else {
        panic!("{report}");
    };
    assert!(
        problem.message.contains("400 × (1 + 149 + 149)"),
        "{problem:?}"
    );
    assert_eq!(problem.key, "vary");
}
