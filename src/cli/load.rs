//! From a path on the command line to an experiment.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::args::OverrideArgs;
use super::exit::Failure;
use crate::experiment::{Experiment, Overrides, apply_overrides};
use crate::results::Provenance;

/// An experiment with where it came from.
pub struct Loaded {
    /// Validated, overrides applied.
    pub experiment: Experiment,
    /// The text that was validated: the file, overrides applied.
    pub text: String,
    /// For the manifest.
    pub provenance: Provenance,
    /// Where its results go unless told otherwise.
    pub default_out: PathBuf,
}

/// Reads and validates the experiment at `path`.
pub fn load(path: &Path, overrides: &OverrideArgs) -> Result<Loaded, Failure> {
    let bytes = fs::read(path).map_err(Failure::unreadable(path))?;
    let original = String::from_utf8(bytes).map_err(|e| Failure::not_utf8(path, &e))?;
    // `x.toml` and `./x.toml` are the same file and give the same bytes.
    let name = path.components().collect::<PathBuf>().display().to_string();
    let changes = Overrides {
        set: overrides.set.clone(),
        seed: overrides.seed,
        replications: overrides.replications,
        quick: overrides.quick,
    };
    let invalid = |diagnostics| Failure::experiment(&diagnostics);
    let text = apply_overrides(&name, &original, &changes).map_err(invalid)?;
    let experiment = Experiment::parse(&name, &text).map_err(invalid)?;
    let (group, default_out) = default_out(path, overrides.quick);
    let provenance = Provenance {
        name: group.display().to_string(),
        command: command(&name, overrides),
        file: name,
        original: original.into_bytes(),
    };
    Ok(Loaded {
        experiment,
        text,
        provenance,
        default_out,
    })
}

/// Reads and validates all experiments; what is wrong with any of them is said at once.
pub fn load_all(paths: &[PathBuf], overrides: &OverrideArgs) -> Result<Vec<Loaded>, Failure> {
    let (mut loaded, mut invalid) = (Vec::new(), Vec::new());
    for path in paths {
        match load(path, overrides) {
            Ok(experiment) => loaded.push(experiment),
            Err(failure) => invalid.push(failure.to_string()),
        }
    }
    match invalid.is_empty() {
        true => Ok(loaded),
        false => Err(Failure::Experiment(invalid.join("\n\n"))),
    }
}

/// Name of an experiment and its result directory: what `experiments/` is for the files,
/// `results/` beside it is for their results; elsewhere, `results/NAME` right here. A quick look
/// goes to a place of its own, so that it never stands in the way of the real run.
fn default_out(path: &Path, quick: bool) -> (PathBuf, PathBuf) {
    let stem = path.with_extension("");
    let components: Vec<Component<'_>> = stem.components().collect();
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let experiments = components
        .iter()
        .rposition(|part| part.as_os_str() == "experiments");
    let (before, name): (PathBuf, PathBuf) = match experiments {
        Some(at) if at + 1 < components.len() && components[at..].iter().all(is_name) => (
            components[..at].iter().collect(),
            components[at + 1..].iter().collect(),
        ),
        _ => (
            PathBuf::new(),
            stem.file_name().map(PathBuf::from).unwrap_or_default(),
        ),
    };
    let results = before.join(if quick { "results/quick" } else { "results" });
    let out = results.join(&name);
    (name, out)
}

/// A command that makes the same results: only what has an influence on them.
fn command(file: &str, overrides: &OverrideArgs) -> String {
    let mut words = vec!["enibench".to_owned(), "run".to_owned(), quoted(file)];
    let mut flag = |name: &str, value: String| words.extend([name.to_owned(), value]);
    if let Some(seed) = overrides.seed {
        flag("--seed", seed.to_string());
    }
    if let Some(replications) = overrides.replications {
        flag("--replications", replications.to_string());
    }
    for (key, value) in &overrides.set {
        flag("--set", quoted(&format!("{key}={value}")));
    }
    if overrides.quick {
        words.push("--quick".to_owned());
    }
    words.join(" ")
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+%@".contains(c);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_beside_experiments() {
        let out = |path: &str, quick| default_out(Path::new(path), quick).1;
        assert_eq!(
            out("experiments/curated/01-x.toml", false),
            Path::new("results/curated/01-x")
        );
        assert_eq!(
            out("/a/experiments/x.toml", false),
            Path::new("/a/results/x")
        );
        assert_eq!(out("x.toml", false), Path::new("results/x"));
        assert_eq!(out("elsewhere/x.toml", false), Path::new("results/x"));
        assert_eq!(out("experiments/../x.toml", false), Path::new("results/x"));
        assert_eq!(
            out("experiments/s/x.toml", true),
            Path::new("results/quick/s/x")
        );
    }

    #[test]
    fn the_command_can_be_pasted_into_a_shell() {
        let overrides = OverrideArgs {
            seed: Some(7),
            replications: None,
            set: vec![("network.eni-queue.capacity".into(), "10 packets".into())],
            quick: true,
        };
        assert_eq!(
            command("a b.toml", &overrides),
            "enibench run 'a b.toml' --seed 7 --set 'network.eni-queue.capacity=10 packets' --quick"
        );
    }
}
