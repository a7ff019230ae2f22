//! From axes to points.

use super::{Axis, SWEEP, VARY};
use crate::experiment::diagnostics::{Problem, Problems};
use crate::experiment::tree::Node;

/// Most points of one experiment: beyond, a sweep is better split into several files.
pub const POINTS_MAX: usize = 100_000;

/// Every point: each choice of one value per swept axis, the first axis slowest, first with all
/// varied axes at their base, then with each other value of each of them in turn.
pub(in crate::experiment) fn points(axes: &[Axis]) -> impl Iterator<Item = Vec<&Node>> {
    let swept = axes.iter().filter(|axis| !axis.varied);
    let count: usize = swept.map(|axis| axis.values.len()).product();
    (0..count).flat_map(move |index| {
        let base = base(axes, index);
        changes(axes).map(move |change| {
            let mut values = base.clone();
            if let Some((axis, value)) = change {
                values[axis] = value;
            }
            values
        })
    })
}

/// Number `index` of the choices of one value per swept axis; varied axes at their base.
fn base(axes: &[Axis], index: usize) -> Vec<&Node> {
    let mut rest = index;
    let mut values: Vec<&Node> = axes
        .iter()
        .rev()
        .map(|axis| {
            let choices = if axis.varied { 1 } else { axis.values.len() };
            let value = &axis.values[rest % choices];
            rest /= choices;
            value
        })
        .collect();
    values.reverse();
    values
}

/// No change, then every value of every varied axis but its base: the axis and the value.
fn changes(axes: &[Axis]) -> impl Iterator<Item = Option<(usize, &Node)>> {
    let varied = axes.iter().enumerate().filter(|(_, axis)| axis.varied);
    let changes = varied.flat_map(|(index, axis)| {
        let values = axis.values[1..].iter();
        values.map(move |value| Some((index, value)))
    });
    std::iter::once(None).chain(changes)
}

/// The axes, or none and a problem if they have more than [`POINTS_MAX`] points.
pub(super) fn limit(root: &Node, axes: Vec<Axis>, problems: &mut Problems) -> Vec<Axis> {
    let swept = || axes.iter().filter(|axis| !axis.varied);
    let varied = || axes.iter().filter(|axis| axis.varied);
    let product = swept().try_fold(1_usize, |points, axis| {
        points.checked_mul(axis.values.len())
    });
    let changes: usize = varied().map(|axis| axis.values.len() - 1).sum();
    let points = product.and_then(|product| product.checked_mul(1 + changes));
    if points.is_some_and(|points| points <= POINTS_MAX) {
        return axes;
    }
    let mut factors: Vec<String> = swept().map(|axis| axis.values.len().to_string()).collect();
    if changes > 0 {
        let terms = varied().map(|axis| (axis.values.len() - 1).to_string());
        let terms: Vec<String> = std::iter::once("1".to_owned()).chain(terms).collect();
        factors.push(format!("({})", terms.join(" + ")));
    }
    let fits = product.is_some_and(|points| points <= POINTS_MAX);
    let table = if fits { VARY } else { SWEEP };
    let message = format!(
        "a sweep of {} points; at most {POINTS_MAX} are possible",
        factors.join(" × ")
    );
    problems.add(
        Problem::new(root.table(table).span.clone(), table, message)
            .remedy("list fewer values, or split the sweep into several files"),
    );
    Vec::new()
}
