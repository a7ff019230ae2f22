//! Security groups: which packets the ENIs of the tasks let in.
//!
//! # Rules
//! - An ENI lets in what any of its security groups allows. A task's own ENI has the task's
//!   groups; one that tasks share has those of all tasks.
//! - Rules speak of the port that packets are sent to. In bridge mode that is the container port
//!   as well: a rule is taken to be written for the host port that it is mapped to, so that one
//!   file can be run in all modes.
//! - Between tasks of one instance, packets meet security groups only where they cross ENIs.
//! - Everything is let out, and so are answers to it in: security groups keep state.
//!
//! # Leaves out
//! Rules with another security group as their source, rules for what goes out, network ACLs, ICMP
//! and IPv6.
//!
//! Source: Amazon VPC User Guide, security groups; Amazon ECS Developer Guide, task networking.

mod rule;

use std::collections::BTreeMap;

use crate::experiment::check::{join, quoted};
use crate::experiment::diagnostics::Problem;
use crate::experiment::suggest::did_you_mean;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Endpoint, Ipv4Net, Mode, Protocol, Route, TaskGroup};

use super::context::{Context, Reported, integer, parsed, section};
use rule::{Rule, Verdict};

/// The security groups of the file, by name.
type Groups = BTreeMap<String, Vec<Rule>>;

/// What a task table says of security.
struct Member<'t> {
    table: &'t Node,
    endpoint: Endpoint,
    /// Names of its security groups; empty: the VPC's default group.
    groups: Vec<String>,
}

/// Sets the endpoints of `groups`, and whether their packets are let in in this `mode`.
pub(super) fn apply(
    root: &Node,
    mode: Mode,
    groups: &mut [TaskGroup],
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let known = security_groups(root, cx);
    let mut members = BTreeMap::new();
    let mut failed = known.is_err();
    for table in root.table("task").elements() {
        match member(table, known.as_ref().ok(), cx) {
            Ok((name, member)) => {
                members.insert(name, member);
            }
            Err(Reported) => failed = true,
        }
    }
    let known = known?;
    if failed {
        return Err(Reported);
    }
    for group in groups.iter_mut() {
        if let Some(member) = members.get(&group.name) {
            group.endpoint = member.endpoint;
        }
    }
    let guard = Guard {
        mode,
        known: &known,
        members: &members,
        any: members.values().any(|member| !member.groups.is_empty()),
    };
    let admitted: Vec<Result<bool, Reported>> = (0..groups.len())
        .map(|number| guard.admits(groups, number, cx))
        .collect();
    for (group, admitted) in groups.iter_mut().zip(admitted) {
        group.traffic.admitted = admitted?;
    }
    Ok(())
}

fn security_groups(root: &Node, cx: &mut Context<'_>) -> Result<Groups, Reported> {
    let mut known = Groups::new();
    let mut failed = false;
    for table in root.table("security-group").elements() {
        let Ok((name, rules)) = security_group(table, cx) else {
            failed = true;
            continue;
        };
        if known.insert(name.clone(), rules).is_some() {
            let node = table.table("name");
            let message = format!("a second security group with the name `{name}`");
            cx.problems.add(
                Problem::new(node.span.clone(), "security-group.name", message)
                    .remedy("give each group its own name, or put all rules into one `allow`"),
            );
            failed = true;
        }
    }
    if failed { Err(Reported) } else { Ok(known) }
}

fn security_group(table: &Node, cx: &mut Context<'_>) -> Result<(String, Vec<Rule>), Reported> {
    if !matches!(table.value, Value::Table(_)) {
        return Err(Reported);
    }
    let name = parsed(table, "name", |text| Some(text.to_owned()))?;
    let name = cx.required(table, "security-group", "name", name)?;
    let path = join("security-group", &name);
    let allow = cx.required(table, &path, "allow", table.get("allow"))?;
    let rules: Vec<Result<Rule, Reported>> = allow
        .elements()
        .iter()
        .map(|node| {
            let text = node.as_text().ok_or(Reported)?;
            Rule::parse(text).map_err(|reason| {
                let message = format!("`{}` is no rule: {reason}", quoted(text));
                let problem = Problem::new(node.span.clone(), join(&path, "allow"), message);
                cx.problems.add(problem.remedy(
                    "write protocol, port and source, for example \"tcp 443 from 0.0.0.0/0\", \
                     \"tcp 8080-8090 from 10.0.0.0/16\" or \"all from 10.0.0.0/16\"",
                ));
                Reported
            })
        })
        .collect();
    Ok((name, rules.into_iter().collect::<Result<_, _>>()?))
}

/// Name of a task group and what its table says; `known` is missing if the security groups are
/// wrong themselves.
fn member<'t>(
    table: &'t Node,
    known: Option<&Groups>,
    cx: &mut Context<'_>,
) -> Result<(String, Member<'t>), Reported> {
    let name = parsed(table, "name", |text| Some(text.to_owned()))?.ok_or(Reported)?;
    let path = join("task", &name);
    let groups = memberships(table, &path, known, cx);
    let traffic = section(table, "traffic")?;
    let peer = peer(traffic, &path, cx);
    let protocol = parsed(table, "protocol", Protocol::find)?.unwrap_or(Protocol::Tcp);
    let port = port(table)?;
    let endpoint = Endpoint {
        protocol,
        port,
        destination: self::port(traffic)?.filter(|to| Some(*to) != port),
        peer: peer?,
    };
    let member = Member {
        table,
        endpoint,
        groups: groups?,
    };
    Ok((name, member))
}

