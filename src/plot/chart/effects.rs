//! Effects: a row per change, a line where there is no effect, others where the base is.

use super::axes::{Bounds, draw_x_numbers};
use super::line::draw_dashed;
use super::page::{draw_foot, draw_head, draw_line_key};
use super::scene::{Anchor, Scene};
use super::{LABEL, MARGIN, NUMBER, WIDTH};
use crate::plot::axis::{Axis, Direction, Tick};
use crate::plot::figure::{Change, Effects, Key};
use crate::plot::font::text_width;
use crate::plot::palette::{GRID, GRID_MINOR, INK, MUTED, Marker, Style};
use crate::results::read::Ratio;

/// Least height of a row.
const ROW: f64 = 28.0;
/// Above and below the rows of a change.
const PAD: f64 = 5.0;
/// Between the columns.
const GAP: f64 = 28.0;
/// Length of a tick with a number; others are half as long.
const TICK: f64 = 8.0;
/// Half the distance between the markers of two series in a row.
const APART: f64 = 6.0;

/// Lays effects out.
pub(super) fn lay_out(effects: &Effects) -> Scene {
    let mut scene = Scene::new(&effects.frame.title, WIDTH);
    let mut y = draw_head(&mut scene, &effects.frame);
    let keys: Vec<&Key> = effects.series.iter().collect();
    if keys.len() > 1 {
        y = draw_line_key(&mut scene, &keys, y);
    }
    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts
            .map(|text| text_width(text, NUMBER))
            .fold(0.0, f64::max)
            * 1.04
    };
    let names = MARGIN + widest(&mut effects.changes.iter().map(|change| &change.name));
    let rows = effects.changes.iter().flat_map(|change| &change.rows);
    let left = names + 8.0 + widest(&mut rows.map(|row| &row.value)) + 16.0;
    let columns = effects.columns.len() as f64;
    let width = (WIDTH - left - MARGIN - 10.0 - GAP * (columns - 1.0)) / columns;
    y += LABEL * 1.2;
    let top = y + LABEL * 1.7;
    let row = row_height(effects);
    let bottom = draw_names(&mut scene, &effects.changes, row, (names, left - 16.0), top);
    for (column, heading) in effects.columns.iter().enumerate() {
        let bounds = Bounds {
            left: left + (width + GAP) * column as f64,
            top,
            width,
            height: bottom - top,
        };
        let middle = bounds.left + width / 2.0;
        scene.text((middle, y), heading, LABEL, Anchor::Middle, INK);
        draw_column(&mut scene, effects, column, bounds);
    }
    let y = bottom + NUMBER * 1.5 + LABEL * 1.2;
    let middle = (left + WIDTH - MARGIN) / 2.0;
    // A long label begins left of the columns rather than end beyond the page.
    let half = text_width(&effects.label, LABEL) * 1.04 / 2.0;
    let middle = middle.min(WIDTH - MARGIN - half);
    scene.text((middle, y), &effects.label, LABEL, Anchor::Middle, INK);
    draw_foot(&mut scene, &effects.frame, y + LABEL * 0.5);
    scene
}

/// Height of a row: enough for the markers of all series.
fn row_height(effects: &Effects) -> f64 {
    ROW.max(2.0 * APART * (effects.series.len() as f64 + 0.5))
}

fn height(change: &Change, row: f64) -> f64 {
    row * change.rows.len() as f64 + 2.0 * PAD
}

/// Draws what the rows are, keys and values, each up to its `right`; returns where the rows end.
fn draw_names(
    scene: &mut Scene,
    changes: &[Change],
    height_of_row: f64,
    right: (f64, f64),
    top: f64,
) -> f64 {
    let mut y = top;
    for change in changes {
        for (row, effect) in change.rows.iter().enumerate() {
            let line = y + PAD + height_of_row * (row as f64 + 0.5) + NUMBER * 0.35;
            if row == 0 {
                scene.text((right.0, line), &change.name, NUMBER, Anchor::End, INK);
            }
            let at = (right.0 + 8.0, line);
            scene.text(at, &effect.value, NUMBER, Anchor::Start, INK);
        }
        y += height(change, height_of_row);
        scene.path(vec![(MARGIN, y), (right.1, y)], GRID, 1.0);
    }
    y
}

