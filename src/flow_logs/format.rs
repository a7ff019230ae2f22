//! Which fields a log has, and in which order.

use std::fmt;
use std::str::FromStr;

use super::field::{DEFAULT_FIELDS, FIELDS, Field};

/// The fields of a log, in order; at least one, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format(Vec<Field>);

impl Default for Format {
    /// The default format: the fields of version 2.
    fn default() -> Self {
        Format(FIELDS[..DEFAULT_FIELDS].to_vec())
    }
}

impl Format {
    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.0
    }

    /// What the field `version` says: the highest version of the fields.
    pub fn version(&self) -> u8 {
        let versions = self.0.iter().map(|field| field.version);
        versions.max().unwrap_or_default()
    }
}

impl fmt::Display for Format {
    /// As the first line of a text file has it: names separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|field| field.name).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Format {
    type Err = FormatError;

    /// Names separated by spaces, each bare or as `${name}`, as the EC2 API takes them.
    fn from_str(text: &str) -> Result<Self, FormatError> {
        let mut fields: Vec<Field> = Vec::new();
        for word in text.split_whitespace() {
            let name = match word.strip_prefix("${") {
                Some(rest) => rest
                    .strip_suffix('}')
                    .ok_or_else(|| FormatError::Unclosed(word.to_owned()))?,
                None => word,
            };
            let field = Field::find(name).ok_or_else(|| FormatError::Unknown(name.to_owned()))?;
            if fields.contains(&field) {
                return Err(FormatError::Twice(name.to_owned()));
            }
            fields.push(field);
        }
        if fields.is_empty() {
            return Err(FormatError::Empty);
        }
        Ok(Format(fields))
    }
}

/// Why a text is no log format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It names nothing.
    #[error("a flow log has at least one field; write for example \"interface-id packets bytes\"")]
    Empty,
    /// A `${` without `}`.
    #[error("`{0}` has no closing brace; write ${{name}} or the name alone")]
    Unclosed(String),
    /// Not a field of flow logs.
    #[error("`{0}` is not a known field of flow logs; known are: {known}", known = known())]
    Unknown(String),
    /// A field that is there already.
    #[error("the field `{0}` stands there twice; name it once")]
    Twice(String),
}

fn known() -> String {
    FIELDS.map(|field| field.name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> u8 {
        text.parse::<Format>().unwrap().version()
    }

    /// Oracle: the default format as the Amazon VPC User Guide has it.
    #[test]
    fn the_default_format_is_version_2() {
        let format = Format::default();
        assert_eq!(format.version(), 2);
        assert_eq!(
            format.to_string(),
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets \
             bytes start end action log-status"
        );
        assert_eq!(format.to_string().parse(), Ok(format));
    }

    /// Oracle: the guide's rule, the highest version among the fields.
    #[test]
    fn the_version_is_the_highest_of_the_fields() {
        assert_eq!(version("srcaddr"), 2);
        assert_eq!(version("srcaddr ${vpc-id}"), 3);
        assert_eq!(version("${az-id} ${vpc-id} version"), 4);
        assert_eq!(version("flow-direction az-id"), 5);
        assert_eq!(version("ecs-task-id flow-direction"), 7);
    }

    #[test]
    fn both_spellings_mean_the_same_and_the_order_is_kept() {
        let braces: Format = "${bytes}  ${interface-id}\n${packets}".parse().unwrap();
        assert_eq!(braces.to_string(), "bytes interface-id packets");
        assert_eq!("bytes interface-id packets".parse(), Ok(braces));
    }

    #[test]
    fn what_is_no_format_is_refused_with_what_would_be_one() {
        let message = |text: &str| text.parse::<Format>().unwrap_err().to_string();
        assert!(message(" ").contains("for example \"interface-id packets bytes\""));
        assert!(message("${version").contains("`${version` has no closing brace"));
        assert!(message("${version").contains("write ${name}"));
        assert!(message("bytes bytes").contains("`bytes` stands there twice"));
        let unknown = message("bytes reject-reason");
        assert!(
            unknown.contains("`reject-reason` is not a known field"),
            "{unknown}"
        );
        assert!(unknown.contains("version, account-id"), "{unknown}");
        assert!(unknown.ends_with("ecs-task-id"), "{unknown}");
    }
}
