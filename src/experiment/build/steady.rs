//! Whether statistics can bear the load: queues without a limit need a steady state, and a
//! measurement much longer than the time in which they forget.

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Arbitration, Capacity, Egress, Scenario, TaskGroup};

use super::context::{Context, Doubt, Reported};

/// Offered loads this near to 1 count as 1: a load that was asked for as 1.0 may come back from
/// scaling a last bit short.
const LOAD_MAX: f64 = 1.0 - 1e-9;

/// Above this load of an unlimited queue, `measure` is compared with the relaxation time.
const LOAD_DOUBTFUL: f64 = 0.9;

/// Relaxation times that a measurement should have at least.
const RELAXATIONS_MIN: f64 = 10.0;

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
    let stations = [host_stack(scenario), eni_queue(scenario)];
    let mut result = Ok(());
    for station in stations.into_iter().flatten() {
        if station.load >= LOAD_MAX {
            result = Err(overload(root, &station, cx));
        } else {
            doubt(scenario, &station, cx);
        }
    }
    result
}

fn host_stack(scenario: &Scenario) -> Option<Station> {
    let stack = scenario.network.host_stack?;
    if stack.capacity.is_some() {
        return None;
    }
    let packets_per_s = scenario.offered_packets_per_s();
    let mean_bytes = scenario.offered_bits_per_s() / 8.0 / packets_per_s;
    let service_s = stack.per_packet.as_s_lossy() + stack.per_byte.as_s_lossy() * mean_bytes;
    Some(Station {
        name: "host stack",
        key: "instance.host-stack.backlog",
        load: packets_per_s * service_s / f64::from(stack.cores.get()),
        service_s: service_s / f64::from(stack.cores.get()),
    })
}

/// The ENI queue with the highest load.
///
/// It drains at the line rate: behind it, a token bucket drops what its shaper cannot hold, so a
/// load between baseline and burst fills no queue for ever.
fn eni_queue(scenario: &Scenario) -> Option<Station> {
    let (queue, allowance, arbitration) = match scenario.network.egress {
        Egress::Refused => return None,
        Egress::Shared { queue, allowance } => (queue, allowance, None),
        Egress::PerTask {
            queue,
            allowance,
            arbitration,
            ..
        } => (queue, allowance, Some(arbitration)),
    };
    if queue.capacity != Capacity::Unlimited {
        return None;
    }
    let rate = allowance.line_rate().bits_per_s() as f64;
    let station = |bits_per_s: f64, packets_per_s: f64, rate: f64| Station {
        name: "ENI queue",
        key: "network.eni-queue.capacity",
        load: bits_per_s / rate,
        service_s: bits_per_s / packets_per_s / rate,
    };
    let busiest = |rate: f64| {
        let of_task = |group: &TaskGroup| {
            let bits_per_s = group.offered_bits_per_s() / f64::from(group.count);
            station(bits_per_s, group.traffic.packets_per_s(), rate)
        };
        let tasks = scenario.task_groups.iter().map(of_task);
        tasks.max_by(|a, b| a.load.total_cmp(&b.load))
    };
    match arbitration {
        Some(Arbitration::Partition) => busiest(rate / scenario.task_count() as f64),
        Some(Arbitration::Dedicated) => busiest(rate),
        None | Some(Arbitration::RoundRobin | Arbitration::Drr { .. } | Arbitration::Fifo) => {
            let bits_per_s = scenario.offered_bits_per_s();
            Some(station(bits_per_s, scenario.offered_packets_per_s(), rate))
        }
    }
}

fn overload(root: &Node, station: &Station, cx: &mut Context<'_>) -> Reported {
    let Station { name, load, .. } = station;
    let message = format!(
        "no steady state: the offered load of the {name} is {load:.3} and its capacity unlimited, \
         so waiting grows as long as the trial runs"
    );
    let problem = Problem::new(0..0, station.key, message)
        .rule(station.key)
        .remedy("lower the load below 1, or give it a capacity, for example \"1000 packets\"");
    let (instance, network) = (root.table("instance"), root.table("network"));
    let mut nodes = vec![root.get("offered-load")];
    for group in root.table("task").elements() {
        nodes.extend([group.table("traffic").get("rate"), group.get("count")]);
    }
    nodes.extend([
        instance.get("egress"),
        instance.get("type"),
        network.get("arbitration"),
        network.get("mode"),
    ]);
    nodes.push(match station.name {
        "ENI queue" => network.table("eni-queue").get("capacity"),
        _ => instance.table("host-stack").get("backlog"),
    });
    cx.blame(&nodes, problem)
}

/// Doubts a measurement shorter than some relaxation times 2ρ/(1−ρ)² mean service times, the
/// time constant in which an M/D/1 queue forgets where it started.
fn doubt(scenario: &Scenario, station: &Station, cx: &mut Context<'_>) {
    let Station { name, load, .. } = station;
    if *load <= LOAD_DOUBTFUL {
        return;
    }
    let relaxation_s = 2.0 * load / (1.0 - load).powi(2) * station.service_s;
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
