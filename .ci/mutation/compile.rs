//! Cargo, asked for a test build, and what it says.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

/// An error of the compiler.
pub struct Complaint {
    pub places: Vec<Lines>,
    /// As a user sees it.
    pub rendered: String,
    /// It is about types that the compiler could not infer.
    pub needs_types: bool,
}

/// Lines of a file, from zero.
pub struct Lines {
    pub file: String,
    pub lines: Range<usize>,
}

#[derive(Deserialize)]
struct Line {
    executable: Option<PathBuf>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    code: Option<Code>,
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    line_end: usize,
    is_primary: bool,
}

/// Checks (`check`) or builds (`test`) the tests of the library in `directory`; returns their
/// executable if there is one.
///
/// # Errors
/// What the compiler complains about.
///
/// # Panics
/// If cargo cannot be run.
pub fn compile(directory: &Path, command: &str) -> Result<Option<PathBuf>, Vec<Complaint>> {
    let arguments: &[&str] = match command {
        "check" => &["check", "--profile", "test", "--lib", "--tests"],
        _ => &["test", "--lib", "--no-run"],
    };
    let output = Command::new("cargo")
        .args(arguments)
        .args(["--quiet", "--message-format", "json"])
        .current_dir(directory)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<Line> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if output.status.success() {
        return Ok(lines.into_iter().rev().find_map(|line| line.executable));
    }
    let messages = lines.into_iter().filter_map(|line| line.message);
    let errors = messages.filter(|message| message.level == "error" && !message.spans.is_empty());
    Err(errors.map(complaint).collect())
}

fn complaint(message: Message) -> Complaint {
    let code = message.code.map_or(String::new(), |code| code.code);
    let mut spans = message.spans;
    spans.sort_by_key(|span| !span.is_primary);
    let lines = |span: Span| Lines {
        file: span.file_name,
        lines: span.line_start - 1..span.line_end,
    };
    Complaint {
        places: spans.into_iter().map(lines).collect(),
        rendered: message.rendered.unwrap_or_default(),
        needs_types: matches!(&*code, "E0282" | "E0283" | "E0284"),
    }
}
