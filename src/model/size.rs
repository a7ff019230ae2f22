//! Draws packet sizes.

use rand::RngExt;
use rand::distr::{Distribution, Uniform};
use rand_distr::weighted::WeightedAliasIndex;

use super::law::UnitSampler;
use crate::engine::random::Stream;
use crate::scenario::PacketSize;
use crate::units::Bytes;

/// A size law, prepared for drawing.
#[derive(Debug)]
pub(crate) enum SizeSampler {
    Fixed(Bytes),
    Uniform(Uniform<u64>),
    BoundedPareto {
        min: f64,
        /// 1 − (min/max)^shape: the mass of the uncut law below `max`.
        mass: f64,
        /// −1/shape.
        exponent: f64,
    },
    Discrete {
        sizes: Vec<Bytes>,
        index: WeightedAliasIndex<f64>,
    },
    Scaled(Scaled),
}

/// Multiples of a mean in whole bytes.
#[derive(Debug)]
pub(crate) struct Scaled {
    law: UnitSampler,
    mean: f64,
    max: u64,
}

impl Scaled {
    // Out of line: the loops over the laws of most packets stay small.
    #[inline(never)]
    fn draw(&self, stream: &mut Stream) -> Bytes {
        let size = (self.law.draw(stream) * self.mean).round() as u64;
        Bytes::new(size.clamp(1, self.max))
    }
}

impl SizeSampler {
    /// Prepares `law`.
    pub fn new(law: &PacketSize) -> Self {
        match law {
            PacketSize::Fixed(size) => SizeSampler::Fixed(*size),
            PacketSize::Uniform { min, max } => SizeSampler::Uniform(
                Uniform::new_inclusive(min.get(), max.get()).expect("a scenario has min ≤ max"),
            ),
            PacketSize::BoundedPareto { min, max, shape } => {
                let min = min.get() as f64;
                SizeSampler::BoundedPareto {
                    min,
                    mass: 1.0 - (min / max.get() as f64).powf(*shape),
                    exponent: -1.0 / shape,
                }
            }
            PacketSize::Discrete(sizes) => SizeSampler::Discrete {
                sizes: sizes.iter().map(|s| s.size).collect(),
                index: WeightedAliasIndex::new(sizes.iter().map(|s| s.weight).collect())
                    .expect("a scenario has at least one size, and weights above zero"),
            },
            PacketSize::Scaled { law, mean, max } => SizeSampler::Scaled(Scaled {
                law: UnitSampler::new(*law),
                mean: mean.get() as f64,
                max: max.get(),
            }),
        }
    }

    /// The next size.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> Bytes {
        match self {
            SizeSampler::Fixed(size) => *size,
            SizeSampler::Uniform(sizes) => Bytes::new(sizes.sample(stream)),
            SizeSampler::BoundedPareto {
                min,
                mass,
                exponent,
            } => {
                // Inversion; the uniform is in [0, 1), so the size is in [min, max).
                let uniform: f64 = stream.random();
                let size = min * (1.0 - uniform * mass).powf(*exponent);
                Bytes::new(size.round() as u64)
            }
            SizeSampler::Discrete { sizes, index } => sizes[index.sample(stream)],
            SizeSampler::Scaled(scaled) => scaled.draw(stream),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::StreamName;
    use crate::scenario::{UnitLaw, WeightedSize};

    /// Sample mean of 200,000 draws against the law's mean, within 4.5 standard errors of the
    /// sample, and every draw within the law's bounds.
    #[test]
    fn drawn_sizes_have_the_mean_of_their_law() {
        let b = Bytes::new;
        let weighted = |size, weight| WeightedSize {
            size: b(size),
            weight,
        };
        let laws = [
            PacketSize::Fixed(b(1500)),
            PacketSize::Uniform {
                min: b(64),
                max: b(1500),
            },
            PacketSize::imix(),
            PacketSize::BoundedPareto {
                min: b(64),
                max: b(1500),
                shape: 1.1,
            },
            PacketSize::Discrete(vec![weighted(64, 0.9), weighted(1500, 0.1)]),
            PacketSize::Scaled {
                law: UnitLaw::Exponential,
                mean: b(1500),
                max: b(65_536),
            },
            PacketSize::Scaled {
                law: UnitLaw::Hyperexponential { scv: 4.0 },
                mean: b(64),
                max: b(200),
            },
        ];
        for law in laws {
            let name = StreamName {
                seed: 1,
                replication: 0,
                component: "t",
                index: 0,
                purpose: "sizes",
            };
            let mut stream = name.stream();
            let sampler = SizeSampler::new(&law);
            let n = 200_000;
            let draws: Vec<f64> = (0..n)
                .map(|_| sampler.draw(&mut stream).get() as f64)
                .collect();
            let mean = draws.iter().sum::<f64>() / f64::from(n);
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n - 1);
            let tolerance = 4.5 * (variance / f64::from(n)).sqrt();
            assert!((mean - law.mean()).abs() <= tolerance, "{law:?}: {mean}");
            assert!(
                draws
                    .iter()
                    .all(|x| *x >= 1.0 && *x <= law.largest().get() as f64)
            );
        }
    }
}
