//! The slow twin: one calendar, one event at a time, every packet an object.
//!
//! This is the model as one would first write it, and as easy to check by reading. The product
//! works through the same model without a calendar; [`equality`] holds it to the same bytes.

mod arbiter;
mod backlog;
mod calendar;
mod eni;
mod equality;
mod event_loop;
mod host_stack;
mod instance;
mod packet;
mod port;
mod recorder;
mod shaper;
mod stage_times;
mod throughput;
