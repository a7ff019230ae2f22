//! How narrow the intervals are to be, and how a file asks for it.

use super::build::Reported;
use super::check::{percent, quoted};
use super::diagnostics::{Problem, Problems};
use super::suggest::did_you_mean;
use super::tree::{Node, Value};
use super::{ExperimentWarning, REPLICATIONS};
use crate::metric::{Metric, Quantity};
use crate::units::{parse_data_rate, parse_duration};

/// Replications after which a file that does not say gives a point up.
const REPLICATIONS_MAX: u32 = 200;

/// Fewest replications of the first stage: two have an interval twelve times their standard error.
const FIRST_STAGE_MIN: u32 = 3;

/// Replications of a first stage whose spread is worth trusting.
const FIRST_STAGE_ENOUGH: u32 = 10;

/// Confidence where the file does not say.
const CONFIDENCE: f64 = 0.95;

/// Name for all tasks together.
const ALL: &str = "all";

/// What an experiment wants to know how precisely.
#[derive(Clone, Debug, PartialEq)]
pub struct Precision {
    /// Each of these; at least one.
    pub metrics: Vec<Metric>,
    /// In these task groups, `all` for all tasks together; empty: in every group.
    pub tasks: Vec<String>,
    /// The largest half width.
    pub half_width: HalfWidth,
    /// Of the interval; above 0.5 and below 1.
    pub confidence: f64,
    /// Replications after which a point is given up; not fewer than those of the first stage.
    pub max_replications: u32,
}

/// The largest half width of an interval; above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfWidth {
    /// As a part of the value.
    Relative(f64),
    /// In the base unit of the metric: ns or bit/s.
    Absolute(f64),
}

impl HalfWidth {
    /// The largest half width around `value`, in its unit.
    pub fn around(self, value: f64) -> f64 {
        match self {
            HalfWidth::Relative(part) => part * value.abs(),
            HalfWidth::Absolute(half_width) => half_width,
        }
    }
}

impl Precision {
    /// Whether it is about the task group of this name, or `all`.
    pub fn is_about(&self, task_group: &str) -> bool {
        match self.tasks.is_empty() {
            true => task_group != ALL,
            false => self.tasks.iter().any(|task| task == task_group),
        }
    }
}

/// What `root` asks for, whose first stage is `replications`.
pub(super) fn read(
    root: &Node,
    replications: u32,
    problems: &mut Problems,
    warnings: &mut Vec<ExperimentWarning>,
) -> Result<Option<Precision>, Reported> {
    let Some(table) = root.get("precision") else {
        return Ok(None);
    };
    if !matches!(table.value, Value::Table(_)) {
        return Err(Reported);
    }
    let metrics = metrics(table, problems);
    let tasks = tasks(root, table, problems);
    let half_width = half_width(table, problems);
    let replications_max = replications_max(root, table, replications, problems);
    let confidence = table
        .get("confidence")
        .map_or(Some(CONFIDENCE), Node::as_number);
    let (metrics, half_width) = (metrics?, half_width?);
    unit(table, &metrics, half_width, problems)?;
    if (FIRST_STAGE_MIN..FIRST_STAGE_ENOUGH).contains(&replications) {
        warnings.push(ExperimentWarning {
            key: "replications".to_owned(),
            message: format!(
                "the first stage of [precision] has {replications} replications, whose spread is \
                 hardly known, so a point may stop by chance: write {FIRST_STAGE_ENOUGH} or more"
            ),
        });
    }
    Ok(Some(Precision {
        metrics,
        tasks: tasks?,
        half_width,
        confidence: confidence.ok_or(Reported)?,
        max_replications: replications_max?,
    }))
}

/// The texts at `key`: one, or several in an array.
fn texts<'t>(table: &'t Node, key: &str) -> Vec<(&'t Node, &'t str)> {
    let node = table.table(key);
    let nodes = match node.as_text() {
        Some(_) => std::slice::from_ref(node),
        None => node.elements(),
    };
    let text = |node: &'t Node| Some((node, node.as_text()?));
    nodes.iter().filter_map(text).collect()
}

fn metrics(table: &Node, problems: &mut Problems) -> Result<Vec<Metric>, Reported> {
    if table.get("metric").is_none() {
        return Err(missing(table, "metric", "metric = \"p99\"", problems));
    }
    let found = texts(table, "metric");
    let metrics: Vec<Metric> = found
        .iter()
        .filter_map(|(_, key)| Metric::find(key))
        .collect();
    match metrics.is_empty() || metrics.len() < found.len() {
        true => Err(Reported),
        false => Ok(metrics),
    }
}

