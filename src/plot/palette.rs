//! How a series looks. A network mode looks the same in every plot of every experiment.
//!
//! Colours are those of Okabe and Ito (2008), which stay apart for colour-blind readers, with a
//! few of Paul Tol's where theirs run out; dashes and markers differ too, so that a plot survives
//! a grey printer.

use plotters::style::RGBColor;

/// Text and frames.
pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
/// Text that explains rather than tells.
pub(super) const MUTED: RGBColor = RGBColor(105, 105, 105);
/// Labelled grid lines.
pub(super) const GRID: RGBColor = RGBColor(218, 218, 218);
/// Grid lines between labelled ones.
pub(super) const GRID_MINOR: RGBColor = RGBColor(241, 241, 241);

const BLACK: RGBColor = RGBColor(0, 0, 0);
const ORANGE: RGBColor = RGBColor(230, 159, 0);
const SKY_BLUE: RGBColor = RGBColor(86, 180, 233);
const GREEN: RGBColor = RGBColor(0, 158, 115);
const BLUE: RGBColor = RGBColor(0, 114, 178);
const VERMILLION: RGBColor = RGBColor(213, 94, 0);
const PURPLE: RGBColor = RGBColor(204, 121, 167);
const OLIVE: RGBColor = RGBColor(126, 126, 30);
const INDIGO: RGBColor = RGBColor(51, 34, 136);
const GREY: RGBColor = RGBColor(150, 150, 150);

/// A line's dashes: strokes and gaps in turn, in line widths; empty is solid.
pub(super) type Dash = &'static [f64];

const SOLID: Dash = &[];
const DASHED: Dash = &[3.6, 1.8];
const LONG_DASHED: Dash = &[7.0, 2.2];
const DOTTED: Dash = &[1.1, 1.5];
const THEORY_DASH: Dash = &[3.0, 3.0];
const DASH_DOT: Dash = &[5.0, 1.6, 1.2, 1.6];

/// The shape that marks a measured point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// A disc.
    Circle,
    /// A square on its side.
    Square,
    /// A square on its corner.
    Diamond,
    /// A triangle that points up.
    TriangleUp,
    /// A triangle that points down.
    TriangleDown,
    /// A circle's outline: of what is not decided.
    Ring,
    /// A thin upright stroke, to be seen above and below other marks.
    Tick,
}

/// How a series looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    /// Colour of lines, markers and bands.
    pub(super) color: RGBColor,
    /// Dashes of its lines.
    pub(super) dash: Dash,
    /// Marks its points.
    pub(super) marker: Marker,
    /// Line width \[px\].
    pub(super) width: f64,
}

impl Style {
    const fn new(color: RGBColor, dash: Dash, marker: Marker, width: f64) -> Self {
        Style {
            color,
            dash,
            marker,
            width,
        }
    }

    /// The colour for text: darkened where it would be too pale to read on white.
    pub(super) fn ink(&self) -> RGBColor {
        let RGBColor(r, g, b) = self.color;
        let luminance = 0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b);
        let darken = (105.0 / luminance.max(1.0)).min(1.0);
        let part = |c: u8| (f64::from(c) * darken).round() as u8;
        RGBColor(part(r), part(g), part(b))
    }
}

/// The style of a network mode under an arbitration (which matters to `awsvpc` modes alone).
pub(super) fn of_mode(mode: &str, arbitration: &str) -> Style {
    match (mode, arbitration) {
        ("bridge", _) => Style::new(VERMILLION, SOLID, Marker::Circle, 3.0),
        ("host", _) => Style::new(ORANGE, LONG_DASHED, Marker::Square, 3.0),
        ("awsvpc", "drr") => Style::new(SKY_BLUE, DASHED, Marker::Diamond, 3.0),
        ("awsvpc", "fifo") => Style::new(PURPLE, DOTTED, Marker::TriangleDown, 3.2),
        ("awsvpc", "partition") => Style::new(GREEN, DASH_DOT, Marker::Square, 2.8),
        ("awsvpc", "dedicated") => Style::new(BLACK, SOLID, Marker::Diamond, 1.6),
        ("awsvpc", _) => Style::new(BLUE, SOLID, Marker::TriangleUp, 3.0),
        ("awsvpc-trunk", _) => Style::new(OLIVE, LONG_DASHED, Marker::Diamond, 2.8),
        ("fargate", _) => Style::new(INDIGO, DASHED, Marker::TriangleDown, 2.4),
        _ => Style::new(GREY, DOTTED, Marker::Square, 2.4),
    }
}

/// The style of the `index`-th series where series are not network modes.
pub(super) fn nth(index: usize) -> Style {
    const COLORS: [RGBColor; 7] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY_BLUE, BLACK];
    const DASHES: [Dash; 5] = [SOLID, DASHED, DASH_DOT, LONG_DASHED, DOTTED];
    // A ring would say that something is doubtful.
    const MARKERS: [Marker; 5] = [
        Marker::Circle,
        Marker::Square,
        Marker::Diamond,
        Marker::TriangleUp,
        Marker::TriangleDown,
    ];
    Style::new(
        COLORS[index % COLORS.len()],
        DASHES[index % DASHES.len()],
        MARKERS[index % MARKERS.len()],
        2.8,
    )
}

/// The style of what is known without simulating: thin and dark, so that a measured line and its
/// interval show on both sides of it.
pub(super) fn theory() -> Style {
    Style::new(INK, THEORY_DASH, Marker::Tick, 1.4)
}

/// Colours of the stages of a packet's way, in order: work pale, waiting strong, distance grey.
/// They are none of the modes' colours, because they mean something else.
pub(super) const STAGES: [RGBColor; 7] = [
    RGBColor(221, 204, 119),
    RGBColor(170, 170, 119),
    RGBColor(136, 34, 85),
    RGBColor(170, 68, 153),
    RGBColor(136, 204, 238),
    RGBColor(204, 102, 119),
    RGBColor(200, 200, 200),
];

/// Colours of a task's states, in order up to the last but STOPPED, which is drawn as nothing: on
/// its way up yellow to brown, RUNNING green, on its way down blue to violet.
pub(super) const STATES: [RGBColor; 7] = [
    RGBColor(253, 228, 156),
    RGBColor(240, 185, 80),
    RGBColor(176, 122, 30),
    RGBColor(133, 196, 160),
    RGBColor(174, 202, 226),
    RGBColor(116, 140, 186),
    RGBColor(82, 78, 134),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_has_its_own_colour_and_its_own_dash_or_marker() {
        let modes = [
            ("bridge", ""),
            ("host", ""),
            ("awsvpc", "round-robin"),
            ("awsvpc", "drr"),
            ("awsvpc", "fifo"),
            ("awsvpc", "partition"),
            ("awsvpc", "dedicated"),
            ("awsvpc-trunk", "round-robin"),
            ("fargate", ""),
            ("none", ""),
        ];
        let styles = modes.map(|(mode, arbitration)| of_mode(mode, arbitration));
        for (i, a) in styles.iter().enumerate() {
            for b in &styles[i + 1..] {
                assert_ne!(a.color, b.color);
                assert!(a.dash != b.dash || a.marker != b.marker);
            }
        }
    }

    #[test]
    fn stages_are_told_apart_from_modes() {
        for color in STAGES.into_iter().chain(STATES) {
            assert!((0..7).all(|i| nth(i).color != color));
        }
    }

    #[test]
    fn pale_colours_are_darkened_for_text() {
        let orange = of_mode("host", "");
        assert_ne!(orange.ink(), orange.color);
        let indigo = of_mode("fargate", "");
        assert_eq!(indigo.ink(), indigo.color);
    }
}
