//! Two results side by side: tables, verdicts, exit codes.

use serde_json::Value;

use super::experiments::SMALL;
use super::support::{Bench, Ended, csv, number};

/// Runs the experiment into `out` with `more` arguments.
fn run(bench: &Bench, out: &str, more: &[&str]) {
    let args = [
        "run",
        "x.toml",
        "--out",
        out,
        "--no-plots",
        "--progress",
        "none",
    ];
    bench.run(&[&args, more].concat()).with(0);
}

/// `a`; `b` with another seed; `c` with the packets of `a` and a link of three quarters.
fn bench() -> Bench {
    let bench = Bench::with(&SMALL.replace("replications = 2", "replications = 6"));
    run(&bench, "a", &[]);
    run(&bench, "b", &["--seed", "8"]);
    run(&bench, "c", &["--set", "instance.egress=150 Mbit/s"]);
    bench
}

fn compare(bench: &Bench, args: &[&str]) -> Ended {
    bench.run(&[&["compare"], args].concat())
}

fn json(bench: &Bench, args: &[&str], code: i32) -> Value {
    let ended = compare(bench, &[args, &["--json"]].concat()).with(code);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn the_same_results_are_the_same() {
    let bench = bench();
    let same = json(&bench, &["a", "a"], 0);
    assert_eq!(same["schema_version"], 1);
    assert_eq!(same["paired"], true);
    let rows = same["rows"].as_array().unwrap();
    // Two modes, two groups and all tasks, four metrics.
    assert_eq!(rows.len(), 2 * 3 * 4);
    assert_eq!(same["verdicts"]["same"], 24);
    for row in rows {
        assert_eq!(row["change"], 0.0);
        assert_eq!(row["p_value"], 1.0);
    }
}

/// Another seed is chance alone; a slower link is worse, and its packets were the same.
#[test]
fn chance_is_told_from_a_regression() {
    let bench = bench();
    let chance = json(&bench, &["a", "b"], 0);
    assert_eq!(chance["paired"], false);
    assert_eq!(chance["rows"][0]["variance_reduction"], Value::Null);
    for verdict in ["worse", "better", "changed"] {
        assert_eq!(chance["verdicts"][verdict], 0, "{verdict}");
    }
    let slower = json(&bench, &["a", "c", "--metric", "p99", "--task", "api"], 4);
    assert_eq!(slower["verdicts"]["worse"], 2);
    let row = &slower["rows"][0];
    assert_eq!(
        (&row["task_group"], &row["metric"]),
        (&"api".into(), &"p99".into())
    );
    assert_eq!(row["point"]["network.mode"], "bridge");
    let number = |name: &str| row[name].as_f64().unwrap();
    assert!(number("low") > 0.05 && number("low") < number("change"));
    assert!(number("change") < number("high"));
    let ratio = number("new") / number("base") - 1.0;
    assert!((ratio - number("change")).abs() < 1e-9);
    assert!(number("correlation") > 0.0 && number("variance_reduction") > 1.0);
}

#[test]
fn the_exit_code_is_what_was_asked_for() {
    let bench = bench();
    let worse = ["a", "c", "--metric", "mean", "--task", "all"];
    let told = compare(&bench, &worse)
        .with(4)
        .saying(["error: 2 worse of 2 tests"]);
    assert!(told.stdout.starts_with("2 worse\n"), "{}", told.stdout);
    let with =
        |args: &[&str], fail_on: &str| compare(&bench, &[args, &["--fail-on", fail_on]].concat());
    with(&worse, "none").with(0);
    with(&worse, "better,unclear").with(0);
    let better = ["c", "a", "--metric", "mean", "--task", "all"];
    compare(&bench, &better).with(0);
    with(&better, "better").with(4).saying(["2 better of 2"]);
    with(&["a", "a"], "same").with(4);
    // As wide a threshold as there is swallows the change.
    let wide = ["a", "c", "--metric", "throughput", "--threshold", "99%"];
    assert_eq!(json(&bench, &wide, 0)["verdicts"]["same"], 6);
}

#[test]
fn tables_fit_eighty_columns() {
    let bench = bench();
    let told = compare(&bench, &["a", "c"]).with(4).stdout;
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for part in [
        "base  a (seed 7)\n",
        "new   c (seed 7)\n",
        "the experiments differ in 1 key:\n  instance.egress: \"200 Mbit/s\" → \"150 Mbit/s\"\n",
        "24 tests, all intervals together 95 %; same: within ±5 % (loss: or ±0.01 pp)\n",
        "base and new are geometric means over replications",
        "paired, worth ",
        "\nworse: ",
        "mode bridge, tasks: api\n  mean ",
    ] {
        assert!(told.contains(part), "no {part:?} in\n{told}");
    }
    let independent = compare(&bench, &["a", "b"]).with(0).stdout;
    assert!(independent.contains("independent (Welch)"), "{independent}");
    assert!(independent.contains("(n): about n replications would settle it"));
}

#[test]
fn markdown_is_one_table() {
    let bench = bench();
    let told = compare(&bench, &["a", "c", "--metric", "p99", "--markdown"])
        .with(4)
        .stdout;
    assert!(told.starts_with("**"), "{told}");
    assert!(told.contains("- base: `a (seed 7)`\n"), "{told}");
    let key = "- the experiments differ in 1 key:\n  - instance.egress: ";
    assert!(told.contains(key), "{told}");
    let table: Vec<&str> = told.lines().filter(|line| line.starts_with('|')).collect();
    let same = told
        .lines()
        .find_map(|line| line.strip_suffix(" same not shown: --all shows them"));
    let same = same.map_or(0, |line| line.trim_start_matches("- ").parse().unwrap());
    assert_eq!(table.len(), 2 + 6 - same, "{told}");
    assert!(
        table.iter().all(|row| row.matches('|').count() == 8),
        "{told}"
    );
    assert!(told.contains(" | **worse** |"), "{told}");
}

/// A regression is always listed, and first; what is the same only if it is asked for.
#[test]
fn what_changed_is_listed_and_what_did_not_is_counted() {
    let bench = bench();
    let same = compare(&bench, &["a", "a"]).with(0).stdout;
    assert!(same.starts_with("24 same\n"), "{same}");
    assert!(same.contains("\nthe experiments have the same keys and values\n"));
    assert!(same.contains("\n24 same not shown: --all shows them\n"));
    assert!(!same.contains("\n  p99 "), "{same}");
    let all = compare(&bench, &["a", "a", "--all"]).with(0).stdout;
    assert_eq!(all.matches("\n  p99 ").count(), 6, "{all}");
    assert!(!all.contains("not shown"));
    let failed_on = compare(&bench, &["a", "a", "--fail-on", "same"])
        .with(4)
        .stdout;
    assert_eq!(failed_on.matches("\n  p99 ").count(), 6, "{failed_on}");
    let slower = compare(&bench, &["a", "c", "--all"]).with(4).stdout;
    let places = ["\nworse: ", "\nunclear: ", "\nsame: "].map(|part| slower.find(part));
    assert!(places[0].is_some(), "{slower}");
    assert!(places.iter().flatten().is_sorted(), "{slower}");
    let rows = slower
        .lines()
        .filter(|line| line.starts_with("  ") && line.contains('…'));
    assert_eq!(rows.count(), 24, "{slower}");
}

/// Replications that one side alone has are left out, and it is said how many were paired.
#[test]
fn replications_without_a_partner_are_counted() {
    let bench = bench();
    run(&bench, "more", &["--replications", "9"]);
    let told = compare(&bench, &["a", "more"])
        .with(0)
        .stdout
        .replace('\n', " ");
    assert!(told.contains("; 6 of 9 replications paired"), "{told}");
    assert!(told.contains("the experiments differ in 1 key:   replications: 6 → 9 "));
    let rows = json(&bench, &["more", "a"], 0);
    let row = &rows["rows"][0];
    let counts = [
        "base_replications",
        "new_replications",
        "base_measured",
        "new_measured",
    ];
    assert_eq!(counts.map(|name| row[name].as_u64().unwrap()), [6, 6, 9, 6]);
    assert_eq!(rows["differing_keys"][0]["key"], "replications");
    assert_eq!(rows["differing_keys"][0]["base"], "9");
    let alike = compare(&bench, &["a", "a"]).with(0).stdout;
    assert!(!alike.contains("replications paired"), "{alike}");
    // Of other seeds there are no pairs, so that none are left out.
    let independent = compare(&bench, &["b", "more"]).with(0).stdout;
    assert!(
        !independent.contains("replications paired"),
        "{independent}"
    );
}

#[test]
fn values_of_a_swept_key_are_compared_inside_a_directory() {
    let bench = bench();
    let args = ["a", "--by", "network.mode", "--fail-on", "none"];
    let modes = json(&bench, &args, 0);
    assert_eq!(
        (&modes["by"], &modes["new"]),
        (&"network.mode".into(), &Value::Null)
    );
    assert_eq!(
        (&modes["paired"], &modes["tests"]),
        (&true.into(), &12.into())
    );
    let row = &modes["rows"][0];
    assert_eq!(
        (&row["base_value"], &row["new_value"]),
        (&"bridge".into(), &"awsvpc".into())
    );
    let args = [
        "a",
        "--by",
        "network.mode=awsvpc,bridge",
        "--fail-on",
        "none",
    ];
    let swapped = json(&bench, &args, 0);
    let change = |rows: &Value| rows["rows"][0]["change"].as_f64().unwrap();
    assert!(((1.0 + change(&modes)) * (1.0 + change(&swapped)) - 1.0).abs() < 1e-9);
    let told = compare(&bench, &args).with(0).stdout;
    for part in [
        "base  network.mode = awsvpc in a (seed 7)\nnew   network.mode = bridge\n",
        "mode awsvpc → bridge, tasks: api\n",
    ] {
        assert!(told.contains(part), "no {part:?} in\n{told}");
    }
}

#[test]
fn what_only_one_side_has_is_listed() {
    let bench = bench();
    let more = SMALL.replace("[\"bridge\", \"awsvpc\"]", "[\"awsvpc\", \"host\"]");
    bench.write(
        "y.toml",
        more.replace("question = \"Does", "question = \"Why does")
            .as_bytes(),
    );
    let args = [
        "run",
        "y.toml",
        "--out",
        "e",
        "--no-plots",
        "--progress",
        "none",
    ];
    bench.run(&args).with(0);
    let told = compare(&bench, &["a", "e"]).with(0).saying([
        "these are different experiments, of which 1 points match",
        "Why does it work?",
    ]);
    for part in [
        "only the base has network.mode = bridge\n",
        "only the new side has network.mode = host\n",
    ] {
        assert!(told.stdout.contains(part), "{}", told.stdout);
    }
    // One replication less than an interval takes.
    run(&bench, "f", &["--replications", "1"]);
    let few = compare(&bench, &["f", "f", "--metric", "p99"]).with(0);
    assert!(
        few.stdout.contains("fewer than two replications"),
        "{}",
        few.stdout
    );
    compare(&bench, &["f", "f", "--fail-on", "unclear"]).with(4);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let bench = bench();
    compare(&bench, &["a"]).with(2).saying(["<NEW>"]);
    compare(&bench, &["a", "b", "--by", "network.mode"])
        .with(2)
        .saying(["--by"]);
    compare(&bench, &["a", "b", "--metric", "p98"])
        .with(2)
        .saying(["a similar value exists: 'p99'"]);
    compare(&bench, &["a", "b", "--threshold", "5"])
        .with(2)
        .saying(["for example \"5%\""]);
    compare(&bench, &["a", "b", "--threshold", "-5%"])
        .with(2)
        .saying(["below 100 %"]);
    compare(&bench, &["a", "b", "--loss-floor", "1e-4"])
        .with(2)
        .saying(["for example \"5%\""]);
    compare(&bench, &["a", "b", "--task", "apy"])
        .with(2)
        .saying(["no task group `apy`; task groups: api, bulk, all"]);
    compare(&bench, &["a", "--by", "network.mod"])
        .with(2)
        .saying([
            "`network.mod` is not swept there",
            "swept keys: network.mode",
        ]);
    compare(&bench, &["a", "--by", "network.mode=bridge,host"])
        .with(2)
        .saying(["`network.mode` is not swept over `host`", "bridge, awsvpc"]);
    compare(&bench, &["a", "nowhere"])
        .with(2)
        .saying(["nowhere/manifest.toml is missing"]);
    std::fs::remove_file(bench.path("b/replications.csv")).unwrap();
    compare(&bench, &["a", "b"])
        .with(2)
        .saying(["b/replications.csv is missing"]);
}

/// Oracle: `replications.csv`, paired by hand; the modes met the same packets.
#[test]
fn runs_that_sweep_modes_write_their_effects() {
    let bench = bench();
    let (header, effects) = csv(&bench.read("a/effects.csv"));
    let expected = "base_mode,base_arbitration,other_mode,other_arbitration,task_group,metric,\
        replications,base,other,difference,difference_low,difference_high,ratio,ratio_low,\
        ratio_high,correlation,variance_reduction";
    assert_eq!(header, expected);
    // One other mode, two groups and all tasks, ten metrics.
    assert_eq!(effects.len(), 3 * 10);
    let row = effects
        .iter()
        .find(|row| row["metric"] == "sojourn_mean_ns")
        .unwrap();
    let labels = [
        "base_mode",
        "base_arbitration",
        "other_mode",
        "other_arbitration",
    ];
    let labels = labels.map(|label| row[label].as_str());
    assert_eq!(labels, ["bridge", "", "awsvpc", "round-robin"]);
    let (_, replications) = csv(&bench.read("a/replications.csv"));
    let of = |mode: &str| -> Vec<f64> {
        let rows = replications.iter();
        let rows = rows.filter(|row| row["network.mode"] == mode && row["task_group"] == "api");
        rows.map(|row| number(row, "sojourn_mean_ns")).collect()
    };
    let pairs: Vec<(f64, f64)> = of("bridge").into_iter().zip(of("awsvpc")).collect();
    assert_eq!(pairs.len(), 6);
    let mean = |of: &dyn Fn(f64, f64) -> f64| {
        pairs
            .iter()
            .map(|(base, other)| of(*base, *other))
            .sum::<f64>()
            / 6.0
    };
    for (column, expected) in [
        ("replications", 6.0),
        ("base", mean(&|base, _| base)),
        ("other", mean(&|_, other| other)),
        ("difference", mean(&|base, other| other - base)),
        ("ratio", mean(&|base, other| (other / base).ln()).exp()),
    ] {
        let found = number(row, column);
        assert!(
            (found / expected - 1.0).abs() < 1e-9,
            "{column}: {found}, not {expected}"
        );
    }
    for (low, value, high) in [
        ("difference_low", "difference", "difference_high"),
        ("ratio_low", "ratio", "ratio_high"),
    ] {
        assert!(number(row, low) < number(row, value) && number(row, value) < number(row, high));
    }
    // Without modes there are none.
    let unswept = SMALL.split("[sweep]").next().unwrap();
    bench.write("z.toml", unswept.as_bytes());
    let args = ["run", "z.toml", "--out", "h", "--progress", "none"];
    bench.run(&args).with(0);
    assert!(!bench.path("h/effects.csv").exists());
    assert!(!bench.path("h/plots/7-mode-effect.svg").exists());
}
