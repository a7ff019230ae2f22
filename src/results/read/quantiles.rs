//! `quantiles.csv`: which quantiles of which points rest on too few packets.

use std::collections::BTreeSet;
use std::path::Path;

use super::table::Table;
use super::{Point, ReadError};
use crate::results::metric::Metric;
use crate::results::quantiles::QUANTILES;

/// The doubtful quantiles of each of `points`: name of the task group and metric. Empty if the table
/// at `path` is not there, as in results of an older version.
pub(super) fn doubtful(
    path: &Path,
    sweep_keys: &[String],
    points: &[Point],
) -> Result<Vec<BTreeSet<(String, Metric)>>, ReadError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut table = Table::open(path)?;
    let sweep = table.columns(sweep_keys)?;
    let task_group = table.column("task_group")?;
    let quantile = table.column("quantile")?;
    let warning = table.column("warning")?;
    let mut doubtful = vec![BTreeSet::new(); points.len()];
    let mut place = 0;
    while let Some(row) = table.next_row()? {
        let cell = |column: usize| row.get(column).unwrap_or("");
        let values = || sweep.iter().map(|column| cell(*column));
        let is_here = |point: &Point| values().eq(point.values.iter().map(String::as_str));
        // Points stand in the order of the summary.
        while points.get(place).is_some_and(|point| !is_here(point)) {
            place += 1;
        }
        let (Some(of_point), false) = (doubtful.get_mut(place), cell(warning).is_empty()) else {
            continue;
        };
        let found = table.number(&row, quantile)?;
        let metric = QUANTILES.iter().find(|(_, q)| Some(*q) == found);
        of_point.extend(metric.map(|(metric, _)| (cell(task_group).to_owned(), *metric)));
    }
    Ok(doubtful)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubtful_quantiles_are_those_with_a_warning() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("quantiles.csv");
        let keys = ["network.mode".to_owned()];
        let point = |mode: &str| Point {
            values: vec![mode.to_owned()],
            groups: Vec::new(),
        };
        let points = [point("bridge"), point("host")];
        assert_eq!(doubtful(&path, &keys, &points).unwrap(), []);
        let text = "network.mode,task_group,quantile,warning\nbridge,a,0.5,\nbridge,a,0.999,few\n\
                    host,a,0.5,\nhost,all,0.99,few\n";
        std::fs::write(&path, text).unwrap();
        let found = doubtful(&path, &keys, &points).unwrap();
        let only = |group: &str, metric| BTreeSet::from([(group.to_owned(), metric)]);
        assert_eq!(found[0], only("a", Metric::SojournP999));
        assert_eq!(found[1], only("all", Metric::SojournP99));
    }
}
