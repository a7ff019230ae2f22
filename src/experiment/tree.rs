//! An experiment file as a tree of values that know where they stand in the text.
//!
//! The tree is owned, so that a sweep point can be made by putting other values in its places;
//! such a value keeps the place of the sweep element it came from.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::diagnostics::{Problem, Problems};

/// A value and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What stands there.
    pub value: Value,
}

/// A TOML value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Node>),
    /// In the order of the file.
    Table(Vec<Entry>),
    /// A value that no key takes: dates, times, integers beyond 64 bits.
    Other {
        noun: &'static str,
        text: String,
    },
}

/// A key of a table and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub node: Node,
}

/// A step from a node to one below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

static EMPTY: Node = Node {
    span: 0..0,
    value: Value::Table(Vec::new()),
};

impl Node {
    /// The tree of a whole file, or every place where it is not TOML.
    pub fn parse(text: &str) -> Result<Node, Problems> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Node {
                span: 0..0,
                value: table_value(table.get_ref()),
            });
        }
        let mut problems = Problems::default();
        for error in errors {
            problems.add(
                Problem::new(error.span().unwrap_or(0..0), "", error.message())
                    .remedy("this is not TOML; see https://toml.io for its syntax"),
            );
        }
        Err(problems)
    }

    /// The value of `key`, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// A copy of a table without `key`.
    pub fn without(&self, key: &str) -> Node {
        let kept = self.entries().iter().filter(|entry| entry.key != key);
        Node {
            span: self.span.clone(),
            value: Value::Table(kept.cloned().collect()),
        }
    }

    /// The table at `key`, or an empty one.
    pub fn table(&self, key: &str) -> &Node {
        self.get(key).unwrap_or(&EMPTY)
    }

    /// Keys and values of a table; nothing of any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Elements of an array; nothing of any other value.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            _ => None,
        }
    }

    /// What kind of value it is, for messages.
    pub fn noun(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "string",
            Value::Integer(_) => "integer",
            Value::Float(_) => "number",
            Value::Boolean(_) => "boolean",
            Value::Array(_) => "array",
            Value::Table(_) => "table",
            Value::Other { noun, .. } => noun,
        }
    }

    /// The value as a CSV cell: strings as they are, everything else as compact TOML.
    pub fn cell(&self) -> String {
        match self.as_text() {
            Some(text) => text.to_owned(),
            None => self.to_toml(),
        }
    }

    /// The value as compact TOML.
    pub fn to_toml(&self) -> String {
        let join = |parts: Vec<String>| parts.join(", ");
        match &self.value {
            Value::Text(text) => toml_string(text),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => format!("{number:?}"),
            Value::Boolean(boolean) => boolean.to_string(),
            Value::Array(elements) => {
                format!("[{}]", join(elements.iter().map(Node::to_toml).collect()))
            }
            Value::Table(entries) => {
                let pair = |e: &Entry| format!("{} = {}", toml_key(&e.key), e.node.to_toml());
                format!("{{ {} }}", join(entries.iter().map(pair).collect()))
            }
            Value::Other { text, .. } => text.clone(),
        }
    }

    /// The node at the end of `steps`.
    pub fn at(&self, steps: &[Step]) -> Option<&Node> {
        let Some((first, rest)) = steps.split_first() else {
            return Some(self);
        };
        match first {
            Step::Key(key) => self.get(key)?.at(rest),
            Step::Index(index) => self.elements().get(*index)?.at(rest),
        }
    }

    /// Puts `node` at the end of `steps`, making tables on the way where there is nothing yet.
    /// Returns the number of steps after which something else than a table stands in the way.
    pub fn put(&mut self, steps: &[Step], node: &Node) -> Result<(), usize> {
        let Some((first, rest)) = steps.split_first() else {
            *self = node.clone();
            return Ok(());
        };
        let next = match (first, &mut self.value) {
            (Step::Index(index), Value::Array(elements)) => elements.get_mut(*index),
            (Step::Key(key), Value::Table(entries)) => Some(entry_or_new(entries, key, &node.span)),
            _ => None,
        };
        match next {
            Some(next) => next.put(rest, node).map_err(|depth| depth + 1),
            None => Err(0),
        }
    }

    /// Moves every place by `offset` bytes, for a value that was parsed apart from its text.
    pub fn shift(&mut self, from: usize, to: usize) {
        let moved = |span: &Range<usize>| span.start + to - from..span.end + to - from;
        self.span = moved(&self.span);
        match &mut self.value {
            Value::Array(elements) => elements.iter_mut().for_each(|n| n.shift(from, to)),
            Value::Table(entries) => {
                for entry in entries {
                    entry.key_span = moved(&entry.key_span);
                    entry.node.shift(from, to);
                }
            }
            _ => {}
        }
    }
}

