//! `assertions.csv`: a row per assertion and point.

use std::fs;
use std::io::ErrorKind;

use super::{FileError, Table, number, strings};
use crate::results::judgement::Judgement;
use crate::results::read::Results;

/// The file's name.
pub const FILE: &str = "assertions.csv";

/// Writes the file beside `results`; removes it if there is nothing to write.
pub fn write(results: &Results, judgements: &[Judgement<'_>]) -> Result<(), FileError> {
    let path = results.dir.join(FILE);
    if judgements.is_empty() {
        return match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(FileError::on("remove", &path)(e)),
            _ => Ok(()),
        };
    }
    let columns = [
        "assertion",
        "metric",
        "task_group",
        "against",
        "min",
        "max",
        "value",
        "low",
        "high",
        "verdict",
        "replications_needed",
        "because",
    ];
    let mut table = Table::create(path, &results.manifest.sweep_keys, strings(columns))?;
    for (position, judgement) in judgements.iter().enumerate() {
        let assertion = judgement.assertion;
        let limits = &assertion.limits;
        for point in &judgement.points {
            let needed = point.replications.map(|n| n.to_string());
            let cells = [
                (position + 1).to_string(),
                assertion.metric.column().to_owned(),
                assertion.task_group.clone(),
                assertion.against.clone(),
                number(limits.min),
                number(limits.max),
                number(point.value),
                number(point.interval.map(|(low, _)| low)),
                number(point.interval.map(|(_, high)| high)),
                point.verdict.name().to_owned(),
                needed.unwrap_or_default(),
                assertion.because.clone(),
            ];
            let values = results.points.get(point.point).map(|p| &p.values[..]);
            table.row(values.unwrap_or_default(), cells)?;
        }
    }
    table.finish()
}
