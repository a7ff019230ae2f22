//! The warm-up that pilot runs find: one for all points of an experiment.
//!
//! # How it is found
//! Pilots start empty and record from the start, over the length of `measure`; the means of the
//! sojourn times of the packets that arrived in each of up to 500 equal intervals, over five pilots
//! together, are a series, and MSER-5 says where its start ends. Where that is at the middle of the
//! series, pilots run again for twice as long, up to [`WARM_UP_AUTO_MAX`] times `measure`.
//!
//! All points keep meeting the same packets only if they have the same warm-up, so it is the longest
//! of all points, rounded up to 1, 2 or 5 of a unit. Pilots have random streams of their own: their
//! replications are numbered from [`PILOT`] on, which no measured one reaches. Otherwise the cut would
//! be chosen by the packets that are then measured.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::atomic::{self, FileError};
use super::directory::ResultDirectory;
use super::table;
use crate::experiment::Experiment;
use crate::measure::{Measurements, PartSums};
use crate::runner::{self, Plan};
use crate::scenario::{Scenario, WARM_UP_AUTO_MAX, Window};
use crate::stats::mser;
use crate::trial::{Trial, TrialError};
use crate::units::SimDuration;

/// Number of the first pilot among replications.
pub const PILOT: u32 = 1 << 31;

/// Pilots of a scenario.
const PILOTS: u32 = 5;

/// Most intervals of a series.
const INTERVALS_MAX: u32 = 500;

/// Fewest: so many that MSER-5 has something to choose from.
const INTERVALS_MIN: u32 = 50;

/// Packets of all pilots that an interval should hold on average.
const PACKETS_PER_INTERVAL: f64 = 50.0;

/// Name of the file that keeps what was found while a run is under way.
const KEPT: &str = "warm-up.json";

/// The warm-up of an experiment and what it was chosen from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The warm-up of every point \[ps\].
    pub warm_up_ps: u64,
    /// The least that it had to be \[ps\].
    pub floor_ps: u64,
    /// What the pilots of each distinct scenario said.
    pub pilots: Vec<Pilot>,
}

/// What the pilots of a scenario said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pilot {
    /// Simulated time of each of them \[ps\].
    pub length_ps: u64,
    /// Mean sojourn time of the packets that arrived in each of the equal intervals of the pilots
    /// \[ns\], of all pilots and tasks together; an interval in which nothing was delivered repeats the
    /// one before.
    pub mean_ns: Vec<f64>,
    /// Intervals at the start that are to be left out.
    pub left_out: usize,
    /// Whether latency had not settled at the end of the longest pilots.
    pub drifts: bool,
}

impl Found {
    /// The warm-up of every point.
    pub fn warm_up(&self) -> SimDuration {
        SimDuration::from_ps(self.warm_up_ps)
    }

    /// What is doubtful about it.
    pub fn doubt(&self) -> Option<String> {
        let drifting = self.pilots.iter().filter(|pilot| pilot.drifts).count();
        (drifting > 0).then(|| {
            format!(
                "at {drifting} of {} distinct points latency had not settled within pilots of \
                 {WARM_UP_AUTO_MAX} times `measure`, so the warm-up of {} may be too short: lengthen \
                 `measure`, or write a duration",
                self.pilots.len(),
                self.warm_up()
            )
        })
    }
}

