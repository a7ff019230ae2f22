//! What a packet crosses from its ENI to the receiver: the link, the allowance, propagation.

use super::packet::Packet;
use super::shaper::Shaper;
use crate::measure::Recorder;
use crate::scenario::Allowance;
use crate::units::{Bytes, DataRate, SimDuration, SimTime};

/// A link: one packet at a time at a fixed rate, store and forward.
#[derive(Debug)]
pub(super) struct Link {
    rate: DataRate,
    /// When the last transmission given to it ends.
    pub free_at: SimTime,
    /// The last size and what its transmission takes: sizes seldom change from packet to packet,
    /// and a division costs more than the rest of a transmission.
    last: (Bytes, SimDuration),
}

impl Link {
    /// An idle link at the allowance's line rate.
    pub fn new(allowance: Allowance) -> Self {
        Link {
            rate: allowance.line_rate(),
            free_at: SimTime::ZERO,
            last: (Bytes::ZERO, SimDuration::ZERO),
        }
    }

    /// Time that the transmission of a packet of `size` takes.
    pub fn transmission_time(&self, size: Bytes) -> SimDuration {
        self.rate.transmission_time(size)
    }

    /// Transmits a packet of `size` from `now` on, or when the link is free; returns when it begins
    /// and ends.
    #[inline]
    pub fn transmit(&mut self, now: SimTime, size: Bytes) -> (SimTime, SimTime) {
        if self.last.0 != size {
            self.last = (size, self.rate.transmission_time(size));
        }
        let begun = self.free_at.max(now);
        self.free_at = begun + self.last.1;
        (begun, self.free_at)
    }
}

/// What lies behind a link: the allowance's shaper, where there is burst credit, and the way to the
/// receiver.
#[derive(Debug)]
pub(super) struct WayOut {
    /// `None` where the allowance is a plain link.
    shaper: Option<Shaper>,
    pub propagation: SimDuration,
}

impl WayOut {
    pub fn new(allowance: Allowance, propagation: SimDuration) -> Self {
        WayOut {
            shaper: match allowance {
                Allowance::Link(_) => None,
                Allowance::TokenBucket(law) => Some(Shaper::new(law)),
            },
            propagation,
        }
    }

    /// Whether there is nothing but propagation.
    pub fn is_plain(&self) -> bool {
        self.shaper.is_none()
    }

    /// Records what becomes of `packet`, whose transmission is known. Transmissions come in order.
    #[inline(always)]
    pub fn take(
        &mut self,
        packet: Packet,
        begun: SimTime,
        transmitted: SimTime,
        recorder: &mut Recorder,
    ) {
        let Some(shaper) = &mut self.shaper else {
            let passage = packet.passage(begun, transmitted, transmitted, self.propagation);
            return recorder.delivered(&passage);
        };
        let (task, size, arrived) = (packet.task, packet.size(), packet.arrived);
        let release = shaper.arrive(transmitted, size);
        if release.is_none_or(|release| release.at > transmitted) {
            recorder.allowance_exceeded(transmitted, task, arrived);
        }
        match release {
            Some(release) => {
                recorder.took(task, release.at, release.baseline_time);
                let passage = packet.passage(begun, transmitted, release.at, self.propagation);
                recorder.delivered(&passage);
            }
            None => recorder.dropped_by_allowance(transmitted, task, size, arrived),
        }
    }
}
