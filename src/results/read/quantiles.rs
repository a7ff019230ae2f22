//! `quantiles.csv`: the ends of the intervals of quantiles, and which of them are in doubt.

use std::collections::BTreeSet;
use std::path::Path;

use super::table::Table;
use super::{Point, ReadError};
use crate::results::metric::Metric;
use crate::results::quantiles::QUANTILES;

/// Gives the quantiles of `points` the ends of their intervals, and returns those of each point that
/// are in doubt: name of the task group and metric. Empty if the table at `path` is not there, as in
/// results of an older version.
pub(super) fn read(
    path: &Path,
    sweep_keys: &[String],
    points: &mut [Point],
) -> Result<Vec<BTreeSet<(String, Metric)>>, ReadError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut table = Table::open(path)?;
    let sweep = table.columns(sweep_keys)?;
    let task_group = table.column("task_group")?;
    let quantile = table.column("quantile")?;
    let low = table.column("replications_low_ns")?;
    let high = table.column("replications_high_ns")?;
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
        let found = table.number(&row, quantile)?;
        let metric = QUANTILES.iter().find(|(_, q)| Some(*q) == found);
        let (Some(point), Some((metric, _))) = (points.get_mut(place), metric) else {
            continue;
        };
        let ends = table.number(&row, low)?.zip(table.number(&row, high)?);
        point.bound(cell(task_group), *metric, ends);
        if !cell(warning).is_empty() {
            doubtful[place].insert((cell(task_group).to_owned(), *metric));
        }
    }
    Ok(doubtful)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::metric::{Estimate, GroupSummary};

    /// With a median of 5 ± 1.5 in the group `a`.
    fn point(mode: &str) -> Point {
        let mut estimates = [None; Metric::ALL.len()];
        estimates[Metric::SojournP50 as usize] = Some(Estimate::symmetric(5.0, Some(1.5)));
        Point {
            values: vec![mode.to_owned()],
            groups: vec![GroupSummary {
                task_group: "a".to_owned(),
                replications: 2,
                estimates,
            }],
        }
    }

    #[test]
    fn doubtful_quantiles_are_those_with_a_warning() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("quantiles.csv");
        let keys = ["network.mode".to_owned()];
        let mut points = [point("bridge"), point("host")];
        assert_eq!(read(&path, &keys, &mut points).unwrap(), []);
        let text = "network.mode,task_group,quantile,replications_low_ns,replications_high_ns,\
                    warning\nbridge,a,0.5,4,7,\nbridge,a,0.999,,,few\n\
                    host,a,0.5,,,\nhost,all,0.99,,,few\n";
        std::fs::write(&path, text).unwrap();
        let found = read(&path, &keys, &mut points).unwrap();
        let only = |group: &str, metric| BTreeSet::from([(group.to_owned(), metric)]);
        assert_eq!(found[0], only("a", Metric::SojournP999));
        assert_eq!(found[1], only("all", Metric::SojournP99));
        let interval = |point: &Point| point.get("a", Metric::SojournP50).unwrap().interval;
        assert_eq!(points.each_ref().map(interval), [Some((4.0, 7.0)), None]);
    }
}
