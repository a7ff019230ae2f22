//! An allowance: a token bucket with a finite buffer, of bytes or of packets.
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
//! A budget of packets is the same with the size of every packet taken as one. The cap of a single
//! flow is the same with a credit of one packet.
//!
//! A plain link has no shaper: what exceeds it waits at the ENI and is not counted as exceeding the
//! allowance.
//!
//! # Leaves out
//! Quantized refill, and best-effort bursts beyond the credit.

use std::collections::VecDeque;

use super::packet::Packet;
use crate::measure::Stage;
use crate::scenario::{CreditState, FlowCap, PacketAllowance, TokenBucket};
use crate::units::{Bytes, DataRate, SimDuration, SimTime};

/// Shaper of one allowance.
#[derive(Debug)]
pub(super) struct Shaper {
    unit: Unit,
    /// Refill rate, in bits of which a unit has eight.
    rate: DataRate,
    /// Units that may wait.
    buffer: u64,
    /// Time the whole credit lasts at the baseline rate.
    depth: SimDuration,
    /// The instant at which the bucket will be full again; in the past once it is full.
    full_at: SimTime,
    waiting: VecDeque<Packet>,
    /// Units waiting.
    buffered: u64,
}

/// What the bucket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Bytes,
    Packets,
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
    /// The shaper of a bandwidth with burst credit.
    pub fn bandwidth(law: TokenBucket) -> Self {
        let mut shaper = Shaper::full(Unit::Bytes, law.baseline, law.credit, law.buffer.get());
        if law.start == CreditState::Empty {
            shaper.full_at += shaper.depth;
        }
        shaper
    }

    /// The shaper of a budget of packets.
    pub fn packets(law: PacketAllowance) -> Self {
        let credit = Bytes::new(u64::from(law.burst.get()));
        let bits_per_s = (law.rate.per_s() * 8.0).round().max(1.0) as u64;
        let rate = DataRate::new(bits_per_s).expect("at least one");
        Shaper::full(Unit::Packets, rate, credit, u64::from(law.buffer))
    }

    /// The shaper of a single flow with packets of at most `largest`.
    pub fn flow(cap: FlowCap, largest: Bytes) -> Self {
        Shaper::full(Unit::Bytes, cap.rate, largest, cap.buffer.get())
    }

    fn full(unit: Unit, rate: DataRate, credit: Bytes, buffer: u64) -> Self {
        Shaper {
            unit,
            rate,
            buffer,
            depth: rate.transmission_time(credit),
            full_at: SimTime::ZERO,
            waiting: VecDeque::new(),
            buffered: 0,
        }
    }

    /// What `packet` takes of the bucket.
    #[inline]
    fn takes(&self, packet: &Packet) -> Bytes {
        match self.unit {
            Unit::Bytes => packet.size,
            Unit::Packets => Bytes::new(1),
        }
    }

    /// Time `size` takes of the baseline rate.
    #[inline]
    pub fn baseline_time(&self, size: Bytes) -> SimDuration {
        self.rate.transmission_time(size)
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
        let size = self.takes(&packet);
        let first = self.waiting.is_empty();
        let release = self.conforms_at(now, size);
        if first && release == now {
            self.spend(now, size);
            return Verdict::Conforms(packet);
        }
        if self.buffered + size.get() > self.buffer {
            return Verdict::Dropped(packet);
        }
        self.buffered += size.get();
        let packet = Packet {
            since: now,
            ..packet
        };
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
        let size = self.takes(&packet);
        self.buffered -= size.get();
        self.spend(now, size);
        packet.leave(Stage::AllowanceWait, now);
        let next = self.waiting.front();
        let next = next.map(|next| self.conforms_at(now, self.takes(next)));
        (packet, next)
    }

    /// The packets waiting.
    pub fn waiting(&self) -> impl Iterator<Item = &Packet> {
        self.waiting.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::PacketRate;
    use std::num::NonZeroU32;

    /// By hand: 1000 packets/s and a burst of two. Two pass at once, whatever their sizes, two wait a
    /// millisecond each, and for the fifth there is no room.
    #[test]
    fn a_budget_counts_packets_not_bytes() {
        let mut shaper = Shaper::packets(PacketAllowance {
            rate: PacketRate::new(1000.0).unwrap(),
            burst: NonZeroU32::new(2).unwrap(),
            buffer: 2,
        });
        let ms = |ms| SimTime::ZERO + SimDuration::from_ms(ms);
        let mut arrive = |size| shaper.arrive(SimTime::ZERO, Packet::of_size(0, size));
        assert!(matches!(arrive(9000), Verdict::Conforms(_)));
        assert!(matches!(arrive(64), Verdict::Conforms(_)));
        assert!(matches!(arrive(64), Verdict::Waits(Some(at)) if at == ms(1)));
        assert!(matches!(arrive(9000), Verdict::Waits(None)));
        assert!(matches!(arrive(64), Verdict::Dropped(_)));
        assert_eq!(shaper.release(ms(1)).1, Some(ms(2)));
        assert_eq!(shaper.release(ms(2)).1, None);
    }
}
