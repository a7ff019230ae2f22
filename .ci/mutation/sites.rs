//! Where in a source file which mutants are.

use std::collections::BTreeMap;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::mutant::{Genre, Mutant, offset};

/// A piece of source that mutants change.
#[derive(Debug)]
pub struct Site {
    /// Bytes of the source.
    pub range: Range<usize>,
    pub kind: Kind,
    /// Numbers of the mutants with what they put in.
    pub mutants: Vec<(usize, String)>,
}

#[derive(Debug)]
pub enum Kind {
    /// `left operator right`.
    Binary {
        left: Range<usize>,
        operator: String,
        right: Range<usize>,
    },
    /// `operator operand`, and the mutant leaves the operand.
    Unary {
        operator: String,
        operand: Range<usize>,
    },
    /// The condition of a match arm.
    Guard,
    /// Just behind the pattern of a match arm without a guard.
    Arm,
    /// Just inside a function's body.
    Value,
    /// The body of a function that promises an iterator without naming it; the mutant gives an empty
    /// one.
    Iterator,
    /// The word `const` of a function: what asks which mutant is on cannot be constant.
    Const,
}

/// The sites of `source` in pre-order, for those of `mutants` (with their numbers) that are in it.
pub fn find(source: &str, mutants: &[(usize, &Mutant)]) -> Vec<Site> {
    let mut by_start: BTreeMap<(usize, bool), Vec<(usize, String)>> = BTreeMap::new();
    let mut values = Vec::new();
    for (number, mutant) in mutants {
        let start = offset(source, mutant.span.start);
        let change = (*number, mutant.replacement.clone());
        match mutant.genre {
            Genre::FunctionValue => {
                let empties = mutant.empties_iterator();
                values.push((start, empties, change));
            }
            Genre::StructField => {}
            genre => {
                let key = (start, genre == Genre::MatchArmGuard);
                by_start.entry(key).or_default().push(change);
            }
        }
    }
    let mut finder = Finder {
        by_start,
        sites: Vec::new(),
        functions: Vec::new(),
    };
    finder.visit_file(&syn::parse_file(source).expect("the source compiles"));
    let Finder {
        mut sites,
        functions,
        ..
    } = finder;
    let mut by_function: BTreeMap<(usize, bool), Vec<(usize, String)>> = BTreeMap::new();
    for (start, empties, change) in values {
        // The innermost function is the one that begins last.
        let within = |(_, (_, body)): &(usize, &(_, Range<usize>))| body.contains(&start);
        let around = functions.iter().enumerate().filter(within);
        if let Some((number, _)) = around.max_by_key(|(_, (_, body))| body.start) {
            by_function
                .entry((number, empties))
                .or_default()
                .push(change);
        }
    }
    for (number, (constant, body)) in functions.into_iter().enumerate() {
        let values = by_function.remove(&(number, false)).unwrap_or_default();
        let empties = by_function.remove(&(number, true)).unwrap_or_default();
        let within = |site: &Site| body.start <= site.range.start && site.range.end <= body.end;
        let changed = !values.is_empty() || !empties.is_empty() || sites.iter().any(within);
        if let Some(range) = constant.filter(|_| changed) {
            sites.push(Site {
                range,
                kind: Kind::Const,
                mutants: Vec::new(),
            });
        }
        for (range, kind, mutants) in [
            (body.clone(), Kind::Iterator, empties),
            (body.start..body.start, Kind::Value, values),
        ] {
            if !mutants.is_empty() {
                sites.push(Site {
                    range,
                    kind,
                    mutants,
                });
            }
        }
    }
    sites.sort_by_key(|site| {
        let guard_first = !matches!(site.kind, Kind::Guard);
        (
            site.range.start,
            std::cmp::Reverse(site.range.end),
            guard_first,
        )
    });
    sites
}

struct Finder {
    /// By the first byte of what is changed, and whether it is the condition of a match arm.
    by_start: BTreeMap<(usize, bool), Vec<(usize, String)>>,
    sites: Vec<Site>,
    /// Of every function the word `const` and the inside of the body.
    functions: Vec<(Option<Range<usize>>, Range<usize>)>,
}

impl Finder {
    fn found(&mut self, at: Span, guard: bool, range: Range<usize>, kind: Kind) {
        if let Some(mutants) = self.by_start.remove(&(at.byte_range().start, guard)) {
            self.sites.push(Site {
                range,
                kind,
                mutants,
            });
        }
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let constant = signature.constness.map(|word| word.span().byte_range());
        let braces = body.brace_token.span;
        let inside = braces.open().byte_range().end..braces.close().byte_range().start;
        self.functions.push((constant, inside));
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        let (left, right) = (bytes(&*node.left), bytes(&*node.right));
        let at = node.op.span();
        let operator = text(at);
        if has_let(&node.left) || has_let(&node.right) {
            return visit::visit_expr_binary(self, node);
        }
        self.found(
            at,
            false,
            bytes(node),
            Kind::Binary {
                left,
                operator,
                right,
            },
        );
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        let at = node.op.span();
        let kind = Kind::Unary {
            operator: text(at),
            operand: bytes(&*node.expr),
        };
        self.found(at, false, bytes(node), kind);
        visit::visit_expr_unary(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        match &node.guard {
            Some((_, guard)) => self.found(guard.span(), true, bytes(&**guard), Kind::Guard),
            None => {
                let behind = bytes(&node.pat).end;
                self.found(node.span(), false, behind..behind, Kind::Arm);
            }
        }
        visit::visit_arm(self, node);
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(&node.sig, &node.block);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.sig, &node.block);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(body) = &node.default {
            self.function(&node.sig, body);
        }
        visit::visit_trait_item_fn(self, node);
    }
}

/// Whether a chain of conditions binds something: no other operator fits there.
fn has_let(condition: &syn::Expr) -> bool {
    match condition {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(pair) => has_let(&pair.left) || has_let(&pair.right),
        _ => false,
    }
}

fn bytes(node: &impl Spanned) -> Range<usize> {
    node.span().byte_range()
}

fn text(span: Span) -> String {
    span.source_text()
        .expect("the span is of a file that was parsed")
}
