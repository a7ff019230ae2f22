//! Lines with dashes, bands, markers and steps.

use super::scene::{At, Scene};
use crate::plot::figure::{Line, Sample, Shape};
use crate::plot::palette::Style;

/// Radius of the marker at a measured point \[px\].
const MARKER: f64 = 4.2;
/// Strokes and gaps of what is doubtful, in widths of the line.
const DOTS: &[f64] = &[1.0, 2.5];
/// Opacity of an interval's band.
const BAND: f64 = 0.17;

/// Draws the bands of `line`; `place` maps a sample's coordinates to the page.
pub(super) fn draw_bands(
    scene: &mut Scene,
    line: &Line,
    style: &Style,
    place: &dyn Fn(f64, f64) -> At,
) {
    for stretch in &line.stretches {
        // A band needs two ends; samples without an interval end it.
        for run in stretch.split(|sample| sample.band.is_none()) {
            if run.len() < 2 {
                continue;
            }
            let end = |s: &Sample, upper: bool| {
                let (low, high) = s.band.unwrap_or((s.y, s.y));
                place(s.x, if upper { high } else { low })
            };
            let lower = run.iter().map(|s| end(s, false));
            let upper = run.iter().rev().map(|s| end(s, true));
            scene.area(lower.chain(upper).collect(), style.color, BAND);
        }
    }
}

/// Draws `line` itself.
pub(super) fn draw_line(
    scene: &mut Scene,
    line: &Line,
    style: &Style,
    place: &dyn Fn(f64, f64) -> At,
) {
    for stretch in &line.stretches {
        if line.shape == Shape::Steps {
            draw_steps(scene, stretch, style, place);
            continue;
        }
        let points: Vec<At> = stretch.iter().map(|s| place(s.x, s.y)).collect();
        if line.shape == Shape::Curve {
            draw_curve(scene, stretch, &points, style);
            continue;
        }
        draw_dashed(scene, &points, style);
        // A prediction without neighbours would not be seen as a line.
        let is_lone = line.shape == Shape::Theory && points.len() == 1;
        if line.shape != Shape::Measured && !is_lone {
            continue;
        }
        for (sample, point) in stretch.iter().zip(points) {
            match sample.doubtful {
                true => scene.hollow_marker(point, style.marker, MARKER, style.color),
                false => scene.marker(point, style.marker, MARKER, style.color),
            }
        }
    }
}

/// Draws a curve through `points`, dotted where its `samples` are doubtful.
fn draw_curve(scene: &mut Scene, samples: &[Sample], points: &[At], style: &Style) {
    let dotted = Style {
        dash: DOTS,
        width: style.width * 0.7,
        ..*style
    };
    let mut begin = 0;
    for run in samples.chunk_by(|a, b| a.doubtful == b.doubtful) {
        let end = begin + run.len();
        // From the last point of the run before, so that there is no gap.
        let stroke = &points[begin.saturating_sub(1)..end];
        match run[0].doubtful {
            true => draw_dashed(scene, stroke, &dotted),
            false => draw_dashed(scene, stroke, style),
        }
        begin = end;
    }
}

/// Draws a histogram: filled, with a firm upper edge.
fn draw_steps(scene: &mut Scene, bins: &[Sample], style: &Style, place: &dyn Fn(f64, f64) -> At) {
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return;
    };
    let mut edge = vec![place(first.x, 0.0)];
    for pair in bins.windows(2) {
        edge.push(place(pair[0].x, pair[0].y));
        edge.push(place(pair[1].x, pair[0].y));
    }
    edge.push(place(last.x, 0.0));
    scene.area(edge.clone(), style.color, 0.35);
    scene.path(edge, style.color, 1.6);
}

/// Draws a path in the dashes of `style`, which run on around its corners.
pub(super) fn draw_dashed(scene: &mut Scene, points: &[At], style: &Style) {
    if style.dash.is_empty() {
        if points.len() > 1 {
            scene.path(points.to_vec(), style.color, style.width);
        }
        return;
    }
    for dash in dashes(points, style) {
        scene.path(dash, style.color, style.width);
    }
}

/// The strokes of a dashed path.
fn dashes(points: &[At], style: &Style) -> Vec<Vec<At>> {
    let mut strokes: Vec<Vec<At>> = Vec::new();
    let Some(first) = points.first() else {
        return strokes;
    };
    let length = |part: usize| style.dash[part % style.dash.len()] * style.width;
    let mut part = 0;
    let mut left = length(part);
    let mut stroke = vec![*first];
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let distance = (to.0 - from.0).hypot(to.1 - from.1);
            if distance <= left {
                left -= distance;
                stroke.push(to);
                break;
            }
            let share = left / distance;
            from = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            stroke.push(from);
            // Even parts are strokes, odd ones gaps.
            if part.is_multiple_of(2) {
                strokes.push(std::mem::take(&mut stroke));
            }
            stroke = vec![from];
            part += 1;
            left = length(part);
        }
    }
    if part.is_multiple_of(2) && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::palette;

    #[test]
    fn dashes_run_around_corners_and_leave_gaps() {
        let mut style = palette::of_mode("awsvpc", "drr");
        style.dash = &[10.0, 5.0];
        style.width = 1.0;
        let strokes = dashes(&[(0.0, 0.0), (8.0, 0.0), (8.0, 20.0)], &style);
        assert_eq!(strokes[0], [(0.0, 0.0), (8.0, 0.0), (8.0, 2.0)]);
        assert_eq!(strokes[1], [(8.0, 7.0), (8.0, 17.0)]);
        assert_eq!(strokes.len(), 2);
    }
}
