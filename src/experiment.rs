//! From the text of an experiment file to scenarios: everything checked, all errors at once.
//!
//! ```text
//! TOML text → tree with places → every value against its declared key → axes of the sweep
//!           → per point: the tree with the point's values in place → Scenario
//! ```
//!
//! The file format lives here alone; what comes out knows no TOML. A file that is accepted here
//! can be simulated: nothing after this checks again, and nothing here looks at the machine.

mod assertion;
mod build;
mod check;
mod diagnostics;
mod difference;
pub mod keys;
#[cfg(test)]
mod malformed;
mod overrides;
mod precision;
mod schema;
mod suggest;
mod sweep;
mod template;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

pub use assertion::{AssertedPoint, Assertion, Limits, count_assertions};
pub use diagnostics::{Diagnostics, Problem};
pub use difference::{KeyDifference, differences, differing_keys};
pub use overrides::{Overrides, apply_overrides};
pub use precision::{HalfWidth, Precision};
pub use schema::json_schema;
pub use sweep::POINTS_MAX;
pub use template::template;

use crate::scenario::Scenario;
use crate::units::{PS_PER_S, SimDuration};
use build::{Context, Reported};
use diagnostics::Problems;
use sweep::Axis;
use tree::{Node, Value};

/// Most tasks of one sweep point.
pub const TASKS_MAX: i64 = 1_000_000;

/// Seed of a file that names none.
const SEED: u64 = 1;

/// Replications of a file that does not say.
const REPLICATIONS: u32 = 10;

/// A checked experiment file: a question, and the scenarios that are to answer it.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What is to be found out.
    pub question: String,
    /// The answer expected before running; empty if none was stated.
    pub expectation: String,
    /// Names the random streams of all replications.
    pub seed: u64,
    /// Independent repetitions of every point, or with `precision` the first of them; above zero.
    pub replications: u32,
    /// How long to go on with the repetitions of a point; `None`: not beyond `replications`.
    pub precision: Option<Precision>,
    /// Whether pilot runs are to find the warm-up, which is zero in the scenarios until then.
    pub warm_up: WarmUp,
    /// Key paths of the sweep, in file order; those that are varied one at a time last.
    pub sweep_keys: Vec<String>,
    /// Those of the sweep keys that are varied one at a time.
    pub varied: Vec<String>,
    /// The cross product of the sweep, the first key slowest, each time with all varied keys at
    /// their base and then with each other value of each of them; at least one point.
    pub points: Vec<Point>,
    /// What is to hold of the results.
    pub assertions: Vec<Assertion>,
    /// Reasons to doubt the results already now.
    pub warnings: Vec<ExperimentWarning>,
}

/// Where the warm-up of an experiment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarmUp {
    /// From the file; the scenarios have it.
    Given,
    /// From pilot runs; until then the scenarios have none.
    Auto {
        /// The least that is left out, whatever pilots find: ten times the longest time in which a
        /// queue without a limit forgets its start, though not more than `measure`.
        floor: SimDuration,
    },
}

/// Times in which a queue forgets its start that a warm-up lasts at least.
const RELAXATIONS: f64 = 10.0;

/// A sweep point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Position in the experiment, from 0.
    pub index: usize,
    /// The value of each sweep key as text for a CSV cell: strings as written, numbers and
    /// booleans in TOML spelling, tables and arrays as compact TOML.
    pub values: Vec<String>,
    /// What is simulated there. Points with equal scenarios share one.
    pub scenario: Arc<Scenario>,
    /// The task groups whose interference is asked for and that have tasks here, by name, each with
    /// the scenario in which it is alone: that of the point where there are no neighbours.
    pub alone: Vec<(String, Arc<Scenario>)>,
}

/// A reason not to trust an experiment's results as they would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExperimentWarning {
    /// Path of the key that would help.
    pub key: String,
    /// What is doubtful, where, and what would help.
    pub message: String,
}

impl fmt::Display for ExperimentWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

