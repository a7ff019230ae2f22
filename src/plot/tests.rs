//! Whole plots: from files to files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use super::testing::{self, QUESTION};
use super::*;

/// Two replications of the task group `a`, values around `centre`.
fn write_log(dir: &Path, point: usize, kind: &str, centre: u64) {
    fs::create_dir_all(dir.join("histograms")).unwrap();
    let path = dir.join(format!("histograms/point-{point:04}.{kind}.hlog"));
    let mut file = fs::File::create(path).unwrap();
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new()
        .begin_log_with(&mut file, &mut serializer)
        .unwrap();
    for replication in 0..2 {
        let mut histogram = Histogram::<u64>::new(3).unwrap();
        for i in 0..2000 {
            histogram.record(centre + i * i + replication * 50).unwrap();
        }
        let second = Duration::from_secs(1);
        log.write_histogram(&histogram, second, second, Tag::new("a"))
            .unwrap();
    }
}

fn sweep(dir: &Path) {
    testing::write(
        dir,
        &[
            ("network.mode", &["bridge", "awsvpc"]),
            ("task.a.traffic.rate", &["1 Mbit/s", "2 Mbit/s", "3 Mbit/s"]),
        ],
    );
    let mut effects = String::from(
        "task.a.traffic.rate,other_mode,other_arbitration,task_group,metric,ratio,ratio_low,\
         ratio_high,variance_reduction\n",
    );
    for rate in 1..=3 {
        effects += &format!("{rate} Mbit/s,awsvpc,,a,sojourn_p99_ns,0.{rate},0.05,1.2,2\n");
    }
    fs::write(dir.join("effects.csv"), effects).unwrap();
}

fn names(paths: &[PathBuf]) -> Vec<String> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(name).collect()
}

#[test]
fn all_plots_are_drawn_with_question_and_axes() {
    let dir = tempfile::tempdir().unwrap();
    sweep(dir.path());
    for point in 0..6 {
        write_log(dir.path(), point, "latency", 100_000 * (point as u64 + 1));
        write_log(dir.path(), point, "throughput", 1_000_000);
    }
    let drawn = draw_all(dir.path(), false).unwrap();
    assert_eq!(drawn.skipped, []);
    assert_eq!(
        names(&drawn.files),
        [
            "1-knee.svg",
            "2-percentiles.svg",
            "3-ccdf.svg",
            "4-throughput.svg",
            "5-stages.svg",
            "6-fairness.svg",
            "7-mode-effect.svg",
        ]
    );
    for file in &drawn.files {
        let text = fs::read_to_string(file).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let words: Vec<&str> = document
            .descendants()
            .filter(|node| node.has_tag_name("text"))
            .filter_map(|node| node.text())
            .map(str::trim)
            .collect();
        let drawn_question = words.iter().any(|word| word.contains(QUESTION));
        assert!(drawn_question, "{}", file.display());
        assert!(words.iter().any(|word| word.contains("2 replications")));
        for mode in ["bridge", "awsvpc"] {
            assert!(words.iter().any(|word| word.contains(mode)));
        }
    }
}

