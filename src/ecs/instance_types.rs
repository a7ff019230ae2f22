#![doc = include_str!("instance_types.md")]

use std::sync::LazyLock;

use serde::Deserialize;

use crate::units::DataRate;

/// The table as text; its first column is never quoted, which `parse` relies on.
const TABLE: &str = include_str!("instance_types.csv");

/// The day of the newest and largest source of the table, for readers of its output.
pub const TABLE_DATE: &str = "2026-08-02";

/// Who published the table's numbers, in a few words.
pub const TABLE_SOURCE: &str = "EC2 DescribeInstanceTypes";

/// An EC2 instance type: what it can attach and what its network is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceType {
    /// As EC2 writes it: `c5.large`.
    pub name: &'static str,
    /// Virtual CPUs; above zero.
    pub vcpus: u32,
    /// Main memory, in MiB.
    pub memory_mib: u64,
    /// ENIs over all network cards, the primary one included; at least 2.
    pub enis: u32,
    /// Private IPv4 addresses per ENI, its primary address included.
    pub ipv4_per_eni: u32,
    /// Network cards; above zero.
    pub network_cards: u32,
    /// Bandwidth granted for ever, in each direction.
    pub baseline: DataRate,
    /// Bandwidth while there is credit, in each direction; at least `baseline`.
    pub burst: DataRate,
    /// Branch ENIs of a trunk; `Some(0)`: listed as not trunkable; `None`: not listed.
    pub trunk_branch_enis: Option<u32>,
    /// Tasks with trunking as ECS published it in April 2023; `None`: not in that table.
    pub ecs_trunk_tasks: Option<u32>,
    /// What the instance runs on.
    pub hypervisor: Hypervisor,
}

impl InstanceType {
    /// Most tasks in awsvpc mode without trunking: each needs an ENI, and the primary one stays
    /// with the instance.
    pub fn awsvpc_tasks(&self) -> u32 {
        self.enis - 1
    }

    /// Most tasks in awsvpc mode with trunking, and how that is known; `None` if the type cannot
    /// be trunked or nothing is known about it.
    pub fn trunk_tasks(&self) -> Option<TrunkTasks> {
        if let Some(count) = self.ecs_trunk_tasks {
            let source = TrunkSource::Published;
            return Some(TrunkTasks { count, source });
        }
        let branches = self.trunk_branch_enis.filter(|branches| *branches > 0)?;
        // At least 2 ENIs: the primary and the trunk.
        let count = branches + self.enis - 2;
        let source = TrunkSource::Derived;
        Some(TrunkTasks { count, source })
    }

    /// Whether the type may exceed its baseline while it has credit.
    pub fn has_burst(&self) -> bool {
        self.burst > self.baseline
    }
}

/// Tasks that fit an instance whose ENI is trunked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrunkTasks {
    /// Number of tasks.
    pub count: u32,
    /// How the number is known.
    pub source: TrunkSource,
}

/// How the number of tasks with trunking is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrunkSource {
    /// From the table of the ECS developer guide, April 2023.
    Published,
    /// Branch ENIs + ENIs − 2: a relation that held in 422 of 430 published rows, applied to a
    /// type that the published table does not have.
    Derived,
}

/// What an instance runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hypervisor {
    /// AWS Nitro, the current one.
    Nitro,
    /// Xen, of the older families.
    Xen,
    /// None: the instance is the whole machine.
    Metal,
}

impl Hypervisor {
    /// As written in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Hypervisor::Nitro => "nitro",
            Hypervisor::Xen => "xen",
            Hypervisor::Metal => "metal",
        }
    }
}

/// A row as written. The name is not among the fields: it is a slice of [`TABLE`].
#[derive(Deserialize)]
struct Row {
    vcpus: u32,
    memory_mib: u64,
    max_enis: u32,
    ipv4_per_eni: u32,
    network_cards: u32,
    baseline_mbps: u64,
    burst_mbps: u64,
    trunk_branch_enis: Option<u32>,
    ecs_trunk_tasks: Option<u32>,
    hypervisor: Hypervisor,
}

/// Every instance type, sorted by name. Parsed on the first call.
pub fn all() -> &'static [InstanceType] {
    static TYPES: LazyLock<Vec<InstanceType>> = LazyLock::new(parse);
    &TYPES
}

