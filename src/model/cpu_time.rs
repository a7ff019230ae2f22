//! Random CPU times of the host stack.
//!
//! Each sender has a stream for them, and each of its packets draws when it gets to the stack,
//! whether it is then dropped or not. So the n-th packet of a sender that gets there costs the same
//! in every mode and at every load.

use super::law::UnitSampler;
use crate::engine::random::{Stream, StreamName};
use crate::scenario::{Scenario, UnitLaw};
use crate::units::SimDuration;

/// CPU times of a law, drawn packet by packet.
#[derive(Debug)]
pub(super) struct CpuTimes {
    law: UnitSampler,
    mean_ps: f64,
    /// Per sender.
    streams: Vec<Stream>,
}

impl CpuTimes {
    /// Those of the host stack of `scenario`; `None` if there is none, or if each packet takes the
    /// same time.
    pub fn new(scenario: &Scenario, seed: u64, replication: u32) -> Option<Self> {
        let stack = scenario.network.host_stack?;
        if stack.law == UnitLaw::Deterministic {
            return None;
        }
        let streams = scenario.task_groups.iter().flat_map(|group| {
            (0..group.count).map(move |index| {
                let name = StreamName {
                    seed,
                    replication,
                    component: &group.name,
                    index,
                    purpose: "host-stack",
                };
                name.stream()
            })
        });
        Some(CpuTimes {
            law: UnitSampler::new(stack.law),
            mean_ps: stack.per_packet.as_ps() as f64,
            streams: streams.collect(),
        })
    }

    /// The CPU time of the next packet of `sender`: a picosecond or more, so that every packet takes
    /// some time.
    pub fn draw(&mut self, sender: u32) -> SimDuration {
        let time = self.law.draw(&mut self.streams[sender as usize]) * self.mean_ps;
        SimDuration::from_ps((time.round() as u64).max(1))
    }
}
