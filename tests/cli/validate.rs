//! `enibench validate`: simulator against theory.
//!
//! Oracle: the numbers of theory that are quoted here, to the digits that the output has.

use serde_json::Value;

use super::support::{Bench, csv, number};

/// A small setup: eight periodic tasks, for whom theory has a mean wait of 0.722372 services and a
/// wait of more than 1 service with the probability 0.2913756 (Eckberg 1979).
const SMALL: &str = "ndd1/n-8-";

#[test]
fn a_filter_selects_cases_by_their_ids() {
    let ended = Bench::new().run(&["validate", "--quick", SMALL]).with(0);
    let table = &ended.stdout;
    assert!(table.contains("N·D/D/1"), "{table}");
    assert!(table.contains("N = 8, T = 10"), "{table}");
    assert!(!table.contains("N = 16"), "{table}");
    let mean = table.lines().find(|line| line.contains("mean wait [µs]"));
    let mean = mean.unwrap_or_else(|| panic!("{table}"));
    assert!(mean.contains(" 7.22372 "), "{mean}");
    assert!(mean.ends_with("  ok"), "{mean}");
    assert!(
        table.contains("6 of 6 within 4.5 standard errors, or exact; sum of z² "),
        "{table}"
    );
    assert!(
        table.lines().all(|line| line.chars().count() <= 100),
        "wider than 100 columns:\n{table}"
    );
    ended.saying(["validating 6 numbers in 400 trials, quick"]);
}

/// An identity, to the picosecond: 45 packets of 64 KiB and of 54 B of headers each, 8 ns a byte.
#[test]
fn identities_are_exact() {
    let filter = "calculus/a-message";
    let ended = Bench::new().run(&["validate", filter]).with(0);
    assert!(ended.stdout.contains(" 543728000 "), "{}", ended.stdout);
    assert!(ended.stdout.contains(" exact  ok"), "{}", ended.stdout);
}

#[test]
fn json_is_one_document() {
    let ended = Bench::new()
        .run(&["validate", "--quick", "--json", "--seed", "5", SMALL])
        .with(0);
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(document["schema_version"], 1);
    assert_eq!(document["seed"], 5);
    assert_eq!(document["quick"], true);
    assert_eq!(document["summary"]["cases"], 6);
    assert_eq!(document["summary"]["hold"], 6);
    let cases = document["cases"].as_array().unwrap();
    assert_eq!(cases[0]["id"], "ndd1/n-8-t-10/mean-wait");
    assert_eq!(cases[0]["judged"], "estimate");
    assert_eq!(cases[0]["replications"], 400);
    assert!((cases[0]["reference"].as_f64().unwrap() - 7.223_72).abs() < 1e-9);
    assert!(cases[0]["setup_core_s"].as_f64().unwrap() > 0.0);
    let beyond = cases
        .iter()
        .find(|case| case["quantity"] == "P(wait > 1 services)");
    let beyond = beyond.unwrap()["reference"].as_f64().unwrap();
    assert!((beyond - 0.291_375_6).abs() < 1e-9, "{beyond}");
}

#[test]
fn files_have_the_same_bytes_on_any_number_of_threads() {
    let bench = Bench::new();
    let run = |out: &str, threads: &str, seed: &str| {
        let args = [
            "validate",
            "--quick",
            SMALL,
            "--seed",
            seed,
            "--threads",
            threads,
        ];
        let args = [&args[..], &["--out", out]].concat();
        bench.run(&args).with(0);
        bench.files(out)
    };
    let one = run("one", "1", "3");
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        ["validation.csv", "validation.json", "z-scores.svg"]
    );
    assert!(one == run("two", "2", "3"));
    assert!(one != run("other", "2", "4"));
    let (header, rows) = csv(&bench.read("one/validation.csv"));
    assert_eq!(
        header,
        "id,group,setup,quantity,unit,judged,reference_low,reference,simulated,standard_error,z,\
         replications,holds"
    );
    assert_eq!(rows.len(), 6);
    assert!((number(&rows[0], "reference") - 7.223_72).abs() < 1e-9);
    assert_eq!(rows[0]["holds"], "true");
}

#[test]
fn a_filter_that_matches_nothing_names_the_groups() {
    Bench::new().run(&["validate", "gg1"]).with(2).saying([
        "no case of validation matches \"gg1\"",
        "for example \"md1\"",
        "mm1, mm1k, md1, md1k",
    ]);
}
