//! `replications.csv`: a row per sweep point, replication and task group.

use std::collections::BTreeMap;
use std::path::Path;

use super::ReadError;
use super::table::Table;
use crate::results::metric::Metric;

/// Every metric of one task group at one sweep point, replication by replication.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupReplications {
    /// Name of the group; [`super::ALL_TASKS`] for all tasks together.
    pub task_group: String,
    /// By number of the replication, then by position in [`Metric::ALL`].
    values: BTreeMap<u64, Measured>,
}

/// A row of the table: every metric of one task group in one replication, by position in
/// [`Metric::ALL`].
pub type Measured = [Option<f64>; Metric::ALL.len()];

impl GroupReplications {
    /// Replications that were measured elsewhere, by their numbers.
    pub fn new(task_group: String, values: impl IntoIterator<Item = (u64, Measured)>) -> Self {
        GroupReplications {
            task_group,
            values: values.into_iter().collect(),
        }
    }

    /// Adds what a task group measured in replication number `replication` to its place in `groups`.
    pub fn add(groups: &mut Vec<Self>, task_group: &str, replication: u32, measured: &Measured) {
        let values = [(u64::from(replication), *measured)];
        match groups
            .iter_mut()
            .find(|group| group.task_group == task_group)
        {
            Some(group) => group.values.extend(values),
            None => groups.push(GroupReplications::new(task_group.to_owned(), values)),
        }
    }

    /// The value of `metric` in each replication that defines it, in their order.
    pub fn of(&self, metric: Metric) -> impl Iterator<Item = (u64, f64)> {
        let values = self.values.iter();
        values.filter_map(move |(number, metrics)| Some((*number, metrics[metric as usize]?)))
    }

    /// The values of `metric` here and in `other`, of each replication that both define: they share
    /// their random streams if they share the seed.
    pub fn pairs(&self, other: &GroupReplications, metric: Metric) -> Vec<(f64, f64)> {
        let there: BTreeMap<u64, f64> = other.of(metric).collect();
        self.of(metric)
            .filter_map(|(number, here)| Some((here, *there.get(&number)?)))
            .collect()
    }

    /// Numbers of the replications that were measured.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.values.keys().copied()
    }
}

/// Values of the swept keys, and what each task group measured there.
pub(in crate::results) type PointReplications = (Vec<String>, Vec<GroupReplications>);

/// Reads the table at `path`: for each sweep point in the order of the file, its task groups, all
/// tasks last. Rows of one point stand together; a point of which every trial failed has none.
pub(in crate::results) fn read(
    path: &Path,
    sweep_keys: &[String],
) -> Result<Vec<PointReplications>, ReadError> {
    let mut table = Table::open(path)?;
    let sweep = table.columns(sweep_keys)?;
    let replication = table.column("replication")?;
    let task_group = table.column("task_group")?;
    let mut columns = Vec::with_capacity(Metric::ALL.len());
    for metric in Metric::ALL {
        columns.push(table.column(metric.column())?);
    }
    let mut points: Vec<PointReplications> = Vec::new();
    while let Some(row) = table.next_row()? {
        let cell = |column: &usize| row.get(*column).unwrap_or("").to_owned();
        let values: Vec<String> = sweep.iter().map(cell).collect();
        if points.last().is_none_or(|(open, _)| *open != values) {
            points.push((values, Vec::new()));
        }
        let number = table.whole(&row, replication)?;
        let mut metrics = [None; Metric::ALL.len()];
        for (metric, column) in metrics.iter_mut().zip(&columns) {
            *metric = table.number(&row, *column)?;
        }
        let name = cell(&task_group);
        let (_, groups) = points
            .last_mut()
            .expect("a point was opened for the first row");
        match groups.iter_mut().find(|group| group.task_group == name) {
            Some(group) => {
                group.values.insert(number, metrics);
            }
            None => groups.push(GroupReplications::new(name, [(number, metrics)])),
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&str]) -> (tempfile::TempDir, std::path::PathBuf) {
        let mut text = String::from("network.mode,replication,task_group");
        for metric in Metric::ALL {
            text += &format!(",{}", metric.column());
        }
        for row in rows {
            text += &format!("\n{row},,,,,,,,");
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("replications.csv");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn pairs_are_formed_by_replication() {
        let (_dir, path) = written(&[
            "bridge,0,a,1,0.5",
            "bridge,0,all,9,",
            "bridge,1,a,2,",
            "awsvpc,1,a,20,0",
            "awsvpc,2,a,30,0",
        ]);
        let points = read(&path, &["network.mode".to_owned()]).unwrap();
        assert_eq!(points.len(), 2);
        assert_eq!(points[0].1.len(), 2);
        let (bridge, awsvpc) = (&points[0].1[0], &points[1].1[0]);
        assert_eq!(
            bridge.of(Metric::Throughput).collect::<Vec<_>>(),
            [(0, 1.0), (1, 2.0)]
        );
        assert_eq!(bridge.of(Metric::LossRatio).collect::<Vec<_>>(), [(0, 0.5)]);
        assert_eq!(bridge.pairs(awsvpc, Metric::Throughput), [(2.0, 20.0)]);
        assert_eq!(awsvpc.numbers().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_replication_is_a_whole_number() {
        let (_dir, path) = written(&["bridge,first,a,1,0"]);
        let error = read(&path, &["network.mode".to_owned()]).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("replications.csv") && text.contains("first"),
            "{text}"
        );
    }
}
