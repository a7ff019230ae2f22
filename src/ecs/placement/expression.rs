//! The cluster query language, as far as it speaks of the network.
//!
//! # Source
//! Amazon ECS Developer Guide, cluster query language: `subject operator [argument]`, combined by
//! `and`, `or`, `not` and parentheses. What depends on a running cluster (`task:group`,
//! `runningTasksCount`, agents, dates) and attributes that instance types do not have here are
//! refused by name, never taken for true.

mod parse;

use regex::Regex;

use crate::ecs::CpuArchitecture;

/// What an expression can ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// `ecs.instance-type`.
    InstanceType,
    /// `ecs.availability-zone`.
    AvailabilityZone,
    /// `ecs.os-type`.
    OsType,
    /// `ecs.cpu-architecture`.
    CpuArchitecture,
    /// `ecs.awsvpc-trunk-id`: only instances with a trunk ENI have it.
    TrunkId,
}

impl Attribute {
    /// All attributes.
    pub const ALL: [Attribute; 5] = [
        Attribute::InstanceType,
        Attribute::AvailabilityZone,
        Attribute::OsType,
        Attribute::CpuArchitecture,
        Attribute::TrunkId,
    ];

    /// As ECS writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Attribute::InstanceType => "ecs.instance-type",
            Attribute::AvailabilityZone => "ecs.availability-zone",
            Attribute::OsType => "ecs.os-type",
            Attribute::CpuArchitecture => "ecs.cpu-architecture",
            Attribute::TrunkId => "ecs.awsvpc-trunk-id",
        }
    }
}

/// The attributes of one container instance.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    /// Name of the instance type.
    pub instance_type: &'a str,
    /// Availability Zone.
    pub zone: &'a str,
    /// Whether it has a trunk ENI.
    pub trunked: bool,
}

impl<'a> Attributes<'a> {
    /// The value of an attribute; the identifier of a trunk is unknown, so its text is empty.
    fn get(&self, attribute: Attribute) -> Option<&'a str> {
        match attribute {
            Attribute::InstanceType => Some(self.instance_type),
            Attribute::AvailabilityZone => Some(self.zone),
            // Windows has neither bridge nor trunks; all of this crate is about Linux.
            Attribute::OsType => Some("linux"),
            Attribute::CpuArchitecture => {
                Some(CpuArchitecture::of_type_name(self.instance_type).attribute())
            }
            Attribute::TrunkId => self.trunked.then_some(""),
        }
    }
}

/// An expression of the cluster query language.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    root: Node,
}

#[derive(Clone, Debug)]
enum Node {
    Test(Attribute, Test),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
}

#[derive(Clone, Debug)]
enum Test {
    Exists,
    In(Vec<String>),
    Matches(Regex),
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// If it is not one, or if what it asks cannot be known here.
    ///
    /// # Examples
    /// ```
    /// use enibench::ecs::placement::{Attributes, Expression};
    ///
    /// let expression = Expression::parse("attribute:ecs.instance-type =~ c5.*")?;
    /// let instance = Attributes { instance_type: "c5.large", zone: "us-east-1a", trunked: false };
    /// assert!(expression.holds(&instance));
    /// # Ok::<(), enibench::ecs::placement::ExpressionError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        let root = parse::parse(text)?;
        let text = text.trim().to_owned();
        Ok(Expression { text, root })
    }

    /// Whether it holds for an instance.
    pub fn holds(&self, instance: &Attributes<'_>) -> bool {
        self.root.holds(instance)
    }

    /// Whether its value depends on `attribute`.
    pub fn mentions(&self, attribute: Attribute) -> bool {
        self.root.mentions(attribute)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Node {
    fn holds(&self, instance: &Attributes<'_>) -> bool {
        match self {
            Node::Test(attribute, test) => {
                let value = instance.get(*attribute);
                value.is_some_and(|value| match test {
                    Test::Exists => true,
                    Test::In(list) => list.iter().any(|item| item == value),
                    Test::Matches(pattern) => pattern.is_match(value),
                })
            }
            Node::Not(node) => !node.holds(instance),
            Node::And(a, b) => a.holds(instance) && b.holds(instance),
            Node::Or(a, b) => a.holds(instance) || b.holds(instance),
        }
    }

    fn mentions(&self, attribute: Attribute) -> bool {
        match self {
            Node::Test(own, _) => *own == attribute,
            Node::Not(node) => node.mentions(attribute),
            Node::And(a, b) | Node::Or(a, b) => a.mentions(attribute) || b.mentions(attribute),
        }
    }
}

/// Why an expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// Something else was expected at a place.
    #[error(
        "\"{expression}\", character {column}: expected {expected}; write for example \
         \"attribute:ecs.instance-type =~ c5.*\""
    )]
    Syntax {
        /// All of the expression.
        expression: String,
        /// Where, from 1.
        column: usize,
        /// What could stand there.
        expected: &'static str,
    },
    /// It asks for what is only known of a running cluster, or for a custom attribute.
    #[error(
        "cannot evaluate \"{subject}\" without a cluster; known are attribute:ecs.instance-type, \
         attribute:ecs.availability-zone, attribute:ecs.os-type, \
         attribute:ecs.cpu-architecture and attribute:ecs.awsvpc-trunk-id"
    )]
    Subject {
        /// What it asks for.
        subject: String,
    },
    /// The operator has no meaning for the subject.
    #[error("cannot evaluate \"{subject} {operator}\"; {remedy}")]
    Operator {
        /// What it asks for.
        subject: String,
        /// As written.
        operator: String,
        /// What to write.
        remedy: &'static str,
    },
    /// A pattern that is not understood.
    #[error(
        "\"{pattern}\" is not a pattern that is understood here ({reason}); write for example \
         \"c5.*\" or \"(c5|m5).*\""
    )]
    Pattern {
        /// As written.
        pattern: String,
        /// Why not.
        reason: String,
    },
}

#[cfg(test)]
mod tests;
