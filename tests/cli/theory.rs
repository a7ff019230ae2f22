//! What theory says beside what was simulated: the files, and when they are there.

use super::support::{Bench, csv};

/// Poisson tasks with packets of 10 us at load 0.8; whether a warm-up is long enough is the sweep.
const KNOWN: &str = r#"
question = "?"
replications = 2
measure = "20 ms"

[instance]
egress = "1 Gbit/s"
host-stack = "none"

[network]
mode = "bridge"
eni-queue = { capacity = "unlimited" }
propagation = "0 s"

[[task]]
name = "a"
count = 4
traffic = { arrivals = "poisson", rate = "200 Mbit/s", packet-size = "1250 B" }

[sweep]
"warm-up" = ["5 ms", "1 us"]
"#;

fn run(bench: &Bench, more: &[&str]) {
    let args = ["run", "x.toml", "--out", "r", "--progress", "none"];
    bench.run(&[&args, more].concat()).with(0);
}

/// Oracle: M/D/1 at 0.8: a mean wait of 2 services, and the contract of the columns.
#[test]
fn theory_stands_beside_the_summary_where_it_says_something() {
    let bench = Bench::with(KNOWN);
    run(&bench, &[]);
    let (header, rows) = csv(&bench.read("r/theory.csv"));
    assert_eq!(
        header,
        "warm-up,task_group,model,server,source,validity,throughput_bps,loss_ratio,\
         sojourn_mean_ns,sojourn_p50_ns,sojourn_p90_ns,sojourn_p99_ns,sojourn_p999_ns,utilization"
    );
    assert_eq!(rows.len(), 2, "of one point of two: {rows:?}");
    for (row, group) in rows.iter().zip(["a", "all"]) {
        assert_eq!(row["warm-up"], "5 ms");
        assert_eq!(row["task_group"], group);
        assert_eq!(row["model"], "M/D/1");
        let mean: f64 = row["sojourn_mean_ns"].parse().unwrap();
        assert!((mean - 30_000.0).abs() < 1e-6, "{mean}");
    }
    let (header, rows) = csv(&bench.read("r/histograms/theory-quantiles.csv"));
    assert_eq!(header, "warm-up,task_group,beyond,sojourn_ns");
    assert!(rows.len() > 40);
    let knee = bench.read("r/plots/1-knee.svg");
    assert_eq!(knee.matches("theory (M/D/1)").count(), 1);
}

#[test]
fn theory_of_another_experiment_does_not_stay() {
    let bench = Bench::with(KNOWN);
    run(&bench, &[]);
    let silent = ["--force", "--set", "task.a.traffic.arrivals=on-off"];
    let on_off = [
        "--set",
        "task.a.traffic.peak=1 Gbit/s",
        "--set",
        "task.a.traffic.on=1 ms",
    ];
    run(&bench, &[&silent[..], &on_off].concat());
    for file in ["r/theory.csv", "r/histograms/theory-quantiles.csv"] {
        assert!(!bench.path(file).exists(), "{file}");
    }
    assert!(!bench.read("r/plots/1-knee.svg").contains("theory"));
}
