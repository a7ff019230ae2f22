//! Connections that come and go, and the tables that track them.
//!
//! # Model
//! A task opens a connection, sends its packets, and opens the next. A table tracks a connection
//! from its first packet on until it has been idle for a given time, whether it has ended or not.
//! A packet whose connection is not tracked is tracked if the table has room; if not it is lost,
//! and the next packet of the connection tries again, as a repeated SYN would.
//!
//! Two tables count, each with a limit of its own: the instance's allowance, for what crosses an ENI,
//! and in bridge mode the kernel's NAT, for everything that crosses docker0. A packet meets them in
//! the order of its way. What a security group lets through untracked takes no entry; give such
//! traffic no `connections`.
//!
//! # Leaves out
//! States of a connection with time-outs of their own, and entries that end with a FIN at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU32;

use super::packet::{Leg, Packet};
use crate::measure::DropCause;
use crate::scenario::{Connections, Limits};
use crate::units::{SimDuration, SimTime};

/// The connections of one task, one after the other.
#[derive(Debug)]
pub(super) struct TaskConnections {
    law: Connections,
    /// Packets of the present connection so far.
    sent: u32,
    /// Which connection of the task it is.
    number: u64,
}

impl TaskConnections {
    pub fn new(law: Connections) -> Self {
        TaskConnections {
            law,
            sent: 0,
            number: 0,
        }
    }

    /// The task has a packet: returns the number of its connection.
    pub fn next_packet(&mut self) -> u64 {
        if self.sent == self.law.packets.get() {
            self.sent = 0;
            self.number += 1;
        }
        self.sent += 1;
        self.number
    }

    /// Whether the packet that came last was the first of its connection.
    pub fn is_first(&self) -> bool {
        self.sent == 1
    }

    /// How long a connection stays tracked without a packet.
    pub fn idle(&self) -> SimDuration {
        self.law.idle
    }
}

/// The tables of an instance; `None`: without a limit.
#[derive(Debug)]
pub(super) struct Tables {
    allowance: Option<Table>,
    nat: Option<Table>,
}

impl Tables {
    /// Tables with these limits, for connections of so many senders.
    pub fn new(limits: &Limits, senders: usize) -> Self {
        let table = |limit: NonZeroU32| Table::new(limit, senders);
        Tables {
            allowance: limits.tracked_connections.map(table),
            nat: limits.nat_connections.map(table),
        }
    }

    /// `packet` belongs to connection `number` of its sender: whether a table did not know it and
    /// tracks it from now on.
    ///
    /// # Errors
    /// The table without room for it.
    pub fn packet(
        &mut self,
        now: SimTime,
        packet: &Packet,
        number: u64,
        idle: SimDuration,
    ) -> Result<bool, DropCause> {
        let nat = (&mut self.nat, DropCause::Nat);
        let allowance = (&mut self.allowance, DropCause::TrackedConnections);
        let on_its_way = match packet.leg {
            Leg::Out | Leg::Resolver => [Some(nat), Some(allowance)],
            Leg::In => [Some(allowance), Some(nat)],
            // It crosses no ENI.
            Leg::Local => [Some(nat), None],
        };
        let mut added = false;
        for (table, cause) in on_its_way.into_iter().flatten() {
            let Some(table) = table else {
                continue;
            };
            match table.packet(now, packet.task, number, idle) {
                Tracking::Known => {}
                Tracking::Added => added = true,
                Tracking::Full => return Err(cause),
            }
        }
        Ok(added)
    }
}

/// A table of tracked connections.
#[derive(Debug)]
pub(super) struct Table {
    limit: usize,
    /// Every tracked connection once, with an instant before which its entry does not end.
    entries: BinaryHeap<Reverse<Entry>>,
    /// Per task, the latest of its connections that is tracked, and when its entry ends.
    latest: Vec<Option<Latest>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    ends: SimTime,
    task: u32,
    connection: u64,
}

#[derive(Clone, Copy, Debug)]
struct Latest {
    connection: u64,
    ends: SimTime,
}

/// What a table says to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracking {
    /// Its connection is tracked.
    Known,
    /// Its connection is tracked from now on.
    Added,
    /// There is no room for its connection.
    Full,
}

impl Table {
    /// A table with room for `limit` connections of `tasks` tasks.
    pub fn new(limit: NonZeroU32, tasks: usize) -> Self {
        Table {
            limit: limit.get() as usize,
            entries: BinaryHeap::new(),
            latest: vec![None; tasks],
        }
    }

    /// A packet of `task` in its connection number `connection`, at `now`.
    pub fn packet(
        &mut self,
        now: SimTime,
        task: u32,
        connection: u64,
        idle: SimDuration,
    ) -> Tracking {
        self.forget_before(now);
        let ends = now.saturating_add(idle);
        let latest = &mut self.latest[task as usize];
        let known = latest.is_some_and(|l| l.connection == connection && l.ends > now);
        if known {
            *latest = Some(Latest { connection, ends });
            return Tracking::Known;
        }
        if self.entries.len() >= self.limit {
            return Tracking::Full;
        }
        *latest = Some(Latest { connection, ends });
        let entry = Entry {
            ends,
            task,
            connection,
        };
        self.entries.push(Reverse(entry));
        Tracking::Added
    }

