//! What a core more gives a sweep: 16 equal trials on 1, 2, 4… threads. Trials share nothing, so
//! twice the threads must give nearly twice the packets per second, up to the number of cores.

mod support;

use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use enibench::runner::{self, Job};
use enibench::scenario::Arrivals;
use support::{bridge, delivered, scenario, trial};

/// Packets of a trial.
const PACKETS: u64 = 100_000;

const TRIALS: usize = 16;

/// Runs `jobs` and returns how many packets they delivered together.
fn run(jobs: &[Job], threads: usize) -> u64 {
    let sum = AtomicU64::new(0);
    runner::for_each(jobs, threads, |job| {
        sum.fetch_add(delivered(&job.trial), Ordering::Relaxed);
    })
    .expect("the system gives a thread per core");
    sum.into_inner()
}

fn sweep(criterion: &mut Criterion) {
    let job = Job {
        scenario: 0,
        trial: trial(scenario(16, bridge(), Arrivals::Poisson, PACKETS)),
    };
    let jobs = vec![job; TRIALS];
    let expected = run(&jobs, 1);
    let mut group = criterion.benchmark_group("sweep");
    group.throughput(Throughput::Elements(expected));
    // A sweep takes too long for samples of up to ten of them.
    group.sampling_mode(SamplingMode::Flat);
    let most = runner::default_threads().max(2);
    let doubling = std::iter::successors(Some(1), |threads| Some(threads * 2));
    for threads in doubling.take_while(|threads| *threads <= most) {
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter(|| assert_eq!(run(&jobs, threads), expected));
        });
    }
    group.finish();
}

fn main() {
    support::main(sweep);
}
