//! What building a scenario needs at hand: the list of problems, and which values are swept.

use std::ops::Range;

use crate::experiment::check::{is_misspelled, join};
use crate::experiment::diagnostics::{Problem, Problems};
use crate::experiment::keys::{self, Key, Kind};
use crate::experiment::tree::{Node, Value};

/// Something is wrong, and the list of problems says what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::experiment) struct Reported;

/// The surroundings of one sweep point.
pub(in crate::experiment) struct Context<'a> {
    /// Where problems go.
    pub problems: &'a mut Problems,
    /// Places of the sweep's values at this point.
    pub swept: Vec<Range<usize>>,
    /// Doubts about this point.
    pub doubts: Vec<Doubt>,
}

/// A reason not to trust a point's results as they are; the worst point of each key is told.
pub(in crate::experiment) struct Doubt {
    /// Path of the key that would help.
    pub key: &'static str,
    /// Larger is worse.
    pub severity: f64,
    /// What is doubtful and what would help.
    pub message: String,
}

impl Context<'_> {
    /// `value`, or a problem that `key` is missing in `table`, which stands at `path`.
    pub fn required<T>(
        &mut self,
        table: &Node,
        path: &str,
        key: &str,
        value: Option<T>,
    ) -> Result<T, Reported> {
        value.ok_or_else(|| {
            let full = join(path, key);
            let declared = keys::find(&declared(&full)).expect("only declared keys are required");
            if !is_misspelled(table, declared.parent(), key) {
                let message = format!("`{full}` is missing");
                let problem = Problem::new(table.span.clone(), full, message);
                self.problems
                    .add(problem.remedy(remedy(table, path, declared)));
            }
            Reported
        })
    }

    /// Adds `problem` at the first of `nodes` that is swept, or else at the last one there is.
    ///
    /// A rule that several values break together is best shown at the value that was varied.
    pub fn blame(&mut self, nodes: &[Option<&Node>], mut problem: Problem) -> Reported {
        let there = || nodes.iter().flatten();
        let swept = there().find(|node| self.swept.contains(&node.span));
        if let Some(node) = swept.or_else(|| there().next_back()) {
            problem.span = node.span.clone();
        }
        self.problems.add(problem);
        Reported
    }
}

/// How to add the `declared` key to `table`, which stands at `path`.
fn remedy(table: &Node, path: &str, declared: &Key) -> String {
    let (name, example) = (declared.name(), declared.example);
    if declared.takes(Kind::Tables) {
        return "start each task group with a line [[task]]".to_owned();
    }
    if table.span.is_empty() && !path.is_empty() {
        return format!("add it under [{path}], for example {name} = {example}");
    }
    format!("add for example {name} = {example}")
}

/// The registered path of a path in the file: `task.api.count` is declared as `task.count`.
fn declared(path: &str) -> String {
    if keys::find(path).is_some() {
        return path.to_owned();
    }
    for table in ["task", "security-group"] {
        let rest = path.strip_prefix(table).and_then(|p| p.strip_prefix('.'));
        if let Some((_, key)) = rest.and_then(|rest| rest.split_once('.')) {
            return join(table, key);
        }
    }
    path.to_owned()
}

/// The table at `key`, empty if there is none.
pub(super) fn section<'t>(table: &'t Node, key: &str) -> Result<&'t Node, Reported> {
    let node = table.table(key);
    match node.value {
        Value::Table(_) => Ok(node),
        _ => Err(Reported),
    }
}

/// The string at `key`, read by `parse`.
pub(super) fn parsed<T>(
    table: &Node,
    key: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Reported> {
    match table.get(key) {
        None => Ok(None),
        Some(node) => node.as_text().and_then(parse).map(Some).ok_or(Reported),
    }
}

/// The integer at `key`.
pub(super) fn integer(table: &Node, key: &str) -> Result<Option<u32>, Reported> {
    match table.get(key).map(|node| &node.value) {
        None => Ok(None),
        Some(Value::Integer(number)) => u32::try_from(*number).map(Some).map_err(|_| Reported),
        Some(_) => Err(Reported),
    }
}

/// The number at `key`.
pub(super) fn number(table: &Node, key: &str) -> Result<Option<f64>, Reported> {
    match table.get(key) {
        None => Ok(None),
        Some(node) => node.as_number().map(Some).ok_or(Reported),
    }
}
