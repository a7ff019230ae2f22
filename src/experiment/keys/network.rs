//! Keys of `[network]`: mode, ENI queues, arbitration, propagation.

use super::{BLANK, Key, Kind};
use crate::units::Quantity;

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "network",
        kinds: &[Kind::Table],
        required: true,
        doc: "The network mode and what goes with it.",
        example: r#"{ mode = "bridge" }"#,
        ..BLANK
    },
    Key {
        path: "network.mode",
        kinds: &[Kind::Name(&["bridge", "host", "awsvpc", "none"])],
        required: true,
        doc: "The ECS network mode: how the tasks reach the network.",
        example: r#""awsvpc""#,
        ..BLANK
    },
    Key {
        path: "network.eni-queue",
        kinds: &[Kind::Table],
        default: "1000 packets, fifo",
        doc: "The queue of each ENI.",
        example: r#"{ capacity = "1 MiB", discipline = "fifo" }"#,
        ..BLANK
    },
    Key {
        path: "network.eni-queue.capacity",
        kinds: &[
            Kind::PacketCount,
            Kind::Quantity(Quantity::Size),
            Kind::Name(&["unlimited"]),
        ],
        default: "1000 packets",
        doc: "What an ENI's queue holds, the packet in transmission included.",
        example: r#""1000 packets""#,
        source: "Transmit queue length of the interface in the Amazon EC2 User Guide's samples.",
        ..BLANK
    },
    Key {
        path: "network.eni-queue.discipline",
        kinds: &[Kind::Name(&["fifo"])],
        default: "fifo",
        doc: "The order in which an ENI's queue is served.",
        example: r#""fifo""#,
        source: "Queueing discipline of the interface in the Amazon EC2 User Guide's samples.",
        ..BLANK
    },
    Key {
        path: "network.arbitration",
        kinds: &[Kind::Name(&[
            "round-robin",
            "drr",
            "fifo",
            "partition",
            "dedicated",
        ])],
        default: "round-robin",
        doc: "How the allowance is shared among ENIs with a backlog; of effect in awsvpc only.",
        example: r#""drr""#,
        source: "An assumption: what the device does is not published.",
        ..BLANK
    },
    Key {
        path: "network.propagation",
        kinds: &[Kind::DurationOrZero],
        default: "170 us",
        doc: "Time from the instance to the receiver, one way.",
        example: r#""170 us""#,
        source: "Half of the 0.339 ms round trip measured between m5.xlarge instances of one zone.",
        ..BLANK
    },
];
