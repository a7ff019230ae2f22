//! The traffic of one task, packet by packet.

use rand::RngExt;

use super::connections::TaskConnections;
use super::packet::Flow;
use super::windows::Windows;
use crate::engine::random::{Stream, StreamName};
use crate::model::size::SizeSampler;
use crate::model::source::Source;
use crate::scenario::{Message, Scenario, TaskGroup, Traffic};
use crate::units::{Bytes, SimTime};

/// What one task sends or receives.
#[derive(Debug)]
pub(super) struct Sender {
    source: Source,
    /// When the task sends; `None`: all the time.
    windows: Option<Windows>,
    sizes: SizeSampler,
    size_stream: Stream,
    message: Option<Message>,
    flows: Flows,
    pub connections: Option<TaskConnections>,
}

/// How a packet gets its flow.
#[derive(Debug)]
enum Flows {
    /// The only one.
    Single(Flow),
    /// One of so many, each as likely, with hashes that follow from `seed`.
    Several {
        count: u32,
        seed: u64,
        stream: Stream,
    },
    /// Another one for each packet.
    Many(Stream),
}

impl Sender {
    /// The senders of all groups of `scenario`, in order.
    pub fn all(scenario: &Scenario, seed: u64, replication: u32) -> impl Iterator<Item = Sender> {
        scenario.task_groups.iter().flat_map(move |group| {
            (0..group.count).map(move |index| {
                let name = StreamName {
                    seed,
                    replication,
                    component: &group.name,
                    index,
                    purpose: "sizes",
                };
                Sender::new(group, name)
            })
        })
    }

    fn new(group: &TaskGroup, name: StreamName<'_>) -> Self {
        let traffic = &group.traffic;
        Sender {
            source: Source::new(traffic, name),
            windows: None,
            sizes: SizeSampler::new(&traffic.packet_size),
            size_stream: name.stream(),
            message: traffic.message,
            flows: Flows::new(traffic, name),
            connections: traffic.connections.map(TaskConnections::new),
        }
    }

    /// The same sender with arrivals only in `windows`: from (included) to (excluded), in order,
    /// apart.
    pub fn sending_in(self, windows: Vec<(SimTime, SimTime)>) -> Self {
        Sender {
            windows: Some(Windows::new(windows)),
            ..self
        }
    }

    /// When the next arrival is; each call moves on by one.
    pub fn next_arrival(&mut self) -> SimTime {
        match &mut self.windows {
            None => self.source.next_arrival(),
            Some(windows) => windows.next_arrival(&mut self.source),
        }
    }

    /// Sizes of the packets of one arrival: a packet, or a message cut into packets.
    pub fn sizes(&mut self) -> impl Iterator<Item = Bytes> + use<> {
        let size = self.sizes.draw(&mut self.size_stream);
        let (full, last) = match self.message {
            None => (0, size),
            Some(Message { packets, last }) => (packets.get() - 1, last),
        };
        std::iter::repeat_n(size, full as usize).chain([last])
    }

    /// The flow of the next arrival.
    pub fn next_flow(&mut self) -> Flow {
        self.flows.next()
    }
}

impl Flows {
    fn new(traffic: &Traffic, name: StreamName<'_>) -> Self {
        let stream = |purpose| StreamName { purpose, ..name }.stream();
        match traffic.flows.map(std::num::NonZeroU32::get) {
            None => Flows::Many(stream("flows")),
            Some(1) => Flows::Single(Flow {
                number: 0,
                hash: stream("hash").random(),
            }),
            Some(count) => Flows::Several {
                count,
                seed: stream("hash").random(),
                stream: stream("flows"),
            },
        }
    }

    fn next(&mut self) -> Flow {
        match self {
            Flows::Single(flow) => *flow,
            Flows::Several {
                count,
                seed,
                stream,
            } => {
                let number = stream.random_range(0..*count);
                let hash = mix(*seed ^ u64::from(number));
                Flow { number, hash }
            }
            Flows::Many(stream) => Flow {
                number: 0,
                hash: stream.random(),
            },
        }
    }
}

/// Hash of a flow with this number: the finalizer of SplitMix64, upper half.
fn mix(number: u64) -> u32 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Oracle: the upper halves of the first numbers of Java's `SplittableRandom` with the seed 0.
    #[test]
    fn hashes_are_those_of_split_mix_64() {
        let expected = [0xe220_a839, 0x6e78_9e6a, 0x06c4_5d18, 0xf88b_b8a8];
        assert_eq!([1, 2, 3, 4].map(mix), expected);
    }

    /// A flow has one hash, another flow and another task another one, and all flows of a task are
    /// as likely. Of 64 tasks with 16 flows each, two flows share one of 2³² hashes with a probability
    /// of 10⁻⁴.
    #[test]
    fn a_hash_names_a_flow() {
        let (tasks, flows) = (64, 16);
        let mut all = BTreeSet::new();
        for index in 0..tasks {
            let name = StreamName {
                seed: 1,
                replication: 0,
                component: "t",
                index,
                purpose: "",
            };
            let mut own = vec![0; flows];
            let seed = StreamName {
                purpose: "hash",
                ..name
            };
            let mut several = Flows::Several {
                count: flows as u32,
                seed: seed.stream().random(),
                stream: name.stream(),
            };
            for _ in 0..400 {
                let flow = several.next();
                all.insert((index, flow.number, flow.hash));
                own[flow.number as usize] += 1;
            }
            // Each is missed by 400 packets with a probability of 6 × 10⁻¹².
            assert!(own.iter().all(|packets| *packets > 0), "{own:?}");
        }
        assert_eq!(all.len(), tasks as usize * flows);
        let hashes: BTreeSet<u32> = all.iter().map(|(_, _, hash)| *hash).collect();
        assert_eq!(hashes.len(), all.len());
    }
}
