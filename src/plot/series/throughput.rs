//! Throughput of single intervals: a histogram per series, small multiples that share their axes.

use hdrhistogram::Histogram;

use super::curve::of_group;
use super::distribution::NO_HISTOGRAMS;
use super::{Arrangement, Bands, Made, frame, samples};
use crate::plot::axis::{Axis, Dimension, Scale, typical};
use crate::plot::figure::{Figure, Frame, Grid, GridRow, Line, Panel, Sample, Shape};
use crate::results::read::{HistogramKind, ReadError, Results};

/// Bins of a histogram, about.
const BINS: f64 = 40.0;

/// The throughput figure at the last place of the sweep, where contention is highest.
///
/// # Errors
/// If a histogram cannot be read; the inner result tells why there is no figure.
pub(in crate::plot) fn throughput(
    results: &Results,
    arrangement: &Arrangement,
) -> Result<Made, ReadError> {
    let slots = arrangement.slots();
    let Some(slot) = slots.last() else {
        return Ok(Err(NO_HISTOGRAMS.to_owned()));
    };
    let mut merged: Vec<Vec<Option<Histogram<u64>>>> = Vec::new();
    for series in 0..arrangement.series.len() {
        let histograms = match arrangement.point(series, slot.place, slot.facet) {
            Some(point) => results.histograms(point, HistogramKind::Throughput)?,
            None => None,
        };
        let of_name = |name: &String| Some(of_group(histograms.as_ref()?, name)?.merged());
        merged.push(arrangement.groups.iter().map(of_name).collect());
    }
    if merged.iter().flatten().all(Option::is_none) {
        return Ok(Err(NO_HISTOGRAMS.to_owned()));
    }
    let subtitle = match slot.name.as_str() {
        "" => "Throughput of single intervals".to_owned(),
        name => format!("Throughput of single intervals · {name}"),
    };
    let frame = frame(results, subtitle, Bands::None);
    Ok(Ok(Figure::Grid(figure(frame, arrangement, &merged))))
}

/// `merged` holds a histogram by series and task group.
fn figure(frame: Frame, arrangement: &Arrangement, merged: &[Vec<Option<Histogram<u64>>>]) -> Grid {
    // Groups differ by orders of magnitude, so each column has bins and an x axis of its own.
    let bins: Vec<Bins> = (0..arrangement.groups.len())
        .map(|group| Bins::of(merged.iter().filter_map(|groups| groups[group].as_ref())))
        .collect();
    let lines: Vec<Vec<Option<Line>>> = merged
        .iter()
        .enumerate()
        .map(|(series, groups)| {
            let line = |(h, bins): (&Option<_>, &Bins)| Some(bins.line(series, h.as_ref()?));
            groups.iter().zip(&bins).map(line).collect()
        })
        .collect();
    let shares = samples(lines.iter().flatten().flatten()).map(|s| s.y * 1.1);
    let scale = Scale::from_zero(shares).expect("there is a histogram");
    let highs = bins.iter().map(|bins| bins.high);
    let unit = Dimension::BitsPerSecond.unit_for(typical(highs).unwrap_or(0.0));
    let x = bins.iter().map(|bins| {
        let scale = Scale::Linear {
            low: 0.0,
            high: bins.high * 1.02 + bins.width,
        };
        Axis::new("Throughput in an interval", unit, scale)
    });
    let panel = |line: Option<Line>| {
        Some(Panel {
            lines: vec![line?],
            crossings: Vec::new(),
        })
    };
    let rows = lines
        .into_iter()
        .enumerate()
        .map(|(series, lines)| GridRow {
            y: Axis::new("", Dimension::Share.unit_for(1.0), scale),
            heading: String::new(),
            height: 84.0,
            series: Some(series),
            panels: lines.into_iter().map(panel).collect(),
        });
    Grid {
        frame,
        y_label: Some("Share of intervals (%)".to_owned()),
        series: arrangement.series.clone(),
        columns: arrangement.headings(),
        x: x.collect(),
        rows: rows.collect(),
    }
}

