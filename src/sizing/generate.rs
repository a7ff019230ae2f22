//! The experiment file of a probe.

use toml::{Table, Value};

use crate::experiment::Experiment;
use crate::scenario::{Arrivals, Route, Scenario, TaskGroup};

use super::promise::{Metric, Promise};
use super::{Case, Request, SizingError};

/// Packets of all tasks in one replication, at least.
const PACKETS_MIN: f64 = 2e5;

/// The same at most, however rare the packets are that the promise is about.
const PACKETS_MAX: f64 = 1e6;

/// Packets beyond a quantile that make it worth estimating.
const PACKETS_BEYOND: f64 = 1000.0;

/// Lost packets that make a limit on losses worth comparing with.
const PACKETS_LOST: f64 = 50.0;

/// On-off periods of a task in one replication, where that is not too many packets.
const CYCLES: f64 = 100.0;

/// How much longer than by packets a window may become for the sake of on-off periods.
const STRETCH_MAX: f64 = 5.0;

/// Longest window \[s\].
const MEASURE_S_MAX: f64 = 86_400.0;

/// Share of the window that is simulated before it.
const WARM_UP_SHARE: f64 = 0.2;

/// An experiment file and what it means.
pub(super) struct Generated {
    pub text: String,
    pub experiment: Experiment,
}

impl Generated {
    pub fn scenario(&self) -> &std::sync::Arc<Scenario> {
        &self.experiment.points[0].scenario
    }
}

/// The experiment with `count` tasks of each definition.
///
/// # Errors
/// If the traffic or the mode makes no experiment.
pub(super) fn experiment(
    case: &Case<'_>,
    request: &Request,
    count: u32,
    replications: u32,
) -> Result<Generated, SizingError> {
    let draft = Draft {
        case,
        request,
        count,
        replications,
    };
    // What is offered, and with it the window, is known only when the traffic was read.
    let first = draft.parse(1e6, "full")?;
    let scenario = first.scenario();
    let window_us = (window_s(scenario, &request.promises) * 1e6).ceil();
    draft.parse(window_us, steady_credit(scenario, case))
}

struct Draft<'a> {
    case: &'a Case<'a>,
    request: &'a Request,
    count: u32,
    replications: u32,
}

impl Draft<'_> {
    fn parse(&self, window_us: f64, credit: &str) -> Result<Generated, SizingError> {
        let Case {
            subject,
            instance,
            mode,
        } = self.case;
        let text = self.text(window_us, credit);
        let (subject, instance, mode) = (subject.name(), instance.name, mode.name());
        let name = format!("the experiment of {subject} on {instance} in {mode} mode");
        match Experiment::parse(&name, &text) {
            Ok(experiment) => Ok(Generated { text, experiment }),
            Err(diagnostics) => Err(SizingError::Experiment(Box::new(diagnostics))),
        }
    }

    fn text(&self, window_us: f64, credit: &str) -> String {
        let number = |n: u32| Value::Integer(i64::from(n));
        let text = |text: &str| Value::String(text.to_owned());
        let us = |us: f64| text(&format!("{us:.0} us"));
        let tasks = self.case.subject.0.iter().map(|member| {
            let mut task = Table::new();
            task.insert("name".to_owned(), text(&member.definition.family));
            task.insert("count".to_owned(), number(self.count));
            task.insert("traffic".to_owned(), Value::Table(member.traffic.clone()));
            Value::Table(task)
        });
        let mut instance = Table::new();
        instance.insert("type".to_owned(), text(self.case.instance.name));
        instance.insert("credit".to_owned(), text(credit));
        let mut network = Table::new();
        network.insert("mode".to_owned(), text(self.case.mode.name()));
        let tables = [
            ("instance", Value::Table(instance)),
            ("network", Value::Table(network)),
            ("task", Value::Array(tasks.collect())),
        ];
        let tables = tables.map(|(key, value)| (key.to_owned(), value));
        // A table is written in the order of its keys, but a file begins with its question.
        format!(
            "question = {}\nseed = {}\nreplications = {}\nwarm-up = {}\nmeasure = {}\n\n{}",
            text(&self.question()),
            self.request.seed,
            self.replications,
            us((window_us * WARM_UP_SHARE).ceil()),
            us(window_us),
            Table::from_iter(tables)
        )
    }

    fn question(&self) -> String {
        let promises: Vec<String> = self
            .request
            .promises
            .iter()
            .map(Promise::to_string)
            .collect();
        let (verb, noun) = match self.count {
            1 => ("Does", "task"),
            _ => ("Do", "tasks"),
        };
        format!(
            "{verb} {} {noun} of {} keep {} on {} in {} mode?",
            self.count,
            self.case.subject.name(),
            promises.join(" and "),
            self.case.instance.name,
            self.case.mode.name()
        )
    }
}

/// Packets that a replication should have, so that what the promises are about is seen often.
fn packets(promises: &[Promise]) -> f64 {
    let wanted = promises.iter().map(|promise| match promise.metric {
        Metric::Mean => PACKETS_MIN,
        Metric::Quantile(q) => PACKETS_BEYOND / (1.0 - q),
        Metric::Loss if promise.limit > 0.0 => PACKETS_LOST / promise.limit,
        Metric::Loss => PACKETS_MAX,
    });
    wanted.fold(PACKETS_MIN, f64::max).min(PACKETS_MAX)
}

/// Length of a probe's window \[s\].
fn window_s(scenario: &Scenario, promises: &[Promise]) -> f64 {
    let for_packets = packets(promises) / scenario.offered_packets_per_s();
    let cycle_s = |group: &TaskGroup| match group.traffic.arrivals {
        Arrivals::OnOff { on, off, .. } => on.mean().as_s_lossy() + off.mean().as_s_lossy(),
        Arrivals::Mmpp(states) => states.iter().map(|s| s.duration.as_s_lossy()).sum(),
        Arrivals::Periodic | Arrivals::Poisson | Arrivals::Renewal(_) => 0.0,
    };
    let longest = scenario.task_groups.iter().map(cycle_s).fold(0.0, f64::max);
    let for_cycles = (CYCLES * longest).min(for_packets * STRETCH_MAX);
    for_packets.max(for_cycles).min(MEASURE_S_MAX)
}

/// Fill of the credit bucket in the long run: full while the mean load of each direction is below
/// the baseline, else spent.
fn steady_credit(scenario: &Scenario, case: &Case<'_>) -> &'static str {
    let offered = |inbound: bool| -> f64 {
        let groups = scenario.task_groups.iter();
        let in_direction = groups.filter(|g| match g.traffic.route {
            Route::In => inbound,
            Route::Out | Route::Resolver => !inbound,
            Route::ToGroup(_) => false,
        });
        in_direction.map(TaskGroup::offered_bits_per_s).sum()
    };
    let baseline = case.instance.baseline.bits_per_s() as f64;
    match offered(false).max(offered(true)) < baseline {
        true => "full",
        false => "empty",
    }
}
