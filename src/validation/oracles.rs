//! Reference results of queueing theory, computed without the simulator and without a crate.
//!
//! Unless a function says otherwise, the unit of time is one mean service time, so that the
//! arrival rate is the offered load ρ; a *wait* excludes the packet's own service and a *sojourn*
//! includes it. The unit tests hold every function against digits that were computed elsewhere,
//! with 50 or more digits or by a second method, so an oracle and the simulator cannot share a
//! mistake.

pub mod md1;
pub mod md1k;
pub mod mg1;
pub mod mm1;
pub mod ndd1;
pub mod pooling;
pub mod run_length;
pub mod token_bucket;

/// The root of an increasing function on `[low, high]`, to the last bit that bisection can tell.
///
/// # Panics
/// Unless the function changes its sign on the interval.
fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
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

/// Fails unless `actual` is within `relative` of `expected`.
#[track_caller]
fn assert_close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    assert!(
        error <= relative * expected.abs(),
        "{actual:e} is {error:e} from {expected:e}, relative limit {relative:e}"
    );
}
