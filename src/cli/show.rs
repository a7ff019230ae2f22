//! `enibench show`: the summary of a result directory as a table.

use std::collections::HashSet;
use std::io::Write;

use serde_json::{Map, Value, json};

use super::args::ShowArgs;
use super::assertions;
use super::columns::Columns;
use super::exit::{Exit, Failure};
use super::text::{short_keys, write_wrapped};
use crate::plot::{Arrangement, Slot, change_label, mode_label};
use crate::results::read::{ALL_TASKS, Estimate, GroupSummary, Metric, Point, Results};
use crate::results::{FileError, Judgement, judge};
use crate::warning::ENOUGH_BEYOND;

/// Runs the verb.
pub fn run(args: &ShowArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let results = Results::read(&args.dir)?;
    let asserted = assertions::of_results(&results);
    let judgements = judge(&asserted, &results)?;
    if args.json {
        write_json(&results, &judgements, out)?;
    } else if args.csv {
        let path = args.dir.join("summary.csv");
        let csv = std::fs::read(&path).map_err(FileError::on("read", &path))?;
        out.write_all(&csv)?;
    } else {
        let points: Vec<(usize, &Point)> = distinct_points(&results).collect();
        write_table(&results, &points, out)?;
        assertions::write(&results, &judgements, out)?;
    }
    Ok(assertions::exit(&judgements))
}

/// Writes what a run found: p99 by mode and task group, at the ends and in the middle of what was
/// swept.
pub fn write_answer(results: &Results, out: &mut dyn Write) -> Result<(), Failure> {
    let arrangement = Arrangement::new(results);
    let slots = arrangement.slots();
    let mut is_doubtful = false;
    let all: Vec<&Point> = results.points.iter().collect();
    let unit = TimeUnit::for_points(&all);
    let (name, places) = common_name(&slots);
    write_wrapped(&results.manifest.question, 0, out)?;
    writeln!(out)?;
    let what = format!("p99 in {}, ± 95 %", unit.name);
    let others = std::iter::once(what).chain(places);
    let mut table = Columns::new(vec!["tasks".to_owned()], others);
    for group in &arrangement.groups {
        for (series, key) in arrangement.series.iter().enumerate() {
            let mut row = vec![group.clone(), key.label.clone()];
            row.extend(slots.iter().map(|slot| {
                let metric = Metric::SojournP99;
                let point = arrangement.point(series, slot.place, slot.facet);
                let p99 = point.and_then(|point| results.points[point].get(group, metric));
                let doubt = point.is_some_and(|point| results.is_doubtful(point, group, metric));
                is_doubtful |= doubt;
                let text = p99.map_or_else(dash, |estimate| unit.with_interval(estimate));
                marked(text, doubt)
            }));
            table.add(row);
        }
    }
    if !name.is_empty() {
        writeln!(out, "{name}:")?;
    }
    table.write(out)?;
    footnote(is_doubtful, out)?;
    writeln!(out)?;
    writeln!(out, "all numbers: enibench show {}", results.dir.display())?;
    Ok(())
}

/// What the names of all slots begin with, up to a colon, and what is left of each.
fn common_name(slots: &[Slot]) -> (String, Vec<String>) {
    let split = |slot: &Slot| {
        let (name, place) = slot.name.split_once(": ").unwrap_or(("", &slot.name));
        (name.to_owned(), place.to_owned())
    };
    let parts: Vec<(String, String)> = slots.iter().map(split).collect();
    match parts.first().map(|(name, _)| name.clone()) {
        Some(name) if parts.iter().all(|(other, _)| *other == name) => {
            (name, parts.into_iter().map(|(_, place)| place).collect())
        }
        _ => (
            String::new(),
            slots.iter().map(|slot| slot.name.clone()).collect(),
        ),
    }
}

/// The points without those that repeat another: arbitration means nothing outside of awsvpc.
fn distinct_points(results: &Results) -> impl Iterator<Item = (usize, &Point)> {
    let mut seen = HashSet::new();
    let points = results.points.iter().enumerate();
    points.filter(move |(_, point)| seen.insert(cells_of_point(results, point)))
}

