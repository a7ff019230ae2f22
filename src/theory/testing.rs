//! How the tests of this module compare digits.

/// Fails unless `actual` is within `relative` of `expected`.
#[track_caller]
pub fn assert_close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    assert!(
        error <= relative * expected.abs(),
        "{actual:e} is {error:e} from {expected:e}, relative limit {relative:e}"
    );
}
