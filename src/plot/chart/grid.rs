//! A grid of panels with lines: shared axes, direct labels at the line ends or a key.

use super::axes::{Bounds, draw_panel_grid, draw_x_numbers, draw_y_numbers};
use super::crossing::draw_crossings;
use super::line::{draw_bands, draw_line};
use super::nudge::spread;
use super::page::{draw_foot, draw_head, draw_line_key};
use super::scene::{Anchor, At, Scene};
use super::{LABEL, MARGIN, NUMBER, WIDTH};
use crate::plot::axis::{Axis, Direction};
use crate::plot::figure::{Grid, GridRow, Key, Line, Panel, Shape};
use crate::plot::font::text_width;
use crate::plot::palette::{INK, MUTED};

/// Between the columns, and between the rows.
const GAP: At = (24.0, 26.0);
/// Line height of labels at line ends.
const END_LINE: f64 = LABEL * 1.18;
/// From a panel to a label at its right.
const LEADER: f64 = 26.0;

/// Where the columns are.
struct Columns {
    left: f64,
    width: f64,
    count: usize,
}

impl Columns {
    fn bounds(&self, column: usize, top: f64, height: f64) -> Bounds {
        Bounds {
            left: self.left + (self.width + GAP.0) * column as f64,
            top,
            width: self.width,
            height,
        }
    }

    fn middle(&self) -> f64 {
        let end = self.bounds(self.count - 1, 0.0, 0.0).right();
        (self.left + end) / 2.0
    }
}

/// How a reader learns which line is which series.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// Not at all: there is one series, or a key above the panels.
    Elsewhere,
    /// At the ends of the lines in the last column.
    AtEnds,
    /// At the right of each row, which belongs to one series.
    ByRow,
}

/// Lays a grid out.
pub(super) fn lay_out(grid: &Grid) -> Scene {
    let mut scene = Scene::new(&grid.frame.title, WIDTH);
    let mut y = draw_head(&mut scene, &grid.frame);
    let drawn = drawn_series(grid);
    let naming = naming(grid, &drawn);
    let mut named = Vec::new();
    if naming == Naming::Elsewhere && drawn.len() > 1 {
        named.extend(drawn.iter().copied());
    }
    named.extend(drawn_theory(grid));
    let keys: Vec<&Key> = named.iter().map(|series| &grid.series[*series]).collect();
    if !keys.is_empty() {
        y = draw_line_key(&mut scene, &keys, y);
    }
    let columns = columns(grid, &drawn, naming);
    if columns.count > 1 {
        y += LABEL * 1.2;
        for (column, heading) in grid.columns.iter().enumerate() {
            let bounds = columns.bounds(column, y, 0.0);
            let at = (bounds.left + bounds.width / 2.0, y);
            scene.text(at, heading, LABEL, Anchor::Middle, INK);
        }
    }
    y = draw_rows(&mut scene, grid, &columns, naming, y + LABEL * 0.7);
    y += NUMBER * 1.5 + LABEL * 1.35;
    let at = (columns.middle(), y);
    scene.text(at, &grid.x_of(0).title(), LABEL, Anchor::Middle, INK);
    draw_foot(&mut scene, &grid.frame, y);
    scene
}

fn naming(grid: &Grid, drawn: &[usize]) -> Naming {
    if grid.rows.iter().all(|row| row.series.is_some()) {
        Naming::ByRow
    } else if drawn.len() > 1 && labels_fit_at_ends(grid, drawn) {
        Naming::AtEnds
    } else {
        Naming::Elsewhere
    }
}

fn columns(grid: &Grid, drawn: &[usize], naming: Naming) -> Columns {
    let labels = drawn
        .iter()
        .map(|s| text_width(&grid.series[*s].label, LABEL));
    let right = match naming {
        Naming::Elsewhere => MARGIN + 14.0,
        // Some air, because a viewer's font may be wider than the one measured.
        Naming::AtEnds | Naming::ByRow => labels.fold(0.0, f64::max) * 1.04 + LEADER + MARGIN,
    };
    let left = MARGIN + left_room(grid);
    let count = grid.columns.len();
    let gaps = GAP.0 * (count as f64 - 1.0);
    Columns {
        left,
        width: (WIDTH - left - right - gaps) / count as f64,
        count,
    }
}

