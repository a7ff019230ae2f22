//! `[life-cycle]` and what goes with it: when tasks start and stop, and how long that takes.

mod conflicts;
mod doubts;

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Deployment, Egress, EniSteps, LifeCycle, Mode, Scenario, Schedule, TimeLaw};
use crate::units::{SimDuration, SimTime, parse_duration};

use super::context::{Context, Reported, integer, parsed, section};
use super::instance::Instance;

/// Intervals of a window whose series is recorded without the file saying how long they are.
const INTERVALS: u64 = 100;

/// Most intervals, over all task groups: each holds a histogram, of up to some 100 kB.
const INTERVALS_MAX: u64 = 10_000;

/// The acknowledgement of an attachment must come in three minutes.
const ATTACH_TIMEOUT: SimDuration = SimDuration::from_s(180);

/// The agent's default for containers that do not exit.
const STOP_TIMEOUT: SimDuration = SimDuration::from_s(30);

/// The default deregistration delay of a target group.
const DRAIN: TimeLaw = TimeLaw::Fixed(SimDuration::from_s(300));

/// Most tasks of a service, and so most that an update replaces: the quota of Amazon ECS.
const SERVICE_TASKS_MAX: u32 = 5_000;

// Nothing is published for the rest; the keys say how far each may be off.
const ATTACH: TimeLaw = log_normal(8, 30);
const PULL: TimeLaw = log_normal(10, 60);
const START: TimeLaw = TimeLaw::Fixed(SimDuration::from_s(1));
const REGISTER: TimeLaw = TimeLaw::Fixed(SimDuration::from_s(5));
const STOP: TimeLaw = TimeLaw::Fixed(SimDuration::from_s(1));
const DETACH: TimeLaw = log_normal(5, 20);

const fn log_normal(median_s: u64, p99_s: u64) -> TimeLaw {
    TimeLaw::LogNormal {
        median: SimDuration::from_s(median_s),
        p99: SimDuration::from_s(p99_s),
    }
}

/// Adds the tasks' life cycle to `scenario`, which is complete without it. A group that is replaced
/// gets as many tasks again: its new revision.
pub(super) fn add(
    root: &Node,
    instance: &Instance,
    scenario: &mut Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let table = section(root, "life-cycle")?;
    let schedules: Vec<Result<Schedule, Reported>> = scenario
        .task_groups
        .iter()
        .map(|group| match group_table(root, &group.name) {
            Some(table) => {
                if let Some(owner) = group.tasks_of {
                    let owner = &scenario.task_groups[owner].name;
                    conflicts::of_shared_tasks(table, &group.name, owner, cx)?;
                }
                schedule(root, table, &group.name, group.count, cx)
            }
            None => Ok(Schedule::ALWAYS),
        })
        .collect();
    let laws = laws(table, scenario.network.mode, cx);
    let places = places(root, instance, scenario);
    let (schedules, mut laws) = (schedules.into_iter().collect::<Result<Vec<_>, _>>()?, laws?);
    let (places, attached) = places?;
    let mut is_short = false;
    if let Some(eni) = &mut laws.eni {
        (eni.places, eni.attached) = (places, attached);
        let free = |places: u32| places.saturating_sub(attached) as usize;
        is_short = places.is_some_and(|places| free(places) < scenario.own_task_count());
    }
    let lives = is_short && attached > 0 || schedules.iter().any(|s| *s != Schedule::ALWAYS);
    if lives {
        laws.schedules = schedules;
        conflicts::of_receivers(root, scenario, &laws, cx)?;
        let owner = |group: usize| scenario.task_groups[group].tasks_of.unwrap_or(group);
        let owners: Vec<usize> = (0..scenario.task_groups.len()).map(owner).collect();
        for (group, owner) in scenario.task_groups.iter_mut().zip(owners) {
            if matches!(laws.schedules[owner], Schedule::Deployment(_)) {
                group.count *= 2;
            }
        }
        doubts::add(scenario, &laws, cx);
        scenario.life_cycle = Some(laws);
    }
    scenario.series_interval = series_interval(root, scenario, lives, cx)?;
    Ok(())
}

fn group_table<'a>(root: &'a Node, group: &str) -> Option<&'a Node> {
    let tables = root.table("task").elements();
    tables
        .iter()
        .find(|table| table.get("name").and_then(Node::as_text) == Some(group))
}

