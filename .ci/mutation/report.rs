//! What a run tells.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use crate::explained::Explained;
use crate::files;
use crate::judge::{Test, Verdict};
use crate::mutant::Mutant;

/// All that is known at the end.
pub struct Report<'a> {
    pub mutants: &'a [Mutant],
    pub tests: &'a [Test],
    /// How many mutants do not compile.
    pub unviable: usize,
    pub verdicts: &'a BTreeMap<usize, Verdict>,
    pub explained: &'a Explained,
}

impl Report<'_> {
    /// Writes every verdict to `verdicts.txt` and prints what needs a look, and counts.
    pub fn print(&self, directory: &Path) -> ExitCode {
        let verdict = |(number, verdict): (&usize, &Verdict)| {
            format!("{verdict:?} {}\n", self.mutants[*number].name)
        };
        let verdicts: String = self.verdicts.iter().map(verdict).collect();
        files::write(&directory.join("verdicts.txt"), &verdicts);

        let (mut caught, mut endless, mut known, mut left) = (0, 0, 0, 0);
        for (&number, verdict) in self.verdicts {
            match verdict {
                Verdict::Caught(_) => caught += 1,
                Verdict::Endless(_) => endless += 1,
                Verdict::Survived if self.explained.has(number) => known += 1,
                Verdict::Survived => {
                    self.print_survivor(directory, number);
                    left += 1;
                }
            }
        }
        let survives = |number: usize| self.verdicts.get(&number) == Some(&Verdict::Survived);
        let stale = self.explained.without(self.mutants, survives);
        for subject in &stale {
            println!("explained, but does not survive: {subject}");
        }
        println!(
            "{} mutants: {} unviable, {caught} caught, {endless} endless, {known} explained, \
            {left} not",
            self.mutants.len(),
            self.unviable
        );
        ExitCode::from(u8::from(left > 0 || !stale.is_empty()))
    }

    fn print_survivor(&self, directory: &Path, number: usize) {
        let mutant = &self.mutants[number];
        let source = files::read(&directory.join(&mutant.file));
        let reach = self
            .tests
            .iter()
            .filter(|test| test.reaches.contains(&number))
            .count();
        println!(
            "{}\n    {}\n    reached by {reach} tests",
            mutant.name,
            mutant.line(&source)
        );
    }
}
