//! The CSV files, column by column.

use super::landing::Landed;
use super::summary::{GroupSummary, METRICS};
use crate::measure::{Measurements, STAGES, Stage, TaskMeasurements};
use crate::scenario::Scenario;
use crate::warning::Warning;

/// A CSV file in the making.
#[derive(Debug)]
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
}

const IN_MEMORY: &str = "writing to memory does not fail";

impl Table {
    /// A table whose first columns are the sweep keys.
    fn new(sweep_keys: &[String], columns: impl IntoIterator<Item = String>) -> Self {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = sweep_keys.iter().cloned().chain(columns);
        writer
            .write_record(header.collect::<Vec<_>>())
            .expect(IN_MEMORY);
        Table { writer }
    }

    fn row(&mut self, point: &[String], cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = point.iter().cloned().chain(cells).collect();
        self.writer
            .write_record(row)
            .expect("all rows have the header's columns");
    }

    /// The file's contents.
    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().expect(IN_MEMORY)
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

/// An empty `trials.csv`.
pub fn trials(sweep_keys: &[String]) -> Table {
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
        "warning",
        "error",
    ];
    Table::new(sweep_keys, strings(columns))
}

/// Adds a trial to `trials.csv` and returns what is doubtful about it.
pub fn add_trial(
    table: &mut Table,
    point: &[String],
    replication: u32,
    landed: &Landed,
) -> Option<Warning> {
    let measurements = match landed {
        Landed::Measured(measurements) => measurements,
        Landed::Failed(error) => {
            let mut cells = vec![String::new(); 13];
            cells[0] = replication.to_string();
            cells[12].clone_from(error);
            table.row(point, cells);
            return None;
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
        warning
            .as_ref()
            .map_or_else(String::new, Warning::to_string),
        String::new(),
    ];
    table.row(point, cells);
    warning
}

/// An empty `tasks.csv`.
pub fn tasks(sweep_keys: &[String]) -> Table {
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
        "dropped_host_stack_packets",
        "dropped_eni_packets",
        "dropped_allowance_packets",
        "refused_packets",
        "bw_out_allowance_exceeded",
    ];
    Table::new(sweep_keys, strings(columns))
}

/// Adds the tasks of a trial to `tasks.csv`.
pub fn add_tasks(
    table: &mut Table,
    point: &[String],
    replication: u32,
    scenario: &Scenario,
    measurements: &Measurements,
) {
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
            task.dropped_host_stack_packets.to_string(),
            task.dropped_eni_packets.to_string(),
            task.dropped_allowance_packets.to_string(),
            task.refused_packets.to_string(),
            task.bw_out_allowance_exceeded.to_string(),
        ];
        table.row(point, cells);
    }
}

/// An empty `summary.csv`.
pub fn summary(sweep_keys: &[String]) -> Table {
    let metrics = METRICS
        .iter()
        .flat_map(|metric| [(*metric).to_owned(), format!("{metric}_ci")]);
    Table::new(
        sweep_keys,
        strings(["task_group", "replications"])
            .into_iter()
            .chain(metrics),
    )
}

/// Adds a task group of a sweep point to `summary.csv`.
pub fn add_summary(table: &mut Table, point: &[String], row: &GroupSummary) {
    let estimates = row
        .estimates
        .iter()
        .flat_map(|e| [number(e.value), number(e.half_width)]);
    let cells = [row.group.clone(), row.replications.to_string()]
        .into_iter()
        .chain(estimates);
    table.row(point, cells);
}
