//! The keys that the experiments of both sides do not agree on.

use std::fs;

use super::super::size::counted;
use super::super::stderr::say;
use super::super::text::shortened;
use crate::experiment::{KeyDifference, differences};
use crate::results::Results;

/// Most differences that are listed for people.
const LISTED: usize = 10;

/// Longest value that is listed for people [characters].
const VALUE: usize = 30;

/// What the files beside the results do not agree on; nothing where values inside one directory are
/// compared.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// In alphabetical order; `None` where there is nothing to compare.
    pub(super) differing: Option<Vec<KeyDifference>>,
}

impl Keys {
    /// Compares the experiment files, overrides applied, of `base` and `new`. Their words, which change
    /// nothing in the results, are left out.
    pub(super) fn of(base: &Results, new: &Results) -> Keys {
        let text = |results: &Results| {
            let path = results.dir.join("experiment.toml");
            let text = fs::read_to_string(&path);
            text.inspect_err(|e| {
                say!(
                    "warning: cannot read {}, so the keys are not compared: {e}",
                    path.display()
                );
            })
            .ok()
        };
        let (Some(base), Some(new)) = (text(base), text(new)) else {
            return Keys::default();
        };
        let is_words = |key: &str| ["question", "expectation"].contains(&key);
        let mut differing = differences(&base, &new);
        differing.retain(|difference| !is_words(&difference.key));
        Keys {
            differing: Some(differing),
        }
    }

    /// A line per key, the first ten of them.
    pub(super) fn lines(&self) -> Vec<String> {
        let Some(differing) = &self.differing else {
            return Vec::new();
        };
        if differing.is_empty() {
            return vec!["the experiments have the same keys and values".to_owned()];
        }
        let all = counted(differing.len(), "key");
        let mut lines = vec![format!("the experiments differ in {all}:")];
        let value = |value: &Option<String>| {
            let value = value.as_deref().unwrap_or("not set");
            shortened(value, VALUE)
        };
        let line = |difference: &KeyDifference| {
            let (first, second) = (value(&difference.first), value(&difference.second));
            format!("  {}: {first} → {second}", difference.key)
        };
        lines.extend(differing.iter().take(LISTED).map(line));
        let rest = differing.len().saturating_sub(LISTED);
        if rest > 0 {
            lines.push(format!("  and {rest} more: --json lists all"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_keys_are_listed_and_the_rest_counted() {
        let difference = |number: usize| KeyDifference {
            key: format!("k{number}"),
            first: (number > 0).then(|| "1".to_owned()),
            second: Some("2".repeat(40)),
        };
        let keys = Keys {
            differing: Some((0..12).map(difference).collect()),
        };
        let lines = keys.lines();
        assert_eq!(lines.len(), 12);
        assert_eq!(lines[0], "the experiments differ in 12 keys:");
        let long = format!("{}…", "2".repeat(29));
        assert_eq!(lines[1], format!("  k0: not set → {long}"));
        assert_eq!(lines[2], format!("  k1: 1 → {long}"));
        assert_eq!(lines[11], "  and 2 more: --json lists all");
        assert_eq!(Keys::default().lines(), [] as [&str; 0]);
    }
}
