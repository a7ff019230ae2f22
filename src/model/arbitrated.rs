//! One link for the queues of several ENIs, served by an arbitration rule.
//!
//! Which packet is next depends on what has come until the link is free, so here the ends of
//! transmissions are events, but the only ones, and one is pending at most.

use super::arbiter::Arbiter;
use super::egress::Egress;
use super::packet::Packet;
use super::port::{Link, WayOut};
use super::queues::Queues;
use crate::measure::{DropCause, Recorder};
use crate::scenario::{Allowance, Capacity, EniQueue};
use crate::units::{Bytes, SimDuration, SimTime};

/// Arbitration `round-robin` and `drr`: an ENI per task, one link.
#[derive(Debug)]
pub(super) struct ArbitratedPort<A> {
    capacity: Capacity,
    queues: Queues,
    /// Packets or bytes at each ENI, the one in transmission included; whichever the capacity
    /// counts.
    used: Vec<u64>,
    arbiter: A,
    /// The ENI in transmission, and what its packet takes of the capacity.
    transmitting: Option<(u32, u32)>,
    link: Link,
    way_out: WayOut,
}

impl<A: Arbiter> ArbitratedPort<A> {
    pub fn new(
        queue: EniQueue,
        enis: usize,
        arbiter: A,
        allowance: Allowance,
        propagation: SimDuration,
    ) -> Self {
        ArbitratedPort {
            capacity: queue.capacity,
            queues: Queues::new(enis),
            used: vec![0; enis],
            arbiter,
            transmitting: None,
            link: Link::new(allowance),
            way_out: WayOut::new(allowance, propagation),
        }
    }

    /// What a packet of `size` takes of the capacity.
    #[inline]
    fn takes(&self, size: Bytes) -> u64 {
        match self.capacity {
            Capacity::Unlimited => 0,
            Capacity::Packets(_) => 1,
            Capacity::Bytes(_) => size.get(),
        }
    }

    /// Takes room for a packet of `size` at `eni`, if there is any.
    #[inline]
    fn make_room(&mut self, eni: u32, size: Bytes) -> bool {
        let limit = match self.capacity {
            Capacity::Unlimited => return true,
            Capacity::Packets(limit) => u64::from(limit.get()),
            Capacity::Bytes(limit) => limit.get(),
        };
        let takes = self.takes(size);
        let used = &mut self.used[eni as usize];
        let fits = *used + takes <= limit;
        if fits {
            *used += takes;
        }
        fits
    }

    /// The link, idle at `now`, takes `packet` of `eni`.
    #[inline(always)]
    fn transmit(&mut self, now: SimTime, eni: u32, packet: Packet, recorder: &mut Recorder) {
        let (begun, transmitted) = self.link.transmit(now, packet.size());
        self.transmitting = Some((eni, self.takes(packet.size()) as u32));
        self.way_out.take(packet, begun, transmitted, recorder);
    }

    /// Lets the transmission in progress end and begin the next one, if a packet waits.
    #[inline(always)]
    fn complete(&mut self, (eni, takes): (u32, u32), recorder: &mut Recorder) {
        if takes > 0 {
            self.used[eni as usize] -= u64::from(takes);
        }
        self.transmitting = None;
        if let Some(eni) = self.arbiter.next(&self.queues) {
            let packet = self.queues.pop(eni);
            let packet = packet.expect("the arbiter chooses an ENI with a packet");
            self.transmit(self.link.free_at, eni, packet, recorder);
        }
    }
}

impl<A: Arbiter> Egress for ArbitratedPort<A> {
    // By order: as a call for each packet, it costs a twentieth more.
    #[inline(always)]
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder) {
        let now = packet.served;
        // A transmission that ends at this instant ends before the packet comes.
        while let Some(transmitting) = self.transmitting
            && self.link.free_at <= now
        {
            self.complete(transmitting, recorder);
        }
        let (eni, size) = (packet.task, packet.size());
        if !self.make_room(eni, size) {
            let cause = DropCause::EniQueue;
            recorder.dropped(now, packet.task, size, packet.arrived, cause);
        } else if self.transmitting.is_none() {
            self.arbiter.alone(eni, size);
            self.transmit(now, eni, packet, recorder);
        } else {
            let was_empty = self.queues.push(eni, packet);
            self.arbiter.enqueued(eni, was_empty);
        }
    }

    fn advance(&mut self, until: SimTime, recorder: &mut Recorder) {
        while let Some(transmitting) = self.transmitting
            && self.link.free_at < until
        {
            self.complete(transmitting, recorder);
        }
    }

    fn undecided(&self) -> impl Iterator<Item = &Packet> {
        self.queues.packets()
    }
}
