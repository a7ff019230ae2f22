//! Where one measured line overtakes another.

use crate::plot::figure::Sample;

/// The point where `a` and `b` cross, if they cross exactly once.
///
/// Lines that run together cross by chance, so only places where the intervals are apart have a
/// say: one line must be clearly below before and clearly above after. Between two measured
/// places the crossing is interpolated, linearly in `x` and in the logarithm of `y`.
pub(super) fn single_crossing(a: &[Sample], b: &[Sample]) -> Option<(f64, f64)> {
    let pairs: Vec<(Sample, Sample)> = a
        .iter()
        .filter_map(|a| b.iter().find(|b| b.x == a.x).map(|b| (*a, *b)))
        .filter(|(a, b)| a.y > 0.0 && b.y > 0.0)
        .collect();
    let clear: Vec<(usize, bool)> = pairs
        .iter()
        .enumerate()
        .filter_map(|(i, (a, b))| Some((i, clearly_above(*a, *b)?)))
        .collect();
    let mut changes = clear.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    let change = changes.next()?;
    if changes.next().is_some() {
        return None;
    }
    let between = &pairs[change[0].0..=change[1].0];
    let gap = |(a, b): &(Sample, Sample)| (a.y / b.y).ln();
    let mut flips = between
        .windows(2)
        .filter(|pair| (gap(&pair[0]) > 0.0) != (gap(&pair[1]) > 0.0));
    let flip = flips.next()?;
    if flips.next().is_some() {
        return None;
    }
    let (before, after) = (gap(&flip[0]), gap(&flip[1]));
    let share = before / (before - after);
    let (start, end) = (flip[0].0, flip[1].0);
    let x = start.x + share * (end.x - start.x);
    let y = (start.y.ln() + share * (end.y.ln() - start.y.ln())).exp();
    Some((x, y))
}

/// Whether `a` is above `b`; `None` if their intervals touch.
fn clearly_above(a: Sample, b: Sample) -> Option<bool> {
    let (a_low, a_high) = a.band.unwrap_or((a.y, a.y));
    let (b_low, b_high) = b.band.unwrap_or((b.y, b.y));
    if a_low > b_high {
        Some(true)
    } else if a_high < b_low {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64], half_width: f64) -> Vec<Sample> {
        let sample = |(i, y): (usize, &f64)| Sample {
            x: i as f64,
            y: *y,
            band: Some((y - half_width, y + half_width)),
            doubtful: false,
        };
        values.iter().enumerate().map(sample).collect()
    }

    /// Oracle: 10ˣ meets 10^(1.5 − x) at x = 0.75, y = 10^0.75; both are straight on a log axis.
    #[test]
    fn straight_lines_on_a_log_axis_meet_where_they_should() {
        let a = samples(&[1.0, 10.0], 0.0);
        let b = samples(&[10f64.powf(1.5), 10f64.powf(0.5)], 0.0);
        let (x, y) = single_crossing(&a, &b).unwrap();
        assert!((x - 0.75).abs() < 1e-12);
        assert!((y - 10f64.powf(0.75)).abs() < 1e-12);
    }

    #[test]
    fn crossing_twice_or_never_is_not_reported() {
        let flat = samples(&[2.0, 2.0, 2.0], 0.0);
        assert_eq!(
            single_crossing(&samples(&[1.0, 3.0, 1.0], 0.0), &flat),
            None
        );
        assert_eq!(
            single_crossing(&samples(&[3.0, 3.0, 3.0], 0.0), &flat),
            None
        );
    }

    #[test]
    fn noise_around_a_common_line_is_no_crossing() {
        let flat = samples(&[2.0, 2.0, 2.0], 0.5);
        let noisy = samples(&[1.9, 2.1, 2.2], 0.5);
        assert_eq!(single_crossing(&noisy, &flat), None);
        let rising = samples(&[1.9, 2.1, 9.0], 0.5);
        assert_eq!(single_crossing(&rising, &flat), None);
    }
}
