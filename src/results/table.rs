//! The CSV files, column by column.

mod assertions;
mod contrast;
mod doubts;
mod over_time;
mod theory;

use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{FileError, PendingFile};
use super::landing::Landed;
use super::metric::{GroupSummary, Metric};
use crate::measure::{DropCause, EnaCounter, Measurements, STAGES, Stage, TaskMeasurements};
use crate::scenario::Scenario;
use crate::warning::Warning;

pub use assertions::{FILE as ASSERTIONS_FILE, write as write_assertions};
pub use contrast::{FILES as CONTRAST_FILES, add_contrast, contrasts};
pub use doubts::{
    PRECISION_FILE, WARM_UP_FILE, add_general_warning, add_pilot, add_precision, add_quantile,
    add_warning, precision, quantiles, warm_up, warnings,
};
pub use over_time::{FILES as OVER_TIME_FILES, OverTime};
pub use theory::{THEORY, THEORY_QUANTILES, write_theory};

/// The tables of every result directory.
pub const FILES: [&str; 6] = [
    "trials.csv",
    "tasks.csv",
    "replications.csv",
    "summary.csv",
    "quantiles.csv",
    "warnings.csv",
];

/// The tables of results that have something to say in them.
pub fn optional_files() -> impl Iterator<Item = &'static str> {
    let others = [
        THEORY,
        THEORY_QUANTILES,
        ASSERTIONS_FILE,
        PRECISION_FILE,
        WARM_UP_FILE,
    ];
    OVER_TIME_FILES
        .into_iter()
        .chain(CONTRAST_FILES)
        .chain(others)
}

/// A CSV file in the making; rows go to the disk as they come.
#[derive(Debug)]
pub struct Table {
    writer: csv::Writer<PendingFile>,
    path: PathBuf,
}

impl Table {
    /// A table at `path` whose first columns are the sweep keys.
    fn create(
        path: PathBuf,
        sweep_keys: &[String],
        columns: impl IntoIterator<Item = String>,
    ) -> Result<Self, FileError> {
        let writer = csv::Writer::from_writer(PendingFile::create(&path)?);
        let mut table = Table { writer, path };
        table.row(sweep_keys, columns)?;
        Ok(table)
    }

    fn row(
        &mut self,
        point: &[String],
        cells: impl IntoIterator<Item = String>,
    ) -> Result<(), FileError> {
        let row: Vec<String> = point.iter().cloned().chain(cells).collect();
        let written = self.writer.write_record(row).map_err(io::Error::from);
        written.map_err(FileError::on("write", &self.path))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), FileError> {
        let path = self.path;
        match self.writer.into_inner() {
            Ok(file) => file.commit(),
            Err(e) => Err(FileError::on("write", &path)(io::Error::other(
                e.to_string(),
            ))),
        }
    }
}

/// A number with full precision; nothing where it is not defined.
fn number(value: Option<f64>) -> String {
    value
        .filter(|value| value.is_finite())
        .map_or_else(String::new, |value| value.to_string())
}

fn strings<const N: usize>(names: [&str; N]) -> [String; N] {
    names.map(str::to_owned)
}

/// `trials.csv` in `directory`, without rows yet.
pub fn trials(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let columns = [
        "replication",
        "offered_packets",
        "delivered_packets",
        "dropped_packets",
        "queued_packets",
        "offered_bytes",
        "delivered_bytes",
        "utilization",
        "loss_ratio",
        "jain_index",
        "events",
        "fingerprint",
        "warning",
        "error",
    ];
    Table::create(directory.join("trials.csv"), sweep_keys, strings(columns))
}

/// Adds a trial to `trials.csv` and returns what is doubtful about it.
pub fn add_trial(
    table: &mut Table,
    point: &[String],
    replication: u32,
    landed: &Landed,
) -> Result<Option<Warning>, FileError> {
    let measurements = match landed {
        Landed::Measured(measurements) => measurements,
        Landed::Failed(error) => {
            let mut cells = vec![String::new(); 14];
            cells[0] = replication.to_string();
            cells[13].clone_from(error);
            table.row(point, cells)?;
            return Ok(None);
        }
    };
    let total = |of: fn(&TaskMeasurements) -> u64| measurements.tasks.iter().map(of).sum::<u64>();
    let offered = total(|t| t.offered_packets);
    let dropped = total(TaskMeasurements::dropped_packets);
    let queued = total(TaskMeasurements::queued_packets);
    let warning = (queued > 0).then_some(Warning::StillQueued {
        packets: queued,
        offered,
    });
    let loss = (offered > 0).then(|| dropped as f64 / offered as f64);
    let cells = [
        replication.to_string(),
        offered.to_string(),
        total(|t| t.delivered_packets).to_string(),
        dropped.to_string(),
        queued.to_string(),
        total(|t| t.offered_bytes).to_string(),
        total(|t| t.delivered_bytes).to_string(),
        number(Some(measurements.utilization())),
        number(loss),
        number(measurements.jain_index(|_| true)),
        measurements.events.to_string(),
        measurements.fingerprint.to_string(),
        warning
            .as_ref()
            .map_or_else(String::new, Warning::to_string),
        String::new(),
    ];
    table.row(point, cells)?;
    Ok(warning)
}

