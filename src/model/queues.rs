//! First-come first-served queues that share their memory.

use super::arbiter::Backlog;
use super::packet::Packet;
use crate::units::Bytes;

/// No place: the end of a queue.
const NONE: u32 = u32::MAX;

/// A queue of packets for each of many ENIs: linked lists in one pool, so that a thousand queues
/// that hold a packet now and then take the memory of the packets there are.
#[derive(Debug)]
pub(super) struct Queues {
    ends: Vec<Ends>,
    places: Vec<Place>,
    /// First of the free places, which are linked too.
    free: u32,
}

/// First and last place of a queue; the last counts only if there is a first.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
}

#[derive(Debug)]
struct Place {
    packet: Packet,
    next: u32,
}

impl Queues {
    /// `queues` empty queues.
    pub fn new(queues: usize) -> Self {
        let empty = Ends {
            first: NONE,
            last: NONE,
        };
        Queues {
            ends: vec![empty; queues],
            places: Vec::new(),
            free: NONE,
        }
    }

    /// Adds `packet` at the end of `queue`; returns whether it was empty.
    ///
    /// # Panics
    /// Beyond 2³² − 1 packets in all queues: memory ends long before.
    #[inline(always)]
    pub fn push(&mut self, queue: u32, packet: Packet) -> bool {
        let place = Place { packet, next: NONE };
        let at = self.free;
        let at = if at == NONE {
            self.places.push(place);
            u32::try_from(self.places.len() - 1).expect("fewer than 2³² packets wait")
        } else {
            let free = &mut self.places[at as usize];
            self.free = free.next;
            *free = place;
            at
        };
        let ends = &mut self.ends[queue as usize];
        let was_empty = ends.first == NONE;
        if was_empty {
            ends.first = at;
        } else {
            self.places[ends.last as usize].next = at;
        }
        ends.last = at;
        was_empty
    }

    /// Takes the first packet of `queue`.
    #[inline(always)]
    pub fn pop(&mut self, queue: u32) -> Option<Packet> {
        let ends = &mut self.ends[queue as usize];
        let at = ends.first;
        let place = self.places.get_mut(at as usize)?;
        ends.first = place.next;
        place.next = self.free;
        self.free = at;
        Some(place.packet)
    }

    /// All packets, queue by queue.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        let queue = |ends: &Ends| {
            let first = self.places.get(ends.first as usize);
            std::iter::successors(first, |place| self.places.get(place.next as usize))
        };
        self.ends.iter().flat_map(queue).map(|place| &place.packet)
    }
}

impl Backlog for Queues {
    #[inline(always)]
    fn is_empty(&self, queue: u32) -> bool {
        self.ends[queue as usize].first == NONE
    }

    #[inline(always)]
    fn first_size(&self, queue: u32) -> Bytes {
        let first = self.ends[queue as usize].first;
        self.places[first as usize].packet.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    proptest! {
        /// Twin: a `VecDeque` per queue.
        #[test]
        fn queues_keep_their_order(
            steps in prop::collection::vec((0u32..4, prop::option::of(1u64..2000)), 0..300)
        ) {
            let mut queues = Queues::new(4);
            let mut twin = vec![VecDeque::new(); 4];
            for (queue, size) in steps {
                let own = &mut twin[queue as usize];
                if let Some(size) = size {
                    let packet = Packet::unserved(queue, Bytes::new(size), SimTime::ZERO);
                    prop_assert_eq!(queues.push(queue, packet), own.is_empty());
                    own.push_back(size);
                } else {
                    let popped = queues.pop(queue).map(|packet| packet.size().get());
                    prop_assert_eq!(popped, own.pop_front());
                }
                let own = &twin[queue as usize];
                prop_assert_eq!(queues.is_empty(queue), own.is_empty());
                if let Some(first) = own.front() {
                    prop_assert_eq!(queues.first_size(queue).get(), *first);
                }
                let held: Vec<u64> = queues.packets().map(|packet| packet.size().get()).collect();
                prop_assert!(held.iter().eq(twin.iter().flatten()));
            }
        }
    }
}
