//! What a figure shows, in base units and free of pixels: `series` makes it, `chart` draws it.

use super::axis::Axis;
use super::palette::{Marker, Style};
use crate::results::read::Ratio;

/// Words around a figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    /// The experiment's question.
    pub(super) title: String,
    /// What this figure shows of the answer.
    pub(super) subtitle: String,
    /// How many replications, what the bands are, which version.
    pub(super) footer: String,
}

/// A series: its name and its looks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    /// Name of the series, such as a network mode.
    pub(crate) label: String,
    /// The same in every figure.
    pub(super) style: Style,
}

/// A figure of one of three kinds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Figure {
    /// Lines over a continuous axis.
    Grid(Grid),
    /// Bars or dots, a row per series.
    Rows(Rows),
    /// Lines over time, and what tasks did meanwhile.
    Timeline(Timeline),
    /// Ratios, a row per change.
    Effects(Effects),
}

/// Panels in columns and rows; the columns share the x axis, the rows their y axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// Words around it.
    pub(super) frame: Frame,
    /// Every series; lines refer to it by position.
    pub(super) series: Vec<Key>,
    /// Headings of the columns.
    pub(super) columns: Vec<String>,
    /// The x axis of every panel, or one per column where they cannot share.
    pub(super) x: Vec<Axis>,
    /// The label of all y axes together, where the rows have none of their own.
    pub(super) y_label: Option<String>,
    /// Top to bottom.
    pub(super) rows: Vec<GridRow>,
}

/// A row of panels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GridRow {
    /// The y axis of its panels.
    pub(super) y: Axis,
    /// Where in the sweep the row is; empty if there is nothing to tell.
    pub(super) heading: String,
    /// Height of a panel \[px\].
    pub(super) height: f64,
    /// The one series that the row belongs to, if it belongs to one: the key to the figure.
    pub(super) series: Option<usize>,
    /// One per column; `None` where nothing is defined.
    pub(super) panels: Vec<Option<Panel>>,
}

/// Lines that share a pair of axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Panel {
    /// In the order of the series; later ones are drawn on top.
    pub(super) lines: Vec<Line>,
    /// Where lines cross and the reader should know.
    pub(super) crossings: Vec<Crossing>,
}

/// A line of one series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Position in the figure's series.
    pub(super) series: usize,
    /// How its samples are joined.
    pub(super) shape: Shape,
    /// Unbroken stretches; the line has a gap where a value is undefined.
    pub(super) stretches: Vec<Vec<Sample>>,
}

/// How samples are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Straight lines and a marker at every sample, because each was measured.
    Measured,
    /// Straight lines alone: samples of a curve.
    Curve,
    /// Straight lines alone, on top of all others: what is known without simulating.
    Theory,
    /// A filled histogram: `x` is a bin's lower end, the last sample closes the last bin.
    Steps,
}

/// A point of a line with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// In the x axis's base unit.
    pub(super) x: f64,
    /// In the y axis's base unit.
    pub(super) y: f64,
    /// The interval around `y`, if there is one.
    pub(super) band: Option<(f64, f64)>,
    /// Whether `y` rests on too little to be relied on.
    pub(super) doubtful: bool,
}

/// Where the line of one series crosses that of another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Crossing {
    /// The series that is named.
    pub(super) series: usize,
    /// In the x axis's base unit.
    pub(super) x: f64,
    /// In the y axis's base unit.
    pub(super) y: f64,
}

/// Blocks of rows, one row per series, in columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows {
    /// Words around it.
    pub(super) frame: Frame,
    /// Every series; rows refer to it by position.
    pub(super) series: Vec<Key>,
    /// Headings of the columns.
    pub(super) columns: Vec<String>,
    /// What the marks mean.
    pub(super) legend: Vec<LegendEntry>,
    /// Top to bottom.
    pub(super) blocks: Vec<Block>,
}

/// What a mark means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum LegendEntry {
    /// A part of the bars, by its position among the stages.
    Stage(usize, String),
    /// A dot, by its marker.
    Dot(Marker, String),
    /// A task's state, by its position among the states.
    State(usize, String),
}