impl Experiment {
    /// The same with a warm-up that was found, at every point; what was shared stays so.
    pub fn with_warm_up(mut self, warm_up: SimDuration) -> Experiment {
        // The originals live on in here, so that no address means two of them.
        let mut known: HashMap<*const Scenario, (Arc<Scenario>, Arc<Scenario>)> = HashMap::new();
        let mut lengthen = |scenario: &mut Arc<Scenario>| {
            let pair = known.entry(Arc::as_ptr(scenario));
            let (_, longer) = pair.or_insert_with(|| {
                let mut longer = (**scenario).clone();
                longer.window.warm_up = warm_up;
                (Arc::clone(scenario), Arc::new(longer))
            });
            *scenario = Arc::clone(longer);
        };
        for point in &mut self.points {
            lengthen(&mut point.scenario);
            point
                .alone
                .iter_mut()
                .for_each(|(_, scenario)| lengthen(scenario));
        }
        self
    }

    /// Reads and checks the text of an experiment file, which `source_name` names in messages.
    ///
    /// # Errors
    /// All problems of the file, in the order of their places.
    pub fn parse(source_name: &str, text: &str) -> Result<Experiment, Diagnostics> {
        let mut problems = Problems::default();
        let experiment = match Node::parse(text) {
            Ok(root) => read(&root, &mut problems),
            Err(syntax) => return Err(syntax.report(source_name, text)),
        };
        match experiment {
            Ok(experiment) if problems.is_empty() => Ok(experiment),
            _ => {
                assert!(
                    !problems.is_empty(),
                    "a refused file without a reason:\n{text}"
                );
                Err(problems.report(source_name, text))
            }
        }
    }
}

fn read(root: &Node, problems: &mut Problems) -> Result<Experiment, Reported> {
    check::file(root, &sweep::paths(root), problems);
    let axes = sweep::axes(root, problems);
    let mut cx = Context {
        problems: &mut *problems,
        swept: Vec::new(),
        doubts: Vec::new(),
    };
    let question = root.get("question").map(Node::cell);
    let question = cx.required(root, "", "question", question);
    let expanded = expand(root, &axes, problems);
    let integer = |key| match root.get(key).map(|node| &node.value) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    };
    let replications = integer("replications")
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(REPLICATIONS);
    let mut doubts = Vec::new();
    let precision = precision::read(root, replications, problems, &mut doubts);
    let (points, mut warnings) = expanded?;
    warnings.extend(doubts);
    let mut cx = Context {
        problems: &mut *problems,
        swept: Vec::new(),
        doubts: Vec::new(),
    };
    let assertions = assertion::read(root, &axes, &points, &mut cx)?;
    Ok(Experiment {
        question: question?,
        expectation: root.get("expectation").map(Node::cell).unwrap_or_default(),
        seed: integer("seed").map_or(SEED, i64::unsigned_abs),
        replications,
        precision: precision?,
        warm_up: warm_up(root, &axes, &points, problems)?,
        varied: axes
            .iter()
            .filter(|axis| axis.varied)
            .map(|axis| axis.path.clone())
            .collect(),
        sweep_keys: axes.into_iter().map(|axis| axis.path).collect(),
        points,
        assertions,
        warnings,
    })
}

/// Where the warm-up comes from.
fn warm_up(
    root: &Node,
    axes: &[Axis],
    points: &[Point],
    problems: &mut Problems,
) -> Result<WarmUp, Reported> {
    let is_swept =
        |axis: &Axis, value: &Node| axis.path == "warm-up" && value.as_text() == Some(build::AUTO);
    for axis in axes {
        if let Some(value) = axis.values.iter().find(|value| is_swept(axis, value)) {
            let message = "a warm-up of `auto` is one for all points, and cannot be swept";
            problems.add(
                Problem::new(value.span.clone(), "warm-up", message)
                    .remedy("write warm-up = \"auto\" at the root, or durations here"),
            );
            return Err(Reported);
        }
    }
    if !build::is_auto(root) {
        return Ok(WarmUp::Given);
    }
    let floor = |point: &Point| {
        let relaxations = RELAXATIONS * build::relaxation_s(&point.scenario) * PS_PER_S as f64;
        SimDuration::from_ps(relaxations as u64).min(point.scenario.window.measure)
    };
    let floor = points.iter().map(floor).max();
    Ok(WarmUp::Auto {
        floor: floor.unwrap_or(SimDuration::ZERO),
    })
}

