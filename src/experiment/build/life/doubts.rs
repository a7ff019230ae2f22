//! Lives of tasks that a trial will not show as they were meant.

use crate::experiment::build::context::{Context, Doubt};
use crate::scenario::{LifeCycle, Scenario, Schedule, TaskGroup};
use crate::units::SimTime;

/// Doubts tasks that will hardly run before the trial ends, and updates that have to wait for a
/// place that nobody gives up. `scenario` has the tasks of both revisions.
pub(super) fn add(scenario: &Scenario, laws: &LifeCycle, cx: &mut Context<'_>) {
    let groups = scenario.task_groups.iter().zip(&laws.schedules);
    for (group, schedule) in groups.filter(|(group, _)| group.tasks_of.is_none()) {
        let asked = match *schedule {
            Schedule::Span { start, .. } => start,
            Schedule::Deployment(deployment) => Some(deployment.at),
        };
        if let Some(asked) = asked {
            too_late(scenario, laws, &group.name, asked, cx);
        }
    }
    without_place(scenario, laws, cx);
}

/// Doubts a start at `asked` whose steps, at their medians, take longer than what is left.
fn too_late(
    scenario: &Scenario,
    laws: &LifeCycle,
    group: &str,
    asked: SimTime,
    cx: &mut Context<'_>,
) {
    let steps_s = laws.until_running().as_s_lossy();
    let left_s = scenario.window.end().saturating_since(asked).as_s_lossy();
    if steps_s < left_s {
        return;
    }
    cx.doubts.push(Doubt {
        key: "life-cycle",
        severity: steps_s - left_s,
        message: format!(
            "a task of `{group}` takes about {steps_s:.3} s from its start to RUNNING, and the \
             measurement ends {left_s:.3} s after it: scale the steps under [life-cycle] down, for \
             example pull = \"100 ms\""
        ),
    });
}

/// Doubts updates that may stop no task before a new one runs where all places for ENIs are taken.
fn without_place(scenario: &Scenario, laws: &LifeCycle, cx: &mut Context<'_>) {
    let Some(places) = laws.eni.as_ref().and_then(|eni| eni.places) else {
        return;
    };
    let own = || {
        let groups = scenario.task_groups.iter().zip(&laws.schedules);
        groups.filter(|(group, _)| group.tasks_of.is_none())
    };
    let at_first = |(group, schedule): (&TaskGroup, &Schedule)| match schedule {
        Schedule::Span { start: None, .. } => group.count,
        Schedule::Span { .. } => 0,
        Schedule::Deployment(_) => group.count / 2,
    };
    let stops = |schedule: &Schedule| matches!(schedule, Schedule::Span { stop: Some(_), .. });
    let taken: u32 = own().map(at_first).sum();
    if taken < places || own().any(|(_, schedule)| stops(schedule)) {
        return;
    }
    for (group, schedule) in own() {
        let Schedule::Deployment(deployment) = schedule else {
            continue;
        };
        if deployment.minimum_healthy < group.count / 2 {
            continue;
        }
        cx.doubts.push(Doubt {
            key: "task.deployment",
            severity: f64::from(group.count),
            message: format!(
                "the update of `{}` never begins: all {places} places for task ENIs are taken, and \
                 none of its tasks may stop to make room: lower `minimum-healthy-percent`, or \
                 raise `enis` under [instance]",
                group.name
            ),
        });
    }
}
