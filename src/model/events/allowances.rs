//! The allowances that a packet meets behind its link, one after the other.
//!
//! ```text
//! out:      flow's cap ─► packet budget ─► bandwidth out
//! in:       flow's cap ─► packet budget ─► bandwidth in
//! resolver: the ENI's budget of link-local packets
//! ```
//!
//! The packet budget is one for both directions and all ENIs. The order in which the device asks is
//! not published; it matters only where two of them bind at once.

use super::packet::{Leg, Packet};
use super::shaper::{Shaper, Verdict};
use crate::measure::{DropCause, EnaCounter, LiveRecorder};
use crate::scenario::{Allowance, Route, Scenario};
use crate::units::SimTime;

/// All allowances of an instance.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    gates: Vec<Gate>,
    /// Per port, out before in: its bandwidth.
    bandwidth: Vec<Option<u32>>,
    packets: Option<u32>,
    /// Per sender: the cap of its first flow, out and in.
    flow_out: Vec<Option<u32>>,
    flow_in: Vec<Option<u32>>,
    /// Per ENI.
    link_local: Vec<u32>,
}

#[derive(Debug)]
struct Gate {
    kind: Kind,
    shaper: Shaper,
}

/// What an allowance limits, in the order in which packets meet them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Flow,
    Packets,
    Bandwidth,
    LinkLocal,
}

/// Where a packet is when it meets allowances.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// The port it comes from, out before in.
    pub port: u32,
    /// The ENI it belongs to.
    pub eni: u32,
}

/// What becomes of a packet.
#[derive(Debug)]
pub(super) enum Passage {
    /// It has passed them all.
    Passed(Packet),
    /// It waits at number `gate`; if it is the first there, until an instant.
    Waits { gate: u32, release: Option<SimTime> },
    /// It is lost.
    Dropped(Packet, DropCause),
}

impl Allowances {
    /// The allowances of `scenario`, whose ports grant `bandwidths`, out before in.
    pub fn new(scenario: &Scenario, bandwidths: &[Allowance]) -> Self {
        let mut all = Allowances::default();
        for bandwidth in bandwidths {
            let shaper = match bandwidth {
                Allowance::Link(_) => None,
                Allowance::TokenBucket(law) => Some(Shaper::bandwidth(*law)),
            };
            let number = shaper.map(|shaper| all.add(Kind::Bandwidth, shaper));
            all.bandwidth.push(number);
        }
        let limits = &scenario.network.limits;
        if let Some(law) = limits.packets {
            all.packets = Some(all.add(Kind::Packets, Shaper::packets(law)));
        }
        if let Some(law) = limits.link_local {
            let enis = if scenario.network.has_own_enis() {
                scenario.own_task_count()
            } else {
                1
            };
            let add = |_| all.add(Kind::LinkLocal, Shaper::packets(law));
            all.link_local = (0..enis).map(add).collect();
        }
        all.add_flow_caps(scenario);
        all
    }

    fn add_flow_caps(&mut self, scenario: &Scenario) {
        for group in &scenario.task_groups {
            let traffic = &group.traffic;
            let leaves_through_eni = match traffic.route {
                Route::Out => true,
                Route::ToGroup(_) => scenario.network.has_own_enis(),
                Route::In | Route::Resolver => false,
            };
            let enters = matches!(traffic.route, Route::In | Route::ToGroup(_));
            let enters = enters && scenario.network.ingress.is_some();
            for _ in 0..group.count {
                let caps = scenario.network.limits.flow.zip(traffic.flows);
                let mut line = |wanted: bool| {
                    let (cap, flows) = caps.filter(|_| wanted)?;
                    let largest = traffic.packet_size.largest();
                    let lines =
                        (0..flows.get()).map(|_| self.add(Kind::Flow, Shaper::flow(cap, largest)));
                    lines.reduce(|first, _| first)
                };
                let lines = (line(leaves_through_eni), line(enters));
                self.flow_out.push(lines.0);
                self.flow_in.push(lines.1);
            }
        }
    }

    fn add(&mut self, kind: Kind, shaper: Shaper) -> u32 {
        self.gates.push(Gate { kind, shaper });
        self.gates.len() as u32 - 1
    }

    /// Whether the port's bandwidth is a plain link.
    pub fn is_link(&self, port: u32) -> bool {
        self.bandwidth[port as usize].is_none()
    }

