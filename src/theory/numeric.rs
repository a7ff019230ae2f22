//! What the closed forms share: a root by bisection.

/// The root of an increasing function on `[low, high]`, to the last bit that bisection can tell.
///
/// # Panics
/// Unless the function changes its sign on the interval.
pub(super) fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    assert!(f(low) <= 0.0, "no sign change: f({low}) is positive");
    assert!(f(high) >= 0.0, "no sign change: f({high}) is negative");
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: √2 is the root of x² − 2, to the last bit or its neighbour.
    #[test]
    fn roots_are_found_to_the_last_bit() {
        let found = root(1.0, 2.0, |x| x * x - 2.0);
        assert!((found - std::f64::consts::SQRT_2).abs() <= f64::EPSILON);
    }

    #[test]
    #[should_panic(expected = "no sign change")]
    fn an_interval_without_a_root_is_refused() {
        root(2.0, 3.0, |x| x * x - 2.0);
    }
}
