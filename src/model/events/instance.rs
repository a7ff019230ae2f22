//! One container instance with its tasks, as a model for the event loop.
//!
//! # Order of simultaneous events
//! Downstream before upstream, then by component number: deliveries, releases of credit, ends of
//! transmissions, completions of the host stack, arrivals (by task number, over all groups). So a
//! packet that arrives at the instant another leaves finds its room free.

use std::collections::VecDeque;
use std::num::NonZeroU64;

use super::arbiter::Arbiter;
use super::eni::Eni;
use super::host_stack::{Admission, HostStack, Service};
use super::packet::Packet;
use super::port::{Port, Transmission};
use super::shaper::Verdict;
use crate::engine::random::{Stream, StreamName};
use crate::engine::{Calendar, Event, Priority};
use crate::engine::{Model, run};
use crate::measure::LiveRecorder;
use crate::measure::{DropCause, Measurements, Stage, Transition};
use crate::model::arbiter::{Drr, RoundRobin};
use crate::model::life_cycle;
use crate::model::size::SizeSampler;
use crate::model::source::Source;
use crate::scenario::{Allowance, Arbitration, Egress, EniQueue, Scenario, Window};
use crate::units::{SimDuration, SimTime};

/// What can happen to an instance.
#[derive(Clone, Copy, Debug)]
pub enum Happening {
    /// The packet longest on its way reaches the receiver.
    Delivered,
    /// The first packet in a port's shaper gets its credit.
    Released {
        /// Number of the port.
        port: u32,
    },
    /// A port's link has transmitted a packet.
    Transmitted {
        /// Number of the port.
        port: u32,
    },
    /// A core of the host stack is done with a packet.
    Served {
        /// Number of the core.
        core: u32,
    },
    /// A task sends a packet.
    Arrival {
        /// Number of the task.
        task: u32,
    },
}

impl Event for Happening {
    #[inline]
    fn priority(&self) -> Priority {
        match *self {
            Happening::Delivered => Priority::new(0, 0),
            Happening::Released { port } => Priority::new(1, port),
            Happening::Transmitted { port } => Priority::new(2, port),
            Happening::Served { core } => Priority::new(3, core),
            Happening::Arrival { task } => Priority::new(4, task),
        }
    }
}

/// How a task's number becomes a port and an ENI of that port.
#[derive(Clone, Copy, Debug)]
enum Wiring {
    /// No port: mode `none`.
    Refused,
    /// One port, one ENI.
    Shared,
    /// One port, an ENI per task.
    EniPerTask,
    /// A port with one ENI per task.
    PortPerTask,
}

/// What a task sends.
#[derive(Debug)]
struct Task {
    source: Source,
    sizes: SizeSampler,
    size_stream: Stream,
}

/// The state of one trial.
#[derive(Debug)]
pub(crate) struct Instance {
    window: Window,
    tasks: Vec<Task>,
    host_stack: Option<HostStack>,
    wiring: Wiring,
    ports: Vec<Port>,
    propagation: SimDuration,
    /// Packets on their way to the receiver: the delay is the same for all, so the first to leave
    /// is the first to arrive, and one pending event is enough.
    in_flight: VecDeque<Packet>,
    recorder: LiveRecorder,
    timeline: Vec<Transition>,
}

impl Instance {
    /// The instance of `scenario` in one replication.
    pub fn new(scenario: &Scenario, seed: u64, replication: u32) -> Self {
        let tasks = scenario.task_groups.iter().flat_map(|group| {
            (0..group.count).map(|index| {
                let name = StreamName {
                    seed,
                    replication,
                    component: &group.name,
                    index,
                    purpose: "sizes",
                };
                Task {
                    source: Source::new(&group.traffic, name),
                    sizes: SizeSampler::new(&group.traffic.packet_size),
                    size_stream: name.stream(),
                }
            })
        });
        let mut tasks: Vec<Task> = tasks.collect();
        let mut timeline = Vec::new();
        if let Some(history) = life_cycle::history(scenario, seed, replication) {
            timeline = history.transitions;
            let sending = |(task, windows): (Task, _)| Task {
                source: task.source.with_activity(windows),
                ..task
            };
            tasks = tasks
                .into_iter()
                .zip(history.activity)
                .map(sending)
                .collect();
        }
        let (wiring, ports) = wire(scenario.network.egress, scenario.task_count());
        Instance {
            window: scenario.window,
            tasks,
            timeline,
            host_stack: scenario.network.host_stack.map(HostStack::new),
            wiring,
            recorder: LiveRecorder::new(scenario, ports.len()),
            ports,
            propagation: scenario.network.propagation,
            in_flight: VecDeque::new(),
        }
    }

