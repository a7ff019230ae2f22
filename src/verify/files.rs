//! All files of a result directory, one after the other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::difference::Difference;
use super::tables::compare_rows;
use crate::results::FileError;

/// Folders that committed results may leave out as a whole.
const OPTIONAL: [&str; 2] = ["histograms", "plots"];

/// The experiment, which the second run was made from.
const EXPERIMENT: &str = "experiment.toml";

/// Keys of the manifest that may differ from run to run, or that the experiment file beside it does
/// not tell: the file that it was made from may have been changed on the command line.
const FREE_KEYS: [&str; 4] = ["host", "timing", "tool.revision", "experiment.sha256"];

/// What was compared.
#[derive(Debug, Default)]
pub struct Compared {
    /// Paths of the files that were made again, in their order.
    pub files: Vec<String>,
    /// Paths of files that are there and that no run makes, or not without knowing more.
    pub others: Vec<String>,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// Compares all files of the result directory `dir` with those of `again`.
///
/// # Errors
/// If a file cannot be read.
pub fn compare_all(dir: &Path, again: &Path, sweep_keys: &[String]) -> Result<Compared, FileError> {
    let (there, made) = (files(dir)?, files(again)?);
    let left_out = |file: &str| {
        OPTIONAL.iter().any(|folder| {
            let within = |file: &str| file.starts_with(&format!("{folder}/"));
            within(file) && !there.iter().any(|file| within(file))
        })
    };
    let mut compared = Compared {
        others: there.difference(&made).cloned().collect(),
        ..Compared::default()
    };
    let mut made: Vec<&String> = made.iter().filter(|file| *file != EXPERIMENT).collect();
    // Trials say where a difference begins; all else follows from them.
    made.sort_by_key(|file| (rank(file), (*file).clone()));
    for file in made.into_iter().filter(|file| !left_out(file)) {
        compared.files.push(file.clone());
        let differences = match () {
            () if !there.contains(file) => {
                let found = Difference::of_file(file, "the file", None, Some("a file".to_owned()));
                vec![found]
            }
            () if file.ends_with(".csv") => compare_rows(file, dir, again, sweep_keys, false)?,
            () if file == "manifest.toml" => compare_manifests(dir, again)?,
            () => Vec::new(),
        };
        let differs = differences.is_empty() && file != "manifest.toml";
        let unseen = if differs {
            compare_lines(file, dir, again)?
        } else {
            None
        };
        compared
            .differences
            .extend(differences.into_iter().chain(unseen));
    }
    Ok(compared)
}

/// The order in which files are compared.
fn rank(file: &str) -> usize {
    let first = ["trials.csv", "tasks.csv", "replications.csv", "summary.csv"];
    let position = first.iter().position(|name| *name == file);
    position.unwrap_or_else(|| match file {
        "manifest.toml" => 6,
        _ if file.ends_with(".csv") => 4,
        _ => 5,
    })
}

/// Paths of all files below `dir`, but for those of a run that is under way.
fn files(dir: &Path) -> Result<BTreeSet<String>, FileError> {
    let mut found = BTreeSet::new();
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(FileError::on("read", &folder))?;
        for entry in entries {
            let path = entry.map_err(FileError::on("read", &folder))?.path();
            let below = path.strip_prefix(dir).unwrap_or(&path);
            let name = below.to_string_lossy().replace('\\', "/");
            match path.is_dir() {
                true if name != ".partial" => open.push(path),
                true => {}
                false => {
                    found.insert(name);
                }
            }
        }
    }
    Ok(found)
}

/// The first line that differs, of files that are no tables, or whose cells are the same.
fn compare_lines(file: &str, dir: &Path, again: &Path) -> Result<Option<Difference>, FileError> {
    let read = |dir: &Path| {
        let path = dir.join(file);
        fs::read(&path).map_err(FileError::on("read", &path))
    };
    let (found, again) = (read(dir)?, read(again)?);
    if found == again {
        return Ok(None);
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        text.split('\n').map(shortened).collect()
    };
    let (found, again) = (lines(&found), lines(&again));
    let longest = found.len().max(again.len());
    let differs = (0..longest).find(|at| found.get(*at) != again.get(*at));
    let at = differs.unwrap_or(0);
    let what = "the line";
    let mut difference =
        Difference::of_file(file, what, found.get(at).cloned(), again.get(at).cloned());
    difference.line = Some(at as u64 + 1);
    Ok(Some(difference))
}

/// A line that fits on a terminal; of a longer one, its beginning and a hash of the whole.
fn shortened(line: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    const SHOWN: usize = 100;
    match line.char_indices().nth(SHOWN) {
        None => line.to_owned(),
        Some((end, _)) => {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            format!("{}… (#{:016x})", &line[..end], hasher.finish())
        }
    }
}

fn compare_manifests(dir: &Path, again: &Path) -> Result<Vec<Difference>, FileError> {
    const FILE: &str = "manifest.toml";
    let values = |dir: &Path| {
        let path = dir.join(FILE);
        let text = fs::read_to_string(&path).map_err(FileError::on("read", &path))?;
        let table: Result<Table, toml::de::Error> = text.parse();
        let table = table
            .map_err(|e| FileError::on("read", &path)(std::io::Error::other(e.to_string())))?;
        let mut values = Vec::new();
        collect(&Value::Table(table), "", &mut values);
        Ok(values)
    };
    let (found, again) = (values(dir)?, values(again)?);
    let value = |values: &[(String, String)], key: &str| {
        let entry = values.iter().find(|(name, _)| name == key);
        entry.map(|(_, value)| value.clone())
    };
    let keys: BTreeSet<&String> = found.iter().chain(&again).map(|(key, _)| key).collect();
    let differing = keys.into_iter().filter_map(|key| {
        let (found, again) = (value(&found, key), value(&again, key));
        (found != again).then(|| Difference::of_file(FILE, key, found, again))
    });
    Ok(differing.collect())
}

/// Keys and values of a manifest, but for those that may differ.
fn collect(value: &Value, path: &str, values: &mut Vec<(String, String)>) {
    match value {
        _ if FREE_KEYS.contains(&path) => {}
        Value::Table(table) => {
            for (key, value) in table {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                collect(value, &path, values);
            }
        }
        value => values.push((path.to_owned(), value.to_string())),
    }
}
