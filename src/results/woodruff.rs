//! How far the quantiles of all replications together can be trusted.
//!
//! # Model
//! A quantile is that of the merged histogram, so its interval has to be one of that value, and not
//! of the quantiles that replications have alone: where a window is short these are of something
//! else. By Woodruff (1952) the part of all packets at or below the quantile gets an interval, from
//! how that part differs between replications, and the interval's ends are read off the merged
//! histogram. Packets of one replication may depend on each other as they like. Where an end would
//! lie beyond all packets there is no interval: what is slow came in too few replications. Measured
//! coverage, and what else was tried: [`crate::design::d0025_quantiles_by_woodruff`].

use crate::measure::{Histogram, PackedHistogram};
use crate::stats;

/// The interval of each of these `quantiles` of `merged`, which has all packets of `replications`;
/// `None` with fewer than two of them, or if they cannot tell where it ends.
pub(super) fn intervals<'a, const N: usize>(
    merged: &Histogram,
    replications: impl IntoIterator<Item = &'a PackedHistogram>,
    quantiles: [f64; N],
    confidence: f64,
) -> [Option<(f64, f64)>; N] {
    // Where a quantile lies: its value, and which part of the bucket's packets are below it.
    let places = quantiles.map(|quantile| {
        let value = merged.quantile(quantile)?;
        let (below, within) = merged.counts_up_to(value);
        let rank = quantile * merged.count() as f64;
        Some((value, (rank - below as f64) / within as f64))
    });
    let mut pairs = [const { Vec::new() }; N];
    for replication in replications {
        let alone = replication.unpack();
        for (place, pairs) in places.iter().zip(&mut pairs) {
            let below = place.map_or(0.0, |(value, part)| {
                let (below, within) = alone.counts_up_to(value);
                below as f64 + part * within as f64
            });
            pairs.push((below, alone.count() as f64));
        }
    }
    let mut pairs = pairs.into_iter();
    quantiles.map(|quantile| {
        let reach = stats::ratio_half_width(&pairs.next()?, confidence)?;
        let (low, high) = (quantile - reach, quantile + reach);
        if low <= 0.0 || high >= 1.0 {
            return None;
        }
        Some((merged.quantile(low)?, merged.quantile(high)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<const N: usize>(replications: &[&[u64]], quantiles: [f64; N]) -> [Option<(f64, f64)>; N] {
        let mut merged = Histogram::new();
        let packed = replications.iter().map(|values| {
            let mut histogram = Histogram::new();
            values.iter().for_each(|value| histogram.record(*value));
            merged.merge(&histogram);
            histogram.packed()
        });
        let packed: Vec<PackedHistogram> = packed.collect();
        intervals(&merged, &packed, quantiles, 0.95)
    }

    /// By hand: of 1 to 40 the odd ones but for 19, and the even ones with it. The median is 20, up to
    /// which are 9 of 19 and 11 of 21. Their ratio is 1/2 and the mean size 20, so the residuals are
    /// ∓1/40, s = √2/40, and with t = 12.706205 the reach is 12.706205/40 = 0.317655: the ends are
    /// the values number ⌈40·0.182345⌉ = 8 and ⌈40·0.817655⌉ = 33. Up to p90, which is 36, are 17 of
    /// 19 and 19 of 21: 17 − 17.1 and 19 − 18.9 by 20 make a reach of 12.706205/200 = 0.063531,
    /// from number ⌈40·0.836469⌉ = 34 to ⌈40·0.963531⌉ = 39.
    #[test]
    fn intervals_of_two_replications() {
        let odd: Vec<u64> = (1..=40).filter(|v| v % 2 == 1 && *v != 19).collect();
        let even: Vec<u64> = (1..=40).filter(|v| v % 2 == 0 || *v == 19).collect();
        let found = of(&[&odd, &even], [0.5, 0.9]);
        assert_eq!(found, [Some((8.0, 33.0)), Some((34.0, 39.0))]);
    }

    /// By hand: half of the packets take 5 and 7 in one replication, all of them 7 in the other. Of
    /// the median's bucket, 7, a third lies below it: 10 + 10/3 of 20 and 20/3 of 20 have the residuals
    /// ±1/6, more than which no reach of one degree of freedom leaves between 0 and 1.
    #[test]
    fn packets_of_one_value_are_shared_out() {
        let mixed = [[5; 10], [7; 10]].concat();
        assert_eq!(of(&[&mixed, &[7; 20]], [0.5]), [None]);
        // t(0.975, 39) = 2.022691 by tables. With s = √(40/39)/6 the reach is 0.053978, so the ends stay
        // above the quarter up to which packets take 5. At 0.28 it is 0.077728, and the lower one
        // does not.
        let many: Vec<&[u64]> = (0..20).flat_map(|_| [&mixed[..], &[7; 20]]).collect();
        assert_eq!(of(&many, [0.5]), [Some((7.0, 7.0))]);
        assert_eq!(of(&many, [0.28]), [Some((5.0, 7.0))]);
    }

    /// What is slow in one of ten replications alone has no upper end: nothing tells how slow the
    /// next one would be. Nor has one replication an interval, nor no packet.
    #[test]
    fn what_replications_cannot_tell_has_no_interval() {
        let fast = [1; 20];
        let mut slow = fast;
        slow[10..].fill(100);
        let mut replications = [&fast[..]; 10];
        replications[0] = &slow;
        assert_eq!(of(&replications, [0.99]), [None]);
        assert_eq!(of(&[&fast], [0.5]), [None]);
        assert_eq!(of(&[&[], &[]], [0.5]), [None]);
        // Replications that are alike leave nothing open.
        assert_eq!(of(&[&fast, &fast], [0.99]), [Some((1.0, 1.0))]);
    }

    /// Twin: sorted values. The part at or below the quantile of each replication, its residuals, and
    /// the ends by their ranks, for packets that depend on each other within a replication.
    #[test]
    fn the_interval_is_that_of_sorted_values() {
        let replication = |r: u64| -> Vec<u64> {
            let packet = |i: u64| 100 + 37 * r % 61 + (i * i + 11 * r) % (300 + 40 * (r % 3));
            (0..200 + 15 * r).map(packet).collect()
        };
        let replications: Vec<Vec<u64>> = (0..8).map(replication).collect();
        let slices: Vec<&[u64]> = replications.iter().map(Vec::as_slice).collect();
        let mut all: Vec<u64> = replications.concat();
        all.sort_unstable();
        let n = all.len() as f64;
        let at = |q: f64| all[(q * n).ceil() as usize - 1];
        // t(0.975, 7), by tables.
        let t = 2.364_624_251;
        let expected = [0.1, 0.5, 0.9].map(|q| {
            let count = |values: &[u64], of: &dyn Fn(u64) -> bool| {
                values.iter().filter(|v| of(**v)).count() as f64
            };
            let (less, same) = (|v| v < at(q), |v| v == at(q));
            let part = (q * n - count(&all, &less)) / count(&all, &same);
            let below = |values: &[u64]| count(values, &less) + part * count(values, &same);
            let residual = |values: &[u64]| below(values) - q * values.len() as f64;
            let squares: f64 = replications.iter().map(|v| residual(v).powi(2)).sum();
            let reach = t * (squares * 8.0 / 7.0).sqrt() / n;
            Some((at(q - reach) as f64, at(q + reach) as f64))
        });
        assert_eq!(of(&slices, [0.1, 0.5, 0.9]), expected);
    }

    /// Coverage, where packets of a replication depend on each other: 400 results of ten replications
    /// of 1,000 values e^X, X normal with a correlation of 0.8 from each to the next, so that quantiles
    /// are known by tables of the normal law. Within 4.5 standard errors of 95 %: between 90 and 99.9 %.
    /// Student's interval of the replications' own p99.9, around the same value, covers less.
    #[test]
    fn intervals_have_their_coverage() {
        use crate::engine::random::StreamName;
        use crate::stats::half_width;
        use rand::distr::Distribution;
        use rand_distr::StandardNormal;

        let truths = [0.0, 1.281_551_566, 2.326_347_874, 3.090_232_306_f64];
        let truths = truths.map(|z| 1e5 * z.exp());
        let (results, quantiles) = (400, [0.5, 0.9, 0.99, 0.999]);
        let (mut covered, mut students) = ([0; 4], 0);
        for result in 0..results {
            let name = StreamName {
                seed: 1,
                replication: result,
                component: "coverage",
                index: 0,
                purpose: "woodruff",
            };
            let mut stream = name.stream();
            let mut normal = || -> f64 { StandardNormal.sample(&mut stream) };
            let (mut merged, mut packed, mut own) = (Histogram::new(), Vec::new(), Vec::new());
            for _ in 0..10 {
                let mut alone = Histogram::new();
                let mut x = normal();
                for _ in 0..1000 {
                    alone.record((1e5 * x.exp()) as u64);
                    x = 0.8 * x + 0.6 * normal();
                }
                own.extend(alone.quantile(0.999));
                merged.merge(&alone);
                packed.push(alone.packed());
            }
            let found = intervals(&merged, &packed, quantiles, 0.95);
            for ((covered, truth), interval) in covered.iter_mut().zip(truths).zip(found) {
                // What has no interval claims nothing.
                let holds = interval.is_none_or(|(low, high)| low <= truth && truth <= high);
                *covered += u32::from(holds);
            }
            let value = merged.quantile(0.999).unwrap();
            let half_width = half_width(&own).unwrap();
            students += u32::from((value - truths[3]).abs() <= half_width);
        }
        let share = |n: u32| f64::from(n) / f64::from(results);
        for (covered, quantile) in covered.into_iter().zip(quantiles) {
            let share = share(covered);
            assert!((0.90..0.999).contains(&share), "{quantile}: {share}");
        }
        assert!(
            share(students) < share(covered[3]),
            "{students} {covered:?}"
        );
    }
}
