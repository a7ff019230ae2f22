//! What reads text or bytes from outside, each as a function of the bytes.
//!
//! A target fails by panicking. What a reader refuses it must refuse with a message that names the
//! file; what it accepts must be usable. The same targets are fed by the tests beside this file
//! and, guided by coverage, by `guided/`.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use enibench::ecs::documents::{RunAs, Service, TaskDefinition};
use enibench::ecs::placement::{Expression, Subnet};
use enibench::experiment::{Experiment, Overrides, apply_overrides, differing_keys};
use enibench::flow_logs::Format;
use enibench::measure::Histogram;
use enibench::results::read::{HistogramKind, ReadError, Results};
use enibench::runner::Plan;
use enibench::sizing::{Promise, TrafficFile};
use enibench::units::{parse_bytes, parse_data_rate, parse_duration, parse_packet_rate};
use enibench::{cli, estimate, plot};

/// Events up to which an accepted experiment is also simulated.
const EVENTS_MAX: f64 = 20_000.0;

/// Bytes beyond which an input says nothing new.
const LENGTH_MAX: usize = 1 << 16;

/// A reader under test.
pub struct Target {
    pub name: &'static str,
    /// Valid inputs.
    pub corpus: Corpus,
    feed: fn(&Scratch, &[u8]),
}

/// Where valid inputs come from.
#[derive(Clone, Copy)]
pub enum Corpus {
    /// All files of this name or, with a dot in front, this extension below these folders.
    Files(&'static [&'static str], &'static str),
    /// These lines, each an input.
    Lines(&'static str),
    /// The histograms of an interval log in the format that is not compressed.
    Histograms,
}

const EXPERIMENTS: Corpus = Corpus::Files(&["experiments/curated", "experiments/smoke"], ".toml");

/// Results with every kind of file: followed through time, with histograms.
pub const RESULTS: &str = "results/smoke/deployment";

pub const TARGETS: &[Target] = &[
    target("experiment", EXPERIMENTS, experiment),
    target(
        "overrides",
        Corpus::Lines(include_str!("overrides.txt")),
        overrides,
    ),
    target(
        "traffic",
        Corpus::Files(&["experiments/ecs"], ".toml"),
        traffic,
    ),
    target(
        "task-definition",
        Corpus::Files(&["experiments/ecs", "tests/data"], ".json"),
        document,
    ),
    target(
        "phrases",
        Corpus::Lines(include_str!("phrases.txt")),
        phrases,
    ),
    target(
        "manifest.toml",
        Corpus::Files(&["results"], "manifest.toml"),
        |s, b| s.table("manifest.toml", b),
    ),
    target(
        "summary.csv",
        Corpus::Files(&[RESULTS], "summary.csv"),
        |s, b| s.table("summary.csv", b),
    ),
    target(
        "tasks.csv",
        Corpus::Files(&[RESULTS], "tasks.csv"),
        |s, b| s.table("tasks.csv", b),
    ),
    target(
        "timeline.csv",
        Corpus::Files(&[RESULTS], "timeline.csv"),
        |s, b| s.table("timeline.csv", b),
    ),
    target(
        "series.csv",
        Corpus::Files(&[RESULTS], "series.csv"),
        |s, b| s.table("series.csv", b),
    ),
    target(
        "latency.hlog",
        Corpus::Files(&["results/smoke"], ".hlog"),
        |s, b| s.table(HLOG, b),
    ),
    target("histogram", Corpus::Histograms, histogram),
];

const HLOG: &str = "histograms/point-0000.latency.hlog";

const fn target(name: &'static str, corpus: Corpus, feed: fn(&Scratch, &[u8])) -> Target {
    Target { name, corpus, feed }
}

impl Target {
    /// Feeds one input.
    ///
    /// # Panics
    /// If the reader panics or does not keep what is asked of it.
    pub fn feed(&self, scratch: &Scratch, bytes: &[u8]) {
        if bytes.len() <= LENGTH_MAX {
            (self.feed)(scratch, bytes);
        }
    }

    /// The target of this name.
    pub fn named(name: &str) -> Option<&'static Target> {
        TARGETS.iter().find(|target| target.name == name)
    }
}

/// A result directory of which one file at a time is replaced.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A copy of [`RESULTS`] below `root`.
    pub fn new(root: &Path) -> Scratch {
        let scratch = tempfile::tempdir().expect("a temporary directory");
        copy(&root.join(RESULTS), scratch.path());
        Scratch(scratch)
    }

    fn table(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        let before = fs::read(&path).expect("the copy is complete");
        fs::write(&path, bytes).expect("the copy can be written");
        // To draw takes a hundred times as long as to read.
        read_results(self.0.path(), &path, bytes.len().is_multiple_of(8));
        fs::write(&path, before).expect("the copy can be written");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the directory can be made");
    for entry in fs::read_dir(from).expect("committed results can be read") {
        let path = entry.expect("an entry can be read").path();
        let to = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).expect("a file can be copied");
        }
    }
}

