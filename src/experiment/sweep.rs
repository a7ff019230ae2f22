//! The sweep: key paths to places in the file, axes to points.
//!
//! Keys under `[sweep]` are combined with each other; keys under `[vary]` leave their base, which
//! is their first value, one at a time.

mod points;

use std::collections::HashSet;

pub use points::POINTS_MAX;
pub(super) use points::points;

use super::assertion::ASSERT;
use super::check;
use super::diagnostics::{Problem, Problems};
use super::keys::{self, Key, Kind};
use super::suggest::{did_you_mean_key, nearest};
use super::tree::{Entry, Node, Step, Value};

/// The table of keys that are combined with each other.
pub(super) const SWEEP: &str = "sweep";

/// The table of keys that are changed one at a time.
pub(super) const VARY: &str = "vary";

/// A swept key and its values.
#[derive(Debug)]
pub(super) struct Axis {
    /// As written in the file.
    pub path: String,
    /// Where its value stands in the file.
    pub steps: Vec<Step>,
    /// The values, in file order.
    pub values: Vec<Node>,
    /// Whether it leaves its first value only while every other such key keeps its own.
    pub varied: bool,
}

/// The place in `root` that `path` names, with the declaration of its key; or what is wrong with
/// the path, and the remedy.
pub(super) fn locate(
    path: &str,
    root: &Node,
) -> Result<(Vec<Step>, &'static Key), (String, String)> {
    let parts: Vec<&str> = path.split('.').collect();
    if parts[0] == ASSERT {
        return Err((
            "assertions judge all points and cannot be set or swept".to_owned(),
            "edit [[assert]] in the file; `when` restricts an assertion to some points".to_owned(),
        ));
    }
    let mut steps: Vec<Step> = parts.iter().map(|p| Step::Key((*p).to_owned())).collect();
    let mut declared = path.to_owned();
    if let ["task", rest @ ..] = &parts[..] {
        let groups = root.table("task").elements();
        let name_of = |group: &Node| group.get("name").and_then(Node::as_text).map(str::to_owned);
        let names: Vec<String> = groups.iter().filter_map(name_of).collect();
        let Some(name) = rest.first() else {
            return Err((
                "`task` alone is not a key".to_owned(),
                "name a task group and a key of it, for example \"task.NAME.count\"".to_owned(),
            ));
        };
        let Some(index) = groups
            .iter()
            .position(|g| name_of(g).as_deref() == Some(name))
        else {
            return Err((
                format!("there is no task group `{name}`"),
                match nearest(name, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => "the file has no task group with a name".to_owned(),
                    None => format!("task groups of this file: {}", names.join(", ")),
                },
            ));
        };
        steps[1] = Step::Index(index);
        let key_parts: Vec<&str> = [&["task"], &rest[1..]].concat();
        declared = key_parts.join(".");
    }
    match keys::find(&declared) {
        Some(key) if !key.takes(Kind::Tables) && !key.takes(Kind::Sweep) => Ok((steps, key)),
        _ => Err((
            format!("`{path}` is not a key of an experiment file"),
            nearest_path(path, &declared),
        )),
    }
}

fn nearest_path(path: &str, declared: &str) -> String {
    let (parent, name) = declared.rsplit_once('.').unwrap_or(("", declared));
    let siblings: Vec<&str> = keys::children(parent).map(Key::name).collect();
    if !siblings.is_empty() && !parent.is_empty() {
        return did_you_mean_key(name, &siblings);
    }
    let shown = |key: &'static Key| match key.path.strip_prefix("task.") {
        Some(rest) => format!("task.NAME.{rest}"),
        None => key.path.to_owned(),
    };
    let same_name = keys::all().find(|key| Some(key.name()) == path.rsplit('.').next());
    let near = same_name.map(shown).or_else(|| {
        nearest(path, keys::all().map(|key| key.path))
            .and_then(keys::find)
            .map(shown)
    });
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write the path of a key, for example \"network.mode\"".to_owned(),
    }
}

/// The axes of the file, those of `[sweep]` first; what cannot be swept is reported and left out.
pub(super) fn axes(root: &Node, problems: &mut Problems) -> Vec<Axis> {
    let mut axes: Vec<Axis> = Vec::new();
    let swept: Vec<String> = paths(root);
    for table in [SWEEP, VARY] {
        for entry in root.table(table).entries() {
            let place = sweepable(&entry.key, &entry.node, root);
            let place = place.and_then(|place| match clash(&axes, &entry.key, table) {
                Some(refusal) => Err(refusal),
                None => Ok(place),
            });
            let (steps, key) = match place {
                Ok(place) => place,
                Err((message, remedy)) => {
                    let problem = Problem::new(entry.key_span.clone(), entry.key.clone(), message);
                    problems.add(problem.remedy(remedy));
                    continue;
                }
            };
            if let Some(problem) = too_few(entry, table) {
                problems.add(problem);
                continue;
            }
            values(entry, key, table, &swept, problems);
            axes.push(Axis {
                path: entry.key.clone(),
                steps,
                values: entry.node.elements().to_vec(),
                varied: table == VARY,
            });
        }
    }
    points::limit(root, axes, problems)
}

