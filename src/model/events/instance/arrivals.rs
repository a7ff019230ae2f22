//! How packets come into being and into the connection tables.

use super::super::happening::Happening;
use super::super::packet::{Leg, Packet};
use super::Instance;
use crate::engine::Calendar;
use crate::measure::{DropCause, EnaCounter, StageTimes};
use crate::scenario::Route;
use crate::units::SimTime;

impl Instance {
    pub(super) fn arrival(&mut self, now: SimTime, task: u32, calendar: &mut Calendar<Happening>) {
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
    pub(super) fn track(&mut self, now: SimTime, mut packet: Packet) -> Option<Packet> {
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
}
