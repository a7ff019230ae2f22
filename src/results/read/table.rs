//! A CSV table whose columns are found by name, so that columns may be added later.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::ReadError;

/// A CSV file, open, its header read.
pub(super) struct Table {
    path: PathBuf,
    header: StringRecord,
    reader: csv::Reader<File>,
}

impl Table {
    /// Opens the table at `path`.
    pub(super) fn open(path: &Path) -> Result<Table, ReadError> {
        let file = File::open(path).map_err(|e| ReadError::of_io(path, e))?;
        let mut reader = csv::Reader::from_reader(file);
        let header = reader.headers().cloned();
        let header = header.map_err(|source| ReadError::Csv {
            path: path.to_owned(),
            source,
        })?;
        Ok(Table {
            path: path.to_owned(),
            header,
            reader,
        })
    }

    /// Where the column `name` stands.
    pub(super) fn column(&self, name: &str) -> Result<usize, ReadError> {
        self.optional_column(name).ok_or_else(|| ReadError::Column {
            path: self.path.clone(),
            column: name.to_owned(),
        })
    }

    /// Where the column `name` stands, if the table has it.
    pub(super) fn optional_column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }

    /// The columns of `names`, all of which must be there.
    pub(super) fn columns(&self, names: &[String]) -> Result<Vec<usize>, ReadError> {
        names.iter().map(|name| self.column(name)).collect()
    }

    /// The next row, or `None` after the last.
    pub(super) fn next_row(&mut self) -> Result<Option<StringRecord>, ReadError> {
        let mut row = StringRecord::new();
        match self.reader.read_record(&mut row) {
            Ok(true) => Ok(Some(row)),
            Ok(false) => Ok(None),
            Err(source) => Err(ReadError::Csv {
                path: self.path.clone(),
                source,
            }),
        }
    }

    /// The number in a cell; `None` if it is empty, which means not defined.
    pub(super) fn number(
        &self,
        row: &StringRecord,
        column: usize,
    ) -> Result<Option<f64>, ReadError> {
        let cell = row.get(column).unwrap_or("");
        if cell.is_empty() {
            return Ok(None);
        }
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.no_number(row, column)),
        }
    }

    /// The whole number in a cell, which must hold one.
    pub(super) fn whole(&self, row: &StringRecord, column: usize) -> Result<u64, ReadError> {
        let cell = row.get(column).unwrap_or("");
        cell.parse().map_err(|_| self.no_number(row, column))
    }

    fn no_number(&self, row: &StringRecord, column: usize) -> ReadError {
        ReadError::Number {
            path: self.path.clone(),
            line: row.position().map_or(0, csv::Position::line),
            column: self.header.get(column).unwrap_or("").to_owned(),
            value: row.get(column).unwrap_or("").to_owned(),
        }
    }
}
