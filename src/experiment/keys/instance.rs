//! Keys of `[instance]`: the ENIs, the allowance, the host stack.

use super::{BLANK, Key, Kind};
use crate::units::Quantity;

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "instance",
        kinds: &[Kind::Table],
        default: "an instance of which nothing is known",
        doc: "The container instance.",
        example: r#"{ type = "c5.large" }"#,
        ..BLANK
    },
    Key {
        path: "instance.type",
        kinds: &[Kind::InstanceType],
        default: "none: what is needed of it must be given",
        doc: "Instance type, whose ENIs, vCPUs and bandwidth hold unless keys beside it say \
            otherwise.",
        example: r#""c5.large""#,
        ..BLANK
    },
    Key {
        path: "instance.enis",
        kinds: &[Kind::Integer {
            min: 1,
            max: 1000001,
        }],
        default: "those of the type; without a type, no limit",
        doc: "Number of ENIs, the primary one included, in place of the type's.",
        example: "8",
        source: "Amazon EC2 User Guide, ENI limits per instance type.",
        ..BLANK
    },
    Key {
        path: "instance.egress",
        kinds: &[Kind::Quantity(Quantity::DataRate), Kind::Table],
        default: "baseline, burst and credit of the type",
        doc: "Bandwidth allowance on the way out: a rate for a plain link, or a table for one \
            with burst credit.",
        example: r#"{ baseline = "1 Gbit/s", burst = "10 Gbit/s", credit = "50 GB" }"#,
        source: "Amazon EC2 specifications of the type; credit volumes were measured.",
        ..BLANK
    },
    Key {
        path: "instance.ingress",
        kinds: &[Kind::Quantity(Quantity::DataRate), Kind::Table],
        default: "as `egress` where that is given; else baseline, burst and credit of the type",
        doc: "Bandwidth allowance on the way in, with credit of its own: a rate for a plain link, \
            or a table for one with burst credit.",
        example: r#""1 Gbit/s""#,
        source: "Amazon EC2 User Guide: the bandwidth of a type holds for each direction by \
            itself, and so do network credits.",
        ..BLANK
    },
    Key {
        path: "instance.credit",
        kinds: &[Kind::Name(&["full", "empty"])],
        default: "full",
        doc: "Fill of the credit buckets when a trial starts.",
        example: r#""empty""#,
        source: "Amazon EC2 User Guide: instances start with full network credit.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack",
        kinds: &[Kind::Name(&["none"]), Kind::Table],
        default: "the table's defaults with a type and in mode fargate; else none",
        doc: "CPU work per packet in the instance's kernel; with none the stage takes no time.",
        example: r#"{ cores = 2, per-packet = "1 us" }"#,
        ..BLANK
    },
    Key {
        path: "instance.host-stack.cores",
        kinds: &[Kind::Integer { min: 1, max: 1024 }],
        default: "the type's vCPUs, at most 8",
        doc: "Cores that serve packets; in mode fargate, a task's vCPUs do.",
        example: "2",
        source: "Most instance types give an ENI one queue per vCPU, at most 8.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-packet",
        kinds: &[Kind::DurationOrZero, Kind::Table],
        default: "host, awsvpc and fargate 1 us, awsvpc-trunk 1.05 us, bridge 2 us",
        doc: "CPU time of a packet: one duration for every mode, or a table by mode.",
        example: r#"{ bridge = "2 us", awsvpc = "1 us" }"#,
        source: "A guess from kernel benchmarks of single steps, to be varied: bridge adds 600 ns \
            for docker0, veth and forwarding, 250 ns for conntrack and 150 ns for NAT.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-packet.bridge",
        kinds: &[Kind::DurationOrZero],
        default: "2 us",
        doc: "CPU time of a packet in bridge mode.",
        example: r#""2 us""#,
        source: "Sum of the host path and of docker0, conntrack and NAT; plausible from 1.2 us to \
            4.3 us.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-packet.host",
        kinds: &[Kind::DurationOrZero],
        default: "1 us",
        doc: "CPU time of a packet in host mode.",
        example: r#""1 us""#,
        source: "A guess for a small packet on a core of 3 GHz; plausible from 0.7 us to 1.5 us.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-packet.awsvpc",
        kinds: &[Kind::DurationOrZero],
        default: "1 us",
        doc: "CPU time of a packet in awsvpc mode.",
        example: r#""1 us""#,
        source: "As in host mode: a network namespace adds no device.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-packet.awsvpc-trunk",
        kinds: &[Kind::DurationOrZero],
        default: "1.05 us",
        doc: "CPU time of a packet in awsvpc-trunk mode.",
        example: r#""1.05 us""#,
        source: "As in awsvpc mode, and a guess of 50 ns for the VLAN interface of the branch \
            ENI; plausible up to 150 ns.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-packet.fargate",
        kinds: &[Kind::DurationOrZero],
        default: "1 us",
        doc: "CPU time of a packet in fargate mode, in the task's own kernel.",
        example: r#""1 us""#,
        source: "As in host mode.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-byte",
        kinds: &[Kind::DurationOrZero],
        default: "0 s",
        doc: "CPU time per byte, on top of the time per packet.",
        example: r#""150 ps""#,
        source: "The times per packet hold for small packets; the 0.45 cycles/byte published for \
            bulk NAT measure the same work another way, and adding both would count it \
            twice.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.backlog",
        kinds: &[Kind::PacketCount, Kind::Name(&["unlimited"])],
        default: "1000 packets",
        doc: "Packets waiting or in service, per core, beyond which the kernel drops.",
        example: r#""1000 packets""#,
        source: "net.core.netdev_max_backlog of Linux.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.steering",
        kinds: &[Kind::Name(&["shared", "by-queue"])],
        default: "shared",
        doc: "Which core serves a packet: any, from one queue, or the one that serves the \
            interrupts of the packet's ENI queue; without effect in mode fargate.",
        example: r#""by-queue""#,
        source: "An ENA device has one interrupt for each of its queues, as the driver's notes \
            say; a shared queue stands for packets that are spread evenly.",
        ..BLANK
    },
    Key {
        path: "instance.host-stack.per-connection",
        kinds: &[Kind::DurationOrZero, Kind::Table],
        default: "3 us in bridge mode, 0 s otherwise",
        doc: "CPU time that the first packet of a connection costs on top, one duration for every \
            mode or a table by mode; of effect where traffic has `connections`.",
        example: r#"{ bridge = "3 us" }"#,
        source: "A guess for a new entry of conntrack and NAT, from benchmarks with short \
            connections; plausible from 1 us to 10 us.",
        ..BLANK
    },
    per_connection("instance.host-stack.per-connection.bridge", "3 us"),
    per_connection("instance.host-stack.per-connection.host", "0 s"),
    per_connection("instance.host-stack.per-connection.awsvpc", "0 s"),
    per_connection("instance.host-stack.per-connection.awsvpc-trunk", "0 s"),
    per_connection("instance.host-stack.per-connection.fargate", "0 s"),
    Key {
        path: "instance.host-stack.microvm-latency",
        kinds: &[Kind::DurationOrZero],
        default: "60 us",
        doc: "Delay that a microVM adds to each packet; of effect in mode fargate only.",
        example: r#""60 us""#,
        source: "Specification of the Firecracker microVM: 0.06 ms of mean latency at its virtual \
            network device.",
        ..BLANK
    },
];

/// What a connection costs in one mode.
const fn per_connection(path: &'static str, default: &'static str) -> Key {
    Key {
        path,
        kinds: &[Kind::DurationOrZero],
        default,
        doc: "CPU time that the first packet of a connection costs on top in this mode.",
        example: r#""3 us""#,
        ..BLANK
    }
}
