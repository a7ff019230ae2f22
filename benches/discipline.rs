//! What each arbitration costs per packet: 16 Poisson tasks at load 0.8, an ENI each. `fifo` must
//! be no dearer than `drr`, which does more per packet.

mod support;

use criterion::{Criterion, Throughput};
use enibench::scenario::{Arbitration, Arrivals};
use enibench::units::Bytes;
use support::{awsvpc, delivered, scenario, trial};

const PACKETS: u64 = 50_000;

fn disciplines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("discipline");
    group.throughput(Throughput::Elements(PACKETS));
    let arbitrations = [
        Arbitration::Fifo,
        Arbitration::RoundRobin,
        Arbitration::Drr {
            quantum: Bytes::new(1250),
        },
        Arbitration::Partition,
        Arbitration::Dedicated,
    ];
    // The same packets for all, and none is lost.
    let trials = arbitrations.map(|rule| {
        (
            rule,
            trial(scenario(16, awsvpc(rule), Arrivals::Poisson, PACKETS)),
        )
    });
    let expected = delivered(&trials[0].1);
    for (rule, trial) in &trials {
        group.bench_function(rule.name(), |bencher| {
            bencher.iter(|| assert_eq!(delivered(trial), expected));
        });
    }
    group.finish();
}

fn main() {
    support::main(disciplines);
}