/// The sweep keys as columns: mode and arbitration as one, those varied one at a time as another,
/// the rest by their last words.
fn header_of_point(results: &Results) -> Vec<String> {
    let mut header = Vec::new();
    let names = short_keys(swept_keys(results));
    for (key, name) in swept_keys(results).zip(names) {
        match key {
            "network.mode" => header.push("mode".to_owned()),
            "network.arbitration" if swept_keys(results).any(|key| key == "network.mode") => {}
            _ => header.push(name),
        }
    }
    if !results.manifest.varied.is_empty() {
        header.push("varied".to_owned());
    }
    header
}

/// The keys that are combined with each other.
fn swept_keys(results: &Results) -> impl Iterator<Item = &str> {
    let varied = &results.manifest.varied;
    let keys = results.manifest.sweep_keys.iter();
    keys.filter(|key| !varied.contains(key)).map(String::as_str)
}

fn cells_of_point(results: &Results, point: &Point) -> Vec<String> {
    let keys = &results.manifest.sweep_keys;
    // Varied keys stand behind the others, so that their values are not reached here.
    let value = |key: &str| {
        swept_keys(results)
            .position(|k| k == key)
            .map(|column| point.values[column].as_str())
    };
    let mut cells = Vec::new();
    for (key, text) in swept_keys(results).zip(&point.values) {
        match key {
            "network.mode" => {
                let arbitration = value("network.arbitration");
                let swept = arbitration.is_some();
                cells.push(mode_label(text, arbitration.unwrap_or_default(), swept));
            }
            "network.arbitration" if value("network.mode").is_some() => {}
            _ => cells.push(text.clone()),
        }
    }
    if !results.manifest.varied.is_empty() {
        let change = results.change(point);
        cells.push(change.map_or_else(
            || "base".to_owned(),
            |column| change_label(&keys[column], &point.values[column]),
        ));
    }
    cells
}

/// Writes the summary, a row per point and task group.
fn write_table(
    results: &Results,
    points: &[(usize, &Point)],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let all: Vec<&Point> = points.iter().map(|(_, point)| *point).collect();
    let unit = TimeUnit::for_points(&all);
    let mut is_doubtful = false;
    let others = ["tasks", "Mbit/s", "loss", "± 95 %"].map(str::to_owned);
    let [tasks, throughput, loss, interval] = others;
    let [mean, p50, p99, p999] =
        ["mean", "p50", "p99", "p99.9"].map(|name| format!("{name} {}", unit.name));
    let numbers = [tasks, throughput, loss, mean, p50, p99, interval, p999];
    let mut table = Columns::new(header_of_point(results), numbers);
    for (number, point) in points {
        // Where there is one group, all tasks are that group.
        let all = point.groups.len() != 2;
        let groups = point.groups.iter();
        for group in groups.filter(|group| all || group.task_group != ALL_TASKS) {
            let doubt = |metric| results.is_doubtful(*number, &group.task_group, metric);
            is_doubtful |= SHOWN.into_iter().any(doubt);
            let mut row = cells_of_point(results, point);
            row.extend(cells_of_group(group, &unit, doubt));
            table.add(row);
        }
    }
    table.write(out)?;
    footnote(is_doubtful, out)
}

/// The quantiles of the table.
const SHOWN: [Metric; 3] = [Metric::SojournP50, Metric::SojournP99, Metric::SojournP999];

/// `text` with a mark if its value is doubtful.
fn marked(text: String, is_doubtful: bool) -> String {
    match is_doubtful {
        true => text + "?",
        false => text,
    }
}

/// What the mark means, if one was printed.
fn footnote(is_doubtful: bool, out: &mut dyn Write) -> Result<(), Failure> {
    if is_doubtful {
        writeln!(
            out,
            "? fewer than {ENOUGH_BEYOND} packets lie beyond it, or it has no interval; see quantiles.csv"
        )?;
    }
    Ok(())
}

