//! How much the ENIs of one link hold.
//!
//! A packet takes room at its ENI until its last bit has left. Where packets leave in the order in
//! which they came, that is known when it arrives.

use std::collections::VecDeque;

use crate::scenario::Capacity;
use crate::units::{Bytes, SimDuration, SimTime};

/// The room in the queues of the ENIs of a link that serves packets in the order of arrival.
#[derive(Debug)]
pub(super) enum Room {
    Unlimited(Unlimited),
    Backlog(Backlog),
    Counted(Counted),
}

/// Room for everything.
#[derive(Debug)]
pub(super) struct Unlimited;

/// One ENI and packets of one size.
///
/// The packets inside leave one after the other without a pause, so the time until the link is
/// free tells how many they are.
#[derive(Debug)]
pub(super) struct Backlog {
    /// The longest time until the link is free that a packet may find.
    most: SimDuration,
}

/// Several ENIs, or packets of several sizes.
#[derive(Debug)]
pub(super) struct Counted {
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

/// Decides whether a packet is taken in.
pub(super) trait Admission {
    /// Whether a packet of `size` fits into `eni` at `now`, not earlier than asked before, while
    /// the link is busy until `free_at`.
    fn fits(&mut self, now: SimTime, free_at: SimTime, eni: u32, size: Bytes) -> bool;

    /// A packet of `size` that fits takes room at `eni` until `until`.
    fn take(&mut self, eni: u32, size: Bytes, until: SimTime);
}

impl Room {
    /// The empty room of `enis` ENIs. If all packets are alike, their size and transmission time
    /// are `alike`.
    pub fn new(capacity: Capacity, enis: usize, alike: Option<(Bytes, SimDuration)>) -> Self {
        if capacity == Capacity::Unlimited {
            return Room::Unlimited(Unlimited);
        }
        if let (1, Some((size, transmission))) = (enis, alike) {
            let packets = match capacity {
                Capacity::Unlimited => u64::MAX,
                Capacity::Packets(limit) => u64::from(limit.get()),
                Capacity::Bytes(limit) => limit.get() / size.get(),
            };
            let most = transmission
                .as_ps()
                .saturating_mul(packets.saturating_sub(1));
            return Room::Backlog(Backlog {
                most: SimDuration::from_ps(most),
            });
        }
        Room::Counted(Counted {
            capacity,
            used: vec![0; enis],
            inside: VecDeque::new(),
        })
    }
}

impl Admission for Room {
    #[inline(always)]
    fn fits(&mut self, now: SimTime, free_at: SimTime, eni: u32, size: Bytes) -> bool {
        match self {
            Room::Unlimited(_) => true,
            Room::Backlog(room) => room.fits(now, free_at, eni, size),
            Room::Counted(room) => room.fits(now, free_at, eni, size),
        }
    }

    #[inline(always)]
    fn take(&mut self, eni: u32, size: Bytes, until: SimTime) {
        match self {
            Room::Unlimited(_) => {}
            Room::Backlog(room) => room.take(eni, size, until),
            Room::Counted(room) => room.take(eni, size, until),
        }
    }
}

impl Admission for Unlimited {
    #[inline(always)]
    fn fits(&mut self, _now: SimTime, _free_at: SimTime, _eni: u32, _size: Bytes) -> bool {
        true
    }

    #[inline(always)]
    fn take(&mut self, _eni: u32, _size: Bytes, _until: SimTime) {}
}

impl Admission for Backlog {
    #[inline(always)]
    fn fits(&mut self, now: SimTime, free_at: SimTime, _eni: u32, _size: Bytes) -> bool {
        free_at.saturating_since(now) <= self.most
    }

    #[inline(always)]
    fn take(&mut self, _eni: u32, _size: Bytes, _until: SimTime) {}
}

impl Admission for Counted {
    #[inline]
    fn fits(&mut self, now: SimTime, _free_at: SimTime, eni: u32, size: Bytes) -> bool {
        while let Some(first) = self.inside.front()
            && first.until <= now
        {
            self.used[first.eni as usize] -= u64::from(first.takes);
            self.inside.pop_front();
        }
        let used = self.used[eni as usize];
        match self.capacity {
            Capacity::Unlimited => true,
            Capacity::Packets(limit) => used < u64::from(limit.get()),
            Capacity::Bytes(limit) => used + size.get() <= limit.get(),
        }
    }

    #[inline]
    fn take(&mut self, eni: u32, size: Bytes, until: SimTime) {
        let takes = match self.capacity {
            Capacity::Unlimited | Capacity::Packets(_) => 1,
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

    const SIZE: Bytes = Bytes::new(100);
    const TRANSMISSION: SimDuration = SimDuration::from_ps(10);

    fn packets(limit: u32) -> Capacity {
        Capacity::Packets(NonZeroU32::new(limit).unwrap())
    }

    /// Two packets at time 5 on a link of 10 ps a packet leave at 15 and 25.
    #[test]
    fn a_packet_takes_room_until_its_last_bit_has_left() {
        for alike in [None, Some((SIZE, TRANSMISSION))] {
            for capacity in [packets(2), Capacity::Bytes(Bytes::new(299))] {
                let mut room = Room::new(capacity, 1, alike);
                let at = SimTime::from_ps;
                assert!(room.fits(at(5), at(0), 0, SIZE));
                room.take(0, SIZE, at(15));
                assert!(room.fits(at(5), at(15), 0, SIZE));
                room.take(0, SIZE, at(25));
                assert!(!room.fits(at(5), at(25), 0, SIZE));
                assert!(!room.fits(at(14), at(25), 0, SIZE));
                assert!(room.fits(at(15), at(25), 0, SIZE));
            }
        }
    }

    #[test]
    fn each_eni_has_room_of_its_own() {
        let (now, free_at) = (SimTime::from_ps(5), SimTime::from_ps(15));
        let mut room = Room::new(packets(1), 2, Some((SIZE, TRANSMISSION)));
        room.take(1, SIZE, free_at);
        assert!(!room.fits(now, free_at, 1, SIZE));
        assert!(room.fits(now, free_at, 0, SIZE));
    }

    #[test]
    fn a_capacity_in_bytes_admits_what_fits_exactly() {
        let mut room = Room::new(Capacity::Bytes(Bytes::new(1000)), 1, None);
        let (now, free_at) = (SimTime::from_ps(5), SimTime::from_ps(20));
        room.take(0, Bytes::new(600), free_at);
        assert!(!room.fits(now, free_at, 0, Bytes::new(401)));
        assert!(room.fits(now, free_at, 0, Bytes::new(400)));
    }
}
