//! One container instance with its tasks, worked through span by span.
//!
//! # Order of simultaneous events
//! Downstream before upstream, then by component number: deliveries, releases of credit, ends of
//! transmissions, completions of the host stack, arrivals (by task number, over all groups). So a
//! packet that arrives at the instant another leaves finds its room free.
//!
//! # How it is worked through
//! Simulated time is cut into spans. Within a span, all packets cross one station after the other:
//! what a station does before the span's end depends only on what the stations in front of it have
//! done before that, and nothing flows back. Most stations know what becomes of a packet when it
//! arrives, and then record it at once, however far in the future it lies.
//!
//! The result is that of an event loop over one calendar, to the byte: such a loop is kept among
//! the tests and compared on random scenarios.

use std::num::NonZeroU64;

use super::arbiter::{Drr, RoundRobin};
use super::arbitrated::ArbitratedPort;
use super::arrivals;
use super::cpu_time::CpuTimes;
use super::egress::{self, FifoEnis, FifoPort, OwnPorts, Refused, SharedEni};
use super::host_stack::HostStack;
use super::lane::Batch;
use super::packet::Packet;
use crate::measure::{DropCause, Measurements, Recorder};
use crate::scenario::{
    Allowance, Arbitration, Arrivals, Egress, EniQueue, MmppState, Scenario, TaskGroup, Window,
};
use crate::units::{SimDuration, SimTime};

/// Packets that a span holds on average, at least: enough that the work per span does not count,
/// few enough that they stay in the nearest caches.
const SPAN_PACKETS: f64 = 3800.0;

/// Packets per task that are worth the way to the task's source and records.
const SPAN_PACKETS_PER_TASK: f64 = 40.0;

/// Packets that a span holds at most, as long as each task still has [`SPAN_PACKETS_PER_TASK_MIN`].
const SPAN_PACKETS_MAX: f64 = 65_536.0;

/// Packets of a span if all on-off sources are on at once: a limit to its memory.
const SPAN_PACKETS_PEAK: f64 = 1_048_576.0;

/// Packets per task of a span, at least: with 65,536 tasks, 24 take two thirds of the time of 4, which
/// visit each source and record six times as often, and 64 a tenth more, whose sojourn times are
/// farther away.
const SPAN_PACKETS_PER_TASK_MIN: f64 = 24.0;

/// The state of one trial.
#[derive(Debug)]
struct Instance<E> {
    window: Window,
    /// Length of a span.
    span: SimDuration,
    arrivals: arrivals::Arrivals,
    host_stack: Option<HostStack>,
    egress: E,
    batch: Batch,
    recorder: Recorder,
}

/// Simulates `scenario`, which needs no event loop, in one replication and returns what was measured,
/// the window cut into `parts`.
///
/// # Panics
/// If a packet was lost or made up: a model bug.
pub fn simulate(scenario: &Scenario, seed: u64, replication: u32, parts: u32) -> Measurements {
    let tasks = scenario.task_count();
    let propagation = scenario.network.propagation;
    let size = scenario.packet_size();
    let port = |queue, enis, allowance| FifoPort::new(queue, enis, allowance, propagation, size);
    let own_ports = |queue: EniQueue, allowance: Allowance| {
        OwnPorts((0..tasks).map(|_| port(queue, 1, allowance)).collect())
    };
    let trial = (scenario, seed, replication, parts);
    match scenario.network.egress {
        Egress::Refused => run(trial, 0, Refused),
        Egress::Shared { queue, allowance } => run(trial, 1, SharedEni(port(queue, 1, allowance))),
        Egress::PerTask {
            queue,
            arbitration,
            allowance,
            ..
        } => match arbitration {
            Arbitration::RoundRobin => {
                let arbiter = RoundRobin::default();
                run(
                    trial,
                    1,
                    ArbitratedPort::new(queue, tasks, arbiter, allowance, propagation),
                )
            }
            Arbitration::Drr { quantum } => {
                let arbiter = Drr::new(tasks, quantum);
                run(
                    trial,
                    1,
                    ArbitratedPort::new(queue, tasks, arbiter, allowance, propagation),
                )
            }
            Arbitration::Fifo => run(trial, 1, FifoEnis(port(queue, tasks, allowance))),
            Arbitration::Dedicated => run(trial, tasks, own_ports(queue, allowance)),
            Arbitration::Partition => {
                let n = NonZeroU64::new(tasks as u64).unwrap_or(NonZeroU64::MIN);
                run(trial, tasks, own_ports(queue, allowance.share_of(n)))
            }
        },
    }
}

