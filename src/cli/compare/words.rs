//! Values, changes and verdicts as a reader wants them.

use super::super::show::three_digits;
use crate::compare::{Reason, Row, Scale};
use crate::metric::{Metric, Quantity};

/// A value of `metric` with its unit.
pub(super) fn value(metric: Metric, value: Option<f64>) -> String {
    let Some(value) = value else {
        return "-".to_owned();
    };
    let (unit, per_unit) = unit(metric, value);
    match metric.quantity() {
        _ if value == 0.0 => "0".to_owned(),
        Quantity::Ratio if metric != Metric::LossRatio => format!("{value:.3}"),
        Quantity::Ratio if value < 1e-4 => format!("{value:.1e}"),
        _ => format!("{} {unit}", three_digits(value / per_unit)),
    }
}

/// The unit in which `value` is a short number, and its size.
fn unit(metric: Metric, value: f64) -> (&'static str, f64) {
    let units: &[(&str, f64)] = match metric.quantity() {
        Quantity::Nanoseconds => &[("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1.0)],
        Quantity::BitsPerSecond => &[
            ("Tbit/s", 1e12),
            ("Gbit/s", 1e9),
            ("Mbit/s", 1e6),
            ("kbit/s", 1e3),
            ("bit/s", 1.0),
        ],
        Quantity::Ratio => &[("%", 0.01)],
    };
    let fits = |(_, size): &&(&'static str, f64)| value.abs() >= *size;
    let last = &units[units.len() - 1];
    *units.iter().find(fits).unwrap_or(last)
}

/// The change of `row`, with its unit, and its interval in the same unit.
pub(super) fn change(row: &Row) -> (String, String) {
    let (Some(change), Some((low, high))) = (row.change, row.interval) else {
        return ("-".to_owned(), "-".to_owned());
    };
    let (unit, size) = match row.scale {
        Scale::Relative => ("%", 0.01),
        Scale::Absolute => match unit(row.metric, high.abs().max(low.abs())) {
            // A change by points of a share is not one by a share of it.
            ("%", size) => ("pp", size),
            other => other,
        },
    };
    (
        format!("{} {unit}", signed(change / size)),
        format!("{} … {}", signed(low / size), signed(high / size)),
    )
}

/// A number of at most five letters with its sign.
fn signed(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        v if v < 0.005 => format!("{value:+.0e}"),
        v if v < 9.995 => format!("{value:+.2}"),
        v if v < 99.95 => format!("{value:+.1}"),
        v if v < 9999.5 => format!("{value:+.0}"),
        _ => format!("{value:+.0e}"),
    }
}

/// A number without needless decimals.
pub(super) fn plain(value: f64) -> String {
    let text = three_digits(value);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// The replications that would settle the verdict, if it is unclear for want of them.
pub(super) fn settled_by(row: &Row) -> Option<u64> {
    match row.reason {
        Some(Reason::Wide { settled_by }) => settled_by,
        _ => None,
    }
}

/// The verdict, with the replications that would settle it.
pub(super) fn verdict(row: &Row) -> String {
    match settled_by(row) {
        Some(n) => format!("{} ({n})", row.verdict.name()),
        None => row.verdict.name().to_owned(),
    }
}

/// What the table needs explained.
pub(super) fn notes(rows: &[&Row]) -> Vec<String> {
    let mut notes = Vec::new();
    let settled = |row: &Row| settled_by(row).is_some();
    if rows.iter().any(|row| settled(row)) {
        notes.push("(n): about n replications would settle it".to_owned());
    }
    let mut others: Vec<(Reason, usize)> = Vec::new();
    for reason in rows
        .iter()
        .filter(|row| !settled(row))
        .filter_map(|row| row.reason)
    {
        match others.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => others.push((reason, 1)),
        }
    }
    notes.extend(
        others
            .iter()
            .map(|(reason, count)| format!("unclear without a number ({count} of them): {reason}")),
    );
    if rows.iter().any(|row| row.scale == Scale::Relative) {
        notes.push(
            "base and new are geometric means over replications, so that new / base is the change; \
             `show` merges the replications"
                .to_owned(),
        );
    }
    let in_points = |row: &Row| row.scale == Scale::Absolute && row.interval.is_some();
    if rows.iter().any(|row| in_points(row)) {
        notes.push(
            "where a value is zero, and for loss nearly so, the change is a difference (pp: \
             percentage points)"
                .to_owned(),
        );
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_unit_that_makes_them_short() {
        for (metric, number, text) in [
            (Metric::SojournP99, 214_000.0, "214 µs"),
            (Metric::SojournMean, 1.5e9, "1.50 s"),
            (Metric::SojournMean, 0.5, "0.50 ns"),
            (Metric::Throughput, 8.123e8, "812 Mbit/s"),
            (Metric::Throughput, 2.5e10, "25.0 Gbit/s"),
            (Metric::LossRatio, 0.0, "0"),
            (Metric::LossRatio, 0.0123, "1.23 %"),
            (Metric::LossRatio, 3e-6, "3.0e-6"),
            (Metric::JainIndex, 0.98765, "0.988"),
        ] {
            assert_eq!(value(metric, Some(number)), text);
        }
        assert_eq!(value(Metric::SojournP99, None), "-");
    }

    #[test]
    fn signed_numbers_are_at_most_five_letters() {
        for (number, text) in [
            (0.0, "0"),
            (0.001, "+1e-3"),
            (-1.234, "-1.23"),
            (9.996, "+10.0"),
            (12.34, "+12.3"),
            (-99.97, "-100"),
            (1234.5, "+1234"),
            (123_456.0, "+1e5"),
        ] {
            assert_eq!(signed(number), text);
        }
        assert_eq!([plain(5.0), plain(0.5), plain(12.34)], ["5", "0.5", "12.3"]);
    }
}
