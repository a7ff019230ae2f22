//! The keys of an experiment file, declared once.
//!
//! The check of a file, its "did you mean", its JSON Schema and the explanation of a key are all
//! derived from [`all`]; no other place lists keys.

mod allowance;
mod assertion;
mod instance;
mod laws;
mod life;
mod limits;
mod network;
mod precision;
mod run;
mod security;
mod task;

use crate::units::Quantity;

/// The largest seed: TOML integers are signed.
pub const SEED_MAX: i64 = i64::MAX;

/// A key of an experiment file.
#[derive(Debug)]
pub struct Key {
    /// Path from the root; keys of every `[[task]]` start with `task`.
    pub path: &'static str,
    /// Values it takes; any of these.
    pub kinds: &'static [Kind],
    /// Whether its table must have it (under the condition of `when`).
    pub required: bool,
    /// What holds without it; empty where there is no such thing.
    pub default: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// A value as one would write it.
    pub example: &'static str,
    /// Where the default comes from; empty where that needs no source.
    pub source: &'static str,
    /// The value of a key beside it without which this one has no effect.
    pub when: Option<When>,
}

/// The condition under which a key means anything.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// Name of a key in the same table.
    pub key: &'static str,
    /// The values of that key.
    pub values: &'static [&'static str],
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any string that is not blank.
    Text,
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A number, both bounds excluded.
    Number {
        /// Lower bound.
        above: f64,
        /// Upper bound.
        below: f64,
    },
    /// `true` or `false`.
    Boolean,
    /// A string with a unit; above zero.
    Quantity(Quantity),
    /// A duration that may be zero.
    DurationOrZero,
    /// A number of packets, as in `"1000 packets"`.
    PacketCount,
    /// A part of a value in percent, as in `"5 %"`; above zero.
    Percent,
    /// One of these names.
    Name(&'static [&'static str]),
    /// The name of an instance type.
    InstanceType,
    /// The name of a task group.
    TaskName,
    /// An array of such values.
    ListOf(&'static Kind),
    /// A table, whose keys are declared under this one's path.
    Table,
    /// An array of tables, whose keys are declared under this one's path.
    Tables,
    /// A table of swept keys.
    Sweep,
    /// A table of swept keys with a value, or a list of values, of each.
    Values,
    /// A number, or a string whose unit depends on what it limits.
    Limit,
}

/// A key without default, condition or source, to be completed field by field.
const BLANK: Key = Key {
    path: "",
    kinds: &[],
    required: false,
    default: "",
    doc: "",
    example: "",
    source: "",
    when: None,
};

/// Every key, table by table.
pub fn all() -> impl Iterator<Item = &'static Key> {
    [
        run::KEYS,
        precision::KEYS,
        instance::KEYS,
        allowance::INSTANCE_EGRESS,
        allowance::INSTANCE_INGRESS,
        limits::KEYS,
        network::KEYS,
        allowance::FARGATE_EGRESS,
        allowance::FARGATE_INGRESS,
        task::KEYS,
        laws::KEYS,
        security::KEYS,
        assertion::KEYS,
    ]
    .into_iter()
    .flatten()
    .chain(life::KEYS)
    .chain(life::STEPS.iter().flatten())
}

/// The key of this path.
pub fn find(path: &str) -> Option<&'static Key> {
    all().find(|key| key.path == path)
}

/// The keys of the table at `path`; of the root for an empty path.
pub fn children(path: &str) -> impl Iterator<Item = &'static Key> {
    all().filter(move |key| key.parent() == path)
}

impl Key {
    /// The path of the table the key stands in; empty for the root.
    pub fn parent(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// The last part of the path: what stands before the `=`.
    pub fn name(&self) -> &'static str {
        self.path
            .rsplit_once('.')
            .map_or(self.path, |(_, name)| name)
    }

    /// Whether values of this kind are accepted.
    pub fn takes(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Units its values may have, smallest first.
    pub fn units(&self) -> Vec<&'static str> {
        let mut units = Vec::new();
        for kind in self.kinds {
            units.extend(kind.units());
        }
        units
    }

