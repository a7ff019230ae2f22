//! The floor: the least work per packet that any such simulator must do, and its parts.
//!
//! One exponential gap, one step of Lindley's recursion, one value into a histogram, with the
//! product's own generator and counts. All goals of `headline` are ratios to it.

mod support;

use criterion::{Criterion, Throughput};
use enibench::measure::{Counts, Histogram};
use std::hint::black_box;
use support::floor::{self, PACKETS};

fn floor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("floor");
    group.throughput(Throughput::Elements(PACKETS));
    group.bench_function("gap", |bencher| bencher.iter(floor::gaps));
    group.bench_function("gap and recursion", |bencher| {
        bencher.iter(floor::recursion)
    });
    group.bench_function("gap, recursion and record", |bencher| {
        bencher.iter(floor::floor);
    });
    group.finish();
}

/// Recording into what a trial records into, and into what results are read from; and quantiles.
fn record(criterion: &mut Criterion) {
    // A fixed walk over five decades, so that no two neighbours share a cache line.
    let values: Vec<u64> = (0..PACKETS)
        .map(|i| 1_000 + (i * 7_919_317) % 100_000_000)
        .collect();
    let mut group = criterion.benchmark_group("record");
    group.throughput(Throughput::Elements(PACKETS));
    group.bench_function("counts", |bencher| {
        let mut counts = Counts::new();
        bencher.iter(|| values.iter().for_each(|value| counts.record(*value)));
        black_box(&counts);
    });
    let mut full = Histogram::new();
    group.bench_function("histogram", |bencher| {
        bencher.iter(|| values.iter().for_each(|value| full.record(*value)));
    });
    group.throughput(Throughput::Elements(4));
    group.bench_function("four quantiles", |bencher| {
        bencher.iter(|| [0.5, 0.9, 0.99, 0.999].map(|q| full.quantile(q)));
    });
    group.finish();
}

fn main() {
    support::main(|criterion| {
        floor(criterion);
        record(criterion);
    });
}
