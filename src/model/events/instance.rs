//! One container instance with its tasks, as a model for the event loop.
//!
//! # The ways
//! ```text
//! out       task ─► host stack ─► microVM ─► ENI ─► link ─► allowances ─► propagation ─► receiver
//! in        sender ─► propagation ─► link ─► allowances ─► host stack ─► microVM ─► task
//! to a task of the same instance
//!   by its ENI    out, then in; between them the propagation
//!   without one   task ─► host stack ─► task
//! resolver  as out, but for the allowances: the ENI's budget of link-local packets
//! ```
//!
//! # Order of simultaneous events
//! Downstream before upstream, then by component number: ends of propagation, releases by an
//! allowance, ends of transmissions, ends of the microVM's delay, completions of the host stack,
//! arrivals (by task number, over all groups): a packet that arrives as another leaves has its room.

use super::allowances::{Allowances, Passage, Position};
use super::connections::Tables;
use super::delay::DelayLine;
use super::host_stack::{Admission, HostStack, Place, Service};
use super::packet::{Leg, Packet};
use super::port::{Port, Transmission};
use super::sender::Sender;
use super::ways::{Way, ways};
use super::wiring::Wiring;
use crate::engine::{Calendar, Event, Model, Priority, run};
use crate::measure::{
    DropCause, EnaCounter, FlowCount, FlowDirection, FlowMeter, Inside, LiveRecorder, Measurements,
    Stage, StageTimes, Transition,
};
use crate::model::cpu_time::CpuTimes;
use crate::model::life_cycle;
use crate::scenario::{Route, Scenario, Window};
use crate::units::{SimDuration, SimTime};

/// What can happen to an instance.
#[derive(Clone, Copy, Debug)]
pub enum Happening {
    /// The packet longest on its way gets there.
    Propagated,
    /// The first packet that waits for an allowance passes it.
    Released {
        /// Number of the allowance.
        gate: u32,
    },
    /// A port's link has transmitted a packet.
    Transmitted {
        /// Number of the port.
        port: u32,
    },
    /// The packet longest in the microVM leaves it.
    LeftMicroVm,
    /// A core of the host stack is done with a packet.
    Served {
        /// Number of the core.
        core: u32,
    },
    /// A task sends a packet or a message, or one is sent to it.
    Arrival {
        /// Number of the task.
        task: u32,
    },
}

impl Event for Happening {
    #[inline]
    fn priority(&self) -> Priority {
        match *self {
            Happening::Propagated => Priority::new(0, 0),
            Happening::Released { gate } => Priority::new(1, gate),
            Happening::Transmitted { port } => Priority::new(2, port),
            Happening::LeftMicroVm => Priority::new(3, 0),
            Happening::Served { core } => Priority::new(4, core),
            Happening::Arrival { task } => Priority::new(5, task),
        }
    }
}

/// The state of one trial.
#[derive(Debug)]
pub(crate) struct Instance {
    window: Window,
    senders: Vec<Sender>,
    ways: Vec<Way>,
    host_stack: Option<HostStack>,
    eni_queues: u32,
    wiring: Wiring,
    allowances: Allowances,
    micro_vm: DelayLine,
    propagation: DelayLine,
    connections: Tables,
    recorder: LiveRecorder,
    /// Counts packets for flow logs, if somebody wants them.
    flows: Option<FlowMeter>,
    timeline: Vec<Transition>,
}

impl Instance {
    /// The instance of `scenario` in one replication.
    pub fn new(scenario: &Scenario, seed: u64, replication: u32) -> Self {
        let network = &scenario.network;
        let tasks = scenario.own_task_count();
        let wiring = Wiring::new(scenario);
        let latency = network.host_stack.map_or(SimDuration::ZERO, |h| h.latency);
        let mut senders: Vec<Sender> = Sender::all(scenario, seed, replication).collect();
        let mut timeline = Vec::new();
        if let Some(history) = life_cycle::history(scenario, seed, replication) {
            timeline = history.transitions;
            let lives = senders.into_iter().zip(history.activity);
            senders = lives
                .map(|(sender, windows)| sender.sending_in(windows))
                .collect();
        }
        Instance {
            window: scenario.window,
            timeline,
            ways: ways(scenario),
            host_stack: network.host_stack.map(|law| {
                let times = CpuTimes::new(scenario, seed, replication);
                HostStack::new(law, tasks, times)
            }),
            eni_queues: network.eni_queues.get(),
            allowances: Allowances::new(scenario, &wiring.allowances),
            recorder: LiveRecorder::new(scenario, wiring.outbound),
            micro_vm: DelayLine::new(latency, Stage::MicroVm),
            propagation: DelayLine::new(network.propagation, Stage::Propagation),
            wiring,
            connections: Tables::new(&network.limits, senders.len()),
            senders,
            flows: None,
        }
    }

