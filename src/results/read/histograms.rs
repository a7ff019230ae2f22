//! `histograms/`: HdrHistogram interval logs, one file per sweep point and kind.

use std::io;
use std::path::Path;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

use super::ReadError;
use crate::measure;
use crate::results::histograms::{HistogramKind, file_name};

/// The histograms of one task group, one per replication.
#[derive(Clone, Debug)]
pub struct GroupHistograms {
    /// The group's name.
    pub task_group: String,
    /// In the order of the replications; never empty.
    pub replications: Vec<Histogram<u64>>,
}

impl GroupHistograms {
    /// All replications in one histogram.
    pub fn merged(&self) -> Histogram<u64> {
        let mut merged = self.replications[0].clone();
        merged.auto(true);
        for replication in &self.replications[1..] {
            merged
                .add(replication)
                .expect("a histogram that resizes itself takes every value");
        }
        merged
    }
}

/// Reads the log of `point`; `None` if there is no such file.
pub(super) fn read(
    dir: &Path,
    point: usize,
    kind: HistogramKind,
) -> Result<Option<Vec<GroupHistograms>>, ReadError> {
    let path = dir.join(file_name(point, kind));
    let bytes = match std::fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes.map_err(|e| ReadError::of_io(&path, e))?,
    };
    let mut groups: Vec<GroupHistograms> = Vec::new();
    let mut index = 0;
    for entry in IntervalLogIterator::new(&bytes) {
        let wrong = |reason: String| ReadError::Histogram {
            path: path.clone(),
            index: index + 1,
            reason,
        };
        let LogEntry::Interval(line) = entry.map_err(|e| wrong(format!("{e:?}")))? else {
            continue;
        };
        let histogram = measure::Histogram::from_base64(line.encoded_histogram())
            .map_err(|e| wrong(e.to_string()))?
            .into_hdr();
        let name = line.tag().map_or("", |tag| tag.as_str());
        index += 1;
        match groups.iter_mut().find(|group| group.task_group == name) {
            Some(group) => group.replications.push(histogram),
            None => groups.push(GroupHistograms {
                task_group: name.to_owned(),
                replications: vec![histogram],
            }),
        }
    }
    Ok(Some(groups))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hdrhistogram::serialization::V2DeflateSerializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

    use super::*;

    #[test]
    fn lines_of_a_tag_are_its_replications() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("histograms/point-0007.latency.hlog");
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        let mut file = std::fs::File::create(&path).unwrap();
        let mut serializer = V2DeflateSerializer::new();
        let mut log = IntervalLogWriterBuilder::new()
            .begin_log_with(&mut file, &mut serializer)
            .unwrap();
        for (tag, value) in [("a", 10), ("b", 20), ("a", 1_000_000)] {
            let mut histogram = Histogram::<u64>::new(3).unwrap();
            histogram.record(value).unwrap();
            let second = Duration::from_secs(1);
            log.write_histogram(&histogram, second, second, Tag::new(tag))
                .unwrap();
        }
        drop(log);
        let groups = read(dir.path(), 7, HistogramKind::Latency)
            .unwrap()
            .unwrap();
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].replications.len(), 2);
        assert_eq!(groups[0].merged().len(), 2);
        assert_eq!(groups[1].merged().max(), 20);
        let absent = read(dir.path(), 8, HistogramKind::Latency).unwrap();
        assert!(absent.is_none());
        std::fs::write(&path, "Tag=a,0,1,2,not base64\n").unwrap();
        let error = read(dir.path(), 7, HistogramKind::Latency).unwrap_err();
        assert!(error.to_string().contains("histogram 1"), "{error}");
    }
}