/// Equal bins of one task group, the same for every series.
struct Bins {
    /// Width of a bin; above zero.
    width: f64,
    /// Where almost every histogram ends.
    high: f64,
}

impl Bins {
    fn of<'a>(histograms: impl Iterator<Item = &'a Histogram<u64>> + Clone) -> Bins {
        let ends = histograms
            .clone()
            .map(|h| h.value_at_quantile(0.9995) as f64);
        let high = ends.fold(1.0, f64::max);
        Bins {
            width: bin_width(histograms, high),
            high,
        }
    }

    /// The share of intervals by bin: `x` is a bin's lower end, a last sample closes the last
    /// bin. Bins are centred on multiples of their width, so that zero has its own.
    fn line(&self, series: usize, histogram: &Histogram<u64>) -> Line {
        let bins = (self.high / self.width).floor() as usize + 2;
        let mut shares = vec![0.0; bins];
        for value in histogram.iter_recorded() {
            let bin = (value.value_iterated_to() as f64 / self.width).round() as usize;
            shares[bin.min(bins - 1)] += value.count_at_value() as f64 / histogram.len() as f64;
        }
        shares.push(0.0);
        let sample = |(bin, y): (usize, f64)| Sample {
            x: ((bin as f64 - 0.5) * self.width).max(0.0),
            y,
            band: None,
            doubtful: false,
        };
        Line {
            series,
            shape: Shape::Steps,
            stretches: vec![shares.into_iter().enumerate().map(sample).collect()],
        }
    }
}

/// A bin width of 1, 2 or 5 times a power of ten that gives about [`BINS`] bins. Where packets
/// are large, throughput takes few values at equal distances; then a bin holds a whole number of
/// them, or the histogram would be a comb.
fn bin_width<'a>(histograms: impl Iterator<Item = &'a Histogram<u64>>, high: f64) -> f64 {
    let raw = high / BINS;
    let decade = 10f64.powf(raw.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade);
    let width = round.into_iter().find(|w| *w >= raw * 0.999).unwrap_or(raw);
    let gap = histograms.filter_map(lattice).fold(f64::INFINITY, f64::min);
    if gap.is_finite() && gap > width / 4.0 {
        (width / gap).round().max(1.0) * gap
    } else {
        width
    }
}

/// The distance between the common values of a histogram, if they are equally far apart; a
/// little more precise than the histogram itself, because it is taken over many of them.
fn lattice(histogram: &Histogram<u64>) -> Option<f64> {
    let common = histogram.len() / 1000;
    let values: Vec<f64> = histogram
        .iter_recorded()
        .filter(|value| value.count_at_value() > common)
        .map(|value| value.value_iterated_to() as f64)
        .collect();
    let gaps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let rough = gaps.iter().copied().reduce(f64::min)?;
    let steps: f64 = gaps.iter().map(|gap| (gap / rough).round()).sum();
    Some(gaps.iter().sum::<f64>() / steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: &[u64]) -> Histogram<u64> {
        let mut histogram = Histogram::<u64>::new(3).unwrap();
        for value in values {
            histogram.record(*value).unwrap();
        }
        histogram
    }

    #[test]
    fn shares_add_up_to_one() {
        let bins = Bins {
            width: 10.0,
            high: 100.0,
        };
        let line = bins.line(0, &histogram(&[0, 10, 10, 95, 500]));
        let total: f64 = line.stretches[0].iter().map(|s| s.y).sum();
        assert!((total - 1.0).abs() < 1e-12);
        assert_eq!(line.stretches[0][1].x, 5.0);
        assert_eq!(line.stretches[0][1].y, 0.4);
    }

    #[test]
    fn bins_hold_whole_numbers_of_lattice_values() {
        let lattice: Vec<u64> = (0..50).map(|n| n * 12_000).collect();
        let width = bin_width([histogram(&lattice)].iter(), 600_000.0);
        assert!((width / 12_000.0 - 2.0).abs() < 0.01, "{width}");
    }
}
