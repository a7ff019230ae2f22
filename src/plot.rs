//! Plots, drawn from the files of a result directory alone.
//!
//! `series` turns read results into figures (pure functions), `chart` draws figures. A network
//! mode has the same colour, dash and marker in every plot of every experiment; intervals are
//! drawn wherever the results have them; each axis has one unit.
//!
//! What does not belong here: simulation, statistics that tables need too, HTML.

mod axis;
mod chart;
mod figure;
mod font;
mod palette;
mod series;
mod sizes;
#[cfg(test)]
mod testing;
mod z_scores;

use std::path::{Path, PathBuf};

pub use chart::PaintError;
pub use font::register_fonts;
pub use sizes::{SizeBar, draw_sizes};
pub use z_scores::draw_z_scores;

use crate::results::read::{MODE_KEYS, ReadError, Results};
use crate::results::{FileError, write_file};
use series::Made;
pub(crate) use series::{Arrangement, Slot, change_label, mode_label};

/// What was drawn, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The files written, the answer first.
    pub files: Vec<PathBuf>,
    /// Plots that were left out, each with the reason.
    pub skipped: Vec<(String, String)>,
}

/// Why plots could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// The result directory cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is nothing to draw.
    #[error("{} has no rows; run the experiment to its end first", .path.display())]
    Empty {
        /// The table.
        path: PathBuf,
    },
    /// A figure cannot be painted.
    #[error("{name}: {source}")]
    Paint {
        /// The plot.
        name: String,
        /// Why.
        source: PaintError,
    },
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Reads the result directory `dir` and draws all its plots: see [`draw`].
///
/// # Errors
/// If the results cannot be read or a file cannot be written.
pub fn draw_all(dir: &Path, png: bool) -> Result<Drawn, PlotError> {
    draw(&Results::read(dir)?, png)
}

/// Draws every plot of `results` into `plots/` of their directory, as SVG and, if `png`, as PNG
/// beside it. Each file appears complete or not at all; the same results give the same bytes.
///
/// A plot whose input the directory does not hold is skipped and named with the reason, and a
/// file of it from an earlier run is left alone.
///
/// # Errors
/// If a histogram cannot be read or a file cannot be written.
pub fn draw(results: &Results, png: bool) -> Result<Drawn, PlotError> {
    if results.points.is_empty() {
        return Err(PlotError::Empty {
            path: results.dir.join("summary.csv"),
        });
    }
    let plots = results.dir.join("plots");
    let mut drawn = Drawn::default();
    for (name, made) in figures(results)? {
        match made {
            Err(reason) => drawn.skipped.push((name.to_owned(), reason)),
            Ok(figure) => {
                let scene = chart::lay_out(&figure);
                let paint = |source| PlotError::Paint {
                    name: name.to_owned(),
                    source,
                };
                let svg = chart::to_svg(&scene).map_err(paint)?;
                drawn
                    .files
                    .push(write(&plots, name, "svg", svg.as_bytes())?);
                if png {
                    let png = chart::to_png(&scene).map_err(paint)?;
                    drawn.files.push(write(&plots, name, "png", &png)?);
                }
            }
        }
    }
    Ok(drawn)
}

/// Every plot by its file name, in reading order; the last ones only where modes are swept, trials
/// followed through time, keys varied, or task groups simulated alone.
fn figures(results: &Results) -> Result<Vec<(&'static str, Made)>, ReadError> {
    let arrangement = Arrangement::new(results);
    let theory = results.theory()?;
    let mut curves = series::curves(results, &arrangement)?;
    curves.extend(series::theory_curves(&theory, &arrangement, &curves));
    let distributions = (&*curves, &theory);
    let mut figures = vec![
        ("1-knee", series::knee(results, &arrangement, &theory)),
        (
            "2-percentiles",
            series::percentiles(results, &arrangement, distributions),
        ),
        ("3-ccdf", series::ccdf(results, &arrangement, distributions)),
        ("4-throughput", series::throughput(results, &arrangement)?),
        ("5-stages", series::stages(results, &arrangement)),
        ("6-fairness", series::fairness(results, &arrangement)),
    ];
    // Of varied modes, the base alone is arranged.
    let manifest = &results.manifest;
    let is_series = |key: &&str| {
        let is_it = |swept: &String| swept == key;
        manifest.sweep_keys.iter().any(is_it) && !manifest.varied.iter().any(is_it)
    };
    if MODE_KEYS.iter().any(is_series) {
        let made = series::mode_effect(results, &arrangement)?;
        figures.push(("7-mode-effect", made));
    }
    // Most experiments do not follow their trials through time, and miss nothing.
    if let Some(over_time) = results.over_time()? {
        let made = series::timeline(results, &arrangement, &over_time);
        figures.push(("8-timeline", made));
    }
    if !manifest.varied.is_empty() {
        let sensitivity = series::sensitivity(results, &arrangement);
        figures.push(("9-sensitivity", sensitivity));
    }
    if let Some(pilots) = results.pilots()? {
        let made = series::warm_up(results, &arrangement, &pilots);
        figures.push(("10-warm-up", made));
    }
    if let Some(effects) = results.interference()? {
        let made = series::interference(results, &arrangement, &effects);
        figures.push(("11-interference", made));
    }
    Ok(figures)
}

/// Writes one file of a plot.
fn write(dir: &Path, name: &str, extension: &str, bytes: &[u8]) -> Result<PathBuf, PlotError> {
    let path = dir.join(format!("{name}.{extension}"));
    write_file(&path, bytes)?;
    Ok(path)
}

#[cfg(test)]
mod tests;
