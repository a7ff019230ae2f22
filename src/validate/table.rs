//! The report as a table for people.

use super::case::Group;
use super::judge::{STANDARD_ERRORS, Verdict};
use super::run::{Outcome, Report};

/// Columns of a terminal that every user has.
const WIDTH: usize = 80;

/// Width of the names of the numbers, with what they are indented by; a longer one has a line of its own.
const NAME: usize = 29;

/// The report as a table: a block for each group, and a line about all of it.
pub fn to_table(report: &Report) -> String {
    let mut table = String::new();
    let mut group: Option<&Group> = None;
    let mut setup = "";
    for outcome in &report.outcomes {
        if group.is_none_or(|group| group.key != outcome.group.key) {
            group = Some(outcome.group);
            setup = "";
            table += &heading(outcome.group);
        }
        if outcome.setup != setup || outcome.seconds.is_some() {
            setup = &outcome.setup;
            let time = outcome.seconds.unwrap_or_default();
            let time = format!("{time:.1} s");
            let fill = (WIDTH - 2).saturating_sub(outcome.setup.chars().count());
            table += &format!("  {}{time:>fill$}\n", outcome.setup);
        }
        table += &line(outcome);
    }
    table += "\n";
    table += &summary(report);
    table
}

/// The name of a group, what it is about, and the names of the columns.
fn heading(group: &Group) -> String {
    let (name, about) = (group.name, group.about);
    let columns = ["reference", "simulated", "± std. err.", "z", ""];
    let [a, b, c, d, e] = columns;
    format!(
        "\n{name}: {about}\n{:<NAME$}{a:>12}{b:>12}  {c:<11}{d:>6}  {e}",
        ""
    )
    .trim_end()
    .to_owned()
        + "\n"
}

fn line(outcome: &Outcome) -> String {
    let finding = &outcome.finding;
    let name = match outcome.unit {
        "" => outcome.quantity.clone(),
        unit => format!("{} [{unit}]", outcome.quantity),
    };
    let (low, high) = finding.reference;
    let reference = match finding.verdict {
        Verdict::Score(_) | Verdict::Held { .. } => number(high),
        Verdict::Within { .. } if low > f64::MIN => format!("{} … {}", short(low), short(high)),
        Verdict::Within { .. } | Verdict::Reached(_) => format!("≤ {}", number(high)),
    };
    let error = match finding.standard_error {
        Some(error) => format!("± {}", short(error)),
        None => String::new(),
    };
    let score = match finding.verdict {
        Verdict::Score(z) => format!("{z:.2}"),
        Verdict::Within { outside } if outside > 0.0 => format!("{outside:.2}"),
        Verdict::Within { .. } => "within".to_owned(),
        Verdict::Reached(ratio) => format!("{:.0} %", 100.0 * ratio),
        Verdict::Held { .. } => "exact".to_owned(),
    };
    let verdict = if finding.holds() { "ok" } else { "FAILED" };
    let simulated = number(finding.simulated);
    let name = format!("    {name}");
    let (named, numbers) = (name.chars().count(), reference.chars().count());
    // What has no room leaves its column for a line of its own.
    let name = match named + numbers.max(12) <= NAME + 12 {
        true => format!(
            "{name:<named$}{:fill$}",
            "",
            fill = NAME.saturating_sub(named)
        ),
        false => format!("{name}\n{:<NAME$}", ""),
    };
    format!("{name}{reference:>12}{simulated:>12}  {error:<11}{score:>6}  {verdict}\n")
}

/// The last line: how many agree, and whether the scores are as far out as chance would have it.
fn summary(report: &Report) -> String {
    let (held, all) = (report.held(), report.outcomes.len());
    let mut text = format!("{held} of {all} within {STANDARD_ERRORS} standard errors, or exact");
    if let Some(scores) = report.scores {
        let (count, independent) = (scores.count, scores.independent);
        let (sum, p) = (short(scores.sum_of_squares), short(scores.p_value));
        text += &format!(
            "; sum of z² {sum} over {count} estimates\n(as {independent:.0} independent ones: \
             χ² p-value {p})"
        );
    }
    text + "\n"
}

/// Six significant digits.
fn number(value: f64) -> String {
    significant(value, 6)
}

/// Two to three significant digits.
fn short(value: f64) -> String {
    significant(value, 3)
}

/// `value` with so many significant digits, without zeros that say nothing.
fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let exponent = value.abs().log10().floor() as i32;
    if !(-4..9).contains(&exponent) {
        let text = format!("{value:.*e}", digits - 1);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", without_zeros(mantissa));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    without_zeros(&format!("{value:.decimals$}")).to_owned()
}

fn without_zeros(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_so_many_digits() {
        assert_eq!(significant(0.0, 3), "0");
        assert_eq!(significant(20.0, 6), "20");
        assert_eq!(significant(0.003_639_231, 6), "0.00363923");
        assert_eq!(significant(4.827_18e-5, 6), "4.82718e-5");
        assert_eq!(significant(1_234_567.0, 3), "1234567");
        assert_eq!(significant(1.2e12, 6), "1.2e12");
        assert_eq!(significant(f64::INFINITY, 3), "inf");
    }
}