    /// Simulates the whole trial and returns what was measured.
    ///
    /// # Panics
    /// If an account does not balance: a model bug.
    pub fn simulate(mut self) -> Measurements {
        let horizon = self.window.horizon();
        let events = run(&mut self, horizon);
        let in_host_stack = self.host_stack.iter().flat_map(HostStack::packets);
        let in_ports = self.ports.iter().flat_map(Port::packets);
        let inside: Vec<(SimTime, bool)> = in_host_stack
            .chain(in_ports)
            .chain(&self.in_flight)
            .map(|packet| (packet.arrived, packet.recorded))
            .collect();
        Measurements {
            timeline: self.timeline,
            ..self.recorder.finish(events, &inside)
        }
    }

    fn arrival(&mut self, now: SimTime, task: u32, calendar: &mut Calendar<Happening>) {
        let sender = &mut self.tasks[task as usize];
        let size = sender.sizes.draw(&mut sender.size_stream);
        calendar.schedule(sender.source.next_arrival(), Happening::Arrival { task });
        let recorded = self.recorder.offered(now, task, size);
        let packet = Packet::new(task, size, now, recorded);
        match &mut self.host_stack {
            None => self.reach_eni(now, packet, calendar),
            Some(host_stack) => match host_stack.arrive(now, packet) {
                Admission::Begins(service) => schedule_service(service, calendar),
                Admission::Waits => {}
                Admission::Dropped(packet) => self.drop(now, &packet, DropCause::HostStack),
            },
        }
    }

    fn reach_eni(&mut self, now: SimTime, packet: Packet, calendar: &mut Calendar<Happening>) {
        let (port, eni) = match self.wiring {
            Wiring::Refused => return self.drop(now, &packet, DropCause::Refused),
            Wiring::Shared => (0, 0),
            Wiring::EniPerTask => (0, packet.task),
            Wiring::PortPerTask => (packet.task, 0),
        };
        match self.ports[port as usize].arrive(now, eni, packet) {
            Ok(begins) => self.schedule_transmission(now, port, begins, calendar),
            Err(packet) => self.drop(now, &packet, DropCause::EniQueue),
        }
    }

    fn schedule_transmission(
        &mut self,
        now: SimTime,
        port: u32,
        begins: Option<Transmission>,
        calendar: &mut Calendar<Happening>,
    ) {
        let Some(Transmission { task, end }) = begins else {
            return;
        };
        if self.ports[port as usize].shaper.is_none() {
            self.recorder.occupied(task, now, end);
        }
        calendar.schedule(end, Happening::Transmitted { port });
    }

    fn transmitted(&mut self, now: SimTime, port: u32, calendar: &mut Calendar<Happening>) {
        let (packet, begins) = self.ports[port as usize].complete(now);
        self.schedule_transmission(now, port, begins, calendar);
        let Some(shaper) = &mut self.ports[port as usize].shaper else {
            return self.leave(now, packet, calendar);
        };
        let (task, recorded) = (packet.task, packet.recorded);
        match shaper.arrive(now, packet) {
            Verdict::Conforms(packet) => self.leave_shaper(now, port, packet, calendar),
            Verdict::Waits(release) => {
                self.recorder.allowance_exceeded(task, recorded);
                if let Some(at) = release {
                    calendar.schedule(at, Happening::Released { port });
                }
            }
            Verdict::Dropped(packet) => {
                self.recorder.allowance_exceeded(task, recorded);
                self.drop(now, &packet, DropCause::Allowance);
            }
        }
    }

    fn released(&mut self, now: SimTime, port: u32, calendar: &mut Calendar<Happening>) {
        let shaper = self.ports[port as usize].shaper.as_mut();
        let (packet, next) = shaper.expect("only a shaper releases packets").release(now);
        if let Some(at) = next {
            calendar.schedule(at, Happening::Released { port });
        }
        self.leave_shaper(now, port, packet, calendar);
    }

    fn leave_shaper(
        &mut self,
        now: SimTime,
        port: u32,
        packet: Packet,
        calendar: &mut Calendar<Happening>,
    ) {
        if let Some(shaper) = &self.ports[port as usize].shaper {
            self.recorder
                .took(packet.task, now, shaper.baseline_time(packet.size));
        }
        self.leave(now, packet, calendar);
    }

