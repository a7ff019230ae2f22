//! Laws of the sojourn time in host stack, ENI and link, and mixtures of them.

use std::rc::Rc;

use crate::theory::md1::Md1;
use crate::theory::md1k_wait::Md1kWait;
use crate::theory::mg1::distribution::DiscreteWait;
use crate::theory::ndd1;

/// Bisections that halve any interval of floats to nothing worth telling.
const BISECTIONS: u32 = 100;

/// What is known of a sojourn time \[ns\], propagation excluded.
#[derive(Clone)]
pub(super) struct Law {
    pub mean_ns: Option<f64>,
    pub shape: Shape,
}

/// The distribution, as far as it is known.
#[derive(Clone)]
pub(super) enum Shape {
    /// The mean alone.
    Unknown,
    /// `shift_ns` plus a wait in units of `unit_ns`.
    Shifted {
        shift_ns: f64,
        unit_ns: f64,
        wait: Wait,
    },
    /// A wait and a transmission that does not depend on it; both in bytes of `ns_per_byte`, sizes
    /// with their probabilities.
    Sum {
        wait: Rc<DiscreteWait>,
        sizes: Vec<(f64, f64)>,
        ns_per_byte: f64,
    },
    /// P(T > t) = `factor`·e^{−`rate`·t}, from `from_ns` on.
    Tail {
        factor: f64,
        rate_per_ns: f64,
        from_ns: f64,
    },
}

/// A wait in service times.
#[derive(Clone)]
pub(super) enum Wait {
    Unlimited(Rc<Md1>),
    Finite(Rc<Md1kWait>),
    /// So many sources of this period.
    Periodic(u32, f64),
    /// Beyond so many services of an unlimited queue.
    Beyond(Rc<Md1>, f64),
}

impl Wait {
    fn cdf(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 0.0;
        }
        match self {
            Wait::Unlimited(queue) => queue.wait_cdf(t),
            Wait::Finite(queue) => queue.wait_cdf(t),
            Wait::Periodic(sources, period) => 1.0 - ndd1::wait_tail(*sources, *period, t),
            Wait::Beyond(queue, covered) => queue.wait_cdf(t + covered),
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        match self {
            Wait::Unlimited(queue) => queue.wait_quantile(p),
            Wait::Finite(queue) => queue.wait_quantile(p),
            Wait::Periodic(sources, period) => ndd1::wait_quantile(*sources, *period, p),
            Wait::Beyond(queue, covered) => (queue.wait_quantile(p) - covered).max(0.0),
        }
    }
}

impl Law {
    /// Quantile `p` \[ns\], if it is known.
    fn quantile_ns(&self, p: f64) -> Option<f64> {
        match &self.shape {
            Shape::Unknown => None,
            Shape::Shifted {
                shift_ns,
                unit_ns,
                wait,
            } => Some(shift_ns + unit_ns * wait.quantile(p)),
            Shape::Sum {
                sizes, ns_per_byte, ..
            } => {
                let sizes = sizes.iter().map(|(size, _)| *size);
                let shortest = sizes.fold(f64::INFINITY, f64::min) * ns_per_byte;
                let mut high = 2.0 * shortest;
                while self.cdf(high)? < p {
                    high *= 2.0;
                }
                bisect(shortest, high, p, |ns| self.cdf(ns))
            }
            Shape::Tail {
                factor,
                rate_per_ns,
                from_ns,
            } => Some((factor / (1.0 - p)).ln() / rate_per_ns).filter(|at| at >= from_ns),
        }
    }

    /// P(T ≤ `ns`), if it is known.
    fn cdf(&self, ns: f64) -> Option<f64> {
        match &self.shape {
            Shape::Unknown => None,
            Shape::Shifted {
                shift_ns,
                unit_ns,
                wait,
            } => Some(wait.cdf((ns - shift_ns) / unit_ns)),
            Shape::Sum {
                wait,
                sizes,
                ns_per_byte,
            } => {
                let bytes = ns / ns_per_byte;
                let of_size = |(size, p): &(f64, f64)| match bytes - size {
                    left if left < 0.0 => 0.0,
                    left => p * (1.0 - wait.wait_tail(left)),
                };
                Some(sizes.iter().map(of_size).sum())
            }
            Shape::Tail {
                factor,
                rate_per_ns,
                from_ns,
            } => (ns >= *from_ns).then(|| 1.0 - factor * (-rate_per_ns * ns).exp()),
        }
    }
}

/// Quantile `p` \[ns\] of a packet that has each law with the given probability; `None` where a law
/// is not known well enough.
pub(super) fn mixture_quantile(laws: &[(f64, &Law)], p: f64) -> Option<f64> {
    let quantiles: Option<Vec<f64>> = laws.iter().map(|(_, law)| law.quantile_ns(p)).collect();
    let quantiles = quantiles?;
    let low = quantiles.iter().copied().reduce(f64::min)?;
    let high = quantiles.iter().copied().reduce(f64::max)?;
    // Laws that are equal differ in no bit.
    if low == high {
        return Some(low);
    }
    bisect(low, high, p, |ns| {
        laws.iter().map(|(w, law)| Some(w * law.cdf(ns)?)).sum()
    })
}

/// The least point between `low` and `high` at which the rising `cdf` reaches `p`.
fn bisect(mut low: f64, mut high: f64, p: f64, cdf: impl Fn(f64) -> Option<f64>) -> Option<f64> {
    for _ in 0..BISECTIONS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if cdf(middle)? < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponential(rate_per_ns: f64) -> Law {
        let shape = Shape::Tail {
            factor: 1.0,
            rate_per_ns,
            from_ns: 0.0,
        };
        Law {
            mean_ns: None,
            shape,
        }
    }

    /// By hand: half of rate 1 and half of rate 2; with u = e^{−t} the tail is (u + u²)/2, which is
    /// 0.1 at u = (√1.8 − 1)/2.
    #[test]
    fn the_quantile_of_a_mixture_solves_for_its_tail() {
        let (slow, fast) = (exponential(1.0), exponential(2.0));
        let found = mixture_quantile(&[(0.5, &slow), (0.5, &fast)], 0.9).unwrap();
        let u = (1.8_f64.sqrt() - 1.0) / 2.0;
        assert!((found + u.ln()).abs() < 1e-12, "{found}");
        assert_eq!(mixture_quantile(&[(1.0, &slow)], 0.0), Some(0.0));
    }

    #[test]
    fn a_mixture_is_unknown_where_one_of_its_laws_is() {
        let silent = Law {
            mean_ns: Some(1.0),
            shape: Shape::Unknown,
        };
        let known = exponential(1.0);
        assert_eq!(
            mixture_quantile(&[(0.5, &known), (0.5, &silent)], 0.9),
            None
        );
        let far = Law {
            mean_ns: None,
            shape: Shape::Tail {
                factor: 1.0,
                rate_per_ns: 1.0,
                from_ns: 2.0,
            },
        };
        assert_eq!(mixture_quantile(&[(1.0, &far)], 0.5), None);
        assert!(mixture_quantile(&[(1.0, &far)], 0.9).is_some());
    }
}
