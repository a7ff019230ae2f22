//! An allowance with burst credit: a token bucket behind the link, with a finite buffer.
//!
//! # Model
//! The bucket holds at most `credit` bytes and refills at the baseline rate. A packet leaves as
//! soon as it is first in line and the bucket holds its size; the line before it runs at the burst
//! rate, so the shaper itself has no transmission time. A packet that would have to wait and does
//! not fit into the buffer is dropped. One bucket and one first-come first-served line serve all
//! ENIs of the instance: once the credit is gone, an ENI of one's own protects no one here.
//!
//! Time is exact: the bucket's state is the instant at which it will be full, and sizes count as
//! the time they last at the baseline rate, rounded up.
//!
//! # Identity
//! Without losses the delay of a packet is max(0, W − (B − L)/r), with W its waiting time in a
//! plain queue of rate r, B the credit and L its size: true on every sample path of arrivals *at the
//! shaper*. Poisson packets are Poisson there only in the limit of an infinite burst rate, in which
//! M/D/1 is an exact oracle.
//!
//! A plain link has no shaper: what exceeds it waits at the ENI and is not counted as exceeding the
//! allowance.
//!
//! # Leaves out
//! Quantized refill, and best-effort bursts beyond the credit.

use std::collections::VecDeque;

use super::packet::Packet;
use crate::measure::Stage;
use crate::scenario::{CreditState, TokenBucket};
use crate::units::{Bytes, SimDuration, SimTime};

/// Shaper of one allowance.
#[derive(Debug)]
pub(super) struct Shaper {
    law: TokenBucket,
    /// Time the whole credit lasts at the baseline rate.
    depth: SimDuration,
    /// The instant at which the bucket will be full again; in the past once it is full.
    full_at: SimTime,
    waiting: VecDeque<Packet>,
    /// Bytes waiting.
    buffered: u64,
}

/// What becomes of a packet that arrives at the shaper.
#[derive(Debug)]
pub(super) enum Verdict {
    /// There is credit: it leaves at once.
    Conforms(Packet),
    /// It waits; if it is the first in line, until this instant.
    Waits(Option<SimTime>),
    /// The buffer is full.
    Dropped(Packet),
}

impl Shaper {
    pub fn new(law: TokenBucket) -> Self {
        let depth = law.baseline.transmission_time(law.credit);
        let full_at = match law.start {
            CreditState::Full => SimTime::ZERO,
            CreditState::Empty => SimTime::ZERO + depth,
        };
        Shaper {
            law,
            depth,
            full_at,
            waiting: VecDeque::new(),
            buffered: 0,
        }
    }

    /// Time `size` takes of the baseline rate.
    #[inline]
    pub fn baseline_time(&self, size: Bytes) -> SimDuration {
        self.law.baseline.transmission_time(size)
    }

    /// The first instant from `now` on at which the bucket holds `size`.
    #[inline]
    fn conforms_at(&self, now: SimTime, size: Bytes) -> SimTime {
        let full_at = self.full_at.max(now) + self.baseline_time(size);
        // The bucket holds `size` once what it lacks, `size` included, is at most its depth.
        now.max(full_at.saturating_sub(self.depth))
    }

    fn spend(&mut self, now: SimTime, size: Bytes) {
        self.full_at = self.full_at.max(now) + self.baseline_time(size);
    }

    /// `packet` arrives from a link.
    #[inline]
    pub fn arrive(&mut self, now: SimTime, packet: Packet) -> Verdict {
        let size = packet.size;
        let first = self.waiting.is_empty();
        let release = self.conforms_at(now, size);
        if first && release == now {
            self.spend(now, size);
            return Verdict::Conforms(packet);
        }
        if self.buffered + size.get() > self.law.buffer.get() {
            return Verdict::Dropped(packet);
        }
        self.buffered += size.get();
        self.waiting.push_back(packet);
        Verdict::Waits(first.then_some(release))
    }

    /// The first packet in line has credit and leaves; returns it, and when the next one will.
    #[inline]
    pub fn release(&mut self, now: SimTime) -> (Packet, Option<SimTime>) {
        let mut packet = self
            .waiting
            .pop_front()
            .expect("only a waiting packet is released");
        self.buffered -= packet.size.get();
        self.spend(now, packet.size);
        packet
            .stages
            .add(Stage::AllowanceWait, now.since(packet.since));
        let next = self
            .waiting
            .front()
            .map(|next| self.conforms_at(now, next.size));
        (packet, next)
    }

    /// The packets waiting.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.waiting.iter()
    }
}