    /// The same with the window cut into `parts`, which is above zero.
    pub fn in_parts(mut self, parts: u32) -> Self {
        self.recorder = self.recorder.in_parts(parts);
        self
    }

    /// Simulates the whole trial and returns what the flow logs of its ENIs count, in aggregation
    /// intervals of this length.
    ///
    /// # Panics
    /// If the interval is zero.
    pub fn flow_counts(mut self, interval: SimDuration) -> Vec<FlowCount> {
        self.flows = Some(FlowMeter::new(interval));
        let horizon = self.window.horizon();
        run(&mut self, horizon);
        self.flows.map(FlowMeter::finish).unwrap_or_default()
    }

    /// Simulates the whole trial and returns what was measured.
    ///
    /// # Panics
    /// If an account does not balance: a model bug.
    pub fn simulate(mut self) -> Measurements {
        let horizon = self.window.horizon();
        let events = run(&mut self, horizon);
        let in_host_stack = self.host_stack.iter().flat_map(HostStack::packets);
        let inside: Vec<Inside> = in_host_stack
            .chain(self.wiring.ports.iter().flat_map(Port::packets))
            .chain(self.allowances.waiting())
            .chain(self.micro_vm.packets())
            .chain(self.propagation.packets())
            .map(|packet| Inside {
                task: packet.task,
                size: packet.size,
                arrived: packet.arrived,
                recorded: packet.recorded,
            })
            .collect();
        Measurements {
            timeline: self.timeline,
            ..self.recorder.finish(events, &inside)
        }
    }

    fn way(&self, packet: &Packet) -> Way {
        self.ways[packet.task as usize]
    }

    /// The task on whose side of the way `packet` is.
    fn near(&self, packet: &Packet) -> u32 {
        let way = self.way(packet);
        match packet.leg {
            Leg::In => way.target,
            Leg::Out | Leg::Local | Leg::Resolver => way.source,
        }
    }

    fn arrival(&mut self, now: SimTime, task: u32, calendar: &mut Calendar<Happening>) {
        let sender = &mut self.senders[task as usize];
        calendar.schedule(sender.next_arrival(), Happening::Arrival { task });
        let flow = sender.next_flow();
        for size in sender.sizes() {
            let recorded = self.recorder.offered(now, task, size);
            let packet = Packet {
                task,
                size,
                arrived: now,
                recorded,
                since: now,
                stages: StageTimes::default(),
                leg: self.first_leg(task),
                flow,
                priority: self.ways[task as usize].priority,
                opens_connection: false,
            };
            match packet.leg {
                Leg::In => self.propagate(now, packet, calendar),
                Leg::Out | Leg::Local | Leg::Resolver => {
                    if let Some(packet) = self.track(now, packet) {
                        self.reach_host_stack(now, packet, calendar);
                    }
                }
            }
        }
    }

    fn first_leg(&self, task: u32) -> Leg {
        let has_way_out = self.wiring.outbound > 0;
        match self.ways[task as usize].route {
            Route::In if has_way_out => Leg::In,
            Route::Resolver => Leg::Resolver,
            Route::ToGroup(_) if has_way_out && !self.wiring.has_own_enis() => Leg::Local,
            // Without any network, what would come in is refused as well.
            Route::Out | Route::In | Route::ToGroup(_) => Leg::Out,
        }
    }

    /// Looks up the packet's connection; gives the packet back unless no table has room for it.
    fn track(&mut self, now: SimTime, mut packet: Packet) -> Option<Packet> {
        let Some(connections) = &mut self.senders[packet.task as usize].connections else {
            return Some(packet);
        };
        let (number, idle) = (connections.next_packet(), connections.idle());
        let is_first = connections.is_first();
        match self.connections.packet(now, &packet, number, idle) {
            Ok(added) => {
                packet.opens_connection = is_first || added;
                Some(packet)
            }
            Err(cause) => {
                if cause == DropCause::TrackedConnections {
                    let counter = EnaCounter::TrackedConnections;
                    self.recorder
                        .exceeded(packet.task, packet.recorded, counter);
                }
                self.drop(now, &packet, cause);
                None
            }
        }
    }

