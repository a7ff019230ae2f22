//! Keys of `[instance]` for what it grants beside bandwidth.

use super::{BLANK, Key, Kind};
use crate::units::Quantity;

/// A number of connections.
const CONNECTIONS: Kind = Kind::Integer {
    min: 1,
    max: 1_000_000_000,
};

const UNLIMITED: Kind = Kind::Name(&["unlimited"]);

const PACKET_RATE: Kind = Kind::Quantity(Quantity::PacketRate);

/// A number of packets that may be none.
const PACKETS_OR_NONE: &[Kind] = &[Kind::PacketCount, Kind::Name(&["none"])];

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "instance.packet-allowance",
        kinds: &[PACKET_RATE, UNLIMITED, Kind::Table],
        default: "unlimited",
        doc: "Packets per second that the instance grants, in and out together, over all ENIs; \
            without effect in mode fargate.",
        example: r#""1000000 packets/s""#,
        source: "Amazon EC2 User Guide, ENA network performance metrics: there is such an \
            allowance, but AWS publishes no number for any type.",
        ..BLANK
    },
    Key {
        path: "instance.packet-allowance.rate",
        kinds: &[PACKET_RATE],
        required: true,
        doc: "Packets per second that are granted for ever.",
        example: r#""1000000 packets/s""#,
        ..BLANK
    },
    Key {
        path: "instance.packet-allowance.burst",
        kinds: &[Kind::PacketCount],
        default: "1000 packets",
        doc: "Packets that pass at once when none has passed for long.",
        example: r#""1000 packets""#,
        source: "A guess: nothing is published.",
        ..BLANK
    },
    Key {
        path: "instance.packet-allowance.buffer",
        kinds: PACKETS_OR_NONE,
        default: "1000 packets",
        doc: "Packets that may wait for the allowance; what does not fit is dropped.",
        example: r#""1000 packets""#,
        source: "A guess: AWS says that packets above an allowance are queued, then dropped, but \
            not how many.",
        ..BLANK
    },
    Key {
        path: "instance.tracked-connections",
        kinds: &[CONNECTIONS, UNLIMITED],
        default: "unlimited",
        doc: "Connections that the security groups track at once, over all ENIs; a packet that \
            opens one more is dropped. Of effect where traffic has `connections`; without effect \
            in mode fargate.",
        example: "76957",
        source: "AWS publishes no number for any type; 76,957 were measured on an m7i-flex.large.",
        ..BLANK
    },
    Key {
        path: "instance.nat-connections",
        kinds: &[CONNECTIONS, UNLIMITED],
        default: "262144",
        doc: "Connections that the instance's kernel tracks at once for NAT; of effect in bridge \
            mode where traffic has `connections`.",
        example: "262144",
        source: "net.netfilter.nf_conntrack_max of Linux on machines with more than 4 GB.",
        ..BLANK
    },
    Key {
        path: "instance.link-local",
        kinds: &[PACKET_RATE, UNLIMITED, Kind::Table],
        default: "1024 packets/s",
        doc: "Packets per second to the VPC resolver, for each ENI; of effect where traffic goes \
            to \"resolver\".",
        example: r#""1024 packets/s""#,
        source: "Amazon VPC User Guide: 1024 packets per second per network interface, which \
            cannot be raised.",
        ..BLANK
    },
    Key {
        path: "instance.link-local.rate",
        kinds: &[PACKET_RATE],
        required: true,
        doc: "Packets per second that are granted for ever.",
        example: r#""1024 packets/s""#,
        ..BLANK
    },
    Key {
        path: "instance.link-local.burst",
        kinds: &[Kind::PacketCount],
        default: "1024 packets",
        doc: "Packets that pass at once when none has passed for long.",
        example: r#""1024 packets""#,
        source: "A guess: as if AWS counted second by second, which is not published.",
        ..BLANK
    },
    Key {
        path: "instance.link-local.buffer",
        kinds: PACKETS_OR_NONE,
        default: "100 packets",
        doc: "Packets that may wait for the allowance; what does not fit is dropped.",
        example: r#""100 packets""#,
        source: "A guess: a tenth of a second, well below the time-outs of resolvers.",
        ..BLANK
    },
    Key {
        path: "instance.flow-cap",
        kinds: &[Kind::Quantity(Quantity::DataRate), UNLIMITED, Kind::Table],
        default: "5 Gbit/s with a type, but not in mode fargate; else unlimited",
        doc: "Rate of a single connection in one direction; of effect where traffic has `flows`.",
        example: r#""5 Gbit/s""#,
        source: "Amazon EC2 User Guide: 5 Gbit/s for a single flow; 10 Gbit/s within a cluster \
            placement group, 25 Gbit/s with ENA Express.",
        ..BLANK
    },
    Key {
        path: "instance.flow-cap.rate",
        kinds: &[Kind::Quantity(Quantity::DataRate)],
        required: true,
        doc: "Rate of a single connection.",
        example: r#""10 Gbit/s""#,
        ..BLANK
    },
    Key {
        path: "instance.flow-cap.buffer",
        kinds: &[Kind::Quantity(Quantity::Size)],
        default: "3.3 MB",
        doc: "Bytes of the connection that may wait; what does not fit is dropped.",
        example: r#""3.3 MB""#,
        source: "Inferred from a round trip that rose from 0.34 ms to 5.6 ms at the single-flow \
            cap of an m5.xlarge.",
        ..BLANK
    },
];
