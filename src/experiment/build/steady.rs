//! Whether statistics can bear the load: queues without a limit need a steady state, and a
//! measurement much longer than the time in which they forget.

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Arbitration, Capacity, Egress, Mode, Scenario, Steering};

use super::context::{Context, Doubt, Reported};
use super::load::{Load, Station as Crossed};

/// Offered loads this near to 1 count as 1: a load that was asked for as 1.0 may come back from
/// scaling a last bit short.
const LOAD_MAX: f64 = 1.0 - 1e-9;

/// Above this load of an unlimited queue, `measure` is compared with the relaxation time.
const LOAD_DOUBTFUL: f64 = 0.9;

/// Relaxation times that a measurement should have at least.
const RELAXATIONS_MIN: f64 = 10.0;

/// What the queue in front of the line on the way in is called.
const WAY_IN: &str = "queue on the way in";

/// A queue without a limit and what it is asked to do.
struct Station {
    name: &'static str,
    key: &'static str,
    /// Offered load [1].
    load: f64,
    /// Mean service time of a packet \[s\].
    service_s: f64,
}

/// Refuses loads without a steady state; doubts measurements that are short for their load.
pub(super) fn check(
    root: &Node,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    if !super::sends(scenario) {
        return Ok(());
    }
    let mut result = Ok(());
    for station in stations(scenario) {
        if station.load >= LOAD_MAX {
            result = Err(overload(root, &station, cx));
        } else {
            doubt(scenario, &station, cx);
        }
    }
    result
}

/// The queues without a limit that packets cross.
fn stations(scenario: &Scenario) -> impl Iterator<Item = Station> {
    let stations = [host_stack(scenario), eni_queue(scenario), way_in(scenario)];
    stations.into_iter().flatten()
}

/// The longest time in which a queue without a limit forgets how it started \[s\]; zero without one.
pub(in crate::experiment) fn relaxation_s(scenario: &Scenario) -> f64 {
    if !super::sends(scenario) {
        return 0.0;
    }
    let times = stations(scenario).map(|station| station.relaxation_s());
    times.fold(0.0, f64::max)
}

impl Station {
    /// 2ρ/(1−ρ)² mean service times, the time constant in which an M/D/1 queue forgets where it
    /// started.
    fn relaxation_s(&self) -> f64 {
        2.0 * self.load / (1.0 - self.load).powi(2) * self.service_s
    }
}

/// The host stack, or the core of it with the highest load.
fn host_stack(scenario: &Scenario) -> Option<Station> {
    let stack = scenario.network.host_stack?;
    if stack.capacity.is_some() {
        return None;
    }
    let station = |load: Load, cores: u32| {
        let mean_bytes = load.bits_per_s / 8.0 / load.packets_per_s;
        let opening = load.connections_per_s / load.packets_per_s;
        let service_s = stack.per_packet.as_s_lossy()
            + stack.per_byte.as_s_lossy() * mean_bytes
            + stack.per_connection.as_s_lossy() * opening;
        Station {
            name: "host stack",
            key: "instance.host-stack.backlog",
            load: load.packets_per_s * service_s / f64::from(cores),
            service_s: service_s / f64::from(cores),
        }
    };
    let crossed = Crossed::HostStack;
    let busiest = |loads: Vec<Load>, cores: u32| {
        let offered = loads.into_iter().filter(|load| load.packets_per_s > 0.0);
        let stations = offered.map(|load| station(load, cores));
        stations.max_by(|a, b| a.load.total_cmp(&b.load))
    };
    match stack.steering {
        Steering::Shared => busiest(vec![crossed.of_all(scenario)], stack.cores.get()),
        Steering::PerTask => busiest(crossed.by_task(scenario), stack.cores.get()),
        Steering::ByQueue => busiest(by_core(scenario, stack.cores.get()), 1),
    }
}

/// What each core of a stack with steering by queue is offered, if connections are many enough to
/// spread evenly over the queues of their ENI.
fn by_core(scenario: &Scenario, cores: u32) -> Vec<Load> {
    let queues = scenario.network.eni_queues.get();
    let mut loads = vec![Load::default(); cores as usize];
    let enis = match scenario.network.egress {
        Egress::PerTask { .. } => Crossed::HostStack.by_task(scenario),
        Egress::Shared { .. } | Egress::Refused => vec![Crossed::HostStack.of_all(scenario)],
    };
    for (eni, load) in enis.into_iter().enumerate() {
        for queue in 0..queues as usize {
            let core = (eni * queues as usize + queue) % cores as usize;
            loads[core].add(load, 1.0 / f64::from(queues));
        }
    }
    loads
}