    fn reach_host_stack(
        &mut self,
        now: SimTime,
        packet: Packet,
        calendar: &mut Calendar<Happening>,
    ) {
        let task = self.near(&packet);
        let place = Place {
            task,
            eni: self.wiring.eni_of(task),
            queues: self.eni_queues,
            hash: packet.flow.hash,
        };
        match &mut self.host_stack {
            None => self.leave_host_stack(now, packet, calendar),
            Some(host_stack) => match host_stack.arrive(now, packet, place) {
                Admission::Begins(service) => schedule_service(service, calendar),
                Admission::Waits => {}
                Admission::Dropped(packet) => self.drop(now, &packet, DropCause::HostStack),
            },
        }
    }

    fn served(&mut self, now: SimTime, core: u32, calendar: &mut Calendar<Happening>) {
        let host_stack = self.host_stack.as_mut().expect("only a host stack serves");
        let (packet, next) = host_stack.complete(now, core);
        if let Some(service) = next {
            schedule_service(service, calendar);
        }
        self.leave_host_stack(now, packet, calendar);
    }

    fn leave_host_stack(
        &mut self,
        now: SimTime,
        packet: Packet,
        calendar: &mut Calendar<Happening>,
    ) {
        if self.micro_vm.is_none() {
            return self.leave_micro_vm(now, packet, calendar);
        }
        if let Some(at) = self.micro_vm.enter(now, packet) {
            calendar.schedule(at, Happening::LeftMicroVm);
        }
    }

    fn leave_micro_vm(&mut self, now: SimTime, packet: Packet, calendar: &mut Calendar<Happening>) {
        match packet.leg {
            Leg::In | Leg::Local => self.deliver(now, packet),
            Leg::Out | Leg::Resolver => self.reach_eni(now, packet, calendar),
        }
    }

