//! `warm-up.csv`: the series of the pilots that found the warm-up.

use std::path::Path;

use super::table::Table;
use super::{Point, ReadError};

/// The mean sojourn time in an interval of the pilots of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PilotMean {
    /// Since the pilots began \[ns\].
    pub start_ns: f64,
    /// Since the pilots began \[ns\].
    pub end_ns: f64,
    /// Over all tasks and pilots \[ns\].
    pub mean_ns: f64,
    /// Whether the rule leaves it out at this point.
    pub left_out: bool,
}

/// The series of each of `points`; `None` if the table at `path` is not there.
pub(super) fn read(
    path: &Path,
    sweep_keys: &[String],
    points: &[Point],
) -> Result<Option<Vec<Vec<PilotMean>>>, ReadError> {
    if !path.exists() {
        return Ok(None);
    }
    let mut table = Table::open(path)?;
    let sweep = table.columns(sweep_keys)?;
    let mut columns = [0; 3];
    for (column, name) in columns
        .iter_mut()
        .zip(["start_ns", "end_ns", "sojourn_mean_ns"])
    {
        *column = table.column(name)?;
    }
    let left_out = table.column("left_out")?;
    let mut series = vec![Vec::new(); points.len()];
    let mut place = 0;
    while let Some(row) = table.next_row()? {
        let cell = |column: usize| row.get(column).unwrap_or("");
        let values = || sweep.iter().map(|column| cell(*column));
        let is_here = |point: &Point| values().eq(point.values.iter().map(String::as_str));
        while points.get(place).is_some_and(|point| !is_here(point)) {
            place += 1;
        }
        let numbers = [
            table.number(&row, columns[0])?,
            table.number(&row, columns[1])?,
            table.number(&row, columns[2])?,
        ];
        if let ([Some(start_ns), Some(end_ns), Some(mean_ns)], Some(of_point)) =
            (numbers, series.get_mut(place))
        {
            of_point.push(PilotMean {
                start_ns,
                end_ns,
                mean_ns,
                left_out: cell(left_out) == "true",
            });
        }
    }
    Ok(Some(series))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_belongs_to_its_point() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warm-up.csv");
        let keys = ["n".to_owned()];
        let point = |n: &str| Point {
            values: vec![n.to_owned()],
            groups: Vec::new(),
        };
        let points = [point("1"), point("2"), point("3")];
        assert_eq!(read(&path, &keys, &points).unwrap(), None);
        let text = "n,start_ns,end_ns,sojourn_mean_ns,left_out\n1,0,5,7.5,true\n3,5,10,8,false\n";
        std::fs::write(&path, text).unwrap();
        let found = read(&path, &keys, &points).unwrap().unwrap();
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1]);
        assert_eq!(
            found[0][0],
            PilotMean {
                start_ns: 0.0,
                end_ns: 5.0,
                mean_ns: 7.5,
                left_out: true
            }
        );
        assert!(!found[2][0].left_out);
    }
}
