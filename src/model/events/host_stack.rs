//! The instance kernel's work per packet.
//!
//! # Model
//! One first-come first-served queue for several cores; a packet costs a fixed CPU time plus a
//! time per byte, both given by the network mode. A core works on one packet at a time; the idle
//! core with the lowest number takes the next. Packets beyond the capacity, those in service included, are dropped on arrival.
//!
//! # Leaves out
//! Batching (NAPI, GSO), per-core queues with flow hashing, cache effects, first packets of a
//! connection, and the tasks' own use of the same cores.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::packet::Packet;
use crate::measure::Stage;
use crate::scenario;
use crate::units::{SimDuration, SimTime};

/// The host stack of one instance.
#[derive(Debug)]
pub(super) struct HostStack {
    law: scenario::HostStack,
    cores: Vec<Option<Packet>>,
    /// Idle cores, the lowest number first: it serves next.
    idle: BinaryHeap<Reverse<u32>>,
    waiting: VecDeque<Packet>,
}

/// A core begins to serve a packet and will be done at a known time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Service {
    pub core: u32,
    pub done: SimTime,
}

/// What becomes of a packet that arrives at the host stack.
#[derive(Debug)]
pub(super) enum Admission {
    Begins(Service),
    Waits,
    Dropped(Packet),
}

impl HostStack {
    pub fn new(law: scenario::HostStack) -> Self {
        let cores = law.cores.get();
        HostStack {
            law,
            cores: (0..cores).map(|_| None).collect(),
            idle: (0..cores).map(Reverse).collect(),
            waiting: VecDeque::new(),
        }
    }

    /// `packet` arrives from a task.
    #[inline]
    pub fn arrive(&mut self, now: SimTime, packet: Packet) -> Admission {
        if let Some(Reverse(core)) = self.idle.pop() {
            return Admission::Begins(self.begin(now, core, packet));
        }
        let inside = self.cores.len() + self.waiting.len();
        if self
            .law
            .capacity
            .is_some_and(|capacity| inside >= capacity.get() as usize)
        {
            return Admission::Dropped(packet);
        }
        self.waiting.push_back(packet);
        Admission::Waits
    }

    /// `core` is done with its packet; returns it, and the service that begins there.
    #[inline]
    pub fn complete(&mut self, now: SimTime, core: u32) -> (Packet, Option<Service>) {
        let mut packet = self.cores[core as usize]
            .take()
            .expect("a core completes only what it has begun");
        packet
            .stages
            .add(Stage::HostStackService, now.since(packet.since));
        let next = self
            .waiting
            .pop_front()
            .map(|waiting| self.begin(now, core, waiting));
        if next.is_none() {
            self.idle.push(Reverse(core));
        }
        (packet, next)
    }

    fn begin(&mut self, now: SimTime, core: u32, mut packet: Packet) -> Service {
        packet
            .stages
            .add(Stage::HostStackWait, now.since(packet.since));
        packet.since = now;
        let bytes_ps = self.law.per_byte.as_ps() * packet.size.get();
        let done = now + self.law.per_packet + SimDuration::from_ps(bytes_ps);
        self.cores[core as usize] = Some(packet);
        Service { core, done }
    }

    /// The packets inside.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.cores.iter().flatten().chain(&self.waiting)
    }
}
