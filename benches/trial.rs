//! Whole trials, in packets per second: shared and partitioned queues, many tasks, bursts with
//! loss, and the full path of an instance. The full path has four stages instead of one, so it
//! must be the dearest.

mod support;

use criterion::{Criterion, Throughput};
use enibench::scenario::{Arbitration, Arrivals};
use support::{awsvpc, bridge, delivered, drop_tail, full_path, on_off, scenario, trial};

const PACKETS: u64 = 50_000;

fn trials(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trial");
    group.throughput(Throughput::Elements(PACKETS));
    let poisson = |tasks, egress| scenario(tasks, egress, Arrivals::Poisson, PACKETS);
    let cases = [
        ("S1 shared FIFO, 16 tasks", poisson(16, bridge())),
        (
            "S2 partition, 16 tasks",
            poisson(16, awsvpc(Arbitration::Partition)),
        ),
        ("S3 shared FIFO, 1024 tasks", poisson(1024, bridge())),
        (
            "S4 on-off, drop-tail",
            scenario(16, drop_tail(), on_off(16), PACKETS),
        ),
        (
            "S5 round robin, 16 tasks",
            poisson(16, awsvpc(Arbitration::RoundRobin)),
        ),
        ("S6 full path, 16 tasks", full_path(16, PACKETS)),
    ];
    for (name, scenario) in cases {
        let trial = trial(scenario);
        let expected = delivered(&trial);
        assert!(
            expected > PACKETS * 9 / 10,
            "{name} delivers {expected} packets"
        );
        group.bench_function(name, |bencher| {
            bencher.iter(|| assert_eq!(delivered(&trial), expected));
        });
    }
    group.finish();
}

fn main() {
    support::main(trials);
}
