//! The committed results of `experiments/curated/` against theory: that each of them answers its
//! question as its expectation says.
//!
//! What an assertion can say stands in the experiments themselves. Here is the rest: waits by stage,
//! crossings of curves, what happens over time, flow logs, and bands that come from other files.
//!
//! The numbers are read from the files that users read. No sweep grid is written down here: the
//! tests find the points that they need.

mod ecs;
mod noisy_neighbour;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::trials::{Estimate, assert_relative};
use crate::ecs::{burst_credit, find};
use crate::experiment::Experiment;
use crate::results::{Results, Verdict, judge};

/// A row of a result file: cells by column.
type Row = BTreeMap<String, String>;

/// The rows of a file of the results of one curated experiment.
fn read(experiment: &str, file: &str) -> Vec<Row> {
    let results = concat!(env!("CARGO_MANIFEST_DIR"), "/results/curated");
    let path = Path::new(results).join(experiment).join(file);
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} is {:?}", row[column]))
}

/// Value and standard error of a metric of `summary.csv`, whose intervals are Student's t.
fn metric(row: &Row, column: &str) -> Estimate {
    let freedom = number(row, "replications") - 1.0;
    let t = StudentsT::new(0.0, 1.0, freedom)
        .unwrap()
        .inverse_cdf(0.975);
    Estimate {
        mean: number(row, column),
        standard_error: number(row, &format!("{column}_ci")) / t,
    }
}

fn is<'a>(wanted: &'a [(&str, &str)]) -> impl Fn(&&Row) -> bool + 'a {
    move |row| wanted.iter().all(|(column, value)| row[*column] == *value)
}

/// `mode` of an experiment that sweeps mode and arbitration: bridge mode has no arbitration, and
/// its rows repeat.
fn system<'a>(rows: &'a [Row], mode: &str, group: &str) -> Vec<&'a Row> {
    let (mode, arbitration) = mode
        .split_once(' ')
        .unwrap_or((mode, &rows[0]["network.arbitration"]));
    let wanted = [
        ("network.mode", mode),
        ("network.arbitration", arbitration),
        ("task_group", group),
    ];
    let selected: Vec<&Row> = rows.iter().filter(is(&wanted)).collect();
    assert!(!selected.is_empty(), "no rows of {wanted:?}");
    selected
}

/// Where a rising `curve` of (load, value) passes `level`, interpolating logarithms of the value.
fn crossover(curve: &[(f64, f64)], level: f64) -> f64 {
    let above = curve.iter().position(|(_, value)| *value > level);
    let above = above.expect("the curve passes the level");
    let ((x0, y0), (x1, y1)) = (curve[above - 1], curve[above]);
    x0 + (x1 - x0) * (level / y0).ln() / (y1 / y0).ln()
}

/// The experiments' own assertions, whose limits come from theory or from what the files claim.
#[test]
fn every_assertion_of_the_curated_experiments_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut judged = 0;
    for entry in fs::read_dir(root.join("experiments/curated")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let experiment = Experiment::parse(&file.display().to_string(), &text);
        let experiment = experiment.unwrap_or_else(|e| panic!("{e}"));
        assert!(
            !experiment.assertions.is_empty(),
            "{name:?} asserts nothing"
        );
        let results = Results::read(&root.join("results/curated").join(name)).unwrap();
        for judgement in judge(&experiment.assertions, &results).unwrap() {
            let (assertion, worst) = (judgement.assertion, judgement.worst());
            assert_eq!(
                worst.verdict,
                Verdict::Holds,
                "{name:?}: {assertion:?}: {worst:?}"
            );
            judged += 1;
        }
    }
    assert!(judged > 90, "{judged} assertions");
}