/// Why `path` of `table` cannot stand beside `axes`, and the remedy.
fn clash(axes: &[Axis], path: &str, table: &str) -> Option<(String, String)> {
    let below = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
    axes.iter().find_map(|axis| {
        if axis.path == path {
            return Some((
                format!("`{path}` is both swept and varied"),
                "remove it from [sweep] to change it alone, or from [vary] to combine it with all \
                 else"
                    .to_owned(),
            ));
        }
        (below(&axis.path, path) || below(path, &axis.path)).then(|| {
            (
                format!("`{}` and `{path}` set the same value", axis.path),
                format!("{table} one of them"),
            )
        })
    })
}

/// Checks the values of an axis of `table`.
fn values(entry: &Entry, key: &Key, table: &str, swept: &[String], problems: &mut Problems) {
    let mut cells = HashSet::new();
    for value in entry.node.elements() {
        check::value(value, key, &entry.key, swept, problems);
        if !cells.insert(value.cell()) {
            let what = if table == VARY { "list" } else { "sweep" };
            let message = format!("`{}` occurs twice in this {what}", value.cell());
            problems.add(
                Problem::new(value.span.clone(), entry.key.clone(), message)
                    .remedy("remove one; `replications` repeats a point"),
            );
        }
    }
}

/// The key paths that the file sweeps or varies, valid or not.
pub(super) fn paths(root: &Node) -> Vec<String> {
    let entries = [SWEEP, VARY].map(|table| root.table(table).entries());
    entries
        .into_iter()
        .flatten()
        .map(|entry| entry.key.clone())
        .collect()
}

/// What is wrong with the number of values of an axis of `table`, if anything.
fn too_few(entry: &Entry, table: &str) -> Option<Problem> {
    match (entry.node.elements(), table) {
        ([], _) => Some(not_an_array(&entry.node, &entry.key, table)),
        ([base], VARY) => Some(
            Problem::new(
                entry.node.span.clone(),
                entry.key.clone(),
                format!("`{}` has its base value and no other", entry.key),
            )
            .remedy(format!(
                "list what to vary it to behind the base, as in [{0}, …]; or write {0} where the \
                 key stands, and remove it here",
                check::quoted(&base.to_toml())
            )),
        ),
        _ => None,
    }
}

fn not_an_array(node: &Node, path: &str, table: &str) -> Problem {
    let more = if table == VARY { ", …" } else { "" };
    let (message, remedy) = match node.noun() {
        "array" => (
            "a sweep of no values".to_owned(),
            "list at least one value, or remove the key".to_owned(),
        ),
        "table" => (
            "expected an array of values, found table".to_owned(),
            format!("write the whole path in quotes, for example \"{path}.…\" = [ … ]"),
        ),
        noun => (
            format!("expected an array of values, found {noun}"),
            format!(
                "write \"{path}\" = [{}{more}]",
                check::quoted(&node.to_toml())
            ),
        ),
    };
    Problem::new(node.span.clone(), path, message).remedy(remedy)
}

fn sweepable(
    path: &str,
    node: &Node,
    root: &Node,
) -> Result<(Vec<Step>, &'static Key), (String, String)> {
    if node.noun() == "table" {
        return Err((
            format!("`{path}` is not an array of values"),
            format!("write the whole path in quotes, for example \"{path}.KEY\" = [ … ]"),
        ));
    }
    let refused = |reason: &str, remedy: &str| Err((reason.to_owned(), remedy.to_owned()));
    match path {
        "seed" => refused(
            "`seed` cannot be swept: all points share their random streams, so that their \
             differences are not chance",
            "raise `replications` to see the spread between seeds",
        ),
        "replications" => refused(
            "`replications` cannot be swept: every point has as many, so that points can be \
             compared pair by pair",
            "set it at the root, for example replications = 30",
        ),
        "interference" => refused(
            "`interference` cannot be swept: groups are simulated alone at every point or at none",
            "set it at the root, for example interference = true",
        ),
        _ if path == "precision" || path.starts_with("precision.") => refused(
            "`precision` cannot be swept: it says when any point has replications enough",
            "set it under [precision] for all points",
        ),
        "question" | "expectation" => refused(
            "an experiment has one question and one expectation",
            "write another file for another question",
        ),
        _ => {
            let (steps, key) = locate(path, root)?;
            if key.path == "task.name" {
                return refused(
                    "`name` cannot be swept: it names random streams and keys",
                    "write a task group for each name and sweep their `count`",
                );
            }
            // What is on the way to the value must be a table, or be missing.
            let blocked = |depth: &usize| match (root.at(&steps[..*depth]), &steps[*depth]) {
                (None, _) => false,
                (Some(node), Step::Key(_)) => !matches!(node.value, Value::Table(_)),
                (Some(node), Step::Index(_)) => !matches!(node.value, Value::Array(_)),
            };
            let depth = (1..steps.len()).find(blocked);
            match depth {
                None => Ok((steps, key)),
                Some(depth) => {
                    let parent = path.split('.').take(depth).collect::<Vec<_>>().join(".");
                    Err((
                        format!("`{parent}` is not a table in this file"),
                        format!("write `{parent}` as a table, or sweep `{parent}` as a whole"),
                    ))
                }
            }
        }
    }
}
