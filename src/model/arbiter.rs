//! Which ENI with a backlog transmits next, where several share one link.
//!
//! # Model
//! Non-preemptive: asked when the link is idle, the answer is one whole packet. All rules are work
//! conserving.
//!
//! - *Fifo* serves in the order of arrival at the ENIs, as if there were one queue.
//! - *Round robin* serves a packet from each backlogged ENI in turn; an ENI that becomes
//!   backlogged joins at the end of the round.
//! - *Deficit round robin* gives each backlogged ENI a quantum of bytes per turn and lets it send
//!   while its deficit counter covers its first packet (Shreedhar and Varghese 1996). An ENI that
//!   has nothing left at the end of a transmission loses its deficit.
//!
//! An ENI keeps its turn until its transmission has ended: a packet that reaches it meanwhile does
//! not overtake the ENIs that wait.
//!
//! # Leaves out
//! Weights and priorities: all ENIs are alike.

use std::collections::VecDeque;

use super::eni::Eni;
use crate::units::Bytes;

/// State of an arbitration rule over the ENIs of one link.
#[derive(Debug)]
pub(super) enum Arbiter {
    /// One ENI: nothing to choose.
    Single,
    Fifo {
        /// The ENI of each waiting packet, in order of arrival.
        order: VecDeque<u32>,
    },
    RoundRobin {
        /// Backlogged ENIs, next first, without the one in transmission.
        round: VecDeque<u32>,
        /// The ENI in transmission.
        current: Option<u32>,
    },
    Drr(Drr),
}

/// State of deficit round robin.
#[derive(Debug)]
pub(super) struct Drr {
    quantum: u64,
    /// Backlogged ENIs, next first; the one in transmission is the first.
    round: VecDeque<u32>,
    /// Bytes each ENI may still send this turn.
    deficits: Vec<u64>,
    /// Whether the first ENI of the round has been given its quantum of this turn.
    turn_begun: bool,
    /// The ENI in transmission.
    current: Option<u32>,
}

impl Arbiter {
    pub fn round_robin() -> Self {
        Arbiter::RoundRobin {
            round: VecDeque::new(),
            current: None,
        }
    }

    pub fn drr(enis: usize, quantum: Bytes) -> Self {
        Arbiter::Drr(Drr {
            quantum: quantum.get(),
            round: VecDeque::new(),
            deficits: vec![0; enis],
            turn_begun: false,
            current: None,
        })
    }

    /// A packet has joined `eni`, which had none waiting if `was_empty`.
    #[inline]
    pub fn enqueued(&mut self, eni: u32, was_empty: bool) {
        match self {
            Arbiter::Single => {}
            Arbiter::Fifo { order } => order.push_back(eni),
            Arbiter::RoundRobin { round, current } | Arbiter::Drr(Drr { round, current, .. }) => {
                if was_empty && *current != Some(eni) {
                    round.push_back(eni);
                }
            }
        }
    }

    /// The ENI whose first packet is transmitted next; `None` if no ENI has one. Asked when the
    /// link is idle: the transmission before, if any, has ended.
    #[inline]
    pub fn next(&mut self, enis: &[Eni]) -> Option<u32> {
        match self {
            Arbiter::Single => enis[0].head_size().map(|_| 0),
            Arbiter::Fifo { order } => order.pop_front(),
            Arbiter::RoundRobin { round, current } => {
                if let Some(served) = current.take()
                    && enis[served as usize].head_size().is_some()
                {
                    round.push_back(served);
                }
                *current = round.pop_front();
                *current
            }
            Arbiter::Drr(drr) => drr.next(enis),
        }
    }
}

impl Drr {
    /// The first ENI in the round whose deficit covers its packet.
    ///
    /// The quantum is at least the largest packet, so each turn sends something and the loop ends
    /// after at most one step per ENI.
    fn next(&mut self, enis: &[Eni]) -> Option<u32> {
        if let Some(served) = self.current.take()
            && enis[served as usize].head_size().is_none()
        {
            self.deficits[served as usize] = 0;
            self.end_turn();
            self.round.pop_back();
        }
        loop {
            let eni = *self.round.front()?;
            let deficit = &mut self.deficits[eni as usize];
            if !self.turn_begun {
                *deficit += self.quantum;
                self.turn_begun = true;
            }
            let head = enis[eni as usize].head_size();
            let head = head.expect("an ENI in the round has a packet").get();
            if head <= *deficit {
                *deficit -= head;
                self.current = Some(eni);
                return Some(eni);
            }
            self.end_turn();
        }
    }

