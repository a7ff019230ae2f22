//! What [`crate::prediction`] says of scenarios, against their simulation.
//!
//! Every number that is predicted is compared, for every task group and for all tasks, with the
//! mean over replications of their own, within 4.5 standard errors that the replications give; a
//! quantile as the share of packets beyond it. Warm-ups are ten time constants or more.

use super::trials::{Estimate, Point, fraction_beyond, parse, run_one};
use crate::measure::{Histogram, Measurements, TaskMeasurements};
use crate::metric::Metric;
use crate::prediction::{GroupPrediction, Quantile, predict};

/// An experiment of 40 replications on 1 Gbit/s, with what else stands in the tables.
fn experiment(times: &str, instance: &str, network: &str, tasks: &str) -> Point {
    run_one(&parse(&format!(
        "question = \"?\"\nreplications = 40\n{times}\n[instance]\nenis = 40\n{instance}\n\
         [network]\npropagation = \"5 us\"\n{network}\n{tasks}"
    )))
}

const SHORT: &str = "warm-up = \"20 ms\"\nmeasure = \"200 ms\"";
const IDEAL: &str = "egress = \"1 Gbit/s\"\nhost-stack = \"none\"";
const TWO_GROUPS: &str = r#"
[[task]]
name = "many"
count = 6
traffic = { arrivals = "poisson", rate = "9000 packets/s", packet-size = "1250 B" }
[[task]]
name = "one"
traffic = { arrivals = "poisson", rate = "11000 packets/s", packet-size = "1250 B" }
"#;

fn network(mode: &str, capacity: &str, arbitration: &str) -> String {
    format!(
        "mode = \"{mode}\"\neni-queue = {{ capacity = \"{capacity}\" }}\narbitration = \"{arbitration}\""
    )
}

/// What the packets of a group, or of all tasks, went through in one replication.
struct Measured {
    histogram: Histogram,
    sum_ps: u128,
    offered: u64,
    dropped: u64,
    throughput_bps: f64,
    utilization: f64,
}

impl Measured {
    fn of(measurements: &Measurements, group: Option<usize>) -> Self {
        let is_meant = |number: usize| group.is_none_or(|group| group == number);
        let tasks = || measurements.tasks.iter().filter(|t| is_meant(t.group));
        let groups = measurements.groups.iter().enumerate();
        let mut histogram = Histogram::new();
        let (mut sum_ps, mut utilization) = (0, 0.0);
        for (_, recorded) in groups.filter(|(number, _)| is_meant(*number)) {
            histogram.merge(&recorded.sojourn_histogram);
            sum_ps += recorded.sojourn_sum_ps;
            utilization += recorded.utilization;
        }
        Measured {
            histogram,
            sum_ps,
            offered: tasks().map(|t| t.offered_packets).sum(),
            dropped: tasks().map(TaskMeasurements::dropped_packets).sum(),
            throughput_bps: tasks().map(|t| t.throughput_bps).sum(),
            utilization,
        }
    }

    fn mean_ns(&self) -> f64 {
        self.sum_ps as f64 / self.histogram.count() as f64 / 1e3
    }
}

/// Compares everything that is predicted of `point`, which is `models` for the groups and for all.
#[track_caller]
fn assert_predicted(point: &Point, models: &[&str]) {
    let predictions = predict(&point.scenario);
    let names: Vec<&str> = predictions.iter().map(|p| &*p.model.name).collect();
    assert_eq!(names, models);
    for prediction in &predictions {
        assert_group(point, prediction);
    }
}

