//! How latency settles in the pilot runs that found the warm-up.

use super::{Arrangement, Bands, Made, frame, line, log_reach, samples};
use crate::plot::axis::{Axis, Dimension, Scale, extent, typical};
use crate::plot::figure::{Figure, Line, Sample, Shape, TimePanel, Timeline};
use crate::results::read::{PilotMean, Results};

/// The mean sojourn time over the time of the pilots, a panel per shown place of the sweep; dotted is
/// what MSER-5 leaves out of each series. The warm-up is the longest of these, rounded up.
pub(in crate::plot) fn warm_up(
    results: &Results,
    arrangement: &Arrangement,
    pilots: &[Vec<PilotMean>],
) -> Made {
    let (_, high) = extent(pilots.iter().flatten().map(|mean| mean.end_ns))
        .ok_or("the pilots delivered nothing")?;
    let unit = Dimension::Nanoseconds.unit_for(high / 4.0);
    let x = Axis::new(
        "Time since the pilots began",
        unit,
        Scale::Linear { low: 0.0, high },
    );
    let mut panels = Vec::new();
    for slot in arrangement.slots() {
        let lines = (0..arrangement.series.len()).filter_map(|series| {
            let point = arrangement.point(series, slot.place, slot.facet)?;
            settling(series, pilots.get(point)?)
        });
        let lines: Vec<Line> = lines.collect();
        let Some(scale) = Scale::log_around(log_reach(samples(lines.iter()))) else {
            continue;
        };
        let times = samples(lines.iter()).map(|s| s.y);
        let unit = Dimension::Nanoseconds.unit_for(typical(times).unwrap_or(0.0));
        panels.push(TimePanel {
            heading: slot.name.clone(),
            y: Axis::new("Mean", unit, scale),
            lines,
        });
    }
    let found = results.manifest.warm_up.as_deref().unwrap_or("0 s");
    let subtitle = format!("Mean sojourn time in pilot runs; the warm-up is {found}");
    let mut frame = frame(results, subtitle, Bands::None);
    let version = frame.footer.rsplit(" · ").next().unwrap_or_default();
    frame.footer = format!("dotted: before the cut that suits this point alone · {version}");
    Ok(Figure::Timeline(Timeline {
        frame,
        series: arrangement.series.clone(),
        legend: Vec::new(),
        x,
        panels,
        blocks: Vec::new(),
    }))
}

/// The line of a series.
fn settling(series: usize, means: &[PilotMean]) -> Option<Line> {
    let sample = |mean: &PilotMean| Sample {
        x: f64::midpoint(mean.start_ns, mean.end_ns),
        y: mean.mean_ns,
        band: None,
        doubtful: mean.left_out,
    };
    line(
        series,
        Shape::Curve,
        means.iter().map(|mean| Some(sample(mean))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::testing::results;

    #[test]
    fn a_line_per_mode_is_doubtful_before_its_cut() {
        let results = results(&[("network.mode", &["bridge", "host"])]);
        let mean = |start: f64, left_out| PilotMean {
            start_ns: start,
            end_ns: start + 10.0,
            mean_ns: 1e4 + start,
            left_out,
        };
        let series = vec![mean(0.0, true), mean(10.0, false)];
        let arrangement = Arrangement::new(&results);
        let pilots = [series.clone(), series];
        let figure = warm_up(&results, &arrangement, &pilots).unwrap();
        let Figure::Timeline(timeline) = figure else {
            panic!("time is its axis");
        };
        let lines = &timeline.panels[0].lines;
        assert_eq!(lines.len(), 2);
        let samples: Vec<(f64, bool)> = lines[0].stretches[0]
            .iter()
            .map(|sample| (sample.x, sample.doubtful))
            .collect();
        assert_eq!(samples, [(5.0, true), (15.0, false)]);
        assert!(warm_up(&results, &arrangement, &[Vec::new(), Vec::new()]).is_err());
    }
}
