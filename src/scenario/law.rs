//! Laws of positive times and sizes, as multiples of their mean.

use std::num::NonZeroU32;

/// Law of a positive number with mean 1: what is drawn is a multiple of the mean of a gap, a packet
/// size or a CPU time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UnitLaw {
    /// Always 1.
    Deterministic,
    /// Every value between 0 and 2 alike.
    Uniform,
    /// Sum of `shape` exponential stages, each with the mean 1/`shape`.
    Erlang {
        /// Number of stages; with one the law is exponential.
        shape: NonZeroU32,
    },
    /// Without memory.
    Exponential,
    /// Two exponential laws of which one is drawn, with balanced means: each contributes half of
    /// the mean.
    Hyperexponential {
        /// Squared coefficient of variation, variance over the square of the mean; above 1.
        scv: f64,
    },
}

/// One of the exponential laws that a hyperexponential law mixes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phase {
    /// How often it is drawn.
    pub probability: f64,
    /// Its mean, as a multiple of the whole law's.
    pub mean: f64,
}

impl UnitLaw {
    /// Squared coefficient of variation: variance over the square of the mean.
    pub fn scv(self) -> f64 {
        match self {
            UnitLaw::Deterministic => 0.0,
            UnitLaw::Uniform => 1.0 / 3.0,
            UnitLaw::Erlang { shape } => 1.0 / f64::from(shape.get()),
            UnitLaw::Exponential => 1.0,
            UnitLaw::Hyperexponential { scv } => scv,
        }
    }

    /// Exponential numbers that one value takes to draw.
    pub fn stages(self) -> u32 {
        match self {
            UnitLaw::Deterministic => 0,
            UnitLaw::Erlang { shape } => shape.get(),
            UnitLaw::Uniform | UnitLaw::Exponential | UnitLaw::Hyperexponential { .. } => 1,
        }
    }

    /// The two exponential laws of a hyperexponential law with balanced means: probabilities
    /// p = ½(1 ± √((c − 1)/(c + 1))) for a squared coefficient of variation of c, and means 1/(2p).
    ///
    /// # Source
    /// Morse, *Queues, Inventories and Maintenance* (1958); Whitt, *Approximating a point process by
    /// a renewal process*, Operations Research 30 (1982).
    pub fn phases(scv: f64) -> [Phase; 2] {
        let root = ((scv - 1.0) / (scv + 1.0)).sqrt();
        // The smaller by the product of both, which loses no digits to a difference: ¼(1 − root²).
        let often = 0.5 * (1.0 + root);
        let seldom = 0.5 / (scv + 1.0) / often;
        [often, seldom].map(|probability| Phase {
            probability,
            mean: 0.5 / probability,
        })
    }

    /// Probability of a value above `limit`.
    pub fn beyond(self, limit: f64) -> f64 {
        if limit <= 0.0 {
            return 1.0;
        }
        match self {
            UnitLaw::Deterministic if limit < 1.0 => 1.0,
            UnitLaw::Deterministic => 0.0,
            UnitLaw::Uniform => (1.0 - limit / 2.0).max(0.0),
            UnitLaw::Erlang { shape } => erlang_beyond(shape.get(), f64::from(shape.get()) * limit),
            UnitLaw::Exponential => (-limit).exp(),
            UnitLaw::Hyperexponential { scv } => {
                let phases = UnitLaw::phases(scv).into_iter();
                phases
                    .map(|phase| phase.probability * (-limit / phase.mean).exp())
                    .sum()
            }
        }
    }

    /// Mean of the values cut at `limit`: the integral of [`Self::beyond`] from 0 to there.
    pub fn mean_up_to(self, limit: f64) -> f64 {
        match self {
            UnitLaw::Deterministic => limit.min(1.0),
            UnitLaw::Uniform => {
                let limit = limit.min(2.0);
                limit - limit * limit / 4.0
            }
            UnitLaw::Erlang { shape } => {
                // The mean of what is not above the limit is a law with one stage more.
                let stages = f64::from(shape.get()) * limit;
                let below = 1.0 - erlang_beyond(shape.get() + 1, stages);
                below + limit * erlang_beyond(shape.get(), stages)
            }
            UnitLaw::Exponential => -(-limit).exp_m1(),
            UnitLaw::Hyperexponential { scv } => {
                let phases = UnitLaw::phases(scv).into_iter();
                phases
                    .map(|phase| -0.5 * (-limit / phase.mean).exp_m1())
                    .sum()
            }
        }
    }
}

