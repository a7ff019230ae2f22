//! A comparison for the terminal, at most 80 columns wide.

use std::io::{self, Write};

use super::{Report, words};

/// Columns of a terminal that every user has.
const WIDTH: usize = 80;

/// Headings of the columns.
const HEADINGS: [&str; 6] = ["metric", "base", "new", "change", "interval", "verdict"];

/// Writes the tests, a table under each place.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let [base, new] = report.sides();
    writeln!(out, "base  {base}\nnew   {new}")?;
    for line in report.method() {
        write_wrapped(&line, out)?;
    }
    let rows = &report.comparison.rows;
    let cells: Vec<[String; 6]> = rows
        .iter()
        .map(|row| {
            let (change, interval) = words::change(row);
            [
                row.metric.key().to_owned(),
                words::value(row.metric, row.base),
                words::value(row.metric, row.new),
                change,
                interval,
                words::verdict(row),
            ]
        })
        .collect();
    let mut widths = HEADINGS.map(|heading| heading.chars().count());
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut open = None;
    for (row, cells) in rows.iter().zip(&cells) {
        let place = words::place(row, report.key);
        if open.as_ref() != Some(&place) {
            writeln!(out)?;
            write_wrapped(&place, out)?;
            write_row(&HEADINGS.map(str::to_owned), &widths, out)?;
            open = Some(place);
        }
        write_row(cells, &widths, out)?;
    }
    writeln!(out)?;
    write_wrapped(&report.counts(), out)?;
    for note in report.notes() {
        write_wrapped(&note, out)?;
    }
    Ok(())
}

/// The first and the last column to the left, the others to the right.
fn write_row(cells: &[String; 6], widths: &[usize; 6], out: &mut dyn Write) -> io::Result<()> {
    let last = cells.len() - 1;
    let mut line = String::from(" ");
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

/// Writes text in lines of at most [`WIDTH`], broken at blanks where there are any.
fn write_wrapped(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in wrapped(text, WIDTH) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let open = lines.last_mut().expect("there is always a line");
            let used = open.chars().count();
            let gap = usize::from(used > 0);
            if used + gap + word.len() <= width {
                open.extend([' '].into_iter().take(gap).chain(word));
                break;
            }
            if used == 0 {
                let rest = word.split_off(width);
                open.extend(word);
                word = rest;
            }
            lines.push(String::new());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_at_blanks_and_words_only_if_they_must() {
        assert_eq!(wrapped("one two three", 9), ["one two", "three"]);
        assert_eq!(wrapped("µµµµµ b", 3), ["µµµ", "µµ", "b"]);
        assert_eq!(wrapped("", 3), [""]);
        assert_eq!(wrapped("abc def", 3), ["abc", "def"]);
    }
}