    /// Drops the entries that end at `now` or before.
    fn forget_before(&mut self, now: SimTime) {
        while let Some(Reverse(mut entry)) = self.entries.peek().copied()
            && entry.ends <= now
        {
            self.entries.pop();
            let latest = self.latest[entry.task as usize];
            // Packets that have come since have put off the end.
            if let Some(latest) = latest
                && latest.connection == entry.connection
                && latest.ends > now
            {
                entry.ends = latest.ends;
                self.entries.push(Reverse(entry));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_s(s)
    }

    const IDLE: SimDuration = SimDuration::from_s(10);

    /// By hand: which table a packet without room anywhere is refused by, and what the other one has
    /// tracked by then. From a task the kernel comes first, towards it the ENI; between tasks behind
    /// one ENI there is only the kernel.
    #[test]
    fn tables_are_met_in_the_order_of_the_way() {
        let full_after = |leg: Leg, nat: u32, allowance: u32| {
            let limits = Limits {
                tracked_connections: NonZeroU32::new(allowance),
                nat_connections: NonZeroU32::new(nat),
                ..Limits::default()
            };
            let mut tables = Tables::new(&limits, 1);
            let mut packet = Packet::of_size(0, 100);
            packet.leg = leg;
            let verdicts = (0..5).map(|number| tables.packet(at(0), &packet, number, IDLE));
            let verdicts: Vec<_> = verdicts.collect();
            let tracked = |table: &Option<Table>| table.as_ref().map_or(0, |t| t.entries.len());
            (
                verdicts[4],
                tracked(&tables.nat),
                tracked(&tables.allowance),
            )
        };
        let by_allowance = Err(DropCause::TrackedConnections);
        let by_nat = Err(DropCause::Nat);
        assert_eq!(full_after(Leg::Out, 4, 2), (by_nat, 4, 2));
        assert_eq!(full_after(Leg::Out, 9, 2), (by_allowance, 5, 2));
        assert_eq!(full_after(Leg::In, 2, 4), (by_allowance, 2, 4));
        assert_eq!(full_after(Leg::In, 2, 9), (by_nat, 2, 5));
        assert_eq!(full_after(Leg::Local, 9, 2), (Ok(true), 5, 0));
        assert_eq!(full_after(Leg::Local, 2, 9), (by_nat, 2, 0));
        assert_eq!(full_after(Leg::Resolver, 9, 2), (by_allowance, 5, 2));
    }

    /// By hand: room for two; entries last 10 s after the last packet.
    #[test]
    fn an_entry_lasts_as_long_as_its_packets_put_it_off() {
        let mut table = Table::new(NonZeroU32::new(2).unwrap(), 3);
        assert_eq!(table.packet(at(0), 0, 0, IDLE), Tracking::Added);
        assert_eq!(table.packet(at(1), 1, 0, IDLE), Tracking::Added);
        assert_eq!(table.packet(at(2), 2, 0, IDLE), Tracking::Full);
        assert_eq!(table.packet(at(9), 0, 0, IDLE), Tracking::Known);
        // Task 1 has been idle since 1 s; task 0 was put off to 19 s.
        assert_eq!(table.packet(at(11), 2, 0, IDLE), Tracking::Added);
        assert_eq!(table.packet(at(12), 1, 0, IDLE), Tracking::Full);
        // A new connection of task 0 is not the one that is known.
        assert_eq!(table.packet(at(13), 0, 1, IDLE), Tracking::Full);
        assert_eq!(table.packet(at(19), 0, 1, IDLE), Tracking::Added);
        // Its own packet comes too late by nothing: it has been idle for 10 s.
        assert_eq!(table.packet(at(29), 0, 1, IDLE), Tracking::Added);
    }

    #[test]
    fn a_task_opens_a_connection_after_the_other() {
        let law = Connections {
            packets: NonZeroU32::new(3).unwrap(),
            idle: IDLE,
        };
        let mut connections = TaskConnections::new(law);
        assert_eq!(connections.idle(), IDLE);
        let numbers: Vec<(u64, bool)> = (0..7)
            .map(|_| (connections.next_packet(), connections.is_first()))
            .collect();
        let (first, more) = (true, false);
        let expected = [0, 0, 0, 1, 1, 1, 2].into_iter();
        let firsts = [first, more, more, first, more, more, first];
        assert_eq!(numbers, expected.zip(firsts).collect::<Vec<_>>());
    }

    /// Oracle: the loss system M/D/∞ with a limit: connections of one packet that come every second
    /// and stay 10 s fill exactly ten places.
    #[test]
    fn connections_in_step_need_as_many_places_as_they_last() {
        let lost = |limit: u32| {
            let mut table = Table::new(NonZeroU32::new(limit).unwrap(), 1);
            let verdicts = (0..100).map(|i| table.packet(at(i), 0, i, IDLE));
            verdicts.filter(|v| *v == Tracking::Full).count()
        };
        assert_eq!(lost(10), 0);
        // Nine places: of every ten connections, nine are taken.
        assert_eq!(lost(9), 10);
    }
}
