//! Packets of one size over plain first-come first-served links, many at a time.
//!
//! The simplest way out is also the one of which the most packets are asked for: tails of shared
//! queues need hundreds of millions. Here only Lindley's recursion goes packet by packet in the
//! order of time; what is recorded of a task is recorded for all its packets of a span together,
//! while its counts are at hand. The result is the same as one packet after the other.

use super::arrivals::Arrivals;
use super::egress::FifoPort;
use super::packet::Packet;
use super::room::{Admission, Room};
use super::source::AT_A_TIME;
use crate::measure::{DropCause, Fingerprint, Recorder};
use crate::units::{Bytes, SimDuration, SimTime};

/// Links that packets of one size can cross in many at a time.
pub(super) enum Lane<'a> {
    /// One link with one ENI.
    OneEni(&'a mut FifoPort),
    /// One link with an ENI per task.
    EniPerTask(&'a mut FifoPort),
    /// A link with one ENI per task.
    LinkPerTask(&'a mut [FifoPort]),
}

/// Buffers for the packets of a span.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Their sojourn times, task by task.
    sojourns: Vec<SimDuration>,
    /// For each task, the place behind its last sojourn time.
    ends: Vec<u32>,
}

impl Lane<'_> {
    /// Lets all packets in `[from, until)`, each of `size`, cross; returns how many they are.
    pub fn work_through(
        self,
        span: (SimTime, SimTime),
        size: Bytes,
        arrivals: &mut Arrivals,
        batch: &mut Batch,
        recorder: &mut Recorder,
    ) -> u64 {
        match self {
            Lane::OneEni(port) => batch.one_link(port, |_| 0, span, size, arrivals, recorder),
            Lane::EniPerTask(port) => {
                batch.one_link(port, |task| task, span, size, arrivals, recorder)
            }
            Lane::LinkPerTask(ports) => arrivals.by_task(span.1, |task, times| {
                let port = &mut ports[task as usize];
                batch.own_link(port, task, size, times, recorder);
            }),
        }
    }
}

/// What it takes to cross a link, the same for all packets of a size.
#[derive(Clone, Copy)]
struct Crossing {
    size: Bytes,
    transmission: SimDuration,
    propagation: SimDuration,
}

impl Crossing {
    fn of(port: &FifoPort, size: Bytes) -> Self {
        Crossing {
            size,
            transmission: port.link.transmission_time(size),
            propagation: port.way_out.propagation,
        }
    }

    /// An instant before which `count` packets are delivered that arrive before `until`.
    fn all_delivered(self, port: &FifoPort, count: usize, until: SimTime) -> SimTime {
        let backlog = self.transmission.as_ps().saturating_mul(count as u64);
        let start = port.link.free_at.max(until);
        let sent = start.saturating_add(SimDuration::from_ps(backlog));
        sent.saturating_add(self.propagation)
    }

    /// Lindley's recursion: when a packet that arrives at `now` is delivered; `None` if there is no
    /// room for it. The link is free at `free_at`.
    #[inline(always)]
    fn cross(
        self,
        free_at: &mut SimTime,
        room: &mut impl Admission,
        now: SimTime,
        eni: u32,
    ) -> Option<SimTime> {
        if !room.fits(now, *free_at, eni, self.size) {
            return None;
        }
        // No sum can be too large: all deliveries lie before `all_delivered`.
        let begun = (*free_at).max(now).as_ps();
        *free_at = SimTime::from_ps(begun + self.transmission.as_ps());
        room.take(eni, self.size, *free_at);
        let delivered = begun + self.transmission.as_ps() + self.propagation.as_ps();
        Some(SimTime::from_ps(delivered))
    }
}

/// Time between two instants of a packet that crosses.
#[inline(always)]
fn span(arrived: SimTime, delivered: SimTime) -> SimDuration {
    SimDuration::from_ps(delivered.as_ps() - arrived.as_ps())
}

