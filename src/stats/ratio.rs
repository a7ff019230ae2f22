//! Ratios of sums over replications, such as the part of all packets that is below a value.

use super::half_width_at;

/// Half width of the interval of Σa/Σb over independent pairs (a, b), by Student's t over what each
/// pair adds: its residual a − b·Σa/Σb, by the mean of b. `None` for fewer than two pairs, or if Σb
/// is zero.
///
/// # Source
/// Cochran, *Sampling Techniques* (3rd edition, 1977), §6.3.
pub fn ratio_half_width(pairs: &[(f64, f64)], confidence: f64) -> Option<f64> {
    let above: f64 = pairs.iter().map(|(a, _)| a).sum();
    let below: f64 = pairs.iter().map(|(_, b)| b).sum();
    if below == 0.0 {
        return None;
    }
    let (ratio, mean) = (above / below, below / pairs.len() as f64);
    let residuals: Vec<f64> = pairs.iter().map(|(a, b)| (a - ratio * b) / mean).collect();
    half_width_at(&residuals, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: (1, 2), (3, 4), (5, 6) have the ratio 9/12 and the mean 4, so the residuals are
    /// −1/8, 0 and 1/8 with s = 1/8, and the half width is 4.302653/√3/8.
    #[test]
    fn half_width_of_three_pairs() {
        let found = ratio_half_width(&[(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)], 0.95).unwrap();
        assert!((found - 0.310_517_2).abs() < 1e-6, "{found}");
    }

    /// With equal denominators it is the interval of a mean, and pairs of one ratio have no spread
    /// whatever their sizes.
    #[test]
    fn special_cases() {
        let found = ratio_half_width(&[(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)], 0.95);
        let of_means = half_width_at(&[0.5, 1.0, 1.5], 0.95);
        assert_eq!(found, of_means);
        assert_eq!(ratio_half_width(&[(1.0, 2.0), (4.0, 8.0)], 0.95), Some(0.0));
        assert_eq!(ratio_half_width(&[(1.0, 2.0)], 0.95), None);
        assert_eq!(ratio_half_width(&[(0.0, 0.0), (0.0, 0.0)], 0.95), None);
    }
}