fn missing(table: &Node, key: &str, example: &str, problems: &mut Problems) -> Reported {
    let path = format!("precision.{key}");
    let message = format!("`{path}` is missing");
    problems.add(
        Problem::new(table.span.clone(), path, message)
            .remedy(format!("add it under [precision], for example {example}")),
    );
    Reported
}

/// The named task groups, each of which the file has.
fn tasks(root: &Node, table: &Node, problems: &mut Problems) -> Result<Vec<String>, Reported> {
    let groups = root.table("task").elements().iter();
    let names = groups.filter_map(|group| group.get("name").and_then(Node::as_text));
    let names: Vec<&str> = names.chain([ALL]).collect();
    let mut result = Ok(());
    let found = texts(table, "task");
    for (node, text) in &found {
        if !names.contains(text) {
            let message = format!("there is no task group `{}`", quoted(text));
            let problem = Problem::new(node.span.clone(), "precision.task", message);
            problems.add(problem.remedy(did_you_mean(text, &names)));
            result = Err(Reported);
        }
    }
    result.map(|()| found.into_iter().map(|(_, text)| text.to_owned()).collect())
}

fn half_width(table: &Node, problems: &mut Problems) -> Result<HalfWidth, Reported> {
    let Some(node) = table.get("half-width") else {
        return Err(missing(
            table,
            "half-width",
            "half-width = \"5 %\"",
            problems,
        ));
    };
    let text = node.as_text().ok_or(Reported)?;
    let absolute = || {
        let time = parse_duration(text).map(|span| span.as_s_lossy() * 1e9);
        let rate = || parse_data_rate(text).map(|rate| rate.bits_per_s() as f64);
        time.or_else(|_| rate()).map(HalfWidth::Absolute)
    };
    let relative = percent(text).map(HalfWidth::Relative);
    relative.or_else(|| absolute().ok()).ok_or(Reported)
}

/// Refuses an absolute half width in another unit than that of one of the metrics.
fn unit(
    table: &Node,
    metrics: &[Metric],
    half_width: HalfWidth,
    problems: &mut Problems,
) -> Result<(), Reported> {
    let node = table.table("half-width");
    if matches!(half_width, HalfWidth::Relative(_)) {
        return Ok(());
    }
    let is_time = node
        .as_text()
        .is_some_and(|text| parse_duration(text).is_ok());
    let fits = |metric: &&Metric| match metric.quantity() {
        Quantity::Nanoseconds => is_time,
        Quantity::BitsPerSecond => !is_time,
        Quantity::Ratio => false,
    };
    let Some(metric) = metrics.iter().find(|metric| !fits(metric)) else {
        return Ok(());
    };
    let text = quoted(node.as_text().unwrap_or_default());
    let message = format!("`{text}` is no half width of `{}`", metric.key());
    let remedy = match metric.quantity() {
        Quantity::Nanoseconds => "write a time, for example \"10 us\", or a part, as in \"5 %\"",
        Quantity::BitsPerSecond => {
            "write a rate, for example \"1 Mbit/s\", or a part, as in \"5 %\""
        }
        Quantity::Ratio => "write a part of the value, for example \"5 %\"",
    };
    let problem = Problem::new(node.span.clone(), "precision.half-width", message);
    problems.add(problem.remedy(remedy));
    Err(Reported)
}

/// The most replications, which are not fewer than those of the first stage.
fn replications_max(
    root: &Node,
    table: &Node,
    replications: u32,
    problems: &mut Problems,
) -> Result<u32, Reported> {
    let node = root.table("replications");
    if replications < FIRST_STAGE_MIN {
        let message = format!("`replications` = {replications} is no first stage of [precision]");
        let problem = Problem::new(node.span.clone(), "replications", message);
        problems.add(problem.remedy(format!(
            "write at least {FIRST_STAGE_MIN}, better {REPLICATIONS}"
        )));
        return Err(Reported);
    }
    let Some(node) = table.get("max-replications") else {
        return Ok(REPLICATIONS_MAX.max(replications));
    };
    let Value::Integer(most) = node.value else {
        return Err(Reported);
    };
    let most = u32::try_from(most).map_err(|_| Reported)?;
    if most < replications {
        let message =
            format!("at most {most} replications, but the first stage has {replications}");
        let problem = Problem::new(node.span.clone(), "precision.max-replications", message);
        problems.add(problem.remedy(format!(
            "write at least {replications}, or lower `replications`"
        )));
        return Err(Reported);
    }
    Ok(most)
}
