//! Which ENI with a backlog transmits next, where several share one link.
//!
//! # Model
//! Non-preemptive: asked when the link is idle, the answer is one whole packet. All rules are work
//! conserving.
//!
//! - *Round robin* serves a packet from each backlogged ENI in turn; an ENI that becomes
//!   backlogged joins at the end of the round.
//! - *Deficit round robin* gives each backlogged ENI a quantum of bytes per turn and lets it send
//!   while its deficit counter covers its first packet (Shreedhar and Varghese 1996). An ENI that
//!   has nothing left at the end of a transmission loses its deficit.
//!
//! An ENI keeps its turn until its transmission has ended: a packet that reaches it meanwhile does
//! not overtake the ENIs that wait.
//!
//! To serve in the order of arrival needs no arbiter: it is one queue.
//!
//! # Leaves out
//! Weights and priorities: all ENIs are alike.

use std::collections::VecDeque;

use crate::units::Bytes;

/// The queues that an arbiter looks at.
pub(crate) trait Backlog {
    /// Whether `eni` has no packet waiting.
    fn is_empty(&self, eni: u32) -> bool;

    /// Size of the first packet of `eni`, which is not empty.
    fn first_size(&self, eni: u32) -> Bytes;
}

/// An arbitration rule with its state over the ENIs of one link.
pub(crate) trait Arbiter {
    /// A packet has joined `eni`, which had none waiting if `was_empty`.
    fn enqueued(&mut self, eni: u32, was_empty: bool);

    /// A packet of `size` has come to `eni` and is transmitted at once: the link is idle, and no
    /// ENI has a packet.
    fn alone(&mut self, eni: u32, size: Bytes);

    /// The ENI whose first packet is transmitted next; `None` if no ENI has one. Asked when the
    /// link is idle: the transmission before, if any, has ended.
    fn next(&mut self, queues: &impl Backlog) -> Option<u32>;
}

/// State of round robin.
#[derive(Debug, Default)]
pub(crate) struct RoundRobin {
    /// Backlogged ENIs, next first, without the one in transmission.
    round: VecDeque<u32>,
    /// The ENI in transmission.
    current: Option<u32>,
}

/// State of deficit round robin.
#[derive(Debug)]
pub(crate) struct Drr {
    quantum: u64,
    /// Backlogged ENIs, next first; the one in transmission is the first.
    round: Ring,
    /// Bytes each ENI may still send this turn.
    deficits: Vec<u64>,
    /// Whether the first ENI of the round has been given its quantum of this turn.
    turn_begun: bool,
    /// The ENI in transmission.
    current: Option<u32>,
}

impl Arbiter for RoundRobin {
    #[inline(always)]
    fn enqueued(&mut self, eni: u32, was_empty: bool) {
        if was_empty && self.current != Some(eni) {
            self.round.push_back(eni);
        }
    }

    #[inline(always)]
    fn alone(&mut self, eni: u32, _size: Bytes) {
        self.current = Some(eni);
    }

    #[inline(always)]
    fn next(&mut self, queues: &impl Backlog) -> Option<u32> {
        if let Some(served) = self.current.take()
            && !queues.is_empty(served)
        {
            self.round.push_back(served);
        }
        self.current = self.round.pop_front();
        self.current
    }
}

/// A round of ENIs, each linked to the one after it and the last to the first: the first goes to the
/// end by a single step. With a double-ended queue, DRR takes a twentieth longer.
#[derive(Debug)]
struct Ring {
    /// For each ENI of the round, the one after it.
    after: Vec<u32>,
    /// The last one; `None` if the round is empty.
    last: Option<u32>,
}

impl Ring {
    /// An empty round of at most `enis` ENIs.
    fn new(enis: usize) -> Self {
        Ring {
            after: vec![0; enis],
            last: None,
        }
    }

    /// The first ENI.
    #[inline(always)]
    fn front(&self) -> Option<u32> {
        self.last.map(|last| self.after[last as usize])
    }

    /// Adds `eni`, which is not in the round, at the end.
    #[inline(always)]
    fn push_back(&mut self, eni: u32) {
        let before = self.last.unwrap_or(eni);
        // Alone, it is linked to itself.
        self.after[eni as usize] = eni;
        let first = std::mem::replace(&mut self.after[before as usize], eni);
        self.after[eni as usize] = first;
        self.last = Some(eni);
    }

    /// Takes the first ENI out, if there is one.
    #[inline(always)]
    fn pop_front(&mut self) {
        let Some(last) = self.last else {
            return;
        };
        let first = self.after[last as usize];
        self.after[last as usize] = self.after[first as usize];
        if first == last {
            self.last = None;
        }
    }

    /// Lets the first ENI, if there is one, go to the end.
    #[inline(always)]
    fn rotate(&mut self) {
        self.last = self.front();
    }
}

impl Drr {
    /// A rule for `enis` ENIs that may send `quantum` per turn, at least the largest packet.
    pub fn new(enis: usize, quantum: Bytes) -> Self {
        Drr {
            quantum: quantum.get(),
            round: Ring::new(enis),
            deficits: vec![0; enis],
            turn_begun: false,
            current: None,
        }
    }

    /// The first ENI of the round goes to its end.
    fn end_turn(&mut self) {
        self.round.rotate();
        self.turn_begun = false;
    }
}

impl Arbiter for Drr {
    #[inline(always)]
    fn enqueued(&mut self, eni: u32, was_empty: bool) {
        if was_empty && self.current != Some(eni) {
            self.round.push_back(eni);
        }
    }