/// Probability that the sum of `stages` exponential numbers of mean 1 is above `limit`: that a
/// Poisson process of rate 1 has fewer arrivals by then.
fn erlang_beyond(stages: u32, limit: f64) -> f64 {
    let mut log_term = -limit;
    let mut sum = log_term.exp();
    for arrivals in 1..stages {
        log_term += (limit / f64::from(arrivals)).ln();
        sum += log_term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erlang(shape: u32) -> UnitLaw {
        UnitLaw::Erlang {
            shape: NonZeroU32::new(shape).unwrap(),
        }
    }

    fn all() -> [UnitLaw; 7] {
        [
            UnitLaw::Deterministic,
            UnitLaw::Uniform,
            erlang(1),
            erlang(4),
            UnitLaw::Exponential,
            UnitLaw::Hyperexponential { scv: 4.0 },
            UnitLaw::Hyperexponential { scv: 1.0001 },
        ]
    }

    /// Oracle: balanced means for a squared coefficient of variation of 4, to 12 digits.
    #[test]
    fn phases_have_balanced_means() {
        let [often, seldom] = UnitLaw::phases(4.0);
        assert!((often.probability - 0.887_298_334_621).abs() < 1e-12);
        assert!((1.0 / often.mean - 1.774_596_669_24).abs() < 1e-11);
        assert!((1.0 / seldom.mean - 0.225_403_330_759).abs() < 1e-12);
        for scv in [1.0, 1.5, 4.0, 10.0, 1e5] {
            let phases = UnitLaw::phases(scv);
            let moment =
                |k: i32| -> f64 { phases.map(|p| p.probability * p.mean.powi(k)).iter().sum() };
            assert!((moment(0) - 1.0).abs() < 1e-12, "{scv}");
            assert!((moment(1) - 1.0).abs() < 1e-12, "{scv}");
            // Half of the second moment of the mixture: E[S²] = 2 Σ p m².
            assert!((2.0 * moment(2) / (1.0 + scv) - 1.0).abs() < 1e-9, "{scv}");
        }
    }

    /// Twin: the trapezoidal rule over the tail. Its integral is the mean, and that of 2x times the
    /// tail the second moment, 1 + scv.
    #[test]
    fn tails_integrate_to_the_moments() {
        const STEP: f64 = 1e-3;
        for law in all() {
            let (mut mean, mut second) = (0.0, 0.0);
            let mut checked = 0;
            for step in 0..120_000 {
                let x = f64::from(step) * STEP;
                let height = STEP * (law.beyond(x) + law.beyond(x + STEP)) / 2.0;
                mean += height;
                second += 2.0 * (x + STEP / 2.0) * height;
                if [500, 1999, 2000, 9000].contains(&(step + 1)) {
                    let exact = law.mean_up_to(x + STEP);
                    assert!((mean - exact).abs() < 1e-3, "{law:?} {x}: {mean} {exact}");
                    checked += 1;
                }
            }
            assert_eq!(checked, 4);
            assert!((mean - 1.0).abs() < 1e-3, "{law:?}: {mean}");
            assert!((second - 1.0 - law.scv()).abs() < 2e-3, "{law:?}: {second}");
        }
    }

    /// By hand: two stages of mean ½ are both over by 1 unless fewer than two have passed,
    /// P = e⁻²(1 + 2); with many stages, terms that alone would be out of range.
    #[test]
    fn erlang_tails() {
        assert!((erlang(2).beyond(1.0) - 3.0 * (-2.0_f64).exp()).abs() < 1e-15);
        assert_eq!(erlang(2).beyond(0.0), 1.0);
        let many = erlang(1000);
        assert!((many.beyond(0.5) - 1.0).abs() < 1e-9);
        assert!((many.beyond(1.0) - 0.5).abs() < 0.01);
        assert!(many.beyond(2.0) < 1e-100);
    }
}