/// The ENI queue with the highest load, or the trunk's.
///
/// It drains at the line rate: behind it, a token bucket drops what its shaper cannot hold, so a
/// load between baseline and burst fills no queue for ever.
fn eni_queue(scenario: &Scenario) -> Option<Station> {
    let (queue, allowance, arbitration, trunk) = match scenario.network.egress {
        Egress::Refused => return None,
        Egress::Shared { queue, allowance } => (queue, allowance, None, None),
        Egress::PerTask {
            queue,
            allowance,
            arbitration,
            trunk,
        } => (queue, allowance, Some(arbitration), trunk),
    };
    let at_trunk = trunk.is_some_and(|trunk| trunk.capacity.is_none());
    if queue.capacity != Capacity::Unlimited && !at_trunk {
        return None;
    }
    let (name, key) = match at_trunk {
        true => ("trunk queue", "network.trunk-queue.capacity"),
        false => ("ENI queue", "network.eni-queue.capacity"),
    };
    let rate = allowance.line_rate().bits_per_s() as f64;
    let station = |load: Load, rate: f64| Station {
        name,
        key,
        load: load.bits_per_s / rate,
        service_s: load.bits_per_s / load.packets_per_s / rate,
    };
    let crossed = Crossed::EniOut;
    let busiest = |rate: f64| {
        let loads = crossed.by_task(scenario).into_iter();
        let offered = loads.filter(|load| load.packets_per_s > 0.0);
        let tasks = offered.map(|load| station(load, rate));
        tasks.max_by(|a, b| a.load.total_cmp(&b.load))
    };
    match arbitration {
        Some(Arbitration::Partition) => busiest(rate / scenario.own_task_count() as f64),
        Some(Arbitration::Dedicated) => busiest(rate),
        None | Some(Arbitration::RoundRobin | Arbitration::Drr { .. } | Arbitration::Fifo) => {
            let load = crossed.of_all(scenario);
            (load.packets_per_s > 0.0).then(|| station(load, rate))
        }
    }
}

/// The line on the way in: the instance's, or in Fargate that of the task with the highest load.
///
/// As on the way out, a token bucket behind it drops what its shaper cannot hold.
fn way_in(scenario: &Scenario) -> Option<Station> {
    let network = &scenario.network;
    let (Egress::Shared { queue, .. } | Egress::PerTask { queue, .. }) = network.egress else {
        return None;
    };
    if queue.capacity != Capacity::Unlimited {
        return None;
    }
    let rate = network.ingress?.line_rate().bits_per_s() as f64;
    let loads = match network.mode {
        Mode::Fargate => Crossed::EniIn.by_task(scenario),
        _ => vec![Crossed::EniIn.of_all(scenario)],
    };
    let offered = loads.into_iter().filter(|load| load.packets_per_s > 0.0);
    let stations = offered.map(|load| Station {
        name: WAY_IN,
        key: "network.eni-queue.capacity",
        load: load.bits_per_s / rate,
        service_s: load.bits_per_s / load.packets_per_s / rate,
    });
    stations.max_by(|a, b| a.load.total_cmp(&b.load))
}

fn overload(root: &Node, station: &Station, cx: &mut Context<'_>) -> Reported {
    let Station { name, load, .. } = station;
    let message = format!(
        "no steady state: the offered load of the {name} is {load:.3} and its capacity unlimited, \
         so waiting grows as long as the trial runs"
    );
    let problem = Problem::new(0..0, station.key, message)
        .rule(station.name)
        .remedy("lower the load below 1, or give it a capacity, for example \"1000 packets\"");
    let (instance, network) = (root.table("instance"), root.table("network"));
    let mut nodes = vec![root.get("offered-load")];
    for group in root.table("task").elements() {
        nodes.extend([group.table("traffic").get("rate"), group.get("count")]);
    }
    let fargate = network.table("fargate");
    nodes.extend([
        instance.get("egress"),
        instance.get("type"),
        fargate.get("egress"),
        network.get("arbitration"),
        network.get("mode"),
    ]);
    if station.name == WAY_IN {
        nodes.extend([instance.get("ingress"), fargate.get("ingress")]);
    }
    nodes.push(match station.name {
        "ENI queue" | WAY_IN => network.table("eni-queue").get("capacity"),
        "trunk queue" => network.table("trunk-queue").get("capacity"),
        _ => instance.table("host-stack").get("backlog"),
    });
    cx.blame(&nodes, problem)
}

/// Doubts a measurement shorter than some relaxation times.
fn doubt(scenario: &Scenario, station: &Station, cx: &mut Context<'_>) {
    let Station { name, load, .. } = station;
    if *load <= LOAD_DOUBTFUL {
        return;
    }
    let relaxation_s = station.relaxation_s();
    let measure = scenario.window.measure;
    let relaxations = measure.as_s_lossy() / relaxation_s;
    if relaxations >= RELAXATIONS_MIN {
        return;
    }
    cx.doubts.push(Doubt {
        key: "measure",
        severity: 1.0 / relaxations,
        message: format!(
            "at an offered load of {load:.3} the unlimited {name} forgets its start in about \
             {relaxation_s:.3} s, and `measure` of {measure} is {relaxations:.1} times that: \
             write at least {:.3} s",
            relaxation_s * RELAXATIONS_MIN
        ),
    });
}
