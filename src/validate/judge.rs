//! From what the replications gave to a verdict.

use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, DiscreteCDF, Normal, StudentsT};

use super::case::{Case, Judged, Part};

/// Standard errors that are accepted: a false alarm in 150,000 checks (a normal score beyond 4.5
/// on either side).
pub const STANDARD_ERRORS: f64 = 4.5;

/// What one replication gave for a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Its part of an estimate.
    Part(Part),
    /// Whether something holds.
    Truth(bool),
    /// Two numbers that are to be the same.
    Pair(u128, u128),
}

impl Value {
    /// What `case` reads from the measurements of its scenarios.
    pub(super) fn read(case: &Case, measurements: &[crate::measure::Measurements]) -> Value {
        match &case.judged {
            Judged::Estimate { reading, .. }
            | Judged::Bounds { reading, .. }
            | Judged::Ceiling { reading, .. } => Value::Part(reading(measurements)),
            Judged::Share { question, .. } => Value::Truth(question(measurements)),
            Judged::Identity(comparison) => {
                let (left, right) = comparison(measurements);
                Value::Pair(left, right)
            }
        }
    }
}

/// How a case was judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// An estimate with its normal score.
    Score(f64),
    /// An estimate between bounds: how many standard errors outside, 0 within.
    Within {
        /// Standard errors outside.
        outside: f64,
    },
    /// A ceiling: the part of it that was reached.
    Reached(f64),
    /// An identity: replications in which it held, of all.
    Held {
        /// In which it held.
        held: usize,
        /// All.
        of: usize,
    },
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What theory says: one number, or the lower and the upper bound.
    pub reference: (f64, f64),
    /// What the simulator says.
    pub simulated: f64,
    /// Its standard error, if it is an estimate.
    pub standard_error: Option<f64>,
    /// How it was judged.
    pub verdict: Verdict,
    /// By replication, the distance from the reference in units of its spread; empty unless it is
    /// an estimate of one number.
    pub(super) residuals: Vec<f64>,
}

impl Finding {
    /// Whether simulator and theory agree.
    pub fn holds(&self) -> bool {
        match self.verdict {
            Verdict::Score(z) => z.abs() < STANDARD_ERRORS,
            Verdict::Within { outside } => outside < STANDARD_ERRORS,
            Verdict::Reached(ratio) => ratio <= 1.0,
            Verdict::Held { held, of } => held == of,
        }
    }
}

/// Judges `case` by what its replications gave.
pub(super) fn judge(case: &Case, values: &[Value]) -> Finding {
    let parts = || {
        let part = |value: &Value| match value {
            Value::Part(part) => *part,
            Value::Pair(..) | Value::Truth(_) => unreachable!("an estimate has parts"),
        };
        values.iter().map(part).collect::<Vec<Part>>()
    };
    match &case.judged {
        Judged::Estimate { reference, .. } => judge_estimate(*reference, &parts()),
        Judged::Bounds { low, high, .. } => judge_bounds((*low, *high), &parts()),
        Judged::Share { low, high, .. } => judge_share((*low, *high), values),
        Judged::Ceiling { ceiling, .. } => judge_ceiling(*ceiling, &parts()),
        Judged::Identity(_) => judge_identity(values),
    }
}

/// The ratio of all sums to all weights, and its standard error.
struct Estimate {
    ratio: f64,
    standard_error: f64,
    /// sum − reference·weight of each replication, less their mean.
    residuals: Vec<f64>,
}

impl Estimate {
    /// If the ratio is `reference`, the differences sum − reference·weight have a mean of zero,
    /// without bias at any length; their spread is that of the ratio times the mean weight.
    fn new(parts: &[Part], reference: f64) -> Estimate {
        let n = parts.len() as f64;
        let weight: f64 = parts.iter().map(|part| part.weight).sum();
        let ratio = parts.iter().map(|part| part.sum).sum::<f64>() / weight;
        let differences = parts.iter().map(|part| part.sum - reference * part.weight);
        let mean = differences.clone().sum::<f64>() / n;
        let residuals: Vec<f64> = differences.map(|difference| difference - mean).collect();
        let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
        let standard_error = (squares / (n - 1.0) / n).sqrt() * n / weight;
        Estimate {
            ratio,
            standard_error,
            residuals,
        }
    }
}

