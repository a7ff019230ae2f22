//! A value of a document together with its path, and what was found out about the document.

use serde_json::Value;

use super::problem::{DocumentErrors, DocumentProblem, DocumentWarning, WarningKind};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Place<'d> {
    pub value: &'d Value,
    pub path: String,
}

/// Path of a field below `path`.
pub(super) fn below(path: &str, field: &str) -> String {
    match path {
        "" => field.to_owned(),
        path => format!("{path}.{field}"),
    }
}

impl<'d> Place<'d> {
    pub fn new(value: &'d Value, path: impl Into<String>) -> Self {
        let path = path.into();
        Place { value, path }
    }

    /// Path of the field `name` of this object, whether it is there or not.
    pub fn path_of(&self, name: &str) -> String {
        below(&self.path, name)
    }

    /// The field `name` of this object, if it is there.
    pub fn field(&self, name: &str) -> Option<Place<'d>> {
        let value = self.value.get(name)?;
        Some(Place::new(value, self.path_of(name)))
    }

    /// The elements of the array in the field `name`; none where there is no array.
    pub fn elements(&self, name: &str) -> Vec<Place<'d>> {
        let path = self.path_of(name);
        let values = self.value.get(name).and_then(Value::as_array);
        let place = |(index, value)| Place::new(value, format!("{path}[{index}]"));
        values
            .into_iter()
            .flatten()
            .enumerate()
            .map(place)
            .collect()
    }

    /// The text in the field `name`; `None` where there is no text.
    pub fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The texts of the array in the field `name`.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let elements = self.elements(name).into_iter();
        elements
            .filter_map(|e| e.value.as_str().map(str::to_owned))
            .collect()
    }

    /// A problem with this value.
    pub fn problem(&self, reason: impl Into<String>, remedy: impl Into<String>) -> DocumentProblem {
        DocumentProblem::at(&self.path, self.value, reason.into(), remedy.into())
    }

    /// A problem with the missing field `name` of this object.
    pub fn missing(
        &self,
        name: &str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> DocumentProblem {
        DocumentProblem::missing(&self.path_of(name), reason.into(), remedy.into())
    }
}

/// What was found out about a document so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub problems: Vec<DocumentProblem>,
    pub warnings: Vec<DocumentWarning>,
}

impl Findings {
    pub fn refuse(&mut self, problem: DocumentProblem) {
        self.problems.push(problem);
    }

    pub fn warn(&mut self, kind: WarningKind, path: &str, message: impl Into<String>) {
        self.warnings.push(DocumentWarning {
            kind,
            path: path.to_owned(),
            message: message.into(),
        });
    }

    /// The warnings, or all problems if there is one, by path.
    pub fn conclude(mut self, source_name: &str) -> Result<Vec<DocumentWarning>, DocumentErrors> {
        if self.problems.is_empty() {
            return Ok(self.warnings);
        }
        self.problems.sort_by_key(|problem| order(&problem.path));
        Err(DocumentErrors {
            source_name: source_name.to_owned(),
            problems: self.problems,
        })
    }
}

/// Sorts paths with their indices as numbers: `a[2]` before `a[10]`.
fn order(path: &str) -> Vec<(u64, String)> {
    let part = |part: &str| (part.parse().unwrap_or(0), part.to_owned());
    path.split(['[', ']', '.']).map(part).collect()
}

/// Reads the text of a document. A byte order mark before it, as Windows tools write one, is no part
/// of it.
pub(super) fn parse(source_name: &str, text: &str) -> Result<Value, DocumentErrors> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        let remedy = "write the document as `aws ecs` takes or prints it with `--output json`";
        let problem =
            DocumentProblem::missing("", format!("this is not JSON: {error}"), remedy.to_owned());
        DocumentErrors {
            source_name: source_name.to_owned(),
            problems: vec![problem],
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_come_by_path_with_indices_as_numbers() {
        let mut findings = Findings::default();
        for path in ["a[10].x", "b", "a[2].y", "a[2].x", ""] {
            findings.refuse(DocumentProblem::missing(
                path,
                "r".to_owned(),
                "s".to_owned(),
            ));
        }
        let errors = findings.conclude("x.json").unwrap_err();
        let paths: Vec<&str> = errors.problems.iter().map(|p| &*p.path).collect();
        assert_eq!(paths, ["", "a[2].x", "a[2].y", "a[10].x", "b"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_document() {
        assert!(parse("x.json", "\u{feff}{}").unwrap().is_object());
        assert!(parse("x.json", "\u{feff}").is_err());
    }

    #[test]
    fn what_is_not_json_is_named_with_its_place() {
        let errors = parse("x.json", "{\n  \"family\": \"web\",\n}").unwrap_err();
        assert_eq!(
            errors.to_string(),
            "1 problem in x.json\n  the document: this is not JSON: trailing comma at line 3 \
             column 1; write the document as `aws ecs` takes or prints it with `--output json`"
        );
    }
}
