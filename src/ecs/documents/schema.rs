//! Every field of a document against the table of fields, types and allowed values of ECS.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::place::{Findings, Place, below};
use super::problem::DocumentProblem;

/// Structures and enums that a document can hold, from the service model of Amazon ECS that the
/// AWS SDKs carry; `.ci/check_ecs_model.py` compares them.
const TABLE: &str = include_str!("fields.json");

/// An enum whose other values ECS does not refuse but reads as tcp.
const LENIENT: &str = "TransportProtocol";

/// Names that a message lists; where there are more, it only names the nearest.
const NAMES_MAX: usize = 12;

#[derive(Debug, Deserialize)]
struct Table {
    structures: BTreeMap<String, Structure>,
    enums: BTreeMap<String, Vec<String>>,
}

/// Fields by name; a type is a scalar, `[element]`, `{value}`, a structure or an enum.
#[derive(Debug, Deserialize)]
struct Structure {
    required: Vec<String>,
    fields: BTreeMap<String, String>,
}

fn table() -> &'static Table {
    static READ: LazyLock<Table> = LazyLock::new(|| {
        serde_json::from_str(TABLE).expect("the table is compiled in and its test reads it")
    });
    &READ
}

/// Refuses what is not a structure `name` or holds fields, types or values that ECS does not know.
/// Fields of the structure `also` are accepted beside.
pub(super) fn check(place: &Place<'_>, name: &str, also: Option<&str>, findings: &mut Findings) {
    let structures = &table().structures;
    let also = also.map(|also| &structures[also]);
    structure(place, name, also, findings);
}

fn structure(place: &Place<'_>, name: &str, also: Option<&Structure>, findings: &mut Findings) {
    let known = &table().structures[name];
    let Some(object) = place.value.as_object() else {
        return findings.refuse(place.problem("this is no object", "write { … }"));
    };
    for required in &known.required {
        if !object.contains_key(required) {
            let reason = "ECS requires this field";
            findings.refuse(place.missing(required, reason, format!("add \"{required}\": …")));
        }
    }
    for (field, value) in object {
        let place = Place::new(value, below(&place.path, field));
        let of_also = || also.and_then(|also| also.fields.get(field));
        match known.fields.get(field).or_else(of_also) {
            Some(kind) => check_type(&place, kind, findings),
            None => findings.refuse(unknown_field(&place, field, known)),
        }
    }
}

fn unknown_field(place: &Place<'_>, field: &str, known: &Structure) -> DocumentProblem {
    let names: Vec<&str> = known.fields.keys().map(String::as_str).collect();
    let remedy = match nearest(field, &names) {
        Some(name) if name.eq_ignore_ascii_case(field) => {
            format!("write `{name}`: ECS's API begins names in lower case")
        }
        Some(name) => format!("did you mean `{name}`?"),
        None if names.len() <= NAMES_MAX => format!("the fields here are {}", names.join(", ")),
        None => "leave it out".to_owned(),
    };
    place.problem("ECS knows no such field", remedy)
}

fn check_type(place: &Place<'_>, kind: &str, findings: &mut Findings) {
    let value = place.value;
    if value.is_null() {
        let problem = place.problem("ECS takes no null", "write a value, or leave the field out");
        return findings.refuse(problem);
    }
    let inner = |open: char, close: char| kind.strip_prefix(open)?.strip_suffix(close);
    if let Some(element) = inner('[', ']') {
        let Some(elements) = value.as_array() else {
            return findings.refuse(place.problem("this is no list", "write [ … ]"));
        };
        for (index, value) in elements.iter().enumerate() {
            let element_place = Place::new(value, format!("{}[{index}]", place.path));
            check_type(&element_place, element, findings);
        }
    } else if let Some(of_values) = inner('{', '}') {
        let Some(values) = value.as_object() else {
            return findings.refuse(place.problem("this is no map", "write { \"name\": … }"));
        };
        for (name, value) in values {
            check_type(
                &Place::new(value, below(&place.path, name)),
                of_values,
                findings,
            );
        }
    } else if let Some(allowed) = table().enums.get(kind) {
        check_enum(place, kind, allowed, findings);
    } else if table().structures.contains_key(kind) {
        structure(place, kind, None, findings);
    } else {
        check_scalar(place, kind, findings);
    }
}

