//! What is compared: the values of one metric, replication by replication.

use super::Scale;
use crate::metric::Metric;
use crate::results::read::GroupReplications;
use crate::stats::{Difference, Pairing};

/// Roundings behind a measured value: sums are exact, but a few divisions and products follow.
const ROUNDINGS: f64 = 8.0;

/// Whether the values, as large as they are, differ by no more than rounding explains.
fn are_one(values: impl IntoIterator<Item = f64> + Clone) -> bool {
    let most = values.clone().into_iter().fold(f64::NEG_INFINITY, f64::max);
    let least = values.into_iter().fold(f64::INFINITY, f64::min);
    most - least <= ROUNDINGS * f64::EPSILON * most.abs().max(least.abs())
}

/// The values of a metric on both sides; one of each per pair if they are paired.
pub(super) struct Values {
    pub(super) base: Vec<f64>,
    pub(super) new: Vec<f64>,
    paired: bool,
    /// Whether each replication defines the metric.
    pub(super) is_whole: bool,
}

impl Values {
    /// What both sides measured; what differs by rounding alone is one value.
    pub(super) fn of(
        base: &GroupReplications,
        new: &GroupReplications,
        metric: Metric,
        paired: bool,
    ) -> Values {
        let mut values = Values::as_measured(base, new, metric, paired);
        if values.paired {
            for (base, new) in values.base.iter().zip(&mut values.new) {
                if are_one([*base, *new]) {
                    *new = *base;
                }
            }
        } else if are_one(values.base.iter().chain(&values.new).copied()) {
            let first = values.base.first().copied();
            for value in values.base.iter_mut().chain(&mut values.new) {
                *value = first.unwrap_or(*value);
            }
        }
        values
    }

    fn as_measured(
        base: &GroupReplications,
        new: &GroupReplications,
        metric: Metric,
        paired: bool,
    ) -> Values {
        let all = |group: &GroupReplications| -> Vec<f64> {
            group.of(metric).map(|(_, value)| value).collect()
        };
        if !paired {
            let (base_values, new_values) = (all(base), all(new));
            let defined = (base_values.len(), new_values.len());
            let numbers = (base.numbers().count(), new.numbers().count());
            return Values {
                // Nothing on either side is whole in its way: there is nothing to compare.
                is_whole: defined == numbers || defined == (0, 0),
                base: base_values,
                new: new_values,
                paired,
            };
        }
        let pairs = base.pairs(new, metric);
        let there: Vec<u64> = new.numbers().collect();
        let common = base.numbers().filter(|number| there.contains(number));
        if pairs.len() != common.count() {
            // Shown side by side, and no more: pairs of what is left would be a choice among them.
            let (base, new) = (all(base), all(new));
            return Values {
                is_whole: base.is_empty() && new.is_empty(),
                base,
                new,
                paired: false,
            };
        }
        Values {
            is_whole: true,
            base: pairs.iter().map(|(base, _)| *base).collect(),
            new: pairs.iter().map(|(_, new)| *new).collect(),
            paired,
        }
    }

    /// The values as they are on `scale`: their logarithms if it is relative.
    pub(super) fn on(&self, scale: Scale) -> Values {
        let on = |values: &[f64]| match scale {
            Scale::Relative => values.iter().map(|value| value.ln()).collect(),
            Scale::Absolute => values.to_vec(),
        };
        Values {
            base: on(&self.base),
            new: on(&self.new),
            ..*self
        }
    }

    fn pairs(&self) -> Vec<(f64, f64)> {
        self.base
            .iter()
            .copied()
            .zip(self.new.iter().copied())
            .collect()
    }

    /// The change on the scale of the values; `None` for fewer than two replications.
    pub(super) fn difference(&self) -> Option<Difference> {
        match self.paired {
            true => Difference::paired(&self.pairs()),
            false => Difference::independent(&self.base, &self.new),
        }
    }

    /// How alike the pairs are, if there are any.
    pub(super) fn pairing(&self) -> Option<Pairing> {
        self.paired.then(|| Pairing::of(&self.pairs())).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: neighbours of 1e9 are 1.2e-7 apart, which is noise there and a change of 1e-6.
    #[test]
    fn rounding_is_judged_by_the_size_of_the_values() {
        assert!(are_one([1e9, 1e9_f64.next_up()]));
        assert!(are_one([0.0, 0.0]) && are_one([-1e-9, (-1e-9_f64).next_down()]));
        assert!(!are_one([1e-6, 1e-6 + 1.2e-7]));
        assert!(!are_one([0.0, 5e-324]));
        assert!(!are_one([1.0, 1.0, 1.0 + 1e-12]));
    }
}
