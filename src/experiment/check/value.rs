//! One value against the kinds that its key takes.

use std::num::NonZeroU32;

use crate::ecs;
use crate::experiment::diagnostics::Problem;
use crate::experiment::keys::{Key, Kind};
use crate::experiment::suggest::did_you_mean;
use crate::experiment::tree::{Node, Value};
use crate::units::{self, ParseQuantityError, Quantity};

/// Characters of an offending text that a message repeats; the rest is underlined anyway.
const QUOTED_MAX: usize = 60;

/// A reason and a remedy.
type Fault = (String, String);

/// What is wrong with `node`, a value of one of `kinds` (no table, no array).
pub(super) fn check(node: &Node, kinds: &[Kind], key: &Key, path: &str) -> Option<Problem> {
    let text_kinds: Vec<Kind> = kinds.iter().copied().filter(Kind::is_text).collect();
    let fault = match &node.value {
        Value::Text(text) if !text_kinds.is_empty() => text_fault(text, &text_kinds, key)?,
        Value::Integer(_) | Value::Float(_) => match number_fault(node, kinds)? {
            Some(fault) => fault,
            None => return Some(mismatch(node, key, path)),
        },
        Value::Boolean(_) if kinds.contains(&Kind::Boolean) => return None,
        _ => return Some(mismatch(node, key, path)),
    };
    Some(Problem::new(node.span.clone(), path, fault.0).remedy(fault.1))
}

/// A value of another type than the key takes.
pub(super) fn mismatch(node: &Node, key: &Key, path: &str) -> Problem {
    let found = match node.value {
        Value::Array(_) | Value::Table(_) => node.noun().to_owned(),
        _ => format!("{} `{}`", node.noun(), quoted(&node.to_toml())),
    };
    let message = format!("expected {}, found {found}", key.forms());
    let units = key.units();
    let remedy = match &node.value {
        Value::Integer(_) | Value::Float(_) if !units.is_empty() => format!(
            "add a unit ({}), for example {} = {}",
            units.join(", "),
            key.name(),
            key.example
        ),
        Value::Array(_) if matches!(path, "instance" | "network" | "sweep") => {
            format!("there is one such table: write [{path}], not [[{path}]]")
        }
        Value::Array(_) if !key.takes(Kind::Tables) => {
            format!("to try several values, move the array to [sweep]: \"{path}\" = [ … ]")
        }
        _ if path == "task" => "start each task group with a line [[task]]".to_owned(),
        _ if key.takes(Kind::Tables) => format!("start each with a line [[{path}]]"),
        _ => format!("write for example {} = {}", key.name(), key.example),
    };
    Problem::new(node.span.clone(), path, message).remedy(remedy)
}

/// Whether `text` is one of the names that `key` takes.
pub(super) fn is_name(key: &Key, text: &str) -> bool {
    key.kinds
        .iter()
        .any(|kind| matches!(kind, Kind::Name(names) if names.contains(&text)))
}

/// `None`: a right number. `Some(None)`: no number is right. Otherwise what is wrong with it.
fn number_fault(node: &Node, kinds: &[Kind]) -> Option<Option<Fault>> {
    for kind in kinds {
        let right = match (kind, &node.value) {
            (Kind::Integer { min, max }, Value::Integer(n)) => (min..=max).contains(&n),
            (Kind::Integer { .. }, _) => false,
            (Kind::Number { above, below }, _) => {
                let number = node.as_number()?;
                number.is_finite() && number > *above && number < *below
            }
            (Kind::Limit, _) => node.as_number().is_some_and(|n| n.is_finite() && n >= 0.0),
            _ => continue,
        };
        if right {
            return None;
        }
        return Some(Some((
            format!("`{}` is not {}", node.to_toml(), kind.form()),
            format!("write {}", kind.form()),
        )));
    }
    Some(None)
}

fn text_fault(text: &str, kinds: &[Kind], key: &Key) -> Option<Fault> {
    let faults: Vec<Fault> = kinds
        .iter()
        .map(|kind| kind_fault(text, kind, key))
        .collect::<Option<_>>()?;
    if let [fault] = &faults[..] {
        return Some(fault.clone());
    }
    // Of several kinds, the one whose unit the text has is the one that was meant.
    let meant = kinds.iter().position(|kind| match kind {
        Kind::Quantity(quantity) => Quantity::meant_by(text) == Some(*quantity),
        Kind::DurationOrZero => Quantity::meant_by(text) == Some(Quantity::Duration),
        Kind::PacketCount => text.contains("packet"),
        Kind::Percent => text.contains('%'),
        Kind::Name(_) => text.starts_with(char::is_alphabetic),
        _ => false,
    });
    let example = format!("write {}", key.forms());
    let has_unit = |c: char| c.is_alphabetic() || c == '%';
    if !text.trim().is_empty() && !text.contains(has_unit) {
        let units = key.units().join(", ");
        let remedy = format!("add a unit ({units}), for example {}", key.example);
        return Some((format!("`{}` has no unit", quoted(text)), remedy));
    }
    Some(match meant {
        Some(index) if !matches!(kinds[index], Kind::Name(_)) => faults[index].clone(),
        Some(index) => {
            let near = did_you_mean(text, names(&kinds[index]));
            let remedy = if near.starts_with("did") {
                near
            } else {
                example
            };
            (format!("`{}` is not {}", quoted(text), key.forms()), remedy)
        }
        None => (faults[0].0.clone(), example),
    })
}

