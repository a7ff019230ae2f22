//! `manifest.toml`: where results come from. Written last, so its presence means completeness.

use std::fs;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::assemble::Assembled;
use super::warm_up::Found;
use crate::experiment::{Experiment, HalfWidth};
use crate::runner::Plan;
use crate::scenario::Egress;
use crate::units::SimDuration;

/// Version of the layout of a result directory.
pub const FORMAT_VERSION: u32 = 1;

/// Provenance of a result directory. Everything but `host` and `timing` is the same for the same
/// experiment, overrides and version of the tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ManifestFile {
    format_version: u32,
    warnings: Vec<String>,
    tool: Tool,
    experiment: About,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assertions: Option<Assertions>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    precision: Option<Reached>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    warm_up: Option<ByPilots>,
    host: Host,
    timing: Timing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Tool {
    name: String,
    version: String,
    revision: String,
    model_version: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct About {
    name: String,
    question: String,
    expectation: String,
    file: String,
    sha256: String,
    command: String,
    seed: u64,
    replications: u32,
    points: usize,
    trials: usize,
    failed_trials: usize,
    sweep_keys: Vec<String>,
    /// Those of the sweep keys that leave their base, the value of the first point, one at a time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    varied: Vec<String>,
    task_groups: Vec<String>,
    /// Where the mode is not swept.
    network_mode: String,
    /// Where the arbitration is not swept; empty if the mode has none.
    arbitration: String,
}

/// How many of the experiment's assertions hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertions {
    /// Those that hold at each of their points.
    pub hold: usize,
    /// Those that fail at one of them.
    pub fail: usize,
    /// The rest.
    pub unclear: usize,
}

/// The warm-up that pilots found; `warm-up.csv` has their series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ByPilots {
    found: String,
    floor: String,
    /// Longest pilot of each point.
    pilots: Vec<String>,
    settled: bool,
}

impl ByPilots {
    fn new(plan: &Plan, found: &Found) -> Self {
        let in_words = |ps| SimDuration::from_ps(ps).to_string();
        let of_point = |number: &usize| in_words(found.pilots[*number].length_ps);
        ByPilots {
            found: in_words(found.warm_up_ps),
            floor: in_words(found.floor_ps),
            pilots: plan.scenario_of_point.iter().map(of_point).collect(),
            settled: found.doubt().is_none(),
        }
    }
}

/// The precision that was asked for, and where it was not reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Reached {
    metric: Vec<String>,
    /// Empty: every task group.
    task: Vec<String>,
    /// As a part of the value, or in ns or bit/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    relative_half_width: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    half_width: Option<f64>,
    confidence: f64,
    max_replications: u32,
    /// Replications of each point; `precision.csv` has the half widths.
    replications: Vec<usize>,
    not_reached: Vec<String>,
}

impl Reached {
    /// If `experiment` asks for a precision.
    fn new(experiment: &Experiment, plan: &Plan, not_reached: Vec<String>) -> Option<Self> {
        let asked = experiment.precision.as_ref()?;
        let (relative, absolute) = match asked.half_width {
            HalfWidth::Relative(part) => (Some(part), None),
            HalfWidth::Absolute(half_width) => (None, Some(half_width)),
        };
        let points = plan.scenario_of_point.iter();
        Some(Reached {
            metric: asked.metrics.iter().map(|m| m.key().to_owned()).collect(),
            task: asked.tasks.clone(),
            relative_half_width: relative,
            half_width: absolute,
            confidence: asked.confidence,
            max_replications: asked.max_replications,
            replications: points.map(|number| plan.jobs_of(*number).len()).collect(),
            not_reached,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Host {
    os: String,
    arch: String,
    cpu: String,
    cores: usize,
}

/// When a run took place and how long it took. Trials that had landed before are not counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Timing {
    /// Seconds since 1970-01-01 UTC when the run began.
    pub started_unix_s: u64,
    /// From the first trial to the last file \[s\].
    pub wall_s: f64,
    /// Threads that ran trials.
    pub threads: usize,
    /// Trials that this run simulated.
    pub trials_run: usize,
    /// Events it handled.
    pub events: u64,
}

impl Timing {
    /// Begins now.
    pub fn start(threads: usize) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let started_unix_s = since.as_ref().map_or(0, Duration::as_secs);
        Timing {
            started_unix_s,
            wall_s: 0.0,
            threads,
            trials_run: 0,
            events: 0,
        }
    }
}

/// What a manifest says about the experiment file and how it was run.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// Name of the experiment: its path below `experiments/`, without `.toml`.
    pub name: String,
    /// Path of the experiment file as given.
    pub file: String,
    /// The file's bytes, before overrides.
    pub original: Vec<u8>,
    /// A command that makes the same results.
    pub command: String,
}

impl Provenance {
    /// Hash of the experiment file, in hexadecimal.
    fn sha256(&self) -> String {
        let hash = Sha256::digest(&self.original);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl ManifestFile {
    /// The manifest of a finished run.
    pub fn new(
        experiment: &Experiment,
        plan: &Plan,
        provenance: &Provenance,
        assembled: Assembled,
        warm_up: Option<&Found>,
        timing: Timing,
    ) -> Self {
        let doubts = experiment.warnings.iter().map(ToString::to_string);
        // The point with most groups names all of them, in file order: a group is left out of a
        // point where its count is zero.
        let fullest = plan.scenarios.iter().max_by_key(|s| s.task_groups.len());
        let groups = fullest
            .iter()
            .flat_map(|s| &s.task_groups)
            .map(|g| g.name.clone());
        let network = plan.scenarios.first().map(|scenario| &scenario.network);
        let arbitration = match network.map(|network| network.egress) {
            Some(Egress::PerTask { arbitration, .. }) => arbitration.name(),
            _ => "",
        };
        ManifestFile {
            format_version: FORMAT_VERSION,
            warnings: doubts.chain(assembled.warnings).collect(),
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                revision: crate::REVISION.to_owned(),
                model_version: crate::MODEL_VERSION,
            },
            experiment: About {
                name: provenance.name.clone(),
                question: experiment.question.clone(),
                expectation: experiment.expectation.clone(),
                file: provenance.file.clone(),
                sha256: provenance.sha256(),
                command: provenance.command.clone(),
                seed: experiment.seed,
                replications: experiment.replications,
                points: experiment.points.len(),
                trials: plan.rows(),
                failed_trials: assembled.failed_trials,
                sweep_keys: experiment.sweep_keys.clone(),
                varied: experiment.varied.clone(),
                task_groups: groups.collect(),
                network_mode: network.map_or(String::new(), |n| n.mode.name().to_owned()),
                arbitration: arbitration.to_owned(),
            },
            assertions: None,
            precision: Reached::new(experiment, plan, assembled.not_reached),
            warm_up: warm_up.map(|found| ByPilots::new(plan, found)),
            host: Host {
                os: std::env::consts::OS.to_owned(),
                arch: std::env::consts::ARCH.to_owned(),
                cpu: cpu_name().unwrap_or_else(|| "unknown".to_owned()),
                cores: crate::runner::default_threads(),
            },
            timing,
        }
    }

    /// Says how the assertions of the file that `provenance` tells of were judged.
    pub fn judged(&mut self, provenance: &Provenance, assertions: Option<Assertions>) {
        self.experiment.sha256 = provenance.sha256();
        self.assertions = assertions;
    }

    /// The file's text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a manifest is plain data with text keys")
    }
}

/// Name of the processor, where the system tells it.
fn cpu_name() -> Option<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_owned())
}
