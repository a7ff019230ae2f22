//! The headline's table: for reading, and as CSV.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const COLUMNS: [&str; 6] = [
    "scenario",
    "ns/packet",
    "ratio",
    "goal",
    "peak memory [MiB]",
    "met",
];

const CSV_COLUMNS: [&str; 6] = [
    "scenario",
    "ns_per_packet",
    "ratio",
    "goal",
    "memory_mib",
    "met",
];

/// A row of the table; what was not measured is `None`.
pub struct Row {
    pub scenario: &'static str,
    pub ns_per_packet: Option<f64>,
    /// Cost in floors, or speed-up.
    pub ratio: Option<f64>,
    pub goal: String,
    /// Peak resident memory \[MiB\].
    pub memory_mib: Option<f64>,
    /// Whether the goal is met.
    pub met: Option<bool>,
}

impl Row {
    /// The cells, numbers in `text`.
    fn cells(&self, text: impl Fn(f64, usize) -> String, none: &str) -> [String; 6] {
        let number = |value: Option<f64>, decimals| {
            value.map_or_else(|| none.to_owned(), |value| text(value, decimals))
        };
        let met = match self.met {
            None => none,
            Some(true) => "yes",
            Some(false) => "no",
        };
        [
            self.scenario.to_owned(),
            number(self.ns_per_packet, 1),
            number(self.ratio, 2),
            self.goal.clone(),
            number(self.memory_mib, 1),
            met.to_owned(),
        ]
    }
}

/// The table, with a line under its head.
pub fn table(rows: &[Row]) -> String {
    let mut lines = vec![COLUMNS.map(str::to_owned)];
    lines.extend(
        rows.iter()
            .map(|row| row.cells(|value, decimals| format!("{value:.decimals$}"), "-")),
    );
    let width = |column: usize| lines.iter().map(|cells| cells[column].len()).max();
    let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or(0));
    let mut lines: Vec<String> = lines.iter().map(|cells| aligned(cells, &widths)).collect();
    lines.insert(1, "-".repeat(lines[0].len()));
    lines.join("\n")
}

/// Names to the left, numbers to the right.
fn aligned(cells: &[String; 6], widths: &[usize; 6]) -> String {
    let name = format!("{:1$}", cells[0], widths[0]);
    let others = cells.iter().zip(widths).skip(1);
    others.fold(name, |line, (cell, width)| {
        format!("{line}  {cell:>width$}")
    })
}

/// Writes the table in full precision, beside criterion's reports; returns where.
pub fn write_csv(rows: &[Row]) -> io::Result<PathBuf> {
    let directory = criterion_directory();
    fs::create_dir_all(&directory)?;
    let path = directory.join("headline.csv");
    let mut writer = csv::Writer::from_path(&path)?;
    writer.write_record(CSV_COLUMNS)?;
    for row in rows {
        writer.write_record(row.cells(|value, _| value.to_string(), ""))?;
    }
    writer.flush()?;
    Ok(path)
}

fn criterion_directory() -> PathBuf {
    if let Some(home) = env::var_os("CRITERION_HOME") {
        return home.into();
    }
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    Path::new(&target).join("criterion")
}
