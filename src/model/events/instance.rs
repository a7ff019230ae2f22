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

mod arrivals;
mod stations;

use super::allowances::Allowances;
use super::connections::Tables;
use super::delay::DelayLine;
use super::happening::Happening;
use super::host_stack::HostStack;
use super::port::Port;
use super::sender::Sender;
use super::ways::{Way, ways};
use super::wiring::Wiring;
use crate::engine::{Calendar, Model, run};
use crate::measure::{FlowCount, FlowMeter, Inside, LiveRecorder, Measurements, Stage, Transition};
use crate::model::cpu_time::CpuTimes;
use crate::model::life_cycle;
use crate::scenario::{Scenario, Window};
use crate::units::{SimDuration, SimTime};

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
