//! Black-box tests of the `enibench` binary: what a user types, and what comes back.
//!
//! Oracles are the contracts of files and commands, never the code: headers and names are quoted
//! here in full, so that a change of either is seen to be one.

mod claims;
mod experiments;
mod flow_logs;
mod histograms;
mod interruption;
mod life_cycle;
mod malformed;
mod place;
mod place_services;
mod run;
mod size;
mod support;
mod theory;
mod vary;
mod verbs;
