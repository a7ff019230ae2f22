//! The crate with all mutants: written, and rewritten without those that the compiler refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::compile::{Complaint, compile};
use crate::files::{copy, read, write};
use crate::mutant::Mutant;
use crate::rewrite::{Rewritten, rewrite};
use crate::sites::{Site, find};

/// Rounds of leaving out after which something else is wrong.
const ROUNDS_MAX: usize = 30;

/// Lines above a complaint in which to look for the site that it is in.
const LINES_ABOVE: usize = 40;

/// A crate whose mutants wait for their switch.
pub struct Assembled {
    /// The tests.
    pub binary: PathBuf,
    /// Mutants that are no Rust.
    pub unviable: BTreeSet<usize>,
    /// Mutants that do not fit in one text with the others, but may compile alone.
    pub alone: BTreeSet<usize>,
}

struct File<'a> {
    name: &'a str,
    source: String,
    sites: Vec<Site>,
}

/// Writes the crate in `from` to `to` with all `mutants` and builds its tests.
///
/// # Panics
/// If the compiler goes on complaining.
pub fn assemble(from: &Path, to: &Path, mutants: &[Mutant]) -> Assembled {
    copy(from, to, "together");
    let count = mutants.len();
    let switch = format!(
        "{}\nconst COUNT: usize = {count};\n",
        include_str!("switch.rs")
    );
    write(&to.join("src/switch.rs"), &switch);
    let lib = read(&from.join("src/lib.rs"));
    write(
        &to.join("src/lib.rs"),
        &format!("#![allow(warnings)]\nmod switch;\n{lib}"),
    );

    let files = files(from, mutants);
    let opaque = |number: &usize| {
        let mutant = &mutants[*number];
        mutant.returns_opaque() && !mutant.empties_iterator()
    };
    let mut alone: BTreeSet<usize> = (0..count).filter(opaque).collect();
    let mut unviable = BTreeSet::new();
    for round in 1..=ROUNDS_MAX {
        let without: BTreeSet<usize> = unviable.union(&alone).copied().collect();
        let mut within = BTreeSet::new();
        for file in &files {
            let Rewritten { text, mutants } = rewrite(&file.source, &file.sites, &without);
            write(&to.join(file.name), &text);
            within.extend(mutants);
        }
        alone.extend((0..count).filter(|n| !within.contains(n) && !unviable.contains(n)));
        let complaints = match compile(to, "check").and_then(|_| compile(to, "test")) {
            Ok(binary) => {
                let binary = binary.expect("a test build has an executable");
                return Assembled {
                    binary,
                    unviable,
                    alone,
                };
            }
            Err(complaints) => complaints,
        };
        let before = unviable.len() + alone.len();
        for complaint in &complaints {
            let (numbers, certain) = about(to, complaint);
            for number in numbers {
                if certain && !mutants[number].empties_iterator() {
                    unviable.insert(number)
                } else {
                    alone.insert(number)
                };
            }
        }
        let refused = unviable.len() + alone.len() - before;
        eprintln!(
            "compilation {round}: {} complaints, {refused} mutants refused",
            complaints.len()
        );
        if refused == 0 {
            let said: String = complaints
                .iter()
                .map(|complaint| &*complaint.rendered)
                .collect();
            panic!("no mutant is to blame for\n{said}");
        }
    }
    panic!("the compiler still complains after {ROUNDS_MAX} rounds");
}

fn files<'a>(from: &Path, mutants: &'a [Mutant]) -> Vec<File<'a>> {
    let mut by_file: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (number, mutant) in mutants.iter().enumerate() {
        by_file
            .entry(&mutant.file)
            .or_default()
            .push((number, mutant));
    }
    let file = |(name, mutants): (&'a str, Vec<(usize, &Mutant)>)| {
        let source = read(&from.join(name));
        let sites = find(&source, &mutants);
        File {
            name,
            source,
            sites,
        }
    };
    by_file.into_iter().map(file).collect()
}

/// The mutants that `complaint` is about, and whether it is surely about what they put in.
fn about(directory: &Path, complaint: &Complaint) -> (BTreeSet<usize>, bool) {
    let mut around = BTreeSet::new();
    for place in &complaint.places {
        let text = read(&directory.join(&place.file));
        let lines: Vec<&str> = text.lines().collect();
        let own = lines[place.lines.clone()].iter();
        let put_in: BTreeSet<usize> = own.flat_map(|line| marked(line, "/*#")).collect();
        if !put_in.is_empty() {
            return (put_in, !complaint.needs_types);
        }
        let first = place.lines.start.saturating_sub(LINES_ABOVE);
        let above = lines[first..place.lines.end].iter().rev();
        let site = above
            .map(|line| marked(line, "/*@"))
            .find(|numbers| !numbers.is_empty());
        if around.is_empty() {
            around.extend(site.unwrap_or_default());
        }
    }
    (around, false)
}

/// The numbers in the comment of `line` that begins with `mark`.
fn marked(line: &str, mark: &str) -> Vec<usize> {
    let Some((_, rest)) = line.split_once(mark) else {
        return Vec::new();
    };
    let (numbers, _) = rest.split_once("*/").expect("a mark is closed");
    numbers
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect()
}
