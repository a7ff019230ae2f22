//! What was judged, on disk: `assertions.csv`, and the counts in the manifest.

use std::fs;
use std::io;

use super::atomic::{self, FileError};
use super::judgement::{Judgement, Verdict};
use super::manifest::{Assertions, ManifestFile, Provenance};
use super::read::Results;
use super::table;

/// Writes `assertions.csv` beside `results` and the counts into their manifest; without
/// assertions, neither is there.
///
/// Assertions are no part of the plan: their file may have changed since the trials ran, so the
/// manifest also gets the hash of the file that `provenance` tells of.
///
/// # Errors
/// If a file cannot be read or written.
pub fn record(
    results: &Results,
    provenance: &Provenance,
    judgements: &[Judgement<'_>],
) -> Result<(), FileError> {
    table::write_assertions(results, judgements)?;
    let count = |verdict| {
        let with = judgements.iter().filter(|j| j.verdict() == verdict);
        with.count()
    };
    let counts = Assertions {
        hold: count(Verdict::Holds),
        fail: count(Verdict::Fails),
        unclear: count(Verdict::Unclear),
    };
    let path = results.dir.join("manifest.toml");
    let before = fs::read_to_string(&path).map_err(FileError::on("read", &path))?;
    let manifest: Result<ManifestFile, toml::de::Error> = toml::from_str(&before);
    let mut manifest =
        manifest.map_err(|e| FileError::on("read", &path)(io::Error::other(e.to_string())))?;
    manifest.judged(provenance, (!judgements.is_empty()).then_some(counts));
    let after = manifest.to_toml();
    match after == before {
        true => Ok(()),
        false => atomic::write(&path, after.as_bytes()),
    }
}
