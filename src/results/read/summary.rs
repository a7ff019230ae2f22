//! `summary.csv`: a row per sweep point and task group.

use std::path::Path;

use super::ReadError;
use super::table::Table;
use crate::results::metric::{Estimate, GroupSummary, Metric};

/// A sweep point: its values of the swept keys, and what each task group measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// One value per swept key, as written in the experiment file.
    pub values: Vec<String>,
    /// In file order, all tasks last.
    pub groups: Vec<GroupSummary>,
}

impl Point {
    /// The value of `metric` in `task_group`, if it is defined here.
    pub fn get(&self, task_group: &str, metric: Metric) -> Option<Estimate> {
        let group = self.groups.iter().find(|g| g.task_group == task_group)?;
        group.get(metric)
    }

    /// Sets the ends of the interval of `metric` in `task_group`, if it is defined here.
    pub(super) fn bound(&mut self, task_group: &str, metric: Metric, ends: Option<(f64, f64)>) {
        let group = self.groups.iter_mut().find(|g| g.task_group == task_group);
        let estimate = group.and_then(|group| group.estimates[metric as usize].as_mut());
        if let Some(estimate) = estimate {
            estimate.interval = ends;
        }
    }
}

/// Reads the summary at `path`. Rows of one point stand together.
pub(super) fn read(path: &Path, sweep_keys: &[String]) -> Result<Vec<Point>, ReadError> {
    let mut table = Table::open(path)?;
    let sweep = table.columns(sweep_keys)?;
    let task_group = table.column("task_group")?;
    let replications = table.column("replications")?;
    let mut metrics = Vec::with_capacity(Metric::ALL.len());
    for metric in Metric::ALL {
        let half_width = format!("{}_ci", metric.column());
        metrics.push((table.column(metric.column())?, table.column(&half_width)?));
    }
    let mut points: Vec<Point> = Vec::new();
    while let Some(row) = table.next_row()? {
        let cell = |column: &usize| row.get(*column).unwrap_or("").to_owned();
        let values: Vec<String> = sweep.iter().map(cell).collect();
        let mut estimates = [None; Metric::ALL.len()];
        for (estimate, (value, half_width)) in estimates.iter_mut().zip(&metrics) {
            let half_width = table.number(&row, *half_width)?;
            *estimate = table
                .number(&row, *value)?
                .map(|value| Estimate::symmetric(value, half_width));
        }
        let group = GroupSummary {
            task_group: cell(&task_group),
            replications: cell(&replications).parse().unwrap_or(0),
            estimates,
        };
        // A group that was already seen means a new point even if the values repeat, as they do
        // in an experiment that sweeps nothing but has two rows of the same name by mistake.
        let open = points.last_mut().filter(|point| {
            let seen = |g: &GroupSummary| g.task_group == group.task_group;
            point.values == values && !point.groups.iter().any(seen)
        });
        match open {
            Some(point) => point.groups.push(group),
            None => points.push(Point {
                values,
                groups: vec![group],
            }),
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_point_are_joined_and_empty_cells_are_undefined() {
        let mut text = String::from("network.mode,task_group,replications");
        for metric in Metric::ALL {
            text += &format!(",{0},{0}_ci", metric.column());
        }
        for (mode, group, p50) in [
            ("bridge", "a", "5,"),
            ("bridge", "all", "6,1"),
            ("none", "a", ","),
        ] {
            text += &format!("\n{mode},{group},2,,,,,,,{p50},,,,,,,,,,,,");
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary.csv");
        std::fs::write(&path, text).unwrap();
        let points = read(&path, &["network.mode".to_owned()]).unwrap();
        assert_eq!(points.len(), 2);
        let estimate = |value, half_width| Some(Estimate::symmetric(value, half_width));
        assert_eq!(points[0].get("a", Metric::SojournP50), estimate(5.0, None));
        assert_eq!(
            points[0].get("all", Metric::SojournP50),
            estimate(6.0, Some(1.0))
        );
        assert_eq!(points[1].get("a", Metric::SojournP50), None);
        let missing = read(&path, &["task.x.count".to_owned()]).unwrap_err();
        assert!(missing.to_string().contains("no column `task.x.count`"));
    }
}
