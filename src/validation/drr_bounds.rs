//! Deficit round robin and round robin against the bounds that their authors proved, with random
//! backlogs that come while others are served.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::scenarios::config;
use crate::model::arbiter::{Arbiter, Backlog, Drr, RoundRobin};
use crate::units::Bytes;

/// Largest packet.
const LARGEST: u64 = 1500;

/// A packet that joins an ENI when the link has been there for so many bytes.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    at: u64,
    eni: u32,
    size: u64,
}

/// A transmission: it began when the link had been there for so many bytes.
#[derive(Clone, Copy, Debug)]
struct Sent {
    from: u64,
    eni: u32,
    size: u64,
}

struct Queues(Vec<VecDeque<u64>>);

impl Backlog for Queues {
    fn is_empty(&self, eni: u32) -> bool {
        self.0[eni as usize].is_empty()
    }

    fn first_size(&self, eni: u32) -> Bytes {
        Bytes::new(self.0[eni as usize][0])
    }
}

/// A busy period, in bytes: what was sent when, and for each ENI when it had a packet, waiting or in
/// transmission.
struct Served {
    sent: Vec<Sent>,
    /// Per ENI: begin and end of each time with a backlog.
    backlogged: Vec<Vec<(u64, u64)>>,
}

/// A link of a byte per unit of time with its ENIs.
struct Link<A> {
    arbiter: A,
    queues: Queues,
    /// Packets at each ENI, the one in transmission included.
    inside: Vec<u32>,
    served: Served,
}

impl<A: Arbiter> Link<A> {
    fn join(&mut self, arrival: Arrival) {
        let eni = arrival.eni as usize;
        let queue = &mut self.queues.0[eni];
        self.arbiter.enqueued(arrival.eni, queue.is_empty());
        queue.push_back(arrival.size);
        if self.inside[eni] == 0 {
            self.served.backlogged[eni].push((arrival.at, u64::MAX));
        }
        self.inside[eni] += 1;
    }

    /// Begins a transmission at `from`; returns its ENI and when it ends, or `None` without a
    /// backlog.
    fn begin(&mut self, from: u64) -> Option<(usize, u64)> {
        let eni = self.arbiter.next(&self.queues)?;
        let size = self.queues.0[eni as usize].pop_front().unwrap();
        self.served.sent.push(Sent { from, eni, size });
        Some((eni as usize, from + size))
    }

    fn end(&mut self, eni: usize, at: u64) {
        self.inside[eni] -= 1;
        if self.inside[eni] == 0 {
            self.served.backlogged[eni].last_mut().unwrap().1 = at;
        }
    }
}

/// Serves `arrivals`, which are in order.
fn serve(enis: usize, arrivals: &[Arrival], arbiter: impl Arbiter) -> Served {
    let mut link = Link {
        arbiter,
        queues: Queues(vec![VecDeque::new(); enis]),
        inside: vec![0; enis],
        served: Served {
            sent: Vec::new(),
            backlogged: vec![Vec::new(); enis],
        },
    };
    let mut arrivals = arrivals.iter().copied().peekable();
    let mut now = 0;
    loop {
        while let Some(arrival) = arrivals.next_if(|arrival| arrival.at <= now) {
            link.join(arrival);
        }
        if let Some((eni, end)) = link.begin(now) {
            // What comes during the transmission prolongs the backlog of its ENI.
            while let Some(arrival) = arrivals.next_if(|arrival| arrival.at < end) {
                link.join(arrival);
            }
            link.end(eni, end);
            now = end;
        } else {
            match arrivals.peek() {
                Some(next) => now = next.at,
                None => return link.served,
            }
        }
    }
}

/// Two to five ENIs; packets come in clumps, so that backlogs grow and end.
fn arrivals() -> impl Strategy<Value = (usize, Vec<Arrival>)> {
    (2_usize..6).prop_flat_map(|enis| {
        let arrival = (0_u64..4, 0..enis as u32, 1..=LARGEST, any::<bool>());
        let arrivals = prop::collection::vec(arrival, 1..200).prop_map(|drawn| {
            let mut at = 0;
            let place = |(steps, eni, size, clump): (u64, u32, u64, bool)| {
                at += if clump { 0 } else { steps * 700 };
                Arrival { at, eni, size }
            };
            drawn.into_iter().map(place).collect()
        });
        (Just(enis), arrivals)
    })
}

/// Bytes of `eni` that were sent within `[from, until)`.
fn service(served: &Served, eni: u32, from: u64, until: u64) -> u64 {
    let within = |sent: &Sent| {
        let end = (sent.from + sent.size).min(until);
        end.saturating_sub(sent.from.max(from))
    };
    served
        .sent
        .iter()
        .filter(|sent| sent.eni == eni)
        .map(within)
        .sum()
}