/// The instance type of exactly this name.
pub fn find(name: &str) -> Option<&'static InstanceType> {
    let types = all();
    let index = types.binary_search_by(|t| t.name.cmp(name)).ok()?;
    Some(&types[index])
}

/// The name most like `name`, for "did you mean"; `None` if nothing is near.
///
/// Near means: its beginning (`c5.4xl`), or at most one edit (insertion, deletion, change, swap of
/// neighbours) per three letters, upper and lower case alike. Of equally near names, the one that shares the longest
/// beginning and end with `name`, because family and size are typed more surely than the rest.
pub fn nearest(name: &str) -> Option<&'static str> {
    let wanted = name.trim().to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    all()
        .iter()
        .map(|t| match wanted.len() >= 4 && t.name.starts_with(&wanted) {
            true => (1, t.name),
            false => (strsim::damerau_levenshtein(&wanted, t.name), t.name),
        })
        .filter(|(edits, _)| *edits <= limit)
        .min_by_key(|(edits, candidate)| {
            let common = common_start(wanted.bytes(), candidate.bytes())
                + common_start(wanted.bytes().rev(), candidate.bytes().rev());
            (*edits, std::cmp::Reverse(common))
        })
        .map(|(_, candidate)| candidate)
}

/// Number of leading items that `a` and `b` share.
fn common_start(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(x, y)| x == y).count()
}

/// Reads the table that is compiled in.
fn parse() -> Vec<InstanceType> {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let headers = reader
        .headers()
        .expect("the table is compiled in and has a header")
        .clone();
    reader
        .into_records()
        .map(|record| {
            let record = record.expect("the table is compiled in and its test reads every row");
            let row: Row = record
                .deserialize(Some(&headers))
                .expect("the table is compiled in and its test reads every row");
            instance_type(name_in_table(&record), row)
        })
        .collect()
}

/// The record's first field as a slice of the table, so that names live as long as the program
/// without a copy.
fn name_in_table(record: &csv::StringRecord) -> &'static str {
    let position = record
        .position()
        .expect("a record that was read from a reader has a position");
    let start = usize::try_from(position.byte()).expect("the table is far below 4 GiB");
    &TABLE[start..start + record[0].len()]
}

