//! Random streams by name.
//!
//! One seed per experiment; every random choice draws from a stream of its own, named after what
//! it decides: (seed, replication, component, purpose). The names say nothing about the sweep
//! point, so every network mode and every load meets the same draws (common random numbers), and
//! a new component leaves all other streams as they were.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Generator behind every stream: xoshiro256++ (Blackman and Vigna 2021), period 2²⁵⁶ − 1.
pub type Stream = Xoshiro256PlusPlus;

/// Name of a stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamName<'a> {
    /// The experiment's seed.
    pub seed: u64,
    /// Which independent repetition.
    pub replication: u32,
    /// Who draws, for example a task group's name.
    pub component: &'a str,
    /// Which of several like components.
    pub index: u32,
    /// What is decided, for example `"arrivals"`.
    pub purpose: &'a str,
}

impl StreamName<'_> {
    /// The stream of this name, at its start.
    ///
    /// Each part of the name is mixed into 64 bits in turn, text with its length, so that names
    /// that differ anywhere give unrelated streams: among a million streams the odds that two
    /// coincide are about 3 × 10⁻⁸.
    pub fn stream(&self) -> Stream {
        let mut state = split_mix(self.seed);
        let mut absorb = |word: u64| state = split_mix(state ^ split_mix(word));
        absorb(u64::from(self.replication));
        for text in [self.component, self.purpose] {
            absorb(text.len() as u64);
            text.bytes().for_each(|byte| absorb(u64::from(byte)));
        }
        absorb(u64::from(self.index));
        Stream::seed_from_u64(state)
    }
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014): a bijection that flips about half of the
/// bits for every input bit.
const fn split_mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;
    use std::collections::HashSet;

    const NAME: StreamName<'_> = StreamName {
        seed: 1,
        replication: 0,
        component: "api",
        index: 0,
        purpose: "arrivals",
    };

    fn first_draw(name: StreamName<'_>) -> u64 {
        name.stream().random()
    }

    #[test]
    fn the_same_name_gives_the_same_stream() {
        assert_eq!(first_draw(NAME), first_draw(NAME));
    }

    /// Oracle: the first numbers of Java's `SplittableRandom` with the seed 0, whose state goes up by
    /// the golden ratio from one to the next.
    #[test]
    fn the_mixer_is_split_mix_64() {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let states = [0, GOLDEN, GOLDEN.wrapping_mul(2)];
        let expected = [
            0xe220_a839_7b1d_cdaf,
            0x6e78_9e6a_a1b9_65f4,
            0x06c4_5d18_8009_454f,
        ];
        assert_eq!(states.map(split_mix), expected);
    }

    #[test]
    fn every_part_of_a_name_counts() {
        let names = [
            NAME,
            StreamName { seed: 2, ..NAME },
            StreamName {
                replication: 1,
                ..NAME
            },
            StreamName {
                component: "apj",
                ..NAME
            },
            StreamName {
                component: "ap",
                purpose: "iarrivals",
                ..NAME
            },
            StreamName { index: 1, ..NAME },
            StreamName {
                purpose: "sizes",
                ..NAME
            },
        ];
        let draws: HashSet<u64> = names.map(first_draw).into_iter().collect();
        assert_eq!(draws.len(), names.len());
    }

    /// No two of 300,000 neighbouring names give the same stream. Among so many numbers of 64 bits two
    /// are equal with a probability of 2 × 10⁻⁹; a way to mix that forgot half of the bits would
    /// give ten pairs.
    #[test]
    fn streams_do_not_coincide() {
        let names = (0..300_000_u32).map(|index| StreamName { index, ..NAME });
        let mut draws: Vec<u64> = names.map(first_draw).collect();
        draws.sort_unstable();
        assert!(draws.windows(2).all(|pair| pair[0] != pair[1]));
    }

    /// The mean of 100,000 first draws over neighbouring names is within 4.5 standard errors of
    /// one half: streams with similar names are not similar.
    #[test]
    fn neighbouring_names_are_unrelated() {
        let n = 100_000_u32;
        let uniform = |index| StreamName { index, ..NAME }.stream().random::<f64>();
        let mean = (0..n).map(uniform).sum::<f64>() / f64::from(n);
        let standard_error = (1.0 / 12.0 / f64::from(n)).sqrt();
        assert!((mean - 0.5).abs() < 4.5 * standard_error, "{mean}");
    }
}
