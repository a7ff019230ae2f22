//! `enibench instances [FILTER] [--json]`: the table of instance types.

use std::io::{self, Write};

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::args::InstancesArgs;
use super::exit::{Exit, Failure};
use crate::ecs::instance_types::{TABLE_DATE, TABLE_SOURCE};
use crate::ecs::{self, CreditSource, InstanceType, TrunkSource};
use crate::units::DataRate;

/// Header cells; a second line holds the unit. Every column but the first is a number.
const HEADER: [&str; 9] = [
    "type\n",
    "vCPU\n",
    "memory\nGiB",
    "ENIs\n",
    "awsvpc\ntasks",
    "trunk\ntasks",
    "base\nGbit/s",
    "burst\nGbit/s",
    "credit\nGB",
];

/// Runs the verb.
pub fn run(args: &InstancesArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let filter = args.filter.as_deref();
    if write_instances(filter, args.json, out)? > 0 {
        return Ok(Exit::Done);
    }
    let filter = filter.unwrap_or_default();
    let advice = match ecs::nearest(filter) {
        Some(name) => format!("; did you mean \"{name}\"?"),
        None => "; `enibench instances` lists all types".to_owned(),
    };
    Err(Failure::Usage(format!(
        "no instance type matches \"{filter}\"{advice}"
    )))
}

/// Writes the instance types that match `filter` (all without one) and returns how many did.
///
/// A filter is a part of a name (`large`), or a pattern of the whole name in which `*` stands for
/// any text and `?` for one character (`c5.*`), or several of either, separated by commas. Upper
/// and lower case are alike.
///
/// Without `json`, a table and a footer for people, at most 80 columns wide; nothing if no type
/// matches. With `json`, an array with an object per type, empty if no type matches.
///
/// # Errors
/// If `out` cannot be written to; a closed pipe is such an error, for the caller to end quietly.
pub fn write_instances(filter: Option<&str>, json: bool, out: &mut dyn Write) -> io::Result<usize> {
    let filter = Filter::new(filter.unwrap_or_default());
    let matches: Vec<&InstanceType> = ecs::all()
        .iter()
        .filter(|t| filter.matches(t.name))
        .collect();
    if json {
        write_json(&matches, out)?;
    } else if !matches.is_empty() {
        write_table(&matches, out)?;
    }
    out.flush()?;
    Ok(matches.len())
}

/// Alternatives, lower case; matches everything if there are none.
struct Filter(Vec<String>);

impl Filter {
    fn new(text: &str) -> Self {
        let alternatives = text.split(',').map(str::trim).filter(|a| !a.is_empty());
        Filter(alternatives.map(str::to_lowercase).collect())
    }

    fn matches(&self, name: &str) -> bool {
        self.0.is_empty()
            || self.0.iter().any(|alternative| {
                if alternative.contains(['*', '?']) {
                    glob_matches(alternative.as_bytes(), name.as_bytes())
                } else {
                    name.contains(alternative.as_str())
                }
            })
    }
}

