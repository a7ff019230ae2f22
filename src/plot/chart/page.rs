//! What every figure has around its panels: title, subtitle, key, footer.

use super::line::draw_dashed;
use super::scene::{Anchor, At, Scene};
use super::{LABEL, MARGIN, SMALL, TITLE, WIDTH};
use crate::plot::figure::{Frame, Key, LegendEntry};
use crate::plot::font::{text_width, wrap};
use crate::plot::palette::{INK, MUTED, Marker, STAGES, STATES};

/// Writes title and subtitle; returns the height where the rest begins.
pub(super) fn draw_head(scene: &mut Scene, frame: &Frame) -> f64 {
    let mut y = MARGIN + TITLE * 0.8;
    for line in wrap(&frame.title, TITLE, WIDTH - 2.0 * MARGIN) {
        scene.text((MARGIN, y), &line, TITLE, Anchor::Start, INK);
        y += TITLE * 1.3;
    }
    scene.text((MARGIN, y), &frame.subtitle, LABEL, Anchor::Start, MUTED);
    y + LABEL
}

/// Writes the footer below `y` and fixes the page's height.
pub(super) fn draw_foot(scene: &mut Scene, frame: &Frame, y: f64) {
    let base = y + SMALL * 1.6;
    let at = (WIDTH - MARGIN, base);
    scene.text(at, &frame.footer, SMALL, Anchor::End, MUTED);
    scene.size.1 = (base + MARGIN * 0.7).round();
}

/// Draws the sample of a key's entry, its middle left at the given point.
type DrawSample<'a> = Box<dyn Fn(&mut Scene, At) + 'a>;

/// An entry of a key: how wide its sample is, and its words.
struct Entry<'a> {
    sample: f64,
    words: &'a str,
    draw: DrawSample<'a>,
    ink: plotters::style::RGBColor,
}

/// Draws a key of lines below `y`; returns the height where the rest begins.
pub(super) fn draw_line_key(scene: &mut Scene, keys: &[&Key], y: f64) -> f64 {
    const SAMPLE: f64 = 54.0;
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(keys.len());
    for key in keys {
        let style = key.style;
        entries.push(Entry {
            sample: SAMPLE,
            words: &key.label,
            ink: style.ink(),
            draw: Box::new(move |scene, (x, y)| {
                draw_dashed(scene, &[(x, y), (x + SAMPLE, y)], &style);
                // A tick belongs to dots; lines of theory have no marks.
                if style.marker != Marker::Tick {
                    scene.marker((x + SAMPLE / 2.0, y), style.marker, 5.0, style.color);
                }
            }),
        });
    }
    draw_entries(scene, &entries, y)
}

/// Draws the key of bars, dots or lanes below `y`; returns the height where the rest begins.
pub(super) fn draw_mark_key(scene: &mut Scene, legend: &[LegendEntry], y: f64) -> f64 {
    let swatch = |color| -> (f64, DrawSample<'static>) {
        let draw = move |scene: &mut Scene, (x, y): At| {
            scene.rectangle((x, y - 8.0), (x + 22.0, y + 8.0), color, 1.0);
        };
        (22.0, Box::new(draw))
    };
    let entry = |entry: &LegendEntry| -> (f64, DrawSample<'static>) {
        match *entry {
            LegendEntry::Stage(stage, _) => swatch(STAGES[stage]),
            LegendEntry::State(state, _) => swatch(STATES[state]),
            LegendEntry::Dot(marker, _) => (
                14.0,
                Box::new(move |scene, (x, y)| scene.marker((x + 7.0, y), marker, 6.5, INK)),
            ),
        }
    };
    let entries: Vec<Entry<'_>> = legend
        .iter()
        .map(|of| {
            let (LegendEntry::Stage(_, words)
            | LegendEntry::State(_, words)
            | LegendEntry::Dot(_, words)) = of;
            let (sample, draw) = entry(of);
            Entry {
                sample,
                words,
                draw,
                ink: INK,
            }
        })
        .collect();
    draw_entries(scene, &entries, y)
}

fn draw_entries(scene: &mut Scene, entries: &[Entry<'_>], y: f64) -> f64 {
    const GAP: f64 = 10.0;
    const BETWEEN: f64 = 34.0;
    if entries.is_empty() {
        return y;
    }
    let (mut x, mut y) = (MARGIN, y + LABEL * 0.9);
    for entry in entries {
        let width = entry.sample + GAP + text_width(entry.words, LABEL);
        if x > MARGIN && x + width > WIDTH - MARGIN {
            x = MARGIN;
            y += LABEL * 1.6;
        }
        (entry.draw)(scene, (x, y));
        let at = (x + entry.sample + GAP, y + LABEL * 0.35);
        scene.text(at, entry.words, LABEL, Anchor::Start, entry.ink);
        x += width + BETWEEN;
    }
    y + LABEL * 1.1
}
