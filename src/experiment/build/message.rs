//! `message-size` and `mtu`: messages cut into packets.

use std::num::NonZeroU32;

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Message, Mode, PacketSize, Traffic};
use crate::units::{Bytes, parse_bytes};

use super::context::{Context, Reported, parsed, section};

/// IPv4 and TCP headers without options, in each packet within the MTU.
const HEADERS: u64 = 20 + 20;

/// The Ethernet header, in front of each packet.
const ETHERNET: u64 = 14;

/// Smallest MTU: every IPv4 host accepts packets of this size (RFC 791).
const MTU_MIN: Bytes = Bytes::new(576);

/// Largest MTU, that of an ENI within a VPC.
const MTU_MAX: Bytes = Bytes::new(9_001);

/// MTU of docker0, which does not follow that of the ENI.
pub(super) const MTU_DOCKER0: Bytes = Bytes::new(1_500);

/// Largest message: all its packets are in memory at once.
const MESSAGE_MAX: Bytes = Bytes::new(64_000_000);

/// The MTU of the tasks' interfaces.
pub(super) fn mtu(
    root: &Node,
    mode: Result<Mode, Reported>,
    cx: &mut Context<'_>,
) -> Result<Bytes, Reported> {
    let table = section(root, "network")?;
    let given = parsed(table, "mtu", |text| parse_bytes(text).ok())?;
    let mtu = given.unwrap_or(match mode {
        Ok(Mode::Bridge) => MTU_DOCKER0,
        _ => MTU_MAX,
    });
    if (MTU_MIN..=MTU_MAX).contains(&mtu) {
        return Ok(mtu);
    }
    let message = format!("an MTU of {mtu} is outside the range of {MTU_MIN} to {MTU_MAX}");
    let problem = Problem::new(0..0, "network.mtu", message)
        .rule("mtu")
        .remedy("write for example \"1500 B\" or \"9001 B\"");
    Err(cx.blame(&[table.get("mtu")], problem))
}

/// The message size at `node`, which stands at `path`.
pub(super) fn read(node: &Node, path: &str, cx: &mut Context<'_>) -> Result<Bytes, Reported> {
    let size = node.as_text().and_then(|text| parse_bytes(text).ok());
    let size = size.ok_or(Reported)?;
    if size <= MESSAGE_MAX {
        return Ok(size);
    }
    let message = format!("a message of {size} is beyond the limit, {MESSAGE_MAX}");
    cx.problems.add(
        Problem::new(node.span.clone(), path, message)
            .remedy("write a smaller message at a higher rate, for example \"64 KiB\""),
    );
    Err(Reported)
}

/// A message of `size`, cut into packets that `mtu` allows, and the size of the full ones.
pub(super) fn cut(size: Bytes, mtu: Bytes) -> (Message, PacketSize) {
    let payload = mtu.get() - HEADERS;
    let on_wire = |payload: u64| Bytes::new(payload + HEADERS + ETHERNET);
    let full = (size.get() - 1) / payload;
    let last = on_wire(size.get() - full * payload);
    let packets = u32::try_from(full + 1).ok().and_then(NonZeroU32::new);
    let message = Message {
        packets: packets.expect("a message within its limit has few packets"),
        last,
    };
    let largest = if full > 0 { on_wire(payload) } else { last };
    (message, PacketSize::Fixed(largest))
}

/// Mean bytes of an arrival that rates in bit/s count: those of a packet on the wire, or those of
/// a message, which are the same whatever the MTU.
pub(super) fn counted_bytes(traffic: &Traffic) -> f64 {
    let headers = traffic.message.map_or(0, |message| {
        u64::from(message.packets.get()) * (HEADERS + ETHERNET)
    });
    traffic.mean_arrival_bytes() - headers as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_of(size: u64, mtu: u64) -> (u32, u64, u64) {
        let (message, full) = cut(Bytes::new(size), Bytes::new(mtu));
        (
            message.packets.get(),
            full.largest().get(),
            message.last.get(),
        )
    }

    /// Oracle: by hand. 1460 and 8961 bytes fit into a packet; 54 are headers.
    #[test]
    fn messages_are_cut_into_full_packets_and_a_rest() {
        assert_eq!(cut_of(1, 1500), (1, 55, 55));
        assert_eq!(cut_of(1460, 1500), (1, 1514, 1514));
        assert_eq!(cut_of(1461, 1500), (2, 1514, 55));
        assert_eq!(cut_of(65_536, 1500), (45, 1514, 65_536 - 44 * 1460 + 54));
        assert_eq!(cut_of(65_536, 9001), (8, 9015, 65_536 - 7 * 8961 + 54));
    }
}
