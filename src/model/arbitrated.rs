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
pub(super) struct ArbitratedPort {
    capacity: Capacity,
    queues: Queues,
    /// Packets or bytes at each ENI, the one in transmission included; whichever the capacity
    /// counts.
    used: Vec<u64>,
    arbiter: Arbiter,
    /// The ENI in transmission, and what its packet takes of the capacity.
    transmitting: Option<(u32, u64)>,
    link: Link,
    way_out: WayOut,
}

impl ArbitratedPort {
    pub fn new(
        queue: EniQueue,
        enis: usize,
        arbiter: Arbiter,
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

    /// What a packet of `size` takes of the capacity, and the capacity.
    #[inline]
    fn demand(&self, size: Bytes) -> (u64, u64) {
        match self.capacity {
            Capacity::Unlimited => (0, u64::MAX),
            Capacity::Packets(limit) => (1, u64::from(limit.get())),
            Capacity::Bytes(limit) => (size.get(), limit.get()),
        }
    }

    /// The idle link takes the next packet at `now`, if there is one.
    #[inline]
    fn begin(&mut self, now: SimTime, recorder: &mut Recorder) {
        let Some(eni) = self.arbiter.next(&self.queues) else {
            return;
        };
        let packet = self.queues.pop(eni);
        let packet = packet.expect("the arbiter chooses an ENI with a packet");
        let (takes, _) = self.demand(packet.size());
        let (begun, transmitted) = self.link.transmit(now, packet.size());
        self.transmitting = Some((eni, takes));
        self.way_out.take(packet, begun, transmitted, recorder);
    }

    /// The transmission in progress ends.
    #[inline]
    fn complete(&mut self, recorder: &mut Recorder) {
        if let Some((eni, takes)) = self.transmitting.take() {
            self.used[eni as usize] -= takes;
        }
        self.begin(self.link.free_at, recorder);
    }
}

impl Egress for ArbitratedPort {
    #[inline]
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder) {
        let now = packet.served;
        // A transmission that ends at this instant ends before the packet comes.
        while self.transmitting.is_some() && self.link.free_at <= now {
            self.complete(recorder);
        }
        let eni = packet.task;
        let (takes, limit) = self.demand(packet.size());
        let used = &mut self.used[eni as usize];
        if *used + takes > limit {
            let cause = DropCause::EniQueue;
            return recorder.dropped(now, packet.task, packet.size(), packet.arrived, cause);
        }
        *used += takes;
        let was_empty = self.queues.push(eni, packet);
        self.arbiter.enqueued(eni, was_empty);
        if self.transmitting.is_none() {
            self.begin(now, recorder);
        }
    }

    fn advance(&mut self, until: SimTime, recorder: &mut Recorder) {
        while self.transmitting.is_some() && self.link.free_at < until {
            self.complete(recorder);
        }
    }

    fn undecided(&self) -> impl Iterator<Item = &Packet> {
        self.queues.packets()
    }
}