fn entry_or_new<'e>(entries: &'e mut Vec<Entry>, key: &str, span: &Range<usize>) -> &'e mut Node {
    let index = entries.iter().position(|entry| entry.key == key);
    let index = index.unwrap_or_else(|| {
        entries.push(Entry {
            key: key.to_owned(),
            key_span: span.clone(),
            node: Node {
                span: span.clone(),
                value: Value::Table(Vec::new()),
            },
        });
        entries.len() - 1
    });
    &mut entries[index].node
}

fn table_value(table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: node(value.span(), value.get_ref()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    Value::Table(entries)
}

fn node(span: Range<usize>, value: &DeValue<'_>) -> Node {
    let other = |noun, text: String| Value::Other { noun, text };
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => other("integer beyond 64 bits", integer.to_string()),
        },
        DeValue::Float(float) => match float.as_str().parse() {
            Ok(number) => Value::Float(number),
            Err(_) => other("number", float.to_string()),
        },
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Datetime(datetime) => other("date or time", datetime.to_string()),
        DeValue::Array(array) => Value::Array(
            array
                .iter()
                .map(|element| node(element.span(), element.get_ref()))
                .collect(),
        ),
        DeValue::Table(table) => table_value(table),
    };
    Node { span, value }
}

/// `text` as a basic TOML string.
pub(super) fn toml_string(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// `key` bare where TOML allows it, quoted where it does not.
fn toml_key(key: &str) -> String {
    toml_edit::Key::new(key).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Step {
        Step::Key(name.to_owned())
    }

    #[test]
    fn tables_keep_the_order_of_the_file_and_every_place() {
        let text = "z = 1\na = { y = \"q\", b = [0x10, 1.50] }\n";
        let tree = Node::parse(text).unwrap();
        let keys: Vec<&str> = tree.entries().iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["z", "a"]);
        let y = tree.at(&[key("a"), key("y")]).unwrap();
        assert_eq!(&text[y.span.clone()], "\"q\"");
        assert_eq!(
            tree.get("a").unwrap().cell(),
            "{ y = \"q\", b = [16, 1.5] }"
        );
    }

    #[test]
    fn put_replaces_makes_tables_and_stops_at_values() {
        let mut tree = Node::parse("a = 1\nt = [{ n = 1 }]\n").unwrap();
        let two = Node {
            span: 9..10,
            value: Value::Integer(2),
        };
        let n = [key("t"), Step::Index(0), key("n")];
        assert_eq!(tree.put(&n, &two), Ok(()));
        assert_eq!(tree.at(&n), Some(&two));
        let deep = [key("x"), key("y")];
        assert_eq!(tree.put(&deep, &two), Ok(()));
        assert_eq!(tree.at(&deep), Some(&two));
        assert_eq!(tree.put(&[key("a"), key("y")], &two), Err(1));
    }

    #[test]
    fn what_is_not_toml_is_reported_at_every_place() {
        let problems = Node::parse("a = 1\na = 2\nb = x y\n").unwrap_err();
        assert!(problems.len() >= 2, "{problems:?}");
    }
}
