//! Which ports an instance has, and which of them a packet goes through.

use std::collections::VecDeque;
use std::num::{NonZeroU32, NonZeroU64};

use super::arbiter::Arbiter;
use super::eni::Eni;
use super::port::Port;
use crate::model::arbiter::{Drr, RoundRobin};
use crate::scenario::{Allowance, Arbitration, Egress, EniQueue, Mode, Network, Scenario};

/// The ports of an instance, out before in, with what each grants.
#[derive(Debug)]
pub(super) struct Wiring {
    pub ports: Vec<Port>,
    pub allowances: Vec<Allowance>,
    /// Number of ports out.
    pub outbound: usize,
    out: Shape,
    inward: Shape,
}

/// How a task's number becomes a port and an ENI of that port.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// No port.
    None,
    /// One port, one ENI.
    Shared,
    /// One port, an ENI per task.
    EniPerTask,
    /// A port with one ENI per task.
    PortPerTask,
}

/// A port and one of its ENIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    pub port: u32,
    pub eni: u32,
}

impl Wiring {
    /// The ports of `scenario`.
    pub fn new(scenario: &Scenario) -> Self {
        let network = &scenario.network;
        let tasks = scenario.own_task_count();
        let (out, mut ports, mut allowances) = outbound(network, tasks);
        let outbound = ports.len();
        let (inward, in_ports, in_allowances) = inbound(network, tasks);
        ports.extend(in_ports);
        allowances.extend(in_allowances);
        Wiring {
            ports,
            allowances,
            outbound,
            out,
            inward,
        }
    }

    /// Where a packet of `task` leaves; `None` if there is no way out.
    pub fn out(&self, task: u32) -> Option<Socket> {
        self.out.socket(0, task)
    }

    /// Where a packet for `task` comes in; `None` if there is no way in.
    pub fn inward(&self, task: u32) -> Option<Socket> {
        self.inward.socket(self.outbound as u32, task)
    }

    /// Whether each task has an ENI of its own.
    pub fn has_own_enis(&self) -> bool {
        matches!(self.out, Shape::EniPerTask | Shape::PortPerTask)
    }

    /// The ENI of `task`, over the whole instance.
    pub fn eni_of(&self, task: u32) -> u32 {
        match self.out {
            Shape::None | Shape::Shared => 0,
            Shape::EniPerTask | Shape::PortPerTask => task,
        }
    }
}

impl Shape {
    fn socket(self, first_port: u32, task: u32) -> Option<Socket> {
        let (port, eni) = match self {
            Shape::None => return None,
            Shape::Shared => (0, 0),
            Shape::EniPerTask => (0, task),
            Shape::PortPerTask => (task, 0),
        };
        let port = first_port + port;
        Some(Socket { port, eni })
    }
}

type Ports = (Shape, Vec<Port>, Vec<Allowance>);

fn enis(count: usize, queue: EniQueue, queues: NonZeroU32) -> Vec<Eni> {
    (0..count).map(|_| Eni::new(queue, queues)).collect()
}

/// The ports out for `tasks` tasks.
fn outbound(network: &Network, tasks: usize) -> Ports {
    let new_enis = |count, queue: EniQueue| enis(count, queue, network.eni_queues);
    let port_per_task = |queue, allowance: Allowance| {
        let port = |_| Port::new(allowance, new_enis(1, queue), Arbiter::Single);
        let ports = (0..tasks).map(port).collect();
        (Shape::PortPerTask, ports, vec![allowance; tasks])
    };
    match network.egress {
        Egress::Refused => (Shape::None, Vec::new(), Vec::new()),
        Egress::Shared { queue, allowance } => {
            let port = Port::new(allowance, new_enis(1, queue), Arbiter::Single);
            (Shape::Shared, vec![port], vec![allowance])
        }
        Egress::PerTask {
            queue,
            arbitration,
            trunk,
            allowance,
        } => {
            let arbiter = match arbitration {
                Arbitration::RoundRobin => Arbiter::RoundRobin(RoundRobin::default()),
                Arbitration::Drr { quantum } => Arbiter::Drr(Drr::new(tasks, quantum)),
                Arbitration::Fifo => Arbiter::fifo(),
                Arbitration::Dedicated => return port_per_task(queue, allowance),
                Arbitration::Partition => {
                    let n = NonZeroU64::new(tasks as u64).unwrap_or(NonZeroU64::MIN);
                    return port_per_task(queue, allowance.share_of(n));
                }
            };
            let port = Port::new(allowance, new_enis(tasks, queue), arbiter);
            let port = match trunk {
                None => port,
                Some(trunk) => port.with_trunk(trunk.capacity),
            };
            (Shape::EniPerTask, vec![port], vec![allowance])
        }
    }
}

/// The ports in: the instance's link, first come first served, with room for each ENI as large as
/// on the way out. In Fargate a link for each task.
fn inbound(network: &Network, tasks: usize) -> Ports {
    let (Some(allowance), Egress::Shared { queue, .. } | Egress::PerTask { queue, .. }) =
        (network.ingress, network.egress)
    else {
        return (Shape::None, Vec::new(), Vec::new());
    };
    // What comes in is in order already: hardware queues begin behind the link.
    let queue = EniQueue::fifo(queue.capacity);
    let new_enis = |count| enis(count, queue, NonZeroU32::MIN);
    if network.mode == Mode::Fargate {
        let port = |_| Port::new(allowance, new_enis(1), Arbiter::Single);
        let ports = (0..tasks).map(port).collect();
        return (Shape::PortPerTask, ports, vec![allowance; tasks]);
    }
    let (shape, count) = if network.has_own_enis() {
        (Shape::EniPerTask, tasks)
    } else {
        (Shape::Shared, 1)
    };
    let port = Port::new(allowance, new_enis(count), Arbiter::fifo());
    (shape, vec![port], vec![allowance])
}

impl Arbiter {
    fn fifo() -> Self {
        Arbiter::Fifo {
            order: VecDeque::new(),
        }
    }
}
