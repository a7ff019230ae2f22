//! `tasks.csv`, condensed to where the time went: mean time by stage per point and task group.

use std::collections::HashMap;
use std::path::Path;

use super::table::Table;
use super::{ALL_TASKS, Point, ReadError};

/// A stage of a packet's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Waiting for and working on a CPU of the instance.
    HostStack,
    /// In a microVM.
    MicroVm,
    /// Waiting in the ENI's queue.
    EniWait,
    /// Waiting in the trunk's queue.
    TrunkWait,
    /// Transmission at the line rate.
    Transmission,
    /// Waiting for the instance's allowance.
    AllowanceWait,
    /// On the way to the receiver.
    Propagation,
}

impl Stage {
    /// Every stage, in the order a packet crosses them.
    pub const ALL: [Stage; 7] = [
        Stage::HostStack,
        Stage::MicroVm,
        Stage::EniWait,
        Stage::TrunkWait,
        Stage::Transmission,
        Stage::AllowanceWait,
        Stage::Propagation,
    ];

    /// Whether every network has it; if not, it is worth naming only where it takes time.
    pub const fn is_common(self) -> bool {
        !matches!(self, Stage::MicroVm | Stage::TrunkWait)
    }

    /// The column's name.
    pub const fn column(self) -> &'static str {
        match self {
            Stage::HostStack => "host_stack_mean_ns",
            Stage::MicroVm => "microvm_mean_ns",
            Stage::EniWait => "eni_wait_mean_ns",
            Stage::TrunkWait => "trunk_wait_mean_ns",
            Stage::Transmission => "transmission_mean_ns",
            Stage::AllowanceWait => "allowance_wait_mean_ns",
            Stage::Propagation => "propagation_mean_ns",
        }
    }
}

/// Mean time per delivered packet, by stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageMeans {
    /// Delivered packets.
    packets: f64,
    /// Total time by position in [`Stage::ALL`] \[ns\].
    total_ns: [f64; Stage::ALL.len()],
}

impl StageMeans {
    /// Mean time in `stage` \[ns\]; `None` if nothing was delivered.
    pub fn mean_ns(&self, stage: Stage) -> Option<f64> {
        (self.packets > 0.0).then(|| self.total_ns[stage as usize] / self.packets)
    }

    fn add(&mut self, packets: f64, means_ns: [f64; Stage::ALL.len()]) {
        self.packets += packets;
        for (total, mean) in self.total_ns.iter_mut().zip(means_ns) {
            *total += packets * mean;
        }
    }
}

/// Reads the task table at `path`: stage means per point and task group, all tasks last. Tasks and
/// replications count by their delivered packets. Empty if the file is missing.
pub(super) fn read(
    path: &Path,
    sweep_keys: &[String],
    points: &[Point],
) -> Result<Vec<Vec<(String, StageMeans)>>, ReadError> {
    let mut table = match Table::open(path) {
        Err(ReadError::Missing { .. }) => return Ok(Vec::new()),
        table => table?,
    };
    let sweep = table.columns(sweep_keys)?;
    let task_group = table.column("task_group")?;
    let delivered = table.column("delivered_packets")?;
    let stages = Stage::ALL.map(|stage| table.optional_column(stage.column()));
    let index: HashMap<&[String], usize> = points
        .iter()
        .enumerate()
        .map(|(i, point)| (point.values.as_slice(), i))
        .collect();
    let empty = |point: &Point| -> Vec<(String, StageMeans)> {
        let names = point.groups.iter().map(|g| g.task_group.clone());
        names.map(|name| (name, StageMeans::default())).collect()
    };
    let mut means: Vec<_> = points.iter().map(empty).collect();
    while let Some(row) = table.next_row()? {
        let cell = |column: &usize| row.get(*column).unwrap_or("").to_owned();
        let values: Vec<String> = sweep.iter().map(cell).collect();
        // A trial that failed at a point without a summary has no place in any plot.
        let Some(&point) = index.get(values.as_slice()) else {
            continue;
        };
        let Some(packets) = table.number(&row, delivered)? else {
            continue;
        };
        let mut means_ns = [0.0; Stage::ALL.len()];
        for (mean, column) in means_ns.iter_mut().zip(stages) {
            if let Some(column) = column {
                *mean = table.number(&row, column)?.unwrap_or(0.0);
            }
        }
        let group = cell(&task_group);
        for (name, sum) in &mut means[point] {
            if *name == group || name == ALL_TASKS {
                sum.add(packets, means_ns);
            }
        }
    }
    Ok(means)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_count_by_their_delivered_packets() {
        let mut means = StageMeans::default();
        assert_eq!(means.mean_ns(Stage::EniWait), None);
        means.add(1.0, [0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 0.0]);
        means.add(3.0, [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(means.mean_ns(Stage::EniWait), Some(4.0));
    }
}
