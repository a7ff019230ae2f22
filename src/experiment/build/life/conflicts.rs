//! Lives of tasks that do not go with what else the file says of them.

use crate::experiment::build::context::{Context, Reported};
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{LifeCycle, Route, Scenario, Schedule};

/// The keys that give a group's tasks a life.
const KEYS: [&str; 3] = ["start-at", "stop-at", "deployment"];

/// Refuses a start, a stop or an update in the table of `group`, which shares the tasks of `owner`
/// and so lives with them.
pub(super) fn of_shared_tasks(
    table: &Node,
    group: &str,
    owner: &str,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let Some((key, node)) = KEYS.iter().find_map(|key| Some((key, table.get(key)?))) else {
        return Ok(());
    };
    let message = format!(
        "`{group}` has no tasks of its own: it starts and stops with those of `{owner}`, which it \
         shares"
    );
    let problem = Problem::new(0..0, format!("task.{group}.{key}"), message)
        .rule("life of shared tasks")
        .remedy(format!(
            "write `{key}` at `{owner}`, or remove `tasks-of` for tasks of its own"
        ));
    Err(cx.blame(&[table.get("tasks-of"), Some(node)], problem))
}

/// Refuses traffic to tasks that do not run all the time: it would go on to those that are gone.
/// `scenario` has the tasks of old revisions only.
pub(super) fn of_receivers(
    root: &Node,
    scenario: &Scenario,
    laws: &LifeCycle,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let mut result = Ok(());
    for group in &scenario.task_groups {
        let Route::ToGroup(target) = group.traffic.route else {
            continue;
        };
        let name = &scenario.task_groups[target].name;
        let (message, remedy) = if laws.schedules[target] != Schedule::ALWAYS {
            (
                format!(
                    "the tasks of `{name}` do not run all the time, and packets would go on to \
                     those that do not"
                ),
                "send to a group whose tasks all run for the whole trial, or out of the instance \
                 by leaving `to` away",
            )
        } else if is_short(scenario, laws, target) {
            (
                format!(
                    "not all tasks of `{name}` get an ENI, since ENIs attached by hand take their \
                     places, and packets would go to those without"
                ),
                "lower `attached-enis` or `count`, or send to a group further up in the file",
            )
        } else {
            continue;
        };
        let path = format!("task.{}.traffic.to", group.name);
        let problem = Problem::new(0..0, path, message)
            .rule("life of receivers")
            .remedy(remedy);
        let receivers = super::group_table(root, name);
        let mut nodes: Vec<Option<&Node>> = vec![root.table("instance").get("attached-enis")];
        nodes.extend(KEYS.map(|key| receivers.and_then(|table| table.get(key))));
        let sender = super::group_table(root, &group.name);
        nodes.push(sender.and_then(|table| table.table("traffic").get("to")));
        result = Err(cx.blame(&nodes, problem));
    }
    result
}

/// Whether some task of the group at `target` finds no place for its ENI when the trial begins;
/// places go by the number of the task.
fn is_short(scenario: &Scenario, laws: &LifeCycle, target: usize) -> bool {
    let eni = laws.eni.as_ref();
    let places = eni.and_then(|eni| Some(eni.places?.saturating_sub(eni.attached)));
    let up_to_it = scenario.task_groups[..=target].iter().zip(&laws.schedules);
    let tasks: u32 = up_to_it
        .filter(|(group, schedule)| {
            let starts_later = matches!(schedule, Schedule::Span { start: Some(_), .. });
            group.tasks_of.is_none() && !starts_later
        })
        .map(|(group, _)| group.count)
        .sum();
    places.is_some_and(|places| tasks > places)
}
