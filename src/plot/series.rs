//! From read results to figures: pure functions, free of pixels and files.
//!
//! [`arrange`] decides once what a sweep means to every figure: which values become series, which
//! key is the x axis, what is shown side by side. Each other module makes one figure of it.

mod arrange;
mod crossing;
mod curve;
mod distribution;
mod fairness;
mod interference;
mod knee;
mod mode_effect;
mod name;
mod sensitivity;
mod stages;
mod theory;
mod throughput;
mod timeline;
mod warm_up;

pub(super) use arrange::Abscissa;
pub(crate) use arrange::{Arrangement, Slot};
pub(super) use curve::curves;
pub(super) use distribution::{ccdf, percentiles};
pub(super) use fairness::fairness;
pub(super) use interference::interference;
pub(super) use knee::knee;
pub(super) use mode_effect::mode_effect;
pub(crate) use name::{change_label, mode_label};
pub(super) use sensitivity::sensitivity;
pub(super) use stages::stages;
pub(super) use theory::theory_curves;
pub(super) use throughput::throughput;
pub(super) use timeline::timeline;
pub(super) use warm_up::warm_up;

use super::figure::{Figure, Frame, Line, Sample, Shape};
use crate::results::read::{Estimate, Results};

/// A figure, or why there is none.
pub(super) type Made = Result<Figure, String>;

/// The words around a figure of `results`.
fn frame(results: &Results, subtitle: String, bands: Bands) -> Frame {
    let (least, most) = replications(results);
    let merged = match most {
        1 => "1 replication".to_owned(),
        _ => format!("{} merged", replications_in_words(least, most)),
    };
    let bands = match bands {
        Bands::Interval if most > 1 => ", bands: 95 % interval",
        Bands::Interval => ", no interval",
        Bands::None => "",
    };
    let base = match results.manifest.varied[..] {
        [] => "",
        _ => " · varied keys at their base",
    };
    let version = results.manifest.version.as_deref();
    let version = version.unwrap_or(env!("CARGO_PKG_VERSION"));
    Frame {
        title: results.manifest.question.clone(),
        subtitle,
        footer: format!("{merged}{bands}{base} · enibench {version}"),
    }
}

/// The fewest and the most replications that a point has: with a precision, points differ.
fn replications(results: &Results) -> (u64, u64) {
    let groups = results.points.iter().flat_map(|point| &point.groups);
    let counts = || groups.clone().map(|group| group.replications);
    (counts().min().unwrap_or(0), counts().max().unwrap_or(0))
}

fn replications_in_words(least: u64, most: u64) -> String {
    match least {
        n if n < most => format!("{n} to {most} replications"),
        _ => format!("{most} replications"),
    }
}

impl Frame {
    /// Adds to the footer how what rests on too few packets is drawn, if something does.
    fn doubted(mut self, is_doubtful: bool, drawn: &str) -> Frame {
        if is_doubtful {
            self.footer += &format!(" · {drawn}: fewer than 100 packets beyond, or no interval");
        }
        self
    }
}

/// Whether a figure shows intervals.
enum Bands {
    Interval,
    None,
}

/// A sample at `x` of a measured value.
fn sample(x: f64, estimate: Estimate) -> Sample {
    Sample {
        x,
        y: estimate.value,
        band: estimate.interval,
        doubtful: false,
    }
}

/// A line through `samples`, broken where one is undefined; `None` if none is defined.
fn line(
    series: usize,
    shape: Shape,
    samples: impl Iterator<Item = Option<Sample>>,
) -> Option<Line> {
    let mut stretches = vec![Vec::new()];
    for sample in samples {
        let open = stretches.last_mut().expect("there is always a stretch");
        match sample {
            Some(sample) => open.push(sample),
            None if open.is_empty() => {}
            None => stretches.push(Vec::new()),
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    (!stretches.is_empty()).then_some(Line {
        series,
        shape,
        stretches,
    })
}

/// Every sample of `lines`.
fn samples<'a>(lines: impl Iterator<Item = &'a Line>) -> impl Iterator<Item = Sample> {
    lines.flat_map(|line| line.stretches.iter().flatten().copied())
}

/// The ends of the bands of `samples` that a logarithmic axis should hold, and the values. An
/// interval may reach to zero or below; the axis need not follow it further than to a half.
fn log_reach(samples: impl Iterator<Item = Sample>) -> impl Iterator<Item = f64> {
    samples.flat_map(|s| {
        let (low, high) = s.band.unwrap_or((s.y, s.y));
        [low.max(s.y / 2.0), s.y, high.min(s.y * 2.0)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_a_value_is_undefined() {
        let at = |x| {
            Some(Sample {
                x,
                y: 1.0,
                band: None,
                doubtful: false,
            })
        };
        let samples = [None, at(1.0), at(2.0), None, None, at(3.0)];
        let line = line(0, Shape::Measured, samples.into_iter()).unwrap();
        let lengths: Vec<usize> = line.stretches.iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 1]);
        assert!(super::line(0, Shape::Curve, [None].into_iter()).is_none());
    }
}
