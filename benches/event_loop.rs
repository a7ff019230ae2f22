//! What a packet costs in the event loop, beside the spans that simulate the same instance where
//! nothing flows back.
//!
//! `spans` and `event loop` simulate the full path of a c5.large; the second has two hardware
//! queues, which spans do not know. The loop must be the slower one by far, or it is not measured.

mod support;

use std::num::NonZeroU32;

use criterion::{BenchmarkId, Criterion, Throughput};
use enibench::scenario::{Arbitration, Arrivals, Route, Scenario, Steering, Trunk};
use enibench::units::SimDuration;
use support::{awsvpc, delivered, full_path, link, scenario, trial};

/// Packets of a trial.
const PACKETS: u64 = 200_000;

fn two(scenario: &mut Scenario) {
    scenario.network.eni_queues = NonZeroU32::new(2).expect("above zero");
}

/// The scenarios by name.
fn cases() -> Vec<(&'static str, Scenario)> {
    let spans = full_path(16, PACKETS);
    let mut queues = spans.clone();
    two(&mut queues);
    let mut softirq = queues.clone();
    if let Some(stack) = &mut softirq.network.host_stack {
        stack.steering = Steering::ByQueue;
    }
    let round_robin = awsvpc(Arbitration::RoundRobin);
    let mut trunk = scenario(16, round_robin, Arrivals::Poisson, PACKETS);
    if let enibench::scenario::Egress::PerTask { trunk, .. } = &mut trunk.network.egress {
        let capacity = NonZeroU32::new(1024);
        *trunk = Some(Trunk { capacity });
    }
    // Half of the packets come in.
    let mut both_ways = scenario(8, round_robin, Arrivals::Poisson, PACKETS);
    both_ways.network.ingress = Some(link());
    both_ways.network.propagation = SimDuration::from_us(170);
    let mut inward = both_ways.task_groups[0].clone();
    inward.name = "in".to_owned();
    inward.traffic.route = Route::In;
    inward.tasks_of = Some(0);
    both_ways.task_groups.push(inward);
    vec![
        ("spans", spans),
        ("event loop", queues),
        ("softirq by queue", softirq),
        ("trunk", trunk),
        ("out and in", both_ways),
    ]
}

fn event_loop(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event loop");
    for (name, scenario) in cases() {
        let trial = trial(scenario);
        let expected = delivered(&trial);
        group.throughput(Throughput::Elements(expected));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| assert_eq!(delivered(&trial), expected));
        });
    }
    group.finish();
}

fn main() {
    support::main(event_loop);
}
