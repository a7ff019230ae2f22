//! A comparison as Markdown, for a review or an issue.

use std::io::{self, Write};

use super::place::Places;
use super::{Report, words};
use crate::compare::Verdict;

/// Writes the tests as one table, what changed first to be seen.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let [base, new] = report.sides();
    writeln!(out, "**{}**\n", report.counts())?;
    writeln!(out, "- base: `{base}`\n- new: `{new}`")?;
    for line in report.keys.lines() {
        match line.strip_prefix("  ") {
            Some(key) => writeln!(out, "  - {}", escaped(key))?,
            None => writeln!(out, "- {line}")?,
        }
    }
    for line in report.method() {
        writeln!(out, "- {line}")?;
    }
    if report.shown().next().is_some() {
        write_rows(report, out)?;
    }
    let notes = report.notes();
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for note in notes {
        writeln!(out, "- {}", escaped(&note))?;
    }
    Ok(())
}

/// By verdict, what changed first.
fn write_rows(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n| where | metric | base | new | change | interval | verdict |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | --- |")?;
    let places = Places::of(report);
    let of_verdict = |verdict| report.shown().filter(move |row| row.verdict == verdict);
    for row in Verdict::ALL.into_iter().flat_map(of_verdict) {
        let (change, interval) = words::change(row);
        let verdict = match row.verdict {
            Verdict::Same | Verdict::Unclear => words::verdict(row),
            Verdict::Better | Verdict::Worse | Verdict::Changed => {
                format!("**{}**", words::verdict(row))
            }
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {change} | {interval} | {verdict} |",
            escaped(&places.name(row)),
            row.metric.key(),
            words::value(row.metric, row.base),
            words::value(row.metric, row.new),
        )?;
    }
    Ok(())
}

/// Text without what ends a cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_does_not_end_a_cell() {
        assert_eq!(escaped("a | b"), "a \\| b");
    }
}