fn judge_estimate(reference: f64, parts: &[Part]) -> Finding {
    let estimate = Estimate::new(parts, reference);
    let distance = estimate.ratio - reference;
    // A number without spread is right or wrong.
    let z = if distance.abs() <= 1e-12 * reference.abs() {
        0.0
    } else {
        normal_score(distance / estimate.standard_error, parts.len() - 1)
    };
    Finding {
        reference: (reference, reference),
        simulated: estimate.ratio,
        standard_error: Some(estimate.standard_error),
        verdict: Verdict::Score(z),
        residuals: estimate.residuals,
    }
}

fn judge_bounds((low, high): (f64, f64), parts: &[Part]) -> Finding {
    let middle = parts.iter().map(|part| part.sum).sum::<f64>()
        / parts.iter().map(|part| part.weight).sum::<f64>();
    let estimate = Estimate::new(parts, middle);
    let excess = (estimate.ratio - high).max(low - estimate.ratio).max(0.0);
    let outside = if excess > 0.0 {
        normal_score(excess / estimate.standard_error, parts.len() - 1)
    } else {
        0.0
    };
    Finding {
        reference: (low, high),
        simulated: estimate.ratio,
        standard_error: Some(estimate.standard_error),
        verdict: Verdict::Within { outside },
        residuals: Vec::new(),
    }
}

/// The number of replications in which something is true is binomial, so its tail beyond the bound
/// says how far outside it is. An error that is estimated from the replications would be zero where
/// all of them agree.
fn judge_share((low, high): (f64, f64), values: &[Value]) -> Finding {
    let held = values.iter().filter(|value| **value == Value::Truth(true));
    let (held, of) = (held.count() as u64, values.len() as u64);
    let share = held as f64 / of as f64;
    let law = |share| Binomial::new(share, of).expect("a bound is a part of one");
    let tail = if share < low {
        law(low).cdf(held)
    } else if share > high {
        law(high).sf(held - 1)
    } else {
        1.0
    };
    let outside = (-Normal::standard().inverse_cdf(tail)).max(0.0);
    Finding {
        reference: (low, high),
        simulated: share,
        standard_error: Some((share * (1.0 - share) / of as f64).sqrt()),
        verdict: Verdict::Within { outside },
        residuals: Vec::new(),
    }
}

fn judge_ceiling(ceiling: f64, parts: &[Part]) -> Finding {
    let values = parts.iter().map(|part| part.sum / part.weight);
    let highest = values.fold(f64::NEG_INFINITY, f64::max);
    Finding {
        reference: (ceiling, ceiling),
        simulated: highest,
        standard_error: None,
        verdict: Verdict::Reached(highest / ceiling),
        residuals: Vec::new(),
    }
}

fn judge_identity(values: &[Value]) -> Finding {
    let pairs = values.iter().filter_map(|value| match value {
        Value::Pair(left, right) => Some((*left, *right)),
        Value::Part(_) | Value::Truth(_) => None,
    });
    let (mut simulated, mut reference, mut held) = (0, 0, 0);
    for (left, right) in pairs {
        simulated += left;
        reference += right;
        held += usize::from(left == right);
    }
    Finding {
        reference: (reference as f64, reference as f64),
        simulated: simulated as f64,
        standard_error: None,
        verdict: Verdict::Held {
            held,
            of: values.len(),
        },
        residuals: Vec::new(),
    }
}

