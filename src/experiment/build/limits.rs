//! What an instance and a simulation can hold: ENIs, packets in queues, the range of time.

use crate::ecs::{self, InstanceType};
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Allowance, Arbitration, Arrivals, Capacity, Egress, Scenario};
use crate::units::{Bytes, PacketRate, SimDuration};

use super::context::{Context, Reported};
use super::instance::Instance;

/// Simulated time is limited to 2⁶⁴ ps, 213 days; the rest is left for what random draws add.
const TRIAL_S_MAX: f64 = 100.0 * 86_400.0;

/// Packet rates of one task, so that gaps are neither below the resolution of 1 ps nor beyond
/// the range of time, even at the far end of an exponential law.
const RATE_RANGE: std::ops::RangeInclusive<f64> = 1.0 / 3600.0..=1e9;

/// Mean packets per on period below which a source would spend its time on empty bursts.
const PACKETS_PER_BURST_MIN: f64 = 1e-3;

/// An ENI per task in awsvpc, beside the primary one.
pub(super) fn places(
    root: &Node,
    instance: &Instance,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let Egress::PerTask { .. } = scenario.network.egress else {
        return Ok(());
    };
    let own = instance.enis.map(|enis| ("the instance", enis));
    let of_type = instance.named.map(|named| (named.name, named.enis));
    let Some((owner, enis)) = own.or(of_type) else {
        return Ok(());
    };
    let (tasks, places) = (scenario.task_count(), enis.saturating_sub(1) as usize);
    if tasks <= places {
        return Ok(());
    }
    let plural = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    let message = format!(
        "{tasks} tasks in awsvpc, but {owner} has {}, one is the primary: {}",
        plural(enis as usize, "ENI"),
        plural(places, "task")
    );
    let larger = larger_type(instance.named, tasks).map_or(String::new(), |t| {
        format!("a type with more (\"{}\" has {}), ", t.name, t.enis)
    });
    let remedy = format!("write fewer tasks, {larger}or `enis` for a what-if");
    let problem = Problem::new(0..0, "network.mode", message)
        .rule("places")
        .remedy(remedy);
    let instance = root.table("instance");
    let mut nodes = counts(root);
    nodes.extend([instance.get("enis"), instance.get("type")]);
    nodes.push(root.table("network").get("mode"));
    Err(cx.blame(&nodes, problem))
}

/// The smallest type with an ENI for each of `tasks`, of the same family if there is one.
fn larger_type(named: Option<&InstanceType>, tasks: usize) -> Option<&'static InstanceType> {
    let family = |t: &InstanceType| t.name.split('.').next().map(str::to_owned);
    let wanted = named.and_then(family);
    let enough = ecs::all().iter().filter(|t| t.enis as usize > tasks);
    enough.min_by_key(|t| (family(t) != wanted, t.enis, t.vcpus, t.name))
}

fn counts(root: &Node) -> Vec<Option<&Node>> {
    let groups = root.table("task").elements();
    groups.iter().map(|group| group.get("count")).collect()
}

/// Rates, queues and credit that the packets fit in, and a trial that ends in time.
pub(super) fn quantities(
    root: &Node,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let rates = rates(root, scenario, cx);
    let bursts = bursts(root, scenario, cx);
    let sizes = sizes(root, scenario, cx);
    let time = time(root, scenario, cx);
    rates.and(bursts).and(sizes).and(time)
}

fn rates(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    for group in &scenario.task_groups {
        let peak = match group.traffic.arrivals {
            Arrivals::OnOff { peak, .. } => Some(("peak", peak)),
            _ => None,
        };
        let rates = [Some(("rate", group.traffic.rate)), peak];
        let outside = |rate: &(&str, PacketRate)| !RATE_RANGE.contains(&rate.1.per_s());
        let Some((key, rate)) = rates.into_iter().flatten().find(outside) else {
            continue;
        };
        let message = format!(
            "a {key} of {} is outside the range of one packet per hour to 1e9 packets/s",
            rate
        );
        let path = format!("task.{}.traffic.{key}", group.name);
        let problem = Problem::new(0..0, path, message)
            .rule("rate range")
            .remedy("write for example \"2000 packets/s\"");
        let node = traffic_of(root, &group.name).and_then(|traffic| traffic.get(key));
        return Err(cx.blame(&[root.get("offered-load"), node], problem));
    }
    Ok(())
}

/// The `traffic` table of a task group.
fn traffic_of<'a>(root: &'a Node, group: &str) -> Option<&'a Node> {
    let tables = root.table("task").elements();
    let named = |table: &&Node| table.get("name").and_then(Node::as_text) == Some(group);
    tables
        .iter()
        .find(named)
        .map(|table| table.table("traffic"))
}

/// Bursts that are not so short against the packet clock that a packet takes thousands of them.
fn bursts(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    for group in &scenario.task_groups {
        let Arrivals::OnOff { peak, on, .. } = group.traffic.arrivals else {
            continue;
        };
        if on.mean().as_s_lossy() * peak.per_s() >= PACKETS_PER_BURST_MIN {
            continue;
        }
        let gap = SimDuration::from_ps(peak.mean_gap_ps() as u64);
        let message = format!(
            "on periods of {} are over {:.0} times shorter than the gap between packets at \
             `peak`, {gap}",
            on.mean(),
            1.0 / PACKETS_PER_BURST_MIN
        );
        let path = format!("task.{}.traffic.on", group.name);
        let problem = Problem::new(0..0, path, message)
            .rule("packets per burst")
            .remedy("lengthen `on`, or use `poisson` for packets one by one");
        let traffic = traffic_of(root, &group.name);
        let nodes = ["on", "peak"].map(|key| traffic.and_then(|traffic| traffic.get(key)));
        return Err(cx.blame(&nodes, problem));
    }
    Ok(())
}

