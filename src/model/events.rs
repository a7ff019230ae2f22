//! The model as an event loop: one calendar, one event at a time, every packet an object.
//!
//! This is the model as one would first write it, easy to check by reading, and it simulates
//! everything. Where nothing flows back, `instance` gives the same bytes span by span, many
//! times as fast; the tests hold the two together on random scenarios.

mod allowances;
mod arbiter;
mod connections;
mod delay;
mod discipline;
mod eni;
mod happening;
mod host_stack;
mod instance;
mod packet;
mod port;
mod sender;
mod shaper;
mod ways;
mod windows;
mod wiring;

pub(crate) use instance::Instance;