/// The normal score with the probability of the t-score `t`: with few replications, a t of 4.5 is
/// less rare than it looks. Infinite where the tail is beyond the range of numbers.
fn normal_score(t: f64, degrees_of_freedom: usize) -> f64 {
    let law = StudentsT::new(0.0, 1.0, degrees_of_freedom as f64)
        .expect("two replications have one degree of freedom");
    // Both tails by the lower one, which keeps its digits.
    let tail = law.cdf(-t.abs());
    if tail > 0.0 {
        let score = -Normal::standard().inverse_cdf(tail);
        score.copysign(t)
    } else {
        f64::INFINITY.copysign(t)
    }
}

/// The scores of all estimates together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Number of estimates.
    pub count: usize,
    /// Sum of the squares of their normal scores; `count` is expected.
    pub sum_of_squares: f64,
    /// As many independent scores as would spread their sum as much as these do.
    pub independent: f64,
    /// Probability of a sum at least as large.
    pub p_value: f64,
}

/// Sums the scores of setups, each a list of findings from the same packets.
///
/// Scores of one setup are correlated, so their sum of squares is not χ² with as many degrees of
/// freedom: its mean is their number m, its variance 2 Σρ² over all pairs. A multiple of χ² with
/// m²/Σρ² degrees of freedom has both (Satterthwaite 1946); ρ is that of the replications.
/// `None` without estimates.
pub(super) fn sum_scores<'a>(setups: impl Iterator<Item = Vec<&'a Finding>>) -> Option<Scores> {
    let (mut count, mut sum_of_squares, mut correlation) = (0, 0.0, 0.0);
    for findings in setups {
        let scored: Vec<(f64, &[f64])> = findings
            .iter()
            .filter_map(|finding| match finding.verdict {
                Verdict::Score(z) => Some((z, &*finding.residuals)),
                _ => None,
            })
            .collect();
        for (i, (z, residuals)) in scored.iter().enumerate() {
            count += 1;
            sum_of_squares += z * z;
            correlation += 1.0;
            for (_, other) in &scored[i + 1..] {
                correlation += 2.0 * squared_correlation(residuals, other);
            }
        }
    }
    if count == 0 {
        return None;
    }
    let independent = (count * count) as f64 / correlation;
    let chi_squared = ChiSquared::new(independent).ok()?;
    let p_value = chi_squared.sf(sum_of_squares * independent / count as f64);
    Some(Scores {
        count,
        sum_of_squares,
        independent,
        p_value,
    })
}