impl Batch {
    /// The packets of all tasks cross one link.
    #[inline(always)]
    fn one_link(
        &mut self,
        port: &mut FifoPort,
        eni_of: impl Fn(u32) -> u32,
        (from, until): (SimTime, SimTime),
        size: Bytes,
        arrivals: &mut Arrivals,
        recorder: &mut Recorder,
    ) -> u64 {
        let slots = arrivals.draw(from, until);
        let count = arrivals.drawn();
        let crossing = Crossing::of(port, size);
        if !recorder.is_within(from, crossing.all_delivered(port, count, until)) {
            for slot in 0..slots {
                for (now, task) in arrivals.in_order(slot) {
                    port.arrive(eni_of(task), Packet::unserved(task, size, now), recorder);
                }
            }
            return count as u64;
        }
        self.sojourns.resize(count, SimDuration::ZERO);
        self.ends.clear();
        self.ends.extend_from_slice(arrivals.first_places());
        for slot in 0..slots {
            let packets = arrivals.in_order(slot);
            let packets = packets.map(|(now, task)| (now, task, eni_of(task)));
            let free_at = &mut port.link.free_at;
            match &mut port.room {
                Room::Unlimited(room) => self.cross(crossing, free_at, room, packets, recorder),
                Room::Backlog(room) => self.cross(crossing, free_at, room, packets, recorder),
                Room::Counted(room) => self.cross(crossing, free_at, room, packets, recorder),
            }
        }
        let places = arrivals.first_places().iter().zip(&self.ends);
        for (task, (first, end)) in (0..).zip(places) {
            let sojourns = &self.sojourns[*first as usize..*end as usize];
            recorder.delivered_alike(task, size, crossing.transmission, sojourns);
        }
        count as u64
    }

    /// `packets` with times, tasks and ENIs cross a link that is free at `link_free_at`. `ends` has
    /// for each task the place for its next sojourn time.
    #[inline(always)]
    fn cross(
        &mut self,
        crossing: Crossing,
        link_free_at: &mut SimTime,
        room: &mut impl Admission,
        packets: impl ExactSizeIterator<Item = (SimTime, u32, u32)>,
        recorder: &mut Recorder,
    ) {
        let one_group = recorder.has_one_group();
        // Packets of a single group in an interval of its throughput, and where that ends.
        let (mut in_interval, mut interval_end) = (0, SimTime::ZERO);
        let (sojourns, ends) = (&mut self.sojourns[..], &mut self.ends[..]);
        let mut free_at = *link_free_at;
        let mut fingerprint = Fingerprint::default();
        for (now, task, eni) in packets {
            let Some(delivered) = crossing.cross(&mut free_at, room, now, eni) else {
                recorder.dropped(now, task, crossing.size, now, DropCause::EniQueue);
                continue;
            };
            if !one_group {
                let throughput = recorder.throughput(task);
                throughput.delivered(delivered, crossing.size);
            } else if delivered >= interval_end {
                let throughput = recorder.throughput(0);
                throughput.delivered_in_latest(in_interval, crossing.size);
                interval_end = throughput.interval_end(delivered);
                in_interval = 0;
            }
            in_interval += 1;
            fingerprint.delivered(task, crossing.size, now, delivered);
            let end = &mut ends[task as usize];
            sojourns[*end as usize] = span(now, delivered);
            *end += 1;
        }
        *link_free_at = free_at;
        recorder.fingerprint(fingerprint);
        if one_group {
            let throughput = recorder.throughput(0);
            throughput.delivered_in_latest(in_interval, crossing.size);
        }
    }

    /// Packets of one task that arrive at `times` cross a link of its own.
    #[inline(always)]
    fn own_link(
        &mut self,
        port: &mut FifoPort,
        task: u32,
        size: Bytes,
        times: &[SimTime],
        recorder: &mut Recorder,
    ) {
        let (Some(first), Some(last)) = (times.first(), times.last()) else {
            return;
        };
        let crossing = Crossing::of(port, size);
        if !recorder.is_within(*first, crossing.all_delivered(port, times.len(), *last)) {
            for now in times {
                port.arrive(0, Packet::unserved(task, size, *now), recorder);
            }
            return;
        }
        let mut deliveries = [SimTime::ZERO; AT_A_TIME];
        let mut sojourns = [SimDuration::ZERO; AT_A_TIME];
        let mut places = deliveries.iter_mut().zip(&mut sojourns);
        let mut free_at = port.link.free_at;
        let mut fingerprint = Fingerprint::default();
        for now in times {
            match crossing.cross(&mut free_at, &mut port.room, *now, 0) {
                Some(delivered) => {
                    fingerprint.delivered(task, size, *now, delivered);
                    if let Some((delivery, sojourn)) = places.next() {
                        (*delivery, *sojourn) = (delivered, span(*now, delivered));
                    }
                }
                None => recorder.dropped(*now, task, size, *now, DropCause::EniQueue),
            }
        }
        let count = AT_A_TIME - places.len();
        port.link.free_at = free_at;
        recorder.fingerprint(fingerprint);
        let throughput = recorder.throughput(task);
        throughput.delivered_in_order(&deliveries[..count], size);
        recorder.delivered_alike(task, size, crossing.transmission, &sojourns[..count]);
    }
}
