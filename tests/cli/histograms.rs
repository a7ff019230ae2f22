//! `histograms/*.hlog`: what other tools of the format will read, read with the format's crate.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

use super::experiments::SMALL;
use super::support::{Bench, csv, number};

/// The histograms of an interval log by tag, in the order of the lines.
fn histograms(log: &str) -> BTreeMap<String, Vec<Histogram<u64>>> {
    let mut by_tag: BTreeMap<String, Vec<Histogram<u64>>> = BTreeMap::new();
    for entry in IntervalLogIterator::new(log.as_bytes()) {
        let LogEntry::Interval(line) = entry.expect("a line of an interval log") else {
            continue;
        };
        let tag = line
            .tag()
            .expect("every line has a tag")
            .as_str()
            .to_owned();
        let bytes = STANDARD.decode(line.encoded_histogram()).expect("base64");
        let histogram = Deserializer::new()
            .deserialize(&mut &bytes[..])
            .expect("V2");
        by_tag.entry(tag).or_default().push(histogram);
    }
    by_tag
}

fn run() -> Bench {
    let bench = Bench::with(SMALL);
    bench
        .run(&["run", "x.toml", "--out", "r", "--no-plots"])
        .with(0);
    bench
}

#[test]
fn counts_are_the_delivered_packets() {
    let bench = run();
    let (_, tasks) = csv(&bench.read("r/tasks.csv"));
    for (point, mode) in ["bridge", "awsvpc"].into_iter().enumerate() {
        let log = bench.read(&format!("r/histograms/point-{point:04}.latency.hlog"));
        let by_tag = histograms(&log);
        assert_eq!(by_tag.keys().collect::<Vec<_>>(), ["api", "bulk"]);
        for (group, replications) in by_tag {
            assert_eq!(replications.len(), 2);
            for (replication, histogram) in replications.iter().enumerate() {
                let delivered: f64 = tasks
                    .iter()
                    .filter(|t| t["network.mode"] == mode && t["task_group"] == group)
                    .filter(|t| t["replication"] == replication.to_string())
                    .map(|t| number(t, "delivered_packets"))
                    .sum();
                assert_eq!(
                    histogram.len() as f64,
                    delivered,
                    "{mode} {group} {replication}"
                );
            }
        }
    }
}

/// Oracle: the definition. Percentiles of the summary are those of the merged histogram, to the
/// resolution of a bucket (a thousandth); the row `all` merges the groups too.
#[test]
fn the_summary_quotes_the_merged_histogram() {
    let bench = run();
    let (_, summary) = csv(&bench.read("r/summary.csv"));
    for row in &summary {
        let point = usize::from(row["network.mode"] == "awsvpc");
        let log = bench.read(&format!("r/histograms/point-{point:04}.latency.hlog"));
        let mut merged = Histogram::<u64>::new(3).unwrap();
        for (tag, replications) in histograms(&log) {
            if tag == row["task_group"] || row["task_group"] == "all" {
                replications.iter().for_each(|h| merged.add(h).unwrap());
            }
        }
        for (column, q) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)] {
            let value = number(row, &format!("sojourn_{column}_ns"));
            let bucket = merged.value_at_quantile(q);
            let low = merged.lowest_equivalent(bucket) as f64;
            let high = merged.highest_equivalent(bucket) as f64;
            assert!(
                (low..=high).contains(&value),
                "{column}: {value} in {low}..={high}: {row:?}"
            );
        }
    }
}

/// Oracle: the throughput interval is 1 ms unless it is set, so 50 ms hold 50 intervals, whose
/// mean is the throughput.
#[test]
fn throughput_is_counted_per_interval() {
    let bench = run();
    let (_, summary) = csv(&bench.read("r/summary.csv"));
    let by_tag = histograms(&bench.read("r/histograms/point-0000.throughput.hlog"));
    for row in summary.iter().filter(|r| r["network.mode"] == "bridge") {
        let Some(replications) = by_tag.get(&row["task_group"]) else {
            continue;
        };
        let counts: Vec<u64> = replications.iter().map(Histogram::len).collect();
        assert_eq!(counts, [50, 50]);
        let mean = (replications[0].mean() + replications[1].mean()) / 2.0;
        let error = (mean / number(row, "throughput_bps") - 1.0).abs();
        assert!(error < 2e-3, "{mean} of {row:?}");
    }
}