fn assert_group(point: &Point, prediction: &GroupPrediction) {
    let group = prediction.task_group;
    let place = format!("{} of {group:?}", prediction.model.name);
    let measured: Vec<Measured> = point
        .replications
        .iter()
        .map(|m| Measured::of(m, group))
        .collect();
    let estimate = |of: &dyn Fn(&Measured) -> f64| Estimate::new(measured.iter().map(of));
    let known = |metric| prediction.metrics[metric as usize];
    let check = |metric: Metric, of: &dyn Fn(&Measured) -> f64| {
        let Some(expected) = known(metric) else {
            return;
        };
        let estimate = estimate(of);
        // Where a link is never idle or drops nothing, replications differ by rounding alone.
        if estimate.standard_error < 1e-8 * expected.abs().max(1e-300) {
            assert!(
                (estimate.mean - expected).abs() <= 1e-7 * expected,
                "{place}: {estimate:?}"
            );
        } else {
            estimate.assert_is(&format!("{place}, {}", metric.key()), expected);
        }
    };
    check(Metric::SojournMean, &Measured::mean_ns);
    check(Metric::Throughput, &|m| m.throughput_bps);
    check(Metric::Utilization, &|m| m.utilization);
    check(Metric::LossRatio, &|m| m.dropped as f64 / m.offered as f64);
    // Where many packets have the same sojourn, because they do not wait, quantiles coincide, and
    // the share beyond is less than wanted.
    let near = |quantile: &Quantile, ns: f64| (quantile.sojourn_ns - ns).abs() < 1.0;
    let is_atom = |ns: f64| {
        let mut pairs = prediction.quantiles.windows(2);
        pairs.any(|pair| near(&pair[0], ns) && near(&pair[1], ns))
    };
    // In a short overloaded queue the longest sojourn is nearly one: it is less than a bucket away.
    let longest = prediction.quantiles.last().map_or(0.0, |q| q.sojourn_ns);
    for (metric, beyond) in [
        (Metric::SojournP50, 0.5),
        (Metric::SojournP90, 0.1),
        (Metric::SojournP99, 0.01),
        (Metric::SojournP999, 0.001),
    ] {
        if let Some(ns) = known(metric).filter(|ns| !is_atom(*ns) && *ns < 0.998 * longest) {
            let share = estimate(&|m| fraction_beyond(&m.histogram, ns));
            share.assert_is(&format!("{place}, beyond {}", metric.key()), beyond);
        }
    }
}

#[test]
fn a_shared_queue() {
    let point = experiment(
        SHORT,
        IDEAL,
        &network("host", "unlimited", "fifo"),
        TWO_GROUPS,
    );
    assert_predicted(&point, &["M/D/1"; 3]);
    let awsvpc = network("awsvpc", "200 packets", "fifo");
    let point = experiment(SHORT, IDEAL, &awsvpc, &TWO_GROUPS.replace("9000", "8000"));
    assert_predicted(&point, &["M/D/1"; 3]);
}

#[test]
fn a_short_queue_at_any_load() {
    for (rate, capacity) in [
        ("9000", "7 packets"),
        ("15000", "20 packets"),
        ("40000", "12500 B"),
    ] {
        let tasks = TWO_GROUPS.replace("9000", rate);
        let point = experiment(SHORT, IDEAL, &network("bridge", capacity, "fifo"), &tasks);
        assert_predicted(&point, &["M/D/1/K"; 3]);
    }
}

#[test]
fn links_of_their_own() {
    let times = "warm-up = \"60 ms\"\nmeasure = \"1 s\"";
    let partition = network("awsvpc", "unlimited", "partition");
    let point = experiment(times, IDEAL, &partition, TWO_GROUPS);
    assert_predicted(&point, &["M/D/1"; 3]);
    // A share of 1/7 is 14286 packets/s: the group of one drops.
    let tasks = TWO_GROUPS.replace("11000", "20000");
    let point = experiment(
        times,
        IDEAL,
        &partition.replace("unlimited", "100 packets"),
        &tasks,
    );
    assert_predicted(&point, &["M/D/1", "M/D/1/K", "M/D/1 and M/D/1/K"]);
    let dedicated = network("awsvpc", "unlimited", "dedicated");
    let point = experiment(
        SHORT,
        IDEAL,
        &dedicated,
        &TWO_GROUPS.replace("9000", "60000"),
    );
    assert_predicted(&point, &["M/D/1"; 3]);
    let fargate = "mode = \"fargate\"\neni-queue = { capacity = \"unlimited\" }\n\
        fargate = { egress = \"1 Gbit/s\" }";
    let no_cost =
        "egress = \"1 Gbit/s\"\nhost-stack = { per-packet = \"0 s\", microvm-latency = \"0 s\" }";
    let point = experiment(
        SHORT,
        no_cost,
        fargate,
        &TWO_GROUPS.replace("9000", "60000"),
    );
    assert_predicted(&point, &["M/D/1"; 3]);
}

