//! Reading a result directory back, for plots and tables.
//!
//! Only files are read, so a figure can be drawn years after its run and without the experiment.
//! Tables are read at once; histograms, which are large, one sweep point at a time.

mod effects;
mod error;
mod histograms;
mod manifest;
mod over_time;
mod quantiles;
mod ratio;
pub(in crate::results) mod replications;
mod summary;
mod table;
mod tasks;
mod theory;
mod warm_up;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use super::effects::MODE_KEYS;
pub use super::histograms::HistogramKind;
pub use super::metric::{ALL_TASKS, Estimate, GroupSummary, Metric};
pub use crate::measure::TaskState;
pub use effects::Effect;
pub use error::ReadError;
pub use histograms::GroupHistograms;
pub use manifest::Manifest;
pub use over_time::{GroupSeries, Interval, OverTime, TaskLife};
pub use ratio::Ratio;
pub use replications::{GroupReplications, Measured};
pub use summary::Point;
pub use tasks::{Stage, StageMeans, TaskP99};
pub use theory::{GroupTheory, Theory};
pub use warm_up::PilotMean;

/// A result directory, its tables read.
#[derive(Clone, Debug)]
pub struct Results {
    /// Where the files are.
    pub dir: PathBuf,
    /// What was asked, and with which settings.
    pub manifest: Manifest,
    /// Sweep points in their order, first key slowest.
    pub points: Vec<Point>,
    /// Mean time by stage, per point in the order of `points`, then per task group. Empty if
    /// `tasks.csv` is not there.
    pub stages: Vec<Vec<(String, StageMeans)>>,
    /// The tasks' p99, per point in the order of `points`, then per task group. Empty if
    /// `tasks.csv` is not there.
    pub p99: Vec<Vec<(String, TaskP99)>>,
    /// Quantiles that are in doubt, per point in the order of `points`.
    doubtful: Vec<BTreeSet<(String, Metric)>>,
}

impl Results {
    /// Reads the tables of the result directory `dir`.
    ///
    /// # Errors
    /// If the manifest or the summary is missing, or a file does not hold what it should.
    pub fn read(dir: &Path) -> Result<Results, ReadError> {
        let manifest = Manifest::read(&dir.join("manifest.toml"))?;
        let mut points = summary::read(&dir.join("summary.csv"), &manifest.sweep_keys)?;
        let tasks = tasks::read(&dir.join("tasks.csv"), &manifest.sweep_keys, &points)?;
        let quantiles = dir.join("quantiles.csv");
        Ok(Results {
            doubtful: quantiles::read(&quantiles, &manifest.sweep_keys, &mut points)?,
            dir: dir.to_owned(),
            manifest,
            points,
            stages: tasks.stages,
            p99: tasks.p99,
        })
    }

    /// Whether the quantile `metric` of `task_group` at the sweep point number `point` rests on too few
    /// packets, or on replications that differ too much, to be relied on.
    pub fn is_doubtful(&self, point: usize, task_group: &str, metric: Metric) -> bool {
        let of_point = self.doubtful.get(point);
        of_point.is_some_and(|doubts| doubts.contains(&(task_group.to_owned(), metric)))
    }

    /// The series of the pilots that found the warm-up, per point in the order of `points`; `None` if
    /// there were none.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn pilots(&self) -> Result<Option<Vec<Vec<PilotMean>>>, ReadError> {
        let path = self.dir.join("warm-up.csv");
        warm_up::read(&path, &self.manifest.sweep_keys, &self.points)
    }

    /// The histograms of the sweep point `point`, per task group and replication; `None` if the
    /// directory does not hold them, as when it was committed without.
    ///
    /// # Errors
    /// If the file is there and cannot be read or decoded.
    pub fn histograms(
        &self,
        point: usize,
        kind: HistogramKind,
    ) -> Result<Option<Vec<GroupHistograms>>, ReadError> {
        histograms::read(&self.dir, point, kind)
    }

    /// What each replication measured alone: per point in the order of `points`, then per task group;
    /// no group where every trial failed.
    ///
    /// # Errors
    /// If `replications.csv` is missing or does not hold what it should.
    pub fn replications(&self) -> Result<Vec<Vec<GroupReplications>>, ReadError> {
        let path = self.dir.join("replications.csv");
        let mut read = replications::read(&path, &self.manifest.sweep_keys)?
            .into_iter()
            .peekable();
        let of = |point: &Point| match read.next_if(|(values, _)| *values == point.values) {
            Some((_, groups)) => groups,
            None => Vec::new(),
        };
        Ok(self.points.iter().map(of).collect())
    }

    /// What every other mode does to the packets of the first, its mode and arbitration as labels;
    /// `None` if the directory does not hold it, as where modes are not swept.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn effects(&self) -> Result<Option<Vec<Effect>>, ReadError> {
        let keys = self.manifest.sweep_keys.iter();
        let outside = keys
            .filter(|key| !MODE_KEYS.contains(&key.as_str()))
            .cloned();
        let outside: Vec<String> = outside.collect();
        let labels = ["other_mode", "other_arbitration"];
        effects::read(&self.dir.join("effects.csv"), &outside, &labels)
    }

    /// What its neighbours do to a task group's packets, at every sweep point; `None` if groups were
    /// not simulated alone.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn interference(&self) -> Result<Option<Vec<Effect>>, ReadError> {
        let path = self.dir.join("interference.csv");
        effects::read(&path, &self.manifest.sweep_keys, &[])
    }

    /// What happened when, at every sweep point; `None` if the trials were not followed through
    /// time.
    ///
    /// # Errors
    /// If a file is there and cannot be read.
    pub fn over_time(&self) -> Result<Option<OverTime>, ReadError> {
        over_time::read(&self.dir, &self.manifest.sweep_keys, &self.points)
    }

    /// What theory says of the sweep points it knows.
    ///
    /// # Errors
    /// If a file is there and cannot be read.
    pub fn theory(&self) -> Result<Theory, ReadError> {
        theory::read(&self.dir, &self.manifest.sweep_keys, &self.points)
    }

    /// The stage means of a task group at a sweep point, if `tasks.csv` has them.
    pub fn stage_means(&self, point: usize, task_group: &str) -> Option<&StageMeans> {
        let groups = self.stages.get(point)?;
        let (_, means) = groups.iter().find(|(name, _)| name == task_group)?;
        Some(means)
    }

    /// The ratio of the tasks' p99 of a task group at two sweep points, numerator and denominator,
    /// replication by replication; `None` if no replication has both.
    pub fn p99_ratio(&self, points: (usize, usize), task_group: &str) -> Option<Ratio> {
        let of = |point: usize| {
            let groups = self.p99.get(point)?;
            groups.iter().find(|(name, _)| name == task_group)
        };
        Ratio::of_pairs(&of(points.0)?.1, &of(points.1)?.1)
    }

    /// The column of the varied key that leaves its base at `point`; `None` at a base point.
    pub fn change(&self, point: &Point) -> Option<usize> {
        let base = self.points.first()?;
        let keys = self.manifest.sweep_keys.iter().enumerate();
        let mut varied = keys.filter(|(_, key)| self.manifest.varied.contains(key));
        let changed = varied.find(|(column, _)| point.values[*column] != base.values[*column]);
        changed.map(|(column, _)| column)
    }
}
