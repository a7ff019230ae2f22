//! A comparison for the terminal, at most 80 columns wide: what changed first.

use std::io::{self, Write};

use super::super::text::write_wrapped;
use super::place::Places;
use super::{Report, words};
use crate::compare::{Row, Verdict};

/// Headings of the columns.
const HEADINGS: [&str; 6] = ["metric", "base", "new", "change", "interval", ""];

/// Writes how many tests have which verdict, then the tests of each verdict, by place.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_wrapped(&report.counts(), 0, out)?;
    writeln!(out)?;
    let [base, new] = report.sides();
    write_wrapped(&format!("base  {base}"), 6, out)?;
    write_wrapped(&format!("new   {new}"), 6, out)?;
    for line in report.keys.lines() {
        write_wrapped(&line, 4, out)?;
    }
    for line in report.method() {
        write_wrapped(&line, 0, out)?;
    }
    let shown: Vec<(&Row, [String; 6])> = report.shown().map(|row| (row, cells(row))).collect();
    let mut widths = HEADINGS.map(|heading| heading.chars().count());
    for (_, cells) in &shown {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.chars().count().max(*width);
        }
    }
    let places = Places::of(report);
    for verdict in Verdict::ALL {
        let rows = shown.iter().filter(|(row, _)| row.verdict == verdict);
        let mut open = None;
        for (row, cells) in rows {
            if open.is_none() {
                writeln!(
                    out,
                    "\n{}: {}",
                    verdict.name(),
                    report.comparison.count(verdict)
                )?;
                write_row(&HEADINGS.map(str::to_owned), &widths, out)?;
            }
            let place = places.name(row);
            if open.as_ref() != Some(&place) {
                write_wrapped(&place, 4, out)?;
                open = Some(place);
            }
            write_row(cells, &widths, out)?;
        }
    }
    writeln!(out)?;
    for note in report.notes() {
        write_wrapped(&note, 0, out)?;
    }
    Ok(())
}

fn cells(row: &Row) -> [String; 6] {
    let (change, interval) = words::change(row);
    [
        row.metric.key().to_owned(),
        words::value(row.metric, row.base),
        words::value(row.metric, row.new),
        change,
        interval,
        words::settled_by(row).map_or_else(String::new, |n| format!("({n})")),
    ]
}

/// The first and the last column to the left, the others to the right.
fn write_row(cells: &[String; 6], widths: &[usize; 6], out: &mut dyn Write) -> io::Result<()> {
    let last = cells.len() - 1;
    let mut line = String::from("  ");
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let fill = " ".repeat(width - cell.chars().count());
        match column {
            0 => line += &format!("{cell}{fill}"),
            _ if column == last => line += &format!("  {cell}"),
            _ => line += &format!("  {fill}{cell}"),
        }
    }
    writeln!(out, "{}", line.trim_end())
}
