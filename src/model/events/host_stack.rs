//! The instance kernel's work per packet.
//!
//! # Model
//! Pools of cores, each with one first-come first-served queue; a packet costs a CPU time, fixed or
//! random, plus a time per byte, both given by the network mode, and the first packet of a connection
//! some time on top. A core works on one packet at a time; the idle core with the lowest number takes
//! the next. Packets beyond the capacity of the pool, those in service included, are dropped on
//! arrival.
//!
//! - All cores in one pool: whoever sends more takes more of every core.
//! - A pool per core, chosen by the packet's hardware queue: softirq work is done by the core that
//!   took the interrupt, and delays whoever else has a queue there (Khalid and others, NSDI 2018).
//! - A pool per task, in Fargate: a kernel of its own.
//!
//! # Leaves out
//! Batching (NAPI, GSO), cache effects, and the tasks' own use of the same cores.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::packet::Packet;
use crate::measure::Stage;
use crate::model::cpu_time::CpuTimes;
use crate::scenario::{self, Steering};
use crate::units::{SimDuration, SimTime};

/// The host stack of one instance.
#[derive(Debug)]
pub(super) struct HostStack {
    law: scenario::HostStack,
    /// Random times in place of the law's one.
    times: Option<CpuTimes>,
    pools: Vec<Pool>,
    cores_per_pool: u32,
}

/// Cores that serve one queue.
#[derive(Debug)]
struct Pool {
    cores: Vec<Option<Packet>>,
    /// Idle cores, the lowest number first: it serves next.
    idle: BinaryHeap<Reverse<u32>>,
    /// Packets with the time that they take.
    waiting: VecDeque<(Packet, SimDuration)>,
}

