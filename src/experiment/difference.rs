//! Which keys tell two experiment files apart.

use std::collections::BTreeMap;

use super::assertion::ASSERT;
use super::check::join;
use super::sweep;
use super::tree::{Node, Value};

/// Paths of the keys whose values differ between two experiment texts, in alphabetical order;
/// tasks by name, `sweep`, `vary` and `task` themselves where only the order differs.
///
/// Comments, layout and assertions make no difference. A text that is not TOML has no keys.
pub fn differing_keys(a: &str, b: &str) -> Vec<String> {
    let found = differences(a, b).into_iter();
    found.map(|difference| difference.key).collect()
}

/// A key that two experiment texts do not agree on, with its values as compact TOML; `None` where a
/// text does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDifference {
    /// Path of the key.
    pub key: String,
    /// Its value in the first text.
    pub first: Option<String>,
    /// Its value in the second.
    pub second: Option<String>,
}

/// The same keys as [`differing_keys`], with their values.
pub fn differences(a: &str, b: &str) -> Vec<KeyDifference> {
    let (a, mut b) = (values(a), values(b));
    let mut found: Vec<KeyDifference> = Vec::new();
    for (key, first) in a {
        let second = b.remove(&key);
        if second.as_ref() != Some(&first) {
            let first = Some(first);
            found.push(KeyDifference { key, first, second });
        }
    }
    found.extend(b.into_iter().map(|(key, second)| KeyDifference {
        key,
        first: None,
        second: Some(second),
    }));
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

fn values(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    if let Ok(root) = Node::parse(text) {
        collect(&root, "", &mut values);
    }
    values
}

fn collect(node: &Node, path: &str, values: &mut BTreeMap<String, String>) {
    match &node.value {
        Value::Table(entries) => {
            if path == sweep::SWEEP || path == sweep::VARY {
                // The order of the axes is the order of the points.
                let keys: Vec<&str> = entries.iter().map(|e| e.key.as_str()).collect();
                values.insert(path.to_owned(), keys.join(" "));
            }
            // What is said of results changes nothing in them.
            let is_said = |key: &str| path.is_empty() && key == ASSERT;
            for entry in entries.iter().filter(|entry| !is_said(&entry.key)) {
                collect(&entry.node, &join(path, &entry.key), values);
            }
        }
        Value::Array(groups) if path == "task" => {
            let mut names = Vec::new();
            for (index, group) in groups.iter().enumerate() {
                let name = group.get("name").map_or(index.to_string(), Node::cell);
                collect(group, &join(path, &name), values);
                names.push(name);
            }
            values.insert(path.to_owned(), names.join(" "));
        }
        _ => {
            values.insert(path.to_owned(), node.to_toml());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "seed = 1\n[[task]]\nname = \"a\"\ncount = 1\n[[task]]\nname = \"b\"\n\
        [sweep]\n\"x\" = [1]\n\"y\" = [2]\n";

    #[test]
    fn layout_and_comments_make_no_difference() {
        let other = FILE.replace("seed = 1", "# a comment\nseed   =  1");
        assert_eq!(differing_keys(FILE, &other), [] as [&str; 0]);
    }

    #[test]
    fn assertions_make_none_either() {
        let other = format!("{FILE}[[assert]]\nmetric = \"p99\"\nmax = \"1 ms\"\n");
        assert_eq!(differing_keys(FILE, &other), [] as [&str; 0]);
    }

    #[test]
    fn differences_have_both_values() {
        let other = FILE.replace("count = 1", "count = 2");
        let other = other.replace("seed = 1\n", "warm-up = \"1 s\"\n");
        let difference = |key: &str, first: Option<&str>, second: Option<&str>| KeyDifference {
            key: key.to_owned(),
            first: first.map(str::to_owned),
            second: second.map(str::to_owned),
        };
        let expected = [
            difference("seed", Some("1"), None),
            difference("task.a.count", Some("1"), Some("2")),
            difference("warm-up", None, Some("\"1 s\"")),
        ];
        assert_eq!(differences(FILE, &other), expected);
    }

    #[test]
    fn values_absence_and_order_do() {
        let count = FILE.replace("count = 1", "count = 2");
        assert_eq!(differing_keys(FILE, &count), ["task.a.count"]);
        let absent = FILE.replace("seed = 1\n", "");
        assert_eq!(differing_keys(FILE, &absent), ["seed"]);
        assert_eq!(differing_keys(&absent, FILE), ["seed"]);
        let swapped = FILE.replace("\"x\" = [1]\n\"y\" = [2]", "\"y\" = [2]\n\"x\" = [1]");
        assert_eq!(differing_keys(FILE, &swapped), ["sweep"]);
        let vary = |text: &str| text.replace("[sweep]", "[vary]");
        assert_eq!(differing_keys(&vary(FILE), &vary(&swapped)), ["vary"]);
    }
}
