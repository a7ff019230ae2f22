//! What is compared with what.

use std::collections::BTreeMap;

use super::{Settings, Side, SidePoint};
use crate::metric::Metric;
use crate::results::read::{ALL_TASKS, GroupReplications};

/// The same sweep point on both sides.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// Swept keys and the values that both sides have.
    pub(super) point: Vec<(String, String)>,
    /// The values of the key that is compared.
    pub(super) values: Option<(String, String)>,
    base: Vec<&'a GroupReplications>,
    new: Vec<&'a GroupReplications>,
}

impl<'a> Pair<'a> {
    fn of(base: &'a SidePoint, new: &'a SidePoint, point: Vec<(String, String)>) -> Pair<'a> {
        Pair {
            point,
            values: None,
            base: base.groups.iter().collect(),
            new: new.groups.iter().collect(),
        }
    }

    /// The task groups that both have.
    pub(super) fn groups(
        &self,
    ) -> impl Iterator<Item = (&'a GroupReplications, &'a GroupReplications)> {
        self.base.iter().filter_map(|base| {
            let new = self
                .new
                .iter()
                .find(|new| new.task_group == base.task_group)?;
            Some((*base, *new))
        })
    }

    /// Whether the numbers of all tasks are those of the only group.
    fn has_one_group(&self) -> bool {
        self.base.len() == 2 && self.new.len() == 2
    }

    /// Something that pairs with the same numbers have in common, and few others.
    fn mark(&self) -> Vec<u64> {
        let first = |group: &&GroupReplications| group.of(Metric::SojournMean).next();
        let groups = self.base.iter().chain(&self.new);
        groups
            .filter_map(first)
            .map(|(_, mean)| mean.to_bits())
            .collect()
    }
}

/// All that is compared.
#[derive(Clone, Debug)]
pub(super) struct Matched<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    /// Whether replications of one number share their random streams.
    pub(super) paired: bool,
    /// What only the base has, in words.
    pub(super) only_base: Vec<String>,
    /// What only the new side has, in words.
    pub(super) only_new: Vec<String>,
}

impl<'a> Matched<'a> {
    /// Points of the same values.
    pub(super) fn of_sides(base: &'a Side, new: &'a Side) -> Result<Matched<'a>, CompareError> {
        let missing = |from: &Side, of: &Side| -> Vec<String> {
            let keys = of.sweep_keys.iter();
            keys.filter(|key| !from.sweep_keys.contains(key))
                .cloned()
                .collect()
        };
        let (base_lacks, new_lacks) = (missing(base, new), missing(new, base));
        if !base_lacks.is_empty() || !new_lacks.is_empty() {
            return Err(CompareError::Keys {
                base: new_lacks,
                new: base_lacks,
            });
        }
        let sorted = |side: &Side, point: &SidePoint| {
            let mut named = side.named(point, None);
            named.sort();
            named
        };
        let there: Vec<_> = new.points.iter().map(|point| sorted(new, point)).collect();
        let mut matched = Matched {
            pairs: Vec::new(),
            paired: base.seed.is_some() && base.seed == new.seed,
            only_base: Vec::new(),
            only_new: Vec::new(),
        };
        let mut met = vec![false; there.len()];
        let places: BTreeMap<_, _> = there.iter().zip(0..).collect();
        for point in &base.points {
            let named = base.named(point, None);
            match places.get(&sorted(base, point)) {
                Some(&place) => {
                    met[place] = true;
                    matched
                        .pairs
                        .push(Pair::of(point, &new.points[place], named));
                }
                None => matched.only_base.push(in_words(&named)),
            }
        }
        let unmet = new.points.iter().zip(met).filter(|(_, met)| !met);
        let unmet = unmet.map(|(point, _)| in_words(&new.named(point, None)));
        matched.only_new.extend(unmet);
        if matched.pairs.is_empty() {
            let first = |points: &[String]| points.first().cloned().unwrap_or_default();
            return Err(CompareError::Points {
                base: first(&matched.only_base),
                new: first(&matched.only_new),
            });
        }
        matched.note_lone_groups();
        Ok(matched)
    }

    /// Points that differ in the value of `key` alone: each of `values` with the first of them.
    pub(super) fn of_values(
        side: &'a Side,
        key: &str,
        values: &[String],
    ) -> Result<Matched<'a>, CompareError> {
        let column = side.sweep_keys.iter().position(|swept| swept == key);
        let column = column.ok_or_else(|| CompareError::NotSwept {
            key: key.to_owned(),
            swept: side.sweep_keys.clone(),
        })?;
        let mut taken: Vec<String> = Vec::new();
        for point in &side.points {
            if !taken.contains(&point.values[column]) {
                taken.push(point.values[column].clone());
            }
        }
        if let Some(unknown) = values.iter().find(|value| !taken.contains(value)) {
            return Err(CompareError::NoSuchValue {
                key: key.to_owned(),
                value: unknown.clone(),
                taken,
            });
        }
        let chosen = if values.is_empty() {
            &taken[..]
        } else {
            values
        };
        let [first, others @ ..] = chosen else {
            return Err(CompareError::OneValue {
                key: key.to_owned(),
            });
        };
        if others.is_empty() || others.contains(first) {
            return Err(CompareError::OneValue {
                key: key.to_owned(),
            });
        }
        let mut matched = Matched {
            pairs: Vec::new(),
            paired: true,
            only_base: Vec::new(),
            only_new: Vec::new(),
        };
        let places = side.points.iter().map(|point| (&point.values, point));
        let places: BTreeMap<&Vec<String>, &SidePoint> = places.collect();
        let is_first = |point: &&SidePoint| point.values[column] == *first;
        for base in side.points.iter().filter(is_first) {
            for other in others {
                let mut there = base.values.clone();
                there[column].clone_from(other);
                let named = side.named(base, Some(key));
                // Of varied keys, one leaves its base at a time.
                let Some(new) = places.get(&there) else {
                    continue;
                };
                matched.pairs.push(Pair {
                    values: Some((first.clone(), other.clone())),
                    ..Pair::of(base, new, named)
                });
            }
        }
        matched.note_lone_groups();
        Ok(matched)
    }

    /// Leaves out points that repeat another, as those of bridge mode under every arbitration, which
    /// would cost power and tell nothing; says how many.
    pub(super) fn leave_out_repeated(&mut self) -> usize {
        let before = self.pairs.len();
        let mut kept: Vec<Pair<'_>> = Vec::new();
        let mut alike: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
        for pair in self.pairs.drain(..) {
            let known = alike.entry(pair.mark()).or_default();
            let repeats = |known: &usize| {
                let known = &kept[*known];
                known.values == pair.values && known.base == pair.base && known.new == pair.new
            };
            if !known.iter().any(repeats) {
                known.push(kept.len());
                kept.push(pair);
            }
        }
        self.pairs = kept;
        before - self.pairs.len()
    }

    /// Keeps the task groups that were asked for; if none was, all, but not all tasks together
    /// where they are one group, which would be the same again.
    pub(super) fn restrict(&mut self, asked: &[String]) -> Result<(), CompareError> {
        if asked.is_empty() {
            for pair in self.pairs.iter_mut().filter(|pair| pair.has_one_group()) {
                pair.base.retain(|group| group.task_group != ALL_TASKS);
            }
            return Ok(());
        }
        let mut known: Vec<String> = Vec::new();
        for group in self.pairs.iter().flat_map(|pair| &pair.base) {
            if !known.contains(&group.task_group) {
                known.push(group.task_group.clone());
            }
        }
        if let Some(name) = asked.iter().find(|name| !known.contains(name)) {
            return Err(CompareError::NoSuchGroup {
                name: name.clone(),
                known,
            });
        }
        for pair in &mut self.pairs {
            pair.base.retain(|group| asked.contains(&group.task_group));
            pair.new.retain(|group| asked.contains(&group.task_group));
        }
        Ok(())
    }

    /// Why there is no row.
    pub(super) fn nothing(&self, settings: &Settings) -> CompareError {
        let metrics: Vec<&str> = settings.metrics.iter().map(|metric| metric.key()).collect();
        CompareError::Nothing {
            metrics: metrics.join(", "),
        }
    }

    fn note_lone_groups(&mut self) {
        let lone =
            |here: &[&GroupReplications], there: &[&GroupReplications], noted: &mut Vec<String>| {
                for group in here {
                    let words = format!("task group {}", group.task_group);
                    let is_lone = there
                        .iter()
                        .all(|other| other.task_group != group.task_group);
                    if is_lone && !noted.contains(&words) {
                        noted.push(words);
                    }
                }
            };
        for pair in &self.pairs {
            lone(&pair.base, &pair.new, &mut self.only_base);
            lone(&pair.new, &pair.base, &mut self.only_new);
        }
    }
}

