//! A rule of a security group, such as `tcp 8080-8090 from 10.0.0.0/16`.

use std::fmt;
use std::ops::RangeInclusive;

use crate::scenario::{Ipv4Net, Protocol};

/// What a rule lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// `None`: any protocol.
    protocol: Option<Protocol>,
    ports: RangeInclusive<u16>,
    source: Ipv4Net,
}

impl Rule {
    /// The rule in `text`, or what is wrong with it.
    pub fn parse(text: &str) -> Result<Rule, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (protocol, ports, source) = match words[..] {
            ["all", "from", source] => (None, 0..=u16::MAX, source),
            [protocol, ports, "from", source] => {
                let known = Protocol::find(protocol)
                    .ok_or_else(|| format!("`{protocol}` is neither tcp nor udp"))?;
                (Some(known), self::ports(ports)?, source)
            }
            _ => return Err("it has not the form PROTOCOL PORT from SOURCE".to_owned()),
        };
        let source = Ipv4Net::parse(source)
            .ok_or_else(|| format!("`{source}` is not a block of IPv4 addresses"))?;
        Ok(Rule {
            protocol,
            ports,
            source,
        })
    }

    /// Whether it speaks of this protocol and port.
    fn covers(&self, protocol: Protocol, port: u16) -> bool {
        self.protocol.is_none_or(|own| own == protocol) && self.ports.contains(&port)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.ports.start(), self.ports.end());
        match self.protocol {
            None => write!(f, "all")?,
            Some(protocol) if first == last => write!(f, "{} {first}", protocol.name())?,
            Some(protocol) => write!(f, "{} {first}-{last}", protocol.name())?,
        }
        write!(f, " from {}", self.source)
    }
}

fn ports(text: &str) -> Result<RangeInclusive<u16>, String> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse::<u16>().ok()).flatten();
        number
            .filter(|port| *port > 0)
            .ok_or_else(|| format!("`{text}` is not a port from 1 to 65535"))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let ports = number(first)?..=number(last)?;
    if ports.is_empty() {
        return Err(format!("the ports `{text}` end before they begin"));
    }
    Ok(ports)
}

/// How much of some traffic is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    All,
    /// Part of it, by this rule.
    Part(Rule),
    Nothing,
}

/// How much `rules` together let in of what comes with this protocol, to this port, from there.
pub(super) fn verdict<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    (protocol, port, from): (Protocol, u16, Ipv4Net),
) -> Verdict {
    let mut part = None;
    for rule in rules.filter(|rule| rule.covers(protocol, port)) {
        if rule.source.contains(from) {
            return Verdict::All;
        }
        if rule.source.overlaps(from) {
            part.get_or_insert(rule);
        }
    }
    part.map_or(Verdict::Nothing, |rule| Verdict::Part(rule.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Rule {
        Rule::parse(text).unwrap()
    }

    #[test]
    fn rules_are_read_as_they_are_written() {
        for text in [
            "tcp 443 from 0.0.0.0/0",
            "udp 8080-8090 from 10.0.0.0/16",
            "all from 10.0.0.0/16",
        ] {
            assert_eq!(rule(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_told() {
        let cases = [
            ("tcp 443", "not the form"),
            ("", "not the form"),
            ("tcp 443 to 10.0.0.0/16", "not the form"),
            ("icmp 8 from 0.0.0.0/0", "`icmp` is neither"),
            ("tcp 0 from 0.0.0.0/0", "`0` is not a port"),
            ("tcp 65536 from 0.0.0.0/0", "`65536` is not a port"),
            ("tcp +1 from 0.0.0.0/0", "`+1` is not a port"),
            ("tcp 1- from 0.0.0.0/0", "`` is not a port"),
            ("tcp 9-8 from 0.0.0.0/0", "`9-8` end before"),
            ("tcp 1 from 10.0.0.1/16", "`10.0.0.1/16` is not a block"),
            ("all from here", "`here` is not a block"),
        ];
        for (text, reason) in cases {
            let told = Rule::parse(text).unwrap_err();
            assert!(told.contains(reason), "{text}: {told}");
        }
    }

    /// Oracle: the rules of security groups, applied by hand.
    #[test]
    fn any_rule_that_covers_all_is_enough() {
        let net = |text| Ipv4Net::parse(text).unwrap();
        let rules = [
            rule("tcp 80 from 10.0.0.0/24"),
            rule("tcp 80-90 from 10.0.0.0/16"),
        ];
        let of = |protocol, port, from| verdict(rules.iter(), (protocol, port, net(from)));
        assert_eq!(of(Protocol::Tcp, 80, "10.0.0.0/16"), Verdict::All);
        assert_eq!(of(Protocol::Tcp, 90, "10.0.3.0/24"), Verdict::All);
        assert_eq!(of(Protocol::Tcp, 91, "10.0.3.0/24"), Verdict::Nothing);
        assert_eq!(of(Protocol::Udp, 80, "10.0.3.0/24"), Verdict::Nothing);
        assert_eq!(of(Protocol::Tcp, 80, "10.1.0.0/16"), Verdict::Nothing);
        assert_eq!(
            of(Protocol::Tcp, 80, "10.0.0.0/8"),
            Verdict::Part(rules[0].clone())
        );
    }
}
