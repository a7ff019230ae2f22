//! Black-box tests of the `enibench` binary: what a user types, and what comes back.
//!
//! Oracles are the contracts of files and commands, never the code: headers and names are quoted
//! here in full, so that a change of either is seen to be one.

mod assert;
mod claims;
mod compare;
mod directories;
mod experiments;
mod flow_logs;
mod histograms;
mod interference;
mod interruption;
mod life_cycle;
mod malformed;
mod place;
mod place_services;
mod precision;
mod run;
mod size;
mod support;
mod theory;
mod validate;
mod vary;
mod verbs;
mod verify;
