//! The hold model: take the first event, schedule one an exponential time later, with a fixed
//! number of events pending. Must grow slowly (logarithmically) with that number.

mod support;

use criterion::{BenchmarkId, Criterion, Throughput};
use enibench::engine::random::StreamName;
use enibench::engine::{Calendar, Event, Priority};
use enibench::units::SimTime;
use rand::distr::Distribution;
use rand_distr::Exp1;
use std::hint::black_box;

struct Tick(u32);

impl Event for Tick {
    fn priority(&self) -> Priority {
        Priority::new(0, self.0)
    }
}

const HOLDS: u64 = 10_000;

fn hold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calendar/hold");
    group.throughput(Throughput::Elements(HOLDS));
    for pending in [16_u32, 256, 4096, 65_536] {
        group.bench_function(BenchmarkId::from_parameter(pending), |bencher| {
            let name = StreamName {
                seed: 1,
                replication: 0,
                component: "hold",
                index: 0,
                purpose: "gaps",
            };
            let mut stream = name.stream();
            let mut gap = || {
                let unit: f64 = Exp1.sample(&mut stream);
                (unit * 1e6) as u64
            };
            let mut calendar = Calendar::new();
            for tick in 0..pending {
                calendar.schedule(SimTime::from_ps(gap()), Tick(tick));
            }
            bencher.iter(|| {
                for _ in 0..HOLDS {
                    let (now, tick) = calendar.pop().expect("the calendar never empties");
                    calendar.schedule(SimTime::from_ps(now.as_ps() + gap()), black_box(tick));
                }
            });
            assert_eq!(calendar.len(), pending as usize);
        });
    }
    group.finish();
}

fn main() {
    support::main(hold);
}
