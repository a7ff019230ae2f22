//! Tasks per instance type, by mode: what keeps a promise beside what would fit.

use std::path::{Path, PathBuf};

use super::axis::{Axis, Dimension, Scale};
use super::figure::{Block, Dot, Figure, Frame, Key, LegendEntry, Mark, RowPanel, Rows};
use super::palette::{Marker, of_mode};
use super::{PlotError, chart, write};

/// Columns of one figure; more go into another one.
const COLUMNS_MAX: usize = 3;

/// A number of tasks and what is around it.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeBar {
    /// What is counted: a column.
    pub subject: String,
    /// Where the instance type stands among the others.
    pub order: usize,
    /// The instance type: a block of rows.
    pub instance: String,
    /// The network mode: a row.
    pub mode: String,
    /// Tasks that keep the promise.
    pub tasks: f64,
    /// Tasks that keep it, and that may keep it, beyond doubt.
    pub bracket: (f64, f64),
    /// Tasks that would fit.
    pub fits: f64,
}

/// Draws `bars` into `size.svg` in `dir`, and `size-2.svg` and so on where there are many
/// subjects; returns the files.
///
/// # Errors
/// If a file cannot be written.
pub fn draw_sizes(dir: &Path, title: &str, bars: &[SizeBar]) -> Result<Vec<PathBuf>, PlotError> {
    let mut subjects: Vec<&str> = bars.iter().map(|bar| &*bar.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut files = Vec::new();
    for (index, subjects) in subjects.chunks(COLUMNS_MAX).enumerate() {
        let name = match index {
            0 => "size".to_owned(),
            more => format!("size-{}", more + 1),
        };
        let figure = Figure::Rows(rows(title, bars, subjects));
        let svg = chart::to_svg(&chart::lay_out(&figure)).map_err(|source| PlotError::Paint {
            name: name.clone(),
            source,
        })?;
        files.push(write(dir, &name, "svg", svg.as_bytes())?);
    }
    Ok(files)
}

/// The figure of some subjects, a column for each.
fn rows(title: &str, bars: &[SizeBar], subjects: &[&str]) -> Rows {
    let bars: Vec<&SizeBar> = bars
        .iter()
        .filter(|bar| subjects.contains(&&*bar.subject))
        .collect();
    let mut modes: Vec<&str> = bars.iter().map(|bar| &*bar.mode).collect();
    // In alphabetical order awsvpc and awsvpc-trunk stand together, and bridge before host.
    modes.sort_unstable();
    modes.dedup();
    let mut instances: Vec<(usize, &str)> = bars.iter().map(|b| (b.order, &*b.instance)).collect();
    instances.sort_unstable();
    instances.dedup();
    let axis = |subject: &str| {
        let of_subject = bars.iter().filter(|bar| bar.subject == subject);
        let values = of_subject.flat_map(|bar| [bar.fits, bar.bracket.1]);
        let scale = Scale::from_zero(values).unwrap_or(Scale::Linear {
            low: 0.0,
            high: 1.0,
        });
        Axis::new("tasks per instance", Dimension::Plain.unit_for(1.0), scale)
    };
    let last = instances.len().saturating_sub(1);
    let blocks = instances.iter().enumerate().map(|(block, (_, instance))| {
        let panel = |subject: &&str| RowPanel {
            axis: axis(subject),
            axis_shown: block == last,
            marks: modes
                .iter()
                .map(|mode| mark(&bars, subject, instance, mode))
                .collect(),
        };
        Block {
            heading: (*instance).to_owned(),
            rows: (0..modes.len()).collect(),
            panels: subjects.iter().map(panel).collect(),
        }
    });
    Rows {
        frame: Frame {
            title: title.to_owned(),
            subtitle: "Most tasks that keep it, beside what CPU, memory, ENIs and host ports hold"
                .to_owned(),
            footer: format!(
                "bands: 95 % bracket, no mark: refused by ECS · enibench {}",
                env!("CARGO_PKG_VERSION")
            ),
        },
        series: modes.iter().map(|mode| key(mode)).collect(),
        columns: subjects
            .iter()
            .map(|subject| (*subject).to_owned())
            .collect(),
        legend: vec![
            LegendEntry::Dot(Marker::Circle, "keeps the promise".to_owned()),
            LegendEntry::Dot(Marker::Ring, "fits".to_owned()),
        ],
        blocks: blocks.collect(),
    }
}

fn key(mode: &str) -> Key {
    Key {
        label: mode.to_owned(),
        style: of_mode(mode, ""),
    }
}

fn mark(bars: &[&SizeBar], subject: &str, instance: &str, mode: &str) -> Mark {
    let is_here =
        |bar: &&&SizeBar| bar.subject == subject && bar.instance == instance && bar.mode == mode;
    let Some(bar) = bars.iter().find(is_here) else {
        return Mark::Dots(Vec::new());
    };
    let keeps = Dot {
        marker: Marker::Circle,
        value: bar.tasks,
        band: Some(bar.bracket).filter(|(low, high)| low < high),
        doubtful: false,
    };
    let fits = Dot {
        marker: Marker::Ring,
        value: bar.fits,
        band: None,
        doubtful: false,
    };
    Mark::Dots(vec![keeps, fits])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(subject: &str, instance: (usize, &str), mode: &str, tasks: f64, fits: f64) -> SizeBar {
        SizeBar {
            subject: subject.to_owned(),
            order: instance.0,
            instance: instance.1.to_owned(),
            mode: mode.to_owned(),
            tasks,
            bracket: (tasks - 1.0, tasks + 1.0),
            fits,
        }
    }

    #[test]
    fn a_block_per_type_a_row_per_mode_a_column_per_subject() {
        let bars = [
            bar("web", (1, "m5.large"), "bridge", 7.0, 20.0),
            bar("api", (0, "c5.large"), "host", 1.0, 1.0),
            bar("web", (0, "c5.large"), "bridge", 5.0, 9.0),
        ];
        let figure = rows("?", &bars, &["api", "web"]);
        let headings: Vec<&str> = figure.blocks.iter().map(|b| &*b.heading).collect();
        assert_eq!(headings, ["c5.large", "m5.large"]);
        let labels: Vec<&str> = figure.series.iter().map(|key| &*key.label).collect();
        assert_eq!(labels, ["bridge", "host"]);
        let web = &figure.blocks[0].panels[1];
        let Mark::Dots(dots) = &web.marks[0] else {
            panic!("{web:?}")
        };
        let values: Vec<f64> = dots.iter().map(|dot| dot.value).collect();
        assert_eq!(values, [5.0, 9.0]);
        assert_eq!(dots[0].band, Some((4.0, 6.0)));
        assert_eq!(web.marks[1], Mark::Dots(Vec::new()));
        // Every block of a column has the same axis, shown once.
        let [first, second] = [0, 1].map(|block| &figure.blocks[block].panels[1]);
        assert_eq!(first.axis, second.axis);
        assert_eq!((first.axis_shown, second.axis_shown), (false, true));
    }

    #[test]
    fn many_subjects_make_several_files() {
        let names = ["a", "b", "c", "d"];
        let bars: Vec<SizeBar> = names
            .iter()
            .map(|name| bar(name, (0, "c5.large"), "host", 2.0, 3.0))
            .collect();
        let dir = tempfile::tempdir().unwrap();
        let files = draw_sizes(dir.path(), "How many?", &bars).unwrap();
        let expected = ["size.svg", "size-2.svg"].map(|name| dir.path().join(name));
        assert_eq!(files, expected);
        let svg = std::fs::read_to_string(&files[1]).unwrap();
        assert!(svg.contains("How many?") && svg.contains("c5.large"));
    }
}