/// Queue and bucket hold at least the largest packet; smaller ones would refuse it for ever.
fn sizes(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    let largest = scenario.largest_packet();
    let (queue, allowance, share) = match scenario.network.egress {
        Egress::Refused => return Ok(()),
        Egress::Shared { queue, allowance } => (queue, allowance, 1),
        Egress::PerTask {
            queue,
            arbitration: Arbitration::Partition,
            allowance,
            ..
        } => (queue, allowance, scenario.task_count() as u64),
        Egress::PerTask {
            queue, allowance, ..
        } => (queue, allowance, 1),
    };
    if let Capacity::Bytes(bytes) = queue.capacity
        && bytes < largest
    {
        let message = format!("a queue of {bytes} never holds the largest packet, {largest}");
        let problem = Problem::new(0..0, "network.eni-queue.capacity", message)
            .rule("queue size")
            .remedy("write a larger capacity, for example \"1 MiB\"");
        let node = root.table("network").table("eni-queue").get("capacity");
        return Err(cx.blame(&[node], problem));
    }
    if let Allowance::TokenBucket(bucket) = allowance
        && Bytes::new(bucket.credit.get() / share) < largest
    {
        let shared = match share {
            1 => String::new(),
            tasks => format!(", shared by {tasks} ENIs,"),
        };
        let message = format!(
            "a credit of {}{shared} never lets the largest packet pass, {largest}",
            bucket.credit
        );
        let problem = Problem::new(0..0, "instance.egress.credit", message)
            .rule("credit size")
            .remedy("write a larger credit, for example \"50 GB\"");
        let node = root.table("instance").table("egress").get("credit");
        return Err(cx.blame(&[node, root.table("network").get("arbitration")], problem));
    }
    Ok(())
}

/// The window, what the full queues still hold after it, and the way to the receiver.
fn time(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    let window = scenario.window;
    let horizon = window.warm_up.as_s_lossy() + 2.0 * window.measure.as_s_lossy();
    let days = |s: f64| format!("{:.1} days", s / 86_400.0);
    let limit = days(TRIAL_S_MAX);
    if horizon > TRIAL_S_MAX {
        let message = format!(
            "a trial of warm-up and up to twice `measure` lasts {}; the limit is {limit}",
            days(horizon)
        );
        let problem = Problem::new(0..0, "measure", message)
            .rule("horizon")
            .remedy("shorten `measure` or `warm-up`");
        return Err(cx.blame(&[root.get("warm-up"), root.get("measure")], problem));
    }
    let drain = drain_s(scenario) + scenario.network.propagation.as_s_lossy();
    if horizon + drain <= TRIAL_S_MAX {
        return Ok(());
    }
    let message = format!(
        "at the egress baseline, full queues take up to {} to empty; the limit is {limit}",
        days(drain)
    );
    let problem = Problem::new(0..0, "network.eni-queue.capacity", message)
        .rule("drain")
        .remedy("write smaller queues, a shorter propagation or a higher rate");
    let network = root.table("network");
    let nodes = [
        root.table("instance").get("egress"),
        network.get("propagation"),
        network.table("eni-queue").get("capacity"),
    ];
    Err(cx.blame(&nodes, problem))
}

/// Longest time to empty every queue \[s\]. A queue without a limit holds at most what was offered.
fn drain_s(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let horizon = window.warm_up.as_s_lossy() + 2.0 * window.measure.as_s_lossy();
    let offered_bits = scenario.offered_bits_per_s() * horizon;
    let packet_bits = scenario.largest_packet().get() as f64 * 8.0;
    let (queue, allowance, enis) = match scenario.network.egress {
        Egress::Refused => return 0.0,
        Egress::Shared { queue, allowance } => (queue, allowance, 1.0),
        Egress::PerTask {
            queue, allowance, ..
        } => (queue, allowance, scenario.task_count() as f64),
    };
    let queue_bits = match queue.capacity {
        Capacity::Unlimited => f64::INFINITY,
        Capacity::Packets(packets) => f64::from(packets.get()) * packet_bits * enis,
        Capacity::Bytes(bytes) => bytes.get() as f64 * 8.0 * enis,
    };
    let buffer_bits = match allowance {
        Allowance::Link(_) => 0.0,
        Allowance::TokenBucket(bucket) => bucket.buffer.get() as f64 * 8.0,
    };
    // A few packets more than on average are offered; one per ENI stands for them.
    let most = offered_bits + packet_bits * enis;
    let host_s = scenario.network.host_stack.map_or(0.0, |stack| {
        let packet_s =
            stack.per_packet.as_s_lossy() + stack.per_byte.as_s_lossy() * packet_bits / 8.0;
        let packets = scenario.offered_packets_per_s() * horizon + 1.0;
        let held = stack.capacity.map_or(f64::INFINITY, |n| f64::from(n.get()));
        packets.min(held) * packet_s
    });
    let rate = allowance.baseline().bits_per_s() as f64;
    let transmission_s = packet_bits * enis / rate;
    host_s + transmission_s + (queue_bits + buffer_bits).min(most) / rate
}
