//! Tables, cell by cell: the first cell that differs says more than the first byte.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::difference::{Difference, FINGERPRINT};
use crate::results::FileError;

/// Columns that name a row beside the swept keys, where a table has them.
const NAMES: &[&str] = &["replication", "task_group", "task", "assertion"];

/// A CSV file in memory.
struct Cells {
    header: Vec<String>,
    /// With their lines.
    rows: Vec<(u64, Vec<String>)>,
    /// Where it stops being a table, and why.
    broken: Option<(u64, String)>,
}

impl Cells {
    fn read(path: &Path) -> Result<Cells, FileError> {
        let bytes = fs::read(path).map_err(FileError::on("read", path))?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(&bytes[..]);
        let mut cells = Cells {
            header: Vec::new(),
            rows: Vec::new(),
            broken: None,
        };
        for (number, record) in reader.records().enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error
                        .position()
                        .map_or(number as u64 + 1, csv::Position::line);
                    cells.broken = Some((line, error.to_string()));
                    break;
                }
            };
            let row: Vec<String> = record.iter().map(str::to_owned).collect();
            match number {
                0 => cells.header = row,
                _ => {
                    let line = record.position().map_or(0, csv::Position::line);
                    cells.rows.push((line, row));
                }
            }
        }
        Ok(cells)
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }
}

/// Compares rows of the table `file` in `dir` with all rows of the same table in `again`: with
/// `sample`, those of the same sweep values and replications; else all of them.
///
/// # Errors
/// If a file cannot be read.
pub fn compare_rows(
    file: &str,
    dir: &Path,
    again: &Path,
    sweep_keys: &[String],
    sample: bool,
) -> Result<Vec<Difference>, FileError> {
    if !dir.join(file).exists() {
        let missing = Difference::of_file(file, "the file", None, Some("a table".to_owned()));
        return Ok(vec![missing]);
    }
    let mut found = Cells::read(&dir.join(file))?;
    let again = Cells::read(&again.join(file))?;
    if found.header != again.header {
        let columns = found.header.len().max(again.header.len());
        let differs = (0..columns).find(|at| found.header.get(*at) != again.header.get(*at));
        let at = differs.unwrap_or(0);
        let mut difference = Difference::of_file(
            file,
            &format!("column {}", at + 1),
            found.header.get(at).cloned(),
            again.header.get(at).cloned(),
        );
        difference.line = Some(1);
        return Ok(vec![difference]);
    }
    let trial: Vec<usize> = sweep_keys
        .iter()
        .map(String::as_str)
        .chain(["replication"])
        .filter_map(|name| again.column(name))
        .collect();
    if sample {
        let of_trial = |row: &[String]| -> Vec<String> {
            trial.iter().map(|column| row[*column].clone()).collect()
        };
        let wanted: BTreeSet<Vec<String>> =
            again.rows.iter().map(|(_, row)| of_trial(row)).collect();
        found
            .rows
            .retain(|(_, row)| wanted.contains(&of_trial(row)));
    }
    let named: Vec<usize> = sweep_keys
        .iter()
        .map(String::as_str)
        .chain(NAMES.iter().copied())
        .filter_map(|name| again.column(name))
        .collect();
    Ok(Rows {
        file,
        named,
        found,
        again,
    }
    .differences())
}

/// Two tables with the same columns.
struct Rows<'a> {
    file: &'a str,
    /// Columns that name a row.
    named: Vec<usize>,
    found: Cells,
    again: Cells,
}

