//! Survivors that somebody has looked at.

use std::path::Path;

use crate::files;
use crate::mutant::Mutant;

/// The list, and which mutants it is about.
pub struct Explained {
    explanations: Vec<Explanation>,
    /// For each mutant, its explanation.
    of: Vec<Option<usize>>,
}

/// A line of the list: `FILE :: CHANGE :: LINE :: REASON`.
///
/// By content, not by number, so that it stays true when lines move and ends when the line changes.
#[derive(PartialEq)]
struct Explanation {
    file: String,
    change: String,
    line: String,
}

impl Explained {
    /// Reads the list from `text`; `#` begins a comment line. The crate is in `directory`.
    ///
    /// # Panics
    /// If a line has other parts.
    pub fn of(text: &str, mutants: &[Mutant], directory: &Path) -> Explained {
        let lines = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let explanations: Vec<Explanation> = lines.map(Explanation::parse).collect();
        let of = |mutant: &Mutant| {
            let source = files::read(&directory.join(&mutant.file));
            let wanted = Explanation {
                file: mutant.file.clone(),
                change: mutant.change().to_owned(),
                line: mutant.line(&source).to_owned(),
            };
            explanations
                .iter()
                .position(|explanation| *explanation == wanted)
        };
        let of = mutants.iter().map(of).collect();
        Explained { explanations, of }
    }

    /// Whether the mutant `number` is explained.
    pub fn has(&self, number: usize) -> bool {
        self.of[number].is_some()
    }

    /// What is explained in files of `mutants`, but of none of them that `survives`.
    pub fn without(&self, mutants: &[Mutant], survives: impl Fn(usize) -> bool) -> Vec<String> {
        let needed = |at: usize| {
            let about = self
                .of
                .iter()
                .enumerate()
                .filter(|(_, of)| **of == Some(at));
            about.into_iter().any(|(number, _)| survives(number))
        };
        let here = |explanation: &Explanation| {
            mutants.iter().any(|mutant| mutant.file == explanation.file)
        };
        let all = self.explanations.iter().enumerate();
        let idle = all.filter(|(at, explanation)| here(explanation) && !needed(*at));
        idle.map(|(_, e)| format!("{} :: {} :: {}", e.file, e.change, e.line))
            .collect()
    }
}

impl Explanation {
    fn parse(line: &str) -> Explanation {
        let parts: Vec<&str> = line.split(" :: ").map(str::trim).collect();
        let [file, change, source, _] = parts[..] else {
            panic!("not FILE :: CHANGE :: LINE :: REASON: {line}");
        };
        Explanation {
            file: file.to_owned(),
            change: change.to_owned(),
            line: source.to_owned(),
        }
    }
}
