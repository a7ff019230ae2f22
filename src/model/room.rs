//! How much the ENIs of one link hold.

use std::collections::VecDeque;

use crate::scenario::Capacity;
use crate::units::{Bytes, SimTime};

/// The room in the queues of several ENIs that share a link and are served in the order of arrival.
///
/// A packet takes room at its ENI until its last bit has left, which is known when it arrives.
#[derive(Debug)]
pub(super) struct Room {
    capacity: Capacity,
    /// Packets or bytes at each ENI, whichever the capacity counts.
    used: Vec<u64>,
    /// Packets that may still take room, in the order in which they leave.
    inside: VecDeque<Occupant>,
}

#[derive(Debug)]
struct Occupant {
    until: SimTime,
    eni: u32,
    /// Packets or bytes.
    takes: u32,
}

impl Room {
    pub fn new(capacity: Capacity, enis: usize) -> Self {
        let counted = match capacity {
            Capacity::Unlimited => 0,
            Capacity::Packets(_) | Capacity::Bytes(_) => enis,
        };
        Room {
            capacity,
            used: vec![0; counted],
            inside: VecDeque::new(),
        }
    }

    /// Whether a packet of `size` fits into `eni` at `now`, not earlier than asked before.
    #[inline]
    pub fn fits(&mut self, now: SimTime, eni: u32, size: Bytes) -> bool {
        let (takes, limit) = match self.capacity {
            Capacity::Unlimited => return true,
            Capacity::Packets(limit) => (1, u64::from(limit.get())),
            Capacity::Bytes(limit) => (size.get(), limit.get()),
        };
        while let Some(first) = self.inside.front()
            && first.until <= now
        {
            self.used[first.eni as usize] -= u64::from(first.takes);
            self.inside.pop_front();
        }
        self.used[eni as usize] + takes <= limit
    }

    /// A packet of `size` that fits takes room at `eni` until `until`.
    #[inline]
    pub fn take(&mut self, eni: u32, size: Bytes, until: SimTime) {
        let takes = match self.capacity {
            Capacity::Unlimited => return,
            Capacity::Packets(_) => 1,
            Capacity::Bytes(_) => size.get() as u32,
        };
        self.used[eni as usize] += u64::from(takes);
        self.inside.push_back(Occupant { until, eni, takes });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    const NOW: SimTime = SimTime::from_ps(10);

    #[test]
    fn a_packet_takes_room_until_its_last_bit_has_left() {
        let mut room = Room::new(Capacity::Packets(NonZeroU32::new(2).unwrap()), 2);
        for until in [20, 30] {
            assert!(room.fits(NOW, 1, Bytes::new(100)));
            room.take(1, Bytes::new(100), SimTime::from_ps(until));
        }
        assert!(!room.fits(SimTime::from_ps(19), 1, Bytes::new(100)));
        assert!(room.fits(SimTime::from_ps(19), 0, Bytes::new(100)));
        assert!(room.fits(SimTime::from_ps(20), 1, Bytes::new(100)));
    }

    #[test]
    fn a_capacity_in_bytes_admits_what_fits_exactly() {
        let mut room = Room::new(Capacity::Bytes(Bytes::new(1000)), 1);
        room.take(0, Bytes::new(600), SimTime::from_ps(20));
        assert!(!room.fits(NOW, 0, Bytes::new(401)));
        assert!(room.fits(NOW, 0, Bytes::new(400)));
        room.take(0, Bytes::new(400), SimTime::from_ps(30));
        assert!(!room.fits(NOW, 0, Bytes::new(1)));
        assert!(room.fits(SimTime::from_ps(20), 0, Bytes::new(600)));
    }
}
