//! `[instance]`: what it grants beside bandwidth, as far as the traffic meets it.

use std::num::NonZeroU32;

use crate::experiment::check::packet_count;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{FlowCap, Limits, Mode, PacketAllowance};
use crate::units::{Bytes, DataRate, PacketRate, parse_bytes, parse_data_rate, parse_packet_rate};

use super::allowance::SHAPER_BUFFER;
use super::context::{Context, Reported, parsed, section};
use super::instance::Instance;
use super::uses::Uses;

/// Packets that pass the packet allowance at once, and that may wait for it. Guesses: AWS says that
/// packets are queued, then dropped, but not how many.
const PACKETS_AT_ONCE: Guess = Guess {
    burst: NonZeroU32::new(1_000).expect("1000 is not zero"),
    buffer: 1_000,
};

/// The same towards the resolver. Guesses: as if AWS counted second by second, and let a packet
/// wait for a tenth of a second.
const RESOLVER_AT_ONCE: Guess = Guess {
    burst: NonZeroU32::new(1_024).expect("1024 is not zero"),
    buffer: 100,
};

/// Packets/s to the resolver for each ENI, as the VPC guide says.
const RESOLVER_PER_S: f64 = 1_024.0;

/// nf_conntrack_max of Linux on hosts with more than 4 GB of memory.
const NAT_CONNECTIONS: NonZeroU32 = NonZeroU32::new(262_144).expect("262144 is not zero");

/// Cap of a single flow outside of a cluster placement group, as the EC2 guide says.
const FLOW_CAP: DataRate = DataRate::new(5_000_000_000).expect("5 Gbit/s is not zero");

/// What holds of a budget of packets where the file does not say.
struct Guess {
    burst: NonZeroU32,
    buffer: u32,
}

/// The limits that the traffic meets in `mode`.
pub(super) fn read(
    root: &Node,
    mode: Mode,
    instance: &Instance,
    uses: Uses,
    cx: &mut Context<'_>,
) -> Result<Limits, Reported> {
    let table = section(root, "instance")?;
    let resolver_rate = PacketRate::new(RESOLVER_PER_S);
    let packets = budget(table, "packet-allowance", None, PACKETS_AT_ONCE, cx);
    let link_local = budget(table, "link-local", resolver_rate, RESOLVER_AT_ONCE, cx);
    let of_type = instance.named.filter(|_| mode != Mode::Fargate);
    let flow = flow_cap(table, of_type.map(|_| FLOW_CAP), cx);
    let tracked = connections(table, "tracked-connections", None);
    let nat = connections(table, "nat-connections", Some(NAT_CONNECTIONS));
    let (packets, link_local, flow) = (packets?, link_local?, flow?);
    let (tracked, nat) = (tracked?, nat?);
    // A Fargate task shares no instance whose allowances it could meet.
    let on_instance = !matches!(mode, Mode::Fargate | Mode::None);
    Ok(Limits {
        packets: packets.filter(|_| on_instance),
        link_local: link_local.filter(|_| uses.resolver),
        flow: flow.filter(|_| uses.flows),
        tracked_connections: tracked.filter(|_| on_instance && uses.connections),
        nat_connections: nat.filter(|_| mode == Mode::Bridge && uses.connections),
    })
}

/// What stands at a key that limits something.
enum Given<'t> {
    Nothing,
    Unlimited,
    Text(&'t str),
    Table(&'t Node),
}

fn given<'t>(table: &'t Node, key: &str) -> Result<Given<'t>, Reported> {
    let Some(node) = table.get(key) else {
        return Ok(Given::Nothing);
    };
    match (&node.value, node.as_text()) {
        (_, Some("unlimited")) => Ok(Given::Unlimited),
        (_, Some(text)) => Ok(Given::Text(text)),
        (Value::Table(_), _) => Ok(Given::Table(node)),
        _ => Err(Reported),
    }
}

/// The budget of packets at `key`; without the key, one of the `default` rate.
fn budget(
    table: &Node,
    key: &str,
    default: Option<PacketRate>,
    guess: Guess,
    cx: &mut Context<'_>,
) -> Result<Option<PacketAllowance>, Reported> {
    let rate_in = |text: &str| parse_packet_rate(text).ok();
    let (rate, burst, buffer) = match given(table, key)? {
        Given::Unlimited => return Ok(None),
        Given::Nothing => (default, None, None),
        Given::Text(text) => (Some(rate_in(text).ok_or(Reported)?), None, None),
        Given::Table(node) => {
            let rate = parsed(node, "rate", rate_in);
            let rate =
                rate.and_then(|rate| cx.required(node, &format!("instance.{key}"), "rate", rate));
            let burst = parsed(node, "burst", packet_count)?;
            let buffer = parsed(node, "buffer", |text| match text {
                "none" => Some(0),
                text => packet_count(text).map(NonZeroU32::get),
            })?;
            (Some(rate?), burst, buffer)
        }
    };
    Ok(rate.map(|rate| PacketAllowance {
        rate,
        burst: burst.unwrap_or(guess.burst),
        buffer: buffer.unwrap_or(guess.buffer),
    }))
}

fn flow_cap(
    table: &Node,
    default: Option<DataRate>,
    cx: &mut Context<'_>,
) -> Result<Option<FlowCap>, Reported> {
    let rate_in = |text: &str| parse_data_rate(text).ok();
    let (rate, buffer): (_, Option<Bytes>) = match given(table, "flow-cap")? {
        Given::Unlimited => return Ok(None),
        Given::Nothing => (default, None),
        Given::Text(text) => (Some(rate_in(text).ok_or(Reported)?), None),
        Given::Table(node) => {
            let rate = parsed(node, "rate", rate_in);
            let rate = rate.and_then(|rate| cx.required(node, "instance.flow-cap", "rate", rate));
            let buffer = parsed(node, "buffer", |text| parse_bytes(text).ok())?;
            (Some(rate?), buffer)
        }
    };
    Ok(rate.map(|rate| FlowCap {
        rate,
        buffer: buffer.unwrap_or(SHAPER_BUFFER),
    }))
}

fn connections(
    table: &Node,
    key: &str,
    default: Option<NonZeroU32>,
) -> Result<Option<NonZeroU32>, Reported> {
    match table.get(key).map(|node| &node.value) {
        None => Ok(default),
        Some(Value::Integer(number)) => {
            let number = u32::try_from(*number).ok().and_then(NonZeroU32::new);
            number.map(Some).ok_or(Reported)
        }
        Some(_) => match given(table, key)? {
            Given::Unlimited => Ok(None),
            Given::Nothing | Given::Text(_) | Given::Table(_) => Err(Reported),
        },
    }
}