#[test]
fn varied_keys_have_a_plot_of_their_own_and_no_other_plot_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    testing::write_varied(dir.path());
    let drawn = draw_all(dir.path(), false).unwrap();
    let expected = [
        "1-knee.svg",
        "5-stages.svg",
        "6-fairness.svg",
        "9-sensitivity.svg",
    ];
    assert_eq!(names(&drawn.files), expected);
    let words = |file: usize| -> Vec<String> {
        let text = fs::read_to_string(&drawn.files[file]).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let texts = document.descendants().filter_map(|node| node.text());
        texts.map(|text| text.trim().to_owned()).collect()
    };
    let sensitivity = words(3);
    for word in ["base", "b: 1 ms →", "3 ms", "no effect"] {
        assert!(
            sensitivity.iter().any(|w| w == word),
            "{word}: {sensitivity:?}"
        );
    }
    let fairness = words(2);
    assert!(!fairness.iter().any(|w| w.contains("3 ms")));
    assert!(
        fairness
            .iter()
            .any(|w| w.contains("varied keys at their base"))
    );
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    sweep(dir.path());
    let bytes = || -> Vec<Vec<u8>> {
        let drawn = draw_all(dir.path(), false).unwrap();
        drawn
            .files
            .iter()
            .map(|file| fs::read(file).unwrap())
            .collect()
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn plots_without_input_are_skipped_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    sweep(dir.path());
    for file in ["tasks.csv", "effects.csv"] {
        fs::remove_file(dir.path().join(file)).unwrap();
    }
    let drawn = draw_all(dir.path(), false).unwrap();
    assert_eq!(names(&drawn.files), ["1-knee.svg", "6-fairness.svg"]);
    let skipped: Vec<&str> = drawn
        .skipped
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        skipped,
        [
            "2-percentiles",
            "3-ccdf",
            "4-throughput",
            "5-stages",
            "7-mode-effect"
        ]
    );
    assert!(drawn.skipped[0].1.contains("histograms/"));
    assert!(drawn.skipped[3].1.contains("tasks.csv"));
}

#[test]
fn sweeps_of_every_shape_can_be_drawn() {
    let sweeps: [&[(&str, &[&str])]; 4] = [
        &[],
        &[("network.mode", &["bridge", "host", "none"])],
        &[(
            "instance.type",
            &["c5.large", "c5.xlarge", "m5.large", "t3.micro"],
        )],
        &[
            ("instance.type", &["a", "b", "c", "d"]),
            ("network.mode", &["bridge", "host"]),
            ("task.a.count", &["1", "2", "4"]),
            ("network.propagation", &["0 s", "1 ms"]),
        ],
    ];
    for sweep in sweeps {
        let dir = tempfile::tempdir().unwrap();
        testing::write(dir.path(), sweep);
        let drawn = draw_all(dir.path(), false).unwrap();
        assert_eq!(drawn.files.len(), 3, "{sweep:?}");
    }
}

#[test]
fn bitmaps_stand_beside_the_drawings_if_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    testing::write(dir.path(), &[("network.mode", &["bridge", "host"])]);
    fs::remove_file(dir.path().join("tasks.csv")).unwrap();
    let drawn = draw_all(dir.path(), true).unwrap();
    let expected = [
        "1-knee.svg",
        "1-knee.png",
        "6-fairness.svg",
        "6-fairness.png",
    ];
    assert_eq!(names(&drawn.files), expected);
    let left: usize = fs::read_dir(dir.path().join("plots")).unwrap().count();
    assert_eq!(left, expected.len(), "no temporary file is left");
}

#[test]
fn a_directory_without_results_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let error = draw_all(dir.path(), false).unwrap_err().to_string();
    assert!(error.contains("manifest.toml"), "{error}");
}

/// Texts of the file `name` among those drawn.
fn texts(drawn: &Drawn, name: &str) -> Vec<String> {
    let file = drawn.files.iter().find(|file| file.ends_with(name));
    let text = fs::read_to_string(file.unwrap_or_else(|| panic!("no {name}"))).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let texts = document.descendants().filter(|node| node.is_text());
    let texts = texts.filter_map(|node| node.text());
    texts.map(|text| text.trim().to_owned()).collect()
}

/// Theory of the first two points of [`sweep`], with quantiles of the first.
fn write_theory(dir: &Path) {
    let keys = "network.mode,task.a.traffic.rate,task_group";
    let rows = ["1", "2"].map(|rate| format!("\nbridge,{rate} Mbit/s,a,M/D/1,9e4,95000"));
    let header = format!("{keys},model,sojourn_p50_ns,sojourn_p99_ns");
    fs::write(dir.join("theory.csv"), header + &rows.concat()).unwrap();
    let quantiles = [("1", "90000"), ("0.1", "2e6"), ("0.0001", "7e6")];
    let rows = quantiles.map(|(beyond, ns)| format!("\nbridge,1 Mbit/s,a,{beyond},{ns}"));
    let header = format!("{keys},beyond,sojourn_ns");
    let path = dir.join("histograms/theory-quantiles.csv");
    fs::write(path, header + &rows.concat()).unwrap();
}

