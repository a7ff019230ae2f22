//! The scores of a validation against those of chance: a normal quantile–quantile plot.

use std::path::{Path, PathBuf};

use statrs::distribution::{Beta, ContinuousCDF, Normal};

use super::axis::{Axis, Dimension, Scale};
use super::figure::{Figure, Frame, Grid, GridRow, Key, Line, Panel, Sample, Shape};
use super::palette::nth;
use super::{PlotError, chart, write};

/// Probability that an independent score is within the band at its place.
const BAND: f64 = 0.95;

/// Least distance that the axes reach from zero.
const REACH_MIN: f64 = 3.0;

/// Draws the normal scores `scores` into `z-scores.svg` in `dir`; returns the file, or `None` and
/// draws nothing where there are fewer than two. Infinite scores have no place in it.
///
/// # Errors
/// If the file cannot be written.
pub fn draw_z_scores(dir: &Path, scores: &[f64]) -> Result<Option<PathBuf>, PlotError> {
    let mut scores = scores.to_vec();
    scores.retain(|z| z.is_finite());
    if scores.len() < 2 {
        return Ok(None);
    }
    const NAME: &str = "z-scores";
    let scene = chart::lay_out(&Figure::Grid(grid(&scores)));
    let svg = chart::to_svg(&scene).map_err(|source| PlotError::Paint {
        name: NAME.to_owned(),
        source,
    })?;
    write(dir, NAME, "svg", svg.as_bytes()).map(Some)
}

/// The diagonal with its band, and the scores in rising order.
fn grid(scores: &[f64]) -> Grid {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let expected = samples(&sorted);
    let line = |series, shape, stretch| Line {
        series,
        shape,
        stretches: vec![stretch],
    };
    let diagonal = expected.iter().map(|sample| Sample {
        y: sample.x,
        ..*sample
    });
    let measured = expected.iter().map(|sample| Sample {
        band: None,
        ..*sample
    });
    let lines = vec![
        line(0, Shape::Curve, diagonal.collect()),
        line(1, Shape::Measured, measured.collect()),
    ];
    let values = expected.iter().flat_map(|s| {
        let (low, high) = s.band.unwrap_or((s.y, s.y));
        [s.x, s.y, low, high]
    });
    let reach = values.fold(REACH_MIN, |reach, value| reach.max(value.abs())) * 1.06;
    let axis = |label: &str| {
        let scale = Scale::Linear {
            low: -reach,
            high: reach,
        };
        Axis::new(label, Dimension::Plain.unit_for(1.0), scale)
    };
    let key = |label: &str, index| Key {
        label: label.to_owned(),
        style: nth(index),
    };
    Grid {
        frame: Frame {
            title: "Is the distance between simulator and theory chance alone?".to_owned(),
            subtitle: format!(
                "Normal scores of {} estimates, in rising order, over those of as many draws of \
                 chance",
                scores.len()
            ),
            footer: format!(
                "band: 95 % of each independent draw; estimates from the same packets are not \
                 independent · enibench {}",
                env!("CARGO_PKG_VERSION")
            ),
        },
        series: vec![key("chance", 0), key("estimates", 1)],
        columns: vec![String::new()],
        x: vec![axis("Score expected of chance")],
        y_label: None,
        rows: vec![GridRow {
            y: axis("Score of the estimate"),
            heading: String::new(),
            height: 620.0,
            series: None,
            panels: vec![Some(Panel {
                lines,
                crossings: Vec::new(),
            })],
        }],
    }
}

/// For each of the `sorted` scores the median of its place among as many normal draws (x), itself
/// (y), and the band around x: the i-th of n probabilities has the law Beta(i, n − i + 1).
fn samples(sorted: &[f64]) -> Vec<Sample> {
    let n = sorted.len();
    let of_place = |(place, z): (usize, &f64)| {
        let law = Beta::new((place + 1) as f64, (n - place) as f64)
            .expect("the parameters are above zero");
        let score = |probability| Normal::standard().inverse_cdf(law.inverse_cdf(probability));
        let tail = (1.0 - BAND) / 2.0;
        Sample {
            x: score(0.5),
            y: *z,
            band: Some((score(tail), score(1.0 - tail))),
            doubtful: false,
        }
    };
    sorted.iter().enumerate().map(of_place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: the smaller of two uniform draws has the median 1 − √½ = 0.2929, the normal score of
    /// which is −0.5450; its 2.5 % quantile is 1 − √0.975 = 0.01258 (−2.2394).
    #[test]
    fn scores_stand_over_the_median_of_their_place() {
        let samples = samples(&[-1.0, 2.0]);
        assert!((samples[0].x + 0.5450).abs() < 1e-3, "{samples:?}");
        assert!((samples[1].x - 0.5450).abs() < 1e-3, "{samples:?}");
        assert_eq!(samples[1].y, 2.0);
        let (low, _) = samples[0].band.unwrap();
        assert!((low + 2.2394).abs() < 1e-3, "{low}");
    }

    #[test]
    fn one_score_is_no_plot() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(draw_z_scores(dir.path(), &[1.0]).unwrap(), None);
        let file = draw_z_scores(dir.path(), &[1.0, f64::INFINITY, -0.5]).unwrap();
        let svg = std::fs::read_to_string(file.unwrap()).unwrap();
        assert!(svg.contains("Score expected of chance"));
    }
}
