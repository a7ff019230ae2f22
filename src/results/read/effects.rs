//! `effects.csv` and `interference.csv`: what the same packets met in two ways.

use std::path::Path;

use super::table::Table;
use super::{Metric, Ratio, ReadError};

/// How a metric of a task group differs where its packets went another way.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Values of the swept keys that both have in common.
    pub values: Vec<String>,
    /// The labels in the order of their columns.
    pub labels: Vec<String>,
    /// The task group.
    pub task_group: String,
    /// Column of the metric in other tables.
    pub metric: Metric,
    /// The second value by the first, if all of them are above zero.
    pub ratio: Option<Ratio>,
    /// How many times the replications would be needed without common random numbers.
    pub variance_reduction: Option<f64>,
}

/// Reads the table at `path`, whose first columns are `keys` and `labels`; `None` if there is none.
pub(super) fn read(
    path: &Path,
    keys: &[String],
    labels: &[&str],
) -> Result<Option<Vec<Effect>>, ReadError> {
    let mut table = match Table::open(path) {
        Err(ReadError::Missing { .. }) => return Ok(None),
        table => table?,
    };
    let keys = table.columns(keys)?;
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    let labels = table.columns(&labels)?;
    let task_group = table.column("task_group")?;
    let metric = table.column("metric")?;
    let numbers = ["ratio", "ratio_low", "ratio_high", "variance_reduction"];
    let numbers = table.columns(&numbers.map(str::to_owned))?;
    let mut effects = Vec::new();
    while let Some(row) = table.next_row()? {
        let cell = |column: &usize| row.get(*column).unwrap_or("").to_owned();
        let name = cell(&metric);
        // One that a later version measures is of no use here.
        let Some(metric) = Metric::ALL
            .into_iter()
            .find(|metric| metric.column() == name)
        else {
            continue;
        };
        let mut found = [None; 4];
        for (number, column) in found.iter_mut().zip(&numbers) {
            *number = table.number(&row, *column)?;
        }
        let [ratio, low, high, variance_reduction] = found;
        effects.push(Effect {
            values: keys.iter().map(cell).collect(),
            labels: labels.iter().map(cell).collect(),
            task_group: cell(&task_group),
            metric,
            ratio: ratio.map(|value| Ratio {
                value,
                interval: low.zip(high),
            }),
            variance_reduction,
        });
    }
    Ok(Some(effects))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_their_columns() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("effects.csv");
        let keys = ["a".to_owned()];
        assert_eq!(read(&path, &keys, &["other"]).unwrap(), None);
        let text = "a,other,task_group,metric,ratio,ratio_low,ratio_high,variance_reduction\n\
            1,host,x,sojourn_p99_ns,2,1,4,3.5\n1,host,x,loss_ratio,,,,\n1,host,x,new,1,1,1,1\n";
        std::fs::write(&path, text).unwrap();
        let effects = read(&path, &keys, &["other"]).unwrap().unwrap();
        assert_eq!(effects.len(), 2);
        assert_eq!(
            (&*effects[0].values, &*effects[0].labels),
            (&["1".to_owned()][..], &["host".to_owned()][..])
        );
        assert_eq!(effects[0].metric, Metric::SojournP99);
        let ratio = effects[0].ratio.unwrap();
        assert_eq!((ratio.value, ratio.interval), (2.0, Some((1.0, 4.0))));
        assert_eq!(effects[0].variance_reduction, Some(3.5));
        assert_eq!(
            (effects[1].ratio, effects[1].variance_reduction),
            (None, None)
        );
        let error = read(&path, &keys, &["base"]).unwrap_err().to_string();
        assert!(error.contains("no column `base`"), "{error}");
    }
}
