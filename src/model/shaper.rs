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
//! What becomes of a packet is known when it arrives: nothing that comes later can delay it or take
//! its room in the buffer.
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

use crate::scenario::{CreditState, TokenBucket};
use crate::units::{Bytes, DataRate, SimDuration, SimTime};

/// Shaper of one allowance.
#[derive(Debug)]
pub(super) struct Shaper {
    baseline: DataRate,
    buffer: Bytes,
    /// Time the whole credit lasts at the baseline rate.
    depth: SimDuration,
    /// The instant at which the bucket will be full again; in the past once it is full.
    full_at: SimTime,
    /// When the packet before is released.
    last_release: SimTime,
    /// Packets that may still wait: when each is released, and its size.
    waiting: VecDeque<(SimTime, Bytes)>,
    /// Their sizes together \[bytes\].
    buffered: u64,
}

/// A packet that the allowance lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// When.
    pub at: SimTime,
    /// Time that it takes of the baseline rate.
    pub baseline_time: SimDuration,
}

impl Shaper {
    pub fn new(law: TokenBucket) -> Self {
        let depth = law.baseline.transmission_time(law.credit);
        let full_at = match law.start {
            CreditState::Full => SimTime::ZERO,
            CreditState::Empty => SimTime::ZERO + depth,
        };
        Shaper {
            baseline: law.baseline,
            buffer: law.buffer,
            depth,
            full_at,
            last_release: SimTime::ZERO,
            waiting: VecDeque::new(),
            buffered: 0,
        }
    }

    /// A packet of `size` arrives at `now`, not before the packet that arrived last. `None` if it
    /// would have to wait and the buffer is full: it is dropped.
    #[inline]
    pub fn arrive(&mut self, now: SimTime, size: Bytes) -> Option<Release> {
        // First in line, if only then, once the packet before has left.
        let first_at = self.last_release.max(now);
        let baseline_time = self.baseline.transmission_time(size);
        let full_at = self.full_at.max(first_at) + baseline_time;
        // The bucket holds `size` once what it lacks, `size` included, is at most its depth.
        let at = first_at.max(full_at.saturating_sub(self.depth));
        if at > now && !self.make_room(now, at, size) {
            return None;
        }
        self.full_at = self.full_at.max(at) + baseline_time;
        self.last_release = at;
        Some(Release { at, baseline_time })
    }

    /// Takes a packet that waits until `release` into the buffer, if it fits at `now`.
    fn make_room(&mut self, now: SimTime, release: SimTime, size: Bytes) -> bool {
        while let Some((released, size)) = self.waiting.front()
            && *released <= now
        {
            self.buffered -= size.get();
            self.waiting.pop_front();
        }
        let fits = self.buffered + size.get() <= self.buffer.get();
        if fits {
            self.buffered += size.get();
            self.waiting.push_back((release, size));
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bucket(credit: u64, buffer: u64, start: CreditState) -> TokenBucket {
        TokenBucket {
            baseline: DataRate::new(8_000_000).unwrap(), // a byte per microsecond
            burst: DataRate::new(800_000_000).unwrap(),
            credit: Bytes::new(credit),
            start,
            buffer: Bytes::new(buffer),
        }
    }

    /// Release times of packets that arrive at `arrivals` [µs] with these sizes.
    fn releases(law: TokenBucket, packets: &[(u64, u64)]) -> Vec<Option<u64>> {
        let mut shaper = Shaper::new(law);
        let release = |(arrival, size): &(u64, u64)| {
            let now = SimTime::from_ps(arrival * 1_000_000);
            let release = shaper.arrive(now, Bytes::new(*size))?;
            Some(release.at.as_ps() / 1_000_000)
        };
        packets.iter().map(release).collect()
    }

    /// By hand: 300 B of credit, 100 B packets all at time 0: three leave at once, then one per
    /// 100 µs.
    #[test]
    fn credit_first_then_the_baseline_rate() {
        let out = releases(bucket(300, 10_000, CreditState::Full), &[(0, 100); 5]);
        assert_eq!(out, [Some(0), Some(0), Some(0), Some(100), Some(200)]);
    }

    #[test]
    fn an_empty_bucket_starts_at_the_baseline_rate() {
        let out = releases(
            bucket(300, 10_000, CreditState::Empty),
            &[(0, 100), (0, 100), (900, 100)],
        );
        assert_eq!(out, [Some(100), Some(200), Some(900)]);
    }

    #[test]
    fn a_full_buffer_drops_what_would_wait() {
        let out = releases(bucket(100, 250, CreditState::Full), &[(0, 100); 5]);
        assert_eq!(out, [Some(0), Some(100), Some(200), None, None]);
    }

    /// The buffer is for packets that wait: without one, those with credit pass all the same.
    #[test]
    fn what_does_not_wait_needs_no_buffer() {
        let out = releases(bucket(200, 0, CreditState::Full), &[(0, 100); 3]);
        assert_eq!(out, [Some(0), Some(0), None]);
    }

    proptest! {
        /// Oracle: the sample-path identity delay = max(0, W − (B − L)/r), with W from Lindley's
        /// recursion on the same packets.
        #[test]
        fn delay_is_the_waiting_time_less_the_credit(
            gaps in prop::collection::vec(0u64..300, 1..100),
            credit in 100u64..1000,
        ) {
            let mut now = 0;
            let packets: Vec<(u64, u64)> =
                gaps.iter().map(|gap| { now += gap; (now, 100) }).collect();
            let out = releases(bucket(credit, u64::MAX, CreditState::Full), &packets);
            let mut waiting: u64 = 0;
            for (i, release) in out.iter().enumerate() {
                if i > 0 {
                    waiting = (waiting + 100).saturating_sub(gaps[i]);
                }
                let delay = waiting.saturating_sub(credit - 100);
                prop_assert_eq!(*release, Some(packets[i].0 + delay));
            }
        }
    }
}
