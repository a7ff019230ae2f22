//! The file that says what the tasks of each family send.

use crate::ecs::documents::TaskDefinition;

/// A table for each family, with the keys of `traffic` in experiment files.
#[derive(Clone, Debug)]
pub struct TrafficFile {
    source_name: String,
    tables: toml::Table,
}

/// What is wrong with a traffic file as a whole. What is wrong in a table is found when it becomes
/// an experiment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrafficError {
    /// Not TOML.
    #[error("{source_name} is not TOML: {message}")]
    Syntax {
        /// Names the file.
        source_name: String,
        /// What the parser says, with the place.
        message: String,
    },
    /// Something else than a table.
    #[error(
        "{source_name}: `{key}` is no table; write [{key}] for the family, and its traffic below"
    )]
    NoTable {
        /// Names the file.
        source_name: String,
        /// The key.
        key: String,
    },
    /// A family that no definition has.
    #[error(
        "{source_name}: no task definition is of family `{family}`; there are \
         {known}; name its definition too, or leave the table out"
    )]
    Unknown {
        /// Names the file.
        source_name: String,
        /// As in the file.
        family: String,
        /// The families there are.
        known: String,
    },
    /// A definition without traffic.
    #[error(
        "{source_name} has no traffic for the family `{family}`; add for example\n\n[{family}]\n\
         arrivals = \"poisson\"\nrate = \"2000 packets/s\"\npacket-size = \"512 B\""
    )]
    Missing {
        /// Names the file.
        source_name: String,
        /// The family.
        family: String,
    },
}

impl TrafficFile {
    /// Reads the text of a traffic file.
    ///
    /// # Errors
    /// If it is not TOML or holds something else than tables.
    pub fn parse(source_name: &str, text: &str) -> Result<TrafficFile, TrafficError> {
        let source_name = source_name.to_owned();
        let tables: toml::Table = match text.parse() {
            Ok(tables) => tables,
            Err(error) => {
                let error: toml::de::Error = error;
                let message = error.to_string().trim_end().to_owned();
                return Err(TrafficError::Syntax {
                    source_name,
                    message,
                });
            }
        };
        if let Some((key, _)) = tables.iter().find(|(_, value)| !value.is_table()) {
            let key = key.clone();
            return Err(TrafficError::NoTable { source_name, key });
        }
        Ok(TrafficFile {
            source_name,
            tables,
        })
    }

    /// The traffic of each of `definitions`, in their order.
    ///
    /// # Errors
    /// If one has none, or if a table belongs to none.
    pub fn of(&self, definitions: &[TaskDefinition]) -> Result<Vec<toml::Table>, TrafficError> {
        let source_name = || self.source_name.clone();
        let families = || definitions.iter().map(|d| d.family.as_str());
        if let Some(family) = self.tables.keys().find(|key| families().all(|f| f != *key)) {
            let (family, source_name) = (family.clone(), source_name());
            let known = families().collect::<Vec<_>>().join(", ");
            return Err(TrafficError::Unknown {
                source_name,
                family,
                known,
            });
        }
        let of_family = |family: &str| {
            let table = self.tables.get(family).and_then(toml::Value::as_table);
            table.cloned().ok_or_else(|| TrafficError::Missing {
                source_name: source_name(),
                family: family.to_owned(),
            })
        };
        families().map(of_family).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(family: &str) -> TaskDefinition {
        let text = format!(
            r#"{{"family": "{family}", "containerDefinitions":
                [{{"name": "c", "image": "i", "memory": 64}}]}}"#
        );
        TaskDefinition::parse("x.json", &text).unwrap()
    }

    #[test]
    fn each_definition_finds_its_table() {
        let text = "[web]\nrate = \"1 Mbit/s\"\n[api]\nrate = \"2 Mbit/s\"\n";
        let file = TrafficFile::parse("t.toml", text).unwrap();
        let tables = file.of(&[definition("api"), definition("web")]).unwrap();
        assert_eq!(tables[0]["rate"].as_str(), Some("2 Mbit/s"));
        assert_eq!(tables[1]["rate"].as_str(), Some("1 Mbit/s"));
    }

    #[test]
    fn what_does_not_belong_together_is_told() {
        let parse = |text: &str| TrafficFile::parse("t.toml", text);
        let told = |text: &str| {
            parse(text)
                .unwrap()
                .of(&[definition("web")])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            told("[wbe]\nrate = \"1 Mbit/s\"\n"),
            "t.toml: no task definition is of family `wbe`; there are web; name its definition \
             too, or leave the table out"
        );
        assert!(
            told("").starts_with(
                "t.toml has no traffic for the family `web`; add for example\n\n[web]\n"
            )
        );
        let error = parse("rate = \"1 Mbit/s\"").unwrap_err().to_string();
        assert!(error.starts_with("t.toml: `rate` is no table"), "{error}");
        let error = parse("[web\n").unwrap_err().to_string();
        assert!(
            error.starts_with("t.toml is not TOML: ") && error.contains("line 1"),
            "{error}"
        );
    }
}
