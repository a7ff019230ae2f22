//! `[network]`: mode, ENI queues, trunk, arbitration and propagation, and what Fargate tasks have.

use std::num::NonZeroU32;

use crate::experiment::check::{is_misspelled, packet_count};
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{
    Allowance, Arbitration, Capacity, Discipline, Egress, EniQueue, Mode, Network, TaskGroup, Trunk,
};
use crate::units::{Bytes, DataRate, SimDuration, parse_bytes, parse_duration};

use super::context::{Context, Reported, integer, parsed, section};
use super::instance::Instance;
use super::uses::Uses;
use super::{allowance, granted, host_stack};

/// Half of the round trip of 0.339 ms measured between m5.xlarge instances of one zone.
const PROPAGATION: SimDuration = SimDuration::from_us(170);

/// Transmit queue length of an interface in the samples of the EC2 guide.
const ENI_QUEUE: NonZeroU32 = NonZeroU32::new(1_000).expect("1000 is not zero");

/// Transmit ring of the ENA driver.
const TRUNK_QUEUE: NonZeroU32 = NonZeroU32::new(1_024).expect("1024 is not zero");

/// What a Fargate task can send or receive. A guess: AWS publishes no number for any size.
const FARGATE_RATE: DataRate = DataRate::new(1_250_000_000).expect("1.25 Gbit/s is not zero");

/// The network mode.
pub(super) fn mode(root: &Node, cx: &mut Context<'_>) -> Result<Mode, Reported> {
    let table = section(root, "network")?;
    let mode = parsed(table, "mode", Mode::find)?;
    cx.required(table, "network", "mode", mode)
}

/// The network of `groups` in `mode`.
pub(super) fn read(
    root: &Node,
    mode: Mode,
    instance: &Instance,
    groups: &[TaskGroup],
    cx: &mut Context<'_>,
) -> Result<Network, Reported> {
    let table = section(root, "network")?;
    let uses = Uses::of(groups, mode);
    let host_stack = host_stack::read(root, mode, instance, uses, cx);
    let queue = eni_queue(table);
    let queues = integer(table, "eni-queues");
    let arbitration = arbitration(table, mode, groups, cx);
    let trunk = trunk(table);
    let propagation = parsed(table, "propagation", |text| parse_duration(text).ok());
    let limits = granted::read(root, mode, instance, uses, cx);
    let ways = ways(root, mode, instance, cx);
    let (host_stack, queue, queues, ways) = (host_stack?, queue?, queues?, ways?);
    let (arbitration, trunk, propagation, limits) = (arbitration?, trunk?, propagation?, limits?);
    let Some((allowance, ingress)) = ways else {
        let (egress, propagation) = (Egress::Refused, SimDuration::ZERO);
        return Ok(Network::outbound(mode, host_stack, egress, propagation));
    };
    let egress = match mode {
        Mode::Bridge | Mode::Host => Egress::Shared { queue, allowance },
        _ => Egress::PerTask {
            queue,
            arbitration: match (mode, trunk.capacity) {
                (Mode::Fargate, _) => Arbitration::Dedicated,
                // A trunk that holds everything serves in the order of arrival.
                (Mode::AwsvpcTrunk, None) => Arbitration::Fifo,
                _ => arbitration,
            },
            trunk: (mode == Mode::AwsvpcTrunk).then_some(trunk),
            allowance,
        },
    };
    Ok(Network {
        ingress: ingress.filter(|_| uses.ingress),
        eni_queues: queues.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN),
        limits,
        ..Network::outbound(mode, host_stack, egress, propagation.unwrap_or(PROPAGATION))
    })
}

