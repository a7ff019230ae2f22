//! `when` and `against`: which points are judged, and which they are compared with.

use super::{ALL, ASSERT, AssertedPoint, is_table};
use crate::experiment::Point;
use crate::experiment::build::{Context, Reported};
use crate::experiment::check::{join, quoted};
use crate::experiment::diagnostics::Problem;
use crate::experiment::suggest::nearest;
use crate::experiment::sweep::Axis;
use crate::experiment::tree::{Entry, Node};

/// Values that some swept keys have.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Position of an axis, and the cells that are right.
    axes: Vec<(usize, Vec<String>)>,
    /// In words.
    pub text: String,
}

impl Selection {
    fn holds(&self, values: &[String]) -> bool {
        let right = |(axis, cells): &(usize, Vec<String>)| cells.contains(&values[*axis]);
        self.axes.iter().all(right)
    }
}

/// The points that `when` selects.
pub(super) fn when(
    table: &Node,
    axes: &[Axis],
    cx: &mut Context<'_>,
) -> Result<Selection, Reported> {
    Ok(selection(table, "when", axes, cx)?.unwrap_or_default())
}

/// The values that the points have which are compared with.
pub(super) fn against(
    table: &Node,
    axes: &[Axis],
    cx: &mut Context<'_>,
) -> Result<Option<Selection>, Reported> {
    let Some(selection) = selection(table, "against", axes, cx)? else {
        return Ok(None);
    };
    let several = selection.axes.iter().any(|(_, cells)| cells.len() > 1);
    if several || selection.axes.is_empty() {
        let node = table.table("against");
        let message = "a point is compared with one other";
        let problem = Problem::new(node.span.clone(), join(ASSERT, "against"), message);
        cx.problems.add(problem.remedy(
            "write one value of each key, for example against = { \"network.mode\" = \"bridge\" }",
        ));
        return Err(Reported);
    }
    Ok(Some(selection))
}

fn selection(
    table: &Node,
    key: &'static str,
    axes: &[Axis],
    cx: &mut Context<'_>,
) -> Result<Option<Selection>, Reported> {
    let Some(node) = table.get(key) else {
        return Ok(None);
    };
    if !is_table(node) {
        return Err(Reported);
    }
    let mut selection = Selection::default();
    let mut words = Vec::new();
    let mut wrong = false;
    for entry in node.entries() {
        match values(entry, key, axes, cx) {
            Ok((axis, cells)) => {
                words.push(format!("{} = {}", entry.key, cells.join(" or ")));
                selection.axes.push((axis, cells));
            }
            Err(Reported) => wrong = true,
        }
    }
    if wrong {
        return Err(Reported);
    }
    selection.text = words.join(", ");
    Ok(Some(selection))
}

/// The axis that an entry names, and its cells of that axis.
fn values(
    entry: &Entry,
    key: &str,
    axes: &[Axis],
    cx: &mut Context<'_>,
) -> Result<(usize, Vec<String>), Reported> {
    let path = join(ASSERT, key);
    let Some(position) = axes.iter().position(|axis| axis.path == entry.key) else {
        let swept: Vec<&str> = axes.iter().map(|axis| axis.path.as_str()).collect();
        let remedy = match (nearest(&entry.key, swept.iter().copied()), &swept[..]) {
            _ if is_table(&entry.node) => {
                format!(
                    "write the whole path in quotes, for example \"{}.KEY\"",
                    entry.key
                )
            }
            (Some(near), _) => format!("did you mean \"{near}\"?"),
            (None, []) => format!("nothing is swept; remove `{key}`"),
            (None, _) => format!("swept keys: {}", swept.join(", ")),
        };
        let message = format!("`{}` is not swept in this file", entry.key);
        let problem = Problem::new(entry.key_span.clone(), path, message);
        cx.problems.add(problem.remedy(remedy));
        return Err(Reported);
    };
    let cells: Vec<String> = axes[position].values.iter().map(Node::cell).collect();
    // A swept value may be an array itself.
    let wanted = match entry.node.elements() {
        [] => std::slice::from_ref(&entry.node),
        _ if cells.contains(&entry.node.cell()) => std::slice::from_ref(&entry.node),
        elements => elements,
    };
    let unknown = wanted.iter().find(|node| !cells.contains(&node.cell()));
    if let Some(node) = unknown {
        let written = node.cell();
        // Numbers are near to each other, and seldom mistaken.
        let near = nearest(&written, cells.iter().map(String::as_str));
        let remedy = match near.filter(|_| written.starts_with(char::is_alphabetic)) {
            Some(near) => format!("did you mean `{near}`? (values: {})", cells.join(", ")),
            None => format!("values: {}", cells.join(", ")),
        };
        let message = format!(
            "`{}` is not a value that the sweep gives to `{}`",
            quoted(&written),
            entry.key
        );
        let problem = Problem::new(node.span.clone(), path.clone(), message);
        cx.problems.add(problem.remedy(remedy));
        return Err(Reported);
    }
    Ok((position, wanted.iter().map(Node::cell).collect()))
}

/// The points of an assertion about `group`, each with the one that it is compared with.
pub(super) fn select(
    table: &Node,
    points: &[Point],
    when: &Selection,
    against: Option<&Selection>,
    group: &str,
    cx: &mut Context<'_>,
) -> Result<Vec<AssertedPoint>, Reported> {
    let has_group = |point: &Point| {
        let mut groups = point.scenario.task_groups.iter();
        group == ALL || groups.any(|there| there.name == group)
    };
    let place = table.get("when").unwrap_or(table).span.clone();
    let mut refuse = |key: &str, message: String, remedy: &str| {
        let problem = Problem::new(place.clone(), join(ASSERT, key), message);
        cx.problems.add(problem.remedy(remedy));
        Reported
    };
    let mut selected = Vec::new();
    for point in points.iter().filter(|point| when.holds(&point.values)) {
        if !has_group(point) {
            continue;
        }
        let Some(against) = against else {
            let point = point.index;
            selected.push(AssertedPoint {
                point,
                against: None,
            });
            continue;
        };
        let mut values = point.values.clone();
        for (axis, cells) in &against.axes {
            values[*axis].clone_from(&cells[0]);
        }
        if values == point.values {
            let message = format!(
                "a point with {} would be compared with itself",
                against.text
            );
            let remedy = "let `when` select points with other values of these keys";
            return Err(refuse("when", message, remedy));
        }
        let other = points.iter().find(|other| other.values == values);
        let Some(other) = other.filter(|other| has_group(other)) else {
            let message = format!(
                "there is nothing to compare with where {}: no such point of {group}",
                against.text
            );
            let remedy = "let `when` select points that have a counterpart: keys under [vary] \
                leave their base one at a time";
            return Err(refuse("when", message, remedy));
        };
        selected.push(AssertedPoint {
            point: point.index,
            against: Some(other.index),
        });
    }
    if selected.is_empty() {
        let message = match group {
            ALL => "no point is selected, so nothing would be judged".to_owned(),
            group => format!("no point with tasks of `{group}` is selected"),
        };
        let remedy = "ask for values that occur together, and for tasks whose count is not 0";
        return Err(refuse("when", message, remedy));
    }
    Ok(selected)
}
