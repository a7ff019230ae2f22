//! Judges the mutants of a crate: `mutation CRATE LIST EXPLAINED`.
//!
//! CRATE is a directory with a library, LIST what `cargo mutants --list --json` says of it, and
//! EXPLAINED a list of survivors that are known not to matter. One compilation holds all mutants,
//! each behind a switch (mutant schemata: Untch, Offutt and Harrold 1993), so that a mutant costs a
//! run of the tests that reach it and not a compilation. The few that do not fit in one text with
//! the others are compiled alone. Ends with 1 if there is a survivor that is not explained, or an
//! explanation of what does not survive.

mod assemble;
mod compile;
mod explained;
mod files;
mod judge;
mod mutant;
mod report;
mod rewrite;
mod sites;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use judge::{Test, Verdict};
use mutant::Mutant;

/// Tests of no interest: they are about closed forms alone.
const SKIP: &str = "theory::";

/// Seconds that a quick test takes at most.
const QUICK: f64 = 0.5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, directory, list, explained] = &arguments[..] else {
        eprintln!("usage: mutation CRATE LIST EXPLAINED");
        return ExitCode::from(2);
    };
    let directory = Path::new(directory);
    let mutants = mutant::read(Path::new(list));
    let explained =
        explained::Explained::of(&files::read(Path::new(explained)), &mutants, directory);
    let together = directory.join("together");
    let assembled = assemble::assemble(directory, &together, &mutants);
    let (unviable, alone) = (&assembled.unviable, &assembled.alone);
    eprintln!(
        "{} mutants: {} in one compilation, {} unviable, {} alone",
        mutants.len(),
        mutants.len() - unviable.len() - alone.len(),
        unviable.len(),
        alone.len()
    );
    let tests = judge::tests(&assembled.binary, SKIP, &directory.join("reached"));
    let mut left: Vec<usize> = (0..mutants.len())
        .filter(|n| !unviable.contains(n) && !alone.contains(n))
        .collect();
    let mut verdicts: BTreeMap<usize, Verdict> = BTreeMap::new();
    // Most fall to quick tests, and who waits for the slow ones knows already what is left.
    let quick = tests.partition_point(|test| test.seconds <= QUICK);
    for (pace, tests) in [("quick", &tests[..quick]), ("slow", &tests[quick..])] {
        eprintln!("{} mutants meet {} {pace} tests", left.len(), tests.len());
        let tell = |number: usize, verdict: &Verdict| {
            if *verdict == Verdict::Survived && !explained.has(number) {
                eprintln!("survived the {pace} tests: {}", mutants[number].name);
            }
        };
        let found = judge::judge(&assembled.binary, tests, &left, tell);
        verdicts.extend(left.iter().copied().zip(found));
        left.retain(|number| verdicts[number] == Verdict::Survived && !explained.has(*number));
    }
    let mut unviable = unviable.len();
    for &number in alone {
        let tests = if explained.has(number) {
            &tests[..quick]
        } else {
            &tests[..]
        };
        match judge_alone(directory, &mutants[number], number, tests) {
            Some(verdict) => drop(verdicts.insert(number, verdict)),
            None => unviable += 1,
        }
    }
    let report = report::Report {
        mutants: &mutants,
        tests: &tests,
        unviable,
        verdicts: &verdicts,
        explained: &explained,
    };
    report.print(directory)
}

/// Compiles and judges one mutant; `None` if it does not compile.
fn judge_alone(
    directory: &Path,
    mutant: &Mutant,
    number: usize,
    tests: &[Test],
) -> Option<Verdict> {
    let home = directory.join("alone");
    files::copy(directory, &home, "alone");
    let source = files::read(&directory.join(&mutant.file));
    files::write(&home.join(&mutant.file), &mutant.alone(&source));
    let binary = compile::compile(&home, "test").ok()?;
    let binary = binary.expect("a test build has an executable");
    // Where the place of the change is not marked, any test may reach it.
    let marked = tests.iter().any(|test| test.reaches.contains(&number));
    let reaching = tests
        .iter()
        .filter(|test| !marked || test.reaches.contains(&number));
    Some(judge::meet(&binary, reaching, number))
}
