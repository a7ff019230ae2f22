//! What an instance has room for: an ENI per task in awsvpc, a branch ENI with trunking.

use crate::ecs::{self, InstanceType, TrunkSource, TrunkTasks};
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Mode, Scenario};

use super::context::{Context, Reported};
use super::instance::Instance;

/// Refuses more tasks than the instance has ENIs or branch ENIs for.
pub(super) fn check(
    root: &Node,
    instance: &Instance,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let tasks = scenario.own_task_count();
    let refusal = match (scenario.network.mode, instance.named) {
        (Mode::Awsvpc, named) => enis(instance.enis, named, tasks),
        // ENIs given in place of the type's are a what-if, with a trunk for all tasks.
        (Mode::AwsvpcTrunk, Some(named)) if instance.enis.is_none() => trunk(named, tasks),
        _ => None,
    };
    let Some((message, remedy)) = refusal else {
        return Ok(());
    };
    let problem = Problem::new(0..0, "network.mode", message)
        .rule("places")
        .remedy(remedy);
    let (instance, groups) = (root.table("instance"), root.table("task").elements());
    let mut nodes: Vec<Option<&Node>> = groups.iter().map(|group| group.get("count")).collect();
    nodes.extend([instance.get("enis"), instance.get("type")]);
    nodes.push(root.table("network").get("mode"));
    Err(cx.blame(&nodes, problem))
}

/// What keeps `tasks` from having an ENI each, and the remedy.
fn enis(own: Option<u32>, named: Option<&InstanceType>, tasks: usize) -> Option<(String, String)> {
    let of_type = || named.map(|named| (named.name, named.enis));
    let (owner, enis) = own.map(|enis| ("the instance", enis)).or_else(of_type)?;
    let places = enis.saturating_sub(1) as usize;
    if tasks <= places {
        return None;
    }
    let message = format!(
        "{tasks} tasks in awsvpc, but {owner} has {}, one is the primary: {}",
        plural(enis as usize, "ENI"),
        plural(places, "task")
    );
    let larger = larger(named, |t| (t.enis as usize > tasks).then_some(t.enis));
    let larger = larger.map_or(String::new(), |(t, enis)| {
        format!("a type with more (\"{}\" has {enis}), ", t.name)
    });
    Some((
        message,
        format!("write fewer tasks, {larger}or `enis` for a what-if"),
    ))
}

/// What keeps `tasks` from having a branch ENI each, and the remedy.
fn trunk(named: &InstanceType, tasks: usize) -> Option<(String, String)> {
    let enough = |t: &InstanceType| {
        let held = t.trunk_tasks()?;
        (held.count as usize >= tasks).then_some(held.count)
    };
    let larger = |verb: &str, adjective: &str| {
        larger(Some(named), enough).map_or(String::new(), |(t, count)| {
            format!("a type {adjective} (\"{}\" {verb} {count}), ", t.name)
        })
    };
    let name = named.name;
    let Some(TrunkTasks { count, source }) = named.trunk_tasks() else {
        let why = match named.trunk_branch_enis {
            Some(_) => "has no trunking",
            None => "is in no list of types with trunking",
        };
        let with = larger("holds", "with trunking");
        return Some((
            format!(
                "{} in awsvpc-trunk, but {name} {why}",
                plural(tasks, "task")
            ),
            format!("write mode = \"awsvpc\", {with}or `enis` for a what-if"),
        ));
    };
    if tasks <= count as usize {
        return None;
    }
    let known = match source {
        TrunkSource::Published => "as ECS published in April 2023",
        TrunkSource::Derived => "derived: branch ENIs + ENIs − 2",
    };
    let more = larger("holds", "with more");
    Some((
        format!("{tasks} tasks in awsvpc-trunk, but {name} holds {count} ({known})"),
        format!("write fewer tasks, {more}or `enis` for a what-if"),
    ))
}

fn plural(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The smallest type by what `room` tells of those that have enough of it, of the family of
/// `named` if there is one.
fn larger(
    named: Option<&InstanceType>,
    room: impl Fn(&InstanceType) -> Option<u32>,
) -> Option<(&'static InstanceType, u32)> {
    let family = |t: &InstanceType| t.name.split('.').next().map(str::to_owned);
    let wanted = named.and_then(family);
    let enough = ecs::all().iter().filter_map(|t| Some((t, room(t)?)));
    enough.min_by_key(|(t, room)| (family(t) != wanted, *room, t.vcpus, t.name))
}
