//! The packets of all tasks, a span of simulated time at once.

use super::size::SizeSampler;
use super::source::Source;
use crate::engine::EventOrder;
use crate::engine::random::{Stream, StreamName};
use crate::scenario::Scenario;
use crate::units::{Bytes, SimDuration, SimTime};

/// Open-loop traffic: nothing that happens to a packet changes when the next one comes, so the
/// arrivals of a span are known before any of them is worked through.
#[derive(Debug)]
pub(super) struct Arrivals {
    sources: Vec<Source>,
    sizes: Sizes,
    order: EventOrder,
    /// For each task, the number of packets of the tasks before it in the span.
    first_places: Vec<u32>,
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
        let sizes = match scenario.packet_size() {
            Some(size) => Sizes::Equal(size),
            None => Sizes::Drawn {
                samplers: groups
                    .iter()
                    .map(|g| SizeSampler::new(&g.traffic.packet_size))
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
            order: EventOrder::new(scenario.task_count(), scenario.offered_packets_per_s()),
            first_places: Vec::new(),
        }
    }

    /// The span not longer than `span` that is best asked for at once.
    pub fn best_span(&self, span: SimDuration) -> SimDuration {
        self.order.whole_slots(span.min(self.order.longest_span()))
    }

    /// The size of all packets, if it is the same.
    pub fn equal_size(&self) -> Option<Bytes> {
        match self.sizes {
            Sizes::Equal(size) => Some(size),
            Sizes::Drawn { .. } => None,
        }
    }

    /// Draws the packets in `[from, until)`, for [`Self::in_order`]; returns in how many slots they
    /// are.
    pub fn draw(&mut self, from: SimTime, until: SimTime) -> usize {
        self.order.begin(from, until);
        self.first_places.clear();
        for (task, source) in (0..).zip(&mut self.sources) {
            self.first_places.push(self.order.len() as u32);
            source.arrivals_before(until, |times| self.order.extend(task, times));
        }
        self.order.slots()
    }

    /// Number of packets drawn.
    pub fn drawn(&self) -> usize {
        self.order.len()
    }

    /// For each task, the number of drawn packets of the tasks before it.
    pub fn first_places(&self) -> &[u32] {
        &self.first_places
    }

    /// Time and task of the packets of a slot, in the order in which they arrive: by time, then by
    /// task. Slots follow each other in time.
    #[inline(always)]
    pub fn in_order(&mut self, slot: usize) -> impl ExactSizeIterator<Item = (SimTime, u32)> {
        self.order.in_order(slot)
    }

    /// Calls `arrive` with the packets in `[from, until)` and their sizes, in that order; returns how
    /// many they are.
    #[inline(always)]
    pub fn in_order_with_sizes(
        &mut self,
        from: SimTime,
        until: SimTime,
        mut arrive: impl FnMut(SimTime, u32, Bytes),
    ) -> u64 {
        for slot in 0..self.draw(from, until) {
            for (time, task) in self.order.in_order(slot) {
                arrive(time, task, self.sizes.next(task));
            }
        }
        self.order.len() as u64
    }

    /// The same task by task, in order only for each task.
    #[inline(always)]
    pub fn by_task_with_sizes(
        &mut self,
        until: SimTime,
        mut arrive: impl FnMut(SimTime, u32, Bytes),
    ) -> u64 {
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

    /// Calls `arrive` with the arrivals before `until`, in order and many at a time, task by task;
    /// returns how many they are.
    #[inline(always)]
    pub fn by_task(&mut self, until: SimTime, mut arrive: impl FnMut(u32, &[SimTime])) -> u64 {
        let mut count = 0;
        for (task, source) in (0..).zip(&mut self.sources) {
            source.arrivals_before(until, |times| {
                arrive(task, times);
                count += times.len() as u64;
            });
        }
        count
    }
}