/// `tasks.csv` in `directory`, without rows yet.
pub fn tasks(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let columns = [
        "replication",
        "task_group",
        "task",
        "offered_packets",
        "delivered_packets",
        "dropped_packets",
        "loss_ratio",
        "throughput_bps",
        "sojourn_mean_ns",
        "sojourn_p50_ns",
        "sojourn_p90_ns",
        "sojourn_p99_ns",
        "sojourn_p999_ns",
        "sojourn_max_ns",
        "host_stack_mean_ns",
        "eni_wait_mean_ns",
        "allowance_wait_mean_ns",
        "host_stack_wait_mean_ns",
        "transmission_mean_ns",
        "propagation_mean_ns",
        "trunk_wait_mean_ns",
        "microvm_mean_ns",
    ];
    let columns = columns
        .into_iter()
        .chain(DropCause::ALL.map(DropCause::column))
        .chain(EnaCounter::ALL.map(EnaCounter::column));
    let columns = columns.map(str::to_owned);
    Table::create(directory.join("tasks.csv"), sweep_keys, columns)
}

/// Adds the tasks of a trial to `tasks.csv`.
pub fn add_tasks(
    table: &mut Table,
    point: &[String],
    replication: u32,
    scenario: &Scenario,
    measurements: &Measurements,
) -> Result<(), FileError> {
    for task in &measurements.tasks {
        let loss = (task.offered_packets > 0)
            .then(|| task.dropped_packets() as f64 / task.offered_packets as f64);
        let stage = |stages: &[Stage]| {
            number(task.stage_mean_ns.map(|means| {
                let picked = STAGES.iter().zip(means).filter(|(s, _)| stages.contains(s));
                picked.map(|(_, mean)| mean).sum()
            }))
        };
        let sojourn = task.sojourn;
        let cells = [
            replication.to_string(),
            scenario.task_groups[task.group].name.clone(),
            task.index.to_string(),
            task.offered_packets.to_string(),
            task.delivered_packets.to_string(),
            task.dropped_packets().to_string(),
            number(loss),
            number(Some(task.throughput_bps)),
            number(sojourn.mean_ns),
            number(sojourn.p50_ns),
            number(sojourn.p90_ns),
            number(sojourn.p99_ns),
            number(sojourn.p999_ns),
            number(sojourn.max_ns),
            stage(&[Stage::HostStackWait, Stage::HostStackService]),
            stage(&[Stage::EniWait]),
            stage(&[Stage::AllowanceWait]),
            stage(&[Stage::HostStackWait]),
            stage(&[Stage::Transmission]),
            stage(&[Stage::Propagation]),
            stage(&[Stage::TrunkWait]),
            stage(&[Stage::MicroVm]),
        ];
        let counts = task.dropped.iter().chain(&task.exceeded);
        table.row(point, cells.into_iter().chain(counts.map(u64::to_string)))?;
    }
    Ok(())
}

/// `replications.csv` in `directory`, without rows yet.
pub fn replications(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let first = strings(["replication", "task_group"]);
    let metrics = Metric::ALL.map(|metric| metric.column().to_owned());
    let path = directory.join("replications.csv");
    Table::create(path, sweep_keys, first.into_iter().chain(metrics))
}

/// Adds what a task group measured in one replication to `replications.csv`.
pub fn add_replication(
    table: &mut Table,
    point: &[String],
    replication: u32,
    task_group: &str,
    metrics: &[Option<f64>; Metric::ALL.len()],
) -> Result<(), FileError> {
    let first = [replication.to_string(), task_group.to_owned()];
    let metrics = metrics.iter().map(|value| number(*value));
    table.row(point, first.into_iter().chain(metrics))
}

/// `summary.csv` in `directory`, without rows yet.
pub fn summary(directory: &Path, sweep_keys: &[String]) -> Result<Table, FileError> {
    let first = strings(["task_group", "replications"]);
    let metrics = Metric::ALL.map(Metric::column);
    let metrics = metrics
        .into_iter()
        .flat_map(|name| [name.to_owned(), format!("{name}_ci")]);
    let path = directory.join("summary.csv");
    Table::create(path, sweep_keys, first.into_iter().chain(metrics))
}

/// Adds a task group of a sweep point to `summary.csv`.
pub fn add_summary(
    table: &mut Table,
    point: &[String],
    row: &GroupSummary,
) -> Result<(), FileError> {
    let estimates = row.estimates.iter().flat_map(|estimate| {
        let half_width = estimate.and_then(|e| e.half_width);
        [number(estimate.map(|e| e.value)), number(half_width)]
    });
    let first = [row.task_group.clone(), row.replications.to_string()];
    table.row(point, first.into_iter().chain(estimates))
}