/// The square of the correlation of two series with mean zero, without the 1/(n − 1) that
/// unrelated ones have on average.
fn squared_correlation(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let spread = dot(a, a) * dot(b, b);
    if spread == 0.0 || a.len() < 3 {
        return 0.0;
    }
    let degrees = (a.len() - 1) as f64;
    let squared = dot(a, b).powi(2) / spread;
    ((squared * degrees - 1.0) / (degrees - 1.0)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(sum: f64, weight: f64) -> Part {
        Part { sum, weight }
    }

    /// By hand: sums 1, 2, 3 over weights of 1 have the mean 2 and the standard error 1/√3; t = 1
    /// from the reference at two degrees of freedom has the tail (1 − 1/√3)/2, the normal score of
    /// which is 0.8017 (tables of the normal distribution).
    #[test]
    fn the_score_of_three_values() {
        let parts = [1.0, 2.0, 3.0].map(|sum| part(sum, 1.0));
        let finding = judge_estimate(2.0 - 1.0 / 3f64.sqrt(), &parts);
        assert_eq!(finding.simulated, 2.0);
        let error = finding.standard_error.unwrap();
        assert!((error - 1.0 / 3f64.sqrt()).abs() < 1e-12, "{error}");
        let Verdict::Score(z) = finding.verdict else {
            panic!("{finding:?}")
        };
        assert!((z - 0.8017).abs() < 1e-3, "{z}");
        assert!(finding.holds());
    }

    #[test]
    fn weights_count() {
        let finding = judge_estimate(0.5, &[part(1.0, 4.0), part(4.0, 6.0)]);
        assert_eq!(finding.simulated, 0.5);
        assert_eq!(finding.verdict, Verdict::Score(0.0));
    }

    #[test]
    fn a_number_without_spread_is_right_or_wrong() {
        let parts = [part(10.0, 1.0); 3];
        assert!(judge_estimate(10.0, &parts).holds());
        assert!(!judge_estimate(10.001, &parts).holds());
    }

    #[test]
    fn bounds_give_way_by_the_error_alone() {
        let parts: Vec<Part> = (0..40)
            .map(|i| part(10.0 + f64::from(i % 2), 1.0))
            .collect();
        assert!(judge_bounds((0.0, 11.0), &parts).holds());
        assert!(judge_bounds((0.0, 10.4), &parts).holds());
        assert!(!judge_bounds((0.0, 10.0), &parts).holds());
        assert!(!judge_bounds((11.0, 12.0), &parts).holds());
    }

    /// Tables of the binomial law: P(B(100, 0.05) ≥ 10) = 0.02819, the normal score of which is
    /// 1.908. By hand: 0.99²⁰⁰ = 0.13398, with the score 1.108; and 20 draws of 20 are likely.
    #[test]
    fn shares_are_judged_by_the_binomial_law() {
        let share = |held: usize, of: usize, bounds| {
            let values: Vec<Value> = (0..of).map(|i| Value::Truth(i < held)).collect();
            judge_share(bounds, &values)
        };
        let outside = |finding: &Finding| match finding.verdict {
            Verdict::Within { outside } => outside,
            _ => panic!("{finding:?}"),
        };
        let near = |found: f64, expected: f64| {
            assert!((found - expected).abs() < 1e-3, "{found} {expected}");
        };
        let coverage = (0.9, 0.99);
        for held in [180, 190, 198] {
            let finding = share(held, 200, coverage);
            assert_eq!(outside(&finding), 0.0, "{held}");
            assert_eq!(finding.simulated, held as f64 / 200.0);
        }
        assert_eq!(outside(&share(20, 20, coverage)), 0.0);
        near(outside(&share(200, 200, coverage)), 1.108);
        near(outside(&share(90, 100, (0.95, 1.0))), 1.908);
        assert_eq!(outside(&share(100, 100, (0.95, 1.0))), 0.0);
        assert!(share(165, 200, coverage).holds());
        assert!(!share(155, 200, coverage).holds());
        assert!(!share(0, 20, coverage).holds());
    }

    #[test]
    fn a_ceiling_does_not_give_way() {
        assert!(judge_ceiling(3.0, &[part(3.0, 1.0), part(1.0, 1.0)]).holds());
        assert!(!judge_ceiling(3.0, &[part(3.000_001, 1.0)]).holds());
    }

    #[test]
    fn an_identity_holds_in_every_replication() {
        let pairs = [Value::Pair(3, 3), Value::Pair(5, 4)];
        assert!(judge_identity(&pairs[..1]).holds());
        let finding = judge_identity(&pairs);
        assert_eq!(finding.verdict, Verdict::Held { held: 1, of: 2 });
        assert!(!finding.holds());
    }

    /// Oracle: a score that is counted twice is one independent score. χ² of one degree of freedom
    /// exceeds 1.96² with the probability 0.05.
    #[test]
    fn the_same_score_twice_counts_once() {
        let residuals: Vec<f64> = (0..40).map(|i| f64::from(i) - 19.5).collect();
        let finding = Finding {
            reference: (0.0, 0.0),
            simulated: 0.0,
            standard_error: Some(1.0),
            verdict: Verdict::Score(1.959_964),
            residuals,
        };
        let scores = sum_scores([vec![&finding, &finding]].into_iter()).unwrap();
        assert_eq!(scores.count, 2);
        assert!((scores.independent - 1.0).abs() < 1e-9, "{scores:?}");
        assert!((scores.p_value - 0.05).abs() < 1e-6, "{scores:?}");
        assert_eq!(sum_scores(std::iter::empty()), None);
    }
}
