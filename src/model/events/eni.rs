//! The queue of one ENI: first come first served, dropping at the tail.
//!
//! # Model
//! The capacity counts every packet at the ENI, the one being transmitted included (the K of
//! M/D/1/K); a packet that does not fit is dropped on arrival, whole.
//!
//! # Leaves out
//! The split into a driver ring and a queueing discipline, and several hardware queues.

use std::collections::VecDeque;

use super::packet::Packet;
use crate::scenario::Capacity;
use crate::units::Bytes;

/// One ENI's queue.
#[derive(Debug)]
pub(super) struct Eni {
    capacity: Capacity,
    waiting: VecDeque<Packet>,
    /// Packets at the ENI, the one in transmission included.
    packets: u64,
    /// Bytes at the ENI, those in transmission included.
    bytes: u64,
}

impl Eni {
    pub fn new(capacity: Capacity) -> Self {
        Eni {
            capacity,
            waiting: VecDeque::new(),
            packets: 0,
            bytes: 0,
        }
    }

    /// Takes `packet` in, or gives it back if it does not fit.
    #[inline]
    pub fn enqueue(&mut self, packet: Packet) -> Result<(), Packet> {
        let size = packet.size.get();
        let fits = match self.capacity {
            Capacity::Unlimited => true,
            Capacity::Packets(limit) => self.packets < u64::from(limit.get()),
            Capacity::Bytes(limit) => self.bytes + size <= limit.get(),
        };
        if !fits {
            return Err(packet);
        }
        self.packets += 1;
        self.bytes += size;
        self.waiting.push_back(packet);
        Ok(())
    }

    /// Takes the first packet for transmission; its room is not free until [`Self::transmitted`].
    #[inline]
    pub fn begin_transmission(&mut self) -> Option<Packet> {
        self.waiting.pop_front()
    }

    /// A packet of `size` has been transmitted.
    #[inline]
    pub fn transmitted(&mut self, size: Bytes) {
        self.packets -= 1;
        self.bytes -= size.get();
    }

    /// Size of the first waiting packet.
    #[inline]
    pub fn head_size(&self) -> Option<Bytes> {
        self.waiting.front().map(|packet| packet.size)
    }

    /// The packets waiting; the one in transmission is with the port.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.waiting.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;
    use std::num::NonZeroU32;

    fn packet(size: u64) -> Packet {
        Packet::new(0, Bytes::new(size), SimTime::ZERO, true)
    }

    #[test]
    fn a_packet_in_transmission_still_takes_room() {
        let mut eni = Eni::new(Capacity::Packets(NonZeroU32::new(2).unwrap()));
        assert!(eni.enqueue(packet(100)).is_ok());
        assert!(eni.enqueue(packet(100)).is_ok());
        assert!(eni.begin_transmission().is_some());
        assert!(eni.enqueue(packet(100)).is_err());
        eni.transmitted(Bytes::new(100));
        assert!(eni.enqueue(packet(100)).is_ok());
    }

    #[test]
    fn a_capacity_in_bytes_admits_what_fits_exactly() {
        let mut eni = Eni::new(Capacity::Bytes(Bytes::new(1000)));
        assert!(eni.enqueue(packet(600)).is_ok());
        assert!(eni.enqueue(packet(401)).is_err());
        assert!(eni.enqueue(packet(400)).is_ok());
        assert!(eni.enqueue(packet(1)).is_err());
    }

    #[test]
    fn first_come_is_first_served() {
        let mut eni = Eni::new(Capacity::Unlimited);
        (1..=5).for_each(|size| eni.enqueue(packet(size)).unwrap());
        let order: Vec<u64> = std::iter::from_fn(|| eni.begin_transmission())
            .map(|p| p.size.get())
            .collect();
        assert_eq!(order, [1, 2, 3, 4, 5]);
    }
}
