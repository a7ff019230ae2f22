//! Which of the instances that could take a task gets it.
//!
//! # Source
//! Amazon ECS Developer Guide, task placement strategies. Several are applied in order: each keeps
//! the instances that are best by its measure, and the next one chooses among them. ECS does not
//! say how ties end; here the lowest number wins.

use std::fmt;
use std::str::FromStr;

use rand::RngExt;

use super::instance::ContainerInstance;
use crate::engine::random::Stream;

/// A task placement strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// `binpack:cpu`: the instance with the least CPU left.
    BinpackCpu,
    /// `binpack:memory`: the instance with the least memory left.
    BinpackMemory,
    /// `spread:instanceId`: the instance with the fewest tasks of the group.
    SpreadInstances,
    /// `spread:attribute:ecs.availability-zone`: the zone with the fewest tasks of the group.
    SpreadZones,
    /// `random`: any.
    Random,
}

impl Strategy {
    /// All strategies.
    pub const ALL: [Strategy; 5] = [
        Strategy::BinpackCpu,
        Strategy::BinpackMemory,
        Strategy::SpreadInstances,
        Strategy::SpreadZones,
        Strategy::Random,
    ];

    /// As written on the command line: the type, a colon and the field, both in ECS's words.
    pub const fn name(self) -> &'static str {
        match self {
            Strategy::BinpackCpu => "binpack:cpu",
            Strategy::BinpackMemory => "binpack:memory",
            Strategy::SpreadInstances => "spread:instanceId",
            Strategy::SpreadZones => "spread:attribute:ecs.availability-zone",
            Strategy::Random => "random",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is no strategy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no placement strategy; write binpack:cpu, binpack:memory, spread:instanceId, \
     spread:attribute:ecs.availability-zone or random"
)]
pub struct UnknownStrategy(String);

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    /// Reads a name; `host` stands for `instanceId`, as in ECS.
    fn from_str(text: &str) -> Result<Strategy, UnknownStrategy> {
        let written = if text == "spread:host" {
            "spread:instanceId"
        } else {
            text
        };
        let mut all = Strategy::ALL.into_iter();
        all.find(|strategy| strategy.name().eq_ignore_ascii_case(written))
            .ok_or_else(|| UnknownStrategy(text.to_owned()))
    }
}

/// The one of `candidates`, which are sorted by number, that gets the next task of `group`.
///
/// `zone_tasks` has the number of tasks of the group in the zone of an instance.
pub(super) fn choose<'a>(
    mut candidates: Vec<&'a ContainerInstance>,
    strategies: &[Strategy],
    group: usize,
    zone_tasks: impl Fn(&ContainerInstance) -> u32,
    random: &mut Stream,
) -> Option<&'a ContainerInstance> {
    for strategy in strategies {
        if candidates.len() < 2 {
            break;
        }
        match strategy {
            Strategy::BinpackCpu => keep_least(&mut candidates, |i| i.cpu_free),
            Strategy::BinpackMemory => keep_least(&mut candidates, |i| i.memory_free_mib),
            Strategy::SpreadInstances => keep_least(&mut candidates, |i| i.tasks_of(group)),
            Strategy::SpreadZones => keep_least(&mut candidates, |i| zone_tasks(i)),
            Strategy::Random => {
                let index = random.random_range(0..candidates.len());
                candidates = vec![candidates[index]];
            }
        }
    }
    candidates.first().copied()
}

/// Keeps the candidates whose measure is the least.
fn keep_least<K: Ord + Copy>(
    candidates: &mut Vec<&ContainerInstance>,
    measure: impl Fn(&ContainerInstance) -> K,
) {
    let least = candidates.iter().map(|candidate| measure(candidate)).min();
    candidates.retain(|candidate| Some(measure(candidate)) == least);
}
