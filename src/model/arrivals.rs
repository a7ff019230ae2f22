//! The packets of all tasks, a span of simulated time at once.

use super::size::SizeSampler;
use super::source::Source;
use crate::engine::EventOrder;
use crate::engine::random::{Stream, StreamName};
use crate::scenario::{PacketSize, Scenario};
use crate::units::{Bytes, SimDuration, SimTime};

/// Open-loop traffic: nothing that happens to a packet changes when the next one comes, so the
/// arrivals of a span are known before any of them is worked through.
#[derive(Debug)]
pub(super) struct Arrivals {
    sources: Vec<Source>,
    sizes: Sizes,
    order: EventOrder,
}

/// How the size of a task's next packet is found.
#[derive(Debug)]
enum Sizes {
    /// All packets of all tasks are alike.
    Equal(Bytes),
    /// Per task: which of the samplers, and the random stream.
    Drawn {
        samplers: Vec<SizeSampler>,
        tasks: Vec<(u32, Stream)>,
    },
}

impl Sizes {
    #[inline(always)]
    fn next(&mut self, task: u32) -> Bytes {
        match self {
            Sizes::Equal(size) => *size,
            Sizes::Drawn { samplers, tasks } => {
                let (sampler, stream) = &mut tasks[task as usize];
                samplers[*sampler as usize].draw(stream)
            }
        }
    }
}

impl Arrivals {
    /// The traffic of `scenario` in one replication.
    pub fn new(scenario: &Scenario, seed: u64, replication: u32) -> Self {
        let groups = &scenario.task_groups;
        let tasks = (0..).zip(groups).flat_map(|(number, group)| {
            (0..group.count).map(move |index| {
                let name = StreamName {
                    seed,
                    replication,
                    component: &group.name,
                    index,
                    purpose: "sizes",
                };
                (number, &group.traffic, name)
            })
        });
        let law = |group: usize| &groups[group].traffic.packet_size;
        let sizes = match groups.first().map(|first| &first.traffic.packet_size) {
            Some(PacketSize::Fixed(size)) if (1..groups.len()).all(|g| law(g) == law(0)) => {
                Sizes::Equal(*size)
            }
            _ => Sizes::Drawn {
                samplers: (0..groups.len())
                    .map(|g| SizeSampler::new(law(g)))
                    .collect(),
                tasks: tasks
                    .clone()
                    .map(|(group, _, name)| (group, name.stream()))
                    .collect(),
            },
        };
        let sources = tasks.map(|(_, traffic, name)| Source::new(traffic, name));
        Arrivals {
            sources: sources.collect(),
            sizes,
            order: EventOrder::new(scenario.task_count()),
        }
    }

    /// The longest span that can be asked for at once.
    pub fn longest_span(&self) -> SimDuration {
        self.order.longest_span()
    }

    /// Calls `arrive` with time, task and size of all packets in `[from, until)`, in the order in
    /// which they arrive: by time, then by task. Returns how many they are.
    #[inline(always)]
    pub fn in_order(
        &mut self,
        from: SimTime,
        until: SimTime,
        mut arrive: impl FnMut(SimTime, u32, Bytes),
    ) -> u64 {
        self.order.begin(from);
        for (task, source) in (0..).zip(&mut self.sources) {
            source.arrivals_before(until, |times| self.order.extend(task, times));
        }
        let arrivals = self.order.in_order();
        let count = arrivals.len() as u64;
        for (time, task) in arrivals {
            arrive(time, task, self.sizes.next(task));
        }
        count
    }

    /// The same task by task: in order only for each task.
    #[inline(always)]
    pub fn by_task(&mut self, until: SimTime, mut arrive: impl FnMut(SimTime, u32, Bytes)) -> u64 {
        let mut count = 0;
        for (task, source) in (0..).zip(&mut self.sources) {
            source.arrivals_before(until, |times| {
                for time in times {
                    arrive(*time, task, self.sizes.next(task));
                }
                count += times.len() as u64;
            });
        }
        count
    }
}
