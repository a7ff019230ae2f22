//! Text for a terminal that is as wide as every user's.

use std::io::{self, Write};

/// Columns of a terminal that every user has.
pub const WIDTH: usize = 80;

/// Writes text in lines of at most [`WIDTH`], broken at blanks where there are any; the first line
/// keeps the blanks it begins with, the others are indented by `indent`.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_wrapped(text: &str, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    let first = text.len() - text.trim_start_matches(' ').len();
    let lines = wrapped(&text[first..], WIDTH - indent.max(first));
    for (number, line) in lines.into_iter().enumerate() {
        let indent = if number == 0 { first } else { indent };
        writeln!(out, "{}{line}", " ".repeat(indent))?;
    }
    Ok(())
}

/// `text` in lines of at most `width`.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
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

/// `text` in at most `width` characters, with an ellipsis for what is left out at its end.
pub fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// `task.bully.traffic.rate` as `bully rate`.
pub fn short_key(key: &str) -> String {
    match key
        .strip_prefix("task.")
        .and_then(|rest| rest.split_once('.'))
    {
        Some((task, rest)) => format!("{task} {}", rest.rsplit('.').next().unwrap_or(rest)),
        None => key.rsplit('.').next().unwrap_or(key).to_owned(),
    }
}

/// The short names of `keys`; the whole path where two would have the same.
pub fn short_keys<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<String> {
    let keys: Vec<&str> = keys.collect();
    let short: Vec<String> = keys.iter().map(|key| short_key(key)).collect();
    let is_clear = |name: &String| short.iter().filter(|other| *other == name).count() == 1;
    let names = keys.iter().zip(&short);
    names
        .map(|(key, name)| match is_clear(name) {
            true => name.clone(),
            false => (*key).to_owned(),
        })
        .collect()
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

    #[test]
    fn lines_after_the_first_are_indented() {
        let mut out = Vec::new();
        let text = format!("  key: {} end", "x".repeat(72));
        write_wrapped(&text, 4, &mut out).unwrap();
        let expected = format!("  key:\n    {} end\n", "x".repeat(72));
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn what_is_left_out_is_marked() {
        assert_eq!(shortened("µs and ms", 9), "µs and ms");
        assert_eq!(shortened("µs and ms", 8), "µs and…");
        assert_eq!(shortened("", 0), "");
    }

    #[test]
    fn keys_are_short_but_say_which_task() {
        assert_eq!(short_key("task.bully.traffic.rate"), "bully rate");
        assert_eq!(short_key("task.peer.count"), "peer count");
        assert_eq!(short_key("instance.type"), "type");
        assert_eq!(short_key("offered-load"), "offered-load");
    }

    #[test]
    fn short_names_are_never_two_keys() {
        let keys = [
            "instance.egress.buffer",
            "instance.link-local.buffer",
            "offered-load",
        ];
        let expected = [keys[0], keys[1], "offered-load"];
        assert_eq!(short_keys(keys.into_iter()), expected);
    }
}
