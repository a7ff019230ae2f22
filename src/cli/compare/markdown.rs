//! A comparison as Markdown, for a review or an issue.

use std::io::{self, Write};

use super::{Report, words};
use crate::compare::Verdict;

/// Writes the tests as one table, what changed first to be seen.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let [base, new] = report.sides();
    writeln!(out, "**{}**\n", report.counts())?;
    writeln!(out, "- base: `{base}`\n- new: `{new}`")?;
    for line in report.method() {
        writeln!(out, "- {line}")?;
    }
    writeln!(
        out,
        "\n| where | metric | base | new | change | interval | verdict |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | --- |")?;
    for row in &report.comparison.rows {
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
            escaped(&words::place(row, report.key)),
            row.metric.key(),
            words::value(row.metric, row.base),
            words::value(row.metric, row.new),
        )?;
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