fn expand(
    root: &Node,
    axes: &[Axis],
    problems: &mut Problems,
) -> Result<(Vec<Point>, Vec<ExperimentWarning>), Reported> {
    let mut points = Vec::new();
    let mut shared = Shared::default();
    let mut doubts = Vec::new();
    let mut visited = 0;
    // Copied at every point, so without the sweep, which would make that quadratic.
    let base = root.without(sweep::SWEEP).without(sweep::VARY);
    let base = base.without(assertion::ASSERT);
    for (index, values) in sweep::points(axes).enumerate() {
        visited = index + 1;
        let mut tree = base.clone();
        for (axis, value) in axes.iter().zip(&values) {
            tree.put(&axis.steps, value)
                .expect("an axis whose place is blocked was refused");
        }
        let met = problems.len();
        let mut cx = Context {
            problems: &mut *problems,
            swept: values.iter().map(|value| value.span.clone()).collect(),
            doubts: Vec::new(),
        };
        let scenario = build::scenario(&tree, &mut cx);
        let alone = match &scenario {
            Ok(scenario) => build::alone(&tree, scenario, &mut cx),
            Err(reported) => Err(*reported),
        };
        let place = || place(axes, &values);
        doubts.extend(cx.doubts.drain(..).map(|doubt| (doubt, place())));
        if !axes.is_empty() {
            problems.name_point(met, &place());
        }
        if problems.is_full() {
            break;
        }
        if let (Ok(scenario), Ok(alone)) = (scenario, alone) {
            points.push(Point {
                index,
                values: values.into_iter().map(Node::cell).collect(),
                scenario: shared.share(scenario),
                alone: alone
                    .into_iter()
                    .map(|(name, scenario)| (name, shared.share(scenario)))
                    .collect(),
            });
        }
    }
    problems.generalize(visited);
    if !problems.is_empty() {
        return Err(Reported);
    }
    Ok((points, warnings(doubts)))
}

/// Scenarios met so far, so that equal ones are kept, and later simulated, once.
#[derive(Default)]
struct Shared(HashMap<u64, Vec<Arc<Scenario>>>);

impl Shared {
    fn share(&mut self, scenario: Scenario) -> Arc<Scenario> {
        // Floats have no hash; their debug text is exact.
        let mut hasher = DefaultHasher::new();
        format!("{scenario:?}").hash(&mut hasher);
        let alike = self.0.entry(hasher.finish()).or_default();
        if let Some(known) = alike.iter().find(|known| ***known == scenario) {
            return Arc::clone(known);
        }
        let scenario = Arc::new(scenario);
        alike.push(Arc::clone(&scenario));
        scenario
    }
}

/// The point in words: `network.mode = "bridge", task.bulk.count = 2`. A varied key at its base
/// goes without saying.
fn place(axes: &[Axis], values: &[&Node]) -> String {
    let told = |(axis, value): &(&Axis, &&Node)| !axis.varied || value.span != axis.values[0].span;
    let pair = |(axis, value): (&Axis, &&Node)| format!("{} = {}", axis.path, value.to_toml());
    let pairs: Vec<String> = axes.iter().zip(values).filter(told).map(pair).collect();
    match pairs[..] {
        [] => "the base".to_owned(),
        _ => pairs.join(", "),
    }
}

/// One warning per key, for the worst point, with the number of points concerned.
fn warnings(doubts: Vec<(build::Doubt, String)>) -> Vec<ExperimentWarning> {
    let mut worst: Vec<(build::Doubt, String, usize)> = Vec::new();
    for (doubt, place) in doubts {
        match worst
            .iter_mut()
            .find(|(known, _, _)| known.key == doubt.key)
        {
            Some(known) => {
                known.2 += 1;
                if doubt.severity > known.0.severity {
                    (known.0, known.1) = (doubt, place);
                }
            }
            None => worst.push((doubt, place, 1)),
        }
    }
    let warning = |(doubt, place, points): (build::Doubt, String, usize)| ExperimentWarning {
        key: doubt.key.to_owned(),
        message: match (place.as_str(), points) {
            ("", _) => doubt.message,
            (place, 1) => format!("{} (at {place})", doubt.message),
            (place, n) => format!("{} (worst of {n} points: {place})", doubt.message),
        },
    };
    worst.into_iter().map(warning).collect()
}
