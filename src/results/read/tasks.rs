//! `tasks.csv`, condensed per point and task group: where the time went, as mean time by stage, and
//! the p99 of the tasks, by replication.

use std::collections::{BTreeMap, HashMap};
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

/// The p99 of the sojourn times of a group's tasks: its mean over the tasks, by replication.
///
/// A mean of percentiles is no percentile of the group; it is what a task of the group sees on
/// average. Tasks that delivered nothing have no p99 and do not count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskP99(BTreeMap<u64, (f64, u32)>);

impl TaskP99 {
    /// The mean over the tasks \[ns\] in each replication that has one, by number of replication.
    pub fn means_ns(&self) -> impl Iterator<Item = (u64, f64)> {
        let sums = self.0.iter();
        sums.map(|(replication, (total, tasks))| (*replication, total / f64::from(*tasks)))
    }

    pub(super) fn add(&mut self, replication: u64, p99_ns: f64) {
        let (total, tasks) = self.0.entry(replication).or_default();
        *total += p99_ns;
        *tasks += 1;
    }
}

/// Values of task groups by name: per point, all tasks last.
type ByGroup<T> = Vec<Vec<(String, T)>>;

/// What is read of the task table; empty if the file is missing.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    /// Tasks and replications count by their delivered packets.
    pub stages: ByGroup<StageMeans>,
    /// Tasks count alike.
    pub p99: ByGroup<TaskP99>,
}

/// Reads the task table at `path`.
pub(super) fn read(
    path: &Path,
    sweep_keys: &[String],
    points: &[Point],
) -> Result<Tasks, ReadError> {
    let mut table = match Table::open(path) {
        Err(ReadError::Missing { .. }) => return Ok(Tasks::default()),
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
    let replication = table.optional_column("replication");
    let p99 = table.optional_column("sojourn_p99_ns");
    let mut tasks = Tasks {
        stages: points.iter().map(nothing).collect(),
        p99: points.iter().map(nothing).collect(),
    };
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
        let number = |column: Option<usize>| match column {
            Some(column) => table.number(&row, column),
            None => Ok(None),
        };
        let p99 = number(replication)?.zip(number(p99)?);
        let groups = tasks.stages[point].iter_mut().zip(&mut tasks.p99[point]);
        for ((name, stages), (_, p99s)) in groups {
            if *name == group || name == ALL_TASKS {
                stages.add(packets, means_ns);
                if let Some((replication, p99)) = p99 {
                    p99s.add(replication as u64, p99);
                }
            }
        }
    }
    Ok(tasks)
}

/// Nothing yet for each group of a point.
fn nothing<T: Default>(point: &Point) -> Vec<(String, T)> {
    let names = point.groups.iter().map(|g| g.task_group.clone());
    names.map(|name| (name, T::default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_p99_of_a_group_is_the_mean_of_its_tasks_in_each_replication() {
        let mut p99 = TaskP99::default();
        for (replication, value) in [(0, 10.0), (1, 5.0), (0, 30.0)] {
            p99.add(replication, value);
        }
        let means: Vec<(u64, f64)> = p99.means_ns().collect();
        assert_eq!(means, [(0, 20.0), (1, 5.0)]);
    }

    #[test]
    fn tasks_count_by_their_delivered_packets() {
        let mut means = StageMeans::default();
        assert_eq!(means.mean_ns(Stage::EniWait), None);
        means.add(1.0, [0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 0.0]);
        means.add(3.0, [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(means.mean_ns(Stage::EniWait), Some(4.0));
    }
}
