//! What is wrong or surprising in a document: path, value, reason, remedy.

use std::fmt;

use serde_json::Value;

/// Characters of an offending value that a message shows; a longer one is cut.
const VALUE_CHARS_MAX: usize = 60;

/// One thing for which ECS would refuse a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentProblem {
    /// Path of the field, such as `containerDefinitions[0].portMappings[1].hostPort`; empty for
    /// the document as a whole.
    pub path: String,
    /// The offending value as JSON, cut if it is long; `None` where something is missing.
    pub value: Option<String>,
    /// Why it is refused.
    pub reason: String,
    /// How to put it right.
    pub remedy: String,
}

impl DocumentProblem {
    /// A problem with what stands at `path`.
    pub(super) fn at(path: &str, value: &Value, reason: String, remedy: String) -> Self {
        let value = Some(shortened(&value.to_string()));
        let path = path.to_owned();
        DocumentProblem {
            path,
            value,
            reason,
            remedy,
        }
    }

    /// A problem with what is missing at `path`.
    pub(super) fn missing(path: &str, reason: String, remedy: String) -> Self {
        DocumentProblem {
            path: path.to_owned(),
            value: None,
            reason,
            remedy,
        }
    }
}

/// `text` as far as a message shows it.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Display for DocumentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path.as_str() {
            "" => "the document",
            path => path,
        };
        match &self.value {
            Some(value) if !self.path.is_empty() => write!(f, "{path} = {value}")?,
            _ => f.write_str(path)?,
        }
        write!(f, ": {}; {}", self.reason, self.remedy)
    }
}

/// Everything for which ECS would refuse a document, in the order of the document's fields.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", report(.source_name, .problems))]
pub struct DocumentErrors {
    /// Names the document in messages, usually its file.
    pub source_name: String,
    /// At least one problem.
    pub problems: Vec<DocumentProblem>,
}

fn report(source_name: &str, problems: &[DocumentProblem]) -> String {
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    };
    let mut report = format!("{count} in {source_name}");
    for problem in problems {
        report += &format!("\n  {problem}");
    }
    report
}

/// Something that ECS accepts, but not as one might expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentWarning {
    /// Which kind of surprise.
    pub kind: WarningKind,
    /// Path of the field; of the missing one, where something is missing.
    pub path: String,
    /// What ECS makes of it.
    pub message: String,
}

impl fmt::Display for DocumentWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Kinds of surprises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarningKind {
    /// No `networkMode`: bridge is the default on Linux.
    DefaultNetworkMode,
    /// `hostPort` 0 where there are no dynamic ports: it becomes the container port.
    HostPortZero,
    /// A static host port in the range from which dynamic ones are taken.
    EphemeralHostPort,
    /// A static host port that the instance keeps for itself.
    ReservedHostPort,
    /// A protocol that ECS does not know and reads as tcp.
    UnknownProtocol,
    /// Two containers of one task listen on the same port of one network namespace.
    SharedPort,
    /// Memory that is only reserved, without a limit.
    ReservationOnly,
    /// No CPU is set aside for the task.
    NothingDemanded,
    /// No security group: the VPC's default one.
    DefaultSecurityGroup,
    /// A setting without effect in this network mode.
    WithoutEffect,
    /// A link to a container that the task does not have.
    UnknownContainer,
    /// A Windows definition: the rules and the model here are those of Linux.
    Windows,
}
