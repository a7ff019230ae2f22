//! `timeline.csv` and `series.csv`: what happened when.

use std::path::Path;

use super::table::Table;
use super::{Point, ReadError};
use crate::measure::{StopReason, TaskState};

/// What happened when, per sweep point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverTime {
    /// Per point: the task groups that have a series, in file order.
    pub series: Vec<Vec<GroupSeries>>,
    /// Per point: what the tasks of its first replication did.
    pub lives: Vec<Vec<TaskLife>>,
}

/// A task group, interval by interval.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSeries {
    /// Its name.
    pub task_group: String,
    /// In the order of time.
    pub intervals: Vec<Interval>,
}

/// An interval; times count from the trial's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its start \[ns\].
    pub start_ns: f64,
    /// Its end \[ns\].
    pub end_ns: f64,
    /// 99th percentile of the sojourn time \[ns\], if anything was delivered.
    pub p99_ns: Option<f64>,
}

/// The states of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskLife {
    /// Name of its group.
    pub task_group: String,
    /// Its number in the group, as written.
    pub task: String,
    /// Its revision, as written.
    pub revision: String,
    /// Each state with the instant at which it begins \[ns\].
    pub states: Vec<(f64, TaskState)>,
    /// Whether it stopped because its ENI was not attached in time.
    pub timed_out: bool,
}

/// Reads both files of `dir`; `None` if neither is there.
pub(super) fn read(
    dir: &Path,
    sweep_keys: &[String],
    points: &[Point],
) -> Result<Option<OverTime>, ReadError> {
    let open = |name: &str| match Table::open(&dir.join(name)) {
        Err(ReadError::Missing { .. }) => Ok(None),
        table => table.map(Some),
    };
    let (timeline, series) = (open("timeline.csv")?, open("series.csv")?);
    if timeline.is_none() && series.is_none() {
        return Ok(None);
    }
    let mut over_time = OverTime {
        series: vec![Vec::new(); points.len()],
        lives: vec![Vec::new(); points.len()],
    };
    if let Some(table) = series {
        read_series(table, sweep_keys, points, &mut over_time.series)?;
    }
    if let Some(table) = timeline {
        read_timeline(table, sweep_keys, points, &mut over_time.lives)?;
    }
    Ok(Some(over_time))
}

fn read_series(
    mut table: Table,
    sweep_keys: &[String],
    points: &[Point],
    series: &mut [Vec<GroupSeries>],
) -> Result<(), ReadError> {
    let sweep = table.columns(sweep_keys)?;
    let task_group = table.column("task_group")?;
    let (start, end) = (table.column("start_ns")?, table.column("end_ns")?);
    let p99 = table.column("sojourn_p99_ns")?;
    while let Some(row) = table.next_row()? {
        let cell = |column: usize| row.get(column).unwrap_or("").to_owned();
        let values: Vec<String> = sweep.iter().map(|column| cell(*column)).collect();
        let times = (table.number(&row, start)?, table.number(&row, end)?);
        let point = points.iter().position(|point| point.values == values);
        let (Some(point), (Some(start_ns), Some(end_ns))) = (point, times) else {
            continue;
        };
        let interval = Interval {
            start_ns,
            end_ns,
            p99_ns: table.number(&row, p99)?,
        };
        let (groups, name) = (&mut series[point], cell(task_group));
        match groups.iter_mut().find(|group| group.task_group == name) {
            Some(group) => group.intervals.push(interval),
            None => groups.push(GroupSeries {
                task_group: name,
                intervals: vec![interval],
            }),
        }
    }
    Ok(())
}

fn read_timeline(
    mut table: Table,
    sweep_keys: &[String],
    points: &[Point],
    lives: &mut [Vec<TaskLife>],
) -> Result<(), ReadError> {
    let sweep = table.columns(sweep_keys)?;
    let columns = ["replication", "task_group", "task", "revision", "state"];
    let columns = columns.map(|name| table.column(name));
    let [replication, task_group, task, revision, state] = columns;
    let (replication, task_group, task) = (replication?, task_group?, task?);
    let (revision, state, at) = (revision?, state?, table.column("at_ns")?);
    let reason = table.column("reason")?;
    let mut first = vec![None; points.len()];
    while let Some(row) = table.next_row()? {
        let cell = |column: usize| row.get(column).unwrap_or("").to_owned();
        let values: Vec<String> = sweep.iter().map(|column| cell(*column)).collect();
        let point = points.iter().position(|point| point.values == values);
        let known = TaskState::find(&cell(state));
        let (Some(point), Some(at_ns), Some(state)) = (point, table.number(&row, at)?, known)
        else {
            continue;
        };
        if *first[point].get_or_insert_with(|| cell(replication)) != cell(replication) {
            continue;
        }
        let (group, task) = (cell(task_group), cell(task));
        let timed_out = cell(reason) == StopReason::AttachTimeout.text();
        let known = lives[point]
            .iter_mut()
            .find(|life| life.task_group == group && life.task == task);
        match known {
            Some(life) => {
                life.states.push((at_ns, state));
                life.timed_out |= timed_out;
            }
            None => lives[point].push(TaskLife {
                task_group: group,
                task,
                revision: cell(revision),
                states: vec![(at_ns, state)],
                timed_out,
            }),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::read::Results;

    /// Oracle: the files as they stand here, read by eye.
    #[test]
    fn both_files_are_read_by_point_group_and_task() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        let point = |value: &str| Point {
            values: vec![value.to_owned()],
            groups: Vec::new(),
        };
        let (keys, points) = (["k".to_owned()], [point("1"), point("2")]);
        assert_eq!(read(dir.path(), &keys, &points).unwrap(), None);
        write(
            "series.csv",
            "k,task_group,start_ns,end_ns,sojourn_p99_ns\n2,a,0,10,5\n2,a,10,20,\n",
        );
        write(
            "timeline.csv",
            "k,replication,task_group,task,revision,state,at_ns,reason\n2,1,a,0,1,RUNNING,0,\n\
             2,1,a,3,2,PENDING,7,\n2,1,a,0,1,STOPPED,9,UserInitiated\n2,2,a,0,1,RUNNING,0,\n\
             2,1,a,4,2,STOPPED,9,Timeout waiting for network interface provisioning\n",
        );
        let over_time = read(dir.path(), &keys, &points).unwrap().unwrap();
        assert_eq!(over_time.series[0], []);
        let p99: Vec<_> = over_time.series[1][0]
            .intervals
            .iter()
            .map(|interval| interval.p99_ns)
            .collect();
        assert_eq!(p99, [Some(5.0), None]);
        let lives = &over_time.lives[1];
        assert_eq!(lives.len(), 3, "the first replication alone");
        let timed_out: Vec<bool> = lives.iter().map(|life| life.timed_out).collect();
        assert_eq!(timed_out, [false, false, true]);
        let states = [(0.0, TaskState::Running), (9.0, TaskState::Stopped)];
        assert_eq!(lives[0].states, states);
        assert_eq!(lives[1].revision, "2");
    }

    /// Results of experiments whose tasks always run hold neither file.
    #[test]
    fn committed_results_without_a_life_cycle_have_none() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/results/smoke/modes");
        let results = Results::read(Path::new(dir)).unwrap();
        assert_eq!(results.over_time().unwrap(), None);
    }
}
