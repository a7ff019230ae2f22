//! `[[assert]]`: what a run says of its assertions, and how it ends.

use serde_json::Value;

use crate::experiments::SMALL;
use crate::support::{Bench, Ended, csv};

/// The small experiment with these assertions at its end.
fn asserting(assertions: &str) -> Bench {
    Bench::with(&format!("{SMALL}{assertions}"))
}

const RUN: [&str; 5] = ["run", "x.toml", "--no-plots", "--out", "out"];

/// A limit that everything keeps, one that nothing keeps, and one that divides the interval.
const HOLDS: &str = "[[assert]]\nmetric = \"max\"\nmax = \"10 s\"\n";
const FAILS: &str = "[[assert]]\nmetric = \"mean\"\ntask = \"bulk\"\nmax = \"1 ns\"\n\
    because = \"light is slow\"\n";

#[track_caller]
fn told(ended: &Ended, fragments: &[&str]) {
    for fragment in fragments {
        let told = &ended.stdout;
        assert!(told.contains(fragment), "no {fragment:?} in:\n{told}");
    }
}

#[test]
fn what_holds_is_said_and_kept() {
    let bench = asserting(HOLDS);
    let ended = bench.run(&RUN).with(0);
    told(
        &ended,
        &[
            "assertions: 1 hold, 0 fail, 0 unclear",
            "✓",
            "max ≤ 10 s",
            "worst of 2 points",
        ],
    );
    let (header, rows) = csv(&bench.read("out/assertions.csv"));
    assert_eq!(
        header,
        "network.mode,assertion,metric,task_group,against,min,max,value,low,high,verdict,\
         replications_needed,because"
    );
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&*rows[1]["network.mode"], &*rows[1]["verdict"]),
        ("awsvpc", "holds")
    );
    assert_eq!(
        (&*rows[0]["metric"], &*rows[0]["max"]),
        ("sojourn_max_ns", "10000000000")
    );
    let counts = &bench.manifest("out")["assertions"];
    assert_eq!(counts["hold"].as_integer(), Some(1));
    told(&bench.run(&["show", "out"]).with(0), &["✓"]);
}

