//! `instance.host-stack`: the kernel's work per packet, which depends on the mode.

use std::num::NonZeroU32;

use crate::experiment::check::packet_count;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{HostStack, Mode, Steering, UnitLaw};
use crate::units::{SimDuration, parse_duration};

use super::context::{Context, Reported, integer, parsed, section};
use super::instance::Instance;
use super::law;
use super::uses::Uses;

/// CPU time of a small packet through driver, IP and socket on a core of about 3 GHz. A guess:
/// dropping at input takes 301 ns, the rest is wake-up and socket; 700 to 1500 ns are plausible.
const HOST_PATH: SimDuration = SimDuration::from_ns(1_000);

/// What bridge mode adds: docker0, veth and forwarding 600 ns, conntrack 250 ns, NAT 150 ns.
const BRIDGE_EXTRA: SimDuration = SimDuration::from_ns(600 + 250 + 150);

/// What the VLAN interface of a branch ENI adds. A guess: no measurement was found.
const VLAN_EXTRA: SimDuration = SimDuration::from_ns(50);

/// A new connection through conntrack and NAT. A guess from benchmarks with short connections.
const NAT_CONNECTION: SimDuration = SimDuration::from_us(3);

/// What a microVM adds to each packet, as the specification of Firecracker says.
const MICROVM_LATENCY: SimDuration = SimDuration::from_us(60);

/// Queues of an ENI on most instance types, hence cores that serve its packets.
const ENI_QUEUES_MAX: u32 = 8;

/// Linux keeps this many packets per core (net.core.netdev_max_backlog).
const BACKLOG: u32 = 1_000;

/// The host stack of `mode`; `None` if it takes no time.
pub(super) fn read(
    root: &Node,
    mode: Mode,
    instance: &Instance,
    uses: Uses,
    cx: &mut Context<'_>,
) -> Result<Option<HostStack>, Reported> {
    let section_of = section(root, "instance")?;
    let table = match section_of.get("host-stack").map(|node| (node, &node.value)) {
        None if instance.named.is_none() && mode != Mode::Fargate => return Ok(None),
        None => section(section_of, "host-stack")?,
        Some((node, Value::Table(_))) => node,
        Some((node, _)) if node.as_text() == Some("none") => return Ok(None),
        Some(_) => return Err(Reported),
    };
    let duration = |table, key| parsed(table, key, |text| parse_duration(text).ok());
    let steering = match mode {
        Mode::Fargate => Steering::PerTask,
        _ => steering(table)?,
    };
    let cores = match steering {
        Steering::PerTask => vcpus(root)?,
        Steering::Shared | Steering::ByQueue => cores(table, instance, cx)?,
    };
    let by_mode = |key| match table.get(key) {
        Some(by_mode) if by_mode.as_text().is_none() => duration(by_mode, mode.name()),
        _ => duration(table, key),
    };
    let per_packet = by_mode("per-packet")?.unwrap_or(HOST_PATH + extra(mode));
    let law = law(table, cx)?;
    let per_byte = duration(table, "per-byte")?.unwrap_or(SimDuration::ZERO);
    let per_connection = by_mode("per-connection")?;
    let latency = duration(table, "microvm-latency")?;
    let capacity = capacity(table, steering, cores)?;
    let stack = HostStack {
        cores,
        per_packet,
        law: match per_packet.is_zero() {
            true => UnitLaw::Deterministic,
            false => law,
        },
        per_byte,
        per_connection: match mode {
            _ if !uses.connections => SimDuration::ZERO,
            Mode::Bridge => per_connection.unwrap_or(NAT_CONNECTION),
            _ => per_connection.unwrap_or(SimDuration::ZERO),
        },
        latency: match mode {
            Mode::Fargate => latency.unwrap_or(MICROVM_LATENCY),
            _ => SimDuration::ZERO,
        },
        capacity,
        steering,
    };
    let times = [
        stack.per_packet,
        stack.per_byte,
        stack.per_connection,
        stack.latency,
    ];
    // A mode without packets and a stack without cost have no stage.
    let idle = mode == Mode::None || times.iter().all(|time| time.is_zero());
    Ok((!idle).then_some(stack))
}

/// The law of the CPU times.
fn law(table: &Node, cx: &mut Context<'_>) -> Result<UnitLaw, Reported> {
    const PATH: &str = "instance.host-stack";
    let name = parsed(table, "distribution", |text| Some(text.to_owned()))?;
    let name = match ["shape", "scv"].iter().any(|key| table.get(key).is_some()) {
        // They are of effect with the right law only.
        true => cx.required(table, PATH, "distribution", name)?,
        false => name.unwrap_or("deterministic".to_owned()),
    };
    law::read(table, PATH, &name, cx)
}

/// What a mode adds to the host path.
fn extra(mode: Mode) -> SimDuration {
    match mode {
        Mode::Bridge => BRIDGE_EXTRA,
        Mode::AwsvpcTrunk => VLAN_EXTRA,
        Mode::Host | Mode::Awsvpc | Mode::Fargate | Mode::None => SimDuration::ZERO,
    }
}

fn steering(table: &Node) -> Result<Steering, Reported> {
    let steering = parsed(table, "steering", |text| match text {
        "shared" => Some(Steering::Shared),
        "by-queue" => Some(Steering::ByQueue),
        _ => None,
    })?;
    Ok(steering.unwrap_or(Steering::Shared))
}

/// Cores of a Fargate task.
fn vcpus(root: &Node) -> Result<NonZeroU32, Reported> {
    let table = section(section(root, "network")?, "fargate")?;
    let vcpus = integer(table, "vcpus")?.unwrap_or(1);
    NonZeroU32::new(vcpus).ok_or(Reported)
}

/// Cores of the instance.
fn cores(table: &Node, instance: &Instance, cx: &mut Context<'_>) -> Result<NonZeroU32, Reported> {
    let default_cores = instance.named.map(|named| named.vcpus.min(ENI_QUEUES_MAX));
    let cores = integer(table, "cores")?.or(default_cores);
    let cores = cx.required(table, "instance.host-stack", "cores", cores)?;
    NonZeroU32::new(cores).ok_or(Reported)
}

/// The backlog of all cores where they share a queue, those of a Fargate task for example, else that
/// of each.
fn capacity(
    table: &Node,
    steering: Steering,
    cores: NonZeroU32,
) -> Result<Option<NonZeroU32>, Reported> {
    let backlog = parsed(table, "backlog", |text| match text {
        "unlimited" => Some(None),
        text => packet_count(text).map(|count| Some(count.get())),
    })?;
    let sharing = match steering {
        Steering::Shared | Steering::PerTask => cores.get(),
        Steering::ByQueue => 1,
    };
    Ok(backlog
        .unwrap_or(Some(BACKLOG))
        .and_then(|backlog| NonZeroU32::new(backlog.saturating_mul(sharing))))
}
