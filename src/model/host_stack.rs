//! The instance kernel's work per packet.
//!
//! # Model
//! One first-come first-served queue for several cores; a packet costs a CPU time, fixed or random,
//! plus a time per byte, both given by the network mode. A core works on one packet at a time; the
//! idle core with the lowest number takes the next. Packets beyond the capacity, those in service
//! included, are dropped on arrival.
//!
//! Which core serves a packet, and when, is known when it arrives: packets that come later are
//! served later. But they may be done earlier, on another core, so packets leave in the order of
//! completion: by time, then by core.
//!
//! # Leaves out
//! Batching (NAPI, GSO), per-core queues with flow hashing, cache effects, first packets of a
//! connection, and the tasks' own use of the same cores.

use std::collections::VecDeque;

use super::cpu_time::CpuTimes;
use super::packet::Packet;
use crate::scenario;
use crate::units::{Bytes, SimDuration, SimTime};

/// The host stack of one instance. Every packet takes some time.
#[derive(Debug)]
pub(super) struct HostStack {
    law: scenario::HostStack,
    /// Random times in place of the law's one.
    times: Option<CpuTimes>,
    /// When each core is done with all packets it has been given.
    free_at: Vec<SimTime>,
    /// When the packets that may still wait for a core begin service; kept if there is a capacity.
    waiting: VecDeque<SimTime>,
    /// Packets in the order in which they leave, with their core.
    leaving: VecDeque<(u32, Packet)>,
}

impl HostStack {
    /// A stack on which packets take `times` in place of the law's one, if there are any.
    pub fn new(law: scenario::HostStack, times: Option<CpuTimes>) -> Self {
        HostStack {
            law,
            times,
            free_at: vec![SimTime::ZERO; law.cores.get() as usize],
            waiting: VecDeque::new(),
            leaving: VecDeque::new(),
        }
    }

    /// A packet of `task` arrives, not before the one that arrived last; returns whether it is
    /// taken in.
    #[inline]
    pub fn arrive(&mut self, now: SimTime, task: u32, size: Bytes) -> bool {
        let per_packet = match &mut self.times {
            None => self.law.per_packet,
            Some(times) => times.draw(task),
        };
        let core = self.next_core(now);
        let begun = self.free_at[core].max(now);
        if begun > now && !self.make_room(now, begun) {
            return false;
        }
        let work = self.law.per_byte.as_ps().saturating_mul(size.get());
        let served = begun + (per_packet + SimDuration::from_ps(work));
        self.free_at[core] = served;
        let packet = Packet::new(task, size, now, begun, served);
        self.insert(core as u32, packet);
        true
    }

    /// The core that serves the packet that arrives at `now`: the lowest that is idle, or the one
    /// that will be first to have served all that wait.
    #[inline]
    fn next_core(&self, now: SimTime) -> usize {
        let mut next = 0;
        for (core, free_at) in self.free_at.iter().enumerate() {
            if *free_at <= now {
                return core;
            }
            if *free_at < self.free_at[next] {
                next = core;
            }
        }
        next
    }

    /// Lets a packet wait until `begun`, if there is room at `now`.
    fn make_room(&mut self, now: SimTime, begun: SimTime) -> bool {
        let Some(capacity) = self.law.capacity else {
            return true;
        };
        while self.waiting.front().is_some_and(|begun| *begun <= now) {
            self.waiting.pop_front();
        }
        let inside = self.free_at.len() + self.waiting.len();
        let fits = inside < capacity.get() as usize;
        if fits {
            self.waiting.push_back(begun);
        }
        fits
    }

    /// Puts `packet` in its place among those that leave; it is near the end.
    #[inline]
    fn insert(&mut self, core: u32, packet: Packet) {
        let key = (packet.served, core);
        let mut at = self.leaving.len();
        while at > 0 && (self.leaving[at - 1].1.served, self.leaving[at - 1].0) > key {
            at -= 1;
        }
        if at == self.leaving.len() {
            self.leaving.push_back((core, packet));
        } else {
            self.leaving.insert(at, (core, packet));
        }
    }

