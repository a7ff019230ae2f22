//! Ways out of the instance on which nothing that comes later changes what becomes of a packet.
//!
//! Where an ENI's packets leave in the order in which they came, a packet's transmission is known
//! as soon as it arrives (Lindley's recursion), and so is all that follows: no event is needed.

use super::lane::Lane;
use super::packet::Packet;
use super::port::{Link, WayOut};
use super::room::{Admission, Room};
use crate::measure::{DropCause, Recorder};
use crate::scenario::{Allowance, EniQueue};
use crate::units::{Bytes, SimDuration, SimTime};

/// ENIs, arbitration, allowance and propagation of one instance.
pub(super) trait Egress {
    /// Whether what becomes of a task's packets depends on those of other tasks. If not, tasks may
    /// be worked through one after the other.
    const TASKS_MEET: bool = true;

    /// `packet` reaches its ENI; packets of tasks that meet come in the order in which they do.
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder);

    /// The links, if packets of one size that come straight from their tasks can cross them in
    /// many at a time.
    fn lane(&mut self) -> Option<Lane<'_>> {
        None
    }

    /// No packet comes before `until` any more: decides what is decided before it.
    fn advance(&mut self, _until: SimTime, _recorder: &mut Recorder) {}

    /// The packets whose way is not known yet.
    fn undecided(&self) -> impl Iterator<Item = &Packet> {
        std::iter::empty()
    }
}

/// Mode `none`: there is no way out.
#[derive(Debug)]
pub(super) struct Refused;

impl Egress for Refused {
    const TASKS_MEET: bool = false;

    #[inline]
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder) {
        let cause = DropCause::Refused;
        recorder.dropped(
            packet.served,
            packet.task,
            packet.size(),
            packet.arrived,
            cause,
        );
    }
}

/// One link that serves its ENIs in the order of arrival.
#[derive(Debug)]
pub(super) struct FifoPort {
    pub link: Link,
    pub room: Room,
    pub way_out: WayOut,
}

impl FifoPort {
    /// A port for packets of `size`, or of several sizes.
    pub fn new(
        queue: EniQueue,
        enis: usize,
        allowance: Allowance,
        propagation: SimDuration,
        size: Option<Bytes>,
    ) -> Self {
        let link = Link::new(allowance);
        let alike = size.map(|size| (size, link.transmission_time(size)));
        FifoPort {
            link,
            room: Room::new(queue.capacity, enis, alike),
            way_out: WayOut::new(allowance, propagation),
        }
    }

    #[inline(always)]
    pub fn arrive(&mut self, eni: u32, packet: Packet, recorder: &mut Recorder) {
        let now = packet.served;
        if !self.room.fits(now, self.link.free_at, eni, packet.size()) {
            let cause = DropCause::EniQueue;
            return recorder.dropped(now, packet.task, packet.size(), packet.arrived, cause);
        }
        let (begun, transmitted) = self.link.transmit(now, packet.size());
        self.room.take(eni, packet.size(), transmitted);
        self.way_out.take(packet, begun, transmitted, recorder);
    }
}

/// Modes `bridge` and `host`: all tasks through one ENI.
#[derive(Debug)]
pub(super) struct SharedEni(pub FifoPort);

impl Egress for SharedEni {
    #[inline(always)]
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder) {
        self.0.arrive(0, packet, recorder);
    }

    fn lane(&mut self) -> Option<Lane<'_>> {
        let port = &mut self.0;
        port.way_out.is_plain().then_some(Lane::OneEni(port))
    }
}

/// Arbitration `fifo`: an ENI per task, served in the order of arrival.
#[derive(Debug)]
pub(super) struct FifoEnis(pub FifoPort);

impl Egress for FifoEnis {
    #[inline(always)]
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder) {
        self.0.arrive(packet.task, packet, recorder);
    }

    fn lane(&mut self) -> Option<Lane<'_>> {
        let port = &mut self.0;
        port.way_out.is_plain().then_some(Lane::EniPerTask(port))
    }
}

/// Arbitration `partition` and `dedicated`: an ENI and a link per task.
#[derive(Debug)]
pub(super) struct OwnPorts(pub Vec<FifoPort>);

impl Egress for OwnPorts {
    const TASKS_MEET: bool = false;

    #[inline(always)]
    fn arrive(&mut self, packet: Packet, recorder: &mut Recorder) {
        self.0[packet.task as usize].arrive(0, packet, recorder);
    }

    fn lane(&mut self) -> Option<Lane<'_>> {
        // The ports are alike.
        let plain = self.0.first().is_none_or(|port| port.way_out.is_plain());
        plain.then_some(Lane::LinkPerTask(&mut self.0))
    }
}