fn port(table: &Node) -> Result<Option<u16>, Reported> {
    let port = integer(table, "port")?.map(u16::try_from).transpose();
    port.map_err(|_| Reported)
}

/// The addresses of the other side.
fn peer(traffic: &Node, path: &str, cx: &mut Context<'_>) -> Result<Ipv4Net, Reported> {
    let Some(node) = traffic.get("from") else {
        return Ok(Endpoint::PEER);
    };
    let text = node.as_text().ok_or(Reported)?;
    Ipv4Net::parse(text).ok_or_else(|| {
        let message = format!("`{}` is not a block of IPv4 addresses", quoted(text));
        let problem = Problem::new(node.span.clone(), join(path, "traffic.from"), message);
        cx.problems.add(problem.remedy(
            "write its first address and the bits that all have in common, for example \
             \"203.0.113.0/24\"",
        ));
        Reported
    })
}

fn memberships(
    table: &Node,
    path: &str,
    known: Option<&Groups>,
    cx: &mut Context<'_>,
) -> Result<Vec<String>, Reported> {
    let Some(node) = table.get("security-groups") else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    let mut failed = node.elements().is_empty();
    for element in node.elements() {
        let name = element.as_text().ok_or(Reported)?;
        if known.is_some_and(|known| !known.contains_key(name)) {
            let all: Vec<&str> = known.into_iter().flatten().map(|(n, _)| &**n).collect();
            let remedy = match &all[..] {
                [] => format!(
                    "add [[security-group]] with name = \"{}\" and allow = [\"tcp 443 from \
                     0.0.0.0/0\"]",
                    quoted(name)
                ),
                all => did_you_mean(name, all),
            };
            let message = format!("`{}` is not a security group of this file", quoted(name));
            let key = join(path, "security-groups");
            cx.problems
                .add(Problem::new(element.span.clone(), key, message).remedy(remedy));
            failed = true;
        }
        names.push(name.to_owned());
    }
    if failed { Err(Reported) } else { Ok(names) }
}

/// All that decides whether packets are let in.
struct Guard<'a> {
    mode: Mode,
    known: &'a Groups,
    members: &'a BTreeMap<String, Member<'a>>,
    /// Whether any task names a group.
    any: bool,
}

impl Guard<'_> {
    /// Whether the packets of group number `number` are let in.
    fn admits(
        &self,
        groups: &[TaskGroup],
        number: usize,
        cx: &mut Context<'_>,
    ) -> Result<bool, Reported> {
        let group = &groups[number];
        let shares = matches!(self.mode, Mode::Bridge | Mode::Host);
        let (receiver, from) = match group.traffic.route {
            _ if !self.any || self.mode == Mode::None => return Ok(true),
            Route::Out | Route::Resolver => return Ok(true),
            Route::ToGroup(_) if shares => return Ok(true),
            Route::ToGroup(receiver) => (receiver, Endpoint::VPC),
            Route::In => (number, group.endpoint.peer),
        };
        let listener = &groups[receiver];
        let port = group.endpoint.destination.or(listener.endpoint.port);
        let Some(port) = port else {
            return match group.traffic.route {
                Route::In => Ok(true),
                _ => Err(self.no_port(&group.name, &listener.name, cx)),
            };
        };
        let owner = |group: &TaskGroup| {
            group
                .tasks_of
                .map_or(group.name.clone(), |of| groups[of].name.clone())
        };
        let exposed: Vec<String> = match shares {
            true => groups.iter().map(owner).collect(),
            false => vec![owner(listener)],
        };
        let of = |name: &str| self.members.get(name).map_or(&[][..], |m| &m.groups[..]);
        // The default group lets in its own members, and nothing else.
        let both_in_default = !shares
            && group.traffic.route != Route::In
            && of(&owner(group)).is_empty()
            && of(&owner(listener)).is_empty();
        if both_in_default {
            return Ok(true);
        }
        let names = exposed.iter().flat_map(|name| of(name));
        let rules = names.flat_map(|name| &self.known[name]);
        let verdict = rule::verdict(rules, (group.endpoint.protocol, port, from));
        match verdict {
            Verdict::All => Ok(true),
            Verdict::Nothing => Ok(false),
            Verdict::Part(rule) => Err(self.in_part(&group.name, from, &rule, cx)),
        }
    }

    fn no_port(&self, sender: &str, receiver: &str, cx: &mut Context<'_>) -> Reported {
        let key = format!("task.{sender}.traffic.port");
        let message = format!(
            "`{sender}` sends to `{receiver}` through its security groups, and nothing tells to \
             which port"
        );
        let problem = Problem::new(0..0, key, message)
            .rule("no port")
            .remedy(format!(
                "give `{receiver}` the port that it listens on, for example port = 443"
            ));
        let tables = [receiver, sender].map(|name| self.members.get(name).map(|m| m.table));
        cx.blame(&tables, problem)
    }

    fn in_part(&self, group: &str, from: Ipv4Net, rule: &Rule, cx: &mut Context<'_>) -> Reported {
        let message = format!(
            "the rule \"{rule}\" lets in only part of what comes from {from}; traffic is let in \
             or not as a whole"
        );
        let problem = Problem::new(0..0, format!("task.{group}.traffic.from"), message)
            .rule("in part")
            .remedy(format!(
                "write a source in the rule that holds {from}, or a task group of its own for \
                 each part"
            ));
        let table = self.members.get(group).map(|member| member.table);
        let traffic = table.map(|table| table.table("traffic"));
        let source = traffic.and_then(|traffic| traffic.get("from"));
        cx.blame(&[table, traffic, source], problem)
    }
}

#[cfg(test)]
mod tests;
