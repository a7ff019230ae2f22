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
        kinds: &[Kind::Name(&[
            "bridge",
            "host",
            "awsvpc",
            "awsvpc-trunk",
            "fargate",
            "none",
        ])],
        required: true,
        doc: "The ECS network mode: how the tasks reach the network. `awsvpc-trunk` is awsvpc with \
            branch ENIs on a trunk; `fargate` is awsvpc with a microVM for each task.",
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
        kinds: &[Kind::Name(&["fifo", "priority"])],
        default: "fifo",
        doc: "The order in which an ENI's queue is served on the way out: that of arrival, or \
            packets of the lowest `priority` of their task group first, in the order of arrival \
            among equals. A transmission is not interrupted, and a packet that finds the queue \
            full is dropped whatever its priority.",
        example: r#""priority""#,
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
        doc: "How the allowance, or the trunk, is shared among ENIs with a backlog; of effect in \
            awsvpc and awsvpc-trunk only.",
        example: r#""drr""#,
        source: "An assumption: what the device does is not published.",
        ..BLANK
    },
    Key {
        path: "network.eni-queues",
        kinds: &[Kind::Integer { min: 1, max: 128 }],
        default: "1",
        doc: "Hardware queues of each ENI: connections are hashed onto them, and they take turns.",
        example: "8",
        source: "With one, packets leave in the order in which they came. Amazon EC2 gives an ENI \
            of most types as many as the instance has vCPUs, at most 8.",
        ..BLANK
    },
    Key {
        path: "network.trunk-queue",
        kinds: &[Kind::Table],
        default: "1024 packets",
        doc: "The queue of the trunk ENI, which the branch ENIs share; of effect in awsvpc-trunk \
            only.",
        example: r#"{ capacity = "1024 packets" }"#,
        ..BLANK
    },
    Key {
        path: "network.trunk-queue.capacity",
        kinds: &[Kind::PacketCount, Kind::Name(&["unlimited"])],
        default: "1024 packets",
        doc: "What the trunk's queue holds, the packet in transmission included; while it is \
            full, packets wait at their branch ENIs.",
        example: r#""1024 packets""#,
        source: "Transmit ring of the ENA driver for Linux.",
        ..BLANK
    },
    Key {
        path: "network.mtu",
        kinds: &[Kind::Quantity(Quantity::Size)],
        default: "1500 B in bridge mode, else 9001 B",
        doc: "Largest IP packet, 576 B to 9001 B: messages are cut to it.",
        example: r#""1500 B""#,
        source: "Amazon EC2 User Guide: 9001 on current types within a VPC; Docker leaves docker0 \
            at 1500.",
        ..BLANK
    },
    Key {
        path: "network.fargate",
        kinds: &[Kind::Table],
        default: "1 vCPU, 1.25 Gbit/s each way",
        doc: "What each task has to itself; of effect in mode fargate only.",
        example: r#"{ vcpus = 2, egress = "2 Gbit/s" }"#,
        ..BLANK
    },
    Key {
        path: "network.fargate.vcpus",
        kinds: &[Kind::Integer { min: 1, max: 16 }],
        default: "1",
        doc: "Cores of a task's microVM that serve its packets.",
        example: "2",
        source: "Amazon ECS Developer Guide, Fargate task sizes: up to 16 vCPUs.",
        ..BLANK
    },
    Key {
        path: "network.fargate.egress",
        kinds: &[Kind::Quantity(Quantity::DataRate), Kind::Table],
        default: "1.25 Gbit/s",
        doc: "Bandwidth allowance of a task on the way out: a rate for a plain link, or a table \
            for one with burst credit.",
        example: r#""1.25 Gbit/s""#,
        source: "A guess: AWS publishes no bandwidth of Fargate sizes, and reports contradict each \
            other.",
        ..BLANK
    },
    Key {
        path: "network.fargate.ingress",
        kinds: &[Kind::Quantity(Quantity::DataRate), Kind::Table],
        default: "as `egress`",
        doc: "Bandwidth allowance of a task on the way in, with credit of its own.",
        example: r#""1.25 Gbit/s""#,
        source: "A guess: AWS publishes no bandwidth of Fargate sizes; measurements found the \
            directions to differ.",
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
