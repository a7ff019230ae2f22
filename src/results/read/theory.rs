//! `theory.csv` and `histograms/theory-quantiles.csv`: what theory says of the sweep points.

use std::collections::BTreeMap;
use std::path::Path;

use super::table::Table;
use super::{Point, ReadError};
use crate::results::metric::Metric;
use crate::results::table::{THEORY, THEORY_QUANTILES};

/// What theory says, per sweep point; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theory {
    points: Vec<Vec<GroupTheory>>,
}

/// What theory says of a task group at a sweep point.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupTheory {
    /// Name of the group; [`super::ALL_TASKS`] for all tasks together.
    pub task_group: String,
    /// The queueing model, such as `M/D/1`.
    pub model: String,
    /// By position in [`Metric::ALL`].
    metrics: [Option<f64>; Metric::ALL.len()],
    /// Share of packets beyond, falling, and sojourn time \[ns\].
    pub quantiles: Vec<(f64, f64)>,
}

impl GroupTheory {
    /// The predicted value of `metric`, where theory knows it.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.metrics[metric as usize]
    }
}

impl Theory {
    /// What is said of `task_group` at sweep point number `point`.
    pub fn of(&self, point: usize, task_group: &str) -> Option<&GroupTheory> {
        let groups = self.points.get(point)?;
        groups.iter().find(|group| group.task_group == task_group)
    }
}

/// Reads what `dir` holds of both files: quantiles may be missing, as they are where results were
/// committed without histograms.
pub(super) fn read(
    dir: &Path,
    sweep_keys: &[String],
    points: &[Point],
) -> Result<Theory, ReadError> {
    let open = |name: &str| match Table::open(&dir.join(name)) {
        Err(ReadError::Missing { .. }) => Ok(None),
        table => table.map(Some),
    };
    let mut theory = Theory {
        points: vec![Vec::new(); points.len()],
    };
    let of_values = points.iter().enumerate();
    let of_values = of_values.map(|(at, point)| (&*point.values, at)).collect();
    if let Some(table) = open(THEORY)? {
        read_predictions(table, sweep_keys, &of_values, &mut theory)?;
    }
    if let Some(table) = open(THEORY_QUANTILES)? {
        read_quantiles(table, sweep_keys, &of_values, &mut theory)?;
    }
    Ok(theory)
}

/// Where the point with these values of the swept keys stands.
type Positions<'a> = BTreeMap<&'a [String], usize>;

fn read_predictions(
    mut table: Table,
    sweep_keys: &[String],
    of_values: &Positions<'_>,
    theory: &mut Theory,
) -> Result<(), ReadError> {
    let sweep = table.columns(sweep_keys)?;
    let (task_group, model) = (table.column("task_group")?, table.column("model")?);
    // Some metrics are never predicted.
    let columns = Metric::ALL.map(|metric| table.optional_column(metric.column()));
    while let Some(row) = table.next_row()? {
        let cell = |column: usize| row.get(column).unwrap_or("").to_owned();
        let values: Vec<String> = sweep.iter().map(|column| cell(*column)).collect();
        let Some(point) = of_values.get(&*values) else {
            continue;
        };
        let mut metrics = [None; Metric::ALL.len()];
        for (metric, column) in metrics.iter_mut().zip(columns) {
            *metric = match column {
                Some(column) => table.number(&row, column)?,
                None => None,
            };
        }
        theory.points[*point].push(GroupTheory {
            task_group: cell(task_group),
            model: cell(model),
            metrics,
            quantiles: Vec::new(),
        });
    }
    Ok(())
}

fn read_quantiles(
    mut table: Table,
    sweep_keys: &[String],
    of_values: &Positions<'_>,
    theory: &mut Theory,
) -> Result<(), ReadError> {
    let sweep = table.columns(sweep_keys)?;
    let task_group = table.column("task_group")?;
    let (beyond, sojourn) = (table.column("beyond")?, table.column("sojourn_ns")?);
    while let Some(row) = table.next_row()? {
        let cell = |column: usize| row.get(column).unwrap_or("");
        let values: Vec<String> = sweep.iter().map(|c| cell(*c).to_owned()).collect();
        let numbers = (table.number(&row, beyond)?, table.number(&row, sojourn)?);
        let (Some(point), (Some(beyond), Some(sojourn_ns))) = (of_values.get(&*values), numbers)
        else {
            continue;
        };
        let mut groups = theory.points[*point].iter_mut();
        if let Some(group) = groups.find(|group| group.task_group == cell(task_group)) {
            group.quantiles.push((beyond, sojourn_ns));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn points(values: &[&str]) -> Vec<Point> {
        let point = |value: &&str| Point {
            values: vec![(*value).to_owned()],
            groups: Vec::new(),
        };
        values.iter().map(point).collect()
    }

    #[test]
    fn predictions_stand_with_their_points_and_silence_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("histograms")).unwrap();
        let keys = ["network.mode".to_owned()];
        let points = points(&["bridge", "awsvpc"]);
        assert_eq!(read(dir.path(), &keys, &points).unwrap().of(0, "a"), None);
        fs::write(
            dir.path().join(THEORY),
            "network.mode,task_group,model,sojourn_mean_ns,sojourn_p99_ns\n\
             awsvpc,a,M/D/1,30000,\nawsvpc,all,M/D/1,30000,90000\nother,a,M/D/1,1,1\n",
        )
        .unwrap();
        fs::write(
            dir.path().join(THEORY_QUANTILES),
            "network.mode,task_group,beyond,sojourn_ns\nawsvpc,all,1,10000\nawsvpc,all,0.1,60000\n",
        )
        .unwrap();
        let theory = read(dir.path(), &keys, &points).unwrap();
        assert_eq!(theory.of(0, "a"), None);
        let group = theory.of(1, "a").unwrap();
        assert_eq!(group.get(Metric::SojournMean), Some(30_000.0));
        assert_eq!(group.get(Metric::SojournP99), None);
        assert_eq!(group.get(Metric::JainIndex), None);
        let all = theory.of(1, "all").unwrap();
        assert_eq!(all.quantiles, [(1.0, 10_000.0), (0.1, 60_000.0)]);
    }

    #[test]
    fn a_broken_table_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(THEORY), "task_group\na\n").unwrap();
        let error = read(dir.path(), &[], &[]).unwrap_err().to_string();
        assert!(
            error.contains("theory.csv has no column `model`"),
            "{error}"
        );
    }
}