/// The rule among the ENIs of `groups`.
fn arbitration(
    table: &Node,
    mode: Mode,
    groups: &[TaskGroup],
    cx: &mut Context<'_>,
) -> Result<Arbitration, Reported> {
    let sizes = groups
        .iter()
        .map(|group| group.traffic.packet_size.largest());
    let quantum = sizes.max().unwrap_or(Bytes::ZERO);
    let arbitration = parsed(table, "arbitration", |text| {
        [
            Arbitration::RoundRobin,
            Arbitration::Drr { quantum },
            Arbitration::Fifo,
            Arbitration::Partition,
            Arbitration::Dedicated,
        ]
        .into_iter()
        .find(|arbitration| arbitration.name() == text)
    })?;
    let arbitration = arbitration.unwrap_or(Arbitration::RoundRobin);
    let bypasses = matches!(arbitration, Arbitration::Partition | Arbitration::Dedicated);
    if mode != Mode::AwsvpcTrunk || !bypasses {
        return Ok(arbitration);
    }
    let message = format!(
        "\"{}\" gives each ENI a line of its own, but branch ENIs share their trunk's",
        arbitration.name()
    );
    let problem = Problem::new(0..0, "network.arbitration", message)
        .rule("bypass")
        .remedy("write \"round-robin\", \"drr\" or \"fifo\", or mode = \"awsvpc\"");
    Err(cx.blame(&[table.get("mode"), table.get("arbitration")], problem))
}

fn trunk(network: &Node) -> Result<Trunk, Reported> {
    let table = section(network, "trunk-queue")?;
    let capacity = parsed(table, "capacity", |text| match text {
        "unlimited" => Some(None),
        text => packet_count(text).map(Some),
    })?;
    Ok(Trunk {
        capacity: capacity.unwrap_or(Some(TRUNK_QUEUE)),
    })
}

/// The bandwidth on the way out and on the way in: of the instance, or of each Fargate task.
/// `None` in mode `none`.
fn ways(
    root: &Node,
    mode: Mode,
    instance: &Instance,
    cx: &mut Context<'_>,
) -> Result<Option<(Allowance, Option<Allowance>)>, Reported> {
    match (mode, instance.allowance) {
        (Mode::None, _) => Ok(None),
        (Mode::Fargate, _) => {
            let table = section(section(root, "network")?, "fargate")?;
            let mut own = |key| allowance::read(table, "network.fargate", key, instance.start, cx);
            let (egress, ingress) = (own("egress"), own("ingress"));
            let egress = egress?.unwrap_or(Allowance::Link(FARGATE_RATE));
            Ok(Some((egress, ingress?.or(Some(egress)))))
        }
        (_, Some(egress)) => Ok(Some((egress, instance.ingress))),
        (_, None) => Err(no_allowance(root, cx)),
    }
}

fn eni_queue(network: &Node) -> Result<EniQueue, Reported> {
    let table = section(network, "eni-queue")?;
    let discipline = parsed(table, "discipline", |text| {
        let mut all = Discipline::ALL.into_iter();
        all.find(|discipline| discipline.name() == text)
    })?;
    let capacity = parsed(table, "capacity", |text| match text {
        "unlimited" => Some(Capacity::Unlimited),
        text => packet_count(text)
            .map(Capacity::Packets)
            .or_else(|| parse_bytes(text).ok().map(Capacity::Bytes)),
    })?;
    Ok(EniQueue {
        capacity: capacity.unwrap_or(Capacity::Packets(ENI_QUEUE)),
        discipline: discipline.unwrap_or(Discipline::Fifo),
    })
}

fn no_allowance(root: &Node, cx: &mut Context<'_>) -> Reported {
    let instance = root.table("instance");
    let misspelled = |key| is_misspelled(instance, "instance", key);
    if is_misspelled(root, "", "instance") || misspelled("type") || misspelled("egress") {
        return Reported;
    }
    let problem = Problem::new(
        0..0,
        "instance.egress",
        "nothing tells how fast the instance sends: [instance] has neither `type` nor `egress`",
    )
    .remedy("add for example type = \"c5.large\" or egress = \"1 Gbit/s\" under [instance]");
    cx.blame(&[root.get("instance")], problem)
}
