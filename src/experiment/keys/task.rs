//! Keys of `[[task]]`: who sends what.

use super::{BLANK, Key, Kind, When};
use crate::experiment::TASKS_MAX;
use crate::units::Quantity;

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "task",
        kinds: &[Kind::Tables],
        required: true,
        doc: "Task groups, a [[task]] table each.",
        example: r#"[{ name = "api", count = 5 }]"#,
        ..BLANK
    },
    Key {
        path: "task.name",
        kinds: &[Kind::TaskName],
        required: true,
        doc: "Name of the task group, unique in the file; names its random streams and its \
            sweep keys.",
        example: r#""api""#,
        ..BLANK
    },
    Key {
        path: "task.count",
        kinds: &[Kind::Integer {
            min: 0,
            max: TASKS_MAX,
        }],
        default: "1",
        doc: "Number of tasks alike; 0 leaves the group out.",
        example: "5",
        ..BLANK
    },
    Key {
        path: "task.tasks-of",
        kinds: &[Kind::TaskName],
        default: "none: tasks of its own",
        doc: "Another group, whose tasks this traffic belongs to as well: as many, with the same \
            ENIs, that start and stop when those do; in place of `count`.",
        example: r#""web""#,
        ..BLANK
    },
    Key {
        path: "task.priority",
        kinds: &[Kind::Integer { min: 0, max: 255 }],
        default: "0",
        doc: "How urgent the group's packets are where discipline = \"priority\" holds for the ENI \
            queues: 0 is served first.",
        example: "1",
        ..BLANK
    },
    Key {
        path: "task.traffic",
        kinds: &[Kind::Table],
        required: true,
        doc: "What each task of the group sends, or receives.",
        example: r#"{ arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }"#,
        ..BLANK
    },
    Key {
        path: "task.traffic.arrivals",
        kinds: &[Kind::Name(&[
            "periodic", "poisson", "on-off", "renewal", "mmpp",
        ])],
        required: true,
        doc: "Law of the gaps between packets, or between messages: all alike, exponential, a \
            packet clock that is switched on and off, gaps of the law `inter-arrival`, or \
            exponential at a rate that changes between two states, `weights` and `durations` (a \
            Markov-modulated Poisson process).",
        example: r#""poisson""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.rate",
        kinds: &[
            Kind::Quantity(Quantity::PacketRate),
            Kind::Quantity(Quantity::DataRate),
        ],
        required: true,
        doc: "Mean rate of one task; a rate in bit/s counts the bits of packets of mean size. With \
            `message-size`, packets/s counts messages, and bit/s their bits without headers.",
        example: r#""2000 packets/s""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.peak",
        kinds: &[
            Kind::Quantity(Quantity::PacketRate),
            Kind::Quantity(Quantity::DataRate),
        ],
        required: true,
        doc: "Rate during on periods; above the mean rate.",
        example: r#""2 Gbit/s""#,
        when: Some(When {
            key: "arrivals",
            values: &["on-off"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.on",
        kinds: &[Kind::Quantity(Quantity::Duration), Kind::Table],
        required: true,
        doc: "On periods: their mean length, exponential, or a table with their law.",
        example: r#""2 ms""#,
        when: Some(When {
            key: "arrivals",
            values: &["on-off"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.off",
        kinds: &[Kind::Quantity(Quantity::Duration), Kind::Table],
        default: "exponential, with the mean that follows from rate, peak and on",
        doc: "Off periods: their mean length, exponential, or a table with their law.",
        example: r#"{ distribution = "pareto", shape = 1.5 }"#,
        when: Some(When {
            key: "arrivals",
            values: &["on-off"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.on.distribution",
        kinds: &[Kind::Name(&["exponential", "pareto"])],
        required: true,
        doc: "Law of the on periods.",
        example: r#""pareto""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.on.mean",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        required: true,
        doc: "Mean length of the on periods.",
        example: r#""2 ms""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.on.shape",
        kinds: &[Kind::Number {
            above: 1.0,
            below: f64::INFINITY,
        }],
        required: true,
        doc: "Tail index of the Pareto law; the variance is infinite up to 2.",
        example: "1.5",
        when: Some(When {
            key: "distribution",
            values: &["pareto"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.off.distribution",
        kinds: &[Kind::Name(&["exponential", "pareto"])],
        required: true,
        doc: "Law of the off periods.",
        example: r#""pareto""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.off.mean",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        default: "follows from rate, peak and on",
        doc: "Mean length of the off periods.",
        example: r#""2 ms""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.off.shape",
        kinds: &[Kind::Number {
            above: 1.0,
            below: f64::INFINITY,
        }],
        required: true,
        doc: "Tail index of the Pareto law; the variance is infinite up to 2.",
        example: "1.5",
        when: Some(When {
            key: "distribution",
            values: &["pareto"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.direction",
        kinds: &[Kind::Name(&["out", "in"])],
        default: "out",
        doc: "Whether the task sends the packets, or receives them from outside of the instance.",
        example: r#""in""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.to",
        kinds: &[Kind::TaskName],
        default: "none: out of the instance",
        doc: "The task group on the same instance that receives the packets, task by task in \
            turn, or \"resolver\" for the resolver of the VPC. The tasks of that group run for the \
            whole trial.",
        example: r#""resolver""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.flows",
        kinds: &[Kind::Integer {
            min: 1,
            max: 1_000_000,
        }],
        default: "so many that no two packets share one",
        doc: "Connections that each task keeps open; each packet belongs to one at random.",
        example: "4",
        ..BLANK
    },
    Key {
        path: "task.traffic.connections",
        kinds: &[Kind::Table],
        default: "none come and go: nothing is tracked",
        doc: "Connections that come and go: a task opens one, sends its packets, opens the next.",
        example: r#"{ packets = 10, idle = "350 s" }"#,
        ..BLANK
    },
    Key {
        path: "task.traffic.connections.packets",
        kinds: &[Kind::Integer {
            min: 1,
            max: 1_000_000_000,
        }],
        required: true,
        doc: "Packets of a connection.",
        example: "10",
        ..BLANK
    },
    Key {
        path: "task.traffic.connections.idle",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        default: "350 s",
        doc: "How long a connection stays tracked after its last packet.",
        example: r#""350 s""#,
        source: "Amazon EC2, idle time-out of established TCP connections on the newest types, \
            such as m8i; on older ones it is 5 days.",
        ..BLANK
    },
    Key {
        path: "task.traffic.message-size",
        kinds: &[Kind::Quantity(Quantity::Size)],
        default: "none: each arrival is a packet",
        doc: "Bytes of a message, in place of `packet-size`: each arrival is a message, sent at \
            once in packets as large as the MTU allows, each with 40 B of IP and TCP headers and \
            14 B of Ethernet.",
        example: r#""64 KiB""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size",
        kinds: &[
            Kind::Quantity(Quantity::Size),
            Kind::Name(&["imix"]),
            Kind::Table,
        ],
        default: "none: either this or `message-size` must be given",
        doc: "Bytes of a packet on the wire: one size, the simple internet mix, or a table \
            with their law.",
        example: r#""1500 B""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.distribution",
        kinds: &[Kind::Name(&[
            "uniform",
            "bimodal",
            "bounded-pareto",
            "empirical",
            "erlang",
            "exponential",
            "hyperexponential",
        ])],
        required: true,
        doc: "Law of the packet sizes; erlang, exponential and hyperexponential ones are rounded \
            to whole bytes.",
        example: r#""uniform""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.min",
        kinds: &[Kind::Quantity(Quantity::Size)],
        required: true,
        doc: "Smallest size.",
        example: r#""64 B""#,
        when: Some(When {
            key: "distribution",
            values: &["uniform", "bounded-pareto"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.mean",
        kinds: &[Kind::Quantity(Quantity::Size)],
        required: true,
        doc: "Mean size, 64 B or more.",
        example: r#""1500 B""#,
        when: Some(When {
            key: "distribution",
            values: &["erlang", "exponential", "hyperexponential"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.max",
        kinds: &[Kind::Quantity(Quantity::Size)],
        default: "64 times `mean`, at most 65536 B; with `min` it must be given",
        doc: "Largest size. Draws beyond it are cut to it: by default, of exponential sizes with a \
            mean of 1500 B, a fraction of 1e-19; of hyperexponential ones with an `scv` of 4, \
            6e-6.",
        example: r#""1500 B""#,
        when: Some(When {
            key: "distribution",
            values: &[
                "uniform",
                "bounded-pareto",
                "erlang",
                "exponential",
                "hyperexponential",
            ],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.shape",
        kinds: &[Kind::Number {
            above: 0.0,
            below: f64::INFINITY,
        }],
        required: true,
        doc: "Tail index of the bounded Pareto law; number of stages of the Erlang law.",
        example: "1.2",
        when: Some(When {
            key: "distribution",
            values: &["bounded-pareto", "erlang"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.small",
        kinds: &[Kind::Quantity(Quantity::Size)],
        required: true,
        doc: "The smaller of the two sizes.",
        example: r#""64 B""#,
        when: Some(When {
            key: "distribution",
            values: &["bimodal"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.large",
        kinds: &[Kind::Quantity(Quantity::Size)],
        required: true,
        doc: "The larger of the two sizes.",
        example: r#""1500 B""#,
        when: Some(When {
            key: "distribution",
            values: &["bimodal"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.small-share",
        kinds: &[Kind::Number {
            above: 0.0,
            below: 1.0,
        }],
        required: true,
        doc: "Fraction of packets that have the smaller size.",
        example: "0.6",
        when: Some(When {
            key: "distribution",
            values: &["bimodal"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.sizes",
        kinds: &[Kind::ListOf(&Kind::Quantity(Quantity::Size))],
        required: true,
        doc: "The sizes that occur.",
        example: r#"["64 B", "1500 B"]"#,
        when: Some(When {
            key: "distribution",
            values: &["empirical"],
        }),
        ..BLANK
    },
    Key {
        path: "task.traffic.packet-size.weights",
        kinds: &[Kind::ListOf(&Kind::Number {
            above: 0.0,
            below: f64::INFINITY,
        })],
        default: "all alike",
        doc: "How often each of the sizes occurs, relative to the others.",
        example: "[3, 1]",
        when: Some(When {
            key: "distribution",
            values: &["empirical"],
        }),
        ..BLANK
    },
];
