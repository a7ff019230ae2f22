//! `[[task]]`: names, counts, and how groups refer to each other.

use std::collections::HashSet;

use crate::experiment::TASKS_MAX;
use crate::experiment::check::join;
use crate::experiment::diagnostics::Problem;
use crate::experiment::suggest::nearest;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Endpoint, Route, TaskGroup, Traffic};
use crate::units::Bytes;

use super::context::{Context, Reported, integer, parsed, section};
use super::traffic;

/// What `to` says for the resolver of the VPC.
const RESOLVER: &str = "resolver";

/// A group as its table describes it; references to other groups are still names.
struct Draft<'t> {
    table: &'t Node,
    name: String,
    count: u32,
    priority: u32,
    traffic: Traffic,
}

impl Draft<'_> {
    fn to(&self) -> Option<&Node> {
        self.table.table("traffic").get("to")
    }

    fn tasks_of(&self) -> Option<&Node> {
        self.table.get("tasks-of")
    }
}

/// The task groups with at least one task; messages are cut for `mtu`.
pub(super) fn read(
    root: &Node,
    mtu: Bytes,
    cx: &mut Context<'_>,
) -> Result<Vec<TaskGroup>, Reported> {
    let tables = cx.required(root, "", "task", root.get("task"))?.elements();
    let mut names = HashSet::new();
    let drafts: Vec<Result<Draft<'_>, Reported>> = tables
        .iter()
        .map(|table| draft(table, mtu, &mut names, cx))
        .collect();
    let mut drafts = drafts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let owners = owners(&drafts, cx)?;
    for (index, owner) in owners.iter().enumerate() {
        if let Some(owner) = owner {
            drafts[index].count = drafts[*owner].count;
        }
    }
    let mut kept = 0..;
    let positions: Vec<Option<usize>> = drafts
        .iter()
        .map(|draft| if draft.count > 0 { kept.next() } else { None })
        .collect();
    let routes = routes(&drafts, &owners, &positions, cx)?;
    let mut groups = Vec::with_capacity(drafts.len());
    for (draft, (owner, route)) in drafts.into_iter().zip(owners.into_iter().zip(routes)) {
        groups.push(TaskGroup {
            name: draft.name,
            count: draft.count,
            traffic: Traffic {
                route,
                ..draft.traffic
            },
            tasks_of: owner.and_then(|owner| positions[owner]),
            priority: draft.priority,
            endpoint: Endpoint::default(),
        });
    }
    groups.retain(|group| group.count > 0);
    count(tables, &groups, cx)?;
    Ok(groups)
}

/// Refuses no task at all, and too many.
fn count(tables: &[Node], groups: &[TaskGroup], cx: &mut Context<'_>) -> Result<(), Reported> {
    let counts: Vec<Option<&Node>> = tables.iter().map(|table| table.get("count")).collect();
    let total: u64 = groups.iter().map(|group| u64::from(group.count)).sum();
    if total == 0 {
        let problem = Problem::new(0..0, "task", "no task at all: every count is 0")
            .rule("no task")
            .remedy("give at least one group a count above 0");
        return Err(cx.blame(&counts, problem));
    }
    if total > TASKS_MAX as u64 {
        let message = format!("{total} tasks; at most {TASKS_MAX} are possible");
        let problem = Problem::new(0..0, "task", message)
            .rule("tasks")
            .remedy("lower the counts");
        return Err(cx.blame(&counts, problem));
    }
    Ok(())
}

fn draft<'t>(
    table: &'t Node,
    mtu: Bytes,
    names: &mut HashSet<String>,
    cx: &mut Context<'_>,
) -> Result<Draft<'t>, Reported> {
    if !matches!(table.value, Value::Table(_)) {
        return Err(Reported);
    }
    let name = parsed(table, "name", |text| Some(text.to_owned()));
    let name = name.and_then(|name| cx.required(table, "task", "name", name));
    let path = match &name {
        Ok(name) => format!("task.{name}"),
        Err(_) => "task".to_owned(),
    };
    if let (Ok(name), Some(node)) = (&name, table.get("name"))
        && !names.insert(name.clone())
    {
        let message = format!("a second task group with the name `{name}`");
        cx.problems.add(
            Problem::new(node.span.clone(), "task.name", message)
                .remedy("give each group its own name, or raise `count` for more of the same"),
        );
    }
    let count = integer(table, "count").map(|count| count.unwrap_or(1));
    let priority = integer(table, "priority").map(|priority| priority.unwrap_or(0));
    let traffic = cx.required(table, &path, "traffic", table.get("traffic"));
    let traffic = traffic.and_then(|_| traffic::read(section(table, "traffic")?, &path, mtu, cx));
    Ok(Draft {
        table,
        name: name?,
        count: count?,
        priority: priority?,
        traffic: traffic?,
    })
}

/// The position of the group that `node` names, at `path`.
fn position(
    drafts: &[Draft<'_>],
    node: &Node,
    path: &str,
    cx: &mut Context<'_>,
) -> Result<usize, Reported> {
    let name = node.as_text().ok_or(Reported)?;
    if let Some(position) = drafts.iter().position(|draft| draft.name == name) {
        return Ok(position);
    }
    let names: Vec<&str> = drafts.iter().map(|draft| &*draft.name).collect();
    let remedy = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("task groups of this file: {}", names.join(", ")),
    };
    let message = format!("there is no task group `{name}`");
    let problem = Problem::new(node.span.clone(), path, message);
    cx.problems.add(problem.remedy(remedy));
    Err(Reported)
}

