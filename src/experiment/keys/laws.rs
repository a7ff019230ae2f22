//! Keys of laws: gaps between arrivals, states of arrivals, CPU times.

use super::{BLANK, Key, Kind, When};
use crate::units::Quantity;

/// Names of the laws of a gap or a CPU time.
const LAWS: &[Kind] = &[Kind::Name(&[
    "deterministic",
    "uniform",
    "erlang",
    "exponential",
    "hyperexponential",
])];

const OF_RENEWAL: Option<When> = Some(When {
    key: "arrivals",
    values: &["renewal"],
});

const OF_MMPP: Option<When> = Some(When {
    key: "arrivals",
    values: &["mmpp"],
});

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "task.traffic.inter-arrival",
        kinds: &[Kind::Table],
        required: true,
        doc: "Law of the gaps between packets, each drawn by itself; their mean follows from the \
            rate.",
        example: r#"{ distribution = "erlang", shape = 4 }"#,
        when: OF_RENEWAL,
        ..BLANK
    },
    Key {
        path: "task.traffic.inter-arrival.distribution",
        kinds: LAWS,
        required: true,
        doc: "Law of the gaps: all alike, anything from 0 to twice the mean, the sum of `shape` \
            exponential stages, exponential, or one of two exponential laws with a squared \
            coefficient of variation of `scv`.",
        example: r#""erlang""#,
        ..BLANK
    },
    shape("task.traffic.inter-arrival.shape"),
    scv("task.traffic.inter-arrival.scv"),
    Key {
        path: "task.traffic.weights",
        kinds: &[Kind::ListOf(&Kind::Integer {
            min: 0,
            max: 1_000_000,
        })],
        required: true,
        doc: "Rates in the two states, in proportion to each other; their mean over time is \
            `rate`. With a 0 there are bursts of Poisson packets with silence between.",
        example: "[7, 1]",
        when: OF_MMPP,
        ..BLANK
    },
    Key {
        path: "task.traffic.durations",
        kinds: &[Kind::ListOf(&Kind::Quantity(Quantity::Duration))],
        required: true,
        doc: "Mean lengths of the two states, which follow each other; exponential.",
        example: r#"["1 ms", "1 ms"]"#,
        when: OF_MMPP,
        ..BLANK
    },
    Key {
        path: "instance.host-stack.distribution",
        kinds: LAWS,
        default: "deterministic",
        doc: "Law of the CPU time of a packet with the mean `per-packet`: always that, anything \
            from 0 to twice that, the sum of `shape` exponential stages, exponential, or one of \
            two exponential laws with a squared coefficient of variation of `scv`. What \
            `per-byte` and `per-connection` add is not random.",
        example: r#""exponential""#,
        source: "An assumption: published CPU times are means.",
        ..BLANK
    },
    shape("instance.host-stack.shape"),
    scv("instance.host-stack.scv"),
    scv("task.traffic.packet-size.scv"),
];

/// The shape of an Erlang law.
const fn shape(path: &'static str) -> Key {
    Key {
        path,
        kinds: &[Kind::Integer { min: 1, max: 1000 }],
        required: true,
        doc: "Stages of the Erlang law; the squared coefficient of variation is one over it.",
        example: "4",
        when: Some(When {
            key: "distribution",
            values: &["erlang"],
        }),
        ..BLANK
    }
}

/// The variability of a hyperexponential law.
const fn scv(path: &'static str) -> Key {
    Key {
        path,
        kinds: &[Kind::Number {
            above: 1.0,
            below: 1e6,
        }],
        required: true,
        doc: "Squared coefficient of variation of the hyperexponential law, variance over the \
            square of the mean. Two exponential laws with balanced means: each contributes half of \
            the mean.",
        example: "4",
        when: Some(When {
            key: "distribution",
            values: &["hyperexponential"],
        }),
        ..BLANK
    }
}
