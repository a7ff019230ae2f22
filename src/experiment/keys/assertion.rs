//! Keys of `[[assert]]`: what the results are to be held against.

use super::{BLANK, Key, Kind};
use crate::metric::Metric;

/// Names of the metrics, as [`crate::metric::Metric::key`] has them.
const METRICS: &[&str] = &Metric::KEYS;

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "assert",
        kinds: &[Kind::Tables],
        default: "nothing is asserted",
        doc: "What must hold of the results, an [[assert]] table each. Judged on 95 % intervals \
            after every run; where one does not hold, the exit code is 4.",
        example: r#"[{ metric = "p99", task = "api", max = "2 ms" }]"#,
        ..BLANK
    },
    Key {
        path: "assert.metric",
        kinds: &[Kind::Name(METRICS)],
        required: true,
        doc: "What is judged: a sojourn time (mean, quantile or longest), throughput, loss, \
            Jain's index or utilization.",
        example: r#""p99""#,
        ..BLANK
    },
    Key {
        path: "assert.task",
        kinds: &[Kind::Text],
        default: "all, which is all tasks together",
        doc: "The task group whose metric it is.",
        example: r#""api""#,
        ..BLANK
    },
    Key {
        path: "assert.when",
        kinds: &[Kind::Values],
        default: "every point at which the task group has tasks",
        doc: "The points at which it must hold: swept keys, with a value or a list of values each.",
        example: r#"{ "network.mode" = "awsvpc" }"#,
        ..BLANK
    },
    Key {
        path: "assert.max",
        kinds: &[Kind::Limit],
        default: "no upper limit",
        doc: "The largest value that is right; the 95 % interval must not reach beyond.",
        example: r#""2 ms""#,
        ..BLANK
    },
    Key {
        path: "assert.min",
        kinds: &[Kind::Limit],
        default: "no lower limit",
        doc: "The smallest value that is right; the 95 % interval must not reach below.",
        example: r#""900 Mbit/s""#,
        ..BLANK
    },
    Key {
        path: "assert.within",
        kinds: &[Kind::ListOf(&Kind::Limit)],
        default: "no such range",
        doc: "The smallest and the largest value that are right.",
        example: r#"["1.9 ms", "2.1 ms"]"#,
        ..BLANK
    },
    Key {
        path: "assert.against",
        kinds: &[Kind::Values],
        default: "the metric itself is judged",
        doc: "Judges the ratio of each point to the one that has these values of swept keys \
            instead: the geometric mean of the ratios within replications, which share their \
            random numbers. Limits are then numbers, without a unit.",
        example: r#"{ "network.mode" = "bridge" }"#,
        ..BLANK
    },
    Key {
        path: "assert.because",
        kinds: &[Kind::Text],
        default: "no reason is given",
        doc: "Where the limit comes from: a theory, a claim, a promise.",
        example: r#""M/D/1 at this load""#,
        ..BLANK
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Metric;

    #[test]
    fn the_names_are_those_of_all_metrics() {
        assert_eq!(METRICS, Metric::ALL.map(Metric::key));
    }
}
