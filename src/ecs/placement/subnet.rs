//! The addresses that a subnet has to give.

use std::net::Ipv4Addr;
use std::str::FromStr;

/// Addresses of every subnet that AWS keeps: the first four and the last (Amazon VPC User Guide,
/// subnet CIDR blocks).
const KEPT_BY_AWS: u32 = 5;

/// Prefix lengths that a subnet can have (same source).
const PREFIXES: std::ops::RangeInclusive<u8> = 16..=28;

/// An IPv4 subnet of a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// First address.
    address: Ipv4Addr,
    /// In 16..=28.
    prefix: u8,
}

impl Subnet {
    /// Addresses that ENIs can have.
    pub fn usable_addresses(self) -> u32 {
        (1 << (32 - self.prefix)) - KEPT_BY_AWS
    }
}

impl std::fmt::Display for Subnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// Why a text is no subnet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubnetError {
    /// No address, slash and number.
    #[error("\"{0}\" is no IPv4 CIDR block; write for example 10.0.1.0/24")]
    Form(String),
    /// A size that VPCs do not have.
    #[error("a subnet is between /16 and /28, not /{0}; write for example 10.0.1.0/24")]
    Prefix(u8),
    /// An address within the block.
    #[error("{address}/{prefix} does not begin at {address}; write {first}/{prefix}")]
    Host {
        /// As written.
        address: Ipv4Addr,
        /// As written.
        prefix: u8,
        /// First address of the block.
        first: Ipv4Addr,
    },
}

impl FromStr for Subnet {
    type Err = SubnetError;

    fn from_str(text: &str) -> Result<Subnet, SubnetError> {
        let form = || SubnetError::Form(text.to_owned());
        let (address, prefix) = text.split_once('/').ok_or_else(form)?;
        let address: Ipv4Addr = address.parse().map_err(|_| form())?;
        let prefix: u8 = prefix.parse().map_err(|_| form())?;
        if !PREFIXES.contains(&prefix) {
            return Err(SubnetError::Prefix(prefix));
        }
        let first = Ipv4Addr::from(u32::from(address) & (u32::MAX << (32 - prefix)));
        if first != address {
            return Err(SubnetError::Host {
                address,
                prefix,
                first,
            });
        }
        Ok(Subnet { address, prefix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2^(32 − prefix) − 5: 251 of a /24 and 11 of a /28 are what the VPC guide gives.
    #[test]
    fn addresses_of_a_subnet() {
        for (text, usable) in [
            ("10.0.1.0/24", 251),
            ("10.0.0.16/28", 11),
            ("10.1.0.0/16", 65_531),
        ] {
            let subnet: Subnet = text.parse().unwrap();
            assert_eq!(subnet.usable_addresses(), usable);
            assert_eq!(subnet.to_string(), text);
        }
    }

    #[test]
    fn mistakes_are_explained() {
        let error = |text: &str| text.parse::<Subnet>().unwrap_err().to_string();
        for text in [
            "",
            "10.0.0.0",
            "10.0.0/24",
            "10.0.0.0/x",
            "::/64",
            "10.0.0.0/300",
        ] {
            assert!(error(text).contains("no IPv4 CIDR block"), "{text}");
        }
        assert!(error("10.0.0.0/29").contains("between /16 and /28, not /29"));
        assert!(error("10.0.0.0/8").contains("not /8"));
        assert_eq!(
            error("10.0.1.7/24"),
            "10.0.1.7/24 does not begin at 10.0.1.7; write 10.0.1.0/24"
        );
    }
}
