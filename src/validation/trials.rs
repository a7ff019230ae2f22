//! Runs trials for the tests beside this file, and estimates with errors that the runs give.
//!
//! Deviations are printed in standard errors; `cargo test validation -- --nocapture` shows them.

use std::sync::{Arc, Mutex};

use crate::experiment::Experiment;
use crate::measure::{Histogram, Measurements, Stage, TaskMeasurements};
use crate::runner::{self, Plan};
use crate::scenario::Scenario;
use crate::units::SimDuration;

/// Replications that one replication of an experiment file is cut into by [`cut`]: some tens of
/// independent values make a standard error worth using.
pub const PARTS: u32 = 10;

/// Standard errors accepted, estimated from 20 or more replications: a false alarm in some 10,000
/// checks. Seeds are fixed, so a test that passes goes on passing.
const STANDARD_ERRORS: f64 = 4.5;

/// Reads an experiment file that is known to be right.
pub fn parse(text: &str) -> Experiment {
    Experiment::parse("test.toml", text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The same simulated time in [`PARTS`] times as many replications, each as much shorter.
pub fn cut(mut experiment: Experiment) -> Experiment {
    experiment.replications *= PARTS;
    for point in &mut experiment.points {
        let scenario = Arc::make_mut(&mut point.scenario);
        let measure = scenario.window.measure.as_ps() / u64::from(PARTS);
        scenario.window.measure = SimDuration::from_ps(measure);
    }
    experiment
}

/// All replications of all points of `experiment`; every distinct scenario is simulated once.
pub fn run(experiment: &Experiment) -> Vec<Point> {
    let plan = Plan::new(experiment);
    let outcomes = Mutex::new(vec![None; plan.jobs.len()]);
    runner::for_each(&plan.jobs, runner::default_threads(), |job| {
        let place = job.scenario * experiment.replications as usize;
        let outcome = job.trial.run().unwrap_or_else(|error| panic!("{error}"));
        outcomes.lock().unwrap()[place + job.trial.replication as usize] = Some(outcome);
    })
    .unwrap();
    let outcomes = outcomes.into_inner().unwrap();
    let outcomes: Vec<Measurements> = outcomes.into_iter().flatten().collect();
    let points = experiment.points.iter().zip(&plan.scenario_of_point);
    let point = |(point, scenario): (&crate::experiment::Point, &usize)| {
        let first = scenario * experiment.replications as usize;
        let last = first + experiment.replications as usize;
        Point {
            values: point.values.clone(),
            scenario: Arc::clone(&point.scenario),
            replications: outcomes[first..last].to_vec(),
        }
    };
    points.map(point).collect()
}

/// The only point of an experiment without a sweep.
pub fn run_one(experiment: &Experiment) -> Point {
    let mut points = run(experiment);
    assert_eq!(points.len(), 1);
    points.remove(0)
}

/// A sweep point with what its replications measured.
pub struct Point {
    pub values: Vec<String>,
    pub scenario: Arc<Scenario>,
    pub replications: Vec<Measurements>,
}

impl Point {
    /// A value per replication.
    pub fn estimate(&self, value: impl Fn(&Measurements) -> f64) -> Estimate {
        Estimate::new(self.replications.iter().map(value))
    }

    /// Simulated time in the windows of all replications [s].
    pub fn simulated_s(&self) -> f64 {
        self.scenario.window.measure.as_s_lossy() * self.replications.len() as f64
    }

    /// Exact mean sojourn of all packets [µs].
    pub fn mean_sojourn_us(&self) -> f64 {
        let groups = || self.replications.iter().flat_map(|m| &m.groups);
        let sum: u128 = groups().map(|group| group.sojourn_sum_ps).sum();
        let count: u64 = groups().map(|g| g.sojourn_histogram.count()).sum();
        sum as f64 / count as f64 / 1e6
    }

    /// Sojourn times of all packets [ns].
    pub fn sojourns(&self) -> Histogram {
        let mut merged = Histogram::new();
        for measurements in &self.replications {
            merged.merge(&sojourns(measurements));
        }
        merged
    }

    /// Quantile `p` of the merged sojourns [µs].
    pub fn sojourn_quantile_us(&self, p: f64) -> f64 {
        self.sojourns().quantile(p).unwrap() / 1e3
    }

    /// The fraction of packets beyond `us`, per replication.
    pub fn beyond_us(&self, us: f64) -> Estimate {
        self.estimate(|m| fraction_beyond(&sojourns(m), us * 1e3))
    }

    /// Mean time in `stage` of the packets of the selected tasks [µs].
    pub fn stage_us(&self, stage: Stage, of: impl Fn(&TaskMeasurements) -> bool) -> Estimate {
        self.estimate(|measurements| {
            let tasks = measurements.tasks.iter().filter(|task| of(task));
            let (sum, count) = tasks.fold((0.0, 0.0), |(sum, count), task| {
                let packets = task.delivered_packets as f64;
                let mean = task
                    .stage_mean_ns
                    .map_or(0.0, |means| means[stage as usize]);
                (sum + mean * packets, count + packets)
            });
            sum / count / 1e3
        })
    }

    /// Lost fraction of all packets.
    pub fn loss(&self) -> Estimate {
        self.estimate(|m| total(m, TaskMeasurements::dropped_packets) / offered(m))
    }
}

/// Sum of `of` over all tasks.
pub fn total(measurements: &Measurements, of: impl Fn(&TaskMeasurements) -> u64) -> f64 {
    measurements.tasks.iter().map(of).sum::<u64>() as f64
}

/// Packets that all tasks sent.
pub fn offered(measurements: &Measurements) -> f64 {
    total(measurements, |task| task.offered_packets)
}

fn sojourns(measurements: &Measurements) -> Histogram {
    let mut merged = Histogram::new();
    measurements
        .groups
        .iter()
        .for_each(|g| merged.merge(&g.sojourn_histogram));
    merged
}

/// The fraction of the recorded values above `limit`. The bucket in which it lies is taken to be
/// filled evenly; values were rounded to whole numbers.
pub fn fraction_beyond(histogram: &Histogram, limit: f64) -> f64 {
    let hdr = histogram.to_hdr();
    let beyond = hdr.iter_recorded().map(|bucket| {
        let low = hdr.lowest_equivalent(bucket.value_iterated_to()) as f64 - 0.5;
        let high = hdr.highest_equivalent(bucket.value_iterated_to()) as f64 + 0.5;
        let share = ((high - limit) / (high - low)).clamp(0.0, 1.0);
        share * bucket.count_at_value() as f64
    });
    beyond.sum::<f64>() / histogram.count() as f64
}

/// A mean over independent replications, with its standard error.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub mean: f64,
    pub standard_error: f64,
}

impl Estimate {
    pub fn new(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Estimate {
            mean,
            standard_error: (squares / (n - 1.0) / n).sqrt(),
        }
    }

    /// Fails unless the mean is `expected` up to its statistical error.
    #[track_caller]
    pub fn assert_is(self, what: &str, expected: f64) {
        assert_within(
            what,
            self.mean,
            expected,
            STANDARD_ERRORS * self.standard_error,
        );
    }
}

/// Fails unless `actual` is within `tolerance`, which is 4.5 standard errors, of `expected`.
#[track_caller]
pub fn assert_within(what: &str, actual: f64, expected: f64, tolerance: f64) {
    let z = STANDARD_ERRORS * (actual - expected) / tolerance;
    println!("{what}: {actual:.6e}, expected {expected:.6e}, z = {z:.2}");
    assert!(
        (actual - expected).abs() <= tolerance,
        "{what}: {actual} is not within {tolerance} of {expected}"
    );
}

/// Fails unless `actual` is within a fraction `limit` of `expected`.
#[track_caller]
pub fn assert_relative(what: &str, actual: f64, expected: f64, limit: f64) {
    let error = actual / expected - 1.0;
    println!(
        "{what}: {actual:.6e}, expected {expected:.6e}, {:.3} %",
        100.0 * error
    );
    assert!(
        error.abs() <= limit,
        "{what}: {actual} is {error:.2e} off {expected}"
    );
}

/// By hand: values 0…8 and 100_000 (in a bucket of 64, 99 968 to 100 031).
#[test]
fn the_fraction_beyond_a_limit_interpolates_in_a_bucket() {
    let mut histogram = Histogram::new();
    (0..9).for_each(|value| histogram.record(value));
    histogram.record(100_000);
    assert_eq!(fraction_beyond(&histogram, 3.5), 0.6);
    assert_eq!(fraction_beyond(&histogram, 99_999.5), 0.05);
    assert_eq!(fraction_beyond(&histogram, 200_000.0), 0.0);
}