/// Oracle: N equal Poisson tasks are exactly N times slower on 1/N of the link each. The ratio of
/// two independent estimates, within 4.5 standard errors; the queues do not share their waits, so
/// common random numbers hardly correlate them. Round robin serves equal packets in another order:
/// the same mean but for packets at the window's ends.
#[test]
fn a_partition_is_as_many_times_slower_as_it_has_parts() {
    let rows = read("02-pooling-law", "summary.csv");
    let shared = system(&rows, "bridge", "peer");
    let parts = system(&rows, "awsvpc partition", "peer");
    let turns = system(&rows, "awsvpc round-robin", "peer");
    for ((a, b), c) in shared.iter().zip(parts).zip(turns) {
        let n = number(a, "task.peer.count");
        for column in ["sojourn_mean_ns", "sojourn_p50_ns", "sojourn_p99_ns"] {
            let (a, b) = (metric(a, column), metric(b, column));
            let relative = (a.standard_error / a.mean).hypot(b.standard_error / b.mean);
            let ratio = Estimate {
                mean: b.mean / a.mean,
                standard_error: relative * n,
            };
            if n == 1.0 {
                assert_eq!(ratio.mean, 1.0, "one part is the whole: the same packets");
            } else {
                ratio.assert_is(&format!("{column}, {n} parts"), n);
            }
        }
        let mean = |row: &Row| number(row, "sojourn_mean_ns");
        assert_relative("round robin's mean", mean(c), mean(a), 1e-4);
    }
}

/// Mean ENI wait of a task group in `system` [µs], over replications.
fn eni_wait_us(rows: &[Row], mode: &str, group: &str) -> Estimate {
    let tasks = system(rows, mode, group);
    Estimate::new(
        tasks
            .iter()
            .map(|row| number(row, "eni_wait_mean_ns") / 1e3),
    )
}

/// Oracle: Pollaczek and Khinchine for the shared queue (2641 bytes at 8 ns) and for mice alone
/// (3.5556), and Kleinrock's conservation law, 2112.8 bytes whatever the discipline. The mice's
/// wait under deficit round robin comes from an independent simulation: within 1 %.
#[test]
fn mice_wait_little_where_turns_are_taken_by_bytes() {
    let rows = read("03-elephants-mice", "tasks.csv");
    let wait = |mode, group| eni_wait_us(&rows, mode, group);
    for mode in ["bridge", "awsvpc fifo"] {
        wait(mode, "mice").assert_is(mode, 21.128);
        wait(mode, "elephants").assert_is(mode, 21.128);
    }
    wait("awsvpc dedicated", "mice").assert_is("mice alone", 0.028_444);
    assert_relative("mice, drr", wait("awsvpc drr", "mice").mean, 4.695, 0.01);
    for mode in ["bridge", "awsvpc fifo", "awsvpc round-robin", "awsvpc drr"] {
        let (mice, elephants) = (
            system(&rows, mode, "mice"),
            system(&rows, mode, "elephants"),
        );
        let bytes = |row: &Row| number(row, "eni_wait_mean_ns") / 8.0;
        let sums = mice
            .iter()
            .zip(elephants)
            .map(|(m, e)| 0.1 * bytes(m) + 0.7 * bytes(e));
        Estimate::new(sums).assert_is(&format!("conserved sum, {mode}"), 2112.8);
    }
}

/// Oracle: a full bucket lasts credit/(demand − baseline), computed from the table of types. Each
/// point of the sweep is the second after `warm-up`: the rate falls between the last point before
/// that time and the first after it, from the demand to the baseline.
#[test]
fn the_rate_falls_when_the_credit_is_gone() {
    let rows = read("05-token-bucket-cliff", "summary.csv");
    for name in ["c5.large", "c5.xlarge", "c5.2xlarge", "c5.4xlarge"] {
        let instance = find(name).unwrap();
        let (demand, baseline) = (9.69e9, instance.baseline.bits_per_s() as f64);
        let credit = burst_credit(instance).volume.get() as f64 * 8.0;
        let empty_s = credit / (demand - baseline);
        let (mut before, mut after) = (0, 0);
        for row in rows
            .iter()
            .filter(is(&[("instance.type", name), ("task_group", "all")]))
        {
            let start: f64 = row["warm-up"].trim_end_matches(" s").parse().unwrap();
            let rate = number(row, "throughput_bps");
            if start + 1.0 < empty_s {
                assert_relative(&format!("{name} at {start} s"), rate, demand, 1e-3);
                before += 1;
            } else if start > empty_s + 1.0 {
                assert_relative(&format!("{name} at {start} s"), rate, baseline, 1e-3);
                after += 1;
            }
        }
        assert!(
            before > 0 && after > 0,
            "{name}: the sweep brackets {empty_s} s"
        );
    }
}

/// By hand: halfway in logarithms between 1 and 100 is 10.
#[test]
fn a_crossover_interpolates_logarithms() {
    assert_eq!(
        crossover(&[(0.0, 0.5), (1.0, 1.0), (2.0, 100.0)], 10.0),
        1.5
    );
}