#[test]
fn theory_is_drawn_where_it_says_something_and_named_once() {
    let dir = tempfile::tempdir().unwrap();
    sweep(dir.path());
    for point in 0..6 {
        write_log(dir.path(), point, "latency", 100_000);
    }
    let without = draw_all(dir.path(), false).unwrap();
    // Nothing else is drawn in ink: one of the strokes is the sample of the key.
    let strokes = |drawn: &Drawn, name: &str| {
        let file = drawn.files.iter().find(|file| file.ends_with(name));
        let svg = fs::read_to_string(file.unwrap()).unwrap();
        svg.matches("stroke=\"#222222\"").count()
    };
    let named = |drawn: &Drawn, name: &str| {
        let mut texts = texts(drawn, name);
        texts.retain(|text| text.starts_with("theory"));
        texts
    };
    let figures = [
        ("1-knee.svg", 3),
        ("2-percentiles.svg", 2),
        ("3-ccdf.svg", 2),
    ];
    for (name, _) in figures {
        assert_eq!(named(&without, name), [""; 0], "{name}");
        assert_eq!(strokes(&without, name), 0, "{name}");
    }
    write_theory(dir.path());
    let with = draw_all(dir.path(), false).unwrap();
    for (name, expected) in figures {
        assert_eq!(named(&with, name), ["theory (M/D/1)"], "{name}");
        assert_eq!(strokes(&with, name), expected, "{name}");
    }
    assert_eq!(named(&with, "6-fairness.svg"), [""; 0]);
}

#[test]
fn theory_of_modes_alone_is_a_tick_among_the_dots() {
    let dir = tempfile::tempdir().unwrap();
    testing::write(dir.path(), &[("network.mode", &["bridge", "awsvpc"])]);
    fs::write(
        dir.path().join("theory.csv"),
        "network.mode,task_group,model,sojourn_p99_ns\nbridge,a,M/G/1,95000\n\
         awsvpc,a,M/D/1 and M/D/1/K,95000\n",
    )
    .unwrap();
    let drawn = draw_all(dir.path(), false).unwrap();
    let texts = texts(&drawn, "1-knee.svg");
    let label = "theory (M/G/1, M/D/1, M/D/1/K)";
    assert!(texts.iter().any(|text| text == label), "{texts:?}");
}

#[test]
fn results_over_time_are_drawn_with_the_states_of_tasks() {
    let dir = tempfile::tempdir().unwrap();
    testing::write(dir.path(), &[("network.mode", &["bridge", "awsvpc"])]);
    let mut series = "network.mode,task_group,start_ns,end_ns,sojourn_p99_ns".to_owned();
    let mut timeline =
        "network.mode,replication,task_group,task,revision,state,at_ns,reason".to_owned();
    for mode in ["bridge", "awsvpc"] {
        series += &format!("\n{mode},a,0,1e6,5e4\n{mode},a,1e6,2e6,\n{mode},a,2e6,3e6,7e4");
        timeline += &format!("\n{mode},0,a,0,1,RUNNING,0,\n{mode},0,a,0,1,STOPPED,1e6,");
        timeline += &format!("\n{mode},0,a,1,2,PENDING,5e5,\n{mode},0,a,1,2,RUNNING,15e5,");
    }
    fs::write(dir.path().join("series.csv"), series).unwrap();
    fs::write(dir.path().join("timeline.csv"), timeline).unwrap();
    let drawn = draw_all(dir.path(), false).unwrap();
    let last = drawn.files.last().unwrap();
    assert_eq!(names(std::slice::from_ref(last)), ["8-timeline.svg"]);
    let text = fs::read_to_string(last).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let nodes = document.descendants();
    let words: Vec<&str> = nodes
        .filter_map(|node| node.text())
        .map(str::trim)
        .collect();
    for word in [
        "a 0",
        "a 1 (new)",
        "PENDING",
        "RUNNING",
        "p99 of a",
        "awsvpc",
    ] {
        assert!(words.contains(&word), "{word}: {words:?}");
    }
}
