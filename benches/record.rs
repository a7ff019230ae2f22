//! Recording one value into a histogram, and reading quantiles back.

mod support;

use criterion::{Criterion, Throughput};
use enibench::measure::Histogram;

const VALUES: u64 = 100_000;

fn record(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record");
    // A fixed walk over five decades, so that no two neighbours share a cache line.
    let values: Vec<u64> = (0..VALUES)
        .map(|i| 1_000 + (i * 7_919_317) % 100_000_000)
        .collect();
    group.throughput(Throughput::Elements(VALUES));
    group.bench_function("value", |bencher| {
        let mut histogram = Histogram::new();
        let mut rounds = 0;
        bencher.iter(|| {
            values.iter().for_each(|value| histogram.record(*value));
            rounds += 1;
        });
        assert_eq!(histogram.count(), rounds * VALUES);
    });
    let mut full = Histogram::new();
    values.iter().for_each(|value| full.record(*value));
    group.throughput(Throughput::Elements(4));
    group.bench_function("four quantiles", |bencher| {
        bencher.iter(|| [0.5, 0.9, 0.99, 0.999].map(|q| full.quantile(q)));
    });
    group.finish();
}

fn main() {
    support::main(record);
}
