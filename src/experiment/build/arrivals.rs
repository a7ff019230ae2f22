//! Renewal arrivals and Markov-modulated Poisson arrivals.

use crate::experiment::check::join;
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Arrivals, MmppState, UnitLaw};
use crate::units::{SimDuration, parse_duration};

use super::context::{Context, Reported, parsed};
use super::law;

/// States of a modulated process.
const STATES: usize = 2;

/// Longest mean of a state; longer ones would leave a trial's range of time.
const DURATION_MAX: SimDuration = SimDuration::from_s(24 * 3600);

/// Arrivals with gaps of the law in `inter-arrival` of the traffic table at `path`.
pub(super) fn renewal(
    table: &Node,
    path: &str,
    cx: &mut Context<'_>,
) -> Result<Arrivals, Reported> {
    let node = cx.required(table, path, "inter-arrival", table.get("inter-arrival"))?;
    if !matches!(node.value, Value::Table(_)) {
        return Err(Reported);
    }
    let path = join(path, "inter-arrival");
    let name = parsed(node, "distribution", |text| Some(text.to_owned()))?;
    let name = cx.required(node, &path, "distribution", name)?;
    Ok(match law::read(node, &path, &name, cx)? {
        // Laws that have a name of their own.
        UnitLaw::Deterministic => Arrivals::Periodic,
        UnitLaw::Exponential => Arrivals::Poisson,
        law => Arrivals::Renewal(law),
    })
}

/// Poisson arrivals with the `weights` and `durations` of the traffic table at `path`.
pub(super) fn mmpp(table: &Node, path: &str, cx: &mut Context<'_>) -> Result<Arrivals, Reported> {
    let weights = list(table, path, "weights", Node::as_number, cx);
    let durations = list(
        table,
        path,
        "durations",
        |node| parse_duration(node.as_text()?).ok(),
        cx,
    );
    let (weights, durations) = (weights?, durations?);
    if weights.iter().all(|weight| *weight == 0.0) {
        let message = "no state in which packets arrive: both weights are 0";
        let problem = Problem::new(0..0, join(path, "weights"), message)
            .rule("weights")
            .remedy("write a weight above 0, for example [1, 0] for bursts with silence between");
        return Err(cx.blame(&[table.get("weights")], problem));
    }
    if let Some(long) = durations.iter().find(|duration| **duration > DURATION_MAX) {
        let message = format!("a state of {long} on average; the limit is a day");
        let problem = Problem::new(0..0, join(path, "durations"), message)
            .rule("duration")
            .remedy("write shorter ones, for example [\"1 ms\", \"1 ms\"]");
        return Err(cx.blame(&[table.get("durations")], problem));
    }
    if weights[0] == weights[1] {
        return Ok(Arrivals::Poisson);
    }
    Ok(Arrivals::Mmpp([0, 1].map(|state: usize| MmppState {
        weight: weights[state],
        duration: durations[state],
    })))
}

/// The values at `key`, one for each state.
fn list<T>(
    table: &Node,
    path: &str,
    key: &str,
    read: impl Fn(&Node) -> Option<T>,
    cx: &mut Context<'_>,
) -> Result<[T; STATES], Reported> {
    let node = cx.required(table, path, key, table.get(key))?;
    let values: Option<Vec<T>> = node.elements().iter().map(read).collect();
    let values = values.filter(|values| !values.is_empty()).ok_or(Reported)?;
    let count = values.len();
    values.try_into().map_err(|_| {
        let message = format!("there are two states, but the number of {key} is {count}");
        let problem = Problem::new(0..0, join(path, key), message)
            .rule("states")
            .remedy("write one for each state, two in all");
        cx.blame(&[Some(node)], problem)
    })
}
