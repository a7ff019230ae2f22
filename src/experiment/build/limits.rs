//! What a simulation can hold: rates, packets in queues, the range of time.

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{
    Allowance, Arbitration, Arrivals, Capacity, Egress, EniQueue, MmppState, Mode, Scenario,
};
use crate::units::{Bytes, PacketRate, SimDuration};

use super::context::{Context, Reported};
use super::drain;

/// Simulated time is limited to 2⁶⁴ ps, 213 days; the rest is left for what random draws add.
pub(super) const TRIAL_S_MAX: f64 = 100.0 * 86_400.0;

/// Most connections with a line of their own at the flow cap, over all tasks: each takes memory.
const FLOWS_MAX: u64 = 1_000_000;

/// Packet rates of one task, so that gaps are neither below the resolution of 1 ps nor beyond
/// the range of time, even at the far end of an exponential law.
const RATE_RANGE: std::ops::RangeInclusive<f64> = 1.0 / 3600.0..=1e9;

/// Mean packets per on period below which a source would spend its time on empty bursts.
const PACKETS_PER_BURST_MIN: f64 = 1e-3;

/// Rates, queues and credit that the packets fit in, and a trial that ends in time.
pub(super) fn quantities(
    root: &Node,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let rates = rates(root, scenario, cx);
    let bursts = bursts(root, scenario, cx);
    let states = states(root, scenario, cx);
    let sizes = sizes(root, scenario, cx);
    let flows = flows(root, scenario, cx);
    let time = time(root, scenario, cx);
    rates
        .and(bursts)
        .and(states)
        .and(sizes)
        .and(flows)
        .and(time)
}

