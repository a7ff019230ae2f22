//! What a sweep means to every figure.
//!
//! - Series are network modes if the mode or the arbitration is swept; else the values of the
//!   first swept key that is not the x axis.
//! - The x axis is the first swept key whose values are numbers of one dimension. Without one, the
//!   first key left is a categorical axis; without that, there is one place.
//! - What is left over becomes facets: the first, the middle and the last of their combinations.
//!
//! Of a key that was varied one at a time, only the base is arranged.
//!
//! Points that fall on the same place (as all arbitrations do in bridge mode) are the same point;
//! the first is kept.

mod abscissa;
mod roles;

use std::collections::BTreeMap;

pub(in crate::plot) use abscissa::Abscissa;
use roles::{Roles, first_middle_last};

use super::name::capitalized;
use crate::plot::figure::Key;
use crate::plot::palette;
use crate::results::read::{ALL_TASKS, Manifest, Point, Results};

/// Most columns of task groups.
const GROUPS_MAX: usize = 4;
/// What a sweep means to every figure.
#[derive(Clone, Debug)]
pub(crate) struct Arrangement {
    /// Series in the order of their first point.
    pub(crate) series: Vec<Key>,
    /// The x axis.
    pub(in crate::plot) abscissa: Abscissa,
    /// Names of the facets; one empty name if there is no key left over.
    pub(crate) facets: Vec<String>,
    /// Task groups shown, in file order; all tasks stand in for those that have no room.
    pub(crate) groups: Vec<String>,
    /// Point by series, place on the x axis and facet.
    cells: BTreeMap<(usize, usize, usize), usize>,
}

/// A place in the sweep that a figure shows as a block: a place on the x axis in a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Position on the x axis.
    pub(crate) place: usize,
    /// Position among the facets.
    pub(crate) facet: usize,
    /// Where this is, in words; empty if there is only one.
    pub(crate) name: String,
}

impl Arrangement {
    /// Arranges the points of `results`.
    pub(crate) fn new(results: &Results) -> Arrangement {
        let manifest = &results.manifest;
        let all = results.points.iter().enumerate();
        let (indices, points): (Vec<usize>, Vec<Point>) = all
            .filter(|(_, point)| results.change(point).is_none())
            .map(|(index, point)| (index, point.clone()))
            .unzip();
        let points = points.as_slice();
        let roles = Roles::of(manifest, points);
        let abscissa = roles.abscissa(manifest, points);
        let chosen_facets = roles.chosen_facets(points);
        let mut arrangement = Arrangement {
            series: Vec::new(),
            abscissa,
            facets: chosen_facets.iter().map(|f| f.join(", ")).collect(),
            groups: shown_groups(points),
            cells: BTreeMap::new(),
        };
        let kept_series = roles.kept_series(points);
        for (index, point) in indices.into_iter().zip(points) {
            let facet_values = roles.facet_values(point);
            let facet = chosen_facets.iter().position(|f| *f == facet_values);
            let label = roles.series_label(manifest, point);
            if facet.is_none() || kept_series.as_ref().is_some_and(|k| !k.contains(&label)) {
                continue;
            }
            let series = arrangement.series_index(label, &roles, manifest, point);
            let place = roles.place(&arrangement.abscissa, point);
            if let (Some(facet), Some(place)) = (facet, place) {
                let cell = arrangement.cells.entry((series, place, facet));
                cell.or_insert(index);
            }
        }
        arrangement
    }

    fn series_index(
        &mut self,
        label: String,
        roles: &Roles,
        manifest: &Manifest,
        point: &Point,
    ) -> usize {
        let known = self.series.iter().position(|key| key.label == label);
        known.unwrap_or_else(|| {
            let style = if roles.series.is_some() {
                palette::nth(self.series.len())
            } else {
                let (mode, arbitration) = roles.mode_of(manifest, point);
                palette::of_mode(mode, arbitration)
            };
            self.series.push(Key { label, style });
            self.series.len() - 1
        })
    }

    /// The point of a series at a place in a facet.
    pub(crate) fn point(&self, series: usize, place: usize, facet: usize) -> Option<usize> {
        self.cells.get(&(series, place, facet)).copied()
    }

    /// Every point that is arranged.
    pub(in crate::plot) fn points(&self) -> impl Iterator<Item = usize> + '_ {
        self.cells.values().copied()
    }

    /// The blocks that a figure shows which has no room for the whole x axis: every facet at the
    /// last place, or the first, the middle and the last place.
    pub(crate) fn slots(&self) -> Vec<Slot> {
        let last = self.abscissa.len() - 1;
        let slot = |place: usize, facet: usize| Slot {
            place,
            facet,
            name: self.slot_name(place, facet),
        };
        if self.facets.len() > 1 {
            return (0..self.facets.len()).map(|f| slot(last, f)).collect();
        }
        let places: Vec<usize> = (0..=last).collect();
        first_middle_last(&places)
            .into_iter()
            .map(|p| slot(p, 0))
            .collect()
    }

    fn slot_name(&self, place: usize, facet: usize) -> String {
        let place = match &self.abscissa {
            Abscissa::Numeric { name, values, .. } => {
                format!("{}: {}", capitalized(name), values[place].1)
            }
            Abscissa::Category { name, values } => {
                format!("{}: {}", capitalized(name), values[place])
            }
            Abscissa::Single => String::new(),
        };
        let parts = [place.as_str(), &self.facets[facet]];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    /// The task groups as headings, in their order.
    pub(crate) fn headings(&self) -> Vec<String> {
        let groups = self.groups.iter();
        groups.map(|group| Self::group_heading(group)).collect()
    }

    /// The name of a task group as a heading.
    pub(crate) fn group_heading(group: &str) -> String {
        if group == ALL_TASKS {
            "all tasks".to_owned()
        } else {
            group.to_owned()
        }
    }
}

