//! A place where results are not what they should be.

use std::fmt;

/// Column of `trials.csv` that stands for what became of every packet.
pub(super) const FINGERPRINT: &str = "fingerprint";

/// A difference between a result file and the same file made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Path of the file in the result directory.
    pub file: String,
    /// Line in the file, if it is about one; the header of a table is line 1.
    pub line: Option<u64>,
    /// Where in the sweep: columns and cells that name the row.
    pub row: Vec<(String, String)>,
    /// What differs: a column, a key, or the file as a whole.
    pub what: String,
    /// What stands in the file; `None` if nothing does.
    pub found: Option<String>,
    /// What stands there when it is made again; `None` if nothing does.
    pub again: Option<String>,
    /// Whether it is a fingerprint and nothing else in its row.
    pub only_fingerprint: bool,
}

impl Difference {
    /// A difference of a whole file, or of a part of it that is no row.
    pub(super) fn of_file(
        file: &str,
        what: &str,
        found: Option<String>,
        again: Option<String>,
    ) -> Self {
        Difference {
            file: file.to_owned(),
            line: None,
            row: Vec::new(),
            what: what.to_owned(),
            found,
            again,
            only_fingerprint: false,
        }
    }
}

/// Several lines: where, then both values, then what that means if it is not plain.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.row.is_empty() {
            let pairs: Vec<String> = self.row.iter().map(|(k, v)| format!("{k} = {v}")).collect();
            write!(f, ", {}", pairs.join(", "))?;
        }
        let shown = |value: &Option<String>| match value {
            Some(value) => format!("`{value}`"),
            None => "nothing".to_owned(),
        };
        write!(f, ": {}", self.what)?;
        write!(f, "\n  in the file  {}", shown(&self.found))?;
        write!(f, "\n  run again    {}", shown(&self.again))?;
        if self.only_fingerprint {
            f.write_str(
                "\n  only the fingerprint differs: packets came, left or were lost otherwise, and \
                 the counts and averages hide it",
            )?;
        }
        Ok(())
    }
}
