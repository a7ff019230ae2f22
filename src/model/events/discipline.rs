//! The order in which the packets of a hardware queue are transmitted.
//!
//! # Model
//! - `fifo`: in the order of arrival.
//! - `priority`: always one of the most urgent priority that waits, in the order of arrival among
//!   its equals. A transmission in progress is not interrupted, and nothing keeps the urgent from
//!   starving the others.
//!
//! Disciplines choose among the packets that are there. Which packets get in is the business of the
//! ENI, which drops those that arrive when it is full, whatever their priority: an urgent packet
//! finds no more room than another one.

use std::collections::VecDeque;

use super::packet::Packet;
use crate::scenario::Discipline;

/// The packets that wait in a hardware queue.
#[derive(Debug)]
pub(super) enum Waiting {
    Fifo(VecDeque<Packet>),
    /// By priority, the most urgent first.
    Priority(Vec<VecDeque<Packet>>),
}

impl Waiting {
    /// Nothing, to be served by `discipline`.
    pub fn new(discipline: Discipline) -> Self {
        match discipline {
            Discipline::Fifo => Waiting::Fifo(VecDeque::new()),
            Discipline::Priority => Waiting::Priority(Vec::new()),
        }
    }

    /// `packet` joins.
    #[inline]
    pub fn push(&mut self, packet: Packet) {
        match self {
            Waiting::Fifo(packets) => packets.push_back(packet),
            Waiting::Priority(levels) => {
                let level = packet.priority as usize;
                if levels.len() <= level {
                    levels.resize_with(level + 1, VecDeque::new);
                }
                levels[level].push_back(packet);
            }
        }
    }

    /// The packet that is next leaves.
    #[inline]
    pub fn pop(&mut self) -> Option<Packet> {
        match self {
            Waiting::Fifo(packets) => packets.pop_front(),
            Waiting::Priority(levels) => levels.iter_mut().find_map(VecDeque::pop_front),
        }
    }

    /// The packet that is next.
    #[inline]
    pub fn first(&self) -> Option<&Packet> {
        match self {
            Waiting::Fifo(packets) => packets.front(),
            Waiting::Priority(levels) => levels.iter().find_map(VecDeque::front),
        }
    }

    /// All of them.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        let levels = match self {
            Waiting::Fifo(packets) => std::slice::from_ref(packets),
            Waiting::Priority(levels) => levels,
        };
        levels.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(priority: u32, size: u64) -> Packet {
        Packet {
            priority,
            ..Packet::of_size(0, size)
        }
    }

    fn order(discipline: Discipline) -> Vec<u64> {
        let mut waiting = Waiting::new(discipline);
        for (priority, size) in [(2, 1), (0, 2), (2, 3), (1, 4), (0, 5)] {
            waiting.push(packet(priority, size));
        }
        assert_eq!(waiting.packets().count(), 5);
        let mut order = Vec::new();
        while let Some(first) = waiting.first().map(|packet| packet.size) {
            let next = waiting.pop().unwrap();
            assert_eq!(next.size, first);
            order.push(next.size.get());
        }
        assert!(waiting.pop().is_none());
        order
    }

    /// By hand.
    #[test]
    fn the_most_urgent_is_first_and_among_equals_who_came_first() {
        assert_eq!(order(Discipline::Fifo), [1, 2, 3, 4, 5]);
        assert_eq!(order(Discipline::Priority), [2, 5, 4, 1, 3]);
    }
}