    /// The next packet to leave, if it does so before `until`.
    #[inline]
    pub fn leave_before(&mut self, until: SimTime) -> Option<Packet> {
        let (_, packet) = self.leaving.front()?;
        if packet.served >= until {
            return None;
        }
        self.leaving.pop_front().map(|(_, packet)| packet)
    }

    /// The packets inside.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.leaving.iter().map(|(_, packet)| packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    const SIZE: Bytes = Bytes::new(100);

    fn at(ns: u64) -> SimTime {
        SimTime::from_ps(ns * 1000)
    }

    fn stack(cores: u32, capacity: Option<u32>) -> HostStack {
        let cores = NonZeroU32::new(cores).unwrap();
        let law = scenario::HostStack {
            per_byte: SimDuration::from_ns(1),
            capacity: capacity.and_then(NonZeroU32::new),
            ..scenario::HostStack::shared(cores, SimDuration::from_us(1))
        };
        HostStack::new(law, None)
    }

    /// By hand: two cores at 1 µs + 1 ns/B × 100 B = 1.1 µs a packet, room for three. Packets 0 and
    /// 1 are served at once, 2 waits until the first core is free, 3 is dropped, 4 finds room again.
    #[test]
    fn two_cores_serve_in_order_and_drop_beyond_the_capacity() {
        let mut stack = stack(2, Some(3));
        let arrivals = [0, 100, 200, 300, 1100];
        let taken: Vec<bool> = (0..)
            .zip(arrivals)
            .map(|(task, ns)| stack.arrive(at(ns), task, SIZE))
            .collect();
        assert_eq!(taken, [true, true, true, false, true]);
        let served: Vec<_> = std::iter::from_fn(|| stack.leave_before(at(2300)))
            .map(|packet| (packet.task, packet.service_begun, packet.served))
            .collect();
        assert_eq!(
            served,
            [
                (0, at(0), at(1100)),
                (1, at(100), at(1200)),
                (2, at(1100), at(2200)),
            ]
        );
        assert_eq!(
            stack
                .packets()
                .map(|packet| packet.task)
                .collect::<Vec<_>>(),
            [4]
        );
    }

    /// By hand: room for as many as there are cores (a loss system) takes in all that find a core idle
    /// and no other; equal packets that wait go to the cores in turn, the lowest first.
    #[test]
    fn an_idle_core_is_room_and_ties_go_to_the_lowest_core() {
        let mut full = stack(2, Some(2));
        let taken = [0, 500, 600, 1100].map(|ns| full.arrive(at(ns), 0, SIZE));
        assert_eq!(taken, [true, true, false, true]);
        let mut stack = stack(2, None);
        for task in 0..4 {
            assert!(stack.arrive(at(0), task, SIZE));
        }
        let order: Vec<u32> = std::iter::from_fn(|| stack.leave_before(at(5000)))
            .map(|packet| packet.task)
            .collect();
        assert_eq!(order, [0, 1, 2, 3]);
    }

    /// A large packet is overtaken on the other core; two that are done at the same instant leave
    /// by core.
    #[test]
    fn packets_leave_in_the_order_of_completion() {
        let mut stack = stack(2, None);
        for (task, size) in [(0, 1100), (1, 100), (2, 0)] {
            assert!(stack.arrive(at(0), task, Bytes::new(size)));
        }
        let order: Vec<_> = std::iter::from_fn(|| stack.leave_before(at(5000)))
            .map(|packet| (packet.task, packet.served))
            .collect();
        // Task 1 is done at 1.1 µs, task 0 on core 0 and task 2 on core 1 at 2.1 µs.
        assert_eq!(order, [(1, at(1100)), (0, at(2100)), (2, at(2100))]);
    }
}