/// Reads everything in `dir`, of which `changed` is the file that was changed, shows what can be
/// read and, if `draws`, draws it.
fn read_results(dir: &Path, changed: &Path, draws: bool) {
    let named = |error: &ReadError| {
        let message = error.to_string();
        // A manifest names the sweep keys that the tables must have.
        let names = |path: &Path| message.contains(&path.display().to_string());
        let manifest_changed = changed.ends_with("manifest.toml");
        assert!(
            names(changed) || manifest_changed && names(dir),
            "{message}"
        );
    };
    let results = match Results::read(dir) {
        Ok(results) => results,
        Err(error) => return named(&error),
    };
    for point in 0..results.points.len().min(4) {
        for kind in [HistogramKind::Latency, HistogramKind::Throughput] {
            match results.histograms(point, kind) {
                Ok(groups) => {
                    for group in groups.into_iter().flatten() {
                        let sum: u64 = group.replications.iter().map(|h| h.len()).sum();
                        assert_eq!(group.merged().len(), sum);
                    }
                }
                Err(error) => named(&error),
            }
        }
    }
    if let Err(error) = results.over_time() {
        named(&error);
    }
    for flag in [None, Some("--json")] {
        let mut args = vec!["enibench".into(), "show".into(), dir.as_os_str().to_owned()];
        args.extend(flag.map(Into::into));
        let mut shown = Vec::new();
        cli::run(args, &mut shown);
        assert!(!shown.is_empty());
    }
    if draws && let Err(plot::PlotError::Read(error)) = plot::draw(&results, false) {
        named(&error);
    }
}

fn experiment(_: &Scratch, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let experiment = match Experiment::parse("fed.toml", text) {
        Ok(experiment) => experiment,
        Err(problems) => {
            let message = problems.to_string();
            assert!(message.contains("fed.toml"), "{message}");
            return;
        }
    };
    assert!(differing_keys(text, text).is_empty());
    for job in Plan::new(&experiment).jobs.iter().take(4) {
        let events = estimate::events(&job.trial.scenario);
        assert!(events >= 0.0, "{events} events");
        let (seconds, bytes) = (
            estimate::seconds(&job.trial.scenario),
            estimate::bytes(&job.trial.scenario),
        );
        if events < EVENTS_MAX && seconds < 0.1 && bytes < 1e7 {
            job.trial.run().expect("what was accepted can be simulated");
        }
    }
}

/// Lines are settings of the command line.
fn overrides(scratch: &Scratch, bytes: &[u8]) {
    const BASE: &str = include_str!("../../experiments/smoke/load.toml");
    let text = String::from_utf8_lossy(bytes);
    let set = |line: &str| {
        let (key, value) = line.split_once('=')?;
        Some((key.to_owned(), value.to_owned()))
    };
    let overrides = Overrides {
        set: text.lines().filter_map(set).take(8).collect(),
        quick: bytes.len().is_multiple_of(2),
        ..Overrides::default()
    };
    match apply_overrides("fed.toml", BASE, &overrides) {
        Ok(text) => experiment(scratch, text.as_bytes()),
        Err(problems) => assert!(problems.to_string().contains("--set"), "{problems}"),
    }
}

fn traffic(_: &Scratch, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = TrafficFile::parse("fed.toml", &text) {
        assert!(error.to_string().contains("fed.toml"), "{error}");
    }
}

/// JSON of ECS, as a task definition and as a service.
fn document(_: &Scratch, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match TaskDefinition::parse("fed.json", &text) {
        Err(errors) => assert!(errors.to_string().contains("fed.json"), "{errors}"),
        Ok(definition) => {
            for run_as in [RunAs::Bridge, RunAs::Host, RunAs::Awsvpc, RunAs::Fargate] {
                if let Err(errors) = definition.as_mode(run_as) {
                    assert!(errors.to_string().contains("fed.json"), "{errors}");
                }
            }
        }
    }
    Service::is_meant(&text);
    if let Err(errors) = Service::parse("fed.json", &text) {
        assert!(errors.to_string().contains("fed.json"), "{errors}");
    }
}

/// The small languages: promises, log formats, placement expressions, quantities.
fn phrases(_: &Scratch, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    if let Ok(promise) = Promise::from_str(text) {
        let again = Promise::from_str(&promise.to_string());
        assert_eq!(again.expect("a promise reads what it writes"), promise);
    }
    if let Ok(format) = Format::from_str(text) {
        let again = Format::from_str(&format.to_string());
        assert_eq!(again.expect("a format reads what it writes"), format);
    }
    let _ = Expression::parse(text);
    let _ = Subnet::from_str(text);
    // Every quantity writes itself so that it can be read again, exactly.
    if let Ok(duration) = parse_duration(text) {
        assert_eq!(parse_duration(&duration.to_string()), Ok(duration));
    }
    if let Ok(size) = parse_bytes(text) {
        assert_eq!(parse_bytes(&size.to_string()), Ok(size));
    }
    if let Ok(rate) = parse_data_rate(text) {
        assert_eq!(parse_data_rate(&rate.to_string()), Ok(rate));
    }
    let _ = parse_packet_rate(text);
}

/// Bytes of a histogram, compressed or not.
fn histogram(_: &Scratch, bytes: &[u8]) {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let Ok(histogram) = Histogram::from_base64(&text) else {
        return;
    };
    let count: u128 = histogram
        .buckets()
        .map(|(_, count)| u128::from(count))
        .sum();
    assert!(u128::from(histogram.count()) <= count);
    for q in [0.0, 0.5, 0.99, 1.0] {
        assert_eq!(histogram.quantile(q).is_some(), histogram.count() > 0);
    }
    let mut merged = Histogram::new();
    merged.merge(&histogram);
    let copy = Histogram::from_base64(&merged.to_base64()).expect("it reads what it writes");
    assert!(copy.buckets().eq(histogram.buckets()));
}
