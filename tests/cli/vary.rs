//! Keys that are varied one at a time: their points, their columns, their plot.

use super::experiments::SMALL;
use super::support::{Bench, Ended, csv};

/// Two modes, each at the base and after three changes: eight points.
fn experiment() -> String {
    let vary = "[vary]\n\"network.propagation\" = [\"50 us\", \"1 ms\"]\n\
        \"network.eni-queue.capacity\" = [\"10 packets\", \"100 packets\", \"200 packets\"]\n";
    format!("{SMALL}\n{vary}")
}

fn run(bench: &Bench, more: &[&str]) -> Ended {
    let args = ["run", "x.toml", "--out", "r", "--progress", "none"];
    bench.run(&[&args, more].concat())
}

#[test]
fn check_tells_what_is_varied_from_what_is_swept() {
    let bench = Bench::with(&experiment());
    let told = bench.run(&["check", "x.toml"]).with(0).stdout;
    for line in [
        "  sweep        network.mode = bridge | awsvpc\n",
        "  vary         network.propagation = 50 us | 1 ms\n",
        "  trials       16 (8 points, 8 distinct, × 2 replications)\n",
    ] {
        assert!(told.contains(line), "no {line:?} in\n{told}");
    }
}

/// Oracle: the definition of `[vary]`, written out.
#[test]
fn varied_keys_are_columns_behind_the_swept_ones() {
    let bench = Bench::with(&experiment());
    run(&bench, &[]).with(0);
    let (header, rows) = csv(&bench.read("r/summary.csv"));
    let keys = "network.mode,network.propagation,network.eni-queue.capacity,task_group,";
    assert!(header.starts_with(keys), "{header}");
    let mut points: Vec<String> = rows
        .iter()
        .map(|row| {
            let cell = |key: &str| row[key].as_str();
            [
                cell("network.mode"),
                cell("network.propagation"),
                cell("network.eni-queue.capacity"),
            ]
            .join(", ")
        })
        .collect();
    points.dedup();
    let expected = [
        "bridge, 50 us, 10 packets",
        "bridge, 1 ms, 10 packets",
        "bridge, 50 us, 100 packets",
        "bridge, 50 us, 200 packets",
        "awsvpc, 50 us, 10 packets",
        "awsvpc, 1 ms, 10 packets",
        "awsvpc, 50 us, 100 packets",
        "awsvpc, 50 us, 200 packets",
    ];
    assert_eq!(points, expected);
    let manifest = bench.manifest("r");
    let varied = manifest["experiment"]["varied"].as_array().unwrap();
    let varied: Vec<&str> = varied.iter().filter_map(|key| key.as_str()).collect();
    assert_eq!(
        varied,
        ["network.propagation", "network.eni-queue.capacity"]
    );
    assert!(bench.path("r/plots/9-sensitivity.svg").is_file());
}

#[test]
fn show_names_the_change_of_each_point() {
    let bench = Bench::with(&experiment());
    // The answer of a run is that of the base.
    let answer = run(&bench, &["--no-plots"]).with(0).stdout;
    assert!(!answer.contains("200 packets"), "{answer}");
    let table = bench.run(&["show", "r"]).with(0).stdout;
    let lines: Vec<&str> = table.lines().collect();
    let header: Vec<&str> = lines[0].split_whitespace().collect();
    assert_eq!(header[..2], ["tasks", "Mbit/s"]);
    assert_eq!(lines[1], "bridge, base:");
    assert!(
        lines.contains(&"bridge, eni-queue.capacity = 200 packets:"),
        "{table}"
    );
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    // A point has a heading, a row per group and one for all tasks; none is taken for a repetition.
    let rows = lines.iter().filter(|line| !line.starts_with('?')).count();
    assert_eq!(rows, 1 + 8 * (1 + 3), "{table}");
}

#[test]
fn a_run_goes_on_and_other_values_are_another_experiment() {
    let bench = Bench::with(&experiment());
    run(&bench, &["--no-plots"]).with(0);
    let before = bench.reproducible("r");
    run(&bench, &["--no-plots", "--force"]).with(0);
    super::support::assert_same_files(&before, &bench.reproducible("r"));
    let more = "network.propagation=[\"50 us\", \"2 ms\"]";
    run(&bench, &["--no-plots", "--set", more])
        .with(2)
        .saying(["vary.network.propagation"]);
}

#[test]
fn results_without_varied_keys_say_nothing_of_them() {
    let bench = Bench::with(SMALL);
    run(&bench, &[]).with(0);
    let manifest = bench.manifest("r");
    let about = manifest["experiment"].as_table().unwrap();
    assert!(!about.contains_key("varied"));
    assert!(!bench.path("r/plots/9-sensitivity.svg").exists());
    let table = bench.run(&["show", "r"]).with(0).stdout;
    assert!(!table.contains("varied"), "{table}");
}
