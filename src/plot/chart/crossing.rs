//! Rings where lines cross, with the place in numbers where there is room for them.

use plotters::style::RGBColor;

use super::LABEL;
use super::axes::Bounds;
use super::scene::{Anchor, At, Scene, Shape};
use crate::plot::figure::{Crossing, Grid, Panel};
use crate::plot::font::text_width;
use crate::plot::palette::INK;

/// Radius of the ring \[px\].
const RING: f64 = 9.0;
/// Font size of the label.
const SIZE: f64 = LABEL - 2.0;

/// A rectangle: left, top, right, bottom.
type Box = (f64, f64, f64, f64);

/// Crossings whose rings touch: one place, seen by eye, and its label.
struct Place {
    /// Centres of the rings.
    rings: Vec<At>,
    label: String,
    ink: RGBColor,
}

/// Marks the crossings of `panel`.
pub(super) fn draw_crossings(
    scene: &mut Scene,
    grid: &Grid,
    panel: &Panel,
    bounds: Bounds,
    place: &dyn Fn(f64, f64) -> At,
) {
    let lines: Vec<Vec<At>> = panel
        .lines
        .iter()
        .flat_map(|line| &line.stretches)
        .map(|stretch| stretch.iter().map(|s| place(s.x, s.y)).collect())
        .collect();
    let places = places(grid, &panel.crossings, place);
    let mut taken: Vec<Box> = Vec::new();
    for (x, y) in places.iter().flat_map(|place| &place.rings) {
        taken.push((x - RING, y - RING, x + RING, y + RING));
        scene.shapes.push(Shape::Circle {
            at: (*x, *y),
            radius: RING,
            color: INK,
            outline: Some(2.0),
        });
    }
    for place in &places {
        let width = text_width(&place.label, SIZE) * 1.04;
        let free = candidates(place.rings[0], width)
            .into_iter()
            .filter(|area| inside(*area, bounds))
            .filter(|area| taken.iter().all(|other| !overlap(*area, *other)))
            .min_by_key(|area| lines.iter().map(|line| hits(line, *area)).sum::<usize>());
        let Some(area) = free else {
            continue;
        };
        taken.push(area);
        scene.path(leader(place.rings[0], area), place.ink, 1.0);
        let white = RGBColor(255, 255, 255);
        scene.rectangle((area.0, area.1), (area.2, area.3), white, 0.75);
        let base = (area.0 + (area.2 - area.0) / 2.0, area.3 - SIZE * 0.3);
        scene.text(base, &place.label, SIZE, Anchor::Middle, place.ink);
    }
}

/// Crossings put together where their rings would touch.
fn places(grid: &Grid, crossings: &[Crossing], place: &dyn Fn(f64, f64) -> At) -> Vec<Place> {
    let mut groups: Vec<Vec<&Crossing>> = Vec::new();
    let touch = |a: &Crossing, b: &Crossing| {
        let (a, b) = (place(a.x, a.y), place(b.x, b.y));
        (a.0 - b.0).hypot(a.1 - b.1) < 2.0 * RING
    };
    for crossing in crossings {
        match groups
            .iter_mut()
            .find(|group| group.iter().any(|other| touch(crossing, other)))
        {
            Some(group) => group.push(crossing),
            None => groups.push(vec![crossing]),
        }
    }
    let axis = grid.x_of(0);
    let describe = |group: Vec<&Crossing>| {
        let mut texts: Vec<String> = group.iter().map(|c| axis.describe(c.x)).collect();
        texts.sort();
        texts.dedup();
        let ink = match group[..] {
            [one] => grid.series[one.series].style.ink(),
            _ => INK,
        };
        Place {
            rings: group.iter().map(|c| place(c.x, c.y)).collect(),
            label: format!("at {}", texts.join(" and ")),
            ink,
        }
    };
    groups.into_iter().map(describe).collect()
}

/// From the edge of a ring to the nearest point of a label.
fn leader((x, y): At, area: Box) -> Vec<At> {
    let end = (x.clamp(area.0, area.2), y.clamp(area.1, area.3));
    let distance = (end.0 - x).hypot(end.1 - y).max(RING);
    let share = RING / distance;
    vec![(x + (end.0 - x) * share, y + (end.1 - y) * share), end]
}

/// Places for a label around `at`: beside the ring first, then further out.
fn candidates((x, y): At, width: f64) -> Vec<Box> {
    let (w, h) = (width + 6.0, SIZE * 1.2);
    let mut areas = Vec::new();
    for distance in [4.0, 16.0, 30.0] {
        let out = RING + distance;
        for (left, top) in [
            (x + out * 0.8, y + out * 0.7),
            (x - out * 0.8 - w, y - out * 0.7 - h),
            (x - w / 2.0, y - out - h),
            (x - w / 2.0, y + out),
            (x + out, y - h / 2.0),
            (x - out - w, y - h / 2.0),
            (x + out * 0.8, y - out * 0.7 - h),
            (x - out * 0.8 - w, y + out * 0.7),
        ] {
            areas.push((left, top, left + w, top + h));
        }
    }
    areas
}

fn inside(area: Box, bounds: Bounds) -> bool {
    area.0 >= bounds.left
        && area.1 >= bounds.top
        && area.2 <= bounds.right()
        && area.3 <= bounds.bottom()
}

fn overlap(a: Box, b: Box) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// How much of `line` runs through `area`, in steps along the line.
fn hits(line: &[At], area: Box) -> usize {
    const STEPS: usize = 24;
    let through = |pair: &[At]| {
        let along = (0..STEPS).map(|i| i as f64 / STEPS as f64);
        let points = along.map(|share| {
            let x = pair[0].0 + (pair[1].0 - pair[0].0) * share;
            let y = pair[0].1 + (pair[1].1 - pair[0].1) * share;
            (x, y, x, y)
        });
        points.filter(|point| overlap(*point, area)).count()
    };
    line.windows(2).map(through).sum()
}