/// Draws the rows from `top` down; returns the lower end of the last.
fn draw_rows(scene: &mut Scene, grid: &Grid, columns: &Columns, naming: Naming, top: f64) -> f64 {
    let gap = if naming == Naming::ByRow {
        GAP.1 / 2.0
    } else {
        GAP.1
    };
    let mut y = top;
    for (index, row) in grid.rows.iter().enumerate() {
        if !row.heading.is_empty() {
            y += LABEL * 0.7;
            let at = (columns.left, y);
            scene.text(at, &row.heading, LABEL, Anchor::Start, MUTED);
            y += LABEL * 0.5;
        }
        let bounds = |column: usize| columns.bounds(column, y, row.height);
        draw_row(scene, grid, row, &bounds, index + 1 == grid.rows.len());
        let end = bounds(columns.count - 1);
        match (naming, row.series) {
            (_, Some(series)) => draw_row_label(scene, &grid.series[series], end),
            (Naming::AtEnds, None) => draw_end_labels(scene, grid, row, end),
            _ => {}
        }
        y += row.height + gap;
    }
    y -= gap;
    if let Some(shared) = &grid.y_label {
        let at = (MARGIN + LABEL * 0.8, (top + y) / 2.0);
        scene.text_upwards(at, shared, LABEL, INK);
    }
    y
}

/// Every line of a figure.
fn lines(grid: &Grid) -> impl Iterator<Item = &Line> {
    let panels = grid.rows.iter().flat_map(|row| row.panels.iter().flatten());
    panels.flat_map(|panel| &panel.lines)
}

/// The series of theory, if it has a line somewhere.
fn drawn_theory(grid: &Grid) -> Option<usize> {
    let mut theory = lines(grid).filter(|line| line.shape == Shape::Theory);
    theory.next().map(|line| line.series)
}

/// Lines that were measured.
fn measured(panel: &Panel) -> impl DoubleEndedIterator<Item = &Line> + Clone {
    let lines = panel.lines.iter();
    lines.filter(|line| line.shape != Shape::Theory)
}

