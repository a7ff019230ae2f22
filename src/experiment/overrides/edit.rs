//! Changes of a TOML document that leave all comments where they are.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value as Toml};

use crate::experiment::assertion::ASSERT;
use crate::experiment::sweep::{SWEEP, VARY};
use crate::experiment::tree::{Node, Step, Value};

/// Sets the value at `steps`; false if something on the way is not a table.
pub(super) fn write(table: &mut dyn TableLike, steps: &[Step], node: &Node) -> bool {
    let Some((Step::Key(key), rest)) = steps.split_first() else {
        return false;
    };
    if rest.is_empty() {
        set(table, key, toml(node));
        return true;
    }
    if let Some((Step::Index(index), rest)) = rest.split_first() {
        return match table.get_mut(key) {
            Some(Item::ArrayOfTables(groups)) => groups
                .get_mut(*index)
                .is_some_and(|group| write(group, rest, node)),
            Some(Item::Value(Toml::Array(groups))) => groups
                .get_mut(*index)
                .and_then(Toml::as_inline_table_mut)
                .is_some_and(|group| write(group, rest, node)),
            _ => false,
        };
    }
    if !table.contains_key(key) {
        let item = if key == "instance" || key == "network" {
            Item::Table(Table::new())
        } else {
            Item::Value(Toml::InlineTable(InlineTable::new()))
        };
        table.insert(key, item);
    }
    table
        .get_mut(key)
        .and_then(Item::as_table_like_mut)
        .is_some_and(|table| write(table, rest, node))
}

/// Sets `key`, keeping the comment behind a value that it replaces.
pub(super) fn set(table: &mut dyn TableLike, key: &str, mut value: Toml) {
    if let Some(Item::Value(old)) = table.get(key) {
        *value.decor_mut() = old.decor().clone();
    }
    table.insert(key, Item::Value(value));
}

/// Sets the values of the swept key `path`, under `vary` if it stands there; false if the table
/// is none.
pub(super) fn write_axis(document: &mut DocumentMut, path: &str, node: &Node) -> bool {
    let varied = document.get(VARY).and_then(Item::as_table_like);
    let table = match varied {
        Some(varied) if varied.contains_key(path) => VARY,
        _ => SWEEP,
    };
    let table = document
        .entry(table)
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = table.as_table_like_mut() else {
        return false;
    };
    set(table, path, toml(node));
    true
}

/// Takes `path` out of what is swept or varied, if it is there.
pub(super) fn remove_axis(document: &mut DocumentMut, path: &str) {
    for table in [SWEEP, VARY] {
        let table = document.get_mut(table).and_then(Item::as_table_like_mut);
        if let Some(table) = table {
            table.remove(path);
        }
    }
}

/// Takes out the assertions that `leave_out` selects.
pub(super) fn remove_assertions(
    document: &mut DocumentMut,
    leave_out: impl Fn(&dyn TableLike) -> bool,
) {
    let none_is_left = match document.get_mut(ASSERT) {
        Some(Item::ArrayOfTables(tables)) => {
            tables.retain(|table| !leave_out(table));
            tables.is_empty()
        }
        Some(Item::Value(Toml::Array(tables))) => {
            tables.retain(|table| !table.as_inline_table().is_some_and(|t| leave_out(t)));
            tables.is_empty()
        }
        _ => false,
    };
    if none_is_left {
        document.remove(ASSERT);
    }
}

/// Whether the points of an assertion depend on the swept key `path`.
pub(super) fn mentions(assertion: &dyn TableLike, path: &str) -> bool {
    ["when", "against"].into_iter().any(|key| {
        let points = assertion.get(key).and_then(Item::as_table_like);
        points.is_some_and(|points| points.contains_key(path))
    })
}

fn toml(node: &Node) -> Toml {
    match &node.value {
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Array(elements) => Toml::Array(elements.iter().map(toml).collect::<Array>()),
        Value::Table(entries) => {
            let mut table = InlineTable::new();
            for entry in entries {
                table.insert(&entry.key, toml(&entry.node));
            }
            Toml::InlineTable(table)
        }
        Value::Other { text, .. } => text.as_str().into(),
    }
}
