//! One side of a comparison.

use crate::results::read::{GroupReplications, ReadError, Results};

/// What one side of a comparison measured, replication by replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Names the random streams; sides of one seed are compared pair by pair. `None`: not known.
    pub seed: Option<u64>,
    /// Paths of the swept keys.
    pub sweep_keys: Vec<String>,
    /// The sweep points in their order.
    pub points: Vec<SidePoint>,
}

/// A sweep point of a side.
#[derive(Clone, Debug, PartialEq)]
pub struct SidePoint {
    /// One value per swept key.
    pub values: Vec<String>,
    /// The task groups in file order, all tasks last.
    pub groups: Vec<GroupReplications>,
}

impl Side {
    /// The side that a result directory is.
    ///
    /// # Errors
    /// If its `replications.csv` cannot be read.
    pub fn of(results: &Results) -> Result<Side, ReadError> {
        let points = results.points.iter().zip(results.replications()?);
        Ok(Side {
            seed: results.manifest.seed,
            sweep_keys: results.manifest.sweep_keys.clone(),
            points: points
                .map(|(point, groups)| SidePoint {
                    values: point.values.clone(),
                    groups,
                })
                .collect(),
        })
    }

    /// The values of `point` by their keys, without that of the key `without`.
    pub(super) fn named(&self, point: &SidePoint, without: Option<&str>) -> Vec<(String, String)> {
        let pairs = self.sweep_keys.iter().zip(&point.values);
        pairs
            .filter(|(key, _)| Some(key.as_str()) != without)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}