/// Where a packet comes from or goes to: what decides which core serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub task: u32,
    pub eni: u32,
    /// Hardware queues of the ENI.
    pub queues: u32,
    /// Hash of the packet's flow.
    pub hash: u32,
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
    /// The stack of an instance with `tasks` tasks, on which packets take `times` in place of the
    /// law's one, if there are any.
    pub fn new(law: scenario::HostStack, tasks: usize, times: Option<CpuTimes>) -> Self {
        let cores = law.cores.get();
        let (pools, cores_per_pool) = match law.steering {
            Steering::Shared => (1, cores),
            Steering::ByQueue => (cores as usize, 1),
            Steering::PerTask => (tasks, cores),
        };
        let pool = |_| Pool {
            cores: (0..cores_per_pool).map(|_| None).collect(),
            idle: (0..cores_per_pool).map(Reverse).collect(),
            waiting: VecDeque::new(),
        };
        HostStack {
            law,
            times,
            pools: (0..pools).map(pool).collect(),
            cores_per_pool,
        }
    }

    /// The pool that serves packets of `task` on hardware queue `queue` of `queues` of ENI `eni`.
    fn pool_of(&self, place: Place) -> usize {
        match self.law.steering {
            Steering::Shared => 0,
            Steering::ByQueue => {
                let interrupt = u64::from(place.eni) * u64::from(place.queues);
                let interrupt = interrupt + u64::from(place.hash % place.queues);
                (interrupt % self.pools.len() as u64) as usize
            }
            Steering::PerTask => place.task as usize,
        }
    }

    /// `packet` arrives from a task or from an ENI at `place`.
    #[inline]
    pub fn arrive(&mut self, now: SimTime, mut packet: Packet, place: Place) -> Admission {
        packet.since = now;
        let work = self.work(&packet);
        let number = self.pool_of(place);
        let pool = &mut self.pools[number];
        if let Some(Reverse(core)) = pool.idle.pop() {
            return Admission::Begins(self.begin(now, number, core, packet, work));
        }
        let inside = pool.cores.len() + pool.waiting.len();
        let capacity = self.law.capacity;
        if capacity.is_some_and(|capacity| inside >= capacity.get() as usize) {
            return Admission::Dropped(packet);
        }
        pool.waiting.push_back((packet, work));
        Admission::Waits
    }

    /// `core` is done with its packet; returns it, and the service that begins there.
    #[inline]
    pub fn complete(&mut self, now: SimTime, core: u32) -> (Packet, Option<Service>) {
        let number = (core / self.cores_per_pool) as usize;
        let core = core % self.cores_per_pool;
        let pool = &mut self.pools[number];
        let served = pool.cores[core as usize].take();
        let mut packet = served.expect("a core completes only what it has begun");
        packet.leave(Stage::HostStackService, now);
        let next = pool.waiting.pop_front();
        if next.is_none() {
            pool.idle.push(Reverse(core));
        }
        let next = next.map(|(packet, work)| self.begin(now, number, core, packet, work));
        (packet, next)
    }

    /// The CPU time that `packet`, which arrives, takes.
    fn work(&mut self, packet: &Packet) -> SimDuration {
        let per_packet = match &mut self.times {
            None => self.law.per_packet,
            Some(times) => times.draw(packet.task),
        };
        let bytes_ps = self.law.per_byte.as_ps() * packet.size.get();
        let mut work = per_packet + SimDuration::from_ps(bytes_ps);
        if packet.opens_connection {
            work += self.law.per_connection;
        }
        work
    }

    /// `core` of a pool begins to serve `packet`, which takes `work`.
    fn begin(
        &mut self,
        now: SimTime,
        pool: usize,
        core: u32,
        mut packet: Packet,
        work: SimDuration,
    ) -> Service {
        packet.leave(Stage::HostStackWait, now);
        self.pools[pool].cores[core as usize] = Some(packet);
        Service {
            core: pool as u32 * self.cores_per_pool + core,
            done: now + work,
        }
    }

    /// The packets inside.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        let pools = self.pools.iter();
        pools.flat_map(|pool| {
            let waiting = pool.waiting.iter().map(|(packet, _)| packet);
            pool.cores.iter().flatten().chain(waiting)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn at(ns: u64) -> SimTime {
        SimTime::from_ps(ns * 1000)
    }

    /// Four tasks and a microsecond and a nanosecond per byte a packet.
    fn stack(cores: u32, steering: Steering, capacity: Option<u32>) -> HostStack {
        let cores = NonZeroU32::new(cores).unwrap();
        let law = scenario::HostStack {
            per_byte: SimDuration::from_ns(1),
            capacity: capacity.and_then(NonZeroU32::new),
            steering,
            ..scenario::HostStack::shared(cores, SimDuration::from_us(1))
        };
        HostStack::new(law, 4, None)
    }

    fn place(task: u32, eni: u32, queues: u32, hash: u32) -> Place {
        Place {
            task,
            eni,
            queues,
            hash,
        }
    }

    /// By hand: interrupt e·q + (hash mod q) of queue number hash mod q of ENI e goes to the core of
    /// that number, modulo the cores.
    #[test]
    fn interrupts_go_round_the_cores() {
        let stack = stack(5, Steering::ByQueue, None);
        // 3·4 + 2 = 14, 2·4 + 3 = 11, 0·4 + 1 = 1.
        assert_eq!(stack.pool_of(place(0, 3, 4, 6)), 4);
        assert_eq!(stack.pool_of(place(0, 2, 4, 7)), 1);
        assert_eq!(stack.pool_of(place(3, 0, 4, 5)), 1);
    }

    /// By hand: two cores, 1 µs + 100 B × 1 ns/B a packet, room for three in all.
    #[test]
    fn packets_beyond_the_cores_wait_and_beyond_the_capacity_are_lost() {
        let mut stack = stack(2, Steering::Shared, Some(3));
        let mut arrive = |ns| stack.arrive(at(ns), Packet::of_size(0, 100), place(0, 0, 1, 0));
        let done = |core, ns| Service { core, done: at(ns) };
        assert!(matches!(arrive(0), Admission::Begins(s) if s == done(0, 1100)));
        assert!(matches!(arrive(100), Admission::Begins(s) if s == done(1, 1200)));
        assert!(matches!(arrive(200), Admission::Waits));
        assert!(matches!(arrive(300), Admission::Dropped(_)));
        assert_eq!(stack.complete(at(1100), 0).1, Some(done(0, 2200)));
        assert_eq!(stack.complete(at(1200), 1).1, None);
    }

    /// Cores are numbered through the pools of the tasks: task 2 has numbers 4 and 5 of two each.
    #[test]
    fn each_task_has_cores_of_its_own() {
        let mut stack = stack(2, Steering::PerTask, None);
        let mut core_of =
            |task| match stack.arrive(at(0), Packet::of_size(task, 100), place(task, 0, 1, 0)) {
                Admission::Begins(service) => Some(service.core),
                _ => None,
            };
        let cores = [0, 2, 2, 2, 3].map(&mut core_of);
        assert_eq!(cores, [Some(0), Some(4), Some(5), None, Some(6)]);
        let (packet, next) = stack.complete(at(1100), 5);
        assert_eq!((packet.task, next.unwrap().core), (2, 5));
    }
}
