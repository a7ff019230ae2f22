//! The part of `manifest.toml` that plots and tables need.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use super::ReadError;

/// What was asked, and with which settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The experiment's question.
    pub question: String,
    /// The answer its author expected.
    pub expectation: String,
    /// Paths of the swept keys, slowest first.
    pub sweep_keys: Vec<String>,
    /// Those of the swept keys that were varied one at a time.
    pub varied: Vec<String>,
    /// Seed of all random streams, if recorded.
    pub seed: Option<u64>,
    /// Replications per sweep point.
    pub replications: u64,
    /// Task groups in file order.
    pub task_groups: Vec<String>,
    /// Network mode where it is not swept.
    pub network_mode: String,
    /// Arbitration where it is not swept.
    pub arbitration: String,
    /// Version of the tool that ran the experiment, if recorded.
    pub version: Option<String>,
    /// Source revision of the tool, if recorded.
    pub revision: Option<String>,
    /// Version of its model, if recorded.
    pub model_version: Option<u64>,
    /// Number of sweep points, if recorded.
    pub points: Option<u64>,
    /// Number of trials that failed; zero unless recorded.
    pub failed_trials: u64,
    /// Texts that say where the results come from, by their keys under `[experiment]`.
    pub origin: BTreeMap<String, String>,
    /// Replications of each sweep point, if they are as many as a precision took.
    pub replications_of_points: Option<Vec<u64>>,
    /// The warm-up that pilots found, as a duration, if they had to.
    pub warm_up: Option<String>,
    /// Reasons to doubt the results.
    pub warnings: Vec<String>,
}

impl Manifest {
    /// Reads the manifest at `path`.
    ///
    /// # Errors
    /// If it is missing, is no TOML, or lacks a key.
    pub fn read(path: &Path) -> Result<Manifest, ReadError> {
        let text = std::fs::read_to_string(path).map_err(|e| ReadError::of_io(path, e))?;
        let table: Table = text.parse().map_err(|source| ReadError::Toml {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Keys { path, table }.manifest()
    }
}

/// Typed access to the manifest's keys.
struct Keys<'a> {
    path: &'a Path,
    table: Table,
}

impl Keys<'_> {
    fn manifest(&self) -> Result<Manifest, ReadError> {
        Ok(Manifest {
            question: self.text("question")?,
            expectation: self.text("expectation")?,
            sweep_keys: self.texts("sweep-keys")?,
            varied: self.texts("varied").unwrap_or_default(),
            seed: self.value("seed").and_then(unsigned),
            replications: self.count("replications")?,
            task_groups: self.texts("task-groups")?,
            network_mode: self.text("network-mode")?,
            arbitration: self.text("arbitration")?,
            version: self
                .of_tool("version")
                .and_then(Value::as_str)
                .map(str::to_owned),
            revision: self
                .of_tool("revision")
                .and_then(Value::as_str)
                .map(str::to_owned),
            model_version: self.of_tool("model-version").and_then(unsigned),
            points: self.value("points").and_then(unsigned),
            failed_trials: self.value("failed-trials").and_then(unsigned).unwrap_or(0),
            origin: self.origin(),
            replications_of_points: self.of_precision("replications"),
            warm_up: self.of_pilots("found"),
            warnings: self.texts("warnings").unwrap_or_default(),
        })
    }

    /// Texts under `[experiment]`.
    fn origin(&self) -> BTreeMap<String, String> {
        let experiment = self.table.get("experiment").and_then(Value::as_table);
        let texts = experiment.into_iter().flatten();
        texts
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect()
    }

    /// The value of `key`: under `[experiment]`, or at the top for what is not the experiment's.
    fn value(&self, key: &str) -> Option<&Value> {
        let experiment = self.table.get("experiment").and_then(Value::as_table);
        experiment
            .and_then(|table| table.get(key))
            .or_else(|| self.table.get(key))
    }

    /// The value of `key` under `[tool]`.
    fn of_tool(&self, key: &str) -> Option<&Value> {
        self.table.get("tool")?.as_table()?.get(key)
    }

    /// The counts of `key` under `[precision]`.
    fn of_precision(&self, key: &str) -> Option<Vec<u64>> {
        let counts = self.table.get("precision")?.as_table()?.get(key)?;
        counts.as_array()?.iter().map(unsigned).collect()
    }

    /// The text of `key` under `[warm-up]`.
    fn of_pilots(&self, key: &str) -> Option<String> {
        let found = self.table.get("warm-up")?.as_table()?.get(key)?;
        found.as_str().map(str::to_owned)
    }

    fn text(&self, key: &'static str) -> Result<String, ReadError> {
        let text = self.value(key).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| self.wrong(key, "a string"))
    }

    fn count(&self, key: &'static str) -> Result<u64, ReadError> {
        let count = self.value(key).and_then(unsigned);
        count.ok_or_else(|| self.wrong(key, "a count"))
    }

    fn texts(&self, key: &'static str) -> Result<Vec<String>, ReadError> {
        let array = self.value(key).and_then(Value::as_array);
        let texts = array.and_then(|array| {
            let texts = array.iter().map(|v| v.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        });
        texts.ok_or_else(|| self.wrong(key, "an array of strings"))
    }

    fn wrong(&self, key: &'static str, expected: &'static str) -> ReadError {
        ReadError::Key {
            path: self.path.to_owned(),
            key,
            expected,
        }
    }
}

fn unsigned(value: &Value) -> Option<u64> {
    u64::try_from(value.as_integer()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Manifest, ReadError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.toml");
        std::fs::write(&path, text).unwrap();
        Manifest::read(&path)
    }

    #[test]
    fn keys_stand_under_experiment_or_at_the_top() {
        let manifest = read(
            "replications = 3\ntask-groups = [\"a\"]\n[experiment]\nquestion = \"q?\"\n\
             expectation = \"e.\"\nsweep-keys = []\nnetwork-mode = \"bridge\"\n\
             arbitration = \"fifo\"\n",
        );
        let manifest = manifest.unwrap();
        assert_eq!(manifest.replications, 3);
        assert_eq!(manifest.question, "q?");
    }

    #[test]
    fn a_missing_key_is_named_with_what_it_should_hold() {
        let error = read("[experiment]\nquestion = 1\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("`question` should be a string"), "{error}");
        assert!(error.contains("manifest.toml"), "{error}");
    }
}
