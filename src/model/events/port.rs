//! A link with the ENIs that share it.
//!
//! # Model
//! The link transmits one packet at a time at its line rate; a packet counts as being at its ENI
//! until its last bit has left. Which ENI is next is the [`Arbiter`]'s choice. Store and forward:
//! what comes after the link gets the packet when its transmission ends.
//!
//! With a trunk, ENIs are its branches (VLANs): the arbiter moves packets from them into the one
//! queue of the trunk as soon as that has room, and the trunk is served in that order. A branch
//! counts only what waits there. A trunk that holds a single packet is no queue at all: the
//! arbiter chooses as it does among ENIs of their own. One without limit takes every packet at
//! once: the branches are only labels.
//!
//! # Leaves out
//! How the device really moves packets from VLANs to its queues is not published; that branches
//! wait while the trunk is full is an assumption.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use super::arbiter::Arbiter;
use super::eni::Eni;
use super::packet::Packet;
use crate::measure::Stage;
use crate::scenario::Allowance;
use crate::units::{DataRate, SimTime};

/// A link, and the ENIs in front of it.
#[derive(Debug)]
pub(super) struct Port {
    line_rate: DataRate,
    enis: Vec<Eni>,
    arbiter: Arbiter,
    trunk: Option<Trunk>,
    transmitting: Option<Transmitting>,
}

/// The queue of a trunk.
#[derive(Debug)]
struct Trunk {
    /// Packets that it holds, the one in transmission included.
    capacity: Option<NonZeroU32>,
    waiting: VecDeque<Packet>,
}

#[derive(Debug)]
struct Transmitting {
    /// The ENI that still counts the packet.
    eni: Option<u32>,
    packet: Packet,
}

/// A transmission that begins: whose packet, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transmission {
    pub task: u32,
    pub end: SimTime,
}

impl Port {
    /// A port at the allowance's line rate.
    pub fn new(allowance: Allowance, enis: Vec<Eni>, arbiter: Arbiter) -> Self {
        Port {
            line_rate: allowance.line_rate(),
            enis,
            arbiter,
            trunk: None,
            transmitting: None,
        }
    }

    /// The same with a trunk that holds `capacity` packets.
    pub fn with_trunk(self, capacity: Option<NonZeroU32>) -> Self {
        let waiting = VecDeque::new();
        Port {
            trunk: Some(Trunk { capacity, waiting }),
            ..self
        }
    }

    /// `packet` arrives at `eni`; returns the transmission that begins if the link was idle, or
    /// the packet if it did not fit.
    #[inline]
    pub fn arrive(
        &mut self,
        now: SimTime,
        eni: u32,
        mut packet: Packet,
    ) -> Result<Option<Transmission>, Packet> {
        packet.since = now;
        let queue = &mut self.enis[eni as usize];
        let was_empty = queue.head_size().is_none();
        queue.enqueue(packet)?;
        self.arbiter.enqueued(eni, was_empty);
        self.fill_trunk(now);
        Ok(if self.transmitting.is_none() {
            self.begin(now)
        } else {
            None
        })
    }

    /// The transmission in progress ends; returns its packet, and the transmission that begins.
    #[inline]
    pub fn complete(&mut self, now: SimTime) -> (Packet, Option<Transmission>) {
        let transmitting = self.transmitting.take();
        let Transmitting { eni, mut packet } =
            transmitting.expect("only a transmission in progress ends");
        if let Some(eni) = eni {
            self.enis[eni as usize].transmitted(&packet);
        }
        packet.leave(Stage::Transmission, now);
        self.fill_trunk(now);
        (packet, self.begin(now))
    }

    /// Moves packets from the branches to the trunk while it has room.
    fn fill_trunk(&mut self, now: SimTime) {
        let Some(trunk) = &mut self.trunk else {
            return;
        };
        let inside = |trunk: &Trunk| trunk.waiting.len() + usize::from(self.transmitting.is_some());
        let has_room = |trunk: &Trunk| {
            let capacity = trunk.capacity.map_or(usize::MAX, |n| n.get() as usize);
            inside(trunk) < capacity
        };
        while has_room(trunk) {
            let Some(eni) = self.arbiter.next(&self.enis) else {
                return;
            };
            let branch = &mut self.enis[eni as usize];
            let packet = branch.begin_transmission();
            let mut packet = packet.expect("the arbiter chooses a branch with a packet");
            branch.transmitted(&packet);
            packet.leave(Stage::EniWait, now);
            trunk.waiting.push_back(packet);
        }
    }

    fn begin(&mut self, now: SimTime) -> Option<Transmission> {
        let (eni, stage, packet) = match &mut self.trunk {
            Some(trunk) => (None, Stage::TrunkWait, trunk.waiting.pop_front()?),
            None => {
                let eni = self.arbiter.next(&self.enis)?;
                let packet = self.enis[eni as usize].begin_transmission();
                let packet = packet.expect("the arbiter chooses an ENI with a packet");
                (Some(eni), Stage::EniWait, packet)
            }
        };
        let mut packet = packet;
        packet.leave(stage, now);
        let end = now + self.line_rate.transmission_time(packet.size);
        let task = packet.task;
        self.transmitting = Some(Transmitting { eni, packet });
        Some(Transmission { task, end })
    }

    /// The packets inside.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        let waiting = self.enis.iter().flat_map(Eni::packets);
        let in_trunk = self.trunk.iter().flat_map(|trunk| &trunk.waiting);
        let transmitting = self.transmitting.iter().map(|t| &t.packet);
        waiting.chain(in_trunk).chain(transmitting)
    }
}
