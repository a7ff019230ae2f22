//! Valid inputs: what the repository holds.

use std::fs;
use std::path::{Path, PathBuf};

use enibench::results::read::{HistogramKind, Results};
use hdrhistogram::serialization::{Serializer, V2Serializer};

use super::targets::{Corpus, RESULTS};

/// The inputs of a corpus, in an order that does not depend on the file system.
pub fn inputs(corpus: Corpus, root: &Path) -> Vec<Vec<u8>> {
    match corpus {
        Corpus::Lines(lines) => lines.lines().map(|line| line.as_bytes().to_vec()).collect(),
        Corpus::Files(folders, ending) => {
            let mut files = Vec::new();
            for folder in folders {
                collect(&root.join(folder), ending, &mut files);
            }
            files.sort();
            let read = |path: PathBuf| fs::read(path).expect("a committed file can be read");
            files.into_iter().map(read).collect()
        }
        Corpus::Histograms => histograms(&root.join(RESULTS)),
    }
}

fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a committed folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, ending, files);
        } else if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
}

fn histograms(results: &Path) -> Vec<Vec<u8>> {
    let results = Results::read(results).expect("committed results are sound");
    let groups = results.histograms(0, HistogramKind::Latency);
    let groups = groups.expect("committed histograms are sound");
    let replications = groups
        .into_iter()
        .flatten()
        .flat_map(|group| group.replications);
    let bytes = |histogram| {
        let mut bytes = Vec::new();
        let written = V2Serializer::new().serialize(&histogram, &mut bytes);
        written.expect("writing to memory does not fail");
        bytes
    };
    replications.map(bytes).collect()
}
