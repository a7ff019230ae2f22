//! Keys of the root: the question, what is recorded, what is swept and varied.

use super::{BLANK, Key, Kind, SEED_MAX};
use crate::units::Quantity;

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "question",
        kinds: &[Kind::Text],
        required: true,
        doc: "What the experiment is to find out; the title of its plots.",
        example: r#""Does awsvpc remove the interference?""#,
        ..BLANK
    },
    Key {
        path: "expectation",
        kinds: &[Kind::Text],
        default: "none stated",
        doc: "The answer expected before running, so that a surprise is noticed.",
        example: r#""Yes, almost entirely.""#,
        ..BLANK
    },
    Key {
        path: "seed",
        kinds: &[Kind::Integer {
            min: 0,
            max: SEED_MAX,
        }],
        default: "1",
        doc: "Names the random streams of all replications; the same seed gives the same packets.",
        example: "1",
        ..BLANK
    },
    Key {
        path: "replications",
        kinds: &[Kind::Integer { min: 1, max: 10000 }],
        default: "10",
        doc: "Independent repetitions of every sweep point.",
        example: "10",
        source: "Ten give a usable 95 % interval of a mean; a choice, not a measurement.",
        ..BLANK
    },
    Key {
        path: "warm-up",
        kinds: &[Kind::DurationOrZero, Kind::Name(&["auto"])],
        default: "0 s",
        doc: "Simulated time at the start that is discarded; `auto` finds it by pilot runs.",
        example: r#""100 ms""#,
        ..BLANK
    },
    Key {
        path: "measure",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        required: true,
        doc: "Simulated time that is recorded, after the warm-up.",
        example: r#""1 s""#,
        ..BLANK
    },
    Key {
        path: "throughput-interval",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        default: "1 ms, or `measure` where that is shorter",
        doc: "Length of the intervals whose throughput goes into the throughput histogram.",
        example: r#""1 ms""#,
        ..BLANK
    },
    Key {
        path: "offered-load",
        kinds: &[Kind::Number {
            above: 0.0,
            below: f64::INFINITY,
        }],
        default: "rates as written",
        doc: "Scales the rate and peak of every task so that all tasks together offer this \
            fraction of the instance's egress baseline; messages count without headers.",
        example: "0.8",
        ..BLANK
    },
    Key {
        path: "interference",
        kinds: &[Kind::Boolean, Kind::ListOf(&Kind::TaskName)],
        default: "false",
        doc: "Task groups that are also simulated alone, with the same packets and without \
            neighbours, at every point: what the neighbours change goes to `interference.csv`; \
            `true` for every group.",
        example: r#"["api"]"#,
        ..BLANK
    },
    Key {
        path: "sweep",
        kinds: &[Kind::Sweep],
        default: "a single point",
        doc: "Keys of this file and the values each takes in turn: their cross product, the \
            first key slowest.",
        example: r#"{ "network.mode" = ["bridge", "awsvpc"] }"#,
        ..BLANK
    },
    Key {
        path: "vary",
        kinds: &[Kind::Sweep],
        default: "nothing is varied",
        doc: "Keys of this file and values, the first of which is the base: every point of the \
            sweep runs with all of them at their base, then with each other value of each of \
            them, one at a time.",
        example: r#"{ "network.propagation" = ["170 us", "50 us", "500 us"] }"#,
        ..BLANK
    },
];
