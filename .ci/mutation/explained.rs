//! Survivors that somebody has looked at.

use crate::mutant::Mutant;

/// A line of the list: `FILE | CHANGE | LINE | REASON`.
///
/// By content, not by number, so that it stays true when lines move and ends when the line changes.
pub struct Explanation {
    file: String,
    change: String,
    line: String,
}

impl Explanation {
    /// Whether this is about `mutant` of `source`.
    pub fn is_of(&self, mutant: &Mutant, source: &str) -> bool {
        self.file == mutant.file
            && self.change == mutant.change()
            && self.line == mutant.line(source)
    }

    /// The file of the mutant.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What it is about.
    pub fn subject(&self) -> String {
        format!("{} | {} | {}", self.file, self.change, self.line)
    }
}

/// Reads the list; `#` begins a comment line.
///
/// # Panics
/// If a line has other parts.
pub fn parse(text: &str) -> Vec<Explanation> {
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let explanation = |line: &str| {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [file, change, source, _reason] = parts[..] else {
            panic!("not FILE | CHANGE | LINE | REASON: {line}");
        };
        Explanation {
            file: file.to_owned(),
            change: change.to_owned(),
            line: source.to_owned(),
        }
    };
    lines.map(explanation).collect()
}
