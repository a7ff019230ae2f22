//! The event loop: takes the earliest event, hands it to the model, and goes on.

use super::calendar::{Calendar, Event};
use crate::units::SimTime;

/// A system that changes state only at events.
pub trait Model {
    /// What can happen.
    type Event: Event;

    /// Schedules the first events.
    fn start(&mut self, calendar: &mut Calendar<Self::Event>);

    /// Changes the state as `event` demands at `now` and schedules what follows from it.
    fn handle(&mut self, now: SimTime, event: Self::Event, calendar: &mut Calendar<Self::Event>);

    /// Whether nothing that happens from `next` on is of interest any more, where `next` is later
    /// than all that has happened.
    fn finished(&self, next: SimTime) -> bool;
}

/// Runs `model` from its start until it has finished, but not to `horizon` or beyond, and returns
/// how many events were handled.
pub fn run<M: Model>(model: &mut M, horizon: SimTime) -> u64 {
    let mut calendar = Calendar::new();
    model.start(&mut calendar);
    let mut handled = 0;
    let mut latest = SimTime::ZERO;
    while let Some(next) = calendar.next_time() {
        if next >= horizon || (next > latest || handled == 0) && model.finished(next) {
            break;
        }
        latest = next;
        let Some((now, event)) = calendar.pop() else {
            break;
        };
        model.handle(now, event, &mut calendar);
        handled += 1;
    }
    handled
}
