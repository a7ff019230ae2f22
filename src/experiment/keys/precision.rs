//! Keys of `[precision]`: how narrow the intervals are to be.

use super::{BLANK, Key, Kind};
use crate::metric::Metric;
use crate::units::Quantity;

/// The names of the metrics.
const METRIC: Kind = Kind::Name(&Metric::KEYS);

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "precision",
        kinds: &[Kind::Table],
        default: "every point has `replications`",
        doc: "Goes on with the replications of each sweep point until its intervals are narrow \
            enough; `replications` is then the first stage, 10 or more.",
        example: r#"{ metric = "p99", half-width = "5 %" }"#,
        source: "Sequential stopping: Chow and Robbins 1965; Law and Kelton 1982.",
        ..BLANK
    },
    Key {
        path: "precision.metric",
        kinds: &[METRIC, Kind::ListOf(&METRIC)],
        required: true,
        doc: "What must be known precisely; of several, each.",
        example: r#"["mean", "p99"]"#,
        ..BLANK
    },
    Key {
        path: "precision.task",
        kinds: &[Kind::Text, Kind::ListOf(&Kind::Text)],
        default: "every task group",
        doc: "Task groups of which it must be known; `all` stands for all tasks together.",
        example: r#""api""#,
        ..BLANK
    },
    Key {
        path: "precision.half-width",
        kinds: &[
            Kind::Percent,
            Kind::Quantity(Quantity::Duration),
            Kind::Quantity(Quantity::DataRate),
        ],
        required: true,
        doc: "Largest half width of the interval: a part of the value, or in the metric's unit.",
        example: r#""5 %""#,
        ..BLANK
    },
    Key {
        path: "precision.confidence",
        kinds: &[Kind::Number {
            above: 0.5,
            below: 1.0,
        }],
        default: "0.95",
        doc: "Confidence of that interval; those of the result files stay at 0.95.",
        example: "0.99",
        ..BLANK
    },
    Key {
        path: "precision.max-replications",
        kinds: &[Kind::Integer { min: 3, max: 10000 }],
        default: "200, or `replications` where that is more",
        doc: "Replications after which a point ends with a warning, precise enough or not.",
        example: "500",
        source: "A choice: twenty times the usual ten make an interval a quarter as wide.",
        ..BLANK
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Metric;

    #[test]
    fn every_metric_can_be_asked_for() {
        let Kind::Name(names) = METRIC else {
            panic!("a metric is a name");
        };
        assert_eq!(names, Metric::ALL.map(Metric::key));
    }
}
