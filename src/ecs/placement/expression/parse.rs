//! Recursive descent: `or` binds least, then `and`, then `not`.

use regex::Regex;

use super::{Attribute, ExpressionError, Node, Test};

/// Expressions within parentheses within parentheses; more is a mistake, and would exhaust the
/// stack.
const DEPTH_MAX: usize = 64;

/// Reads all of `text`.
pub(super) fn parse(text: &str) -> Result<Node, ExpressionError> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.or(0)?;
    parser.skip_blanks();
    match parser.rest().is_empty() {
        true => Ok(node),
        false => Err(parser.expected("\"and\", \"or\" or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Byte that is read next; on a character's boundary.
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn expected(&self, expected: &'static str) -> ExpressionError {
        ExpressionError::Syntax {
            expression: self.text.to_owned(),
            column: self.text[..self.at].chars().count() + 1,
            expected,
        }
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Reads a symbol, or nothing.
    fn symbol(&mut self, symbol: &str) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(symbol);
        self.at += if found { symbol.len() } else { 0 };
        found
    }

    /// Reads a word that ends where a word may end, or nothing.
    fn keyword(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let rest = self.rest().strip_prefix(word);
        let ends =
            |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "_-:.".contains(c));
        let found = rest.is_some_and(ends);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn or(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let mut node = self.and(depth)?;
        while self.symbol("||") || self.keyword("or") {
            node = Node::Or(Box::new(node), Box::new(self.and(depth)?));
        }
        Ok(node)
    }

    fn and(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let mut node = self.not(depth)?;
        while self.symbol("&&") || self.keyword("and") {
            node = Node::And(Box::new(node), Box::new(self.not(depth)?));
        }
        Ok(node)
    }

    fn not(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        if depth > DEPTH_MAX {
            return Err(self.expected("fewer parentheses within parentheses"));
        }
        if self.symbol("!") || self.keyword("not") {
            return Ok(Node::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.symbol("(") {
            let node = self.or(depth + 1)?;
            return match self.symbol(")") {
                true => Ok(node),
                false => Err(self.expected("\")\"")),
            };
        }
        self.test()
    }

    /// `subject operator [argument]`.
    fn test(&mut self) -> Result<Node, ExpressionError> {
        self.skip_blanks();
        let subject = self.take_while(|c| c.is_alphanumeric() || "_-:./".contains(c));
        if subject.is_empty() {
            return Err(self.expected("a subject such as attribute:ecs.instance-type"));
        }
        let attribute = subject.strip_prefix("attribute:").and_then(|name| {
            let mut known = Attribute::ALL.into_iter();
            known.find(|attribute| attribute.name() == name)
        });
        let Some(attribute) = attribute else {
            let subject = subject.to_owned();
            return Err(ExpressionError::Subject { subject });
        };
        let (operator, negated) = self.operator(subject)?;
        if attribute == Attribute::TrunkId && operator != Operator::Exists {
            return Err(ExpressionError::Operator {
                subject: subject.to_owned(),
                operator: operator.name(negated).to_owned(),
                remedy: "the trunk's identifier is not known beforehand, write \"exists\"",
            });
        }
        let test = match operator {
            Operator::Exists => Test::Exists,
            Operator::Equals => Test::In(vec![self.argument()?]),
            Operator::In => Test::In(self.list()?),
            Operator::Matches => Test::Matches(self.pattern()?),
        };
        let node = Node::Test(attribute, test);
        Ok(if negated {
            Node::Not(Box::new(node))
        } else {
            node
        })
    }

    fn operator(&mut self, subject: &str) -> Result<(Operator, bool), ExpressionError> {
        for operator in Operator::ALL {
            for negated in [false, true] {
                let word = operator.word(negated);
                if self.symbol_or_keyword(operator.name(negated)) || self.keyword(word) {
                    return Ok((operator, negated));
                }
            }
        }
        self.skip_blanks();
        let orders = [
            ">=",
            "<=",
            ">",
            "<",
            "greater_than_equal",
            "greater_than",
            "less_than_equal",
            "less_than",
        ];
        match orders
            .into_iter()
            .find(|order| self.rest().starts_with(order))
        {
            Some(operator) => Err(ExpressionError::Operator {
                subject: subject.to_owned(),
                operator: operator.to_owned(),
                remedy: "names have no order, write ==, !=, in, !in, =~ or !~",
            }),
            None => Err(self.expected("an operator: ==, !=, in, !in, =~, !~, exists or !exists")),
        }
    }

    /// `in` and `exists` end where words end; `==` ends anywhere.
    fn symbol_or_keyword(&mut self, name: &str) -> bool {
        match name.ends_with(|c: char| c.is_alphabetic()) {
            true => self.keyword(name),
            false => self.symbol(name),
        }
    }

    /// `[a, b]`.
    fn list(&mut self) -> Result<Vec<String>, ExpressionError> {
        if !self.symbol("[") {
            return Err(self.expected("a list such as [c5.large, c5.xlarge]"));
        }
        let mut list = vec![self.argument()?];
        while self.symbol(",") {
            list.push(self.argument()?);
        }
        match self.symbol("]") {
            true => Ok(list),
            false => Err(self.expected("\",\" or \"]\"")),
        }
    }

    fn argument(&mut self) -> Result<String, ExpressionError> {
        if let Some(quoted) = self.quoted()? {
            return Ok(quoted);
        }
        let value = self.take_while(|c| !c.is_whitespace() && !"()[],&|!".contains(c));
        match value.is_empty() {
            true => Err(self.expected("a value")),
            false => Ok(value.to_owned()),
        }
    }

    /// A pattern ends at a blank, or at a parenthesis that it did not open itself.
    fn pattern(&mut self) -> Result<Regex, ExpressionError> {
        let pattern = match self.quoted()? {
            Some(quoted) => quoted,
            None => {
                let mut open = 0_usize;
                self.take_while(|c| {
                    match c {
                        '(' => open += 1,
                        ')' if open == 0 => return false,
                        ')' => open -= 1,
                        _ => {}
                    }
                    !c.is_whitespace()
                })
                .to_owned()
            }
        };
        if pattern.is_empty() {
            return Err(self.expected("a pattern such as c5.*"));
        }
        // All of the value has to match, as in Java's Pattern.matches.
        Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                error => last_line(&error.to_string()).to_owned(),
            };
            ExpressionError::Pattern { pattern, reason }
        })
    }

    /// What stands in single or double quotes, if quotes come next.
    fn quoted(&mut self) -> Result<Option<String>, ExpressionError> {
        self.skip_blanks();
        let Some(quote) = self.rest().chars().next().filter(|c| "'\"".contains(*c)) else {
            return Ok(None);
        };
        let inner = &self.rest()[1..];
        match inner.split_once(quote) {
            Some((value, _)) => {
                self.at += value.len() + 2;
                Ok(Some(value.to_owned()))
            }
            None => Err(self.expected("a closing quote after this one")),
        }
    }

    /// Reads characters as long as `keep` says so.
    fn take_while(&mut self, mut keep: impl FnMut(char) -> bool) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

/// The last line of the pattern compiler's message is the reason; the others point into it.
fn last_line(message: &str) -> &str {
    let line = message.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ")
}

/// An operator without its negation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equals,
    In,
    Matches,
    Exists,
}

impl Operator {
    const ALL: [Operator; 4] = [
        Operator::Equals,
        Operator::In,
        Operator::Matches,
        Operator::Exists,
    ];

    const fn name(self, negated: bool) -> &'static str {
        match (self, negated) {
            (Operator::Equals, false) => "==",
            (Operator::Equals, true) => "!=",
            (Operator::In, false) => "in",
            (Operator::In, true) => "!in",
            (Operator::Matches, false) => "=~",
            (Operator::Matches, true) => "!~",
            (Operator::Exists, false) => "exists",
            (Operator::Exists, true) => "!exists",
        }
    }

    const fn word(self, negated: bool) -> &'static str {
        match (self, negated) {
            (Operator::Equals, false) => "equals",
            (Operator::Equals, true) => "not_equals",
            (Operator::In, false) => "in",
            (Operator::In, true) => "not_in",
            (Operator::Matches, false) => "matches",
            (Operator::Matches, true) => "not_matches",
            (Operator::Exists, false) => "exists",
            (Operator::Exists, true) => "not_exists",
        }
    }
}
