//! Where the packets of a task group come from and go to, as addresses and ports say it.
//!
//! The model does not look at it; flow logs are written from it. Two points that differ in nothing
//! else are simulated apart all the same, since their logs differ.

use std::fmt;
use std::net::Ipv4Addr;

/// Protocol, port and other side of a task group's traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Transport protocol.
    pub protocol: Protocol,
    /// The container port of the group's tasks where they are servers; `None` where they are
    /// clients.
    pub port: Option<u16>,
    /// The port that packets are sent to, if it is not that of the receiving task.
    pub destination: Option<u16>,
    /// Where the other side is, if it is outside of the instance.
    pub peer: Ipv4Net,
}

impl Endpoint {
    /// The network in which the other side is unless told otherwise: the third of the blocks that
    /// RFC 5737 keeps for documentation, and thus outside of every VPC.
    pub const PEER: Ipv4Net = Ipv4Net {
        address: Ipv4Addr::new(203, 0, 113, 0),
        prefix: 24,
    };

    /// The VPC of the instance.
    pub const VPC: Ipv4Net = Ipv4Net {
        address: Ipv4Addr::new(10, 0, 0, 0),
        prefix: 16,
    };
}

impl Default for Endpoint {
    /// Clients that speak TCP with servers outside of the VPC.
    fn default() -> Self {
        Endpoint {
            protocol: Protocol::Tcp,
            port: None,
            destination: None,
            peer: Endpoint::PEER,
        }
    }
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Transmission control protocol.
    Tcp,
    /// User datagram protocol.
    Udp,
}

impl Protocol {
    /// Number that IANA assigned to it.
    pub const fn number(self) -> u8 {
        match self {
            Protocol::Tcp => 6,
            Protocol::Udp => 17,
        }
    }

    /// As written in an experiment file.
    pub const fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
    }

    /// The protocol of this name.
    pub fn find(name: &str) -> Option<Protocol> {
        [Protocol::Tcp, Protocol::Udp]
            .into_iter()
            .find(|protocol| protocol.name() == name)
    }
}

/// A block of IPv4 addresses in CIDR notation (RFC 4632).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv4Net {
    /// The first address.
    address: Ipv4Addr,
    /// Leading bits that all addresses have in common; at most 32.
    prefix: u8,
}

impl Ipv4Net {
    /// The block that begins at `address`; `None` unless it is one: at most 32 bits in common, and
    /// no bit set behind them.
    pub fn new(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        let net = Ipv4Net { address, prefix };
        (prefix <= 32 && address.to_bits() & !net.mask() == 0).then_some(net)
    }

    /// The block in `text`, such as `10.0.0.0/16`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let digits = prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix = digits.then(|| prefix.parse().ok()).flatten()?;
        Ipv4Net::new(address.parse().ok()?, prefix)
    }

    /// The same for all addresses of the block.
    const fn mask(self) -> u32 {
        match self.prefix {
            0 => 0,
            prefix => u32::MAX << (32 - prefix),
        }
    }

    /// Whether all addresses of `other` are in this block.
    pub fn contains(self, other: Ipv4Net) -> bool {
        self.prefix <= other.prefix
            && other.address.to_bits() & self.mask() == self.address.to_bits()
    }

    /// Whether any address is in both blocks.
    pub fn overlaps(self, other: Ipv4Net) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// One of the addresses a host may have, by number; beyond the last it begins anew. The first
    /// and the last address of a block are the network's and the broadcast address.
    pub fn host(self, number: u64) -> Ipv4Addr {
        let addresses = 1_u64 << (32 - self.prefix);
        let offset = match addresses {
            1 | 2 => number % addresses,
            more => 1 + number % (more - 2),
        };
        let offset = u32::try_from(offset).expect("a block has at most 2^32 addresses");
        Ipv4Addr::from_bits(self.address.to_bits() + offset)
    }
}

impl fmt::Display for Ipv4Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        Ipv4Net::parse(text).unwrap()
    }

    #[test]
    fn only_blocks_are_blocks() {
        assert_eq!(net("10.0.0.0/16").to_string(), "10.0.0.0/16");
        assert_eq!(net("0.0.0.0/0").to_string(), "0.0.0.0/0");
        assert_eq!(net("203.0.113.0/24"), Endpoint::PEER);
        for wrong in [
            "10.0.0.1/16",
            "10.0.0.0",
            "10.0.0/16",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/999",
            "::/0",
        ] {
            assert_eq!(Ipv4Net::parse(wrong), None, "{wrong}");
        }
    }

    /// Oracle: the addresses written out in bits.
    #[test]
    fn blocks_hold_longer_blocks() {
        assert!(net("0.0.0.0/0").contains(net("203.0.113.0/24")));
        assert!(net("10.0.0.0/16").contains(net("10.0.255.128/25")));
        assert!(!net("10.0.0.0/16").contains(net("10.1.0.0/24")));
        assert!(!net("10.0.0.0/24").contains(net("10.0.0.0/16")));
        assert!(net("10.0.0.0/24").overlaps(net("10.0.0.0/16")));
        assert!(!net("10.0.0.0/24").overlaps(net("10.0.1.0/24")));
        assert!(net("10.0.0.7/32").contains(net("10.0.0.7/32")));
    }

    #[test]
    fn hosts_are_between_the_network_and_the_broadcast_address() {
        let last = |text: &str, number| net(text).host(number).to_string();
        assert_eq!(last("10.0.0.0/24", 0), "10.0.0.1");
        assert_eq!(last("10.0.0.0/24", 253), "10.0.0.254");
        assert_eq!(last("10.0.0.0/24", 254), "10.0.0.1");
        assert_eq!(last("10.0.0.8/32", 5), "10.0.0.8");
        assert_eq!(last("10.0.0.8/31", 1), "10.0.0.9");
        assert_eq!(
            last("0.0.0.0/0", u64::from(u32::MAX) - 2),
            "255.255.255.254"
        );
    }

    #[test]
    fn protocols_have_their_assigned_numbers() {
        assert_eq!(Protocol::find("tcp").map(Protocol::number), Some(6));
        assert_eq!(Protocol::find("udp").map(Protocol::number), Some(17));
        assert_eq!(Protocol::find("icmp"), None);
    }
}