impl Rows<'_> {
    fn name(&self, row: &[String]) -> Vec<(String, String)> {
        let cell = |column: &usize| (self.again.header[*column].clone(), row[*column].clone());
        self.named.iter().map(cell).collect()
    }

    /// All differences of cells, up to the first row that only one of them has.
    fn differences(&self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for at in 0..self.found.rows.len().max(self.again.rows.len()) {
            match (self.found.rows.get(at), self.again.rows.get(at)) {
                (Some((line, found)), Some((_, again))) => {
                    let name = self.name(again);
                    if self.name(found) != name {
                        let later = self.again.rows[at..].iter();
                        let is_later = later
                            .skip(1)
                            .any(|(_, row)| self.name(row) == self.name(found));
                        let (found, again) = match is_later {
                            true => (None, Some(again)),
                            false => (Some(found), None),
                        };
                        differences.push(self.lone_row(Some(*line), found, again));
                        return differences;
                    }
                    differences.extend(self.cells(*line, found, again));
                }
                (found, again) => {
                    let line = found.map(|(line, _)| *line);
                    let (found, again) = (found.map(|(_, row)| row), again.map(|(_, row)| row));
                    differences.push(self.lone_row(line, found, again));
                    return differences;
                }
            }
        }
        if let Some((line, reason)) = &self.found.broken {
            let mut broken = Difference::of_file(
                self.file,
                "the file is no table from here on",
                Some(reason.clone()),
                None,
            );
            broken.line = Some(*line);
            differences.push(broken);
        }
        differences
    }

    /// A row that only one of the tables has.
    fn lone_row(
        &self,
        line: Option<u64>,
        found: Option<&Vec<String>>,
        again: Option<&Vec<String>>,
    ) -> Difference {
        let row = found.or(again).map_or_else(Vec::new, |row| self.name(row));
        // A table that ends in the middle of a row says so.
        let broken = self.found.broken.as_ref().filter(|_| found.is_none());
        let text = |row: &Vec<String>| row.join(",");
        let mut difference = Difference::of_file(
            self.file,
            "the row",
            broken.map_or_else(|| found.map(text), |(_, reason)| Some(reason.clone())),
            again.map(text),
        );
        difference.line = broken.map(|(line, _)| *line).or(line);
        difference.row = row;
        difference
    }

    /// The first cell that differs in rows of the same name.
    fn cells(&self, line: u64, found: &[String], again: &[String]) -> Option<Difference> {
        let differs = |at: &usize| found[*at] != again[*at];
        let columns: Vec<usize> = (0..again.len()).filter(differs).collect();
        // The fingerprint differs whenever anything does; what else differs says more.
        let telling = columns
            .iter()
            .find(|at| self.again.header[**at] != FINGERPRINT);
        let at = *telling.or(columns.first())?;
        Some(Difference {
            file: self.file.to_owned(),
            line: Some(line),
            row: self.name(again),
            what: self.again.header[at].clone(),
            found: Some(found[at].clone()),
            again: Some(again[at].clone()),
            only_fingerprint: telling.is_none(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "network.mode,replication,events,fingerprint\n\
        bridge,0,10,aa\nbridge,1,11,bb\nawsvpc,0,12,cc\nawsvpc,1,13,dd\n";

    /// The differences of `found` to what was made again, of which `sample` is a part.
    fn differences(found: &str, again: &str, sample: bool) -> Vec<Difference> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [("found", found), ("again", again)] {
            fs::create_dir(dir.path().join(name)).unwrap();
            fs::write(dir.path().join(name).join("t.csv"), text).unwrap();
        }
        let keys = ["network.mode".to_owned()];
        let [found, again] = ["found", "again"].map(|name| dir.path().join(name));
        compare_rows("t.csv", &found, &again, &keys, sample).unwrap()
    }

    #[test]
    fn equal_tables_have_no_difference() {
        assert_eq!(differences(TABLE, TABLE, false), []);
        let part = "network.mode,replication,events,fingerprint\nbridge,1,11,bb\n";
        assert_eq!(differences(TABLE, part, true), []);
        assert_eq!(differences(TABLE, part, false).len(), 1);
    }

    #[test]
    fn a_cell_is_named_with_its_row_and_both_values() {
        let found = TABLE.replace("12,cc", "99,ee");
        let [difference] = &differences(&found, TABLE, false)[..] else {
            panic!("one row differs");
        };
        let text = difference.to_string();
        assert!(
            text.starts_with("t.csv:4, network.mode = awsvpc, replication = 0: events\n"),
            "{text}"
        );
        assert!(text.contains("`99`") && text.contains("`12`"), "{text}");
        assert!(!difference.only_fingerprint);
        let hidden = &differences(&TABLE.replace("cc", "ee"), TABLE, false)[0];
        assert!(hidden.only_fingerprint);
        assert!(hidden.to_string().contains("averages hide it"));
    }

    #[test]
    fn rows_that_are_missing_too_many_or_cut_are_told_apart() {
        let missing = &differences(&TABLE.replace("bridge,1,11,bb\n", ""), TABLE, false)[0];
        assert_eq!((&*missing.what, &missing.found), ("the row", &None));
        assert_eq!(missing.row[1].1, "1");
        let extra = TABLE.replace("bridge,1,", "bridge,7,1,x\nbridge,1,");
        let extra = &differences(&extra, TABLE, false)[0];
        assert_eq!((&extra.again, extra.line), (&None, Some(3)));
        let cut = &differences(&TABLE[..TABLE.len() - 6], TABLE, false)[0];
        assert_eq!(cut.line, Some(5));
        assert!(cut.found.as_ref().unwrap().contains("fields"), "{cut}");
        let column = &differences(&TABLE.replace(",fingerprint", ",print"), TABLE, false)[0];
        assert_eq!((&*column.what, column.line), ("column 4", Some(1)));
    }
}
