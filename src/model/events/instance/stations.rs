//! From station to station: what becomes of a packet that leaves one.

use super::super::allowances::{Passage, Position};
use super::super::happening::Happening;
use super::super::host_stack::{Admission, Place, Service};
use super::super::packet::{Leg, Packet};
use super::super::port::Transmission;
use super::super::ways::Way;
use super::Instance;
use crate::engine::Calendar;
use crate::measure::{DropCause, FlowDirection};
use crate::scenario::Route;
use crate::units::SimTime;

impl Instance {
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

    pub(super) fn reach_host_stack(
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

    pub(super) fn served(&mut self, now: SimTime, core: u32, calendar: &mut Calendar<Happening>) {
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

    pub(super) fn leave_micro_vm(
        &mut self,
        now: SimTime,
        packet: Packet,
        calendar: &mut Calendar<Happening>,
    ) {
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

    pub(super) fn transmitted(
        &mut self,
        now: SimTime,
        port: u32,
        calendar: &mut Calendar<Happening>,
    ) {
        let (packet, begins) = self.wiring.ports[port as usize].complete(now);
        self.schedule_transmission(now, port, begins, calendar);
        let position = self.position(&packet);
        let recorder = &mut self.recorder;
        let passage = self.allowances.enter(now, packet, position, recorder);
        self.go_on(now, passage, calendar);
    }

    pub(super) fn released(&mut self, now: SimTime, gate: u32, calendar: &mut Calendar<Happening>) {
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
    pub(super) fn propagate(
        &mut self,
        now: SimTime,
        mut packet: Packet,
        calendar: &mut Calendar<Happening>,
    ) {
        packet.since = now;
        if self.propagation.is_none() {
            return self.propagated(now, packet, calendar);
        }
        if let Some(at) = self.propagation.enter(now, packet) {
            calendar.schedule(at, Happening::Propagated);
        }
    }

    /// `packet` gets to its receiver, or to the ENI of a task on this instance.
    pub(super) fn propagated(
        &mut self,
        now: SimTime,
        mut packet: Packet,
        calendar: &mut Calendar<Happening>,
    ) {
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

    pub(super) fn drop(&mut self, now: SimTime, packet: &Packet, cause: DropCause) {
        let Packet { task, size, .. } = *packet;
        self.recorder
            .dropped(now, task, size, packet.arrived, packet.recorded, cause);
    }
}

fn schedule_service(service: Service, calendar: &mut Calendar<Happening>) {
    calendar.schedule(service.done, Happening::Served { core: service.core });
}