fn check_enum(place: &Place<'_>, kind: &str, allowed: &[String], findings: &mut Findings) {
    let Some(text) = place.value.as_str() else {
        let example = format!("write \"{}\"", allowed[0]);
        return findings.refuse(place.problem("this is no text", example));
    };
    if kind == LENIENT || allowed.iter().any(|value| value == text) {
        return;
    }
    let values: Vec<&str> = allowed.iter().map(String::as_str).collect();
    let all = || format!("\"{}\"", values.join("\", \""));
    let remedy = match nearest(text, &values) {
        _ if values.len() == 1 => format!("write {}", all()),
        Some(value) if values.len() > NAMES_MAX => format!("did you mean \"{value}\"?"),
        Some(value) => format!("did you mean \"{value}\"? (one of {})", all()),
        None => format!("write one of {}", all()),
    };
    findings.refuse(place.problem("ECS knows no such value", remedy));
}

fn check_scalar(place: &Place<'_>, kind: &str, findings: &mut Findings) {
    let value = place.value;
    let (right, what, example) = match kind {
        "string" => (value.is_string(), "text", format!("\"{value}\"")),
        "integer" => {
            let whole = value.as_i64().filter(|n| i32::try_from(*n).is_ok());
            (
                whole.is_some(),
                "whole number of 32 bits",
                match value.is_i64() || value.is_u64() {
                    true => format!("at most {}", i32::MAX),
                    false => unquoted(value, "1"),
                },
            )
        }
        "number" => (value.is_number(), "number", unquoted(value, "1.0")),
        "boolean" => (value.is_boolean(), "boolean", unquoted(value, "true")),
        // The command prints a text, others seconds since 1970.
        _ => (
            value.is_string() || value.is_number(),
            "time",
            "\"2026-01-31T12:00:00Z\"".to_owned(),
        ),
    };
    if !right {
        let remedy = match value.is_object() || value.is_array() {
            true => format!("write a {what}"),
            false => format!("write {example}"),
        };
        findings.refuse(place.problem(format!("this is no {what}"), remedy));
    }
}

/// The text that `value` holds if it would do without its quotes, else the example.
fn unquoted(value: &Value, example: &str) -> String {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    let same_kind = |parsed: Value| match example {
        "true" => parsed.is_boolean(),
        "1" => parsed.is_i64(),
        _ => parsed.is_number(),
    };
    match serde_json::from_str(text).is_ok_and(same_kind) {
        true => text.to_owned(),
        false => example.to_owned(),
    }
}