    fn reach_eni(&mut self, now: SimTime, packet: Packet, calendar: &mut Calendar<Happening>) {
        let socket = match packet.leg {
            Leg::In => self.wiring.inward(self.way(&packet).target),
            Leg::Out | Leg::Local | Leg::Resolver => self.wiring.out(self.way(&packet).source),
        };
        let Some(socket) = socket else {
            return self.drop(now, &packet, DropCause::Refused);
        };
        match self.wiring.ports[socket.port as usize].arrive(now, socket.eni, packet) {
            Ok(begins) => self.schedule_transmission(now, socket.port, begins, calendar),
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
        let is_out = (port as usize) < self.wiring.outbound;
        if is_out && self.allowances.is_link(port) {
            self.recorder.occupied(task, now, end);
        }
        calendar.schedule(end, Happening::Transmitted { port });
    }

    fn transmitted(&mut self, now: SimTime, port: u32, calendar: &mut Calendar<Happening>) {
        let (packet, begins) = self.wiring.ports[port as usize].complete(now);
        self.schedule_transmission(now, port, begins, calendar);
        let position = self.position(&packet);
        let recorder = &mut self.recorder;
        let passage = self.allowances.enter(now, packet, position, recorder);
        self.go_on(now, passage, calendar);
    }

    fn released(&mut self, now: SimTime, gate: u32, calendar: &mut Calendar<Happening>) {
        let (packet, next) = self.allowances.release(now, gate);
        if let Some(at) = next {
            calendar.schedule(at, Happening::Released { gate });
        }
        let position = self.position(&packet);
        let recorder = &mut self.recorder;
        let passage = self
            .allowances
            .released(now, packet, gate, position, recorder);
        self.go_on(now, passage, calendar);
    }

    /// Where `packet` is behind its link.
    fn position(&self, packet: &Packet) -> Position {
        let task = self.near(packet);
        let socket = match packet.leg {
            Leg::In => self.wiring.inward(task),
            Leg::Out | Leg::Local | Leg::Resolver => self.wiring.out(task),
        };
        Position {
            port: socket.expect("it comes from a link").port,
            eni: self.wiring.eni_of(task),
        }
    }

    /// What follows when a packet has met its allowances.
    fn go_on(&mut self, now: SimTime, passage: Passage, calendar: &mut Calendar<Happening>) {
        match passage {
            Passage::Passed(packet) => {
                self.observe(now, &packet, true);
                match packet.leg {
                    Leg::In => self.reach_host_stack(now, packet, calendar),
                    Leg::Out | Leg::Local | Leg::Resolver => self.propagate(now, packet, calendar),
                }
            }
            Passage::Waits { gate, release } => {
                if let Some(at) = release {
                    calendar.schedule(at, Happening::Released { gate });
                }
            }
            Passage::Dropped(packet, cause) => self.drop(now, &packet, cause),
        }
    }

    /// `packet` has crossed an ENI, or is rejected there, as flow logs have it.
    fn observe(&mut self, now: SimTime, packet: &Packet, accepted: bool) {
        let direction = match packet.leg {
            Leg::Out => FlowDirection::Egress,
            Leg::In => FlowDirection::Ingress,
            Leg::Local | Leg::Resolver => return,
        };
        if let Some(flows) = self.flows.as_mut().filter(|_| packet.recorded) {
            let flow = packet.flow.number;
            flows.observed(now, packet.task, flow, direction, packet.size, accepted);
        }
    }

    /// `packet` leaves the instance, or sets out for it.
    fn propagate(&mut self, now: SimTime, mut packet: Packet, calendar: &mut Calendar<Happening>) {
        packet.since = now;
        if self.propagation.is_none() {
            return self.propagated(now, packet, calendar);
        }
        if let Some(at) = self.propagation.enter(now, packet) {
            calendar.schedule(at, Happening::Propagated);
        }
    }

    /// `packet` gets to its receiver, or to the ENI of a task on this instance.
    fn propagated(&mut self, now: SimTime, mut packet: Packet, calendar: &mut Calendar<Happening>) {
        let way = self.way(&packet);
        match (packet.leg, way.route) {
            (Leg::In, _) => {}
            (_, Route::ToGroup(_)) => packet.leg = Leg::In,
            (_, Route::Out | Route::In | Route::Resolver) => return self.deliver(now, packet),
        }
        if !way.admitted {
            self.observe(now, &packet, false);
            return self.drop(now, &packet, DropCause::SecurityGroup);
        }
        // A connection from outside is tracked where it comes in, one from a task where it left.
        let tracked = match way.route {
            Route::In => self.track(now, packet),
            Route::Out | Route::ToGroup(_) | Route::Resolver => Some(packet),
        };
        if let Some(packet) = tracked {
            self.reach_eni(now, packet, calendar);
        }
    }

    fn deliver(&mut self, now: SimTime, packet: Packet) {
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
        let Packet { task, size, .. } = *packet;
        self.recorder
            .dropped(now, task, size, packet.arrived, packet.recorded, cause);
    }
}

fn schedule_service(service: Service, calendar: &mut Calendar<Happening>) {
    calendar.schedule(service.done, Happening::Served { core: service.core });
}

impl Model for Instance {
    type Event = Happening;

    fn start(&mut self, calendar: &mut Calendar<Happening>) {
        for (task, sender) in (0..).zip(&mut self.senders) {
            calendar.schedule(sender.next_arrival(), Happening::Arrival { task });
        }
    }

    #[inline]
    fn handle(&mut self, now: SimTime, event: Happening, calendar: &mut Calendar<Happening>) {
        match event {
            Happening::Arrival { task } => self.arrival(now, task, calendar),
            Happening::Served { core } => self.served(now, core, calendar),
            Happening::LeftMicroVm => {
                let (packet, next) = self.micro_vm.leave(now);
                if let Some(at) = next {
                    calendar.schedule(at, Happening::LeftMicroVm);
                }
                self.leave_micro_vm(now, packet, calendar);
            }
            Happening::Transmitted { port } => self.transmitted(now, port, calendar),
            Happening::Released { gate } => self.released(now, gate, calendar),
            Happening::Propagated => {
                let (packet, next) = self.propagation.leave(now);
                if let Some(at) = next {
                    calendar.schedule(at, Happening::Propagated);
                }
                self.propagated(now, packet, calendar);
            }
        }
    }

    fn finished(&self, next: SimTime) -> bool {
        next >= self.window.end() && self.recorder.is_settled()
    }
}
