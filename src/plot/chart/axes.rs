//! Panels: their rectangles, grid lines and numbers.

use super::NUMBER;
use super::scene::{Anchor, Scene};
use crate::plot::axis::{Tick, label_center};
use crate::plot::palette::{GRID, GRID_MINOR, INK, MUTED};

/// A panel's rectangle \[px\].
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Its left side.
    pub(super) left: f64,
    /// Its upper side.
    pub(super) top: f64,
    /// Its width.
    pub(super) width: f64,
    /// Its height.
    pub(super) height: f64,
}

impl Bounds {
    /// Its right side.
    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Its lower side.
    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// Draws the grid lines of a panel and its base line.
pub(super) fn draw_panel_grid(
    scene: &mut Scene,
    bounds: Bounds,
    x_ticks: &[Tick],
    y_ticks: &[Tick],
) {
    // Minor lines first, so that no labelled line is hidden below one.
    for labelled in [false, true] {
        let color = if labelled { GRID } else { GRID_MINOR };
        for tick in y_ticks
            .iter()
            .filter(|tick| tick.label.is_some() == labelled)
        {
            let y = bounds.bottom() - tick.position * bounds.height;
            scene.path(vec![(bounds.left, y), (bounds.right(), y)], color, 1.0);
        }
        for tick in x_ticks
            .iter()
            .filter(|tick| tick.label.is_some() == labelled)
        {
            let x = bounds.left + tick.position * bounds.width;
            scene.path(vec![(x, bounds.top), (x, bounds.bottom())], color, 1.0);
        }
    }
    let base = vec![
        (bounds.left, bounds.bottom()),
        (bounds.right(), bounds.bottom()),
    ];
    scene.path(base, MUTED, 1.5);
}

/// Writes the numbers of the y axis to the left of a panel.
pub(super) fn draw_y_numbers(scene: &mut Scene, bounds: Bounds, ticks: &[Tick]) {
    for tick in ticks {
        if let Some(label) = &tick.label {
            let y = bounds.bottom() - tick.position * bounds.height + NUMBER * 0.36;
            scene.text((bounds.left - 8.0, y), label, NUMBER, Anchor::End, INK);
        }
    }
}

/// Writes the numbers of the x axis below a panel.
pub(super) fn draw_x_numbers(scene: &mut Scene, bounds: Bounds, ticks: &[Tick]) {
    for tick in ticks {
        if let Some(label) = &tick.label {
            let x = label_center(tick.position * bounds.width, label, bounds.width, NUMBER);
            let at = (bounds.left + x, bounds.bottom() + NUMBER * 1.35);
            scene.text(at, label, NUMBER, Anchor::Middle, INK);
        }
    }
}
