//! The declared keys as a JSON Schema, for editors that check TOML while it is written.

use serde_json::{Map, Value, json};

use crate::units::Quantity;

use super::keys::{self, Key, Kind};
use super::sweep;

/// A list of the smallest and the largest value, no more and no less.
const WITHIN: &str = "assert.within";

/// JSON Schema (draft 2020-12) of experiment files.
///
/// It knows every key and the form of every value; what depends on several values at once, only
/// [`super::Experiment::parse`] can tell.
pub fn json_schema() -> Value {
    let mut schema = table("");
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!("enibench experiment"));
    Value::Object(schema)
}

/// The table whose keys are declared under `path`.
fn table(path: &str) -> Map<String, Value> {
    let properties: Map<String, Value> = keys::children(path)
        .map(|key| (key.name().to_owned(), value(key)))
        .collect();
    // A key that the sweep sets may be missing in its table, and one with a condition depends on
    // it, so nothing but what can never be swept is required here.
    let required: Vec<&str> = keys::children(path)
        .filter(|key| key.required && matches!(key.path, "question" | "task" | "task.name"))
        .map(Key::name)
        .collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn value(key: &Key) -> Value {
    let mut forms: Vec<Value> = key.kinds.iter().map(|kind| form(key, kind)).collect();
    let mut schema = match (forms.pop(), forms.is_empty()) {
        (Some(Value::Object(only)), true) => only,
        (Some(last), _) => {
            forms.push(last);
            Map::from_iter([("anyOf".to_owned(), Value::Array(forms))])
        }
        (None, _) => Map::new(),
    };
    let mut description = key.doc.to_owned();
    if !key.default.is_empty() {
        description = format!("{description} Default: {}.", key.default);
    }
    schema.insert("description".to_owned(), json!(description));
    Value::Object(schema)
}

fn form(key: &Key, kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string", "pattern": "\\S" }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Number { above, below } if below.is_finite() => {
            json!({ "type": "number", "exclusiveMinimum": above, "exclusiveMaximum": below })
        }
        Kind::Number { above, .. } => json!({ "type": "number", "exclusiveMinimum": above }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Quantity(quantity) => with_unit(*quantity),
        Kind::DurationOrZero => with_unit(Quantity::Duration),
        Kind::Percent => json!({ "type": "string", "pattern": "^\\s*[0-9]+(\\.[0-9]+)? *%\\s*$" }),
        Kind::PacketCount => json!({ "type": "string", "pattern": "^\\s*[0-9]+ +packets?\\s*$" }),
        Kind::Name(names) => json!({ "enum": names }),
        Kind::InstanceType => json!({ "type": "string", "examples": ["c5.large", "c5.4xlarge"] }),
        Kind::TaskName => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
        Kind::ListOf(kind) => {
            let mut list = json!({ "type": "array", "minItems": 1, "items": form(key, kind) });
            if key.path == WITHIN {
                list["minItems"] = json!(2);
                list["maxItems"] = json!(2);
            }
            list
        }
        Kind::Table => Value::Object(table(key.path)),
        Kind::Tables => json!({ "type": "array", "items": table(key.path) }),
        Kind::Values => json!({ "type": "object" }),
        Kind::Limit => json!({ "type": ["number", "string"] }),
        Kind::Sweep => {
            // A varied key has its base and something else.
            let least = if key.path == sweep::VARY { 2 } else { 1 };
            json!({
                "type": "object",
                "additionalProperties": { "type": "array", "minItems": least },
            })
        }
    }
}

fn with_unit(quantity: Quantity) -> Value {
    let units: Vec<&str> = quantity.unit_names().collect();
    let mut pattern = format!("^\\s*[0-9]+(\\.[0-9]+)?\\s*({})\\s*$", units.join("|"));
    if quantity == Quantity::Duration {
        pattern = pattern.replace("us|", "us|µs|");
    }
    json!({ "type": "string", "pattern": pattern, "examples": [quantity.example()] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_two_ends() {
        let schema = json_schema();
        let within = schema.pointer("/properties/assert/items/properties/within");
        let within = within.expect("assertions have a range");
        assert_eq!(
            (&within["minItems"], &within["maxItems"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(within["type"], "array");
    }

    #[test]
    fn the_schema_mentions_every_key_under_its_table() {
        let schema = json_schema();
        for key in keys::all() {
            let mut place = &schema;
            for part in key.path.split('.') {
                place = of_table(place).unwrap_or_else(|| panic!("{}: no table", key.path));
                place = place
                    .pointer(&format!("/properties/{part}"))
                    .unwrap_or_else(|| panic!("{} is missing", key.path));
            }
            let description = place["description"].as_str().unwrap();
            assert!(description.starts_with(key.doc), "{}", key.path);
        }
    }

    /// The form of `schema` that has properties: itself, its items, or one of its alternatives.
    fn of_table(schema: &Value) -> Option<&Value> {
        if schema.get("properties").is_some() {
            return Some(schema);
        }
        let items = schema.get("items").and_then(of_table);
        items.or_else(|| schema.get("anyOf")?.as_array()?.iter().find_map(of_table))
    }
}
