//! Small synthetic results for tests.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::results::read::{Metric, Results, Stage};

/// The question of every synthetic experiment.
pub(super) const QUESTION: &str = "Does p99 grow by < 10 % & stay there?";

/// Writes a result directory without histograms whose sweep is the cross product of `sweep`, with
/// one task group `a` and all tasks. Values rise with the point's index.
pub(super) fn write(dir: &Path, sweep: &[(&str, &[&str])]) {
    let keys: Vec<String> = sweep.iter().map(|(key, _)| format!("\"{key}\"")).collect();
    let manifest = format!(
        "[experiment]\nquestion = \"{QUESTION}\"\nexpectation = \"Yes.\"\nsweep-keys = [{}]\n\
         replications = 2\ntask-groups = [\"a\"]\nnetwork-mode = \"bridge\"\n\
         arbitration = \"round-robin\"\n",
        keys.join(", ")
    );
    fs::write(dir.join("manifest.toml"), manifest).unwrap();
    let mut prefix: String = sweep.iter().map(|(key, _)| format!("{key},")).collect();
    let mut summary = format!("{prefix}task_group,replications");
    for metric in Metric::ALL {
        write!(summary, ",{0},{0}_ci", metric.column()).unwrap();
    }
    let mut tasks = format!("{prefix}replication,task_group,task,delivered_packets");
    for stage in Stage::ALL {
        write!(tasks, ",{}", stage.column()).unwrap();
    }
    let points: usize = sweep.iter().map(|(_, values)| values.len()).product();
    for point in 0..points {
        prefix.clear();
        let mut rest = point;
        for (_, values) in sweep.iter().rev() {
            prefix = format!("{},{prefix}", values[rest % values.len()]);
            rest /= values.len();
        }
        let growth = 1.0 + point as f64;
        for group in ["a", "all"] {
            write!(summary, "\n{prefix}{group},2").unwrap();
            for metric in Metric::ALL {
                let value = match metric {
                    Metric::LossRatio | Metric::JainIndex | Metric::Utilization => 0.5,
                    _ => 1e5 * growth,
                };
                write!(summary, ",{value},{}", value / 20.0).unwrap();
            }
        }
        for replication in 0..2 {
            write!(
                tasks,
                "\n{prefix}{replication},a,0,10,1000,0,2000,0,3000,4000,5000"
            )
            .unwrap();
        }
    }
    fs::write(dir.join("summary.csv"), summary).unwrap();
    fs::write(dir.join("tasks.csv"), tasks).unwrap();
}

/// Synthetic results, read back.
pub(super) fn results(sweep: &[(&str, &[&str])]) -> Results {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), sweep);
    Results::read(dir.path()).unwrap()
}

/// Writes a result directory in which `network.mode` is swept and two keys are varied: see the
/// p99 of each point in the text.
pub(super) fn write_varied(dir: &Path) {
    write(dir, &[]);
    let manifest = fs::read_to_string(dir.join("manifest.toml")).unwrap();
    let keys = "\"network.mode\", \"network.a\", \"network.b\"";
    let manifest = manifest.replace(
        "sweep-keys = []",
        &format!("sweep-keys = [{keys}]\nvaried = [\"network.a\", \"network.b\"]"),
    );
    fs::write(dir.join("manifest.toml"), manifest).unwrap();
    let mut summary = String::from("network.mode,network.a,network.b,task_group,replications");
    for metric in Metric::ALL {
        write!(summary, ",{0},{0}_ci", metric.column()).unwrap();
    }
    let mut tasks = String::from(
        "network.mode,network.a,network.b,replication,task_group,task,delivered_packets,\
         sojourn_p99_ns",
    );
    for (values, p99) in [
        ("bridge,1 ms,1 ms", 100_000),
        ("bridge,2 ms,1 ms", 100_000),
        ("bridge,1 ms,2 ms", 100_000),
        ("bridge,1 ms,3 ms", 100_000),
        ("awsvpc,1 ms,1 ms", 50_000),
        ("awsvpc,2 ms,1 ms", 40_000),
        ("awsvpc,1 ms,2 ms", 50_000),
        ("awsvpc,1 ms,3 ms", 400_000),
    ] {
        for group in ["a", "all"] {
            write!(summary, "\n{values},{group},2").unwrap();
            for metric in Metric::ALL {
                let value = match metric {
                    Metric::LossRatio | Metric::JainIndex | Metric::Utilization => 0.5,
                    _ => f64::from(p99),
                };
                write!(summary, ",{value},{}", value / 20.0).unwrap();
            }
        }
        for (replication, task, scale) in [(0, 0, 1), (0, 1, 3), (1, 0, 2), (1, 1, 2)] {
            let p99 = p99 * scale / 2;
            write!(tasks, "\n{values},{replication},a,{task},1000,{p99}").unwrap();
        }
    }
    fs::write(dir.join("summary.csv"), summary).unwrap();
    fs::write(dir.join("tasks.csv"), tasks).unwrap();
}

/// Synthetic results with varied keys, read back.
pub(super) fn varied_results() -> Results {
    let dir = tempfile::tempdir().unwrap();
    write_varied(dir.path());
    Results::read(dir.path()).unwrap()
}
