//! The comparison this project exists for, as a benchmark: the same packets of 2 to 64 tasks
//! through one shared ENI (bridge) and through an ENI per task (awsvpc).
//!
//! Criterion's numbers are how fast the comparison runs on this machine. What it finds, the
//! simulated latency, is the same on every machine and is printed once per number of tasks.

mod support;

use criterion::{BenchmarkId, Criterion, Throughput};
use enibench::measure::Measurements;
use enibench::scenario::{Arbitration, Arrivals, Egress};
use support::{awsvpc, bridge, delivered, scenario, trial};

const PACKETS: u64 = 50_000;

fn p99_us(measurements: &Measurements) -> f64 {
    measurements.groups[0]
        .sojourn_histogram
        .quantile(0.99)
        .unwrap_or(0.0)
        / 1e3
}

/// A network mode: its name and the way out that it gives.
type ModeUnderTest = (&'static str, fn() -> Egress);

fn contention(criterion: &mut Criterion) {
    let modes: [ModeUnderTest; 3] = [
        ("bridge", bridge),
        ("awsvpc round-robin", || awsvpc(Arbitration::RoundRobin)),
        ("awsvpc partition", || awsvpc(Arbitration::Partition)),
    ];
    let mut group = criterion.benchmark_group("contention");
    group.throughput(Throughput::Elements(PACKETS));
    for tasks in [2_u32, 4, 8, 16, 32, 64] {
        let mut found = Vec::new();
        for (name, egress) in modes {
            let trial = trial(scenario(tasks, egress(), Arrivals::Poisson, PACKETS));
            let expected = delivered(&trial);
            let p99 = p99_us(&trial.run().expect("the scenario is sound"));
            found.push(format!("{name} {p99:.0} µs"));
            group.bench_function(BenchmarkId::new(name, tasks), |bencher| {
                bencher.iter(|| assert_eq!(delivered(&trial), expected));
            });
        }
        eprintln!(
            "{tasks} tasks at load 0.8, simulated p99 sojourn: {}",
            found.join(", ")
        );
    }
    group.finish();
}

fn main() {
    support::main(contention);
}
