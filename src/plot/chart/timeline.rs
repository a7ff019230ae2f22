//! Panels of lines over time, and lanes of task states below them.

use super::axes::{Bounds, draw_panel_grid, draw_x_numbers, draw_y_numbers};
use super::line::draw_line;
use super::page::{draw_foot, draw_head, draw_line_key, draw_mark_key};
use super::scene::{Anchor, At, Scene};
use super::{LABEL, MARGIN, NUMBER, SMALL, WIDTH};
use crate::plot::axis::{Direction, Tick};
use crate::plot::figure::{Key, LaneBlock, TimePanel, Timeline};
use crate::plot::font::text_width;
use crate::plot::palette::{GRID, INK, MUTED, STATES};

/// Height of a panel.
const PANEL: f64 = 150.0;
/// From the top of a lane to that of the next.
const LANE: f64 = 20.0;
/// Height of a lane's bars.
const BAR: f64 = 13.0;

/// Lays a timeline out.
pub(super) fn lay_out(timeline: &Timeline) -> Scene {
    let mut scene = Scene::new(&timeline.frame.title, WIDTH);
    let mut y = draw_head(&mut scene, &timeline.frame);
    let mut drawn: Vec<usize> = timeline
        .panels
        .iter()
        .flat_map(|panel| panel.lines.iter().map(|line| line.series))
        .collect();
    drawn.sort_unstable();
    drawn.dedup();
    let keys: Vec<&Key> = drawn.iter().map(|s| &timeline.series[*s]).collect();
    y = draw_line_key(&mut scene, &keys, y);
    let left = MARGIN + left_room(timeline);
    let bounds = |top: f64, height: f64| Bounds {
        left,
        top,
        width: WIDTH - MARGIN - 14.0 - left,
        height,
    };
    let width = bounds(0.0, 0.0).width;
    let ticks = timeline.x.ticks(width, NUMBER, Direction::Horizontal);
    let mut last = bounds(y, 0.0);
    for panel in &timeline.panels {
        y += LABEL * 1.5;
        scene.text((left, y), &panel.heading, LABEL, Anchor::Start, INK);
        y += LABEL * 0.5;
        last = bounds(y, PANEL);
        draw_panel(&mut scene, timeline, panel, last, &ticks);
        y += PANEL;
    }
    if !timeline.blocks.is_empty() {
        y = draw_mark_key(&mut scene, &timeline.legend, y + LABEL * 0.9);
    }
    for block in &timeline.blocks {
        let key = &timeline.series[block.series];
        y += LABEL * 1.4;
        scene.text((left, y), &key.label, LABEL, Anchor::Start, key.style.ink());
        if !block.note.is_empty() {
            let at = (last.right(), y);
            scene.text(at, &block.note, SMALL, Anchor::End, MUTED);
        }
        y += LABEL * 0.5;
        last = bounds(y, LANE * block.lanes.len() as f64);
        draw_block(&mut scene, timeline, block, last, &ticks);
        y += last.height;
    }
    draw_x_numbers(&mut scene, last, &ticks);
    y += NUMBER * 1.5 + LABEL * 1.35;
    let at = (left + width / 2.0, y);
    scene.text(at, &timeline.x.title(), LABEL, Anchor::Middle, INK);
    draw_foot(&mut scene, &timeline.frame, y);
    scene
}

/// Room for the numbers and labels to the left.
fn left_room(timeline: &Timeline) -> f64 {
    let lanes = timeline.blocks.iter().flat_map(|block| &block.lanes);
    let labels = lanes.map(|lane| text_width(&lane.label, SMALL));
    let mut widest = labels.fold(0.0, f64::max);
    for panel in &timeline.panels {
        let ticks = panel.y.ticks(PANEL, NUMBER, Direction::Vertical);
        let numbers = ticks.iter().filter_map(|tick| tick.label.as_ref());
        let numbers = numbers.map(|label| text_width(label, NUMBER) + LABEL * 1.25);
        widest = numbers.fold(widest, f64::max);
    }
    widest * 1.04 + 14.0
}

fn draw_panel(
    scene: &mut Scene,
    timeline: &Timeline,
    panel: &TimePanel,
    bounds: Bounds,
    x_ticks: &[Tick],
) {
    let y_ticks = panel.y.ticks(bounds.height, NUMBER, Direction::Vertical);
    draw_panel_grid(scene, bounds, x_ticks, &y_ticks);
    draw_y_numbers(scene, bounds, &y_ticks);
    let at = (MARGIN + LABEL * 0.8, bounds.top + bounds.height / 2.0);
    scene.text_upwards(at, &panel.y.title(), LABEL, INK);
    let place = |x: f64, y: f64| -> At {
        (
            bounds.left + timeline.x.scale.position(x) * bounds.width,
            bounds.bottom() - panel.y.scale.position(y) * bounds.height,
        )
    };
    for line in panel.lines.iter().rev() {
        draw_line(scene, line, &timeline.series[line.series].style, &place);
    }
}

fn draw_block(
    scene: &mut Scene,
    timeline: &Timeline,
    block: &LaneBlock,
    bounds: Bounds,
    x_ticks: &[Tick],
) {
    for tick in x_ticks.iter().filter(|tick| tick.label.is_some()) {
        let x = bounds.left + tick.position * bounds.width;
        scene.path(vec![(x, bounds.top), (x, bounds.bottom())], GRID, 1.0);
    }
    let place = |x: f64| bounds.left + timeline.x.scale.position(x) * bounds.width;
    for (number, lane) in block.lanes.iter().enumerate() {
        let middle = bounds.top + LANE * (number as f64 + 0.5);
        let at = (bounds.left - 8.0, middle + SMALL * 0.35);
        scene.text(at, &lane.label, SMALL, Anchor::End, INK);
        for (from, until, state) in &lane.spans {
            let top = (place(*from), middle - BAR / 2.0);
            let bottom = (place(*until), middle + BAR / 2.0);
            scene.rectangle(top, bottom, STATES[*state], 1.0);
        }
        let end = lane.spans.last().map_or(0.0, |(_, until, _)| *until);
        let at = (place(end) + 8.0, middle + SMALL * 0.35);
        if !lane.note.is_empty() {
            scene.text(at, &lane.note, SMALL, Anchor::Start, MUTED);
        }
    }
    let base = vec![
        (bounds.left, bounds.bottom()),
        (bounds.right(), bounds.bottom()),
    ];
    scene.path(base, MUTED, 1.5);
}
