//! The fields of a flow log record.

/// A field that a record can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// As in a log format and in the header of a text file.
    pub name: &'static str,
    /// Version of flow logs that introduced it.
    pub version: u8,
    /// How a Parquet file stores it.
    pub parquet: ParquetType,
}

/// How a Parquet file stores a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParquetType {
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A text.
    Text,
}

use ParquetType::{Int32, Int64, Text};

const fn field(name: &'static str, version: u8, parquet: ParquetType) -> Field {
    Field {
        name,
        version,
        parquet,
    }
}

/// Fields of the default format: those of version 2, which are the first in [`FIELDS`].
pub const DEFAULT_FIELDS: usize = 14;

/// All fields, version by version, in the order of the default format.
///
/// Names, versions and Parquet types: Amazon VPC User Guide, flow log records; the types of
/// `tcp-flags` and `traffic-path` and the order of the ECS fields as flow log readers have them.
/// Three later fields (`reject-reason`, `resource-id`, `encryption-status`) are left out: which
/// version each belongs to could not be verified, so that a `version` column would be guessed.
pub const FIELDS: [Field; 39] = [
    field("version", 2, Int32),
    field("account-id", 2, Text),
    field("interface-id", 2, Text),
    field("srcaddr", 2, Text),
    field("dstaddr", 2, Text),
    field("srcport", 2, Int32),
    field("dstport", 2, Int32),
    field("protocol", 2, Int32),
    field("packets", 2, Int64),
    field("bytes", 2, Int64),
    field("start", 2, Int64),
    field("end", 2, Int64),
    field("action", 2, Text),
    field("log-status", 2, Text),
    field("vpc-id", 3, Text),
    field("subnet-id", 3, Text),
    field("instance-id", 3, Text),
    field("tcp-flags", 3, Int32),
    field("type", 3, Text),
    field("pkt-srcaddr", 3, Text),
    field("pkt-dstaddr", 3, Text),
    field("region", 4, Text),
    field("az-id", 4, Text),
    field("sublocation-type", 4, Text),
    field("sublocation-id", 4, Text),
    field("pkt-src-aws-service", 5, Text),
    field("pkt-dst-aws-service", 5, Text),
    field("flow-direction", 5, Text),
    field("traffic-path", 5, Int32),
    field("ecs-cluster-arn", 7, Text),
    field("ecs-cluster-name", 7, Text),
    field("ecs-container-instance-arn", 7, Text),
    field("ecs-container-instance-id", 7, Text),
    field("ecs-container-id", 7, Text),
    field("ecs-second-container-id", 7, Text),
    field("ecs-service-name", 7, Text),
    field("ecs-task-definition-arn", 7, Text),
    field("ecs-task-arn", 7, Text),
    field("ecs-task-id", 7, Text),
];

impl Field {
    /// The field of this name.
    pub fn find(name: &str) -> Option<Field> {
        FIELDS.into_iter().find(|field| field.name == name)
    }

    /// Name of its column in a Parquet file: that of tables over such files, in which a hyphen
    /// would have to be quoted.
    pub fn column(&self) -> String {
        self.name.replace('-', "_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_versions_rise() {
        for pair in FIELDS.windows(2) {
            assert!(pair[0].version <= pair[1].version, "{pair:?}");
        }
        for field in FIELDS {
            assert_eq!(Field::find(field.name), Some(field));
        }
    }

    /// Oracle: the number of fields that the user guide lists for each version.
    #[test]
    fn each_version_has_its_fields() {
        let of = |version| FIELDS.iter().filter(|f| f.version == version).count();
        assert_eq!([2, 3, 4, 5, 6, 7].map(of), [DEFAULT_FIELDS, 7, 4, 4, 0, 10]);
    }
}
