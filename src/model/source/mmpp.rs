//! Arrivals of a Poisson process whose rate depends on a state.
//!
//! # Model
//! Two states follow each other and last exponential times; in each, arrivals are Poisson. The
//! process starts in its stationary state. What is drawn for an arrival is an exponential amount of
//! work, which the rate of each state gets done: so states and amounts have streams of their own,
//! and at twice the rate the states are the same.

use rand::RngExt;

use super::{exponential, rounded};
use crate::engine::random::{Stream, StreamName};
use crate::model::law;
use crate::scenario::MmppState;
use crate::units::{PS_PER_S, PacketRate, SimDuration, SimTime};

/// A Markov-modulated Poisson process with two states.
#[derive(Debug)]
pub(super) struct Mmpp {
    states: [State; 2],
    /// The state in force.
    state: usize,
    /// End of what has been consumed so far.
    now: SimTime,
    /// What is left of the state's duration.
    left: SimDuration,
    arrivals: Stream,
    durations: Stream,
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// Arrivals per picosecond.
    rate: f64,
    mean_ps: f64,
}

impl Mmpp {
    /// A process with this mean rate, of the task whose streams have the name `task`.
    pub fn new(states: &[MmppState; 2], rate: PacketRate, task: StreamName<'_>) -> Self {
        let stream = |purpose| StreamName { purpose, ..task }.stream();
        let rates = MmppState::rates(states, rate);
        let states = [0, 1].map(|number: usize| State {
            rate: rates[number] / PS_PER_S as f64,
            mean_ps: states[number].duration.as_ps() as f64,
        });
        let mut durations = stream("states");
        let share = states[0].mean_ps / (states[0].mean_ps + states[1].mean_ps);
        let state = usize::from(durations.random::<f64>() >= share);
        Mmpp {
            // Exponential times have no memory: what is left is as long as a whole one.
            left: exponential(states[state].mean_ps, &mut durations),
            states,
            state,
            now: SimTime::ZERO,
            arrivals: stream("arrivals"),
            durations,
        }
    }

    /// When the next packet arrives.
    // Out of line: the loops over the laws of most packets stay small.
    #[inline(never)]
    pub fn next_arrival(&mut self) -> SimTime {
        let mut work = law::exponential(&mut self.arrivals);
        loop {
            let rate = self.states[self.state].rate;
            if rate > 0.0 {
                let gap = SimDuration::from_ps(rounded(work / rate));
                if gap <= self.left {
                    self.now = self.now.saturating_add(gap);
                    self.left = self.left.saturating_sub(gap);
                    return self.now;
                }
                work = (work - rate * self.left.as_ps() as f64).max(0.0);
            }
            self.now = self.now.saturating_add(self.left);
            self.state = 1 - self.state;
            self.left = exponential(self.states[self.state].mean_ps, &mut self.durations);
        }
    }
}