/// A point in words.
pub(super) fn in_words(point: &[(String, String)]) -> String {
    let pairs: Vec<String> = point
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    match pairs[..] {
        [] => "the only point".to_owned(),
        _ => pairs.join(", "),
    }
}

/// Why two sides cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The sides sweep other keys.
    #[error(
        "these are results of different sweeps: only {}; run both with the same keys under [sweep] \
         and [vary], or compare values inside one directory with --by KEY",
        lacking(.base, .new)
    )]
    Keys {
        /// Keys that only the base sweeps.
        base: Vec<String>,
        /// Keys that only the new side sweeps.
        new: Vec<String>,
    },
    /// The sides have no point in common.
    #[error(
        "no sweep point is in both: the first of the base is {base}, of the new side {new}; run both \
         with the same values"
    )]
    Points {
        /// The base's first point.
        base: String,
        /// The new side's first point.
        new: String,
    },
    /// The key to compare by is not swept.
    #[error(
        "`{key}` is not swept there, so it has one value; {}",
        match .swept[..] {
            [] => "nothing is swept: compare two directories instead".to_owned(),
            _ => format!("swept keys: {}", .swept.join(", ")),
        }
    )]
    NotSwept {
        /// The key.
        key: String,
        /// Those that are.
        swept: Vec<String>,
    },
    /// The key does not take a value.
    #[error("`{key}` is not swept over `{value}`; its values: {}", .taken.join(", "))]
    NoSuchValue {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// Those it takes.
        taken: Vec<String>,
    },
    /// There is but one value.
    #[error(
        "one value of `{key}` alone cannot be compared; name the base and others, for example \
         --by network.mode=bridge,awsvpc"
    )]
    OneValue {
        /// The key.
        key: String,
    },
    /// A task group is not there.
    #[error("there is no task group `{name}`; task groups: {}", .known.join(", "))]
    NoSuchGroup {
        /// The group.
        name: String,
        /// Those that are there.
        known: Vec<String>,
    },
    /// No metric is defined anywhere.
    #[error(
        "nothing to compare: no task group of both sides has {metrics} at any point; choose others \
         with --metric"
    )]
    Nothing {
        /// The metrics that were asked for.
        metrics: String,
    },
}

/// What each side sweeps alone.
fn lacking(base: &[String], new: &[String]) -> String {
    let sides = [(base, "the base"), (new, "the new side")];
    let alone = sides.iter().filter(|(keys, _)| !keys.is_empty());
    let alone: Vec<String> = alone
        .map(|(keys, side)| format!("{side} sweeps {}", keys.join(", ")))
        .collect();
    alone.join(" and only ")
}