fn cells_of_group(
    group: &GroupSummary,
    unit: &TimeUnit,
    doubt: impl Fn(Metric) -> bool,
) -> [String; 8] {
    let value = |metric| group.get(metric).map(|estimate: Estimate| estimate.value);
    let time = |metric| {
        let text = value(metric).map_or_else(dash, |ns| unit.text(ns));
        marked(text, doubt(metric))
    };
    let throughput = value(Metric::Throughput).map_or_else(dash, |bps| three_digits(bps / 1e6));
    let loss = value(Metric::LossRatio).map_or_else(dash, |ratio| match ratio {
        0.0 => "0".to_owned(),
        small if small < 1e-4 => format!("{small:.0e}"),
        ratio => format!("{:.2} %", ratio * 100.0),
    });
    let interval = group
        .get(Metric::SojournP99)
        .and_then(|estimate| estimate.half_width);
    [
        group.task_group.clone(),
        throughput,
        loss,
        time(Metric::SojournMean),
        time(Metric::SojournP50),
        time(Metric::SojournP99),
        interval.map_or_else(dash, |ns| unit.text(ns)),
        time(Metric::SojournP999),
    ]
}

fn dash() -> String {
    "-".to_owned()
}

/// At least three significant digits, no more decimals than that needs.
pub fn three_digits(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// One unit for all times of a table, so that they compare at a glance.
struct TimeUnit {
    name: &'static str,
    ns: f64,
}

impl TimeUnit {
    /// The largest unit in which even the shortest median is not below one.
    fn for_points(points: &[&Point]) -> TimeUnit {
        let groups = points.iter().flat_map(|point| &point.groups);
        let medians = groups.filter_map(|group| group.get(Metric::SojournP50));
        let shortest = medians
            .map(|estimate| estimate.value)
            .min_by(f64::total_cmp);
        let typical = shortest.unwrap_or(1e3);
        let (name, ns) = match typical {
            t if t < 1e3 => ("ns", 1.0),
            t if t < 1e6 => ("µs", 1e3),
            t if t < 1e9 => ("ms", 1e6),
            _ => ("s", 1e9),
        };
        TimeUnit { name, ns }
    }

    fn text(&self, ns: f64) -> String {
        three_digits(ns / self.ns)
    }

    fn with_interval(&self, estimate: Estimate) -> String {
        match estimate.half_width {
            Some(half_width) => {
                format!("{} ± {}", self.text(estimate.value), self.text(half_width))
            }
            None => self.text(estimate.value),
        }
    }
}

/// Version of the JSON layout; rises when a name changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// Writes the results as a JSON object: `rows`, one per point and task group, with the names of
/// `summary.csv` and `null` where a value is not defined; `assertions`, one per assertion.
pub fn write_json(
    results: &Results,
    judgements: &[Judgement<'_>],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for point in &results.points {
        for group in &point.groups {
            let mut row = Map::new();
            for (key, value) in results.manifest.sweep_keys.iter().zip(&point.values) {
                row.insert(key.clone(), json!(value));
            }
            row.insert("task_group".to_owned(), json!(group.task_group));
            row.insert("replications".to_owned(), json!(group.replications));
            for metric in Metric::ALL {
                let estimate = group.get(metric);
                let half_width = estimate.and_then(|e| e.half_width);
                row.insert(metric.column().to_owned(), json!(estimate.map(|e| e.value)));
                row.insert(format!("{}_ci", metric.column()), json!(half_width));
            }
            rows.push(Value::Object(row));
        }
    }
    let judged = judgements.iter();
    let judged: Vec<Value> = judged.map(|j| assertions::json(results, j)).collect();
    let object = json!({
        "schema_version": SCHEMA_VERSION,
        "dir": results.dir.display().to_string(),
        "question": results.manifest.question,
        "rows": rows,
        "assertions": judged,
    });
    writeln!(out, "{object:#}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        let texts = [0.123, 1.234, 12.34, 123.4, 12_345.6].map(three_digits);
        assert_eq!(texts, ["0.12", "1.23", "12.3", "123", "12346"]);
    }
}
