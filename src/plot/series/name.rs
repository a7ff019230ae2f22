//! Names for readers: of series, of swept keys, of their values.

use crate::plot::axis::Dimension;
use crate::units::Quantity;

/// The name of a mode as a series. The arbitration is named only where it matters to the mode and
/// differs within the experiment, so `bridge` is one series however many arbitrations are swept.
pub(crate) fn mode_label(mode: &str, arbitration: &str, arbitration_swept: bool) -> String {
    if arbitration_swept && mode.starts_with("awsvpc") {
        format!("{mode} {arbitration}")
    } else {
        mode.to_owned()
    }
}

/// The path of a varied key, as short as it stays clear.
pub(super) fn short_path(path: &str) -> &str {
    let tables = ["instance.", "network.", "task."];
    let short = tables.iter().find_map(|table| path.strip_prefix(table));
    short.unwrap_or(path)
}

/// What is different at a point that has left the base: `host-stack.backlog = 300 packets`.
pub(crate) fn change_label(path: &str, value: &str) -> String {
    format!("{} = {value}", short_path(path))
}

/// A swept key in words: `task.bully.traffic.rate` is the `rate per bully task`.
pub(super) fn key_name(path: &str) -> String {
    if path == "offered-load" {
        return "offered load".to_owned();
    }
    let words = |key: &str| key.replace(['.', '-'], " ");
    let Some(rest) = path.strip_prefix("task.") else {
        let key = path.strip_prefix("network.").unwrap_or(path);
        return words(key).replace("eni ", "ENI ");
    };
    match rest.split_once('.') {
        Some((task, "count")) => format!("number of {task} tasks"),
        Some((task, "traffic.rate")) => format!("rate per {task} task"),
        Some((task, key)) => {
            let key = key.strip_prefix("traffic.").unwrap_or(key);
            format!("{} of {task}", words(key))
        }
        None => words(rest),
    }
}

/// A swept value as a number, with what it measures; `None` if it is a word.
pub(super) fn parse_number(text: &str) -> Option<(f64, Dimension)> {
    if let Some((value, quantity)) = Quantity::parse_si(text) {
        return Some((value, quantity.into()));
    }
    let (number, dimension) = match text.trim().strip_suffix("packets") {
        Some(number) => (number.trim_end(), Dimension::Packets),
        None => (text.trim(), Dimension::Plain),
    };
    let value: f64 = number.parse().ok()?;
    value.is_finite().then_some((value, dimension))
}

/// A name with a capital first letter, for the start of a line.
pub(super) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arbitration_is_named_where_it_is_swept_and_matters() {
        assert_eq!(mode_label("bridge", "drr", true), "bridge");
        assert_eq!(mode_label("awsvpc", "drr", true), "awsvpc drr");
        assert_eq!(mode_label("awsvpc", "drr", false), "awsvpc");
    }

    #[test]
    fn a_change_is_told_by_the_key_below_its_table() {
        let label = change_label("instance.host-stack.backlog", "300 packets");
        assert_eq!(label, "host-stack.backlog = 300 packets");
        assert_eq!(change_label("measure", "1 s"), "measure = 1 s");
    }

    #[test]
    fn keys_read_as_words() {
        assert_eq!(key_name("task.bully.traffic.rate"), "rate per bully task");
        assert_eq!(key_name("task.api.count"), "number of api tasks");
        assert_eq!(
            key_name("task.api.traffic.packet-size"),
            "packet size of api"
        );
        assert_eq!(key_name("network.eni-queue.capacity"), "ENI queue capacity");
        assert_eq!(key_name("instance.type"), "instance type");
    }

    #[test]
    fn numbers_are_told_from_words() {
        let megabit = Some((5e8, Dimension::BitsPerSecond));
        assert_eq!(parse_number("500 Mbit/s"), megabit);
        assert_eq!(parse_number("64"), Some((64.0, Dimension::Plain)));
        let packets = Some((1000.0, Dimension::Packets));
        assert_eq!(parse_number("1000 packets"), packets);
        assert_eq!(parse_number("unlimited"), None);
        assert_eq!(parse_number("c5.large"), None);
        assert_eq!(parse_number("inf"), None);
    }
}
