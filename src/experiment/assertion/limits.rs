//! `max`, `min` and `within`: numbers in the unit of what is asserted.

use crate::experiment::build::{Context, Reported};
use crate::experiment::check::{join, quoted};
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::{Node, Value};
use crate::metric::{Metric, Quantity};
use crate::units::{parse_data_rate, parse_duration};

/// Between what a value must lie, the limits themselves included.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// The smallest right value.
    pub min: Option<f64>,
    /// The largest right value.
    pub max: Option<f64>,
    /// The same as written, for people: `≤ 2 ms`.
    pub text: String,
}

/// What limits are written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    /// The unit of a metric.
    Of(Quantity),
    /// None: a value is divided by another.
    Ratio,
}

impl Unit {
    /// What a limit is, in words, with examples.
    fn form(self) -> &'static str {
        match self {
            Unit::Of(Quantity::Nanoseconds) => "a duration, such as \"2 ms\"",
            Unit::Of(Quantity::BitsPerSecond) => "a data rate, such as \"900 Mbit/s\"",
            Unit::Of(Quantity::Ratio) => "a number, such as 0.01, or a percentage, such as \"1 %\"",
            Unit::Ratio => "a ratio of two points, such as 0.5 or \"50 %\"",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Unit::Of(Quantity::Nanoseconds) => "max = \"2 ms\"",
            Unit::Of(Quantity::BitsPerSecond) => "min = \"900 Mbit/s\"",
            Unit::Of(Quantity::Ratio) => "max = 0.01",
            Unit::Ratio => "max = 0.5",
        }
    }

    /// Why `node` is no limit of `metric`.
    fn refusal(self, metric: Metric, node: &Node) -> String {
        let what = match self {
            Unit::Of(_) => metric.key(),
            Unit::Ratio => "a comparison",
        };
        let (written, form) = (quoted(&node.cell()), self.form());
        format!("`{written}` is no limit of {what}: it is {form}")
    }

    /// The number that `node` stands for, in nanoseconds, bit/s, or as it is.
    fn value(self, node: &Node) -> Option<f64> {
        match (self, &node.value) {
            (Unit::Of(Quantity::Nanoseconds), Value::Text(text)) => {
                let span = parse_duration(text).ok()?;
                Some(span.as_ps() as f64 / 1e3)
            }
            (Unit::Of(Quantity::BitsPerSecond), Value::Text(text)) => {
                Some(parse_data_rate(text).ok()?.bits_per_s() as f64)
            }
            (Unit::Of(Quantity::Ratio) | Unit::Ratio, Value::Text(text)) => {
                let percent = text.trim().strip_suffix('%')?;
                let number: f64 = percent.trim_end().parse().ok()?;
                (number.is_finite() && number >= 0.0).then_some(number / 100.0)
            }
            (Unit::Of(Quantity::Ratio) | Unit::Ratio, _) => {
                let number = node.as_number()?;
                (number.is_finite() && number >= 0.0).then_some(number)
            }
            _ => None,
        }
    }
}

/// The limits of the assertion `table` about `metric`.
pub(super) fn read(
    table: &Node,
    metric: Metric,
    unit: Unit,
    cx: &mut Context<'_>,
) -> Result<Limits, Reported> {
    let there = ["max", "min", "within"].into_iter();
    let given: Vec<(&str, &Node)> = there
        .filter_map(|key| Some((key, table.get(key)?)))
        .collect();
    let mut refuse = |span: std::ops::Range<usize>, key: &str, message: String, remedy: String| {
        let problem = Problem::new(span, join(super::ASSERT, key), message);
        cx.problems.add(problem.remedy(remedy));
        Reported
    };
    let (key, node) = match given[..] {
        [one] => one,
        [] => {
            let message = "an assertion without a limit asserts nothing".to_owned();
            let remedy = format!("add max, min or within, for example {}", unit.example());
            return Err(refuse(table.span.clone(), "max", message, remedy));
        }
        [(first, _), (second, node), ..] => {
            let message = format!("`{first}` and `{second}` are both given");
            let remedy = "write within = [SMALLEST, LARGEST] for both ends".to_owned();
            return Err(refuse(node.span.clone(), second, message, remedy));
        }
    };
    let mut number = |node: &Node| {
        unit.value(node).ok_or_else(|| {
            let remedy = format!("write for example {}", unit.example());
            refuse(node.span.clone(), key, unit.refusal(metric, node), remedy)
        })
    };
    let written = |node: &Node| node.cell();
    match (key, node.elements()) {
        ("within", [low, high]) => {
            let (min, max) = (number(low)?, number(high)?);
            if min >= max {
                let message = format!("nothing lies between {} and {}", low.cell(), high.cell());
                let remedy = "write the smaller one first".to_owned();
                return Err(refuse(node.span.clone(), key, message, remedy));
            }
            Ok(Limits {
                min: Some(min),
                max: Some(max),
                text: format!("{} to {}", written(low), written(high)),
            })
        }
        ("within", elements) if matches!(node.value, Value::Array(_)) => {
            let message = format!("a range has two ends, not {}", elements.len());
            let remedy = "write within = [SMALLEST, LARGEST]".to_owned();
            Err(refuse(node.span.clone(), key, message, remedy))
        }
        // The check of values has reported it.
        ("within", _) => Err(Reported),
        ("max", _) => Ok(Limits {
            min: None,
            max: Some(number(node)?),
            text: format!("≤ {}", written(node)),
        }),
        _ => Ok(Limits {
            min: Some(number(node)?),
            max: None,
            text: format!("≥ {}", written(node)),
        }),
    }
}
