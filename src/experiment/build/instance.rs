//! `[instance]`: ENIs, allowance and host stack, from the type or from the file.

use std::num::NonZeroU32;

use crate::ecs::{self, InstanceType};
use crate::experiment::check::packet_count;
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Allowance, CreditState, HostStack, Mode, TokenBucket};
use crate::units::{Bytes, DataRate, SimDuration, parse_bytes, parse_data_rate, parse_duration};

use super::context::{Context, Reported, integer, parsed, section};

/// Shaper buffer, inferred from round-trip times measured at the cap of an m5.xlarge; nothing is
/// published for other sizes.
const SHAPER_BUFFER: Bytes = Bytes::new(3_300_000);

/// CPU time of a small packet through driver, IP and socket on a core of about 3 GHz. A guess:
/// dropping at input takes 301 ns, the rest is wake-up and socket; 700 to 1500 ns are plausible.
const HOST_PATH: SimDuration = SimDuration::from_ns(1_000);

/// What bridge mode adds: docker0, veth and forwarding 600 ns, conntrack 250 ns, NAT 150 ns.
const BRIDGE_EXTRA: SimDuration = SimDuration::from_ns(600 + 250 + 150);

/// Queues of an ENI on most instance types, hence cores that serve its packets.
const ENI_QUEUES_MAX: u32 = 8;

/// Linux keeps this many packets per core (net.core.netdev_max_backlog).
const BACKLOG: u32 = 1_000;

/// What is known of the instance.
pub(super) struct Instance {
    /// The type, if one is named.
    pub named: Option<&'static InstanceType>,
    /// ENIs that the file gives in place of the type's.
    pub enis: Option<u32>,
    /// The way out; `None` if neither file nor type tells.
    pub allowance: Option<Allowance>,
}

/// Reads `[instance]` but for its host stack, which depends on the mode.
pub(super) fn read(root: &Node, cx: &mut Context<'_>) -> Result<Instance, Reported> {
    let table = section(root, "instance")?;
    let named = parsed(table, "type", ecs::find);
    let enis = integer(table, "enis");
    let start = parsed(table, "credit", |text| match text {
        "full" => Some(CreditState::Full),
        "empty" => Some(CreditState::Empty),
        _ => None,
    });
    let start = start.map(|start| start.unwrap_or(CreditState::Full));
    let egress = table.get("egress");
    let own = match (egress, start) {
        (Some(node), Ok(start)) => egress_of(node, start, cx).map(Some),
        _ => Ok(None),
    };
    let (named, enis, start, own) = (named?, enis?, start?, own?);
    let allowance = own.or_else(|| named.map(|named| allowance_of(named, start)));
    Ok(Instance {
        named,
        enis,
        allowance,
    })
}

fn allowance_of(named: &InstanceType, start: CreditState) -> Allowance {
    if named.burst <= named.baseline {
        return Allowance::Link(named.baseline);
    }
    Allowance::TokenBucket(TokenBucket {
        baseline: named.baseline,
        burst: named.burst,
        credit: ecs::burst_credit(named).volume,
        start,
        buffer: SHAPER_BUFFER,
    })
}

