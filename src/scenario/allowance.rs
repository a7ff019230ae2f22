//! What the instance type grants: bandwidth, and the limits beside it.

use std::num::{NonZeroU32, NonZeroU64};

use crate::units::{Bytes, DataRate, PacketRate};

/// Bandwidth that the instance grants in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// A fixed rate.
    Link(DataRate),
    /// A rate with burst credit.
    TokenBucket(TokenBucket),
}

impl Allowance {
    /// The rate that is granted for ever.
    pub fn baseline(self) -> DataRate {
        match self {
            Allowance::Link(rate) => rate,
            Allowance::TokenBucket(bucket) => bucket.baseline,
        }
    }

    /// The rate at which an ENI transmits: the burst rate where there is one.
    pub fn line_rate(self) -> DataRate {
        match self {
            Allowance::Link(rate) => rate,
            Allowance::TokenBucket(bucket) => bucket.burst,
        }
    }

    /// One of `n` equal parts of everything: rates, credit and buffer.
    pub fn share_of(self, n: NonZeroU64) -> Allowance {
        match self {
            Allowance::Link(rate) => Allowance::Link(rate.share_of(n)),
            Allowance::TokenBucket(bucket) => Allowance::TokenBucket(TokenBucket {
                baseline: bucket.baseline.share_of(n),
                burst: bucket.burst.share_of(n),
                credit: Bytes::new(bucket.credit.get() / n.get()),
                start: bucket.start,
                buffer: Bytes::new(bucket.buffer.get() / n.get()),
            }),
        }
    }
}

/// An allowance with burst credit: transmission at `burst`, then a shaper that lets `credit`
/// bytes pass at once and refills at `baseline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    /// Refill rate: what is granted for ever.
    pub baseline: DataRate,
    /// Line rate of the ENIs; above `baseline`.
    pub burst: DataRate,
    /// Bucket depth; at least the largest packet.
    pub credit: Bytes,
    /// Fill of the bucket when the trial starts.
    pub start: CreditState,
    /// Bytes that may wait for credit; what does not fit is dropped.
    pub buffer: Bytes,
}

/// Fill of a token bucket when a trial starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditState {
    /// As after a launch or a long rest.
    Full,
    /// As after a long burst.
    Empty,
}

/// What an instance grants beside bandwidth. `None`: no limit, or none that matters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Packets per second, in and out together.
    pub packets: Option<PacketAllowance>,
    /// Packets per second to the resolver, for each ENI.
    pub link_local: Option<PacketAllowance>,
    /// Rate of one flow in one direction.
    pub flow: Option<FlowCap>,
    /// Connections that are tracked at once, of all ENIs.
    pub tracked_connections: Option<NonZeroU32>,
    /// Connections that the kernel's NAT tracks at once; mode `bridge` only.
    pub nat_connections: Option<NonZeroU32>,
}

/// A budget of packets: a token bucket that counts packets, whatever their size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketAllowance {
    /// Refill rate.
    pub rate: PacketRate,
    /// Packets that pass at once when the bucket is full, as it is at the start.
    pub burst: NonZeroU32,
    /// Packets that may wait for the budget; what does not fit is dropped.
    pub buffer: u32,
}

/// The cap of a single flow: a line of its own at this rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowCap {
    /// Rate of the flow.
    pub rate: DataRate,
    /// Bytes of the flow that may wait; what does not fit is dropped.
    pub buffer: Bytes,
}
