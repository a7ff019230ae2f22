//! Packets counted per flow at the ENIs, as flow logs want them.
//!
//! A flow log has a record per 5-tuple, ENI and aggregation interval. Which addresses and ports a
//! flow has is no business of the model, so it is counted here by number.

use std::collections::BTreeMap;

use crate::units::{Bytes, SimDuration, SimTime};

/// Which way packets cross an ENI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowDirection {
    /// Into it.
    Ingress,
    /// Out of it.
    Egress,
}

/// Packets of one flow that crossed one ENI in one direction during one aggregation interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowCount {
    /// Number of the sender, over all groups; it stands for the receiver's ENI where a task of
    /// another group receives what it sends.
    pub sender: u32,
    /// Which of the sender's connections, from 0. Traffic that does not say how many it has is one.
    pub flow: u32,
    /// Into the ENI or out of it.
    pub direction: FlowDirection,
    /// Whether the security groups let the packets through.
    pub accepted: bool,
    /// Number of the aggregation interval, from the trial's start.
    pub interval: u64,
    /// Packets; above zero.
    pub packets: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// When the first of them was seen.
    pub first: SimTime,
    /// When the last of them was seen.
    pub last: SimTime,
}

/// Counts packets where they cross an ENI.
///
/// Memory grows with the flows and the intervals, not with the packets.
#[derive(Clone, Debug)]
pub struct FlowMeter {
    interval: SimDuration,
    /// By interval, sender, flow, direction and verdict: the order in which they are told.
    tallies: BTreeMap<Key, Tally>,
}

type Key = (u64, u32, u32, FlowDirection, bool);

#[derive(Clone, Copy, Debug)]
struct Tally {
    packets: u64,
    bytes: u64,
    first: SimTime,
    last: SimTime,
}

impl FlowMeter {
    /// A meter with aggregation intervals of this length, the first of which begins with the trial.
    ///
    /// # Panics
    /// If the length is zero.
    pub fn new(interval: SimDuration) -> Self {
        assert!(!interval.is_zero(), "an aggregation interval lasts");
        FlowMeter {
            interval,
            tallies: BTreeMap::new(),
        }
    }

    /// A packet of `size` crosses an ENI at `now`, or is rejected there.
    ///
    /// To be called for the packets that arrived within the measurement window, like every other
    /// count, so that logs and tables agree.
    pub fn observed(
        &mut self,
        now: SimTime,
        sender: u32,
        flow: u32,
        direction: FlowDirection,
        size: Bytes,
        accepted: bool,
    ) {
        let interval = now.as_ps() / self.interval.as_ps();
        let key = (interval, sender, flow, direction, accepted);
        let tally = self.tallies.entry(key).or_insert(Tally {
            packets: 0,
            bytes: 0,
            first: now,
            last: now,
        });
        tally.packets += 1;
        tally.bytes += size.get();
        tally.last = now;
    }

    /// What was counted: interval by interval, then by sender, flow, direction and verdict.
    pub fn finish(self) -> Vec<FlowCount> {
        let count = |((interval, sender, flow, direction, accepted), tally): (Key, Tally)| {
            let Tally {
                packets,
                bytes,
                first,
                last,
            } = tally;
            FlowCount {
                sender,
                flow,
                direction,
                accepted,
                interval,
                packets,
                bytes,
                first,
                last,
            }
        };
        self.tallies.into_iter().map(count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FlowDirection::{Egress, Ingress};

    fn at_ms(ms: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_ms(ms)
    }

    /// Oracle: counted by hand.
    #[test]
    fn packets_are_counted_per_flow_direction_verdict_and_interval() {
        let mut meter = FlowMeter::new(SimDuration::from_s(1));
        let mut see = |ms, sender, flow, direction, size, accepted| {
            meter.observed(
                at_ms(ms),
                sender,
                flow,
                direction,
                Bytes::new(size),
                accepted,
            );
        };
        see(0, 0, 0, Egress, 100, true);
        see(10, 0, 0, Egress, 200, true);
        see(20, 0, 1, Egress, 100, true);
        see(30, 0, 0, Ingress, 100, true);
        see(40, 0, 0, Ingress, 100, false);
        see(50, 1, 0, Egress, 100, true);
        see(999, 0, 0, Egress, 1, true);
        see(1000, 0, 0, Egress, 7, true);
        let counts = meter.finish();
        let seen: Vec<_> = counts
            .iter()
            .map(|c| (c.interval, c.sender, c.flow, c.packets, c.bytes))
            .collect();
        assert_eq!(
            seen,
            [
                (0, 0, 0, 1, 100),
                (0, 0, 0, 1, 100),
                (0, 0, 0, 3, 301),
                (0, 0, 1, 1, 100),
                (0, 1, 0, 1, 100),
                (1, 0, 0, 1, 7),
            ]
        );
        assert_eq!((counts[0].direction, counts[0].accepted), (Ingress, false));
        assert_eq!((counts[1].direction, counts[1].accepted), (Ingress, true));
        assert_eq!((counts[2].first, counts[2].last), (at_ms(0), at_ms(999)));
    }

    #[test]
    #[should_panic(expected = "an aggregation interval lasts")]
    fn an_interval_of_no_length_is_a_mistake_of_the_caller() {
        FlowMeter::new(SimDuration::ZERO);
    }
}