    #[inline(always)]
    fn alone(&mut self, eni: u32, size: Bytes) {
        self.round.push_back(eni);
        self.deficits[eni as usize] += self.quantum - size.get();
        self.turn_begun = true;
        self.current = Some(eni);
    }

    /// The first ENI in the round whose deficit covers its packet.
    ///
    /// The quantum is at least the largest packet, so each turn sends something and the loop ends
    /// after at most one step per ENI.
    #[inline(always)]
    fn next(&mut self, queues: &impl Backlog) -> Option<u32> {
        if let Some(served) = self.current.take()
            && queues.is_empty(served)
        {
            self.deficits[served as usize] = 0;
            self.round.pop_front();
            self.turn_begun = false;
        }
        loop {
            let eni = self.round.front()?;
            let deficit = &mut self.deficits[eni as usize];
            if !self.turn_begun {
                *deficit += self.quantum;
                self.turn_begun = true;
            }
            let first = queues.first_size(eni).get();
            if first <= *deficit {
                *deficit -= first;
                self.current = Some(eni);
                return Some(eni);
            }
            self.end_turn();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Queues = Vec<VecDeque<u64>>;

    impl Backlog for Queues {
        fn is_empty(&self, eni: u32) -> bool {
            self[eni as usize].is_empty()
        }

        fn first_size(&self, eni: u32) -> Bytes {
            Bytes::new(self[eni as usize][0])
        }
    }

    fn next(arbiter: &mut impl Arbiter, queues: &mut Queues) -> Option<u32> {
        let eni = arbiter.next(queues)?;
        queues[eni as usize].pop_front();
        Some(eni)
    }

    /// Serves all packets of `queues` (sizes per ENI, all there at the start) and returns the
    /// order of ENIs.
    fn service_order(mut arbiter: impl Arbiter, queues: &[&[u64]]) -> Vec<u32> {
        for (eni, sizes) in (0..).zip(queues) {
            (0..sizes.len()).for_each(|i| arbiter.enqueued(eni, i == 0));
        }
        let mut queues = queues.iter().map(|q| q.iter().copied().collect()).collect();
        std::iter::from_fn(|| next(&mut arbiter, &mut queues)).collect()
    }

    fn quantum_1000() -> Drr {
        Drr::new(2, Bytes::new(1000))
    }

    fn alone_is_chosen<A: Arbiter + std::fmt::Debug>(rule: fn() -> A) {
        let (mut alone, mut chosen) = (rule(), rule());
        alone.alone(1, Bytes::new(600));
        chosen.enqueued(1, true);
        let mut queues: Queues = vec![VecDeque::new(), VecDeque::from([600])];
        assert_eq!(next(&mut chosen, &mut queues), Some(1));
        assert_eq!(format!("{alone:?}"), format!("{chosen:?}"));
    }

    /// A packet that finds everything idle leaves the rule as one that was chosen.
    #[test]
    fn alone_is_the_same_as_chosen() {
        alone_is_chosen(RoundRobin::default);
        alone_is_chosen(quantum_1000);
    }

    #[test]
    fn round_robin_takes_a_packet_from_each() {
        let order = service_order(RoundRobin::default(), &[&[9, 9, 9], &[1], &[5, 5]]);
        assert_eq!(order, [0, 1, 2, 0, 2, 0]);
    }

    fn does_not_overtake(mut arbiter: impl Arbiter) {
        let mut queues: Queues = vec![VecDeque::new(); 2];
        let join = |queues: &mut Queues, arbiter: &mut _, eni: u32| {
            Arbiter::enqueued(arbiter, eni, queues[eni as usize].is_empty());
            queues[eni as usize].push_back(1000);
        };
        join(&mut queues, &mut arbiter, 0);
        assert_eq!(next(&mut arbiter, &mut queues), Some(0));
        join(&mut queues, &mut arbiter, 0);
        join(&mut queues, &mut arbiter, 1);
        let order: Vec<u32> = std::iter::from_fn(|| next(&mut arbiter, &mut queues)).collect();
        assert_eq!(order, [1, 0]);
    }

    /// ENI 0 sends its last packet, gets another during the transmission, then ENI 1 gets one: ENI
    /// 1 has waited since its last turn, so it is next under both rules.
    #[test]
    fn an_eni_does_not_overtake_while_it_transmits() {
        does_not_overtake(RoundRobin::default());
        does_not_overtake(quantum_1000());
    }

    /// By hand, quantum 1000: ENI 0 sends one packet of 600 and keeps 400; ENI 1 sends five of 200;
    /// then ENI 0 has 1400 and sends two more; ENI 1 sends the rest.
    #[test]
    fn deficit_round_robin_shares_bytes() {
        let arbiter = Drr::new(2, Bytes::new(1000));
        let order = service_order(arbiter, &[&[600, 600, 600], &[200; 7]]);
        assert_eq!(order, [0, 1, 1, 1, 1, 1, 0, 0, 1, 1]);
    }

    /// Fairness bound of Shreedhar and Varghese: while two ENIs are backlogged, their service
    /// differs by at most a quantum and twice the largest packet.
    #[test]
    fn deficit_round_robin_keeps_its_fairness_bound() {
        let sizes: Vec<u64> = (0..3000).map(|i| 64 + (i * 7919) % 1437).collect();
        let small = vec![64; 40_000];
        let order = service_order(Drr::new(2, Bytes::new(1500)), &[&sizes, &small]);
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