/// The name that `wrong` most likely stands for: at most a third of its letters mistyped.
fn nearest<'n>(wrong: &str, names: &[&'n str]) -> Option<&'n str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wrong = plain(wrong);
    let distance = |name: &&'n str| (strsim::damerau_levenshtein(&wrong, &plain(name)), *name);
    let near = names.iter().map(distance);
    near.filter(|(edits, name)| *edits <= name.len().max(wrong.len()) / 3)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(value: Value, structure: &str) -> Vec<String> {
        let mut findings = Findings::default();
        check(&Place::new(&value, ""), structure, None, &mut findings);
        findings.problems.iter().map(|p| p.to_string()).collect()
    }

    /// A type that names nothing would panic only when a document reaches it.
    #[test]
    fn every_type_of_the_table_is_known() {
        let scalars = ["string", "integer", "number", "boolean", "timestamp"];
        for (name, structure) in &table().structures {
            for required in &structure.required {
                assert!(structure.fields.contains_key(required), "{name}.{required}");
            }
            for (field, kind) in &structure.fields {
                let inner = kind.trim_matches(['[', ']', '{', '}']);
                let known = scalars.contains(&inner)
                    || table().enums.contains_key(inner)
                    || table().structures.contains_key(inner);
                assert!(known, "{name}.{field}: {kind}");
            }
        }
        assert!(table().structures.len() > 80 && table().enums.len() > 40);
        assert!(table().enums.values().all(|values| !values.is_empty()));
    }

    /// Types as the service model has them; the remedies by hand.
    #[test]
    fn wrong_types_are_refused_with_the_right_spelling() {
        for (document, message) in [
            (
                json!({"cpu": 256}),
                "cpu = 256: this is no text; write \"256\"",
            ),
            (
                json!({"containerDefinitions": [{"cpu": "10"}]}),
                "containerDefinitions[0].cpu = \"10\": this is no whole number of 32 bits; write 10",
            ),
            (
                json!({"containerDefinitions": [{"memory": 2_147_483_648_u32}]}),
                "containerDefinitions[0].memory = 2147483648: this is no whole number of 32 bits; \
                 write at most 2147483647",
            ),
            (
                json!({"containerDefinitions": [{"essential": "true"}]}),
                "containerDefinitions[0].essential = \"true\": this is no boolean; write true",
            ),
            (
                json!({"containerDefinitions": [{"memory": 4e9}]}),
                "containerDefinitions[0].memory = 4000000000.0: this is no whole number of 32 \
                 bits; write 1",
            ),
            (
                json!({"containerDefinitions": {}}),
                "containerDefinitions = {}: this is no list; write [ … ]",
            ),
            (
                json!({"containerDefinitions": [[]]}),
                "containerDefinitions[0] = []: this is no object; write { … }",
            ),
            (
                json!({"containerDefinitions": [{"dockerLabels": []}]}),
                "containerDefinitions[0].dockerLabels = []: this is no map; write { \"name\": … }",
            ),
            (
                json!({"containerDefinitions": [{"dockerLabels": {"a": []}}]}),
                "containerDefinitions[0].dockerLabels.a = []: this is no text; write a text",
            ),
            (
                json!({"taskRoleArn": null}),
                "taskRoleArn = null: ECS takes no null; write a value, or leave the field out",
            ),
            (
                json!({"networkMode": 1}),
                "networkMode = 1: this is no text; write \"bridge\"",
            ),
            (
                json!({"registeredAt": true}),
                "registeredAt = true: this is no time; write \"2026-01-31T12:00:00Z\"",
            ),
        ] {
            assert_eq!(told(document, "TaskDefinition"), [message]);
        }
        assert_eq!(
            told(json!({"canaryPercent": "5"}), "CanaryConfiguration"),
            ["canaryPercent = \"5\": this is no number; write 5"]
        );
    }

    #[test]
    fn unknown_names_lead_to_the_nearest() {
        for (document, message) in [
            (
                json!({"netwrokMode": "host"}),
                "netwrokMode = \"host\": ECS knows no such field; did you mean `networkMode`?",
            ),
            (
                json!({"NetworkMode": "host"}),
                "NetworkMode = \"host\": ECS knows no such field; write `networkMode`: ECS's API \
                 begins names in lower case",
            ),
            (
                json!({"flavour": 1}),
                "flavour = 1: ECS knows no such field; leave it out",
            ),
            (
                json!({"tags": [{"colour": "red"}]}),
                "tags[0].colour = \"red\": ECS knows no such field; the fields here are key, value",
            ),
            (
                json!({"networkMode": "aws-vcp"}),
                "networkMode = \"aws-vcp\": ECS knows no such value; did you mean \"awsvpc\"? (one \
                 of \"bridge\", \"host\", \"awsvpc\", \"none\")",
            ),
            (
                json!({"networkMode": "overlay"}),
                "networkMode = \"overlay\": ECS knows no such value; write one of \"bridge\", \
                 \"host\", \"awsvpc\", \"none\"",
            ),
            (
                json!({"proxyConfiguration": {"containerName": "e", "type": "ENVOY"}}),
                "proxyConfiguration.type = \"ENVOY\": ECS knows no such value; write \"APPMESH\"",
            ),
            (
                json!({"containerDefinitions": [{"ulimits":
                    [{"name": "nofiles", "softLimit": 1, "hardLimit": 1}]}]}),
                "containerDefinitions[0].ulimits[0].name = \"nofiles\": ECS knows no such value; \
                 did you mean \"nofile\"?",
            ),
            (
                json!({"proxyConfiguration": {}}),
                "proxyConfiguration.containerName: ECS requires this field; add \
                 \"containerName\": …",
            ),
        ] {
            let family = "RegisterTaskDefinitionRequest";
            let mut messages = told(document, family);
            messages
                .retain(|m| !m.starts_with("family:") && !m.starts_with("containerDefinitions:"));
            assert_eq!(messages, [message]);
        }
    }
}
