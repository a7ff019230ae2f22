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
            if matches!(verdict, Verdict::Survived(_)) {
                eprintln!("survived the {pace} tests: {}", mutants[number].name);
            }
        };
        let found = judge::judge(&assembled.binary, tests, &left, tell);
        verdicts.extend(left.iter().copied().zip(found));
        left.retain(|number| matches!(verdicts[number], Verdict::Survived(_)));
    }
    let mut unviable = unviable.len();
    for &number in alone {
        match judge_alone(directory, &mutants[number], number, &tests) {
            Some(verdict) => drop(verdicts.insert(number, verdict)),
            None => unviable += 1,
        }
    }
    report(
        directory,
        &mutants,
        &verdicts,
        unviable,
        &files::read(Path::new(explained)),
    )
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
    let binary = compile::compile(&home, "test")
        .ok()?
        .expect("a test build has an executable");
    let marked = tests.iter().any(|test| test.reaches.contains(&number));
    let reaching = tests
        .iter()
        .filter(|test| !marked || test.reaches.contains(&number));
    Some(judge::meet(&binary, reaching, number))
}

/// Writes every verdict to `verdicts.txt` and prints what needs a look.
fn report(
    directory: &Path,
    mutants: &[Mutant],
    verdicts: &BTreeMap<usize, Verdict>,
    unviable: usize,
    explained: &str,
) -> ExitCode {
    let explanations = explained::parse(explained);
    let mut used = vec![false; explanations.len()];
    let (mut caught, mut endless, mut known, mut survivors) = (0, 0, 0, Vec::new());
    let mut lines = Vec::new();
    for (&number, verdict) in verdicts {
        let mutant = &mutants[number];
        let source = files::read(&directory.join(&mutant.file));
        lines.push(format!("{verdict:?} {}\n", mutant.name));
        let found = explanations
            .iter()
            .position(|explanation| explanation.is_of(mutant, &source));
        match (verdict, found) {
            (Verdict::Caught(_), _) => caught += 1,
            (Verdict::Endless(_), _) => endless += 1,
            (Verdict::Survived(_), Some(at)) => {
                used[at] = true;
                known += 1;
            }
            (Verdict::Survived(tests), None) => {
                survivors.push(format!(
                    "{}\n    {}\n    reached by {tests} tests",
                    mutant.name,
                    mutant.line(&source)
                ));
            }
        }
    }
    files::write(&directory.join("verdicts.txt"), &lines.concat());
    for survivor in &survivors {
        println!("{survivor}");
    }
    let files: Vec<&str> = mutants.iter().map(|mutant| &*mutant.file).collect();
    let mut stale = 0;
    for (explanation, used) in explanations.iter().zip(used) {
        if !used && files.contains(&explanation.file()) {
            println!("explained, but does not survive: {}", explanation.subject());
            stale += 1;
        }
    }
    println!(
        "{} mutants: {unviable} unviable, {caught} caught, {endless} endless, {known} explained, {} not",
        mutants.len(),
        survivors.len()
    );
    ExitCode::from(u8::from(!survivors.is_empty() || stale > 0))
}
