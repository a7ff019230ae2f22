//! A link with the ENIs that share it.
//!
//! # Model
//! The link transmits one packet at a time at its line rate; a packet counts as being at its ENI
//! until its last bit has left. Which ENI is next is the [`Arbiter`]'s choice. Store and forward:
//! what comes after the link gets the packet when its transmission ends.

use super::arbiter::Arbiter;
use super::eni::Eni;
use super::packet::Packet;
use super::shaper::Shaper;
use crate::measure::Stage;
use crate::scenario::Allowance;
use crate::units::{DataRate, SimTime};

/// A link, the ENIs in front of it and, where the allowance has burst credit, the shaper behind.
#[derive(Debug)]
pub(super) struct Port {
    line_rate: DataRate,
    enis: Vec<Eni>,
    arbiter: Arbiter,
    transmitting: Option<Transmitting>,
    /// `None` where the allowance is a plain link.
    pub shaper: Option<Shaper>,
}

#[derive(Debug)]
struct Transmitting {
    eni: u32,
    packet: Packet,
}

/// A transmission that begins: whose packet, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transmission {
    pub task: u32,
    pub end: SimTime,
}

impl Port {
    pub fn new(allowance: Allowance, enis: Vec<Eni>, arbiter: Arbiter) -> Self {
        let shaper = match allowance {
            Allowance::Link(_) => None,
            Allowance::TokenBucket(law) => Some(Shaper::new(law)),
        };
        Port {
            line_rate: allowance.line_rate(),
            enis,
            arbiter,
            transmitting: None,
            shaper,
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
        Ok(if self.transmitting.is_none() {
            self.begin(now)
        } else {
            None
        })
    }

    /// The transmission in progress ends; returns its packet, and the transmission that begins.
    #[inline]
    pub fn complete(&mut self, now: SimTime) -> (Packet, Option<Transmission>) {
        let Transmitting { eni, mut packet } = self
            .transmitting
            .take()
            .expect("only a transmission in progress ends");
        self.enis[eni as usize].transmitted(packet.size);
        packet
            .stages
            .add(Stage::Transmission, now.since(packet.since));
        packet.since = now;
        (packet, self.begin(now))
    }

    fn begin(&mut self, now: SimTime) -> Option<Transmission> {
        let eni = self.arbiter.next(&self.enis)?;
        let mut packet = self.enis[eni as usize]
            .begin_transmission()
            .expect("the arbiter chooses an ENI with a packet");
        packet.stages.add(Stage::EniWait, now.since(packet.since));
        packet.since = now;
        let end = now + self.line_rate.transmission_time(packet.size);
        let task = packet.task;
        self.transmitting = Some(Transmitting { eni, packet });
        Some(Transmission { task, end })
    }

    /// The packets inside.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        let waiting = self.enis.iter().flat_map(Eni::packets);
        let transmitting = self.transmitting.iter().map(|t| &t.packet);
        let shaped = self.shaper.iter().flat_map(Shaper::packets);
        waiting.chain(transmitting).chain(shaped)
    }
}
