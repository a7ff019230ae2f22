//! Reference results of queueing theory, computed without the simulator.
//!
//! Unless a function says otherwise, the unit of time is one mean service time, so that the
//! arrival rate is the offered load ρ; a *wait* excludes the packet's own service and a *sojourn*
//! includes it. The unit tests hold every function against digits that were computed elsewhere,
//! at 160 to 500 digits or by a second method, so a closed form and the simulator cannot share a
//! mistake.

pub mod gim1;
pub mod kingman;
pub mod md1;
pub mod md1k;
pub mod md1k_wait;
pub mod mg1;
pub mod mm1;
pub mod mm1k;
pub mod mmc;
pub mod mmpp2_m1;
pub mod ndd1;
mod numeric;
pub mod pooling;
pub mod priority;
pub mod run_length;
pub mod tandem;
#[cfg(test)]
mod testing;
pub mod token_bucket;
