//! Arguments of `enibench place`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::ecs::placement::{Constraint, Expression, Strategy, Subnet, TASKS_PER_SERVICE};
use crate::ecs::{self, InstanceType};

/// `enibench place`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  enibench place web.json --type c5.large --mode bridge,awsvpc,awsvpc-trunk
  enibench place web.json:20 api.json:4 --type c5.large,c5.xlarge --subnet 10.0.1.0/24
  enibench place web.json --type c5.large --attached-enis 1
  enibench place web.json web-service.json --type c5.large

Without a count, a document's tasks take what the others leave, on one instance unless --instances \
says more. A service, as `aws ecs create-service` takes it, gives count, security groups, subnets, \
strategies and constraints to the definition of its family.")]
pub struct PlaceArgs {
    /// Task definitions and services as JSON, each with the number of its tasks [default: what the
    /// service says, else as many as fit]
    #[arg(required = true, value_name = "DOCUMENT.json[:COUNT]", value_parser = document)]
    pub documents: Vec<Document>,
    /// Instance types to compare; not needed where all tasks run on Fargate
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = instance_type)]
    pub types: Vec<&'static InstanceType>,
    /// Network modes to compare, instead of what the documents say
    #[arg(long = "mode", value_name = "MODE", value_delimiter = ',', value_enum)]
    pub modes: Vec<PlaceMode>,
    /// Container instances that there are [default: as many as the counts need, at least one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub instances: Option<u32>,
    /// Placement strategies in order, for example binpack:memory [default: those of the service, else
    /// spread over zones]
    #[arg(long = "strategy", value_name = "STRATEGY", value_delimiter = ',')]
    pub strategies: Vec<Strategy>,
    /// Placement constraints of all tasks: distinctInstance, or a memberOf expression
    #[arg(long = "constraint", value_name = "EXPR", value_parser = constraint)]
    pub constraints: Vec<Constraint>,
    /// Availability Zones, in which instances are launched in turn
    #[arg(long, value_name = "ZONE", value_delimiter = ',', value_parser = zone)]
    pub zones: Vec<String>,
    /// ENIs that somebody attached to each instance by hand
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub attached_enis: u32,
    /// Security groups that tasks need, of one family or of all
    #[arg(long = "security-group", value_name = "[FAMILY=]NAME", value_parser = security_group)]
    pub security_groups: Vec<SecurityGroup>,
    /// Security groups that the instances have anyway
    #[arg(long = "instance-security-group", value_name = "NAME", value_parser = group_name)]
    pub instance_security_groups: Vec<String>,
    /// Subnet that gives the addresses
    #[arg(long, value_name = "CIDR")]
    pub subnet: Option<Subnet>,
    /// MiB that tasks cannot have [default: the kernel's share of an m4.large, 2.5 %]
    #[arg(long, value_name = "MIB")]
    pub reserved_memory: Option<u64>,
    /// Ports that the agent assigns in bridge mode [default: 32768-60999]
    #[arg(long, value_name = "FIRST-LAST", value_parser = port_range)]
    pub dynamic_ports: Option<RangeInclusive<u16>>,
    /// Seed of the strategy random
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// As a JSON array, one object per type and mode
    #[arg(long)]
    pub json: bool,
}

/// Modes that a document can be placed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlaceMode {
    /// Docker's bridge behind the primary ENI
    Bridge,
    /// The instance's own network
    Host,
    /// An ENI per task
    Awsvpc,
    /// A branch ENI per task, with the account setting awsvpcTrunking
    AwsvpcTrunk,
    /// Fargate: no instances
    Fargate,
}

/// A file and how many tasks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The file.
    pub path: PathBuf,
    /// `None`: as many as fit.
    pub count: Option<u32>,
}

/// A security group and who needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// `None`: all.
    pub family: Option<String>,
    /// Its name or identifier.
    pub name: String,
}

fn document(text: &str) -> Result<Document, String> {
    let (path, count) = match text.rsplit_once(':') {
        Some((path, count)) if count.bytes().all(|b| b.is_ascii_digit()) && !count.is_empty() => {
            (path, Some(count))
        }
        _ => (text, None),
    };
    let in_range = |count: &str| {
        let number = count
            .parse()
            .ok()
            .filter(|n| (1..=TASKS_PER_SERVICE).contains(n));
        number.ok_or_else(|| {
            format!("{count} tasks; a service has 1 to {TASKS_PER_SERVICE}, for example {path}:20")
        })
    };
    Ok(Document {
        path: path.into(),
        count: count.map(in_range).transpose()?,
    })
}