fn names(kind: &Kind) -> &'static [&'static str] {
    match kind {
        Kind::Name(names) => names,
        _ => &[],
    }
}

/// What is wrong with `text` as a value of `kind`; `None` if nothing is.
fn kind_fault(text: &str, kind: &Kind, key: &Key) -> Option<Fault> {
    let quantity = |error: ParseQuantityError| (error.to_string(), error.remedy());
    match kind {
        Kind::Text => text.trim().is_empty().then(|| {
            let message = format!("`{}` is blank", key.name());
            (
                message,
                format!("write for example {} = {}", key.name(), key.example),
            )
        }),
        Kind::Quantity(Quantity::Duration) => match units::parse_duration(text) {
            Ok(span) if span.is_zero() => Some((
                format!("`{text}` is zero; a duration here is above zero"),
                format!("write for example {}", key.example),
            )),
            result => result.err().map(quantity),
        },
        Kind::DurationOrZero => units::parse_duration(text).err().map(quantity),
        Kind::Quantity(Quantity::Size) => units::parse_bytes(text).err().map(quantity),
        Kind::Quantity(Quantity::DataRate) => units::parse_data_rate(text).err().map(quantity),
        Kind::Quantity(Quantity::PacketRate) => units::parse_packet_rate(text).err().map(quantity),
        Kind::PacketCount => packet_count(text).is_none().then(|| {
            (
                format!("`{}` is not a number of packets above zero", quoted(text)),
                "write for example \"1000 packets\"".to_owned(),
            )
        }),
        Kind::Percent => percent(text).is_none().then(|| {
            (
                format!("`{}` is not a percentage above zero", quoted(text)),
                "write for example \"5 %\"".to_owned(),
            )
        }),
        Kind::Name(names) => (!names.contains(&text)).then(|| name_fault(text, names, key)),
        Kind::InstanceType => ecs::find(text).is_none().then(|| {
            let near = ecs::nearest(text).map(|name| format!("did you mean \"{name}\"? "));
            (
                format!("`{}` is not a known instance type", quoted(text)),
                format!(
                    "{}`enibench instances` lists all types",
                    near.unwrap_or_default()
                ),
            )
        }),
        Kind::TaskName => (!is_task_name(text)).then(|| {
            (
                format!("`{}` cannot name a task group", quoted(text)),
                "use letters, digits, `_` and `-`; `all` is taken by the sum of all groups"
                    .to_owned(),
            )
        }),
        Kind::Integer { .. } | Kind::Number { .. } | Kind::Boolean | Kind::ListOf(_) => None,
        Kind::Limit => None,
        Kind::Table | Kind::Tables | Kind::Sweep | Kind::Values => None,
    }
}

fn name_fault(text: &str, names: &[&str], key: &Key) -> Fault {
    let noun = match key.name() {
        "mode" => "a network mode",
        "distribution" => "a distribution",
        "discipline" => "a queueing discipline",
        "arbitration" => "an arbitration",
        "arrivals" => "a law of arrivals",
        "direction" => "a direction",
        "metric" => "a metric",
        "steering" => "a way of steering",
        "protocol" => "a protocol",
        _ => "a value here",
    };
    let near = did_you_mean(text, names);
    if key.kinds.len() > 1 && !near.starts_with("did") {
        let forms = key.forms();
        return (
            format!("`{}` is not {forms}", quoted(text)),
            format!("write {forms}"),
        );
    }
    (format!("`{}` is not {noun}", quoted(text)), near)
}

fn is_task_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.chars().all(letter) && text != "all"
}

/// The number in `"1000 packets"`, if it is one above zero.
pub(in crate::experiment) fn packet_count(text: &str) -> Option<NonZeroU32> {
    let (number, unit) = text.trim().split_once(' ')?;
    let named = matches!(unit.trim_start(), "packets" | "packet");
    let count = number
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then_some(number)?;
    count.parse().ok().filter(|_| named)
}

/// The part of one that `"5 %"` stands for, if it is a percentage above zero.
pub(in crate::experiment) fn percent(text: &str) -> Option<f64> {
    let number = text.trim().strip_suffix('%')?.trim_end();
    let decimal = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let percent: f64 = number.parse().ok().filter(|_| decimal)?;
    (percent > 0.0).then_some(percent / 100.0)
}

/// `text` on one line and not too long.
pub(in crate::experiment) fn quoted(text: &str) -> String {
    let mut quoted: String = text
        .chars()
        .take(QUOTED_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(QUOTED_MAX).is_some() {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packet_counts() {
        assert_eq!(packet_count("1000 packets"), NonZeroU32::new(1000));
        assert_eq!(packet_count("1 packet"), NonZeroU32::new(1));
        for wrong in [
            "1000",
            "0 packets",
            "+5 packets",
            "1.5 packets",
            "9999999999 packets",
        ] {
            assert_eq!(packet_count(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn percentages() {
        assert_eq!(percent("5 %"), Some(0.05));
        assert_eq!(percent("2.5%"), Some(0.025));
        for wrong in ["5", "0 %", "-5 %", "%", "1e1 %", ". %"] {
            assert_eq!(percent(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(quoted("a\nb"), "a b");
        assert_eq!(quoted(&"x".repeat(99)).chars().count(), QUOTED_MAX + 1);
    }
}