#[test]
fn tasks_that_take_turns() {
    for arbitration in ["round-robin", "drr"] {
        let awsvpc = network("awsvpc", "unlimited", arbitration);
        let point = experiment(SHORT, IDEAL, &awsvpc, TWO_GROUPS);
        assert_predicted(&point, &["M/D/1"]);
        let alike = TWO_GROUPS.replace("11000", "9000");
        let point = experiment(SHORT, IDEAL, &awsvpc, &alike);
        assert_predicted(&point, &["M/D/1"; 3]);
    }
}

#[test]
fn packets_of_several_sizes() {
    let pareto =
        r#"{ distribution = "bounded-pareto", min = "64 B", max = "1500 B", shape = 1.1 }"#;
    let uniform = r#"{ distribution = "uniform", min = "64 B", max = "1500 B" }"#;
    for sizes in ["\"imix\"", pareto, uniform] {
        let tasks = TWO_GROUPS.replacen("\"1250 B\"", sizes, 1);
        let point = experiment(SHORT, IDEAL, &network("host", "1 MB", "fifo"), &tasks);
        assert_predicted(&point, &["M/G/1"; 3]);
    }
    let tasks = TWO_GROUPS
        .replace("1250 B", "imix")
        .replace("11000", "9000");
    let partition = network("awsvpc", "unlimited", "partition");
    let point = experiment(SHORT, IDEAL, &partition, &tasks);
    assert_predicted(&point, &["M/G/1"; 3]);
}

/// Replications draw the phases, so there are more of them, and no longer ones.
#[test]
fn periodic_tasks() {
    let tasks = TWO_GROUPS
        .replace("poisson", "periodic")
        .replace("11000", "9000");
    let times = "warm-up = \"200 us\"\nmeasure = \"1 ms\"";
    let propagation = "propagation = \"5 us\"";
    let text = format!(
        "question = \"?\"\nreplications = 1000\n{times}\n[instance]\n{IDEAL}\n[network]\n{propagation}\n{}\n{tasks}",
        network("host", "1000 packets", "fifo")
    );
    assert_predicted(&run_one(&parse(&text)), &["N·D/D/1"; 3]);
}

#[test]
fn a_token_bucket() {
    let bucket = |burst: &str, credit: &str| {
        format!(
            "host-stack = \"none\"\negress = {{ baseline = \"1 Gbit/s\", burst = \"{burst}\", \
             credit = \"{credit}\", buffer = \"1 GB\" }}"
        )
    };
    let host = network("host", "unlimited", "fifo");
    let point = experiment(SHORT, &bucket("800 Gbit/s", "2500 B"), &host, TWO_GROUPS);
    assert_predicted(&point, &["M/D/1 shifted by the bucket"; 3]);
    let point = experiment(SHORT, &bucket("1200 Mbit/s", "10 MB"), &host, TWO_GROUPS);
    assert_predicted(&point, &["M/D/1"; 3]);
}

#[test]
fn one_core_and_a_link() {
    let host = network("host", "unlimited", "fifo");
    for per_packet in ["12 us", "4 us"] {
        let stack = format!(
            "egress = \"1 Gbit/s\"\nhost-stack = {{ cores = 1, per-packet = \"{per_packet}\" }}"
        );
        let point = experiment(SHORT, &stack, &host, TWO_GROUPS);
        assert_predicted(&point, &["M/D/1"; 3]);
    }
}