/// The row in the units of the program.
fn instance_type(name: &'static str, row: Row) -> InstanceType {
    let rate = |mbps: u64| {
        DataRate::new(mbps * 1_000_000).expect("the table's test refuses a rate of zero")
    };
    InstanceType {
        name,
        vcpus: row.vcpus,
        memory_mib: row.memory_mib,
        enis: row.max_enis,
        ipv4_per_eni: row.ipv4_per_eni,
        network_cards: row.network_cards,
        baseline: rate(row.baseline_mbps),
        burst: rate(row.burst_mbps),
        trunk_branch_enis: row.trunk_branch_enis,
        ecs_trunk_tasks: row.ecs_trunk_tasks,
        hypervisor: row.hypervisor,
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn count(predicate: impl Fn(&InstanceType) -> bool) -> usize {
        all().iter().filter(|t| predicate(t)).count()
    }

    fn mbps(rate: DataRate) -> u64 {
        rate.bits_per_s() / 1_000_000
    }

    /// Changing the table means changing this line too, and saying why in the commit.
    #[test]
    fn the_table_is_the_one_that_was_reviewed() {
        let digest: String = Sha256::digest(TABLE)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            digest,
            "5d48941ad641ff09b9ba6106c69af33d9a5367b8d6445be02ba965873ca52b7a"
        );
    }

    #[test]
    fn every_row_is_read_under_its_own_name() {
        let names: Vec<&str> = TABLE
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').next())
            .collect();
        let parsed: Vec<&str> = all().iter().map(|t| t.name).collect();
        assert_eq!(parsed.len(), 1388);
        assert_eq!(parsed, names);
    }

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(all().windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn every_row_makes_sense() {
        for t in all() {
            assert!(t.vcpus > 0 && t.memory_mib > 0, "{t:?}");
            assert!(t.baseline <= t.burst, "{t:?}");
            assert!(t.enis >= 2, "{t:?}: awsvpc_tasks and trunk_tasks rely on 2");
            assert!(t.ipv4_per_eni > 0 && t.network_cards > 0, "{t:?}");
            assert!(t.name.contains('.'), "{t:?}");
        }
    }

    /// The counts that the description of the table states.
    #[test]
    fn counts_agree_with_the_description() {
        assert_eq!(count(InstanceType::has_burst), 623);
        assert_eq!(count(|t| t.network_cards > 1), 67);
        assert_eq!(count(|t| t.ecs_trunk_tasks.is_some()), 432);
        assert_eq!(count(|t| t.trunk_branch_enis == Some(0)), 103);
        assert_eq!(count(|t| t.trunk_branch_enis.is_none()), 16);
        for (hypervisor, rows) in [
            (Hypervisor::Nitro, 1152),
            (Hypervisor::Metal, 153),
            (Hypervisor::Xen, 83),
        ] {
            assert_eq!(
                count(|t| t.hypervisor == hypervisor),
                rows,
                "{hypervisor:?}"
            );
        }
    }

    #[test]
    fn the_trunk_relation_has_exactly_the_listed_exceptions() {
        let comparable = |t: &&InstanceType| t.ecs_trunk_tasks.zip(t.trunk_branch_enis).is_some();
        let exceptions: Vec<&str> = all()
            .iter()
            .filter(comparable)
            .filter(|t| t.ecs_trunk_tasks != t.trunk_branch_enis.map(|b| b + t.enis - 2))
            .map(|t| t.name)
            .collect();
        assert_eq!(all().iter().filter(comparable).count(), 430);
        assert_eq!(
            exceptions,
            [
                "i4i.16xlarge",
                "i4i.32xlarge",
                "i4i.metal",
                "p3.16xlarge",
                "p3.2xlarge",
                "p3.8xlarge",
                "trn1n.32xlarge",
                "u-6tb1.56xlarge",
            ]
        );
    }

    /// Values that can be read on the public pages of EC2 and ECS.
    #[test]
    fn well_known_types() {
        let c5_large = find("c5.large").unwrap();
        assert_eq!((c5_large.vcpus, c5_large.memory_mib), (2, 4096));
        assert_eq!((c5_large.enis, c5_large.awsvpc_tasks()), (3, 2));
        assert_eq!(
            (mbps(c5_large.baseline), mbps(c5_large.burst)),
            (750, 10_000)
        );
        let published = TrunkTasks {
            count: 10,
            source: TrunkSource::Published,
        };
        assert_eq!(c5_large.trunk_tasks(), Some(published));

        let c6i_large = find("c6i.large").unwrap();
        assert_eq!(c6i_large.enis, 3);
        assert_eq!(
            (mbps(c6i_large.baseline), mbps(c6i_large.burst)),
            (781, 12_500)
        );

        let c6in = find("c6in.32xlarge").unwrap();
        assert_eq!((c6in.enis, c6in.network_cards), (16, 2));
        assert!(!c6in.has_burst());

        let m5_16xlarge = find("m5.16xlarge").unwrap();
        assert_eq!(m5_16xlarge.ecs_trunk_tasks, Some(120));
        assert_eq!(find("c5.4xlarge").unwrap().awsvpc_tasks(), 7);
    }

    #[test]
    fn trunk_tasks_say_how_they_are_known() {
        let m7i = find("m7i.large").unwrap();
        assert_eq!((m7i.enis, m7i.trunk_branch_enis), (3, Some(9)));
        let derived = TrunkTasks {
            count: 10,
            source: TrunkSource::Derived,
        };
        assert_eq!(m7i.trunk_tasks(), Some(derived));
        // Listed as not trunkable, and not listed at all.
        assert_eq!(find("t3.micro").unwrap().trunk_tasks(), None);
        assert_eq!(find("g3.4xlarge").unwrap().trunk_tasks(), None);
    }

    #[test]
    fn a_name_is_found_exactly_or_not_at_all() {
        assert!(all().iter().all(|t| find(t.name) == Some(t)));
        for name in ["", "c5", "C5.large", "c5.large ", "zz.large"] {
            assert_eq!(find(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_typing_mistake_finds_its_name() {
        for (typed, meant) in [
            ("c5large", "c5.large"),
            ("c5.lagre", "c5.large"),
            ("C5.LARGE", "c5.large"),
            (" m5.xlarge", "m5.xlarge"),
            ("c5-4xlarge", "c5.4xlarge"),
            ("m6i.metall", "m6i.metal"),
        ] {
            assert_eq!(nearest(typed), Some(meant), "{typed:?}");
        }
        for typed in ["", "banana", "c5", "kubernetes", "µ"] {
            assert_eq!(nearest(typed), None, "{typed:?}");
        }
    }
}