fn draw_column(scene: &mut Scene, effects: &Effects, column: usize, bounds: Bounds) {
    let axis = &effects.axes[column];
    let ticks = axis.ticks(bounds.width, NUMBER, Direction::Horizontal);
    let place = |value: f64| bounds.left + axis.scale.position(value) * bounds.width;
    let one = place(1.0);
    // The side on which the other series is the slower one.
    if effects.has_good_side {
        let corner = (one, bounds.bottom());
        scene.rectangle((bounds.left, bounds.top), corner, GRID, 0.4);
    }
    draw_grid(scene, &ticks, bounds);
    scene.path(vec![(one, bounds.top), (one, bounds.bottom())], INK, 2.0);
    let at = (one, bounds.top - 6.0);
    scene.text(at, "no effect", NUMBER, Anchor::Middle, MUTED);
    let base = effects.changes.first().filter(|_| effects.has_base);
    let base = base.and_then(|base| base.rows.first());
    let bases = base.map_or(&[][..], |row| &row.ratios[column]);
    for (ratio, key) in bases.iter().zip(&effects.series) {
        if let Some(ratio) = ratio {
            let x = place(ratio.value);
            let style = Style {
                width: 1.4,
                ..key.style
            };
            draw_dashed(scene, &[(x, bounds.top), (x, bounds.bottom())], &style);
        }
    }
    let height_of_row = row_height(effects);
    let mut y = bounds.top;
    for change in &effects.changes {
        for (row, effect) in change.rows.iter().enumerate() {
            let middle = y + PAD + height_of_row * (row as f64 + 0.5);
            // Many markers in a row are told from those of the next.
            if row > 0 && effects.series.len() > 2 {
                let above = middle - height_of_row / 2.0;
                let line = vec![(bounds.left, above), (bounds.right(), above)];
                scene.path(line, GRID, 1.0);
            }
            let ratios = effect.ratios[column].iter().zip(&effects.series);
            for (series, (ratio, key)) in ratios.enumerate() {
                if let Some(ratio) = ratio {
                    let shift = 2.0 * series as f64 - (effects.series.len() - 1) as f64;
                    draw_ratio(scene, ratio, key, middle + shift * APART, (axis, bounds));
                }
            }
        }
        y += height(change, height_of_row);
        scene.path(vec![(bounds.left, y), (bounds.right(), y)], GRID, 1.0);
    }
    draw_ticks(scene, &ticks, bounds);
    draw_x_numbers(scene, bounds, &ticks);
}

/// Marks every tick at the axis: where a side is shaded, the thin lines of the grid cannot be seen, and
/// the axis would not look like the logarithm that it is.
fn draw_ticks(scene: &mut Scene, ticks: &[Tick], bounds: Bounds) {
    for tick in ticks {
        let length = if tick.label.is_some() {
            TICK
        } else {
            TICK / 2.0
        };
        let x = bounds.left + tick.position * bounds.width;
        let bottom = bounds.bottom();
        scene.path(vec![(x, bottom - length), (x, bottom)], MUTED, 1.2);
    }
}

fn draw_grid(scene: &mut Scene, ticks: &[Tick], bounds: Bounds) {
    for labelled in [false, true] {
        let color = if labelled { GRID } else { GRID_MINOR };
        for tick in ticks.iter().filter(|tick| tick.label.is_some() == labelled) {
            let x = bounds.left + tick.position * bounds.width;
            scene.path(vec![(x, bounds.top), (x, bounds.bottom())], color, 1.0);
        }
    }
}

/// A dot with its interval; a ring where the interval reaches 1, and only there. An end that lies off
/// the axis has no cap.
fn draw_ratio(
    scene: &mut Scene,
    ratio: &Ratio,
    key: &Key,
    y: f64,
    (axis, bounds): (&Axis, Bounds),
) {
    let place = |value: f64| bounds.left + axis.scale.position(value) * bounds.width;
    let color = key.style.color;
    if let Some((low, high)) = ratio.interval {
        scene.path(vec![(place(low), y), (place(high), y)], color, 2.6);
        let on_axis = |end: &f64| *end > bounds.left && *end < bounds.right();
        for end in [place(low), place(high)].into_iter().filter(on_axis) {
            scene.path(vec![(end, y - 4.5), (end, y + 4.5)], color, 2.0);
        }
    }
    let marker = match (ratio.is_undecided(), key.style.marker) {
        (true, _) => Marker::Ring,
        (false, Marker::Ring) => Marker::Circle,
        (false, marker) => marker,
    };
    scene.marker((place(ratio.value), y), marker, 5.5, color);
}