    /// The first ENI of the round goes to its end.
    fn end_turn(&mut self) {
        self.round.rotate_left(1);
        self.turn_begun = false;
    }
}

#[cfg(test)]
mod tests {
    use super::super::packet::Packet;
    use super::*;
    use crate::scenario::Capacity;
    use crate::units::SimTime;

    /// Serves all packets of `queues` (sizes per ENI, all there at the start) and returns the
    /// order of ENIs.
    fn service_order(mut arbiter: Arbiter, queues: &[&[u64]]) -> Vec<u32> {
        let mut enis: Vec<Eni> = queues
            .iter()
            .map(|_| Eni::new(Capacity::Unlimited))
            .collect();
        for (eni, sizes) in queues.iter().enumerate() {
            for (i, size) in sizes.iter().enumerate() {
                let packet = Packet::new(0, Bytes::new(*size), SimTime::ZERO, true);
                enis[eni].enqueue(packet).unwrap();
                arbiter.enqueued(eni as u32, i == 0);
            }
        }
        let mut order = Vec::new();
        while let Some(eni) = arbiter.next(&enis) {
            enis[eni as usize].begin_transmission().unwrap();
            order.push(eni);
        }
        order
    }

    #[test]
    fn round_robin_takes_a_packet_from_each() {
        let arbiter = Arbiter::round_robin();
        let order = service_order(arbiter, &[&[9, 9, 9], &[1], &[5, 5]]);
        assert_eq!(order, [0, 1, 2, 0, 2, 0]);
    }

    /// ENI 0 sends its last packet, gets another during the transmission, then ENI 1 gets one: ENI
    /// 1 has waited since its last turn, so it is next under both rules.
    #[test]
    fn an_eni_does_not_overtake_while_it_transmits() {
        for mut arbiter in [Arbiter::round_robin(), Arbiter::drr(2, Bytes::new(1000))] {
            let mut enis: Vec<Eni> = (0..2).map(|_| Eni::new(Capacity::Unlimited)).collect();
            let join = |enis: &mut Vec<Eni>, arbiter: &mut Arbiter, eni: u32| {
                let was_empty = enis[eni as usize].head_size().is_none();
                let packet = Packet::new(0, Bytes::new(1000), SimTime::ZERO, true);
                enis[eni as usize].enqueue(packet).unwrap();
                arbiter.enqueued(eni, was_empty);
            };
            join(&mut enis, &mut arbiter, 0);
            assert_eq!(arbiter.next(&enis), Some(0));
            enis[0].begin_transmission().unwrap();
            join(&mut enis, &mut arbiter, 0);
            join(&mut enis, &mut arbiter, 1);
            let order: Vec<u32> = std::iter::from_fn(|| {
                let eni = arbiter.next(&enis)?;
                enis[eni as usize].begin_transmission().unwrap();
                Some(eni)
            })
            .collect();
            assert_eq!(order, [1, 0]);
        }
    }

    #[test]
    fn fifo_takes_packets_as_they_came() {
        let arbiter = Arbiter::Fifo {
            order: VecDeque::new(),
        };
        assert_eq!(
            service_order(arbiter, &[&[9, 9], &[1, 1, 1]]),
            [0, 0, 1, 1, 1]
        );
    }

    /// By hand, quantum 1000: ENI 0 sends one packet of 600 and keeps 400; ENI 1 sends five of 200;
    /// then ENI 0 has 1400 and sends two more; ENI 1 sends the rest.
    #[test]
    fn deficit_round_robin_shares_bytes() {
        let arbiter = Arbiter::drr(2, Bytes::new(1000));
        let order = service_order(arbiter, &[&[600, 600, 600], &[200; 7]]);
        assert_eq!(order, [0, 1, 1, 1, 1, 1, 0, 0, 1, 1]);
    }

    /// Fairness bound of Shreedhar and Varghese: while two ENIs are backlogged, their service
    /// differs by at most a quantum and twice the largest packet.
    #[test]
    fn deficit_round_robin_keeps_its_fairness_bound() {
        let sizes: Vec<u64> = (0..3000).map(|i| 64 + (i * 7919) % 1437).collect();
        let small = vec![64; 40_000];
        let order = service_order(Arbiter::drr(2, Bytes::new(1500)), &[&sizes, &small]);
        let mut served = [0_i64; 2];
        let mut next = 0;
        for eni in order {
            if eni == 0 {
                served[0] += sizes[next] as i64;
                next += 1;
            } else {
                served[1] += 64;
            }
            if next < sizes.len() {
                assert!(
                    (served[0] - served[1]).abs() <= 1500 + 2 * 1500,
                    "{served:?}"
                );
            }
        }
    }
}
