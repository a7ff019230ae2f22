//! `interference`: groups beside their neighbours, and alone.

use super::experiments::SMALL;
use super::support::{Bench, assert_same_files, csv, number};

/// `bulk` has 0, 1 or 2 tasks; what it does to `api` is asked for.
fn experiment() -> String {
    let text = SMALL.replace("seed = 7", "interference = [\"api\"]\nseed = 7");
    format!("{text}\"task.bulk.count\" = [0, 1, 2]\n")
}

fn run(bench: &Bench, more: &[&str]) -> super::support::Ended {
    let args = ["run", "x.toml", "--out", "r"];
    bench.run(&[&args, more].concat())
}

/// Oracle: a group alone is the point without its neighbours, whose numbers stand in
/// `replications.csv`; so there is no interference where there are none.
#[test]
fn interference_is_beside_neighbours_less_alone() {
    let bench = Bench::with(&experiment());
    let told = run(&bench, &["--no-plots", "--progress", "none"]).with(0);
    assert!(!told.stderr.contains("failed"), "{}", told.stderr);
    let (header, rows) = csv(&bench.read("r/interference.csv"));
    let expected = "network.mode,task.bulk.count,task_group,metric,replications,alone,beside,\
        difference,difference_low,difference_high,ratio,ratio_low,ratio_high,correlation,\
        variance_reduction";
    assert_eq!(header, expected);
    assert_eq!(rows.len(), 6 * 10);
    let (_, replications) = csv(&bench.read("r/replications.csv"));
    let mean_of = |mode: &str, count: &str| {
        let is_it = |row: &&_| {
            let row: &std::collections::BTreeMap<String, String> = row;
            row["network.mode"] == mode
                && row["task.bulk.count"] == count
                && row["task_group"] == "api"
        };
        let rows = replications.iter().filter(is_it);
        rows.map(|row| number(row, "sojourn_mean_ns")).sum::<f64>() / 2.0
    };
    for row in rows.iter().filter(|row| row["metric"] == "sojourn_mean_ns") {
        let (mode, count) = (&row["network.mode"], &row["task.bulk.count"]);
        assert_eq!((&*row["task_group"], &*row["replications"]), ("api", "2"));
        let (alone, beside) = (number(row, "alone"), number(row, "beside"));
        assert!((alone / mean_of(mode, "0") - 1.0).abs() < 1e-12, "{row:?}");
        assert!(
            (beside / mean_of(mode, count) - 1.0).abs() < 1e-12,
            "{row:?}"
        );
        let difference = number(row, "difference");
        assert!((beside - alone - difference).abs() < 1e-6, "{row:?}");
        match count.as_str() {
            "0" => assert_eq!((difference, number(row, "ratio")), (0.0, 1.0)),
            _ => assert!(difference > 0.0, "{row:?}"),
        }
    }
}

/// A group alone is the point without `bulk`, so nothing is simulated for it; without that point it
/// is, once for each mode.
#[test]
fn check_counts_what_is_simulated_alone() {
    let bench = Bench::with(&experiment());
    let trials = |bench: &Bench| {
        let told = bench.run(&["check", "x.toml"]).with(0).stdout;
        let line = told
            .lines()
            .find(|line| line.starts_with("  trials"))
            .unwrap();
        line.trim_start_matches("  trials").trim().to_owned()
    };
    assert_eq!(
        trials(&bench),
        "12 (6 points, 6 distinct, × 2 replications)"
    );
    let never_alone = experiment().replace("[0, 1, 2]", "[1, 2]");
    bench.write("x.toml", never_alone.as_bytes());
    let expected = "12 (4 points, 4 distinct, 2 groups alone, × 2 replications)";
    assert_eq!(trials(&bench), expected);
    let told = run(&bench, &["--no-plots", "--progress", "plain"]).with(0);
    told.saying(["4 points × 2 replications, 12 trials with those of groups alone, seed 7"]);
    // Trials of groups alone are no rows of the sweep.
    let manifest = bench.manifest("r");
    assert_eq!(manifest["experiment"]["trials"].as_integer(), Some(8));
    assert_eq!(csv(&bench.read("r/trials.csv")).1.len(), 8);
    assert_eq!(csv(&bench.read("r/interference.csv")).1.len(), 4 * 10);
}

#[test]
fn a_run_goes_on_and_threads_make_no_difference() {
    let text = experiment().replace("[0, 1, 2]", "[1, 2]");
    let bench = Bench::with(&text);
    run(
        &bench,
        &["--no-plots", "--progress", "none", "--threads", "1"],
    )
    .with(0);
    let before = bench.reproducible("r");
    assert!(before.contains_key("interference.csv"));
    let again = [
        "--no-plots",
        "--progress",
        "none",
        "--force",
        "--threads",
        "3",
    ];
    run(&bench, &again).with(0);
    assert_same_files(&before, &bench.reproducible("r"));
    // Without it, the file of before is not left behind.
    bench.write(
        "x.toml",
        text.replace("interference = [\"api\"]\n", "").as_bytes(),
    );
    run(&bench, &["--no-plots"])
        .with(2)
        .saying(["interference differs"]);
    run(&bench, &["--no-plots", "--force"]).with(0);
    assert!(!bench.path("r/interference.csv").exists());
}

#[test]
fn every_group_is_alone_in_turn_if_that_is_asked_for() {
    let text = experiment()
        .replace("[\"api\"]", "true")
        .replace("[0, 1, 2]", "[0, 1]");
    let bench = Bench::with(&text);
    run(&bench, &["--no-plots", "--progress", "none"]).with(0);
    let (_, rows) = csv(&bench.read("r/interference.csv"));
    let groups = |count: &str| -> Vec<String> {
        let rows = rows.iter().filter(|row| row["task.bulk.count"] == count);
        let rows = rows.filter(|row| row["metric"] == "sojourn_p99_ns");
        rows.map(|row| format!("{} {}", row["network.mode"], row["task_group"]))
            .collect()
    };
    assert_eq!(groups("0"), ["bridge api", "awsvpc api"]);
    let all = ["bridge api", "bridge bulk", "awsvpc api", "awsvpc bulk"];
    assert_eq!(groups("1"), all);
}
