//! The CSV files that say how far numbers can be trusted: `quantiles.csv`, `warnings.csv` and, where
//! they were asked for, `precision.csv` and `warm-up.csv`.

use std::path::Path;

use super::{Table, number, strings};
use crate::results::atomic::FileError;
use crate::results::precision::Known;
use crate::results::quantiles::QuantileRow;
use crate::warning::Warning;

/// Name of the table that a run writes if a precision was asked for.
pub const PRECISION_FILE: &str = "precision.csv";

/// Name of the table that a run writes if pilots found the warm-up.
pub const WARM_UP_FILE: &str = "warm-up.csv";

/// `quantiles.csv` in `directory`, without rows yet.
pub fn quantiles(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let columns = [
        "task_group",
        "quantile",
        "value_ns",
        "samples",
        "samples_beyond",
        "replications_low_ns",
        "replications_high_ns",
        "ranks_low_ns",
        "ranks_high_ns",
        "warning",
    ];
    Table::create(
        directory.join("quantiles.csv"),
        sweep_keys,
        strings(columns),
    )
}

/// Adds a quantile of a task group to `quantiles.csv`.
pub fn add_quantile(
    table: &mut Table,
    point: &[String],
    row: &QuantileRow,
) -> Result<(), FileError> {
    let low = |interval: Option<(f64, f64)>| number(interval.map(|(low, _)| low));
    let high = |interval: Option<(f64, f64)>| number(interval.map(|(_, high)| high));
    let cells = [
        row.task_group.clone(),
        row.quantile.to_string(),
        number(row.value_ns),
        row.samples.to_string(),
        row.beyond.to_string(),
        low(row.over_replications),
        high(row.over_replications),
        low(row.of_ranks),
        high(row.of_ranks),
        row.doubt
            .as_ref()
            .map_or_else(String::new, Warning::to_string),
    ];
    table.row(point, cells)
}

/// `warnings.csv` in `directory`, without rows yet.
pub fn warnings(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let columns = ["replication", "task_group", "kind", "message"];
    Table::create(directory.join("warnings.csv"), sweep_keys, strings(columns))
}

/// Adds a doubt about a point, or one of its replications, to `warnings.csv`.
pub fn add_warning(
    table: &mut Table,
    point: &[String],
    replication: Option<u32>,
    warning: &Warning,
) -> Result<(), FileError> {
    let cells = [
        replication.map_or_else(String::new, |number| number.to_string()),
        warning.task_group().unwrap_or_default().to_owned(),
        warning.kind().to_owned(),
        warning.to_string(),
    ];
    table.row(point, cells)
}

/// Adds a doubt about the whole experiment to `warnings.csv`, whose sweep keys are `sweep_keys`.
pub fn add_general_warning(
    table: &mut Table,
    sweep_keys: &[String],
    kind: &str,
    message: &str,
) -> Result<(), FileError> {
    let nowhere = vec![String::new(); sweep_keys.len()];
    let cells = ["", "", kind, message].map(str::to_owned);
    table.row(&nowhere, cells)
}

/// `precision.csv` in `directory`, without rows yet.
pub fn precision(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let columns = [
        "task_group",
        "metric",
        "replications",
        "value",
        "half_width",
        "target",
        "reached",
        "replications_needed",
    ];
    Table::create(directory.join(PRECISION_FILE), sweep_keys, strings(columns))
}

/// Adds how precisely something asked is known to `precision.csv`.
pub fn add_precision(
    table: &mut Table,
    point: &[String],
    known: &Known,
    reached: bool,
) -> Result<(), FileError> {
    let needed = known.needed().filter(|_| !reached);
    let cells = [
        known.task_group.clone(),
        known.metric.key().to_owned(),
        known.replications.to_string(),
        number(known.value),
        number(known.half_width),
        number(known.target),
        reached.to_string(),
        needed.map_or_else(String::new, |needed| needed.to_string()),
    ];
    table.row(point, cells)
}

/// `warm-up.csv` in `directory`, without rows yet.
pub fn warm_up(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let columns = ["start_ns", "end_ns", "sojourn_mean_ns", "left_out"];
    Table::create(directory.join(WARM_UP_FILE), sweep_keys, strings(columns))
}

/// Adds a mean of the series of pilots, and whether their warm-up holds it, to `warm-up.csv`.
pub fn add_pilot(
    table: &mut Table,
    point: &[String],
    (start_ns, end_ns): (f64, f64),
    mean_ns: f64,
    left_out: bool,
) -> Result<(), FileError> {
    let numbers = [start_ns, end_ns, mean_ns].map(|value| number(Some(value)));
    table.row(point, numbers.into_iter().chain([left_out.to_string()]))
}
