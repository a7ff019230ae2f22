//! The groups, a file each.
//!
//! # Units
//! Links have 1 Gbit/s and packets 1250 B unless a file says otherwise, so a service lasts 10 µs.
//! Theory speaks in services, cases in µs.
//!
//! # Warm-up
//! A trial begins empty. What is recorded begins after at least ten relaxation times of
//! 2ρ(1 + c²)/(1 − ρ)² services, c² the squared coefficient of variation of the service: 400
//! services (4 ms) for M/D/1 at load 0.8, 7600 (76 ms) at 0.95. 100 ms are enough for nearly all
//! files; the others say why they have more.

mod file;
mod md1;

use super::case::Group;

/// All groups, in the order of their report.
pub const GROUPS: &[Group] = &[md1::GROUP];

/// Transmission of a packet \[µs\].
const SERVICE_US: f64 = 10.0;

/// Quantiles whose tails are compared, and their names.
const TAILS: [(f64, &str); 4] = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9")];
