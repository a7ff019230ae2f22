//! From figures to shapes on a page, and from shapes to files. Nothing here knows results.
//!
//! A figure is first laid out as a [`Scene`] in page pixels, then painted by `plotters` on its SVG
//! or its bitmap backend. Those take whole pixels, so a scene is painted enlarged: an SVG keeps
//! the finer coordinates in its view box, a bitmap is averaged down and comes out smooth.

mod axes;
mod compact;
mod crossing;
mod effects;
mod grid;
mod line;
mod nudge;
mod page;
mod paint;
mod rows;
mod scene;
mod timeline;

use super::figure::Figure;
use scene::Scene;

pub use paint::PaintError;
pub(super) use paint::{to_png, to_svg};

/// Width of every figure \[px\].
const WIDTH: f64 = 1200.0;
/// White space around a figure.
const MARGIN: f64 = 26.0;
/// Font size of the question.
const TITLE: f64 = 27.0;
/// Font size of headings, labels and keys.
const LABEL: f64 = 18.0;
/// Font size of numbers along the axes.
const NUMBER: f64 = 16.0;
/// Font size of the footer.
const SMALL: f64 = 15.0;

/// Lays a figure out.
pub(super) fn lay_out(figure: &Figure) -> Scene {
    match figure {
        Figure::Grid(grid) => grid::lay_out(grid),
        Figure::Rows(rows) => rows::lay_out(rows),
        Figure::Timeline(timeline) => timeline::lay_out(timeline),
        Figure::Effects(effects) => effects::lay_out(effects),
    }
}