    /// `packet` leaves the instance.
    fn leave(&mut self, now: SimTime, mut packet: Packet, calendar: &mut Calendar<Happening>) {
        packet.since = now;
        if self.propagation.is_zero() {
            return self.deliver(now, packet);
        }
        if self.in_flight.is_empty() {
            calendar.schedule(now + self.propagation, Happening::Delivered);
        }
        self.in_flight.push_back(packet);
    }

    fn arrived_at_receiver(&mut self, now: SimTime, calendar: &mut Calendar<Happening>) {
        let packet = self
            .in_flight
            .pop_front()
            .expect("only a packet in flight is delivered");
        if let Some(next) = self.in_flight.front() {
            calendar.schedule(next.since + self.propagation, Happening::Delivered);
        }
        self.deliver(now, packet);
    }

    fn deliver(&mut self, now: SimTime, mut packet: Packet) {
        packet
            .stages
            .add(Stage::Propagation, now.since(packet.since));
        let Packet {
            task,
            size,
            arrived,
            recorded,
            stages,
            ..
        } = packet;
        self.recorder
            .delivered(now, task, size, arrived, recorded, &stages);
    }

    fn drop(&mut self, now: SimTime, packet: &Packet, cause: DropCause) {
        self.recorder
            .dropped(now, packet.task, packet.arrived, packet.recorded, cause);
    }
}

fn schedule_service(service: Service, calendar: &mut Calendar<Happening>) {
    calendar.schedule(service.done, Happening::Served { core: service.core });
}

/// The ports of an egress for `tasks` tasks, and how tasks reach them.
fn wire(egress: Egress, tasks: usize) -> (Wiring, Vec<Port>) {
    let eni = |queue: EniQueue| Eni::new(queue.capacity);
    let enis = |queue: EniQueue| (0..tasks).map(|_| eni(queue)).collect();
    let own_port = |queue, allowance: Allowance| {
        let port = |_| Port::new(allowance, vec![eni(queue)], Arbiter::Single);
        (Wiring::PortPerTask, (0..tasks).map(port).collect())
    };
    let one_port = |queue, allowance, arbiter| {
        (
            Wiring::EniPerTask,
            vec![Port::new(allowance, enis(queue), arbiter)],
        )
    };
    match egress {
        Egress::Refused => (Wiring::Refused, Vec::new()),
        Egress::Shared { queue, allowance } => (
            Wiring::Shared,
            vec![Port::new(allowance, vec![eni(queue)], Arbiter::Single)],
        ),
        Egress::PerTask {
            queue,
            arbitration,
            allowance,
            ..
        } => match arbitration {
            Arbitration::RoundRobin => {
                one_port(queue, allowance, Arbiter::RoundRobin(RoundRobin::default()))
            }
            Arbitration::Drr { quantum } => {
                one_port(queue, allowance, Arbiter::Drr(Drr::new(tasks, quantum)))
            }
            Arbitration::Fifo => one_port(
                queue,
                allowance,
                Arbiter::Fifo {
                    order: VecDeque::new(),
                },
            ),
            Arbitration::Dedicated => own_port(queue, allowance),
            Arbitration::Partition => {
                let n = NonZeroU64::new(tasks as u64).unwrap_or(NonZeroU64::MIN);
                own_port(queue, allowance.share_of(n))
            }
        },
    }
}

impl Model for Instance {
    type Event = Happening;

    fn start(&mut self, calendar: &mut Calendar<Happening>) {
        for (task, sender) in (0..).zip(&mut self.tasks) {
            calendar.schedule(sender.source.next_arrival(), Happening::Arrival { task });
        }
    }

    #[inline]
    fn handle(&mut self, now: SimTime, event: Happening, calendar: &mut Calendar<Happening>) {
        match event {
            Happening::Arrival { task } => self.arrival(now, task, calendar),
            Happening::Served { core } => {
                let host_stack = self.host_stack.as_mut();
                let (packet, next) = host_stack
                    .expect("only a host stack serves")
                    .complete(now, core);
                if let Some(service) = next {
                    schedule_service(service, calendar);
                }
                self.reach_eni(now, packet, calendar);
            }
            Happening::Transmitted { port } => self.transmitted(now, port, calendar),
            Happening::Released { port } => self.released(now, port, calendar),
            Happening::Delivered => self.arrived_at_receiver(now, calendar),
        }
    }

    fn finished(&self, next: SimTime) -> bool {
        next >= self.window.end() && self.recorder.is_settled()
    }
}