/// The instance type of this name.
pub(super) fn instance_type(name: &str) -> Result<&'static InstanceType, String> {
    ecs::find(name.trim()).ok_or_else(|| match ecs::nearest(name) {
        Some(nearest) => format!("no such instance type; did you mean \"{nearest}\"?"),
        None => "no such instance type; `enibench instances` lists all".to_owned(),
    })
}

fn constraint(text: &str) -> Result<Constraint, String> {
    if text.trim() == "distinctInstance" {
        return Ok(Constraint::DistinctInstance);
    }
    let expression = Expression::parse(text).map_err(|error| error.to_string())?;
    Ok(Constraint::MemberOf(expression))
}

fn security_group(text: &str) -> Result<SecurityGroup, String> {
    let (family, name) = match text.split_once('=') {
        Some((family, name)) => (Some(family.trim().to_owned()), name),
        None => (None, text),
    };
    if name.trim().is_empty() || family.as_deref() == Some("") {
        return Err("write NAME or FAMILY=NAME, for example web=sg-0a1b2c3d".to_owned());
    }
    let name = group_name(name)?;
    Ok(SecurityGroup { family, name })
}

/// The name of one group. Names may have commas, so that only identifiers are seen to be several.
fn group_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        return Err("write a name or an identifier, for example sg-0a1b2c3d".to_owned());
    }
    if name
        .split(',')
        .skip(1)
        .any(|part| part.trim().starts_with("sg-"))
    {
        return Err("these are several groups; give each an option of its own".to_owned());
    }
    Ok(name.to_owned())
}

fn zone(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a zone has a name; write for example us-east-1a,us-east-1b".to_owned()),
        zone => Ok(zone.to_owned()),
    }
}

fn port_range(text: &str) -> Result<RangeInclusive<u16>, String> {
    let range = text.split_once('-').and_then(|(first, last)| {
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (0 < first && first <= last).then_some(first..=last)
    });
    range.ok_or_else(|| "write two ports, for example 49153-65535".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_may_have_a_count() {
        let read = |text| document(text).map(|d| (d.path.to_string_lossy().into_owned(), d.count));
        assert_eq!(read("web.json"), Ok(("web.json".to_owned(), None)));
        assert_eq!(
            read("a:b/web.json:20"),
            Ok(("a:b/web.json".to_owned(), Some(20)))
        );
        assert_eq!(read("c:web.json"), Ok(("c:web.json".to_owned(), None)));
        for text in ["web.json:0", "web.json:5001", "web.json:99999999999"] {
            let error = read(text).unwrap_err();
            assert!(
                error.contains("a service has 1 to 5000, for example web.json:20"),
                "{error}"
            );
        }
    }

    #[test]
    fn values_are_read_or_explained() {
        assert_eq!(instance_type("c5.large").unwrap().name, "c5.large");
        assert!(
            instance_type("c5.lagre")
                .unwrap_err()
                .contains("did you mean \"c5.large\"")
        );
        assert!(
            instance_type("banana")
                .unwrap_err()
                .contains("`enibench instances` lists all")
        );
        assert!(matches!(
            constraint("distinctInstance"),
            Ok(Constraint::DistinctInstance)
        ));
        assert!(
            constraint("task:group == x")
                .unwrap_err()
                .contains("cannot evaluate")
        );
        let of_web = SecurityGroup {
            family: Some("web".to_owned()),
            name: "sg-1".to_owned(),
        };
        assert_eq!(security_group("web=sg-1"), Ok(of_web));
        assert!(security_group("web=").unwrap_err().contains("FAMILY=NAME"));
        let named = |text| security_group(text).map(|group| group.name);
        assert_eq!(named("web, api"), Ok("web, api".to_owned()));
        for text in ["sg-1,sg-2", "web=sg-1, sg-2"] {
            let error = named(text).unwrap_err();
            assert!(error.contains("an option of its own"), "{text}: {error}");
        }
        assert!(group_name(" ").unwrap_err().contains("sg-0a1b2c3d"));
        assert_eq!(zone(" a "), Ok("a".to_owned()));
        assert!(zone("").unwrap_err().contains("us-east-1a"));
        assert_eq!(port_range("1-65535"), Ok(1..=65535));
        for text in ["", "1", "0-5", "6-5", "1-65536"] {
            assert!(
                port_range(text).unwrap_err().contains("49153-65535"),
                "{text}"
            );
        }
    }
}
