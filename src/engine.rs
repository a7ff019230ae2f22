//! A deterministic discrete-event core: a clock, a calendar, random streams by name.
//!
//! It knows no packets and no network. A [`Model`] is a state plus one function that handles an
//! event; [`run`] takes the earliest event from the [`Calendar`], hands it to the model together
//! with the time it happens, and goes on until the model has finished or the horizon is reached.
//! Time exists only as an argument: no component can read a clock.
//!
//! # Order of events
//! The order is total and does not depend on the shape of a heap: earliest time first; at the same
//! time the lowest [`Priority`], a place that the model gives to each kind of event and each
//! component; at the same place the one scheduled first.

mod calendar;
pub mod random;

pub use calendar::{Calendar, Event, Priority};

use crate::units::SimTime;

/// A system that changes state only at events.
pub trait Model {
    /// What can happen.
    type Event: Event;

    /// Schedules the first events.
    fn start(&mut self, calendar: &mut Calendar<Self::Event>);

    /// Changes the state as `event` demands at `now` and schedules what follows from it.
    fn handle(&mut self, now: SimTime, event: Self::Event, calendar: &mut Calendar<Self::Event>);

    /// Whether nothing that happens from `next` on is of interest any more.
    fn finished(&self, next: SimTime) -> bool;
}

/// Runs `model` from its start until it has finished, but not to `horizon` or beyond, and returns
/// how many events were handled.
pub fn run<M: Model>(model: &mut M, horizon: SimTime) -> u64 {
    let mut calendar = Calendar::new();
    model.start(&mut calendar);
    let mut handled = 0;
    while let Some(next) = calendar.next_time() {
        if next >= horizon || model.finished(next) {
            break;
        }
        let Some((now, event)) = calendar.pop() else {
            break;
        };
        model.handle(now, event, &mut calendar);
        handled += 1;
    }
    handled
}
