//! Which swept key plays which role.

use super::super::name::{key_name, mode_label, parse_number};
use super::Abscissa;
use crate::plot::axis::Dimension;
use crate::results::read::{Manifest, Point};

/// Most facets, and most blocks of rows, in a figure: more are too small to read.
const FACETS_MAX: usize = 3;
/// Most series where they are not modes.
const SERIES_MAX: usize = 7;

/// Roles of the swept keys, as columns of a point's values.
pub(super) struct Roles {
    mode: Option<usize>,
    arbitration: Option<usize>,
    /// The key whose values are the series, where modes are not.
    pub(super) series: Option<usize>,
    numeric: Option<usize>,
    category: Option<usize>,
    extra: Vec<usize>,
}

impl Roles {
    /// Gives each swept key its role.
    pub(super) fn of(manifest: &Manifest, points: &[Point]) -> Roles {
        let keys = &manifest.sweep_keys;
        let swept = |key: &String| !manifest.varied.contains(key);
        let position = |path: &str| keys.iter().position(|key| key == path && swept(key));
        let (mode, arbitration) = (position("network.mode"), position("network.arbitration"));
        let mut rest: Vec<usize> = (0..keys.len())
            .filter(|column| Some(*column) != mode && Some(*column) != arbitration)
            .filter(|column| distinct(points, *column).len() > 1)
            .collect();
        // The key with the most values is the one whose course was asked for; the first of equals.
        let count = |column: usize| numbers(points, column).map(|(numbers, _)| numbers.len());
        let most = rest.iter().filter_map(|column| count(*column)).max();
        let numeric = rest
            .iter()
            .position(|column| most.is_some() && count(*column) == most);
        let numeric = numeric.map(|at| rest.remove(at));
        let mut take_first = |wanted: bool| (wanted && !rest.is_empty()).then(|| rest.remove(0));
        let series = take_first(mode.is_none() && arbitration.is_none());
        // A single key that is no number is both: a row per value, each in its colour.
        let category = take_first(numeric.is_none());
        Roles {
            mode,
            arbitration,
            series,
            numeric,
            category,
            extra: rest,
        }
    }

    /// Mode and arbitration of a point.
    pub(super) fn mode_of<'a>(
        &self,
        manifest: &'a Manifest,
        point: &'a Point,
    ) -> (&'a str, &'a str) {
        let value =
            |column: Option<usize>, base: &'a str| column.map_or(base, |c| &point.values[c]);
        (
            value(self.mode, &manifest.network_mode),
            value(self.arbitration, &manifest.arbitration),
        )
    }

    /// The series that a point belongs to.
    pub(super) fn series_label(&self, manifest: &Manifest, point: &Point) -> String {
        match self.series {
            Some(column) => point.values[column].clone(),
            None => {
                let (mode, arbitration) = self.mode_of(manifest, point);
                mode_label(mode, arbitration, self.arbitration.is_some())
            }
        }
    }

    /// The series to keep where there are too many values; `None` keeps all.
    pub(super) fn kept_series(&self, points: &[Point]) -> Option<Vec<String>> {
        let values = distinct(points, self.series?);
        (values.len() > SERIES_MAX).then(|| first_middle_last(&values))
    }

    /// The x axis.
    pub(super) fn abscissa(&self, manifest: &Manifest, points: &[Point]) -> Abscissa {
        if let Some(column) = self.numeric {
            let (mut values, dimension) =
                numbers(points, column).expect("the numeric key was chosen for its numbers");
            values.sort_by(|a, b| a.0.total_cmp(&b.0));
            let name = key_name(&manifest.sweep_keys[column]);
            return Abscissa::Numeric {
                name,
                dimension,
                values,
            };
        }
        match self.category {
            Some(column) => Abscissa::Category {
                name: key_name(&manifest.sweep_keys[column]),
                values: distinct(points, column),
            },
            None => Abscissa::Single,
        }
    }

    /// Where on the x axis a point lies.
    pub(super) fn place(&self, abscissa: &Abscissa, point: &Point) -> Option<usize> {
        match abscissa {
            Abscissa::Numeric { values, .. } => {
                let (number, _) = parse_number(&point.values[self.numeric?])?;
                values.iter().position(|(value, _)| *value == number)
            }
            Abscissa::Category { values, .. } => {
                let value = &point.values[self.category?];
                values.iter().position(|known| known == value)
            }
            Abscissa::Single => Some(0),
        }
    }

    /// Values of the keys that are left over.
    pub(super) fn facet_values(&self, point: &Point) -> Vec<String> {
        let values = self
            .extra
            .iter()
            .map(|column| point.values[*column].clone());
        values.collect()
    }

    /// The facets that have room.
    pub(super) fn chosen_facets(&self, points: &[Point]) -> Vec<Vec<String>> {
        let mut facets: Vec<Vec<String>> = Vec::new();
        for point in points {
            let values = self.facet_values(point);
            if !facets.contains(&values) {
                facets.push(values);
            }
        }
        first_middle_last(&facets)
    }
}

/// Values of a column in the order of their first point.
fn distinct(points: &[Point], column: usize) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for point in points {
        if !values.contains(&point.values[column]) {
            values.push(point.values[column].clone());
        }
    }
    values
}

/// The distinct values of a column as numbers of one dimension; `None` if they are not.
fn numbers(points: &[Point], column: usize) -> Option<(Vec<(f64, String)>, Dimension)> {
    let mut numbers: Vec<(f64, String)> = Vec::new();
    let mut dimension = None;
    for text in distinct(points, column) {
        let (number, of) = parse_number(&text)?;
        if *dimension.get_or_insert(of) != of {
            return None;
        }
        if numbers.iter().all(|(known, _)| *known != number) {
            numbers.push((number, text));
        }
    }
    (numbers.len() > 1).then_some((numbers, dimension?))
}

/// Up to [`FACETS_MAX`] of `all`, evenly spread, the ends included.
pub(super) fn first_middle_last<T: Clone>(all: &[T]) -> Vec<T> {
    if all.len() <= FACETS_MAX {
        return all.to_vec();
    }
    [0, all.len() / 2, all.len() - 1]
        .map(|i| all[i].clone())
        .to_vec()
}