fn rates(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    for group in &scenario.task_groups {
        let peak = match &group.traffic.arrivals {
            Arrivals::OnOff { peak, .. } => Some(("peak", "peak", *peak)),
            Arrivals::Mmpp(states) => {
                let rates = MmppState::rates(states, group.traffic.rate);
                let fastest = PacketRate::new(rates[0].max(rates[1]));
                fastest.map(|rate| ("weights", "rate in one of the states", rate))
            }
            Arrivals::Periodic | Arrivals::Poisson | Arrivals::Renewal(_) => None,
        };
        let rates = [Some(("rate", "rate", group.traffic.rate)), peak];
        let outside = |rate: &(&str, &str, PacketRate)| !RATE_RANGE.contains(&rate.2.per_s());
        let Some((key, noun, rate)) = rates.into_iter().flatten().find(outside) else {
            continue;
        };
        let message = format!(
            "a {noun} of {rate} is outside the range of one packet per hour to 1e9 packets/s"
        );
        let path = format!("task.{}.traffic.{key}", group.name);
        let remedy = match key {
            "weights" => "bring the weights nearer to each other, or lower the rate",
            _ => "write for example \"2000 packets/s\"",
        };
        let problem = Problem::new(0..0, path, message)
            .rule("rate range")
            .remedy(remedy);
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

/// States that do not change thousands of times from packet to packet.
fn states(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    for group in &scenario.task_groups {
        let Arrivals::Mmpp(states) = &group.traffic.arrivals else {
            continue;
        };
        let cycle_s = states[0].duration.as_s_lossy() + states[1].duration.as_s_lossy();
        let rate = group.traffic.rate;
        if cycle_s * rate.per_s() >= PACKETS_PER_BURST_MIN {
            continue;
        }
        let message = format!(
            "at {rate} the states change over {:.0} times between two packets",
            1.0 / PACKETS_PER_BURST_MIN
        );
        let path = format!("task.{}.traffic.durations", group.name);
        let problem = Problem::new(0..0, path, message)
            .rule("packets per state")
            .remedy("lengthen the durations, or use `poisson`, which this comes to");
        let traffic = traffic_of(root, &group.name);
        let nodes = ["rate", "durations"].map(|key| traffic.and_then(|traffic| traffic.get(key)));
        return Err(cx.blame(&nodes, problem));
    }
    Ok(())
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

/// Queues and buckets hold at least the largest packet; smaller ones would refuse it for ever.
fn sizes(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    let largest = scenario.largest_packet();
    let Some(allowance) = scenario.network.egress.allowance() else {
        return Ok(());
    };
    let share = match scenario.network.egress {
        Egress::PerTask {
            arbitration: Arbitration::Partition,
            ..
        } => scenario.own_task_count() as u64,
        _ => 1,
    };
    if let Some(Capacity::Bytes(bytes)) = queue(scenario).map(|queue| queue.capacity)
        && bytes < largest
    {
        let message = format!("a queue of {bytes} never holds the largest packet, {largest}");
        let problem = Problem::new(0..0, "network.eni-queue.capacity", message)
            .rule("queue size")
            .remedy("write a larger capacity, for example \"1 MiB\"");
        let node = root.table("network").table("eni-queue").get("capacity");
        return Err(cx.blame(&[node], problem));
    }
    credit(root, scenario, (allowance, "egress", share), cx)?;
    match scenario.network.ingress {
        Some(ingress) => credit(root, scenario, (ingress, "ingress", 1), cx),
        None => Ok(()),
    }
}

/// Refuses an `allowance` under `key` whose credit, in each of its shares, is below a packet.
fn credit(
    root: &Node,
    scenario: &Scenario,
    (allowance, key, share): (Allowance, &str, u64),
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let largest = scenario.largest_packet();
    let Allowance::TokenBucket(bucket) = allowance else {
        return Ok(());
    };
    if Bytes::new(bucket.credit.get() / share) >= largest {
        return Ok(());
    }
    let shared = match share {
        1 => String::new(),
        tasks => format!(", shared by {tasks} ENIs,"),
    };
    let message = format!(
        "a credit of {}{shared} never lets the largest packet pass, {largest}",
        bucket.credit
    );
    let (parent, path) = match scenario.network.mode {
        Mode::Fargate => (root.table("network").table("fargate"), "network.fargate"),
        _ => (root.table("instance"), "instance"),
    };
    // Without a table of its own, ingress is as egress.
    let key = match parent.get(key) {
        Some(_) => key,
        None => "egress",
    };
    let problem = Problem::new(0..0, format!("{path}.{key}.credit"), message)
        .rule("credit size")
        .remedy("write a larger credit, for example \"50 GB\"");
    let node = parent.table(key).get("credit");
    Err(cx.blame(&[node, root.table("network").get("arbitration")], problem))
}

/// Refuses more connections than there can be lines for at the flow cap.
fn flows(root: &Node, scenario: &Scenario, cx: &mut Context<'_>) -> Result<(), Reported> {
    let total = scenario.capped_flows();
    if total <= FLOWS_MAX {
        return Ok(());
    }
    let message = format!(
        "all tasks together keep {total} connections open, each with a line of its own at the \
         flow cap; at most {FLOWS_MAX} are possible"
    );
    let groups = scenario.task_groups.iter();
    let most = groups.max_by_key(|group| {
        let flows = group.traffic.flows.map_or(0, std::num::NonZeroU32::get);
        u64::from(group.count) * u64::from(flows)
    });
    let name = most.map_or("", |group| &group.name);
    let problem = Problem::new(0..0, format!("task.{name}.traffic.flows"), message)
        .rule("capped flows")
        .remedy("lower `flows`, leave it out, or write flow-cap = \"unlimited\"");
    let node = traffic_of(root, name).and_then(|traffic| traffic.get("flows"));
    let cap = root.table("instance").get("flow-cap");
    Err(cx.blame(&[cap, node], problem))
}

/// The queue of each ENI; `None` where there is no way out.
fn queue(scenario: &Scenario) -> Option<EniQueue> {
    match scenario.network.egress {
        Egress::Refused => None,
        Egress::Shared { queue, .. } | Egress::PerTask { queue, .. } => Some(queue),
    }
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
    let drain = drain::of(scenario);
    let seconds = drain.seconds + scenario.network.propagation.as_s_lossy();
    if horizon + seconds <= TRIAL_S_MAX {
        return Ok(());
    }
    let message = format!(
        "at the rates that are granted for ever, full queues take up to {} to empty; the limit is \
         {limit}",
        days(seconds)
    );
    let problem = Problem::new(0..0, drain.longest, message)
        .rule("drain")
        .remedy("write smaller queues, a shorter propagation or a higher rate");
    let (network, instance) = (root.table("network"), root.table("instance"));
    let mut nodes = vec![
        network.get("fargate"),
        instance.get("egress"),
        network.get("propagation"),
        network.table("eni-queue").get("capacity"),
    ];
    if let Some(key) = drain.longest.strip_prefix("instance.") {
        nodes.push(instance.get(key));
    }
    Err(cx.blame(&nodes, problem))
}
