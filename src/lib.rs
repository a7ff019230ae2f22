//! Discrete-event simulation of network contention among co-located container tasks.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod plot;
pub mod results;
pub mod scenario;
pub mod units;
