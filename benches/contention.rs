//! The comparison this project exists for, as a benchmark: the same packets of 2 to 65,536 tasks
//! through one shared ENI (bridge) and through an ENI per task (awsvpc).
//!
//! Criterion's numbers are how fast the comparison runs on this machine. What it finds, the
//! simulated latency, is the same on every machine and is printed once per number of tasks.

mod support;

use criterion::{AxisScale, BenchmarkId, Criterion, PlotConfiguration, Throughput};
use enibench::measure::Measurements;
use enibench::scenario::{Arbitration, Arrivals, Egress};
use support::{awsvpc, bridge, delivered, scenario, trial};

/// Packets of a trial of few tasks.
const PACKETS: u64 = 200_000;

/// Packets of each of many tasks, so that a trial is more than setting its tasks up.
///
/// Too few for a partition to fill its queues as far as they would in the long run: with thousands
/// of tasks its simulated p99 is up to a fifth low.
const PACKETS_PER_TASK: u64 = 32;

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
    group.plot_config(PlotConfiguration::default().summary_scale(AxisScale::Logarithmic));
    for tasks in [2_u32, 16, 64, 256, 4096, 65_536] {
        let packets = PACKETS.max(PACKETS_PER_TASK * u64::from(tasks));
        let mut found = Vec::new();
        for (name, egress) in modes {
            let trial = trial(scenario(tasks, egress(), Arrivals::Poisson, packets));
            let expected = delivered(&trial);
            let p99 = p99_us(&trial.run().expect("the scenario is sound"));
            found.push(format!("{name} {p99:.0} µs"));
            group.throughput(Throughput::Elements(expected));
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