fn egress_of(node: &Node, start: CreditState, cx: &mut Context<'_>) -> Result<Allowance, Reported> {
    const PATH: &str = "instance.egress";
    if let Some(text) = node.as_text() {
        return parse_data_rate(text)
            .map(Allowance::Link)
            .map_err(|_| Reported);
    }
    let rate = |key| parsed(node, key, |text| parse_data_rate(text).ok());
    let size = |key| parsed(node, key, |text| parse_bytes(text).ok());
    let baseline = rate("baseline").and_then(|rate| cx.required(node, PATH, "baseline", rate));
    let (burst, credit, buffer) = (rate("burst")?, size("credit")?, size("buffer")?);
    let baseline = baseline?;
    let Some(burst) = burst.filter(|burst| *burst != baseline) else {
        return link(node, baseline, cx);
    };
    let blamed = node.get("burst");
    if burst < baseline {
        let message = format!("a burst of {burst} is below the baseline of {baseline}");
        let problem = Problem::new(0..0, format!("{PATH}.burst"), message)
            .rule("burst")
            .remedy("write the rate with credit as `burst`, the rate without as `baseline`");
        return Err(cx.blame(&[node.get("baseline"), blamed], problem));
    }
    let Some(credit) = credit else {
        let message = format!(
            "a burst of {burst} above the baseline needs `credit`: how much may pass at it"
        );
        let problem = Problem::new(0..0, format!("{PATH}.credit"), message)
            .rule("credit")
            .remedy("add for example credit = \"50 GB\"");
        return Err(cx.blame(&[blamed], problem));
    };
    Ok(Allowance::TokenBucket(TokenBucket {
        baseline,
        burst,
        credit,
        start,
        buffer: buffer.unwrap_or(SHAPER_BUFFER),
    }))
}

/// A plain link; credit and buffer beside a rate that never bursts are a misunderstanding, unless
/// a sweep brought burst and baseline together.
fn link(node: &Node, baseline: DataRate, cx: &mut Context<'_>) -> Result<Allowance, Reported> {
    if node.get("burst").is_some() {
        return Ok(Allowance::Link(baseline));
    }
    for key in ["credit", "buffer"] {
        if let Some(without_burst) = node.get(key) {
            cx.problems.add(
                Problem::new(
                    without_burst.span.clone(),
                    format!("instance.egress.{key}"),
                    format!("`{key}` has no effect without `burst`"),
                )
                .remedy("remove it, or add for example burst = \"10 Gbit/s\""),
            );
            return Err(Reported);
        }
    }
    Ok(Allowance::Link(baseline))
}

/// The host stack of `mode`; `None` if it takes no time.
pub(super) fn host_stack(
    root: &Node,
    mode: Mode,
    named: Option<&InstanceType>,
    cx: &mut Context<'_>,
) -> Result<Option<HostStack>, Reported> {
    let instance = section(root, "instance")?;
    let table = match instance.get("host-stack").map(|node| (node, &node.value)) {
        None if named.is_none() => return Ok(None),
        None => section(instance, "host-stack")?,
        Some((node, Value::Table(_))) => node,
        Some((node, _)) if node.as_text() == Some("none") => return Ok(None),
        Some(_) => return Err(Reported),
    };
    let duration = |table, key| parsed(table, key, |text| parse_duration(text).ok());
    let default_cores = named.map(|named| named.vcpus.min(ENI_QUEUES_MAX));
    let cores = integer(table, "cores")?.or(default_cores);
    let cores = cx.required(table, "instance.host-stack", "cores", cores)?;
    let cores = NonZeroU32::new(cores).ok_or(Reported)?;
    let per_packet = match table.get("per-packet") {
        Some(by_mode) if by_mode.as_text().is_none() => duration(by_mode, mode.name())?,
        _ => duration(table, "per-packet")?,
    };
    let per_packet = per_packet.unwrap_or(match mode {
        Mode::Bridge => HOST_PATH + BRIDGE_EXTRA,
        _ => HOST_PATH,
    });
    let per_byte = duration(table, "per-byte")?.unwrap_or(SimDuration::ZERO);
    let backlog = parsed(table, "backlog", |text| match text {
        "unlimited" => Some(None),
        text => packet_count(text).map(|count| Some(count.get())),
    })?;
    let capacity = backlog
        .unwrap_or(Some(BACKLOG))
        .and_then(|backlog| NonZeroU32::new(backlog.saturating_mul(cores.get())));
    // A mode without packets and a stack without cost have no stage.
    let idle = mode == Mode::None || per_packet.is_zero() && per_byte.is_zero();
    Ok((!idle).then_some(HostStack {
        per_byte,
        capacity,
        ..HostStack::shared(cores, per_packet)
    }))
}
