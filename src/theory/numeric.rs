//! What the closed forms share: roots by bisection, quantiles of tails, sums of Erlang laws.

/// The root of a function that is negative left of it and positive right of it on `[low, high]`,
/// to the last bit that bisection can tell.
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

/// The least t ≥ 0 whose tail P(X > t) is not above 1 − `p`.
///
/// # Panics
/// Unless `p` is in [0, 1).
pub(super) fn quantile(p: f64, tail: impl Fn(f64) -> f64) -> f64 {
    assert!((0.0..1.0).contains(&p), "{p} is no quantile");
    let excess = |t: f64| 1.0 - p - tail(t);
    if excess(0.0) >= 0.0 {
        return 0.0;
    }
    let mut high = 1.0;
    while excess(high) < 0.0 {
        high *= 2.0;
    }
    root(0.0, high, excess)
}

/// P(X > t) of a sum of exponential stages of rate 1 whose number is random: Σ_j e^{−t}t^j/j!
/// P(more than j stages). `more_than` yields that probability for j = 0, 1, …
pub(super) fn erlang_mixture_tail(more_than: impl IntoIterator<Item = f64>, t: f64) -> f64 {
    if t <= 0.0 {
        return more_than.into_iter().next().unwrap_or(0.0);
    }
    let log_t = t.ln();
    // In logarithms: e^{−t} alone would be 0 for long waits whose sum is not.
    let mut log_term = -t;
    let mut sum = 0.0;
    for (j, probability) in more_than.into_iter().enumerate() {
        if j > 0 {
            log_term += log_t - (j as f64).ln();
        }
        sum += probability * log_term.exp();
    }
    sum
}

/// P(X + Y > t) for independent exponential X and Y of rates `a` and `b`, equal or not.
pub(super) fn two_stage_tail(a: f64, b: f64, t: f64) -> f64 {
    let (slow, fast) = if a < b { (a, b) } else { (b, a) };
    // ∫ fast·e^{−fast·s} e^{−slow(t−s)} ds, with the difference of exponentials as one that keeps
    // its digits where the rates are close.
    let apart = (fast - slow) * t;
    let ratio = if apart > 0.0 {
        -(-apart).exp_m1() / apart
    } else {
        1.0
    };
    (-fast * t).exp() + fast * t * (-slow * t).exp() * ratio
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
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

    #[test]
    #[should_panic(expected = "1 is no quantile")]
    fn the_largest_value_is_no_quantile() {
        quantile(1.0, |t| (-t).exp());
    }

    /// Oracle: P(Erlang(3) > t) = e^{−t}(1 + t + t²/2), and equal rates make two stages Erlang(2).
    #[test]
    fn sums_of_stages() {
        let t: f64 = 2.5;
        let three = (-t).exp() * (1.0 + t + t * t / 2.0);
        assert_close(erlang_mixture_tail([1.0; 3], t), three, 1e-15);
        let two = (-t).exp() * (1.0 + t);
        assert_close(two_stage_tail(1.0, 1.0, t), two, 1e-15);
        assert_close(two_stage_tail(1.0, 1.0 + 1e-9, t), two, 1e-8);
        // (b e^{−at} − a e^{−bt})/(b − a).
        let apart = (3.0 * (-t).exp() - (-3.0 * t).exp()) / 2.0;
        assert_close(two_stage_tail(3.0, 1.0, t), apart, 1e-14);
    }
}
