//! Keys of the tasks' life cycle: `[life-cycle]`, and when tasks start, stop and are replaced.

use super::{BLANK, Key, Kind, When};
use crate::units::Quantity;

/// The keys of the law of one step; its own key has `$doc`, `$default` and `$source`.
macro_rules! step {
    ($name:literal, $doc:literal, $default:literal, $source:literal) => {
        [
            Key {
                path: concat!("life-cycle.", $name),
                kinds: &[Kind::DurationOrZero, Kind::Table],
                default: $default,
                doc: $doc,
                example: r#"{ distribution = "log-normal", median = "10 s", p99 = "60 s" }"#,
                source: $source,
                ..BLANK
            },
            Key {
                path: concat!("life-cycle.", $name, ".distribution"),
                kinds: &[Kind::Name(&["exponential", "log-normal"])],
                required: true,
                doc: "Law of the time.",
                example: r#""log-normal""#,
                ..BLANK
            },
            Key {
                path: concat!("life-cycle.", $name, ".mean"),
                kinds: &[Kind::Quantity(Quantity::Duration)],
                required: true,
                doc: "Mean of the exponential law.",
                example: r#""10 s""#,
                when: Some(When {
                    key: "distribution",
                    values: &["exponential"],
                }),
                ..BLANK
            },
            Key {
                path: concat!("life-cycle.", $name, ".median"),
                kinds: &[Kind::Quantity(Quantity::Duration)],
                required: true,
                doc: "Time that half of all steps take at most.",
                example: r#""10 s""#,
                when: Some(When {
                    key: "distribution",
                    values: &["log-normal"],
                }),
                ..BLANK
            },
            Key {
                path: concat!("life-cycle.", $name, ".p99"),
                kinds: &[Kind::Quantity(Quantity::Duration)],
                required: true,
                doc: "Time that 99 of 100 steps take at most; at least the median.",
                example: r#""60 s""#,
                when: Some(When {
                    key: "distribution",
                    values: &["log-normal"],
                }),
                ..BLANK
            },
        ]
    };
}

/// The laws of all steps.
pub(super) const STEPS: &[[Key; 5]] = &[
    step!(
        "attach",
        "Making and attaching a task's ENI, in modes with an ENI per task: state PROVISIONING.",
        "log-normal, median 8 s, p99 30 s",
        "A guess; plausible from 2 s to 60 s, and to be varied."
    ),
    step!(
        "pull",
        "Pulling the images: the first part of state PENDING.",
        "log-normal, median 10 s, p99 60 s",
        "A guess that depends on the image; plausible from 0 s, where it is cached, to minutes."
    ),
    step!(
        "start",
        "Starting the containers: the second part of state PENDING.",
        "1 s",
        "A guess; plausible from 0.3 s to 30 s, and the agent gives up after 3 minutes."
    ),
    step!(
        "register",
        "Registering with the load balancer: state ACTIVATING.",
        "5 s",
        "A guess; 0 s without a load balancer, to tens of seconds of health checks with one."
    ),
    step!(
        "drain",
        "Deregistering and draining connections: state DEACTIVATING. The task still sends.",
        "300 s",
        "Elastic Load Balancing, default deregistration delay of a target group; 0 s without one."
    ),
    step!(
        "stop",
        "From the stop signal to the exit of the containers: state STOPPING.",
        "1 s",
        "A guess; a container that handles SIGTERM exits at once, one that ignores it takes the \
            whole stop timeout."
    ),
    step!(
        "detach",
        "Detaching a task's ENI, in modes with an ENI per task: state DEPROVISIONING.",
        "log-normal, median 5 s, p99 20 s",
        "A guess; plausible from 1 s to 60 s, and to be varied."
    ),
];

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "life-cycle",
        kinds: &[Kind::Table],
        default: "the defaults of its keys, if a task starts, stops or is replaced",
        doc: "How long the steps of a task's life take.",
        example: r#"{ attach = "200 ms", pull = "300 ms", drain = "100 ms" }"#,
        ..BLANK
    },
    Key {
        path: "life-cycle.attach-timeout",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        default: "180 s",
        doc: "A task whose ENI is not attached after this time stops.",
        example: r#""180 s""#,
        source: "Amazon ECS agent: an attachment must be acknowledged in 3 minutes.",
        ..BLANK
    },
    Key {
        path: "life-cycle.stop-timeout",
        kinds: &[Kind::DurationOrZero],
        default: "30 s",
        doc: "Containers that have not exited this long after the stop signal are killed.",
        example: r#""30 s""#,
        source: "Amazon ECS agent: default of ECS_CONTAINER_STOP_TIMEOUT.",
        ..BLANK
    },
    Key {
        path: "instance.attached-enis",
        kinds: &[Kind::Integer {
            min: 0,
            max: 1000000,
        }],
        default: "0",
        doc: "ENIs attached by hand. They take places of tasks without ECS knowing: a task that \
            is placed nevertheless never gets its ENI and stops.",
        example: "1",
        source: "Amazon ECS Developer Guide, task networking.",
        ..BLANK
    },
    Key {
        path: "task.start-at",
        kinds: &[Kind::DurationOrZero],
        default: "running when the trial begins",
        doc: "When the tasks are asked to start, from the beginning of the warm-up.",
        example: r#""500 ms""#,
        ..BLANK
    },
    Key {
        path: "task.stop-at",
        kinds: &[Kind::DurationOrZero],
        default: "running until the trial ends",
        doc: "When the tasks are asked to stop, from the beginning of the warm-up.",
        example: r#""1500 ms""#,
        ..BLANK
    },
    Key {
        path: "task.deployment",
        kinds: &[Kind::Table],
        default: "none",
        doc: "A rolling update: each task is replaced by one of a new revision, with the same \
            traffic. Tasks 0 to count - 1 are the old revision, the next count the new one. At \
            most 5000 tasks are replaced.",
        example: r#"{ at = "500 ms", minimum-healthy-percent = 50 }"#,
        source: "Amazon ECS service quotas: 5,000 tasks per service.",
        ..BLANK
    },
    Key {
        path: "task.deployment.at",
        kinds: &[Kind::DurationOrZero],
        required: true,
        doc: "When the update begins, from the beginning of the warm-up.",
        example: r#""500 ms""#,
        ..BLANK
    },
    Key {
        path: "task.deployment.minimum-healthy-percent",
        kinds: &[Kind::Integer { min: 0, max: 100 }],
        default: "100",
        doc: "Tasks that stay RUNNING, in per cent of count, rounded up.",
        example: "50",
        source: "Amazon ECS API, DeploymentConfiguration.",
        ..BLANK
    },
    Key {
        path: "task.deployment.maximum-percent",
        kinds: &[Kind::Integer { min: 100, max: 200 }],
        default: "200",
        doc: "Tasks that may be RUNNING or on their way to it, in per cent of count, rounded down.",
        example: "150",
        source: "Amazon ECS API, DeploymentConfiguration.",
        ..BLANK
    },
    Key {
        path: "series-interval",
        kinds: &[Kind::Quantity(Quantity::Duration)],
        default: "a hundredth of `measure` where tasks start, stop or are replaced; else none",
        doc: "Length of the intervals of series.csv, latency and throughput over time.",
        example: r#""20 ms""#,
        ..BLANK
    },
];
