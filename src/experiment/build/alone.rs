//! `interference`: a point once more for each task group that is asked for, without its neighbours.

use crate::experiment::check::join;
use crate::experiment::diagnostics::Problem;
use crate::experiment::suggest::nearest;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Route, Scenario};

use super::context::{Context, Reported};

/// The task groups of `scenario` that the file asks for, each with the scenario in which it is alone.
///
/// Alone are the group's tasks with all their traffic, that of groups which share them included.
/// Random streams have the name of their task, so its packets are the same.
pub(in crate::experiment) fn alone(
    root: &Node,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<Vec<(String, Scenario)>, Reported> {
    require_neighbours(root, cx)?;
    let groups = || (0..scenario.task_groups.len()).map(|at| &scenario.task_groups[at].name);
    let asked: Vec<usize> = match root.get("interference").map(|node| (node, &node.value)) {
        None | Some((_, Value::Boolean(false))) => Vec::new(),
        Some((_, Value::Boolean(true))) => (0..scenario.task_groups.len()).collect(),
        Some((node, _)) => {
            require_known(root, node, cx)?;
            let is_asked = |name: &String| {
                let elements = node.elements().iter();
                elements
                    .filter_map(Node::as_text)
                    .any(|asked| asked == name)
            };
            let numbered = groups().enumerate().filter(|(_, name)| is_asked(name));
            numbered.map(|(at, _)| at).collect()
        }
    };
    let scenarios: Vec<Result<_, _>> = asked
        .into_iter()
        .map(|group| {
            let kept = tasks_of(scenario, group);
            require_independent(root, scenario, &kept, cx)?;
            Ok((
                scenario.task_groups[group].name.clone(),
                only(scenario, &kept),
            ))
        })
        .collect();
    scenarios.into_iter().collect()
}

/// Refuses to compare tasks alone with themselves: more traffic of the same tasks is no neighbour.
fn require_neighbours(root: &Node, cx: &mut Context<'_>) -> Result<(), Reported> {
    let asked = root.get("interference");
    let asked = asked.filter(|node| node.value != Value::Boolean(false));
    let Some(node) = asked else {
        return Ok(());
    };
    let tables = root.table("task").elements().iter();
    let others = tables.filter(|table| table.get("tasks-of").is_none());
    if others.count() > 1 {
        return Ok(());
    }
    let message = "all tasks are of one group, so there are no neighbours to interfere".to_owned();
    let problem = Problem::new(node.span.clone(), "interference", message)
        .remedy("add a [[task]] of another name beside it, or leave `interference` out");
    cx.problems.add(problem);
    Err(Reported)
}

/// Refuses names of no group.
fn require_known(root: &Node, node: &Node, cx: &mut Context<'_>) -> Result<(), Reported> {
    let tables = root.table("task").elements().iter();
    let names = tables.filter_map(|table| table.get("name").and_then(Node::as_text));
    let names: Vec<&str> = names.collect();
    for asked in node.elements() {
        let name = asked.as_text().ok_or(Reported)?;
        if !names.contains(&name) {
            let remedy = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("task groups of this file: {}", names.join(", ")),
            };
            let message = format!("there is no task group `{name}`");
            let problem = Problem::new(asked.span.clone(), "interference", message);
            cx.problems.add(problem.remedy(remedy));
            return Err(Reported);
        }
    }
    Ok(())
}

/// The groups, by position, that are the traffic of the tasks of `group`.
fn tasks_of(scenario: &Scenario, group: usize) -> Vec<usize> {
    let owner = |at: usize| scenario.task_groups[at].tasks_of.unwrap_or(at);
    let all = 0..scenario.task_groups.len();
    all.filter(|at| owner(*at) == owner(group)).collect()
}

/// Refuses groups that send to tasks which would not be there.
fn require_independent(
    root: &Node,
    scenario: &Scenario,
    kept: &[usize],
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    for at in kept {
        let group = &scenario.task_groups[*at];
        let Route::ToGroup(receiver) = group.traffic.route else {
            continue;
        };
        let (name, receiver) = (&group.name, &scenario.task_groups[receiver].name);
        let path = join(&format!("task.{name}"), "traffic.to");
        let message = format!("`{name}` sends to `{receiver}`, so it cannot be simulated alone");
        let problem = Problem::new(0..0, path, message)
            .rule("interference")
            .remedy("name the groups that send elsewhere, as in interference = [\"NAME\"]");
        return Err(cx.blame(&[root.get("interference")], problem));
    }
    Ok(())
}