/// Series that have a measured line somewhere, in order.
fn drawn_series(grid: &Grid) -> Vec<usize> {
    let measured = lines(grid).filter(|line| line.shape != Shape::Theory);
    let mut drawn: Vec<usize> = measured.map(|line| line.series).collect();
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

/// Room for numbers and label of the y axes.
fn left_room(grid: &Grid) -> f64 {
    let mut widest: f64 = 0.0;
    for row in &grid.rows {
        let ticks = row.y.ticks(row.height, NUMBER, Direction::Vertical);
        let labels = ticks.iter().filter_map(|tick| tick.label.as_ref());
        widest = labels.map(|l| text_width(l, NUMBER)).fold(widest, f64::max);
    }
    widest + 14.0 + LABEL * 1.25
}

/// Whether every series can be named at the end of its line in the last column: all lines reach
/// the right edge there, and the labels have room below each other.
fn labels_fit_at_ends(grid: &Grid, drawn: &[usize]) -> bool {
    grid.rows.iter().all(|row| {
        let Some(Some(panel)) = row.panels.last() else {
            return false;
        };
        let reach = |line: &Line| {
            let end = line.stretches.last().and_then(|s| s.last());
            end.is_some_and(|sample| {
                grid.x_of(grid.columns.len() - 1).scale.position(sample.x) > 0.97
            })
        };
        let needed = END_LINE * (drawn.len() as f64 - 1.0);
        measured(panel).count() == drawn.len()
            && measured(panel).all(reach)
            && needed <= row.height + END_LINE
    })
}

fn draw_row(
    scene: &mut Scene,
    grid: &Grid,
    row: &GridRow,
    bounds: &dyn Fn(usize) -> Bounds,
    last: bool,
) {
    let y_ticks = row.y.ticks(row.height, NUMBER, Direction::Vertical);
    let first = bounds(0);
    for (column, panel) in row.panels.iter().enumerate() {
        let bounds = bounds(column);
        let x_ticks = grid
            .x_of(column)
            .ticks(bounds.width, NUMBER, Direction::Horizontal);
        if let Some(panel) = panel {
            draw_panel_grid(scene, bounds, &x_ticks, &y_ticks);
            draw_panel(scene, grid, (row, column), panel, bounds);
            // Numbers stand at the first panel; where that is missing, at the first there is.
            if row.panels[..column].iter().all(Option::is_none) {
                draw_y_numbers(scene, bounds, &y_ticks);
            }
        }
        if last {
            draw_x_numbers(scene, bounds, &x_ticks);
        }
    }
    let label = row.y.title();
    if !label.is_empty() {
        let at = (MARGIN + LABEL * 0.8, first.top + first.height / 2.0);
        let size = fitting(&label, row.height + GAP.1 - 4.0);
        scene.text_upwards(at, &label, size, INK);
    }
}

/// The label size at which `text` is no longer than `room`.
fn fitting(text: &str, room: f64) -> f64 {
    LABEL * (room / text_width(text, LABEL)).clamp(0.78, 1.0)
}

fn draw_panel(
    scene: &mut Scene,
    grid: &Grid,
    (row, column): (&GridRow, usize),
    panel: &Panel,
    bounds: Bounds,
) {
    let x_axis = grid.x_of(column);
    let place = |x: f64, y: f64| place(x_axis, &row.y, bounds, x, y);
    for line in &panel.lines {
        draw_bands(scene, line, &grid.series[line.series].style, &place);
    }
    // Dashed lines go on top: where two lines coincide, both show.
    let dashed = |line: &&Line| !grid.series[line.series].style.dash.is_empty();
    let solid = measured(panel).rev().filter(|line| !dashed(line));
    let theory = panel.lines.iter();
    let theory = theory.filter(|line| line.shape == Shape::Theory);
    for line in solid.chain(measured(panel).filter(dashed)).chain(theory) {
        draw_line(scene, line, &grid.series[line.series].style, &place);
    }
    draw_crossings(scene, grid, panel, bounds, &place);
}

fn place(x_axis: &Axis, y_axis: &Axis, bounds: Bounds, x: f64, y: f64) -> At {
    (
        bounds.left + x_axis.scale.position(x) * bounds.width,
        bounds.bottom() - y_axis.scale.position(y) * bounds.height,
    )
}

/// Names each series at the end of its line, with a leader where the label had to move.
fn draw_end_labels(scene: &mut Scene, grid: &Grid, row: &GridRow, bounds: Bounds) {
    let Some(Some(panel)) = row.panels.last() else {
        return;
    };
    let x_axis = grid.x_of(grid.columns.len() - 1);
    let ends: Vec<(usize, At)> = measured(panel)
        .filter(|line| line.shape != Shape::Steps)
        .filter_map(|line| {
            let sample = line.stretches.last()?.last()?;
            Some((
                line.series,
                place(x_axis, &row.y, bounds, sample.x, sample.y),
            ))
        })
        .collect();
    let wanted: Vec<f64> = ends.iter().map(|(_, at)| at.1).collect();
    let (low, high) = (
        bounds.top - END_LINE / 2.0,
        bounds.bottom() + END_LINE / 2.0,
    );
    for ((series, at), y) in ends.iter().zip(spread(&wanted, END_LINE, low, high)) {
        let key = &grid.series[*series];
        let start = (at.0 + 7.0, at.1);
        let end = (bounds.right() + LEADER - 5.0, y);
        scene.path(vec![start, end], key.style.color, 1.2);
        let text = (bounds.right() + LEADER, y + LABEL * 0.35);
        scene.text(text, &key.label, LABEL, Anchor::Start, key.style.ink());
    }
}

/// Names the series that a whole row belongs to.
fn draw_row_label(scene: &mut Scene, key: &Key, bounds: Bounds) {
    let at = (
        bounds.right() + 12.0,
        bounds.top + bounds.height / 2.0 + LABEL * 0.35,
    );
    scene.text(at, &key.label, LABEL, Anchor::Start, key.style.ink());
}