/// The verdict follows the summary: the whole interval above the limit.
#[test]
fn what_fails_ends_with_4_and_says_why_it_was_asserted() {
    let bench = asserting(&format!("{HOLDS}{FAILS}"));
    let ended = bench.run(&RUN).with(4);
    let ended = ended.saying(["error: 1 fail of 2 assertions"]);
    told(
        &ended,
        &[
            "assertions: 1 hold, 1 fail, 0 unclear",
            "✗",
            "mean of bulk ≤ 1 ns",
            "light is slow",
        ],
    );
    let shown = bench.run(&["show", "out"]).with(4);
    told(&shown, &["✗", "light is slow"]);
    // Complete already: judged all the same.
    bench.run(&RUN).with(4);
    let json = bench.run(&["show", "out", "--json"]).with(4).stdout;
    let rows: Value = serde_json::from_str(&json).unwrap();
    let judged = rows["assertions"].as_array().unwrap();
    assert_eq!(judged.len(), 2);
    let rows = rows["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row.get("verdict").is_none()));
    assert_eq!(judged[1]["verdict"], "fails");
    assert_eq!(judged[1]["because"], "light is slow");
    assert!(judged[1]["low"].as_f64().unwrap() > judged[1]["max"].as_f64().unwrap());
    let csv_of_show = bench.run(&["show", "out", "--csv"]).with(4).stdout;
    assert_eq!(csv_of_show, bench.read("out/summary.csv"));
}

/// A limit at the measured value itself lies in every interval.
#[test]
fn what_is_unclear_counts_as_failed_and_says_what_would_settle_it() {
    let bench = asserting("");
    bench.run(&RUN).with(0);
    let (_, rows) = csv(&bench.read("out/summary.csv"));
    let row = rows.iter().find(|row| row["task_group"] == "api").unwrap();
    let (mean, half): (f64, f64) = (
        row["sojourn_mean_ns"].parse().unwrap(),
        row["sojourn_mean_ns_ci"].parse().unwrap(),
    );
    let limit = (mean + half / 2.0) as u64;
    bench.write(
        "x.toml",
        format!(
            "{SMALL}[[assert]]\nmetric = \"mean\"\ntask = \"api\"\nmax = \"{limit} ns\"\n\
             when = {{ \"network.mode\" = \"bridge\" }}\n"
        )
        .as_bytes(),
    );
    let ended = bench.run(&RUN).with(4);
    told(&ended, &["0 fail, 1 unclear", "?", "would settle it"]);
    let (_, rows) = csv(&bench.read("out/assertions.csv"));
    assert_eq!(rows[0]["verdict"], "unclear");
    let needed: u32 = rows[0]["replications_needed"].parse().unwrap();
    assert!(needed > 2, "{needed}");
}

/// Oracle: `replications.csv`, by hand. Two ratios have their geometric mean in the middle.
#[test]
fn a_comparison_is_the_geometric_mean_of_paired_ratios() {
    let bench = asserting(
        "[[assert]]\nmetric = \"mean\"\ntask = \"api\"\nmax = 1000\n\
         when = { \"network.mode\" = \"awsvpc\" }\nagainst = { \"network.mode\" = \"bridge\" }\n",
    );
    let ended = bench.run(&RUN);
    let (_, rows) = csv(&bench.read("out/replications.csv"));
    let mean = |mode: &str, replication: &str| -> f64 {
        let mut of_api = rows.iter().filter(|row| row["task_group"] == "api");
        let row = of_api
            .find(|row| row["network.mode"] == mode && row["replication"] == replication)
            .unwrap();
        row["sojourn_mean_ns"].parse().unwrap()
    };
    let ratio = |replication| mean("awsvpc", replication) / mean("bridge", replication);
    let expected = (ratio("0") * ratio("1")).sqrt();
    let (_, judged) = csv(&bench.read("out/assertions.csv"));
    let value: f64 = judged[0]["value"].parse().unwrap();
    assert!((value / expected - 1.0).abs() < 1e-9, "{value} {expected}");
    told(&ended, &["mean of api / network.mode = bridge: ≤ 1000"]);
}

/// An assertion is said of results and changes nothing in them.
#[test]
fn editing_an_assertion_judges_anew_and_runs_nothing() {
    let bench = asserting(HOLDS);
    bench.run(&RUN).with(0);
    let trials = bench.read("out/trials.csv");
    let before = bench.manifest("out");
    bench.write("x.toml", format!("{SMALL}{FAILS}").as_bytes());
    bench.run(&RUN).with(4).saying(["complete in out"]);
    assert_eq!(bench.read("out/trials.csv"), trials);
    let after = bench.manifest("out");
    assert_eq!(before["timing"], after["timing"]);
    assert_ne!(
        before["experiment"]["sha256"],
        after["experiment"]["sha256"]
    );
    assert_eq!(bench.read("out/experiment.toml"), bench.read("x.toml"));
    assert!(bench.read("out/assertions.csv").contains("light is slow"));
    bench.write("x.toml", SMALL.as_bytes());
    let ended = bench.run(&RUN).with(0);
    assert!(!ended.stdout.contains("assertions"), "{}", ended.stdout);
    assert!(!bench.path("out/assertions.csv").exists());
    assert!(bench.manifest("out").get("assertions").is_none());
}

/// Judged anew or at once: the same bytes.
#[test]
fn assertions_are_reproducible() {
    let bench = asserting("");
    bench.run(&RUN).with(0);
    bench.write("x.toml", format!("{SMALL}{HOLDS}{FAILS}").as_bytes());
    bench.run(&RUN).with(4);
    let anew = bench.reproducible("out");
    bench.run(&[&RUN[..], &["--force"]].concat()).with(4);
    crate::support::assert_same_files(&anew, &bench.reproducible("out"));
    bench.run(&["verify", "out", "--all"]).with(0);
}

#[test]
fn a_single_replication_has_no_interval_and_is_unclear() {
    let bench = asserting(HOLDS);
    let one = [&RUN[..], &["--replications", "1"]].concat();
    let ended = bench.run(&one).with(4);
    told(&ended, &["no interval", "write replications = 10"]);
}

#[test]
fn a_quick_look_is_not_judged() {
    let bench = asserting(FAILS);
    let quick = [&RUN[..], &["--quick"]].concat();
    let ended = bench
        .run(&quick)
        .with(0)
        .saying(["1 assertion of the file not judged"]);
    assert!(!ended.stdout.contains("assertions"), "{}", ended.stdout);
}

#[test]
fn check_refuses_what_cannot_be_judged() {
    let bench = asserting("[[assert]]\nmetric = \"p98\"\nmax = \"1 ms\"\n");
    bench
        .run(&["check", "x.toml"])
        .with(2)
        .saying(["`p98` is not a metric", "did you mean \"p90\"?"]);
    let right = asserting(HOLDS);
    let ended = right.run(&["check", "x.toml"]).with(0);
    told(&ended, &["assertions   1"]);
}