    /// The values it takes, in words: `a duration, such as "10 ms", or a table`.
    pub fn forms(&self) -> String {
        let examples: Vec<String> = self.kinds.iter().filter_map(Kind::unit_example).collect();
        let mut forms = Vec::new();
        if !examples.is_empty() {
            let examples = examples.join(" or ");
            forms.push(format!("a string with a unit, such as {examples}"));
        }
        let others = self
            .kinds
            .iter()
            .filter(|kind| kind.unit_example().is_none());
        forms.extend(others.map(Kind::form));
        match forms.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{}, or {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}

impl Kind {
    /// What a value of this kind is written as.
    pub fn form(&self) -> String {
        if let Some(example) = self.unit_example() {
            return format!("a string with a unit, such as {example}");
        }
        match self {
            Kind::Text
            | Kind::Quantity(_)
            | Kind::DurationOrZero
            | Kind::PacketCount
            | Kind::Percent => "a string".to_owned(),
            Kind::Integer { min, max } => match (*min, *max) {
                (min, i64::MAX) => format!("an integer from {min} to 2^63-1"),
                (min, max) => format!("an integer from {min} to {max}"),
            },
            Kind::Number { above, below } if below.is_finite() => {
                format!("a number above {above} and below {below}")
            }
            Kind::Number { above, .. } => format!("a number above {above}"),
            Kind::Boolean => "true or false".to_owned(),
            Kind::Name(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                names.join(" or ")
            }
            Kind::InstanceType => "an instance type, such as \"c5.large\"".to_owned(),
            Kind::TaskName => "a name of letters, digits, `_` and `-`".to_owned(),
            Kind::ListOf(kind) => format!("an array of which each element is {}", kind.form()),
            Kind::Table => "a table".to_owned(),
            Kind::Tables => "an array of tables".to_owned(),
            Kind::Sweep => "a table of arrays".to_owned(),
            Kind::Values => "a table of swept keys and their values".to_owned(),
            Kind::Limit => "a number, or a string such as \"2 ms\" or \"1 %\"".to_owned(),
        }
    }

    /// An example in quotes, of a kind whose values are numbers with a unit.
    fn unit_example(&self) -> Option<String> {
        let example = match self {
            Kind::Quantity(quantity) => quantity.example(),
            Kind::DurationOrZero => Quantity::Duration.example(),
            Kind::PacketCount => "1000 packets",
            Kind::Percent => "5 %",
            _ => return None,
        };
        Some(format!("\"{example}\""))
    }

    /// Units of its values.
    fn units(&self) -> Vec<&'static str> {
        match self {
            Kind::Quantity(quantity) => quantity.unit_names().collect(),
            Kind::DurationOrZero => Quantity::Duration.unit_names().collect(),
            Kind::PacketCount => vec!["packets"],
            Kind::Percent => vec!["%"],
            Kind::ListOf(kind) => kind.units(),
            _ => Vec::new(),
        }
    }

    /// Whether its values are strings.
    pub(super) fn is_text(&self) -> bool {
        !matches!(
            self,
            Kind::Integer { .. }
                | Kind::Number { .. }
                | Kind::Boolean
                | Kind::ListOf(_)
                | Kind::Table
                | Kind::Tables
                | Kind::Sweep
                | Kind::Values
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn paths_are_unique_and_every_parent_is_a_table() {
        let mut seen = HashSet::new();
        for key in all() {
            assert!(seen.insert(key.path), "{} is declared twice", key.path);
            if key.parent().is_empty() {
                continue;
            }
            let parent = find(key.parent()).expect(key.path);
            assert!(
                parent.takes(Kind::Table) || parent.takes(Kind::Tables),
                "{} is under {}, which is no table",
                key.path,
                parent.path
            );
        }
    }

    #[test]
    fn every_key_explains_itself() {
        for key in all() {
            assert!(key.doc.ends_with('.'), "{}: {}", key.path, key.doc);
            assert!(!key.example.is_empty(), "{}", key.path);
            assert!(!key.forms().is_empty(), "{}", key.path);
            assert!(!key.required || key.default.is_empty(), "{}", key.path);
            let Some(when) = key.when else { continue };
            let selector = children(key.parent()).find(|k| k.name() == when.key);
            assert!(selector.is_some(), "{}", key.path);
        }
    }

    #[test]
    fn keys_are_found_by_path_and_by_table() {
        assert_eq!(find("network.mode").unwrap().name(), "mode");
        assert!(find("network.mdoe").is_none());
        let queue: Vec<&str> = children("network.eni-queue").map(Key::name).collect();
        assert_eq!(queue, ["capacity", "discipline"]);
    }
}
