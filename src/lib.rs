//! What do co-located container tasks do to each other's network, and what changes when each task
//! gets an ENI of its own?
//!
//! `enibench` is a discrete-event simulator. Packets of the tasks on one container instance leave
//! either through the instance's one shared primary ENI (Amazon ECS `bridge` mode) or through one
//! ENI per task (`awsvpc`). This crate is the library behind the command of the same name.
//!
//! # In three acts
//!
//! **Describe.** [`experiment`] turns a TOML file into [`scenario`]s, one per sweep point, or into
//! all reasons why not, each with its place. A scenario can also be built by hand: it is plain
//! data. [`ecs`] knows 1,388 instance types.
//!
//! **Simulate.** A [`trial::Trial`] is a scenario, a seed and the number of a replication. Running
//! it lets the packets of [`model`] cross the instance, span by span, in the order that [`engine`]
//! gives them, and makes [`measure::Measurements`]. [`runner`] runs many trials in parallel.
//!
//! **Read.** [`results`] lets trials land on disk and makes tables, histograms and a manifest from
//! them; [`plot`] draws from those files alone; [`stats`] has the intervals, and [`compare`] says
//! whether two results differ. [`flow_logs`] tells what VPC Flow Logs would have told. [`theory`]
//! has closed forms, and [`validate`] holds the simulator against them; [`verify`] holds results
//! against what their experiment gives when it is run again.
//!
//! ```
//! use enibench::experiment::Experiment;
//! use enibench::trial::Trial;
//!
//! let file = r#"
//!     question = "What does a neighbour of 700 Mbit/s do to my p99?"
//!     measure = "200 ms"
//!
//!     [instance]
//!     egress = "1 Gbit/s"
//!
//!     [network]
//!     mode = "bridge"
//!     propagation = "0 s"
//!
//!     [[task]]
//!     name = "mine"
//!     traffic = { arrivals = "poisson", rate = "100 Mbit/s", packet-size = "1250 B" }
//!
//!     [[task]]
//!     name = "neighbour"
//!     traffic = { arrivals = "poisson", rate = "700 Mbit/s", packet-size = "1250 B" }
//!
//!     [sweep]
//!     "network.mode" = ["bridge", "awsvpc"]
//! "#;
//! let experiment = Experiment::parse("neighbour.toml", file)?;
//! let mut p99_ns = Vec::new();
//! for point in experiment.points {
//!     let trial = Trial { scenario: point.scenario, seed: experiment.seed, replication: 0 };
//!     let measurements = trial.run()?;
//!     p99_ns.push(measurements.tasks[0].sojourn.p99_ns.expect("packets were delivered"));
//! }
//! let [bridge, awsvpc] = p99_ns[..] else { panic!("two sweep points") };
//! assert!(awsvpc < bridge, "with an ENI of its own, round robin protects the task");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What holds
//! - The same experiment, seed and version give the same bytes, on one thread or many, interrupted
//!   or not (on one target: the last bit of a logarithm may differ between platforms).
//! - Every mode and sweep point meets the same packets, so differences between them are paired.
//! - Where packets only leave, trials go through spans of time, elsewhere through an event loop
//!   that checks Little's law and the sum of the stages to the picosecond; on scenarios that both
//!   can simulate they give the same bytes.
//! - After every trial, no packet is lost or made up; otherwise the trial fails.
//! - Memory grows with tasks and queues, never with the number of packets.
//!
//! # What it is not
//! A model of transports: arrivals are open loop. [`model`] lists what else is left out, each
//! station says so for itself, and [`design`] has the reasons.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cli;
pub mod compare;
pub mod design;
pub mod ecs;
pub mod engine;
pub mod estimate;
pub mod experiment;
pub mod flow_logs;
pub mod measure;
pub mod metric;
pub mod model;
pub mod plot;
pub mod prediction;
pub mod results;
pub mod runner;
pub mod scenario;
pub mod sizing;
pub mod stats;
pub mod theory;
pub mod trial;
pub mod units;
pub mod validate;
pub mod verify;
pub mod warning;

#[cfg(test)]
mod validation;

/// Version of the model: rises with every change that moves a number for the same experiment and
/// seed. Results of different model versions are not comparable.
pub const MODEL_VERSION: u32 = 3;

/// Source revision this was built from: a commit hash, with `+` behind it if the sources were
/// changed since; `unknown` outside of a checkout.
pub const REVISION: &str = env!("ENIBENCH_REVISION");

/// Version and revision, as `--version` prints them.
pub const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("ENIBENCH_REVISION"),
    ")"
);
