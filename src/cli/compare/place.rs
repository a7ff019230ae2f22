//! Where a test is, in as few words as tell it from the others.

use super::super::text::short_keys;
use super::Report;
use crate::compare::Row;
use crate::plot::{change_label, mode_label};

/// Names the places of a comparison.
pub(super) struct Places<'a> {
    /// The swept keys, but the one that is compared.
    keys: Vec<Key<'a>>,
    /// Short name of the key that is compared.
    by: Option<String>,
    /// Whether points have a base that varied keys leave one at a time.
    has_base: bool,
}

struct Key<'a> {
    path: &'a str,
    short: String,
    /// Its value at the base, if it leaves it.
    base: Option<&'a str>,
    /// Whether it takes more than one value.
    is_swept: bool,
}

impl<'a> Places<'a> {
    /// Of all rows of `report`.
    pub(super) fn of(report: &'a Report<'_>) -> Places<'a> {
        let manifest = &report.base.manifest;
        let rows = &report.comparison.rows;
        let is_varied = |key: &str| manifest.varied.iter().any(|varied| varied == key);
        let names = short_keys(manifest.sweep_keys.iter().map(String::as_str));
        let by = report.key;
        let mut keys = Vec::new();
        let mut by_name = None;
        for (column, (path, short)) in manifest.sweep_keys.iter().zip(names).enumerate() {
            if by == Some(path.as_str()) {
                by_name = Some(short);
                continue;
            }
            let first = report.base.points.first();
            let base = first.map(|point| point.values[column].as_str());
            let mut values = rows.iter().filter_map(|row| value(row, path));
            let some = values.next();
            keys.push(Key {
                path,
                short,
                base: base.filter(|_| is_varied(path)),
                is_swept: values.any(|value| Some(value) != some),
            });
        }
        Places {
            has_base: keys.iter().any(|key| key.base.is_some()),
            keys,
            by: by_name,
        }
    }

    /// What is compared at the row, its point without what is the same everywhere, its task group.
    pub(super) fn name(&self, row: &Row) -> String {
        let mut parts = Vec::new();
        if let (Some(key), Some((base, new))) = (&self.by, &row.values) {
            parts.push(format!("{key} {base} → {new}"));
        }
        let mode = value(row, "network.mode");
        let mut is_at_base = self.has_base;
        for key in self.keys.iter().filter(|key| key.is_swept) {
            let Some(value) = value(row, key.path) else {
                continue;
            };
            match (key.base, key.path, mode) {
                (Some(base), ..) if value == base => {}
                (Some(_), ..) => {
                    is_at_base = false;
                    parts.push(change_label(key.path, value));
                }
                (None, "network.arbitration", Some(mode)) => {
                    // Where the mode has no arbitration, this one is not in force.
                    if mode_label(mode, value, true) != mode {
                        parts.push(format!("{} {value}", key.short));
                    }
                }
                _ => parts.push(format!("{} {value}", key.short)),
            }
        }
        if is_at_base {
            parts.push("base".to_owned());
        }
        parts.push(format!("tasks: {}", row.task_group));
        parts.join(", ")
    }
}

fn value<'a>(row: &'a Row, path: &str) -> Option<&'a str> {
    let pair = row.point.iter().find(|(key, _)| key == path);
    pair.map(|(_, value)| value.as_str())
}
