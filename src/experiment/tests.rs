//! Right files and what becomes of them.

mod assertions;
mod data_path;
mod laws;
mod limits;
mod traffic;
mod vary;

use std::fmt::Write;
use std::sync::Arc;

use proptest::prelude::*;

use super::keys::{self, Kind};
use super::tree::{Node, Step};
use super::*;
use crate::scenario::{
    Allowance, Arbitration, Arrivals, Capacity, Egress, Mode, PacketSize, PeriodLaw,
};
use crate::units::{Bytes, DataRate, SimDuration};

const EXAMPLE: &str = r#"
question     = "Do bulk senders beside five services raise their p99, and does awsvpc remove it?"
expectation  = "Yes in bridge; with round-robin arbitration almost entirely."
seed         = 1
replications = 10
warm-up      = "100 ms"
measure      = "1 s"

[instance]
type = "c5.4xlarge"

[network]
mode        = "bridge"
eni-queue   = { capacity = "1000 packets", discipline = "fifo" }
arbitration = "round-robin"
propagation = "170 us"

[[task]]
name    = "api"
count   = 5
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }

[[task]]
name    = "bulk"
count   = 1
[task.traffic]
arrivals    = "on-off"
rate        = "400 Mbit/s"
peak        = "2 Gbit/s"
on          = "2 ms"
packet-size = "1500 B"

[sweep]
"network.mode"     = ["bridge", "awsvpc"]
"task.bulk.count"  = [0, 1, 2]
"#;

/// An ideal network with one task, to be completed by `rest`.
fn ideal(root: &str, instance: &str, rest: &str) -> String {
    format!(
        r#"question = "q"
measure = "1 s"
{root}
[instance]
egress = "1 Gbit/s"
{instance}
[[task]]
name = "a"
traffic = {{ arrivals = "poisson", rate = "80000 packets/s", packet-size = "1250 B" }}
[network]
mode = "bridge"
propagation = "0 s"
{rest}
"#
    )
}

fn parse(text: &str) -> Experiment {
    Experiment::parse("x.toml", text).unwrap_or_else(|report| panic!("{report}"))
}

fn only(text: &str) -> Arc<Scenario> {
    let experiment = parse(text);
    assert_eq!(experiment.points.len(), 1);
    Arc::clone(&experiment.points[0].scenario)
}

#[test]
fn the_design_example_is_six_points_with_the_first_key_slowest() {
    let experiment = parse(EXAMPLE);
    assert_eq!(experiment.sweep_keys, ["network.mode", "task.bulk.count"]);
    let values: Vec<String> = experiment
        .points
        .iter()
        .map(|p| p.values.join(" "))
        .collect();
    assert_eq!(
        values,
        [
            "bridge 0", "bridge 1", "bridge 2", "awsvpc 0", "awsvpc 1", "awsvpc 2"
        ]
    );
    assert!(
        experiment
            .points
            .iter()
            .enumerate()
            .all(|(i, p)| p.index == i)
    );
    let tasks: Vec<usize> = experiment
        .points
        .iter()
        .map(|p| p.scenario.task_count())
        .collect();
    assert_eq!(tasks, [5, 6, 7, 5, 6, 7]);
    assert_eq!((experiment.seed, experiment.replications), (1, 10));
    let last = &experiment.points[5].scenario;
    // 400 Mbit/s of 1500 B, in bursts of 2 Gbit/s: on a fifth of the time.
    let bulk = &last.task_groups[1].traffic;
    assert!((bulk.rate.per_s() - 400e6 / 12_000.0).abs() < 1e-6);
    let Arrivals::OnOff { on, off, .. } = bulk.arrivals else {
        panic!("{bulk:?}");
    };
    assert_eq!(on.mean(), SimDuration::from_ms(2));
    assert_eq!(off.mean(), SimDuration::from_ms(8));
}

#[test]
fn a_type_gives_bandwidth_credit_and_cores() {
    let experiment = parse(EXAMPLE);
    let [bridge, awsvpc] = [0, 3].map(|i: usize| &experiment.points[i].scenario.network);
    let named = ecs_type("c5.4xlarge");
    let Egress::Shared { queue, allowance } = bridge.egress else {
        panic!("{bridge:?}");
    };
    assert_eq!(queue.capacity, Capacity::Packets(1000.try_into().unwrap()));
    let Allowance::TokenBucket(bucket) = allowance else {
        panic!("{allowance:?}");
    };
    assert_eq!(
        (bucket.baseline, bucket.burst),
        (named.baseline, named.burst)
    );
    assert_eq!(bucket.credit, crate::ecs::burst_credit(named).volume);
    assert_eq!(bucket.buffer, Bytes::new(3_300_000));
    let stacks = [bridge, awsvpc].map(|network| network.host_stack.unwrap());
    assert_eq!(stacks.map(|s| s.cores.get()), [8, 8]); // 16 vCPUs, but 8 queues
    assert_eq!(stacks.map(|s| s.capacity.unwrap().get()), [8000, 8000]);
    assert_eq!(
        stacks.map(|s| s.per_packet),
        [2, 1].map(SimDuration::from_us)
    );
    assert!(matches!(
        awsvpc.egress,
        Egress::PerTask {
            arbitration: Arbitration::RoundRobin,
            ..
        }
    ));
}