/// Simulates a trial whose way out is `egress`, with `links` links.
fn run<E: egress::Egress>(
    (scenario, seed, replication, parts): (&Scenario, u64, u32, u32),
    links: usize,
    egress: E,
) -> Measurements {
    let arrivals = arrivals::Arrivals::new(scenario, seed, replication);
    let instance = Instance {
        window: scenario.window,
        span: arrivals.best_span(span(scenario)),
        arrivals,
        host_stack: scenario.network.host_stack.map(|law| {
            let times = CpuTimes::new(scenario, seed, replication);
            HostStack::new(law, times)
        }),
        egress,
        batch: Batch::default(),
        recorder: Recorder::new(scenario, links).in_parts(parts),
    };
    instance.simulate()
}

/// The length of a span for the traffic of `scenario`.
fn span(scenario: &Scenario) -> SimDuration {
    let tasks = scenario.task_count() as f64;
    let worthwhile = (SPAN_PACKETS_PER_TASK * tasks).min(SPAN_PACKETS_MAX);
    let packets = SPAN_PACKETS
        .max(worthwhile)
        .max(SPAN_PACKETS_PER_TASK_MIN * tasks);
    let on_average = packets / scenario.offered_packets_per_s();
    let at_peak = SPAN_PACKETS_PEAK.max(packets) / peak_packets_per_s(scenario);
    SimDuration::from_ps(((on_average.min(at_peak) * 1e12) as u64).max(1))
}

/// Offered rate of all tasks while all of them are on [packets/s].
fn peak_packets_per_s(scenario: &Scenario) -> f64 {
    let peak = |group: &TaskGroup| {
        let rate = match group.traffic.arrivals {
            Arrivals::OnOff { peak, .. } => peak.per_s(),
            Arrivals::Mmpp(states) => {
                let rates = MmppState::rates(&states, group.traffic.rate);
                rates[0].max(rates[1])
            }
            Arrivals::Periodic | Arrivals::Poisson | Arrivals::Renewal(_) => {
                group.traffic.rate.per_s()
            }
        };
        f64::from(group.count) * rate
    };
    scenario.task_groups.iter().map(peak).sum()
}

impl<E: egress::Egress> Instance<E> {
    fn simulate(mut self) -> Measurements {
        let mut now = SimTime::ZERO;
        let mut ends = self.recorder.part_ends();
        ends.pop();
        now = self.work_until(now, self.window.start());
        for end in ends {
            now = self.work_until(now, end);
            self.recorder.part_ended(end);
        }
        now = self.work_until(now, self.window.end());
        let mut end = self.recorder.end_of_trial(now);
        while end.is_none_or(|end| now < end) {
            now = self.work_through(now, end.unwrap_or(self.window.horizon()));
            end = end.or_else(|| self.recorder.end_of_trial(now));
        }
        let in_host_stack = self.host_stack.iter().flat_map(HostStack::packets);
        for packet in in_host_stack.chain(self.egress.undecided()) {
            self.recorder
                .left_inside(packet.task, packet.size(), packet.arrived);
        }
        self.recorder.finish()
    }

    /// Works through all spans between `from` and `boundary`; returns the later of the two.
    fn work_until(&mut self, from: SimTime, boundary: SimTime) -> SimTime {
        let mut now = from;
        while now < boundary {
            now = self.work_through(now, boundary);
        }
        now
    }

    /// Works through the span from `from` on, but not beyond `limit`; returns its end.
    fn work_through(&mut self, from: SimTime, limit: SimTime) -> SimTime {
        let until = from.saturating_add(self.span).min(limit);
        let after_window = from >= self.window.end();
        let Instance {
            arrivals,
            egress,
            batch,
            recorder,
            ..
        } = self;
        let host_stack = &mut self.host_stack;
        let lane = match (&host_stack, arrivals.equal_size()) {
            (None, Some(size)) if !after_window => egress.lane().map(|lane| (lane, size)),
            _ => None,
        };
        let count = if let Some((lane, size)) = lane {
            lane.work_through((from, until), size, arrivals, batch, recorder)
        } else if let Some(host_stack) = host_stack {
            arrivals.in_order_with_sizes(from, until, |now, task, size| {
                if after_window {
                    recorder.arrived_after(now);
                }
                if !host_stack.arrive(now, task, size) {
                    recorder.dropped(now, task, size, now, DropCause::HostStack);
                }
            })
        } else {
            let arrive = |now, task, size| {
                if after_window {
                    recorder.arrived_after(now);
                }
                egress.arrive(Packet::unserved(task, size, now), recorder);
            };
            if E::TASKS_MEET {
                arrivals.in_order_with_sizes(from, until, arrive)
            } else {
                arrivals.by_task_with_sizes(until, arrive)
            }
        };
        if !after_window {
            recorder.arrived_within(count, from >= self.window.start());
        }
        if let Some(host_stack) = &mut self.host_stack {
            while let Some(packet) = host_stack.leave_before(until) {
                recorder.served(packet.served, packet.arrived);
                egress.arrive(packet, recorder);
            }
        }
        egress.advance(until, recorder);
        recorder.reaches(until);
        until
    }
}
