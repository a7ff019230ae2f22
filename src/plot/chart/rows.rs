//! Blocks of rows: a bar or dots for every series, in columns.

use super::axes::{Bounds, draw_x_numbers};
use super::page::{draw_foot, draw_head, draw_mark_key};
use super::scene::{Anchor, Scene};
use super::{LABEL, MARGIN, NUMBER, WIDTH};
use crate::plot::axis::Direction;
use crate::plot::figure::{Block, Key, Mark, RowPanel, Rows};
use crate::plot::font::text_width;
use crate::plot::palette::{GRID, GRID_MINOR, INK, MUTED, Marker, STAGES};

/// Height of a row.
const ROW: f64 = 34.0;
/// Height of a bar.
const BAR: f64 = 22.0;
/// Between the columns.
const GAP: f64 = 28.0;

/// Lays rows out.
pub(super) fn lay_out(rows: &Rows) -> Scene {
    let mut scene = Scene::new(&rows.frame.title, WIDTH);
    let mut y = draw_head(&mut scene, &rows.frame);
    y = draw_mark_key(&mut scene, &rows.legend, y);
    let labels = rows.series.iter().map(|key| text_width(&key.label, LABEL));
    let left = MARGIN + labels.fold(0.0, f64::max) * 1.04 + 14.0;
    let columns = rows.columns.len() as f64;
    let width = (WIDTH - left - MARGIN - 10.0 - GAP * (columns - 1.0)) / columns;
    let column_left = |column: usize| left + (width + GAP) * column as f64;
    if rows.columns.len() > 1 {
        y += LABEL * 1.2;
        for (column, heading) in rows.columns.iter().enumerate() {
            let at = (column_left(column) + width / 2.0, y);
            scene.text(at, heading, LABEL, Anchor::Middle, INK);
        }
    }
    for block in &rows.blocks {
        if !block.heading.is_empty() {
            y += LABEL * 1.5;
            scene.text((MARGIN, y), &block.heading, LABEL, Anchor::Start, MUTED);
        }
        y += LABEL * 0.6;
        let height = ROW * block.rows.len() as f64;
        for (row, series) in block.rows.iter().enumerate() {
            draw_row_name(
                &mut scene,
                &rows.series[*series],
                left - 12.0,
                y + ROW * row as f64,
            );
        }
        let mut below: f64 = 0.0;
        for (column, panel) in block.panels.iter().enumerate() {
            let bounds = Bounds {
                left: column_left(column),
                top: y,
                width,
                height,
            };
            below = below.max(draw_panel(&mut scene, rows, block, panel, bounds));
        }
        y += height + below;
    }
    draw_foot(&mut scene, &rows.frame, y);
    scene
}

fn draw_row_name(scene: &mut Scene, key: &Key, right: f64, top: f64) {
    let at = (right, top + ROW / 2.0 + LABEL * 0.35);
    scene.text(at, &key.label, LABEL, Anchor::End, key.style.ink());
}

/// Draws a panel; returns the height of what stands below it.
fn draw_panel(
    scene: &mut Scene,
    rows: &Rows,
    block: &Block,
    panel: &RowPanel,
    bounds: Bounds,
) -> f64 {
    let ticks = panel
        .axis
        .ticks(bounds.width, NUMBER, Direction::Horizontal);
    for labelled in [false, true] {
        let color = if labelled { GRID } else { GRID_MINOR };
        for tick in ticks.iter().filter(|tick| tick.label.is_some() == labelled) {
            let x = bounds.left + tick.position * bounds.width;
            scene.path(vec![(x, bounds.top), (x, bounds.bottom())], color, 1.0);
        }
    }
    for (row, (series, mark)) in block.rows.iter().zip(&panel.marks).enumerate() {
        let middle = bounds.top + ROW * (row as f64 + 0.5);
        let place = |value: f64| bounds.left + panel.axis.scale.position(value) * bounds.width;
        draw_mark(scene, mark, &rows.series[*series], middle, &place);
    }
    let base = vec![
        (bounds.left, bounds.bottom()),
        (bounds.right(), bounds.bottom()),
    ];
    scene.path(base, MUTED, 1.5);
    if !panel.axis_shown {
        return LABEL * 0.3;
    }
    draw_x_numbers(scene, bounds, &ticks);
    let y = bounds.bottom() + NUMBER * 1.5 + LABEL * 1.2;
    let middle = bounds.left + bounds.width / 2.0;
    scene.text((middle, y), &panel.axis.title(), LABEL, Anchor::Middle, INK);
    y - bounds.bottom() + LABEL * 0.5
}

fn draw_mark(scene: &mut Scene, mark: &Mark, key: &Key, y: f64, place: &dyn Fn(f64) -> f64) {
    match mark {
        Mark::Nothing => {
            let at = (place(0.0) + 10.0, y + NUMBER * 0.35);
            scene.text(at, "nothing delivered", NUMBER, Anchor::Start, MUTED);
        }
        Mark::Bar(parts, total) => {
            let mut end = 0.0;
            for (stage, length) in parts {
                let (from, to) = (place(end), place(end + length));
                end += length;
                // Less than half a pixel cannot be seen.
                if to - from > 0.5 {
                    let (top, bottom) = (y - BAR / 2.0, y + BAR / 2.0);
                    scene.rectangle((from, top), (to, bottom), STAGES[*stage], 1.0);
                }
            }
            let at = (place(end) + 8.0, y + NUMBER * 0.35);
            scene.text(at, total, NUMBER, Anchor::Start, INK);
        }
        Mark::Dots(dots) => {
            let color = key.style.color;
            let xs: Vec<f64> = dots.iter().map(|dot| place(dot.value)).collect();
            let first = xs.iter().copied().reduce(f64::min);
            let last = xs.iter().copied().reduce(f64::max);
            if let (Some(first), Some(last)) = (first, last) {
                scene.path(vec![(first, y), (last, y)], color, 1.6);
            }
            for (dot, x) in dots.iter().zip(xs) {
                if let Some((low, high)) = dot.band {
                    let (top, bottom) = (y - BAR * 0.42, y + BAR * 0.42);
                    scene.rectangle((place(low), top), (place(high), bottom), color, 0.3);
                }
                let color = if dot.marker == Marker::Tick {
                    INK
                } else {
                    color
                };
                match dot.doubtful {
                    true => scene.hollow_marker((x, y), dot.marker, 6.5, color),
                    false => scene.marker((x, y), dot.marker, 6.5, color),
                }
            }
        }
    }
}