/// Whether all of `text` fits `pattern`, where `*` is any text and `?` any one byte.
///
/// Bytes are enough: every name of the table is ASCII. On a mismatch only the last `*` is tried
/// again, one byte longer, so the time is bounded by the product of the two lengths.
fn glob_matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                last_star = Some((p, t));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, swallowed)) = last_star else {
                    return false;
                };
                last_star = Some((star, swallowed + 1));
                p = star + 1;
                t = swallowed + 1;
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// The table for people, with its footer.
fn write_table(types: &[&InstanceType], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(HEADER);
    for t in types {
        table.add_row([
            t.name.to_owned(),
            t.vcpus.to_string(),
            gibibytes(t.memory_mib),
            t.enis.to_string(),
            t.awsvpc_tasks().to_string(),
            trunk(t),
            gigabits(t.baseline),
            gigabits(t.burst),
            credit(t),
        ]);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{}", table.trim_fmt())?;
    writeln!(out)?;
    let noun = if types.len() == 1 { "type" } else { "types" };
    writeln!(
        out,
        "{} {noun} · {TABLE_SOURCE}, {TABLE_DATE} · rates are per direction",
        types.len()
    )?;
    writeln!(
        out,
        "trunk: tasks with awsvpcTrunking; ~ derived from branch ENIs, - none known of\n\
         credit: what a full bucket lets pass above base(line); ~ estimated, - no burst"
    )
}

/// Memory in GiB, rounded to a tenth: a few old types have crooked sizes.
fn gibibytes(mib: u64) -> String {
    let tenths = (mib as f64 * 10.0 / 1024.0).round();
    (tenths / 10.0).to_string()
}

/// A rate in Gbit/s, exact: every rate in the table is a whole number of Mbit/s.
fn gigabits(rate: DataRate) -> String {
    ((rate.bits_per_s() / 1_000_000) as f64 / 1000.0).to_string()
}

/// Tasks with an ENI where the instance has a trunk; `~` if derived, `-` without trunking.
fn trunk(t: &InstanceType) -> String {
    match t.trunk_tasks() {
        None => "-".to_owned(),
        Some(trunk) if trunk.source == TrunkSource::Derived => format!("~{}", trunk.count),
        Some(trunk) => trunk.count.to_string(),
    }
}

/// Burst credit in whole GB, rounded; `~` if estimated, `-` without a burst.
fn credit(t: &InstanceType) -> String {
    if !t.has_burst() {
        return "-".to_owned();
    }
    let credit = ecs::burst_credit(t);
    let mark = match credit.source {
        CreditSource::Measured => "",
        CreditSource::Estimated => "~",
    };
    format!(
        "{mark}{}",
        (credit.volume.get() + 500_000_000) / 1_000_000_000
    )
}

/// An instance type for machines: the unit of a number is in its name, and what is not known or
/// does not apply is null.
#[derive(Serialize)]
struct InstanceRow {
    instance_type: &'static str,
    vcpus: u32,
    memory_mib: u64,
    enis: u32,
    ipv4_per_eni: u32,
    network_cards: u32,
    awsvpc_tasks: u32,
    trunk_branch_enis: Option<u32>,
    trunk_tasks: Option<u32>,
    trunk_tasks_source: Option<&'static str>,
    baseline_bps: u64,
    burst_bps: u64,
    burst_credit_bytes: Option<u64>,
    burst_credit_source: Option<&'static str>,
    hypervisor: &'static str,
}

impl InstanceRow {
    fn new(t: &InstanceType) -> Self {
        let credit = t.has_burst().then(|| ecs::burst_credit(t));
        let trunk = t.trunk_tasks();
        InstanceRow {
            instance_type: t.name,
            vcpus: t.vcpus,
            memory_mib: t.memory_mib,
            enis: t.enis,
            ipv4_per_eni: t.ipv4_per_eni,
            network_cards: t.network_cards,
            awsvpc_tasks: t.awsvpc_tasks(),
            trunk_branch_enis: t.trunk_branch_enis,
            trunk_tasks: trunk.map(|trunk| trunk.count),
            trunk_tasks_source: trunk.map(|trunk| match trunk.source {
                TrunkSource::Published => "published",
                TrunkSource::Derived => "derived",
            }),
            baseline_bps: t.baseline.bits_per_s(),
            burst_bps: t.burst.bits_per_s(),
            burst_credit_bytes: credit.map(|credit| credit.volume.get()),
            burst_credit_source: credit.map(|credit| credit.source.name()),
            hypervisor: t.hypervisor.name(),
        }
    }
}

fn write_json(types: &[&InstanceType], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<InstanceRow> = types.iter().map(|t| InstanceRow::new(t)).collect();
    // The conversion keeps the kind of an I/O error, so that a closed pipe stays one.
    serde_json::to_writer_pretty(&mut *out, &rows).map_err(io::Error::from)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(filter: Option<&str>, json: bool) -> (usize, String) {
        let mut out = Vec::new();
        let matches = write_instances(filter, json, &mut out).unwrap();
        (matches, String::from_utf8(out).unwrap())
    }

    fn names(filter: &str) -> Vec<String> {
        let (_, text) = run(Some(filter), true);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let name = |row: &serde_json::Value| row["instance_type"].as_str().unwrap().to_owned();
        rows.iter().map(name).collect()
    }

    #[test]
    fn a_table_reads_well() {
        let (matches, text) = run(Some("c5.*large,t2.nano"), false);
        assert_eq!(matches, 9);
        insta::assert_snapshot!(text, @r"
        type         vCPU  memory  ENIs  awsvpc  trunk    base   burst  credit
                              GiB         tasks  tasks  Gbit/s  Gbit/s      GB
        c5.12xlarge    48      96     8       7     60      12      12       -
        c5.18xlarge    72     144    15      14    120      25      25       -
        c5.24xlarge    96     192    15      14    120      25      25       -
        c5.2xlarge      8      16     4       3     40     2.5      10     960
        c5.4xlarge     16      32     8       7     60       5      10    1346
        c5.9xlarge     36      72     8       7     60      12      12       -
        c5.large        2       4     3       2     10    0.75      10     322
        c5.xlarge       4       8     4       3     20    1.25      10     565
        t2.nano         1     0.5     2       1      -   0.032   0.512     ~18

        9 types · EC2 DescribeInstanceTypes, 2026-08-02 · rates are per direction
        trunk: tasks with awsvpcTrunking; ~ derived from branch ENIs, - none known of
        credit: what a full bucket lets pass above base(line); ~ estimated, - no burst
        ");
    }

    #[test]
    fn the_whole_table_fits_80_columns_without_trailing_blanks() {
        let (matches, text) = run(None, false);
        assert_eq!(matches, 1388);
        assert_eq!(text.lines().count(), 2 + 1388 + 4);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line:?}");
            assert_eq!(line, line.trim_end());
        }
    }

    #[test]
    fn filters_are_parts_patterns_and_lists() {
        assert_eq!(names("C5.LARGE"), ["c5.large"]);
        assert_eq!(
            names("c5.?xlarge"),
            ["c5.2xlarge", "c5.4xlarge", "c5.9xlarge"]
        );
        assert_eq!(names("c5.metal , a1.metal"), ["a1.metal", "c5.metal"]);
        assert!(names("c5.*").iter().all(|name| name.starts_with("c5.")));
        assert!(names("c5.").len() == names("c5.*").len());
        // A list that repeats itself does not repeat rows; an empty one asks for nothing special.
        assert_eq!(names("c5.large,c5.large,"), ["c5.large"]);
        assert_eq!(names(" , ").len(), 1388);
    }

    #[test]
    fn glob_cases() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("?", "", false),
            ("a*", "a", true),
            ("*a", "ba", true),
            ("*a", "ab", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("*ab", "aab", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("**", "anything", true),
            ("abc", "abcd", false),
        ] {
            assert_eq!(
                glob_matches(pattern.as_bytes(), text.as_bytes()),
                expected,
                "{pattern:?} {text:?}"
            );
        }
    }

    #[test]
    fn json_carries_units_in_names_and_null_where_nothing_applies() {
        let (matches, text) = run(Some("c5.large"), true);
        assert_eq!(matches, 1);
        let expected = serde_json::json!([{
            "instance_type": "c5.large", "vcpus": 2, "memory_mib": 4096,
            "enis": 3, "ipv4_per_eni": 10, "network_cards": 1, "awsvpc_tasks": 2,
            "trunk_branch_enis": 9, "trunk_tasks": 10, "trunk_tasks_source": "published",
            "baseline_bps": 750_000_000, "burst_bps": 10_000_000_000_u64,
            "burst_credit_bytes": 321_625_000_000_u64, "burst_credit_source": "measured",
            "hypervisor": "nitro",
        }]);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            expected
        );
        let (_, text) = run(Some("c5.metal"), true);
        let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(rows[0]["burst_credit_bytes"].is_null());
        assert!(rows[0]["burst_credit_source"].is_null());
    }

    #[test]
    fn nothing_matches_quietly() {
        assert_eq!(run(Some("banana"), false), (0, String::new()));
        assert_eq!(run(Some("banana"), true), (0, "[]\n".to_owned()));
    }

    /// A reader that has gone, as behind `| head`.
    struct ClosedPipe;

    impl Write for ClosedPipe {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_an_error_of_its_kind() {
        for json in [false, true] {
            let error = write_instances(None, json, &mut ClosedPipe).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "json: {json}");
        }
    }
}