/// Rows under one heading.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    /// Where in the sweep this is; empty if there is one block.
    pub(super) heading: String,
    /// Series of the rows, top to bottom.
    pub(super) rows: Vec<usize>,
    /// One per column.
    pub(super) panels: Vec<RowPanel>,
}

/// The marks of a block in one column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowPanel {
    /// The horizontal axis.
    pub(super) axis: Axis,
    /// Whether the block shows the axis; false where one further down shows the same.
    pub(super) axis_shown: bool,
    /// One per row.
    pub(super) marks: Vec<Mark>,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Nothing is defined here.
    Nothing,
    /// A stacked bar: lengths by stage, in the axis's base unit, and the total in words.
    Bar(Vec<(usize, f64)>, String),
    /// Values with their intervals.
    Dots(Vec<Dot>),
}

/// A value with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    /// Its shape.
    pub(super) marker: Marker,
    /// In the axis's base unit.
    pub(super) value: f64,
    /// The interval, if there is one.
    pub(super) band: Option<(f64, f64)>,
    /// Whether the value rests on too little to be relied on.
    pub(super) doubtful: bool,
}

/// Panels of lines over time, and below them a lane per task, all over the same axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timeline {
    /// Words around it.
    pub(super) frame: Frame,
    /// Every series; lines and blocks refer to it by position.
    pub(super) series: Vec<Key>,
    /// What the lanes' colours mean.
    pub(super) legend: Vec<LegendEntry>,
    /// Time.
    pub(super) x: Axis,
    /// Top to bottom.
    pub(super) panels: Vec<TimePanel>,
    /// Below the panels; may be empty.
    pub(super) blocks: Vec<LaneBlock>,
}

/// A panel of lines over time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimePanel {
    /// What it is about.
    pub(super) heading: String,
    /// Its vertical axis.
    pub(super) y: Axis,
    /// In the order of the series.
    pub(super) lines: Vec<Line>,
}

/// The tasks of one series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LaneBlock {
    /// Which.
    pub(super) series: usize,
    /// What there is to tell about its lanes.
    pub(super) note: String,
    /// Top to bottom.
    pub(super) lanes: Vec<Lane>,
}

/// One task.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    /// Its name.
    pub(super) label: String,
    /// From when to when it was in which state, by position, in the time axis's base unit.
    pub(super) spans: Vec<(f64, f64, usize)>,
    /// What there is to tell at its end.
    pub(super) note: String,
}

/// How much larger a value is in one series than in others, at a base and after each of some
/// changes; in columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Effects {
    /// Words around it.
    pub(super) frame: Frame,
    /// The other series.
    pub(super) series: Vec<Key>,
    /// Headings of the columns.
    pub(super) columns: Vec<String>,
    /// The label of all horizontal axes together.
    pub(super) label: String,
    /// The horizontal axis of each column.
    pub(super) axes: Vec<Axis>,
    /// What is changed, the base first, then from the most to the least consequential.
    pub(super) changes: Vec<Change>,
    /// Whether the first row is the base, which the others are seen against.
    pub(super) has_base: bool,
    /// Whether the side below 1 is good news.
    pub(super) has_good_side: bool,
}

/// The values that a key is changed to, or the base.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// The key and its base value.
    pub(super) name: String,
    /// A row per value.
    pub(super) rows: Vec<EffectRow>,
}

/// The effect where a key has a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EffectRow {
    /// The value; empty at the base.
    pub(super) value: String,
    /// By column, then by series; `None` where it is not defined.
    pub(super) ratios: Vec<Vec<Option<Ratio>>>,
}

impl Grid {
    /// The x axis of a column.
    pub(super) fn x_of(&self, column: usize) -> &Axis {
        &self.x[column.min(self.x.len() - 1)]
    }

    /// Every line of a row.
    #[cfg(test)]
    pub(super) fn lines_of(&self, row: usize) -> impl Iterator<Item = &Line> {
        self.rows[row]
            .panels
            .iter()
            .flatten()
            .flat_map(|p| &p.lines)
    }
}
