//! Flow logs as text: a line per record, fields separated by spaces.

use std::fmt::Write;

use super::FlowLog;
use super::format::Format;

/// The text file of `log` in this `format`. As in the files that AWS delivers to S3, the first line
/// names the fields.
pub fn text(log: &FlowLog, format: &Format) -> String {
    let mut lines = format!("{format}\n");
    for record in log.records() {
        for (number, field) in format.fields().iter().enumerate() {
            let separator = if number == 0 { "" } else { " " };
            let value = log.value(record, *field, format);
            write!(lines, "{separator}{value}").expect("a string takes any text");
        }
        lines.push('\n');
    }
    lines
}
