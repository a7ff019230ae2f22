//! A constant delay that any number of packets spend at the same time.

use std::collections::VecDeque;

use super::packet::Packet;
use crate::measure::Stage;
use crate::units::{SimDuration, SimTime};

/// Propagation, or the delay of a microVM. It is the same for all packets, so the first to come is
/// the first to leave, and one pending event is enough.
#[derive(Debug)]
pub(super) struct DelayLine {
    delay: SimDuration,
    stage: Stage,
    packets: VecDeque<Packet>,
}

impl DelayLine {
    pub fn new(delay: SimDuration, stage: Stage) -> Self {
        DelayLine {
            delay,
            stage,
            packets: VecDeque::new(),
        }
    }

    /// Whether packets pass without being delayed.
    pub fn is_none(&self) -> bool {
        self.delay.is_zero()
    }

    /// `packet` comes at `now`; returns when it leaves if it is the only one.
    pub fn enter(&mut self, now: SimTime, mut packet: Packet) -> Option<SimTime> {
        packet.since = now;
        self.packets.push_back(packet);
        (self.packets.len() == 1).then(|| now + self.delay)
    }

    /// The first packet leaves at `now`; returns it, and when the next one will.
    pub fn leave(&mut self, now: SimTime) -> (Packet, Option<SimTime>) {
        let first = self.packets.pop_front();
        let mut packet = first.expect("only a packet in the line leaves it");
        packet.leave(self.stage, now);
        let next = self.packets.front();
        (packet, next.map(|next| next.since + self.delay))
    }

    /// The packets inside.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.packets.iter()
    }
}