/// Why no warm-up was found.
#[derive(Debug, thiserror::Error)]
pub enum WarmUpError {
    /// What was found cannot be kept, or not read back.
    #[error(transparent)]
    File(#[from] FileError),
    /// A pilot failed.
    #[error("a pilot run failed, so there is no warm-up: {0}; write a duration as `warm-up`")]
    Pilot(#[from] TrialError),
    /// The system does not give as many threads as were asked for.
    #[error(transparent)]
    Threads(#[from] runner::ThreadsError),
}

/// The warm-up of `experiment`, which is at least `floor`: as kept in `directory` by an earlier run,
/// or by pilots on `threads` threads, and then kept.
///
/// # Errors
/// If a pilot fails or the system refuses.
pub fn find(
    directory: &ResultDirectory,
    experiment: &Experiment,
    floor: SimDuration,
    threads: usize,
) -> Result<Found, WarmUpError> {
    let path = directory.path().join(".partial").join(KEPT);
    let kept = std::fs::read(&path).ok();
    // What a crash may have left of the file is found again.
    if let Some(found) = kept.and_then(|json| serde_json::from_slice(&json).ok()) {
        return Ok(found);
    }
    let plan = Plan::new(experiment);
    let seed = experiment.seed;
    let pilots = runner::within(threads, || {
        runner::map(&plan.scenarios, |scenario| pilot(scenario, seed))
    })?;
    let pilots: Vec<Pilot> = pilots.into_iter().collect::<Result<_, _>>()?;
    let left_out = |pilot: &Pilot| {
        let intervals = pilot.mean_ns.len().max(1) as u128;
        (u128::from(pilot.length_ps) * pilot.left_out as u128 / intervals) as u64
    };
    let longest = pilots.iter().map(left_out).max().unwrap_or(0);
    let found = Found {
        warm_up_ps: rounded_up(longest.max(floor.as_ps())),
        floor_ps: floor.as_ps(),
        pilots,
    };
    let json = serde_json::to_vec(&found).expect("what was found is plain data with text keys");
    atomic::write(&path, &json)?;
    Ok(found)
}

/// The next 1, 2 or 5 times a power of ten.
fn rounded_up(ps: u64) -> u64 {
    if ps == 0 {
        return 0;
    }
    let unit = 10_u64.pow(ps.ilog10());
    let steps = [1, 2, 5, 10].map(|step| unit.saturating_mul(step));
    steps.into_iter().find(|step| *step >= ps).unwrap_or(ps)
}

/// Runs the pilots of a scenario, longer ones as long as they have not settled.
fn pilot(scenario: &Scenario, seed: u64) -> Result<Pilot, TrialError> {
    let mut times = 1;
    loop {
        let measure = SimDuration::from_ps(scenario.window.measure.as_ps() * u64::from(times));
        let mut longer = scenario.clone();
        longer.window = Window {
            warm_up: SimDuration::ZERO,
            measure,
        };
        let intervals = intervals(&longer);
        let longer = Arc::new(longer);
        let outcomes = (0..PILOTS).map(|number| {
            let trial = Trial {
                scenario: Arc::clone(&longer),
                seed,
                replication: PILOT + number,
            };
            trial.run_in_parts(intervals)
        });
        let outcomes: Vec<Measurements> = outcomes.collect::<Result<_, _>>()?;
        let mean_ns = series(&outcomes, intervals as usize);
        let cut = mser::mser5(&mean_ns);
        let drifts = cut.is_some_and(|cut| cut.at_the_limit);
        if !drifts || times >= WARM_UP_AUTO_MAX {
            return Ok(Pilot {
                length_ps: measure.as_ps(),
                left_out: cut.map_or(0, |cut| cut.values),
                mean_ns,
                drifts,
            });
        }
        times *= 2;
    }
}

/// Number of intervals of the series of a pilot: a multiple of [`mser::BATCH`].
fn intervals(scenario: &Scenario) -> u32 {
    let seconds = scenario.window.measure.as_s_lossy();
    let packets = scenario.offered_packets_per_s() * seconds * f64::from(PILOTS);
    let wanted = (packets / PACKETS_PER_INTERVAL) as u32;
    wanted.clamp(INTERVALS_MIN, INTERVALS_MAX) / mser::BATCH as u32 * mser::BATCH as u32
}

/// Means over `pilots` together; empty if they delivered nothing.
fn series(pilots: &[Measurements], intervals: usize) -> Vec<f64> {
    let mut sums = vec![PartSums::default(); intervals];
    for group in pilots.iter().flat_map(|pilot| &pilot.groups) {
        for (sum, part) in sums.iter_mut().zip(&group.parts) {
            sum.merge(*part);
        }
    }
    let first = sums.iter().find_map(|sum| sum.mean_ns());
    let Some(mut before) = first else {
        return Vec::new();
    };
    let means = sums.into_iter().map(|sum| {
        before = sum.mean_ns().unwrap_or(before);
        before
    });
    means.collect()
}

/// Writes `warm-up.csv`: for each point of `experiment` the means of the pilots' series that the
/// rule saw, and which of them are before the warm-up's end.
///
/// # Errors
/// If it cannot be written.
pub fn write(
    directory: &Path,
    experiment: &Experiment,
    plan: &Plan,
    found: &Found,
) -> Result<(), FileError> {
    let mut table = table::warm_up(directory, &experiment.sweep_keys)?;
    for (point, number) in experiment.points.iter().zip(&plan.scenario_of_point) {
        let pilot = &found.pilots[*number];
        let batches = pilot.mean_ns.chunks_exact(mser::BATCH).enumerate();
        let intervals = pilot.mean_ns.len().max(1) as u128;
        let at_ns = |interval: usize| {
            let ps = u128::from(pilot.length_ps) * interval as u128 / intervals;
            ps as f64 / 1e3
        };
        for (batch, values) in batches {
            let (start, end) = (batch * mser::BATCH, (batch + 1) * mser::BATCH);
            let mean_ns = values.iter().sum::<f64>() / mser::BATCH as f64;
            let left_out = start < pilot.left_out;
            let times_ns = (at_ns(start), at_ns(end));
            table::add_pilot(&mut table, &point.values, times_ns, mean_ns, left_out)?;
        }
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_ups_are_round() {
        for (ps, rounded) in [
            (0, 0),
            (1, 1),
            (3, 5),
            (5, 5),
            (51, 100),
            (1_000_001, 2_000_000),
        ] {
            assert_eq!(rounded_up(ps), rounded);
        }
    }

    fn found(file: &str) -> (Experiment, Vec<Pilot>) {
        let experiment = Experiment::parse("x.toml", file).unwrap_or_else(|e| panic!("{e}"));
        let plan = Plan::new(&experiment);
        let pilots = plan
            .scenarios
            .iter()
            .map(|s| pilot(s, experiment.seed).unwrap());
        let pilots = pilots.collect();
        (experiment, pilots)
    }

    const QUEUE: &str = r#"
        question = "How long until it is full?"
        measure = "40 ms"
        warm-up = "auto"
        [instance]
        egress = "1 Gbit/s"
        host-stack = "none"
        [network]
        mode = "bridge"
        eni-queue = { capacity = "500 packets", discipline = "fifo" }
        propagation = "0 s"
        [[task]]
        name = "a"
        traffic = { arrivals = "poisson", rate = "1250 Mbit/s", packet-size = "1250 B" }
    "#;

    /// Oracle: by hand. At a load of 1.25, 100,000 packets/s leave and 25,000 more arrive, so a queue
    /// of 500 packets is full after 20 ms: half of the first pilots, which are therefore extended, and
    /// latency is flat from there on. In these 20 ms the arrivals of a pilot have a standard deviation
    /// of 50 packets, 2 ms of the surplus; the cut waits for the last of five pilots.
    #[test]
    fn an_overloaded_queue_has_settled_when_it_is_full() {
        let (_, pilots) = found(QUEUE);
        let pilot = &pilots[0];
        assert!(!pilot.drifts);
        let left_out_s =
            pilot.length_ps as f64 / 1e12 * pilot.left_out as f64 / pilot.mean_ns.len() as f64;
        assert!((0.018..0.028).contains(&left_out_s), "{left_out_s}");
        assert_eq!(pilot.length_ps, 80_000_000_000);
    }

    /// A queue that fills for as long as the longest pilots run never settles.
    #[test]
    fn what_never_settles_is_told() {
        let (experiment, pilots) = found(&QUEUE.replace("500 packets", "50000 packets"));
        assert!(pilots[0].drifts);
        assert_eq!(pilots[0].length_ps, 8 * 40_000_000_000);
        let found = Found {
            warm_up_ps: 200_000_000_000,
            floor_ps: 0,
            pilots,
        };
        let doubt = found.doubt().unwrap();
        let told = "at 1 of 1 distinct points latency had not settled within pilots of 8 times \
                    `measure`, so the warm-up of 200 ms may be too short";
        assert!(doubt.starts_with(told), "{doubt}");
        let longer = experiment.with_warm_up(found.warm_up());
        let window = longer.points[0].scenario.window;
        assert_eq!(window.warm_up, SimDuration::from_ms(200));
    }

    /// The packets of pilots are not those that are measured.
    #[test]
    fn pilots_have_streams_of_their_own() {
        let experiment = Experiment::parse("x.toml", QUEUE).unwrap();
        let trial = |replication| Trial {
            scenario: Arc::clone(&experiment.points[0].scenario),
            seed: experiment.seed,
            replication,
        };
        let mean = |replication| trial(replication).run().unwrap().groups[0].sojourn_sum_ps;
        assert_ne!(mean(0), mean(PILOT));
    }
}
