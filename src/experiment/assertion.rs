//! `[[assert]]`: what is to hold of the results, as checked against the sweep.

mod limits;
mod points;

use super::Point;
use super::build::{Context, Reported};
use super::check::{join, quoted};
use super::diagnostics::Problem;
use super::suggest::did_you_mean;
use super::sweep::Axis;
use super::tree::{Node, Value};
use crate::metric::Metric;

pub use limits::Limits;

/// The table of assertions.
pub(super) const ASSERT: &str = "assert";

/// Name of all task groups together.
const ALL: &str = "all";

/// What the author of an experiment says of its results.
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    /// What is judged.
    pub metric: Metric,
    /// The task group whose metric it is; `all` for all of them together.
    pub task_group: String,
    /// Between what it must lie: in the unit of the metric, or a ratio.
    pub limits: Limits,
    /// Where it must hold; never empty.
    pub points: Vec<AssertedPoint>,
    /// The points in words, as `when` has them; empty where it must hold everywhere.
    pub when: String,
    /// What the points are compared with, in words; empty if with nothing.
    pub against: String,
    /// Where the limit comes from; empty if that was not said.
    pub because: String,
}

/// A point at which an assertion must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssertedPoint {
    /// Its position in the experiment.
    pub point: usize,
    /// The position of the point that its value is divided by, if it is.
    pub against: Option<usize>,
}

impl Assertion {
    /// What it is about: `p99 of api`.
    pub fn subject(&self) -> String {
        match self.task_group.as_str() {
            ALL => self.metric.key().to_owned(),
            group => format!("{} of {group}", self.metric.key()),
        }
    }
}

/// How many assertions stand in the text of an experiment file; none if it is not TOML.
pub fn count_assertions(text: &str) -> usize {
    let root = Node::parse(text);
    root.map_or(0, |root| root.table(ASSERT).elements().len())
}

/// The assertions of the file, all of whose axes and points are right.
pub(super) fn read(
    root: &Node,
    axes: &[Axis],
    points: &[Point],
    cx: &mut Context<'_>,
) -> Result<Vec<Assertion>, Reported> {
    let mut assertions = Vec::new();
    let mut wrong = false;
    for table in root.table(ASSERT).elements() {
        match assertion(table, root, axes, points, cx) {
            Ok(assertion) => assertions.push(assertion),
            Err(Reported) => wrong = true,
        }
    }
    match wrong {
        true => Err(Reported),
        false => Ok(assertions),
    }
}

fn assertion(
    table: &Node,
    root: &Node,
    axes: &[Axis],
    points: &[Point],
    cx: &mut Context<'_>,
) -> Result<Assertion, Reported> {
    let text = |key| table.get(key).and_then(Node::as_text);
    let metric = match text("metric") {
        // A name that is none was reported by the check of values.
        Some(name) => Metric::find(name).ok_or(Reported),
        None if table.get("metric").is_some() => Err(Reported),
        None => cx.required(table, ASSERT, "metric", None),
    };
    let group = task_group(table, root, cx);
    let against = points::against(table, axes, cx);
    let when = points::when(table, axes, cx);
    let (metric, group, against, when) = (metric?, group?, against?, when?);
    let quantity = match against {
        None => limits::Unit::Of(metric.quantity()),
        Some(_) => limits::Unit::Ratio,
    };
    let limits = limits::read(table, metric, quantity, cx)?;
    let selected = points::select(table, points, &when, against.as_ref(), &group, cx)?;
    Ok(Assertion {
        metric,
        task_group: group,
        limits,
        points: selected,
        when: when.text,
        against: against.map_or_else(String::new, |against| against.text),
        because: text("because").unwrap_or_default().to_owned(),
    })
}

/// The task group that is asserted about.
fn task_group(table: &Node, root: &Node, cx: &mut Context<'_>) -> Result<String, Reported> {
    let Some(node) = table.get("task") else {
        return Ok(ALL.to_owned());
    };
    let name = node.as_text().ok_or(Reported)?;
    let groups = root.table("task").elements().iter();
    let mut names: Vec<&str> = groups
        .filter_map(|group| group.get("name").and_then(Node::as_text))
        .collect();
    names.push(ALL);
    if names.contains(&name) {
        return Ok(name.to_owned());
    }
    let message = format!("there is no task group `{}`", quoted(name));
    let problem = Problem::new(node.span.clone(), join(ASSERT, "task"), message);
    cx.problems.add(problem.remedy(did_you_mean(name, &names)));
    Err(Reported)
}

/// Whether a value stands where a table should; the check of values has reported it.
fn is_table(node: &Node) -> bool {
    matches!(node.value, Value::Table(_))
}
