//! The check of a file against the declared keys: every key known, every value of its kind.
//!
//! It looks at one value at a time and therefore runs once over the file and once over each
//! element of the sweep, not at every sweep point. What depends on several values, or on a value
//! that is missing, is the business of `build`.

mod value;

pub(super) use value::{packet_count, percent, quoted};

use super::diagnostics::{Problem, Problems};
use super::keys::{self, Key, Kind};
use super::suggest::{did_you_mean_key, nearest};
use super::tree::{Entry, Node, Value};

/// Checks the whole file; `swept` holds the paths that the sweep sets.
pub(super) fn file(root: &Node, swept: &[String], problems: &mut Problems) {
    Check { swept, problems }.table(root, "", "");
}

/// Checks `node` as the value of `key`, which stands at `path` in the file.
pub(super) fn value(node: &Node, key: &Key, path: &str, swept: &[String], problems: &mut Problems) {
    Check { swept, problems }.value(node, key, path);
}

struct Check<'a> {
    swept: &'a [String],
    problems: &'a mut Problems,
}

impl Check<'_> {
    /// Checks the keys of a table declared at `declared`, which stands at `path` in the file.
    fn table(&mut self, table: &Node, declared: &str, path: &str) {
        for entry in table.entries() {
            let entry_path = join(path, &entry.key);
            let Some(key) = keys::children(declared).find(|key| key.name() == entry.key) else {
                self.problems.add(unknown(entry, declared, &entry_path));
                continue;
            };
            if let Some(problem) = self.without_effect(table, entry, key, path) {
                self.problems.add(problem);
                continue;
            }
            self.value(&entry.node, key, &entry_path);
        }
    }

    fn value(&mut self, node: &Node, key: &Key, path: &str) {
        match &node.value {
            Value::Table(_) if key.takes(Kind::Table) => self.table(node, key.path, path),
            Value::Table(_) if key.takes(Kind::Sweep) => {} // the sweep's own business
            Value::Table(_) if key.takes(Kind::Values) => {} // the assertions' own business
            Value::Array(groups) if key.takes(Kind::Tables) => {
                for group in groups {
                    self.group(group, key, path);
                }
            }
            Value::Array(elements) => {
                let list = key.kinds.iter().find_map(|kind| match kind {
                    Kind::ListOf(kind) => Some(*kind),
                    _ => None,
                });
                match list {
                    Some(_) if elements.is_empty() => self.problems.add(
                        Problem::new(node.span.clone(), path, format!("`{path}` is empty"))
                            .remedy(format!("write for example {}", key.example)),
                    ),
                    Some(kind) => {
                        for element in elements {
                            let problem = value::check(element, &[*kind], key, path);
                            problem.into_iter().for_each(|p| self.problems.add(p));
                        }
                    }
                    None => self.problems.add(value::mismatch(node, key, path)),
                }
            }
            _ => {
                let problem = value::check(node, key.kinds, key, path);
                problem.into_iter().for_each(|p| self.problems.add(p));
            }
        }
    }

    fn group(&mut self, group: &Node, key: &Key, path: &str) {
        if !matches!(group.value, Value::Table(_)) {
            self.problems.add(value::mismatch(group, key, path));
            return;
        }
        let name = group.get("name").and_then(Node::as_text);
        let path = name.map_or(path.to_owned(), |name| join(path, name));
        self.table(group, key.path, &path);
    }

    /// A key beside a value that makes it meaningless, unless the sweep changes that value.
    fn without_effect(
        &self,
        table: &Node,
        entry: &Entry,
        key: &Key,
        path: &str,
    ) -> Option<Problem> {
        let when = key.when?;
        if self.swept.contains(&join(path, when.key)) {
            return None;
        }
        let chosen = table.get(when.key)?.as_text()?;
        let selector = keys::find(&format!("{}.{}", key.parent(), when.key))?;
        if when.values.contains(&chosen) || !value::is_name(selector, chosen) {
            return None;
        }
        let wanted = when.values.join("\" or \"");
        let message = format!(
            "`{}` has no effect with {} = \"{chosen}\"",
            entry.key, when.key
        );
        Some(
            Problem::new(entry.key_span.clone(), join(path, &entry.key), message)
                .remedy(format!("remove it, or write {} = \"{wanted}\"", when.key)),
        )
    }
}

fn unknown(entry: &Entry, declared: &str, path: &str) -> Problem {
    let known: Vec<&str> = keys::children(declared).map(Key::name).collect();
    let place = match declared {
        "" => "the file's root".to_owned(),
        "task" | "security-group" | "assert" => format!("[[{declared}]]"),
        table => format!("`{table}`"),
    };
    let near = nearest(&entry.key, known.iter().copied());
    let elsewhere = keys::all().filter(|key| key.name() == entry.key);
    let tables: Vec<String> = elsewhere
        .map(|key| match key.parent() {
            "" => "the root, above the first table".to_owned(),
            table => format!("`{table}`"),
        })
        .collect();
    let remedy = if near.is_none() && !tables.is_empty() {
        format!("`{}` belongs in {}", entry.key, tables.join(" or "))
    } else {
        did_you_mean_key(&entry.key, &known)
    };
    let message = format!("`{}` is not a key of {place}", entry.key);
    Problem::new(entry.key_span.clone(), path, message).remedy(remedy)
}

/// Whether `table`, declared at `declared`, has a wrong key that most likely stands for `key`.
///
/// Such a key was reported with what it should be; that `key` is missing is then no news.
pub(super) fn is_misspelled(table: &Node, declared: &str, key: &str) -> bool {
    table.entries().iter().any(|entry| {
        let known = |name: &str| keys::children(declared).any(|key| key.name() == name);
        !known(&entry.key) && nearest(&entry.key, [key]).is_some()
    })
}

/// The path of `key` in the table at `path`.
pub(super) fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}