fn instant(table: &Node, key: &str) -> Result<Option<SimTime>, Reported> {
    let span = parsed(table, key, |text| parse_duration(text).ok())?;
    Ok(span.map(|span| SimTime::ZERO.saturating_add(span)))
}

fn schedule(
    root: &Node,
    table: &Node,
    group: &str,
    tasks: u32,
    cx: &mut Context<'_>,
) -> Result<Schedule, Reported> {
    let (start, stop) = (instant(table, "start-at")?, instant(table, "stop-at")?);
    let own = [table.get("start-at"), table.get("stop-at")];
    if let Some(node) = table.get("deployment") {
        if own.iter().any(Option::is_some) {
            let message = "tasks that are replaced run when the trial begins and go on running: \
                           `deployment` does not go with `start-at` or `stop-at`";
            let problem = Problem::new(0..0, format!("task.{group}.deployment"), message)
                .rule("deployment or start")
                .remedy("remove one of them, or write a group for each");
            return Err(cx.blame(&[own[0], own[1], Some(node)], problem));
        }
        return deployment(root, section(table, "deployment")?, group, tasks, cx);
    }
    if let Some(stop) = stop
        && stop <= start.unwrap_or(SimTime::ZERO)
    {
        let message = "the tasks stop before they have started";
        let problem = Problem::new(0..0, format!("task.{group}.stop-at"), message)
            .rule("stop before start")
            .remedy("write a later `stop-at`, or `count = 0` to leave the group out");
        return Err(cx.blame(&own, problem));
    }
    Ok(Schedule::Span { start, stop })
}

fn deployment(
    root: &Node,
    table: &Node,
    group: &str,
    tasks: u32,
    cx: &mut Context<'_>,
) -> Result<Schedule, Reported> {
    let path = format!("task.{group}.deployment");
    let at = instant(table, "at").and_then(|at| cx.required(table, &path, "at", at));
    let minimum = integer(table, "minimum-healthy-percent");
    let maximum = integer(table, "maximum-percent");
    let (at, minimum, maximum) = (at?, minimum?.unwrap_or(100), maximum?.unwrap_or(200));
    if minimum > 100 || !(100..=200).contains(&maximum) {
        return Err(Reported);
    }
    if tasks > SERVICE_TASKS_MAX {
        let message = format!(
            "a service of {tasks} tasks is beyond the quota of Amazon ECS, {SERVICE_TASKS_MAX}"
        );
        let problem = Problem::new(0..0, path, message)
            .rule("service quota")
            .remedy("lower `count`, or write several groups");
        let count = group_table(root, group).and_then(|table| table.get("count"));
        return Err(cx.blame(&[Some(table), count], problem));
    }
    let deployment = Deployment::of_percent(at, tasks, minimum, maximum);
    if deployment.can_proceed(tasks) {
        return Ok(Schedule::Deployment(deployment));
    }
    let message = format!(
        "no task of {tasks} can ever be replaced: {minimum} % must stay RUNNING, which is all of \
         them, and {maximum} % is no task more"
    );
    let problem = Problem::new(0..0, path, message)
        .rule("deployment limits")
        .remedy("lower `minimum-healthy-percent`, or raise `maximum-percent`");
    let keys = ["minimum-healthy-percent", "maximum-percent"];
    let [minimum, maximum] = keys.map(|key| table.get(key));
    Err(cx.blame(&[Some(table), minimum, maximum], problem))
}

/// The laws, without schedules and places.
fn laws(table: &Node, mode: Mode, cx: &mut Context<'_>) -> Result<LifeCycle, Reported> {
    let mut law = |step, default| law(table, step, default, cx);
    let (attach, detach) = (law("attach", ATTACH), law("detach", DETACH));
    let (pull, start) = (law("pull", PULL), law("start", START));
    let (register, drain) = (law("register", REGISTER), law("drain", DRAIN));
    let stop = law("stop", STOP);
    let timeout = |key, default| {
        let span = parsed(table, key, |text| parse_duration(text).ok());
        span.map(|span| span.unwrap_or(default))
    };
    let attach_timeout = timeout("attach-timeout", ATTACH_TIMEOUT);
    let stop_timeout = timeout("stop-timeout", STOP_TIMEOUT);
    let eni = EniSteps {
        attach: attach?,
        attach_timeout: attach_timeout?,
        detach: detach?,
        places: None,
        attached: 0,
    };
    let has_eni = matches!(mode, Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate);
    Ok(LifeCycle {
        eni: has_eni.then_some(eni),
        pull: pull?,
        start: start?,
        register: register?,
        drain: drain?,
        stop: stop?,
        stop_timeout: stop_timeout?,
        schedules: Vec::new(),
    })
}