    /// `packet` comes from its link at `now`.
    pub fn enter(
        &mut self,
        now: SimTime,
        packet: Packet,
        position: Position,
        recorder: &mut LiveRecorder,
    ) -> Passage {
        self.go_on(now, packet, position, None, recorder)
    }

    /// The first packet that waits at `gate` passes it at `now`: the packet, and when the next one
    /// there will. It then goes on by [`Self::released`].
    pub fn release(&mut self, now: SimTime, gate: u32) -> (Packet, Option<SimTime>) {
        self.gates[gate as usize].shaper.release(now)
    }

    /// `packet` has been released by `gate` at `now`.
    pub fn released(
        &mut self,
        now: SimTime,
        packet: Packet,
        gate: u32,
        position: Position,
        recorder: &mut LiveRecorder,
    ) -> Passage {
        self.passed(now, gate, &packet, recorder);
        let kind = self.gates[gate as usize].kind;
        self.go_on(now, packet, position, Some(kind), recorder)
    }

    fn go_on(
        &mut self,
        now: SimTime,
        mut packet: Packet,
        position: Position,
        mut after: Option<Kind>,
        recorder: &mut LiveRecorder,
    ) -> Passage {
        let (task, recorded) = (packet.task, packet.recorded);
        while let Some(number) = self.next(&packet, position, after) {
            let Gate { kind, shaper } = &mut self.gates[number as usize];
            let kind = *kind;
            after = Some(kind);
            let counter = kind.counter(packet.leg);
            let verdict = shaper.arrive(now, packet);
            if let (Verdict::Waits(_) | Verdict::Dropped(_), Some(counter)) = (&verdict, counter) {
                recorder.exceeded(task, recorded, counter);
            }
            match verdict {
                Verdict::Conforms(conforming) => packet = conforming,
                Verdict::Waits(release) => {
                    let gate = number;
                    return Passage::Waits { gate, release };
                }
                Verdict::Dropped(dropped) => {
                    return Passage::Dropped(dropped, kind.drop_cause());
                }
            }
            self.passed(now, number, &packet, recorder);
        }
        Passage::Passed(packet)
    }

    /// `packet` has passed a gate: bandwidth out is accounted for.
    fn passed(&self, now: SimTime, gate: u32, packet: &Packet, recorder: &mut LiveRecorder) {
        let Gate { kind, shaper } = &self.gates[gate as usize];
        if *kind == Kind::Bandwidth && packet.leg == Leg::Out {
            recorder.took(packet.task, now, shaper.baseline_time(packet.size));
        }
    }

    /// The next gate for `packet` behind one of kind `after`.
    fn next(&self, packet: &Packet, position: Position, after: Option<Kind>) -> Option<u32> {
        let sender = packet.task as usize;
        let flow_lines = match packet.leg {
            Leg::Out => &self.flow_out,
            Leg::In => &self.flow_in,
            Leg::Resolver => {
                let gate = self.link_local.get(position.eni as usize).copied();
                return gate.filter(|_| after.is_none());
            }
            Leg::Local => return None,
        };
        let gates = [
            (
                Kind::Flow,
                flow_lines[sender].map(|first| first + packet.flow.number),
            ),
            (Kind::Packets, self.packets),
            (Kind::Bandwidth, self.bandwidth[position.port as usize]),
        ];
        let later = gates.into_iter().filter(|(kind, _)| Some(*kind) > after);
        later.filter_map(|(_, gate)| gate).next()
    }

    /// The packets that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &Packet> {
        self.gates.iter().flat_map(|gate| gate.shaper.waiting())
    }
}

impl Kind {
    /// The driver's counter of packets that find it used up; the flow's cap has none.
    fn counter(self, leg: Leg) -> Option<EnaCounter> {
        match self {
            Kind::Flow => None,
            Kind::Packets => Some(EnaCounter::Packets),
            Kind::Bandwidth if leg == Leg::In => Some(EnaCounter::BandwidthIn),
            Kind::Bandwidth => Some(EnaCounter::BandwidthOut),
            Kind::LinkLocal => Some(EnaCounter::LinkLocal),
        }
    }

    fn drop_cause(self) -> DropCause {
        match self {
            Kind::Flow => DropCause::FlowCap,
            Kind::Packets => DropCause::PacketAllowance,
            Kind::Bandwidth => DropCause::Allowance,
            Kind::LinkLocal => DropCause::LinkLocal,
        }
    }
}
