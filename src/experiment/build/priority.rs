//! `priority` of the task groups, where the discipline of the ENI queues looks at it.

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Discipline, Egress, EniQueue, Network, TaskGroup};

use super::context::{Context, Reported};

/// Keeps priorities where they have an effect, as 0, 1, 2 and so on without gaps; where they have
/// none, neither they nor the discipline.
///
/// # Errors
/// Priorities of a file whose queues are first come first served.
pub(super) fn apply(
    root: &Node,
    network: &mut Network,
    groups: &mut [TaskGroup],
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let given = given(root, cx);
    let own_enis = network.has_own_enis();
    let discipline = queue(network).map(|queue| queue.discipline);
    let has_effect = discipline == Some(Discipline::Priority) && differ(groups, own_enis);
    let mut priorities: Vec<u32> = groups.iter().map(|group| group.priority).collect();
    priorities.sort_unstable();
    priorities.dedup();
    for group in groups {
        let rank = priorities.partition_point(|priority| *priority < group.priority);
        group.priority = if has_effect { rank as u32 } else { 0 };
    }
    if let Some(queue) = queue(network).filter(|_| !has_effect) {
        queue.discipline = Discipline::Fifo;
    }
    given
}

/// Refuses priorities beside a discipline that does not look at them, unless a sweep changes it.
fn given(root: &Node, cx: &mut Context<'_>) -> Result<(), Reported> {
    let discipline = root.table("network").table("eni-queue").get("discipline");
    let by_priority = discipline.and_then(Node::as_text) == Some("priority");
    let swept = discipline.is_some_and(|node| cx.swept.contains(&node.span));
    let mut tables = root.table("task").elements().iter();
    let Some(priority) = tables.find_map(|table| table.get("priority")) else {
        return Ok(());
    };
    if by_priority || swept {
        return Ok(());
    }
    let message = "`priority` has no effect: ENI queues are first come first served";
    let problem = Problem::new(priority.span.clone(), "task.priority", message)
        .rule("priority")
        .remedy("remove it, or write eni-queue = { discipline = \"priority\" } under [network]");
    cx.problems.add(problem);
    Err(Reported)
}

/// Whether groups that share an ENI have different priorities.
fn differ(groups: &[TaskGroup], own_enis: bool) -> bool {
    let eni_of = |position: usize| match own_enis {
        true => groups[position].tasks_of.unwrap_or(position),
        false => 0,
    };
    groups.iter().enumerate().any(|(position, group)| {
        let first = groups.iter().enumerate();
        let mut sharing = first.filter(|(other, _)| eni_of(*other) == eni_of(position));
        sharing.any(|(_, other)| other.priority != group.priority)
    })
}

fn queue(network: &mut Network) -> Option<&mut EniQueue> {
    match &mut network.egress {
        Egress::Refused => None,
        Egress::Shared { queue, .. } | Egress::PerTask { queue, .. } => Some(queue),
    }
}
