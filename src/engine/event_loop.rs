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

#[cfg(test)]
mod tests {
    use super::super::calendar::Priority;
    use super::*;
    use std::cell::RefCell;

    /// Events at given instants, and from one of them on, nothing is of interest any more.
    struct Script {
        instants: Vec<u64>,
        over: u64,
        handled: Vec<u64>,
        asked: RefCell<Vec<u64>>,
    }

    struct Tick;

    impl Event for Tick {
        fn priority(&self) -> Priority {
            Priority::new(0, 0)
        }
    }

    impl Model for Script {
        type Event = Tick;

        fn start(&mut self, calendar: &mut Calendar<Tick>) {
            for instant in &self.instants {
                calendar.schedule(SimTime::from_ps(*instant), Tick);
            }
        }

        fn handle(&mut self, now: SimTime, _: Tick, _: &mut Calendar<Tick>) {
            self.handled.push(now.as_ps());
        }

        fn finished(&self, next: SimTime) -> bool {
            self.asked.borrow_mut().push(next.as_ps());
            next.as_ps() >= self.over
        }
    }

    /// Runs a script; returns the instants handled and those before which the model was asked
    /// whether it has finished.
    fn ran(instants: &[u64], over: u64, horizon: u64) -> (Vec<u64>, Vec<u64>) {
        let mut script = Script {
            instants: instants.to_vec(),
            over,
            handled: Vec::new(),
            asked: RefCell::default(),
        };
        let count = run(&mut script, SimTime::from_ps(horizon));
        assert_eq!(count, script.handled.len() as u64);
        (script.handled, script.asked.into_inner())
    }

    /// The contract of [`Model::finished`]: before every instant at which something happens, the
    /// first included, and never between two events of the same instant.
    #[test]
    fn a_model_is_asked_once_per_instant() {
        let (handled, asked) = ran(&[0, 0, 5, 5, 7], 100, 100);
        assert_eq!(handled, [0, 0, 5, 5, 7]);
        assert_eq!(asked, [0, 5, 7]);
        assert_eq!(ran(&[3, 4], 100, 100).1, [3, 4]);
    }

    #[test]
    fn a_run_ends_before_the_horizon_and_when_the_model_says_so() {
        assert_eq!(ran(&[1, 2, 2, 3, 4], 100, 3).0, [1, 2, 2]);
        assert_eq!(ran(&[1, 2, 2, 3, 4], 2, 100).0, [1]);
        assert!(ran(&[0, 1], 0, 100).0.is_empty());
    }
}
