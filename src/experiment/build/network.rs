//! `[network]`: mode, ENI queues, arbitration and propagation.

use std::num::NonZeroU32;

use crate::experiment::check::{is_misspelled, packet_count};
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Arbitration, Capacity, Egress, EniQueue, Mode, Network, TaskGroup};
use crate::units::{Bytes, SimDuration, parse_bytes, parse_duration};

use super::context::{Context, Reported, parsed, section};
use super::instance::{self, Instance};

/// Half of the round trip of 0.339 ms measured between m5.xlarge instances of one zone.
const PROPAGATION: SimDuration = SimDuration::from_us(170);

/// Transmit queue length of an interface in the samples of the EC2 guide.
const ENI_QUEUE: NonZeroU32 = NonZeroU32::new(1_000).expect("1000 is not zero");

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
    let largest = groups
        .iter()
        .map(|group| group.traffic.packet_size.largest())
        .max();
    let largest = largest.unwrap_or(Bytes::ZERO);
    let host_stack = instance::host_stack(root, mode, instance.named, cx);
    let queue = eni_queue(table);
    let arbitration = parsed(table, "arbitration", |text| {
        [
            Arbitration::RoundRobin,
            Arbitration::Drr { quantum: largest },
            Arbitration::Fifo,
            Arbitration::Partition,
            Arbitration::Dedicated,
        ]
        .into_iter()
        .find(|arbitration| arbitration.name() == text)
    });
    let propagation = parsed(table, "propagation", |text| parse_duration(text).ok());
    let allowance = match (mode, instance.allowance) {
        (Mode::None, _) => Ok(None),
        (_, Some(allowance)) => Ok(Some(allowance)),
        (_, None) => Err(no_allowance(root, cx)),
    };
    let (host_stack, queue, allowance) = (host_stack?, queue?, allowance?);
    let (arbitration, propagation) = (arbitration?, propagation?);
    let egress = match (mode, allowance) {
        (Mode::None, _) | (_, None) => Egress::Refused,
        (Mode::Bridge | Mode::Host, Some(allowance)) => Egress::Shared { queue, allowance },
        (_, Some(allowance)) => Egress::PerTask {
            queue,
            arbitration: arbitration.unwrap_or(Arbitration::RoundRobin),
            trunk: None,
            allowance,
        },
    };
    let propagation = match egress {
        Egress::Refused => SimDuration::ZERO,
        _ => propagation.unwrap_or(PROPAGATION),
    };
    Ok(Network::outbound(mode, host_stack, egress, propagation))
}

fn eni_queue(network: &Node) -> Result<EniQueue, Reported> {
    let table = section(network, "eni-queue")?;
    parsed(table, "discipline", |text| (text == "fifo").then_some(()))?;
    let capacity = parsed(table, "capacity", |text| match text {
        "unlimited" => Some(Capacity::Unlimited),
        text => packet_count(text)
            .map(Capacity::Packets)
            .or_else(|| parse_bytes(text).ok().map(Capacity::Bytes)),
    })?;
    Ok(EniQueue {
        capacity: capacity.unwrap_or(Capacity::Packets(ENI_QUEUE)),
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