fn ecs_type(name: &str) -> &'static crate::ecs::InstanceType {
    crate::ecs::find(name).unwrap()
}

#[test]
fn without_a_type_the_host_stack_takes_no_time() {
    let scenario = only(&ideal("", "", ""));
    assert_eq!(scenario.network.host_stack, None);
    assert_eq!(scenario.network.propagation, SimDuration::ZERO);
    assert_eq!(scenario.throughput_interval, SimDuration::from_ms(1));
    let link = Allowance::Link(DataRate::new(1_000_000_000).unwrap());
    assert!(
        matches!(scenario.network.egress, Egress::Shared { allowance, .. } if allowance == link)
    );
}

#[test]
fn host_stack_costs_may_differ_by_mode() {
    let stack = "host-stack = { cores = 2, per-packet = { bridge = \"3 us\" }, \
                 per-byte = \"150 ps\", backlog = \"unlimited\" }";
    let text = ideal(
        "",
        stack,
        "[sweep]\n\"network.mode\" = [\"bridge\", \"host\", \"none\"]",
    );
    let experiment = parse(&text);
    let stacks = [0, 1, 2].map(|i: usize| experiment.points[i].scenario.network.host_stack);
    assert_eq!(stacks[0].unwrap().per_packet, SimDuration::from_us(3));
    assert_eq!(stacks[1].unwrap().per_packet, SimDuration::from_us(1));
    assert_eq!(stacks[1].unwrap().per_byte, SimDuration::from_ps(150));
    assert_eq!(stacks[1].unwrap().capacity, None);
    assert_eq!(stacks[2], None);
    assert_eq!(experiment.points[2].scenario.network.mode, Mode::None);
}

#[test]
fn egress_forms() {
    let allowance = |egress: &str| {
        let text = ideal("", "", "").replace("\"1 Gbit/s\"", egress);
        match only(&text).network.egress {
            Egress::Shared { allowance, .. } => allowance,
            other => panic!("{other:?}"),
        }
    };
    let link = Allowance::Link(DataRate::new(2_000_000_000).unwrap());
    assert_eq!(allowance("\"2 Gbit/s\""), link);
    assert_eq!(allowance("{ baseline = \"2 Gbit/s\" }"), link);
    assert_eq!(
        allowance("{ baseline = \"2 Gbit/s\", burst = \"2 Gbit/s\" }"),
        link
    );
    let bucket = "{ baseline = \"2 Gbit/s\", burst = \"5 Gbit/s\", credit = \"1 GB\" }";
    assert_eq!(
        allowance(bucket).line_rate(),
        DataRate::new(5_000_000_000).unwrap()
    );
}

#[test]
fn packet_size_forms() {
    let size = |text: &str| {
        let text = ideal("", "", "")
            .replace("\"1250 B\"", text)
            .replace("80000", "8");
        only(&text).task_groups[0].traffic.packet_size.clone()
    };
    assert_eq!(size("\"imix\""), PacketSize::imix());
    let bimodal = "{ distribution = \"bimodal\", small = \"100 B\", large = \"1000 B\", \
                   small-share = 0.75 }";
    assert!((size(bimodal).mean() - 325.0).abs() < 1e-9);
    let empirical =
        "{ distribution = \"empirical\", sizes = [\"1 kB\", \"2 kB\"], weights = [3, 1] }";
    assert!((size(empirical).mean() - 1250.0).abs() < 1e-9);
    let alike = "{ distribution = \"empirical\", sizes = [\"1 kB\", \"2 kB\"] }";
    assert!((size(alike).mean() - 1500.0).abs() < 1e-9);
    let uniform = "{ distribution = \"uniform\", min = \"64 B\", max = \"64 B\" }";
    assert_eq!(size(uniform).largest(), Bytes::new(64));
    let pareto =
        "{ distribution = \"bounded-pareto\", min = \"64 B\", max = \"1500 B\", shape = 1.1 }";
    assert!((size(pareto).mean() - 196.569_481_698).abs() < 1e-6);
}

