//! A table that is no wider than a terminal, of rows that belong to places.

use std::io::{self, Write};

use super::text::{WIDTH, write_wrapped};

/// Between two columns.
const GAP: usize = 2;

/// A table whose first columns say where a row belongs, the next what it is about, all others numbers.
/// Where that is too wide, the first columns become headings of the rows below them, as few as it takes;
/// where even that is too wide, a long name has a line of its own.
#[derive(Debug)]
pub struct Columns {
    header: Vec<String>,
    /// Columns that may become headings.
    keys: usize,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// A table without rows yet; `keys` are the names of the first columns.
    pub fn new(keys: Vec<String>, others: impl IntoIterator<Item = String>) -> Columns {
        Columns {
            keys: keys.len(),
            header: keys.into_iter().chain(others).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row with a cell for each column.
    pub fn add(&mut self, row: Vec<String>) {
        debug_assert_eq!(row.len(), self.header.len());
        self.rows.push(row);
    }

    /// Writes the table.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut widths: Vec<usize> = self.header.iter().map(|cell| length(cell)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = length(cell).max(*width);
            }
        }
        let total = |from: usize| {
            widths[from..]
                .iter()
                .map(|width| width + GAP)
                .sum::<usize>()
                - GAP
        };
        let first = (0..self.keys).find(|first| total(*first) <= WIDTH);
        let first = first.unwrap_or(self.keys);
        let excess = total(first).saturating_sub(WIDTH);
        let name = widths[self.keys].saturating_sub(excess);
        widths[self.keys] = name.max(length(&self.header[self.keys]));
        self.write_row(&self.header, first, &widths, out)?;
        let mut open: Option<&[String]> = None;
        for row in &self.rows {
            let heading = &row[..first];
            if first > 0 && open != Some(heading) {
                write_wrapped(&self.heading(heading), GAP, out)?;
                open = Some(heading);
            }
            self.write_row(row, first, &widths, out)?;
        }
        Ok(())
    }

    /// The cells of a heading; those that need it with the names of their columns.
    fn heading(&self, cells: &[String]) -> String {
        let named = self.header.iter().zip(cells);
        let parts = named.map(|(name, cell)| match name.as_str() {
            "mode" | "varied" | "type" => cell.clone(),
            _ => format!("{name} {cell}"),
        });
        format!("{}:", parts.collect::<Vec<String>>().join(", "))
    }

    fn write_row(
        &self,
        row: &[String],
        first: usize,
        widths: &[usize],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate().skip(first) {
            let fill = " ".repeat(width.saturating_sub(length(cell)));
            if column == self.keys && length(cell) > *width {
                writeln!(out, "{line}{cell}")?;
                line = " ".repeat(length(&line) + width + GAP);
                continue;
            }
            match column <= self.keys {
                true => line += &format!("{cell}{fill}"),
                false => line += &format!("{fill}{cell}"),
            }
            line += &" ".repeat(GAP);
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// Columns that a text takes.
fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(mode: &str, rate: &str, task: &str, number: &str) -> String {
        let text = |cells: [&str; 4]| cells.map(str::to_owned);
        let [a, b, c, d] = text(["mode", "rate", "tasks", "p99 µs"]);
        let mut columns = Columns::new(vec![a, b], [c, d]);
        columns.add(text([mode, rate, task, number]).into());
        columns.add(text([mode, "2", "b", "20"]).into());
        let mut out = Vec::new();
        columns.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_fits_is_a_table() {
        let expected = "mode    rate  tasks  p99 µs\nbridge  1     a          10\n\
                        bridge  2     b          20\n";
        assert_eq!(table("bridge", "1", "a", "10"), expected);
    }

    #[test]
    fn leading_columns_become_headings_and_no_more_than_needed() {
        let mode = "m".repeat(70);
        let told = table(&mode, "1", "a", "10");
        let expected =
            format!("rate  tasks  p99 µs\n{mode}:\n1     a          10\n2     b          20\n");
        assert_eq!(told, expected);
        let rate = "r".repeat(70);
        let told = table("bridge", &rate, "a", "10");
        let expected = format!(
            "tasks  p99 µs\nbridge, rate\n  {rate}:\na          10\nbridge, rate 2:\n\
             b          20\n"
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn a_long_name_has_a_line_of_its_own() {
        let task = "t".repeat(75);
        let told = table("m", "1", &task, "10");
        let gap = " ".repeat(80 - 6);
        let expected = format!(
            "{:<72}  p99 µs\nm, rate 1:\n{task}\n{gap}    10\nm, rate 2:\nb{:73}    20\n",
            "tasks", ""
        );
        assert_eq!(told, expected);
    }
}
