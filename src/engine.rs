//! What a deterministic discrete-event simulation rests on: random streams by name, and the order
//! of events.
//!
//! It knows no packets and no network. Time exists only as an argument: no component can read a
//! clock.

mod calendar;
mod event_loop;
mod order;
pub mod random;

pub use calendar::{Calendar, Event, Priority};
pub use event_loop::{Model, run};
pub use order::EventOrder;