/// For each group, the position of the one whose tasks it shares.
fn owners(drafts: &[Draft<'_>], cx: &mut Context<'_>) -> Result<Vec<Option<usize>>, Reported> {
    let owner = |draft: &Draft<'_>| match draft.tasks_of() {
        Some(node) => owner(drafts, draft, node, cx).map(Some),
        None => Ok(None),
    };
    let owners: Vec<Result<Option<usize>, Reported>> = drafts.iter().map(owner).collect();
    owners.into_iter().collect()
}

fn owner(
    drafts: &[Draft<'_>],
    draft: &Draft<'_>,
    node: &Node,
    cx: &mut Context<'_>,
) -> Result<usize, Reported> {
    let path = format!("task.{}.tasks-of", draft.name);
    let owner = position(drafts, node, &path, cx)?;
    let (name, of) = (&draft.name, &drafts[owner].name);
    let (message, remedy) = if let Some(count) = draft.table.get("count") {
        let problem = Problem::new(
            0..0,
            format!("task.{name}.count"),
            format!("`{name}` has as many tasks as `{of}`, whose tasks it shares"),
        )
        .rule("tasks-of count")
        .remedy("remove `count`, or remove `tasks-of` for tasks of its own");
        return Err(cx.blame(&[Some(node), Some(count)], problem));
    } else if name == of {
        (
            format!("`{name}` cannot share its own tasks"),
            "name another group, or remove `tasks-of`".to_owned(),
        )
    } else if let Some(its) = drafts[owner].tasks_of() {
        let its = its.cell();
        (
            format!("`{of}` has no tasks of its own: it shares those of `{its}`"),
            format!("write tasks-of = \"{its}\""),
        )
    } else {
        return Ok(owner);
    };
    let problem = Problem::new(0..0, path, message)
        .rule("tasks-of")
        .remedy(remedy);
    Err(cx.blame(&[Some(node)], problem))
}

/// The way of each group's packets; `positions` tells where a group comes to stand, if it is kept.
fn routes(
    drafts: &[Draft<'_>],
    owners: &[Option<usize>],
    positions: &[Option<usize>],
    cx: &mut Context<'_>,
) -> Result<Vec<Route>, Reported> {
    let route = |(index, draft): (usize, &Draft<'_>)| {
        let Some(node) = draft.to() else {
            return Ok(draft.traffic.route);
        };
        let path = join(&format!("task.{}", draft.name), "traffic.to");
        let target = target(drafts, draft, node, &path, cx)?;
        let Some(target) = target else {
            return Ok(Route::Resolver);
        };
        let whose = |group: usize| owners[group].unwrap_or(group);
        let itself = whose(index) == whose(target);
        let reached = reached(&drafts[target], itself, node, &path, cx);
        match positions[target] {
            _ if reached.is_err() => Err(Reported),
            Some(position) => Ok(Route::ToGroup(position)),
            // A group without tasks is left out, whatever its way.
            None if draft.count == 0 => Ok(Route::Out),
            None => Err(nobody(&drafts[target], node, &path, cx)),
        }
    };
    let routes: Vec<Result<Route, Reported>> = drafts.iter().enumerate().map(route).collect();
    routes.into_iter().collect()
}

/// The group that `to` names; `None` for the resolver.
fn target(
    drafts: &[Draft<'_>],
    draft: &Draft<'_>,
    node: &Node,
    path: &str,
    cx: &mut Context<'_>,
) -> Result<Option<usize>, Reported> {
    if draft.traffic.route == Route::In {
        let problem = Problem::new(0..0, path, "packets that come in go to the task itself")
            .rule("to and in")
            .remedy("remove `to`, or write direction = \"out\"");
        let direction = draft.table.table("traffic").get("direction");
        return Err(cx.blame(&[direction, Some(node)], problem));
    }
    if node.as_text() != Some(RESOLVER) {
        return position(drafts, node, path, cx).map(Some);
    }
    if let Some(named) = drafts.iter().find(|draft| draft.name == RESOLVER) {
        let message = "\"resolver\" is the resolver of the VPC, and a task group has that name too";
        let problem = Problem::new(0..0, path, message)
            .rule("resolver")
            .remedy("give the task group another name");
        return Err(cx.blame(&[named.table.get("name"), Some(node)], problem));
    }
    Ok(None)
}

/// Refuses a target that has no tasks of its own, or is the sender `itself`.
fn reached(
    target: &Draft<'_>,
    itself: bool,
    node: &Node,
    path: &str,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let name = &target.name;
    let (message, remedy) = if itself {
        (
            format!("each task of `{name}` would send to itself, over its own loopback"),
            "send to another group".to_owned(),
        )
    } else if let Some(its) = target.tasks_of() {
        let its = its.cell();
        (
            format!("`{name}` has no tasks of its own: it shares those of `{its}`"),
            format!("write to = \"{its}\""),
        )
    } else {
        return Ok(());
    };
    let problem = Problem::new(0..0, path, message).rule("to").remedy(remedy);
    Err(cx.blame(&[Some(node)], problem))
}

fn nobody(target: &Draft<'_>, node: &Node, path: &str, cx: &mut Context<'_>) -> Reported {
    let name = &target.name;
    let message = format!("nobody receives: `{name}` has no task");
    let problem = Problem::new(0..0, path, message)
        .rule("nobody")
        .remedy(format!(
            "give `{name}` a count above 0, or leave this group out as well with count = 0"
        ));
    cx.blame(&[target.table.get("count"), Some(node)], problem)
}
