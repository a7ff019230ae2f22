//! Histograms as HdrHistogram interval logs.
//!
//! Two files per sweep point: sojourn times \[ns\] and throughput per interval [bit/s]. In each, a
//! line per replication and task group, the group as its tag; "time" counts the measured
//! seconds of the replications one after another. All lines of a tag together are the merged
//! histogram of the group; a line alone is one replication; they stand
//! in order, without those that failed.

use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use crate::measure::{Histogram, Measurements};
use crate::scenario::Scenario;

/// Names of the two files of sweep point number `point`.
pub fn file_names(point: usize) -> [String; 2] {
    ["latency", "throughput"].map(|what| format!("histograms/point-{point:04}.{what}.hlog"))
}

/// Contents of the two files of a sweep point.
///
/// `title` says which point; `replications` are its successful trials, in order.
pub fn logs(
    title: &str,
    scenario: &Scenario,
    replications: &[(u32, Measurements)],
) -> [Vec<u8>; 2] {
    let latency = |m: &Measurements, group: usize| m.groups[group].sojourn_histogram.clone();
    let throughput = |m: &Measurements, group: usize| m.groups[group].throughput_histogram.clone();
    [
        log(
            title,
            "sojourn time [ns]; maximum in ms",
            scenario,
            replications,
            latency,
        ),
        log(
            title,
            "throughput per interval [bit/s]; maximum in Mbit/s",
            scenario,
            replications,
            throughput,
        ),
    ]
}

fn log(
    title: &str,
    what: &str,
    scenario: &Scenario,
    replications: &[(u32, Measurements)],
    histogram: impl Fn(&Measurements, usize) -> Histogram,
) -> Vec<u8> {
    let in_memory = "writing to memory does not fail";
    let measure = Duration::from_nanos(scenario.window.measure.as_ns_rounded());
    let mut out = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut builder = IntervalLogWriterBuilder::new();
    builder
        .add_comment(&format!("[{title}]"))
        .add_comment(&format!("[{what}]"))
        .with_start_time(SystemTime::UNIX_EPOCH)
        .with_max_value_divisor(1e6);
    let mut writer = builder
        .begin_log_with(&mut out, &mut serializer)
        .expect(in_memory);
    writer
        .write_comment(
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"",
        )
        .expect(in_memory);
    for (replication, measurements) in replications {
        let start = measure * *replication;
        for (number, group) in scenario.task_groups.iter().enumerate() {
            let tag = Tag::new(&group.name);
            let histogram = histogram(measurements, number);
            writer
                .write_histogram(histogram.as_hdr(), start, measure, tag)
                .expect(in_memory);
        }
    }
    drop(writer);
    out
}
