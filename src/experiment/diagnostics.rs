//! What is wrong with an experiment file: places, reasons and remedies, and how they are shown.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Problems after which a file is not looked at any further: nobody reads more at once.
const PROBLEMS_MAX: usize = 50;

/// One thing that is wrong with an experiment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the text that are wrong; empty at the start for what is missing as a whole.
    pub span: Range<usize>,
    /// Path of the key in question; empty where the text is not even TOML.
    pub key: String,
    /// What is wrong, with the offending text.
    pub message: String,
    /// How to put it right.
    pub remedy: Option<String>,
    /// The first sweep point at which it is wrong, where that matters.
    pub point: Option<String>,
    /// Problems of one rule at one place count once, whatever numbers their messages hold.
    rule: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(
        span: Range<usize>,
        key: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Problem {
            span,
            key: key.into(),
            message: message.into(),
            remedy: None,
            point: None,
            rule: None,
        }
    }

    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Marks a problem that may come back at other sweep points with other numbers.
    pub(super) fn rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }
}

/// Problems on the way to being reported; each counts once.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    /// Position in the list and number of times met, by place and kind of problem.
    seen: HashMap<(usize, usize, String, String), (usize, usize)>,
}

impl Problems {
    /// Adds `problem` unless it was met before.
    pub fn add(&mut self, problem: Problem) {
        let what = match problem.rule {
            Some(rule) => rule.to_owned(),
            None => problem.message.clone(),
        };
        let identity = (
            problem.span.start,
            problem.span.end,
            problem.key.clone(),
            what,
        );
        let met = self.seen.entry(identity).or_insert((self.list.len(), 0));
        met.1 += 1;
        if met.1 == 1 {
            self.list.push(problem);
        }
    }

    /// Number of different problems.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether further search would only tire the reader.
    pub fn is_full(&self) -> bool {
        self.list.len() >= PROBLEMS_MAX
    }

    /// Names the sweep point of all problems added since there were `count`.
    pub fn name_point(&mut self, count: usize, point: &str) {
        for problem in &mut self.list[count..] {
            problem.point = Some(point.to_owned());
        }
    }

    /// Forgets the point of each problem that all of `points` points have: naming one would
    /// suggest that the others are right.
    pub fn generalize(&mut self, points: usize) {
        for (index, times) in self.seen.values() {
            if *times >= points {
                self.list[*index].point = None;
            }
        }
    }

    /// The report on `text`, which `source_name` names.
    pub fn report(mut self, source_name: &str, text: &str) -> Diagnostics {
        self.list.sort_by_key(|p| (p.span.start, p.span.end));
        Diagnostics {
            source_name: source_name.to_owned(),
            text: text.to_owned(),
            problems: self.list,
        }
    }
}

/// All problems of a text, in the order of their places, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    source_name: String,
    text: String,
    problems: Vec<Problem>,
}

impl Diagnostics {
    /// The problems, in the order of their places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Line and column of a byte of the text, both counted from 1; columns count characters.
    pub fn line_col(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    /// The report for a terminal: each problem with its line, the text underlined, the remedy.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut reports = Vec::new();
        if self.problems.len() > 1 {
            reports.push(format!(
                "error: {} problems in {}",
                self.problems.len(),
                self.source_name
            ));
        }
        for problem in &self.problems {
            reports.push(renderer.render(&[self.group(problem)]));
        }
        reports.join("\n\n")
    }

    fn group<'a>(&'a self, problem: &'a Problem) -> Group<'a> {
        let snippet = Snippet::source(&self.text)
            .path(&self.source_name)
            .annotation(AnnotationKind::Primary.span(problem.span.clone()));
        let mut group = Level::ERROR
            .primary_title(problem.message.as_str())
            .element(snippet);
        if let Some(remedy) = &problem.remedy {
            group = group.element(Level::HELP.message(remedy.as_str()));
        }
        if let Some(point) = &problem.point {
            group = group.element(Level::NOTE.message(format!("at the sweep point {point}")));
        }
        group
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: &str, problems: Vec<Problem>) -> Diagnostics {
        let mut list = Problems::default();
        problems.into_iter().for_each(|p| list.add(p));
        list.report("x.toml", text)
    }

    #[test]
    fn columns_count_characters() {
        let report = report("a = \"µ\"\nb = 1", vec![]);
        assert_eq!(report.line_col(0), (1, 1));
        assert_eq!(report.line_col(7), (1, 7)); // after the two bytes of µ
        assert_eq!(report.line_col(9), (2, 1));
        assert_eq!(report.line_col(99), (2, 6));
    }

    #[test]
    fn problems_are_sorted_and_count_once() {
        let late = || Problem::new(4..5, "b", "late");
        let early = Problem::new(0..1, "a", "early").remedy("do so");
        let first = Problem::new(6..7, "c", "load 1.1").rule("load");
        let second = Problem::new(6..7, "c", "load 1.2").rule("load");
        let report = report("abcdefgh", vec![late(), early, late(), first, second]);
        let messages: Vec<&str> = report.problems().iter().map(|p| &*p.message).collect();
        assert_eq!(messages, ["early", "late", "load 1.1"]);
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let report = report("abc", vec![Problem::new(1..2, "a", "bad").remedy("good")]);
        let coloured = report.render(true);
        assert!(coloured.contains('\u{1b}'));
        assert!(!report.to_string().contains('\u{1b}'));
        assert!(report.to_string().contains("--> x.toml:1:2"));
    }
}
