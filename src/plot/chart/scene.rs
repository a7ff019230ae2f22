//! A page of shapes in pixels, painted in order.

use plotters::style::RGBColor;

use crate::plot::palette::Marker;

/// A point on the page [px from its upper left corner].
pub(super) type At = (f64, f64);

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// To its right.
    Start,
    /// Around it.
    Middle,
    /// To its left.
    End,
}

/// A shape on the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A line through points.
    Path {
        /// In order.
        points: Vec<At>,
        /// Its colour.
        color: RGBColor,
        /// Its width.
        width: f64,
    },
    /// A filled polygon.
    Area {
        /// Its corners in order.
        points: Vec<At>,
        /// Its colour.
        color: RGBColor,
        /// From 0, invisible, to 1.
        opacity: f64,
    },
    /// A disc, or a circle's outline if it has a width.
    Circle {
        /// Its centre.
        at: At,
        /// Its radius.
        radius: f64,
        /// Its colour.
        color: RGBColor,
        /// Width of the outline; `None` is filled.
        outline: Option<f64>,
    },
    /// A line of text.
    Text {
        /// Its anchor, on the base line.
        at: At,
        /// What it says.
        text: String,
        /// Font size.
        size: f64,
        /// Where it stands relative to `at`.
        anchor: Anchor,
        /// Its colour.
        color: RGBColor,
        /// Whether it reads upwards.
        upwards: bool,
    },
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plot) struct Scene {
    /// What the page is about, for readers who do not see it.
    pub(super) title: String,
    /// Width and height.
    pub(super) size: At,
    /// Painted in this order.
    pub(super) shapes: Vec<Shape>,
}

impl Scene {
    /// An empty page of no height yet.
    pub(super) fn new(title: &str, width: f64) -> Self {
        Scene {
            title: title.to_owned(),
            size: (width, 0.0),
            shapes: Vec::new(),
        }
    }

    /// Adds a solid line.
    pub(super) fn path(&mut self, points: Vec<At>, color: RGBColor, width: f64) {
        self.shapes.push(Shape::Path {
            points,
            color,
            width,
        });
    }

    /// Adds a filled polygon.
    pub(super) fn area(&mut self, points: Vec<At>, color: RGBColor, opacity: f64) {
        self.shapes.push(Shape::Area {
            points,
            color,
            opacity,
        });
    }

    /// Adds a filled rectangle.
    pub(super) fn rectangle(&mut self, from: At, to: At, color: RGBColor, opacity: f64) {
        let corners = vec![from, (to.0, from.1), to, (from.0, to.1)];
        self.area(corners, color, opacity);
    }

    /// Adds a line of text.
    pub(super) fn text(&mut self, at: At, text: &str, size: f64, anchor: Anchor, color: RGBColor) {
        self.shapes.push(Shape::Text {
            at,
            text: text.to_owned(),
            size,
            anchor,
            color,
            upwards: false,
        });
    }

    /// Adds a line of text that reads upwards, centred on `at`.
    pub(super) fn text_upwards(&mut self, at: At, text: &str, size: f64, color: RGBColor) {
        self.shapes.push(Shape::Text {
            at,
            text: text.to_owned(),
            size,
            anchor: Anchor::Middle,
            color,
            upwards: true,
        });
    }

    /// Adds a marker of radius `r`.
    pub(super) fn hollow_marker(&mut self, at: At, marker: Marker, r: f64, color: RGBColor) {
        let RGBColor(red, green, blue) = color;
        let pale = |part: u8| part.midpoint(u8::MAX);
        self.marker(at, marker, r, RGBColor(pale(red), pale(green), pale(blue)));
        self.marker(at, marker, r * 0.55, RGBColor(255, 255, 255));
    }

    /// A filled marker of radius `r`.
    pub(super) fn marker(&mut self, at: At, marker: Marker, r: f64, color: RGBColor) {
        let (x, y) = at;
        let polygon = match marker {
            Marker::Circle | Marker::Ring => {
                let outline = (marker == Marker::Ring).then_some(r * 0.45);
                let radius = if outline.is_some() { r * 0.95 } else { r };
                self.shapes.push(Shape::Circle {
                    at,
                    radius,
                    color,
                    outline,
                });
                return;
            }
            Marker::Tick => {
                let ends = vec![(x, y - r * 1.8), (x, y + r * 1.8)];
                self.path(ends, color, 1.8);
                return;
            }
            Marker::Square => {
                let a = r * 0.88;
                vec![
                    (x - a, y - a),
                    (x + a, y - a),
                    (x + a, y + a),
                    (x - a, y + a),
                ]
            }
            Marker::Diamond => {
                let a = r * 1.3;
                vec![(x, y - a), (x + a, y), (x, y + a), (x - a, y)]
            }
            Marker::TriangleUp => {
                vec![
                    (x, y - r * 1.25),
                    (x + r * 1.15, y + r * 0.85),
                    (x - r * 1.15, y + r * 0.85),
                ]
            }
            Marker::TriangleDown => {
                vec![
                    (x, y + r * 1.25),
                    (x + r * 1.15, y - r * 0.85),
                    (x - r * 1.15, y - r * 0.85),
                ]
            }
        };
        self.area(polygon, color, 1.0);
    }
}
