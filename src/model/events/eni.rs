//! The hardware queues of one ENI, which drop what arrives when they are full.
//!
//! # Model
//! A packet joins the queue that its flow is hashed to; queues with packets take turns, a packet
//! each. Which of a queue's packets goes is for its discipline to say. The capacity is that of each
//! queue and counts every packet there, the one being transmitted included (the K of M/D/1/K); a
//! packet that does not fit is dropped on arrival, whole.
//!
//! # Leaves out
//! The split into a driver ring and a queueing discipline.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use super::discipline::Waiting;
use super::packet::Packet;
use crate::scenario::{Capacity, EniQueue};
use crate::units::Bytes;

/// One ENI.
#[derive(Debug)]
pub(super) struct Eni {
    capacity: Capacity,
    queues: Vec<HardwareQueue>,
    /// Queues with a packet waiting, the next one first.
    turns: VecDeque<u32>,
}

#[derive(Debug)]
struct HardwareQueue {
    waiting: Waiting,
    /// Packets of the queue, the one in transmission included.
    packets: u64,
    /// Bytes of the queue, those in transmission included.
    bytes: u64,
}

impl Eni {
    /// An ENI with `queues` hardware queues like `queue` each.
    pub fn new(queue: EniQueue, queues: NonZeroU32) -> Self {
        let empty = |_| HardwareQueue {
            waiting: Waiting::new(queue.discipline),
            packets: 0,
            bytes: 0,
        };
        Eni {
            capacity: queue.capacity,
            queues: (0..queues.get()).map(empty).collect(),
            turns: VecDeque::new(),
        }
    }

    /// The hardware queue of a flow with this hash.
    fn queue_of(&self, packet: &Packet) -> u32 {
        packet.flow.hash % self.queues.len() as u32
    }

    /// Takes `packet` in, or gives it back if it does not fit.
    #[inline]
    pub fn enqueue(&mut self, packet: Packet) -> Result<(), Packet> {
        let size = packet.size.get();
        let number = self.queue_of(&packet);
        let queue = &mut self.queues[number as usize];
        let fits = match self.capacity {
            Capacity::Unlimited => true,
            Capacity::Packets(limit) => queue.packets < u64::from(limit.get()),
            Capacity::Bytes(limit) => queue.bytes + size <= limit.get(),
        };
        if !fits {
            return Err(packet);
        }
        queue.packets += 1;
        queue.bytes += size;
        if queue.waiting.first().is_none() {
            self.turns.push_back(number);
        }
        queue.waiting.push(packet);
        Ok(())
    }

    /// Takes the first packet for transmission; its room is not free until [`Self::transmitted`].
    #[inline]
    pub fn begin_transmission(&mut self) -> Option<Packet> {
        let number = self.turns.pop_front()?;
        let waiting = &mut self.queues[number as usize].waiting;
        let packet = waiting.pop();
        if waiting.first().is_some() {
            self.turns.push_back(number);
        }
        packet
    }

    /// `packet` has been transmitted.
    #[inline]
    pub fn transmitted(&mut self, packet: &Packet) {
        let number = self.queue_of(packet);
        let queue = &mut self.queues[number as usize];
        queue.packets -= 1;
        queue.bytes -= packet.size.get();
    }

    /// Size of the packet that is next.
    #[inline]
    pub fn head_size(&self) -> Option<Bytes> {
        let next = &self.queues[*self.turns.front()? as usize];
        next.waiting.first().map(|packet| packet.size)
    }

    /// The packets waiting; the one in transmission is with the port.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.queues.iter().flat_map(|queue| queue.waiting.packets())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Discipline;

    fn packet(size: u64) -> Packet {
        Packet::of_size(0, size)
    }

    fn one_queue(capacity: Capacity) -> Eni {
        Eni::new(EniQueue::fifo(capacity), NonZeroU32::MIN)
    }

    #[test]
    fn a_packet_in_transmission_still_takes_room() {
        let mut eni = one_queue(Capacity::Packets(NonZeroU32::new(2).unwrap()));
        assert!(eni.enqueue(packet(100)).is_ok());
        assert!(eni.enqueue(packet(100)).is_ok());
        let begun = eni.begin_transmission().unwrap();
        assert!(eni.enqueue(packet(100)).is_err());
        eni.transmitted(&begun);
        assert!(eni.enqueue(packet(100)).is_ok());
    }

    #[test]
    fn a_capacity_in_bytes_admits_what_fits_exactly() {
        let mut eni = one_queue(Capacity::Bytes(Bytes::new(1000)));
        assert!(eni.enqueue(packet(600)).is_ok());
        assert!(eni.enqueue(packet(401)).is_err());
        assert!(eni.enqueue(packet(400)).is_ok());
        assert!(eni.enqueue(packet(1)).is_err());
        let begun = eni.begin_transmission().unwrap();
        assert!(eni.enqueue(packet(1)).is_err());
        eni.transmitted(&begun);
        assert!(eni.enqueue(packet(601)).is_err());
        assert!(eni.enqueue(packet(600)).is_ok());
    }

    #[test]
    fn first_come_is_first_served() {
        let mut eni = one_queue(Capacity::Unlimited);
        (1..=5).for_each(|size| eni.enqueue(packet(size)).unwrap());
        let order: Vec<u64> = std::iter::from_fn(|| eni.begin_transmission())
            .map(|p| p.size.get())
            .collect();
        assert_eq!(order, [1, 2, 3, 4, 5]);
    }

    /// By hand: a full queue drops even the most urgent packet, and serves it first if it gets in.
    #[test]
    fn priority_finds_no_more_room() {
        let queue = EniQueue {
            capacity: Capacity::Packets(NonZeroU32::new(2).unwrap()),
            discipline: Discipline::Priority,
        };
        let mut eni = Eni::new(queue, NonZeroU32::MIN);
        let urgency = |priority, size| Packet {
            priority,
            ..packet(size)
        };
        assert!(eni.enqueue(urgency(1, 100)).is_ok());
        assert!(eni.enqueue(urgency(0, 200)).is_ok());
        assert!(eni.enqueue(urgency(0, 300)).is_err());
        assert_eq!(eni.head_size(), Some(Bytes::new(200)));
        assert_eq!(eni.begin_transmission().unwrap().size, Bytes::new(200));
    }

    /// By hand: flows 0 and 1 of three queues; flow 0 has three packets, flow 1 two, of which one
    /// does not fit: the capacity is each queue's own.
    #[test]
    fn hardware_queues_take_turns_and_have_room_each() {
        let two = Capacity::Packets(NonZeroU32::new(2).unwrap());
        let mut eni = Eni::new(EniQueue::fifo(two), NonZeroU32::new(3).unwrap());
        let taken: Vec<bool> = [(0, 1), (0, 2), (0, 3), (1, 4), (1, 5)]
            .map(|(flow, size)| eni.enqueue(Packet::of_size(flow, size)).is_ok())
            .to_vec();
        assert_eq!(taken, [true, true, false, true, true]);
        let order: Vec<u64> = std::iter::from_fn(|| eni.begin_transmission())
            .map(|p| p.size.get())
            .collect();
        assert_eq!(order, [1, 4, 2, 5]);
    }
}