#[test]
fn off_periods_follow_or_must_agree() {
    let off = |periods: &str| {
        let text = ideal("", "", "").replace("\"poisson\"", &format!("\"on-off\", {periods}"));
        match only(&text).task_groups[0].traffic.arrivals.clone() {
            Arrivals::OnOff { off, .. } => off,
            other => panic!("{other:?}"),
        }
    };
    let mean = SimDuration::from_ms(3);
    let exponential = PeriodLaw::Exponential { mean };
    let peak = "peak = \"320000 packets/s\", on = \"1 ms\"";
    assert_eq!(off(peak), exponential);
    assert_eq!(off(&format!("{peak}, off = \"3 ms\"")), exponential);
    let pareto = format!("{peak}, off = {{ distribution = \"pareto\", shape = 1.5 }}");
    assert_eq!(off(&pareto), PeriodLaw::Pareto { mean, shape: 1.5 });
}

/// Oracle: at a baseline of 1 Gbit/s, load ρ of 1250 B packets is ρ × 10⁵ packets/s.
#[test]
fn offered_load_scales_every_rate_and_peak() {
    let text = ideal(
        "offered-load = 0.4",
        "",
        "[sweep]\n\"offered-load\" = [0.25, 0.5]",
    )
    .replace(
        "\"poisson\"",
        "\"on-off\", peak = \"1.6 Gbit/s\", on = \"1 ms\"",
    );
    let experiment = parse(&text);
    for (point, load) in experiment.points.iter().zip([0.25, 0.5]) {
        let traffic = &point.scenario.task_groups[0].traffic;
        assert!((traffic.rate.per_s() - load * 1e5).abs() < 1e-6);
        let Arrivals::OnOff { peak, off, .. } = &traffic.arrivals else {
            panic!("{traffic:?}");
        };
        assert!((peak.per_s() - load * 2e5).abs() < 1e-6);
        assert_eq!(off.mean(), SimDuration::from_ms(1));
    }
    assert_eq!(experiment.points[0].values, ["0.25"]);
}

#[test]
fn points_that_differ_in_a_key_without_effect_share_a_scenario() {
    let sweep = "[sweep]\n\"network.arbitration\" = [\"fifo\", \"drr\"]\n\
                 \"network.mode\" = [\"bridge\", \"awsvpc\"]";
    let points = parse(&ideal("", "enis = 70000", sweep)).points;
    assert!(Arc::ptr_eq(&points[0].scenario, &points[2].scenario));
    assert!(!Arc::ptr_eq(&points[1].scenario, &points[3].scenario));
    let quantum = Bytes::new(1250);
    assert!(matches!(
        points[3].scenario.network.egress,
        Egress::PerTask { arbitration: Arbitration::Drr { quantum: q }, .. } if q == quantum
    ));
}

#[test]
fn swept_tables_are_told_as_compact_toml() {
    let sweep = "[sweep]\n\"instance.egress\" = [\"1 Gbit/s\", { baseline = \"2 Gbit/s\" }]\n\
                 \"network.propagation\" = [\"1 ms\"]";
    let points = parse(&ideal("", "", sweep)).points;
    assert_eq!(points[0].values, ["1 Gbit/s", "1 ms"]);
    assert_eq!(points[1].values, ["{ baseline = \"2 Gbit/s\" }", "1 ms"]);
}

#[test]
fn a_selector_may_be_swept_past_keys_that_only_one_of_its_values_needs() {
    let text = ideal(
        "",
        "",
        "[sweep]\n\"task.a.traffic.arrivals\" = [\"poisson\", \"on-off\"]",
    )
    .replace(
        "\"poisson\", rate",
        "\"poisson\", peak = \"2 Gbit/s\", on = \"1 ms\", rate",
    );
    assert_eq!(parse(&text).points.len(), 2);
}

#[test]
fn dedicated_and_shared_queues_are_judged_by_their_own_load() {
    let text = |arbitration: &str| {
        let queue = "eni-queue = { capacity = \"unlimited\" }";
        ideal("", "", &format!("arbitration = \"{arbitration}\"\n{queue}"))
            .replace("name = \"a\"", "name = \"a\"\ncount = 3")
            .replace("\"bridge\"", "\"awsvpc\"")
    };
    // Three tasks of 0.8 each: each has room alone, together they have not.
    assert_eq!(only(&text("dedicated")).task_count(), 3);
    for arbitration in ["round-robin", "drr", "fifo", "partition"] {
        let report = Experiment::parse("x.toml", &text(arbitration)).unwrap_err();
        assert!(
            report.problems()[0].message.contains("is 2.400"),
            "{report}"
        );
    }
}

#[test]
fn a_short_measurement_at_high_load_is_doubted_at_its_worst_point() {
    let queue = "eni-queue = { capacity = \"unlimited\" }\n\
                 [sweep]\n\"offered-load\" = [0.5, 0.95, 0.99]";
    // Oracle at 0.99: 2 × 0.99 / 0.01² × 10 us = 0.198 s, of which 1 s is 5.05 times.
    let experiment = parse(&ideal("", "", queue));
    let [warning] = &experiment.warnings[..] else {
        panic!("{:?}", experiment.warnings);
    };
    assert_eq!(warning.key, "measure");
    assert!(
        warning.message.contains("about 0.198 s"),
        "{}",
        warning.message
    );
    assert!(
        warning.message.contains("offered-load = 0.99"),
        "{}",
        warning.message
    );
}

