//! Draws multiples of a mean.

use rand::RngExt;

use crate::engine::random::Stream;
use crate::scenario::UnitLaw;

/// A law of mean 1, prepared for drawing. All draws are by inversion of a uniform number.
#[derive(Clone, Copy, Debug)]
pub(super) enum UnitSampler {
    Deterministic,
    Uniform,
    Erlang {
        shape: u32,
    },
    Exponential,
    Hyperexponential {
        /// Probability of the first of the two means.
        often: f64,
        means: [f64; 2],
    },
}

impl UnitSampler {
    /// Prepares `law`.
    pub fn new(law: UnitLaw) -> Self {
        match law {
            UnitLaw::Deterministic => UnitSampler::Deterministic,
            UnitLaw::Uniform => UnitSampler::Uniform,
            UnitLaw::Erlang { shape } => UnitSampler::Erlang { shape: shape.get() },
            UnitLaw::Exponential => UnitSampler::Exponential,
            UnitLaw::Hyperexponential { scv } => {
                let phases = UnitLaw::phases(scv);
                UnitSampler::Hyperexponential {
                    often: phases[0].probability,
                    means: phases.map(|phase| phase.mean),
                }
            }
        }
    }

    /// The next value, not negative.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        match *self {
            UnitSampler::Deterministic => 1.0,
            UnitSampler::Uniform => 2.0 * stream.random::<f64>(),
            UnitSampler::Erlang { shape } => erlang(shape, shape, stream),
            UnitSampler::Exponential => exponential(stream),
            UnitSampler::Hyperexponential { often, means } => {
                let second = stream.random::<f64>() >= often;
                means[usize::from(second)] * exponential(stream)
            }
        }
    }

    /// What is left at a random instant of the value in progress, if values follow each other: the
    /// density is the law's tail.
    pub fn draw_rest(&self, stream: &mut Stream) -> f64 {
        match *self {
            UnitSampler::Deterministic => stream.random(),
            // The tail 1 − x/2 has the integral x − x²/4, which inverts to 2(1 − √(1 − u)).
            UnitSampler::Uniform => 2.0 * (1.0 - (1.0 - stream.random::<f64>()).sqrt()),
            // Each of the stages is as likely to be the one in progress.
            UnitSampler::Erlang { shape } => erlang(stream.random_range(1..=shape), shape, stream),
            UnitSampler::Exponential => exponential(stream),
            // Means are balanced: either law fills half of the time.
            UnitSampler::Hyperexponential { means, .. } => {
                means[usize::from(stream.random::<bool>())] * exponential(stream)
            }
        }
    }
}

/// An exponential number of mean 1.
pub(super) fn exponential(stream: &mut Stream) -> f64 {
    // The uniform is below 1, so the logarithm is finite.
    -(-stream.random::<f64>()).ln_1p()
}

/// Sum of `stages` exponential numbers of mean 1/`shape`.
fn erlang(stages: u32, shape: u32, stream: &mut Stream) -> f64 {
    let sum: f64 = (0..stages).map(|_| exponential(stream)).sum();
    sum / f64::from(shape)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::engine::random::StreamName;

    const DRAWS: usize = 200_000;

    fn stream(purpose: &str) -> Stream {
        StreamName {
            seed: 1,
            replication: 0,
            component: "t",
            index: 0,
            purpose,
        }
        .stream()
    }

    fn laws() -> [UnitLaw; 6] {
        let erlang = |shape| UnitLaw::Erlang {
            shape: NonZeroU32::new(shape).unwrap(),
        };
        [
            UnitLaw::Uniform,
            erlang(2),
            erlang(5),
            UnitLaw::Exponential,
            UnitLaw::Hyperexponential { scv: 4.0 },
            UnitLaw::Hyperexponential { scv: 1.5 },
        ]
    }

    /// Fails unless the sample's mean is `expected` within 4.5 of its standard errors.
    #[track_caller]
    fn assert_mean(what: &str, sample: impl ExactSizeIterator<Item = f64> + Clone, expected: f64) {
        let n = sample.len() as f64;
        let mean = sample.clone().sum::<f64>() / n;
        let variance = sample.map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let z = (mean - expected) / (variance / n).sqrt();
        assert!(
            z.abs() < 4.5,
            "{what}: {mean}, expected {expected}, z = {z}"
        );
    }

    /// Oracle: the law's moments and tail.
    #[test]
    fn draws_have_the_moments_and_the_tail_of_their_law() {
        for law in laws() {
            let (sampler, mut stream) = (UnitSampler::new(law), stream("draws"));
            let draws: Vec<f64> = (0..DRAWS).map(|_| sampler.draw(&mut stream)).collect();
            assert_mean(&format!("{law:?}"), draws.iter().copied(), 1.0);
            let squares = draws.iter().map(|x| x * x);
            assert_mean(&format!("{law:?} squared"), squares, 1.0 + law.scv());
            for limit in [0.1, 0.7, 1.5, 3.0] {
                let beyond = draws.iter().map(|x| if *x > limit { 1.0 } else { 0.0 });
                let expected = law.beyond(limit);
                if expected > 0.0 {
                    assert_mean(&format!("{law:?} > {limit}"), beyond, expected);
                }
            }
        }
    }

    /// Oracle: renewal theory. What is left at a random instant is at most x with probability
    /// E[min(X, x)], and its mean is half of the second moment.
    #[test]
    fn rests_are_those_of_a_value_in_progress() {
        for law in laws() {
            let (sampler, mut stream) = (UnitSampler::new(law), stream("rests"));
            let rests: Vec<f64> = (0..DRAWS).map(|_| sampler.draw_rest(&mut stream)).collect();
            let mean = (1.0 + law.scv()) / 2.0;
            assert_mean(&format!("{law:?}"), rests.iter().copied(), mean);
            for limit in [0.1, 0.7, 1.5] {
                let within = rests.iter().map(|x| if *x <= limit { 1.0 } else { 0.0 });
                let expected = law.mean_up_to(limit);
                assert_mean(&format!("{law:?} ≤ {limit}"), within, expected);
            }
        }
    }

    #[test]
    fn a_deterministic_law_draws_nothing() {
        let (sampler, mut stream) = (UnitSampler::new(UnitLaw::Deterministic), stream("draws"));
        let before = stream.clone();
        assert_eq!(sampler.draw(&mut stream), 1.0);
        assert_eq!(stream, before);
        let rest = sampler.draw_rest(&mut stream);
        assert!((0.0..1.0).contains(&rest));
    }
}
