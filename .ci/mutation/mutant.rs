//! The mutants, as `cargo mutants --list --json` tells them.

use std::path::Path;

use serde::Deserialize;

/// One change of the source.
#[derive(Debug, Deserialize)]
pub struct Mutant {
    /// Place and change: `src/stats.rs:26:61: replace / with * in mean`.
    pub name: String,
    /// Path below the crate.
    pub file: String,
    pub function: Option<Function>,
    pub genre: Genre,
    pub replacement: String,
    /// What is replaced.
    pub span: Span,
}

#[derive(Debug, Deserialize)]
pub struct Function {
    pub return_type: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Genre {
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    #[serde(rename = "FnValue")]
    FunctionValue,
    StructField,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Span {
    pub start: Place,
    pub end: Place,
}

/// Line and column from one; a column is a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Mutant {
    /// What the mutant does, without its place: `replace / with * in mean`.
    pub fn change(&self) -> &str {
        self.name
            .split_once(": ")
            .map_or(&self.name, |(_, change)| change)
    }

    /// The line of `source` where the change begins.
    pub fn line<'a>(&self, source: &'a str) -> &'a str {
        source
            .lines()
            .nth(self.span.start.line - 1)
            .unwrap_or("")
            .trim()
    }

    /// The source of the mutant's file with nothing but this change.
    pub fn alone(&self, source: &str) -> String {
        let (start, end) = (
            offset(source, self.span.start),
            offset(source, self.span.end),
        );
        let (before, after) = (&source[..start], &source[end..]);
        let after = match self.genre {
            Genre::StructField => after.trim_start().trim_start_matches(','),
            _ => after,
        };
        format!("{before}{}{after}", self.replacement)
    }

    /// Whether the mutant is an empty iterator, which another one becomes by taking none of it.
    pub fn empties_iterator(&self) -> bool {
        self.returns_opaque() && self.replacement == "::std::iter::empty()"
    }

    /// Whether the function promises a type without naming it, so that no branch may return another.
    pub fn returns_opaque(&self) -> bool {
        let opaque = |function: &Function| function.return_type.contains("impl ");
        self.genre == Genre::FunctionValue && self.function.as_ref().is_some_and(opaque)
    }
}

/// Where `place` is in `source`, in bytes.
pub fn offset(source: &str, place: Place) -> usize {
    let lines = source.split_inclusive('\n').take(place.line - 1);
    let line_start: usize = lines.map(str::len).sum();
    let rest = source[line_start..].chars().take(place.column - 1);
    line_start + rest.map(char::len_utf8).sum::<usize>()
}

/// Reads the list in `path`.
pub fn read(path: &Path) -> Vec<Mutant> {
    let text = std::fs::read_to_string(path).expect("the list of mutants can be read");
    serde_json::from_str(&text).expect("the list of mutants is that of cargo-mutants")
}
