//! Histograms as HdrHistogram interval logs.
//!
//! Two files per sweep point: sojourn times \[ns\] and throughput per interval [bit/s]. In each, a
//! line per replication and task group, the group as its tag; "time" counts the measured
//! seconds of the replications one after another. All lines of a tag together are the merged
//! histogram of the group; a line alone is one replication; they stand in order, without those that
//! failed.

use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use crate::measure::Measurements;
use crate::scenario::Scenario;

/// What a histogram counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistogramKind {
    /// Sojourn times of packets \[ns\].
    Latency,
    /// Throughput of intervals [bit/s].
    Throughput,
}

impl HistogramKind {
    const fn name(self) -> &'static str {
        match self {
            HistogramKind::Latency => "latency",
            HistogramKind::Throughput => "throughput",
        }
    }
}

/// Both kinds, in the order in which a point's files are written.
const KINDS: [HistogramKind; 2] = [HistogramKind::Latency, HistogramKind::Throughput];

/// Path in a result directory of the log of sweep point number `point`.
pub(super) fn file_name(point: usize, kind: HistogramKind) -> String {
    format!("histograms/point-{point:04}.{}.hlog", kind.name())
}

/// Paths of the two logs of sweep point number `point`.
pub(super) fn file_names(point: usize) -> [String; 2] {
    KINDS.map(|kind| file_name(point, kind))
}

/// Contents of the two files of a sweep point.
///
/// `title` says which point; `replications` are its successful trials, in order.
pub(super) fn logs(
    title: &str,
    scenario: &Scenario,
    replications: &[(u32, Measurements)],
) -> [Vec<u8>; 2] {
    KINDS.map(|kind| log(title, kind, scenario, replications))
}

fn log(
    title: &str,
    kind: HistogramKind,
    scenario: &Scenario,
    replications: &[(u32, Measurements)],
) -> Vec<u8> {
    let what = match kind {
        HistogramKind::Latency => "sojourn time [ns]; maximum in ms",
        HistogramKind::Throughput => "throughput per interval [bit/s]; maximum in Mbit/s",
    };
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
        for (group, measured) in scenario.task_groups.iter().zip(&measurements.groups) {
            let tag = Tag::new(&group.name);
            let histogram = match kind {
                HistogramKind::Latency => &measured.sojourn_histogram,
                HistogramKind::Throughput => &measured.throughput_histogram,
            };
            writer
                .write_histogram(&histogram.to_hdr(), start, measure, tag)
                .expect(in_memory);
        }
    }
    drop(writer);
    out
}