/// The law of `step`.
fn law(
    table: &Node,
    step: &str,
    default: TimeLaw,
    cx: &mut Context<'_>,
) -> Result<TimeLaw, Reported> {
    let Some(node) = table.get(step) else {
        return Ok(default);
    };
    if let Some(text) = node.as_text() {
        return parse_duration(text)
            .map(TimeLaw::Fixed)
            .map_err(|_| Reported);
    }
    if !matches!(node.value, Value::Table(_)) {
        return Err(Reported);
    }
    let path = format!("life-cycle.{step}");
    let distribution = parsed(node, "distribution", |text| Some(text.to_owned()))?;
    let distribution = cx.required(node, &path, "distribution", distribution)?;
    let mut time = |key| {
        let time = parsed(node, key, |text| parse_duration(text).ok())?;
        cx.required(node, &path, key, time)
    };
    if distribution == "exponential" {
        return time("mean").map(|mean| TimeLaw::Exponential { mean });
    }
    let (median, p99) = (time("median"), time("p99"));
    let (median, p99) = (median?, p99?);
    if p99 < median {
        let message = format!("a p99 of {p99} is below the median of {median}");
        let problem = Problem::new(0..0, format!("{path}.p99"), message)
            .rule("p99 below median")
            .remedy("write a p99 of at least the median");
        return Err(cx.blame(&[node.get("median"), node.get("p99")], problem));
    }
    Ok(TimeLaw::LogNormal { median, p99 })
}

/// Places for task ENIs, if they are limited, and how many of them are taken by hand.
fn places(
    root: &Node,
    instance: &Instance,
    scenario: &Scenario,
) -> Result<(Option<u32>, u32), Reported> {
    let attached = integer(section(root, "instance")?, "attached-enis")?.unwrap_or(0);
    let Egress::PerTask { .. } = scenario.network.egress else {
        return Ok((None, 0));
    };
    let named = instance.named;
    Ok(match scenario.network.mode {
        // ENIs given in place of the type's are a what-if, with a trunk for all tasks.
        Mode::AwsvpcTrunk if instance.enis.is_some() => (None, 0),
        // Branch ENIs have places of their own.
        Mode::AwsvpcTrunk => (named.and_then(|t| t.trunk_tasks()).map(|t| t.count), 0),
        Mode::Awsvpc => {
            let enis = instance.enis.or(named.map(|named| named.enis));
            (enis.map(|enis| enis.saturating_sub(1)), attached)
        }
        _ => (None, 0),
    })
}

/// Length of the intervals over which latency is recorded.
fn series_interval(
    root: &Node,
    scenario: &Scenario,
    lives: bool,
    cx: &mut Context<'_>,
) -> Result<Option<SimDuration>, Reported> {
    let interval = parsed(root, "series-interval", |text| parse_duration(text).ok())?;
    let (measure, groups) = (scenario.window.measure, scenario.task_groups.len() as u64);
    let Some(interval) = interval else {
        let of_window = SimDuration::from_ps((measure.as_ps() / INTERVALS).max(1));
        return Ok(lives.then_some(of_window));
    };
    let count = measure.as_ps() / interval.as_ps();
    if (1..=INTERVALS_MAX / groups).contains(&count) {
        return Ok(Some(interval));
    }
    let message = match count {
        0 => format!("an interval of {interval} does not fit into a measure of {measure}"),
        _ => format!(
            "{count} intervals in a measure of {measure}; at most {INTERVALS_MAX} over all task \
             groups, of which there are {groups}"
        ),
    };
    let remedy = match count {
        0 => "write a shorter interval, or leave the key out",
        _ => "write a longer interval, or leave the key out for a hundred of them",
    };
    let problem = Problem::new(0..0, "series-interval", message)
        .rule("series interval")
        .remedy(remedy);
    Err(cx.blame(&[root.get("measure"), root.get("series-interval")], problem))
}

#[cfg(test)]
mod tests;