/// The task groups that figures show.
fn shown_groups(points: &[Point]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for group in points.iter().flat_map(|point| &point.groups) {
        if group.task_group != ALL_TASKS && !groups.contains(&group.task_group) {
            groups.push(group.task_group.clone());
        }
    }
    if groups.len() > GROUPS_MAX {
        groups.truncate(GROUPS_MAX - 1);
        groups.push(ALL_TASKS.to_owned());
    }
    if groups.is_empty() {
        groups.push(ALL_TASKS.to_owned());
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::axis::Scale;
    use crate::plot::testing::results;

    fn labels(arrangement: &Arrangement) -> Vec<&str> {
        arrangement
            .series
            .iter()
            .map(|key| key.label.as_str())
            .collect()
    }

    #[test]
    fn points_that_differ_only_in_an_arbitration_without_effect_are_one() {
        let results = results(&[
            ("network.mode", &["bridge", "awsvpc"]),
            ("network.arbitration", &["round-robin", "drr"]),
            (
                "task.bully.traffic.rate",
                &["1 Mbit/s", "2 Gbit/s", "30 Mbit/s"],
            ),
        ]);
        let arrangement = Arrangement::new(&results);
        let names = ["bridge", "awsvpc round-robin", "awsvpc drr"];
        assert_eq!(labels(&arrangement), names);
        assert_eq!(arrangement.point(0, 0, 0), Some(0));
        // Ascending by value, not in file order.
        assert_eq!(arrangement.point(0, 2, 0), Some(1));
        assert_eq!(arrangement.point(2, 1, 0), Some(11));
    }

    #[test]
    fn a_lone_categorical_key_gives_the_series() {
        let results = results(&[("instance.type", &["c5.large", "c5.xlarge"])]);
        let arrangement = Arrangement::new(&results);
        assert_eq!(labels(&arrangement), ["c5.large", "c5.xlarge"]);
        assert_eq!(arrangement.abscissa, Abscissa::Single);
    }

    #[test]
    fn keys_left_over_become_facets() {
        let results = results(&[
            ("network.mode", &["bridge", "host"]),
            ("instance.type", &["a", "b", "c", "d"]),
            ("task.x.count", &["1", "2"]),
        ]);
        let arrangement = Arrangement::new(&results);
        assert_eq!(arrangement.facets, ["a", "c", "d"]);
        assert_eq!(arrangement.abscissa.len(), 2);
        assert_eq!(arrangement.slots()[0].name, "Number of x tasks: 2, a");
        assert_eq!(arrangement.point(1, 1, 2), Some(15));
    }

    #[test]
    fn mixed_dimensions_are_categories() {
        let results = results(&[
            ("network.mode", &["bridge", "host"]),
            (
                "network.eni-queue.capacity",
                &["10 packets", "1 MiB", "unlimited"],
            ),
        ]);
        let arrangement = Arrangement::new(&results);
        assert!(matches!(arrangement.abscissa, Abscissa::Category { .. }));
        assert_eq!(arrangement.abscissa.axis(), None);
    }

    #[test]
    fn a_geometric_sweep_has_a_logarithmic_axis() {
        let scale = |values: &[&str]| {
            let results = results(&[("task.x.count", values)]);
            Arrangement::new(&results).abscissa.axis().unwrap().scale
        };
        assert!(matches!(
            scale(&["1", "2", "4", "8", "64"]),
            Scale::Log { .. }
        ));
        assert!(matches!(scale(&["1", "2", "3", "4"]), Scale::Linear { .. }));
        assert!(matches!(scale(&["0", "10", "1000"]), Scale::Linear { .. }));
    }

    #[test]
    fn without_a_sweep_there_is_one_place_and_the_base_mode() {
        let arrangement = Arrangement::new(&results(&[]));
        assert_eq!(labels(&arrangement), ["bridge"]);
        assert_eq!(arrangement.point(0, 0, 0), Some(0));
        assert_eq!(arrangement.slots().len(), 1);
    }

    #[test]
    fn of_varied_keys_only_the_base_is_arranged() {
        let results = crate::plot::testing::varied_results();
        let arrangement = Arrangement::new(&results);
        assert_eq!(labels(&arrangement), ["bridge", "awsvpc"]);
        assert_eq!(arrangement.abscissa, Abscissa::Single);
        assert_eq!(arrangement.facets, [""]);
        assert_eq!(arrangement.point(0, 0, 0), Some(0));
        // The first point of awsvpc is that of its base.
        assert_eq!(arrangement.point(1, 0, 0), Some(4));
    }
}