/// Fails unless the service of any two ENIs over any time in which both have a backlog differs by
/// no more than `bound`.
fn check_fairness(served: &Served, of: impl Fn(&Sent) -> u64 + Copy, bound: u64) {
    let overlaps = |(a, b): (&(u64, u64), &(u64, u64))| (a.0.max(b.0), a.1.min(b.1));
    for (one, own) in served.backlogged.iter().enumerate() {
        for (other, others) in served.backlogged.iter().enumerate().skip(one + 1) {
            let pairs = own.iter().flat_map(|a| others.iter().map(move |b| (a, b)));
            for (from, until) in pairs.map(overlaps).filter(|(from, until)| from < until) {
                // The extremes of the difference, at the decisions within: any two of them bound
                // an interval.
                let (mut difference, mut low, mut high) = (0_i64, 0_i64, 0_i64);
                for sent in &served.sent {
                    if !(from..until).contains(&sent.from) {
                        continue;
                    }
                    let step = of(sent) as i64;
                    difference += step * i64::from(sent.eni == one as u32);
                    difference -= step * i64::from(sent.eni == other as u32);
                    (low, high) = (low.min(difference), high.max(difference));
                }
                let apart = (high - low) as u64;
                assert!(apart <= bound, "{one} and {other}: {apart} > {bound}");
            }
        }
    }
}

proptest! {
    #![proptest_config(config(2000, 30))]

    /// Shreedhar and Varghese (1996), lemma 2: over any time in which two flows of the same quantum
    /// have a backlog, their service differs by at most a quantum and twice the largest packet.
    #[test]
    fn deficit_round_robin_is_fair_by_bytes(
        (enis, arrivals) in arrivals(),
        quantum in LARGEST..9001,
    ) {
        let served = serve(enis, &arrivals, Drr::new(enis, Bytes::new(quantum)));
        check_fairness(&served, |sent| sent.size, quantum + 2 * LARGEST);
    }

    /// Stiliadis and Varma (1998): deficit round robin is a latency-rate server. From the moment an
    /// ENI has a backlog it gets 1/n of the link after at most (3F − 2φ)/r, where the frame F is n
    /// quanta φ.
    #[test]
    fn deficit_round_robin_keeps_its_latency_bound(
        (enis, arrivals) in arrivals(),
        quantum in LARGEST..9001,
    ) {
        let served = serve(enis, &arrivals, Drr::new(enis, Bytes::new(quantum)));
        let latency = 3 * enis as u64 * quantum - 2 * quantum;
        for (eni, times) in served.backlogged.iter().enumerate() {
            for (from, until) in times {
                // Worst just before a transmission of its own begins, and at the end.
                let begins = served.sent.iter().map(|sent| sent.from).chain([*until]);
                for now in begins.filter(|now| (*from..=*until).contains(now)) {
                    let got = service(&served, eni as u32, *from, now);
                    let due = (now - from).saturating_sub(latency) / enis as u64;
                    prop_assert!(got >= due, "{} by {}: {} < {}", eni, now, got, due);
                }
            }
        }
    }

    /// Two ENIs with a backlog take turns, so over any time in which both have one they are at most
    /// a packet apart.
    #[test]
    fn round_robin_is_fair_by_packets((enis, arrivals) in arrivals()) {
        let served = serve(enis, &arrivals, RoundRobin::default());
        check_fairness(&served, |_| 1, 1);
    }

    /// The link is never idle while an ENI has a backlog, and sends every byte once.
    #[test]
    fn both_conserve_work((enis, arrivals) in arrivals(), quantum in LARGEST..9001) {
        let drr = serve(enis, &arrivals, Drr::new(enis, Bytes::new(quantum)));
        let round_robin = serve(enis, &arrivals, RoundRobin::default());
        let mut free_at = 0;
        for arrival in &arrivals {
            free_at = free_at.max(arrival.at) + arrival.size;
        }
        for served in [drr, round_robin] {
            let last = served.sent.last().unwrap();
            prop_assert_eq!(last.from + last.size, free_at);
            let sent: u64 = served.sent.iter().map(|sent| sent.size).sum();
            prop_assert_eq!(sent, arrivals.iter().map(|arrival| arrival.size).sum::<u64>());
            for pair in served.sent.windows(2) {
                let ends = pair[0].from + pair[0].size;
                let waits = |times: &Vec<(u64, u64)>| {
                    times.iter().any(|(from, until)| *from < pair[1].from && *until > ends)
                };
                let idle = pair[1].from > ends;
                prop_assert!(!idle || !served.backlogged.iter().any(waits));
            }
        }
    }
}
