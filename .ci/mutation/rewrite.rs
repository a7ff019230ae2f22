//! One source text that holds all mutants of a file, each behind its switch.
//!
//! Operands are evaluated once, before it is decided what is done with them, so that mutants nest
//! without the text growing by a factor per level. What a mutant puts in stands on a line of its own
//! that names it (`/*#7*/`); where a site begins, its mutants are named too (`/*@7 8*/`): so the
//! compiler's complaints find whom they are about.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use crate::sites::{Kind, Site};

/// The text, and the mutants in it.
pub struct Rewritten {
    pub text: String,
    pub mutants: BTreeSet<usize>,
}

/// Puts the mutants of `sites`, which are in pre-order, into `source`; leaves out those in
/// `without`.
pub fn rewrite(source: &str, sites: &[Site], without: &BTreeSet<usize>) -> Rewritten {
    let mut writer = Writer {
        source,
        sites,
        without,
        text: String::new(),
        mutants: BTreeSet::new(),
    };
    writer.copy(0..source.len(), 0);
    Rewritten {
        text: writer.text,
        mutants: writer.mutants,
    }
}

struct Writer<'a> {
    source: &'a str,
    sites: &'a [Site],
    without: &'a BTreeSet<usize>,
    text: String,
    mutants: BTreeSet<usize>,
}

impl Writer<'_> {
    /// Writes `range` of the source with the sites in it, of those from number `next` on.
    fn copy(&mut self, range: Range<usize>, mut next: usize) {
        let mut at = range.start;
        while let Some(site) = self.sites.get(next) {
            if site.range.start >= at && site.range.end <= range.end {
                self.text.push_str(&self.source[at..site.range.start]);
                at = site.range.end;
                self.site(site, next + 1);
            }
            next += 1;
        }
        self.text.push_str(&self.source[at..range.end]);
    }

    fn site(&mut self, site: &Site, next: usize) {
        let active: Vec<&(usize, String)> = site
            .mutants
            .iter()
            .filter(|(number, _)| !self.without.contains(number))
            .collect();
        match &site.kind {
            Kind::Const => {}
            Kind::Value => self.values(site),
            _ if active.is_empty() => self.copy(site.range.clone(), next),
            Kind::Iterator => {
                let number = active[0].0;
                self.begin("({", &active);
                self.copy(site.range.clone(), next);
                let limit = format!("if crate::switch::on({number}) {{ 0 }} else {{ usize::MAX }}");
                write!(self.text, "\n}}).take({limit}) /*#{number}*/\n").expect("as above");
            }
            Kind::Arm => {
                let number = active[0].0;
                self.begin(" if", &active);
                write!(self.text, " !crate::switch::on({number})").expect("a string takes all");
            }
            Kind::Guard => {
                self.begin("(", &active);
                for (number, value) in &active {
                    self.branch(*number, value);
                }
                self.text.push_str("{ ");
                self.copy(site.range.clone(), next);
                self.text.push_str(" })");
            }
            Kind::Unary { operator, operand } => {
                self.begin("(match", &active);
                self.text.push_str(" (");
                self.copy(operand.clone(), next);
                self.text.push_str(") { mutant_operand => {\n");
                self.branch(active[0].0, "mutant_operand");
                writeln!(self.text, "{{ {operator}mutant_operand }} }} }})").expect("as above");
            }
            Kind::Binary {
                left,
                operator,
                right,
            } => {
                self.binary(left.clone(), operator, right.clone(), &active, next);
            }
        }
    }

    fn binary(
        &mut self,
        left: Range<usize>,
        operator: &str,
        right: Range<usize>,
        active: &[&(usize, String)],
        next: usize,
    ) {
        match operator {
            "&&" | "||" => {
                self.begin("({ let mutant_left =", active);
                self.copy(left, next);
                let equal = if operator == "&&" { "!=" } else { "==" };
                let number = active[0].0;
                write!(
                    self.text,
                    ";\nif mutant_left {equal} crate::switch::on({number}) {{ "
                )
                .expect("a string takes all");
                self.copy(right, next);
                self.text.push_str(" } else { mutant_left } })");
                return;
            }
            "==" | "!=" | "<" | "<=" | ">" | ">=" => {
                self.begin("(match", active);
                self.text.push_str(" (&(");
                self.copy(left, next);
                self.text.push_str("), &(");
                self.copy(right, next);
                self.text
                    .push_str(")) { (mutant_left, mutant_right) => {\n");
                self.branches("mutant_left", operator, active);
            }
            _ if operator.ends_with('=') => {
                let place = self.source[left].to_owned();
                self.begin("(match", active);
                self.text.push_str(" (");
                self.copy(right, next);
                self.text.push_str(") { mutant_right => {\n");
                self.branches(&place, operator, active);
            }
            _ => {
                self.begin("(match", active);
                self.text.push_str(" ((");
                self.copy(left, next);
                self.text.push_str("), (");
                self.copy(right, next);
                self.text
                    .push_str(")) { (mutant_left, mutant_right) => {\n");
                self.branches("mutant_left", operator, active);
            }
        }
        self.text.push_str(" } })");
    }

    fn branches(&mut self, left: &str, operator: &str, active: &[&(usize, String)]) {
        for (number, other) in active {
            self.branch(*number, &format!("{left} {other} mutant_right"));
        }
        write!(self.text, "{{ {left} {operator} mutant_right }}").expect("a string takes all");
    }

    /// The mutants of a body, and a mark where one was that does not compile: that the place is
    /// reached is worth knowing.
    fn values(&mut self, site: &Site) {
        for (number, value) in &site.mutants {
            let (on, without) = (format!("crate::switch::on({number})"), self.without);
            if without.contains(number) {
                write!(self.text, "\nlet _ = {on};\n").expect("a string takes all");
            } else {
                write!(self.text, "\nif {on} {{ return {value} }} /*#{number}*/\n")
                    .expect("a string takes all");
                self.mutants.insert(*number);
            }
        }
    }

    fn begin(&mut self, opening: &str, active: &[&(usize, String)]) {
        write!(self.text, "\n{opening} /*@").expect("a string takes all");
        for (number, _) in active {
            write!(self.text, " {number}").expect("a string takes all");
            self.mutants.insert(*number);
        }
        self.text.push_str("*/\n");
    }

    fn branch(&mut self, number: usize, text: &str) {
        writeln!(
            self.text,
            "if crate::switch::on({number}) {{ {text} }} else /*#{number}*/"
        )
        .expect("a string takes all");
    }
}