/// Builds, for every declared key, a file that has the key's example in its place.
#[test]
fn every_declared_key_is_accepted_with_its_example() {
    for key in keys::all() {
        let mut root = Node::parse("[[task]]\n[[security-group]]\n[[assert]]\n").unwrap();
        let mut put = |path: &str, toml: &str| {
            let value = Node::parse(&format!("v = {toml}")).unwrap();
            let mut steps: Vec<Step> = path
                .split('.')
                .map(|part| Step::Key(part.to_owned()))
                .collect();
            let of_tables = ["task.", "security-group.", "assert."];
            if of_tables.iter().any(|table| path.starts_with(table)) {
                steps.insert(1, Step::Index(0));
            }
            root.put(&steps, value.get("v").unwrap()).unwrap();
        };
        put(key.path, key.example);
        if let Some(when) = key.when {
            let selector = format!("{}.{}", key.parent(), when.key);
            put(&selector, &format!("\"{}\"", when.values[0]));
        }
        let mut problems = Problems::default();
        check::file(&root, &[], &mut problems);
        assert!(problems.is_empty(), "{}: {problems:?}", key.path);
    }
}

#[test]
fn every_name_a_key_offers_is_understood() {
    let sweep = |key: &str| {
        let mode = match key {
            "network.arbitration" => "\"awsvpc\"",
            _ => "\"bridge\"",
        };
        let sweep = format!("[sweep]\n\"{key}\" = {:?}", name_values(key));
        let text = ideal("", "enis = 9", &sweep).replace("\"bridge\"\n", &format!("{mode}\n"));
        parse(&text).points
    };
    for point in sweep("network.mode") {
        assert_eq!(point.scenario.network.mode.name(), point.values[0]);
    }
    for point in sweep("network.arbitration") {
        let Egress::PerTask { arbitration, .. } = point.scenario.network.egress else {
            panic!("{:?}", point.scenario.network.egress);
        };
        assert_eq!(arbitration.name(), point.values[0]);
    }
}

fn name_values(path: &str) -> &'static [&'static str] {
    let kinds = keys::find(path).unwrap().kinds;
    let names = kinds.iter().find_map(|kind| match kind {
        Kind::Name(names) => Some(*names),
        _ => None,
    });
    names.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Reading is a function of the text: no hash order, no address, no clock gets in.
    #[test]
    fn two_parses_are_equal(
        seed in 0..i64::MAX,
        counts in prop::collection::btree_set(0_u32..9, 1..4),
        load in 0.01_f64..3.0,
        mode in prop::sample::select(name_values("network.mode").iter().chain(&["brdige"]).copied().collect::<Vec<_>>()),
    ) {
        let mut text = EXAMPLE.replace("seed         = 1", &format!("seed = {seed}"));
        text = text.replace("[0, 1, 2]", &format!("{counts:?}").replace(['{', '}'], ""));
        text = text.replace("[\"bridge\", \"awsvpc\"]", &format!("[{mode:?}]"));
        writeln!(text, "\"offered-load\" = [{load:?}]").unwrap();
        prop_assert_eq!(
            Experiment::parse("x.toml", &text),
            Experiment::parse("x.toml", &text)
        );
    }

    /// Whatever the text, the answer is an experiment or a report, never a panic.
    #[test]
    fn damaged_files_are_reported(from in 0_usize..900, length in 0_usize..40, with in ".{0,8}") {
        let from = from.min(EXAMPLE.len());
        let to = (from + length).min(EXAMPLE.len());
        let text = format!("{}{with}{}", &EXAMPLE[..from], &EXAMPLE[to..]);
        match Experiment::parse("x.toml", &text) {
            Ok(experiment) => prop_assert!(!experiment.points.is_empty()),
            Err(report) => prop_assert!(!report.render(true).is_empty()),
        }
    }
}

#[test]
fn sweeps_beyond_the_limit_are_refused_before_they_are_expanded() {
    let axis = |from: i64| {
        let values: Vec<String> = (from..from + 1000).map(|n| format!("\"{n} us\"")).collect();
        values.join(", ")
    };
    let sweep = format!(
        "[sweep]\n\"network.propagation\" = [{}]\n\"warm-up\" = [{}]",
        axis(1),
        axis(1)
    );
    let report = Experiment::parse("x.toml", &ideal("", "", &sweep)).unwrap_err();
    let [problem] = report.problems() else {
        panic!("{report}");
    };
    assert!(problem.message.contains("1000 × 1000"), "{problem:?}");
}