/// The scenario with the groups at `kept` alone, which refer to none but each other.
fn only(scenario: &Scenario, kept: &[usize]) -> Scenario {
    let mut alone = scenario.clone();
    let position = |of: usize| kept.iter().position(|at| *at == of);
    let groups = kept.iter().map(|at| scenario.task_groups[*at].clone());
    alone.task_groups = groups
        .map(|mut group| {
            group.tasks_of = group.tasks_of.and_then(position);
            group
        })
        .collect();
    if let Some(life_cycle) = &mut alone.life_cycle {
        let schedules = std::mem::take(&mut life_cycle.schedules);
        life_cycle.schedules = kept.iter().map(|at| schedules[*at]).collect();
    }
    alone
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::experiment::{Experiment, Point};
    use crate::trial::Trial;

    /// Three groups on an instance: `dns` is more traffic of the tasks of `api`.
    fn points(mode: &str, interference: &str) -> Vec<Point> {
        let text = format!(
            r#"question = "q"
measure = "20 ms"
interference = {interference}
[instance]
egress = "1 Gbit/s"
enis = 16
[network]
mode = "{mode}"
[[task]]
name = "bulk"
count = 2
traffic = {{ arrivals = "on-off", rate = "200 Mbit/s", peak = "1 Gbit/s", on = "1 ms", packet-size = "1500 B" }}
[[task]]
name = "api"
count = 3
traffic = {{ arrivals = "poisson", rate = "5000 packets/s", packet-size = "imix" }}
[[task]]
name = "dns"
tasks-of = "api"
traffic = {{ arrivals = "poisson", rate = "2000 packets/s", packet-size = "100 B" }}
[sweep]
"task.bulk.count" = [0, 1, 2]
"#
        );
        let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
        experiment.points
    }

    /// Oracle: streams are named by seed, replication, task and purpose, so that a task offers the
    /// same packets whoever is beside it, in every mode.
    #[test]
    fn a_group_alone_offers_the_packets_that_it_offers_beside_others() {
        for mode in ["bridge", "host", "awsvpc", "awsvpc-trunk", "none"] {
            let point = points(mode, "true").pop().unwrap();
            let names: Vec<&str> = point.alone.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["bulk", "api", "dns"]);
            for (name, scenario) in &point.alone {
                let offered = |scenario: &Arc<_>| -> Vec<(u64, u64)> {
                    let trial = Trial {
                        scenario: Arc::clone(scenario),
                        seed: 3,
                        replication: 1,
                    };
                    let measured = trial.run().unwrap();
                    let groups = &trial.scenario.task_groups;
                    let tasks = measured.tasks.iter();
                    tasks
                        .filter(|task| groups[task.group].name == *name)
                        .map(|task| (task.offered_packets, task.offered_bytes))
                        .collect()
                };
                let alone = offered(scenario);
                assert!(alone.iter().any(|(packets, _)| *packets > 10));
                assert_eq!(alone, offered(&point.scenario), "{mode}: {name}");
            }
        }
    }

    #[test]
    fn equal_scenarios_are_one_whether_alone_or_a_point() {
        let points = points("bridge", "[\"api\"]");
        let alone: Vec<_> = points.iter().map(|point| &point.alone[0].1).collect();
        // Without `bulk` there are no neighbours; with it they are left out, however many.
        assert!(
            alone
                .iter()
                .all(|scenario| Arc::ptr_eq(scenario, &points[0].scenario))
        );
        let groups = &alone[2].task_groups;
        let kept: Vec<_> = groups
            .iter()
            .map(|g| (g.name.as_str(), g.tasks_of))
            .collect();
        assert_eq!(kept, [("api", None), ("dns", Some(0))]);
        assert!(points[0].alone.len() == 1 && points[0].scenario.task_groups.len() == 2);
    }

    #[test]
    fn one_group_has_no_neighbours() {
        let text = r#"question = "q"
measure = "20 ms"
interference = true
[instance]
egress = "1 Gbit/s"
[network]
mode = "bridge"
[[task]]
name = "api"
count = 3
traffic = { arrivals = "poisson", rate = "5000 packets/s", packet-size = "imix" }
"#;
        let dns = "[[task]]\nname = \"dns\"\ntasks-of = \"api\"\ntraffic = { arrivals = \
                   \"poisson\", rate = \"5 packets/s\", packet-size = \"99 B\" }\n";
        for text in [text.to_owned(), format!("{text}{dns}")] {
            let told = Experiment::parse("x.toml", &text).unwrap_err().to_string();
            assert!(told.contains("no neighbours to interfere"), "{told}");
            assert!(told.contains("add a [[task]] of another name"), "{told}");
            let off = text.replace("interference = true", "interference = false");
            assert!(Experiment::parse("x.toml", &off).is_ok());
        }
    }

    #[test]
    fn a_group_without_tasks_is_not_alone_either() {
        let bulk = points("awsvpc", "[\"bulk\"]");
        let counts: Vec<usize> = bulk.iter().map(|point| point.alone.len()).collect();
        assert_eq!(counts, [0, 1, 1]);
        assert!(
            points("awsvpc", "false")
                .iter()
                .all(|point| point.alone.is_empty())
        );
    }
}
