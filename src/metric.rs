//! The measured quantities that a summary, an assertion or a comparison can be about.

/// A measured quantity of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Delivered rate [bit/s].
    Throughput,
    /// Dropped packets by offered packets.
    LossRatio,
    /// Mean sojourn time \[ns\].
    SojournMean,
    /// Median sojourn time \[ns\].
    SojournP50,
    /// 90th percentile of the sojourn time \[ns\].
    SojournP90,
    /// 99th percentile of the sojourn time \[ns\].
    SojournP99,
    /// 99.9th percentile of the sojourn time \[ns\].
    SojournP999,
    /// Longest sojourn time \[ns\].
    SojournMax,
    /// Jain's fairness index of the share of its offered bytes that each task got through.
    JainIndex,
    /// Time at the baseline rate that the traffic took, by the time there was; above 1 in a burst.
    Utilization,
}

impl Metric {
    /// Every metric, in the order of the columns.
    pub const ALL: [Metric; 10] = [
        Metric::Throughput,
        Metric::LossRatio,
        Metric::SojournMean,
        Metric::SojournP50,
        Metric::SojournP90,
        Metric::SojournP99,
        Metric::SojournP999,
        Metric::SojournMax,
        Metric::JainIndex,
        Metric::Utilization,
    ];

    /// The names in experiment files and on the command line, in the same order.
    pub const KEYS: [&str; Metric::ALL.len()] = {
        let mut keys = [""; Metric::ALL.len()];
        let mut place = 0;
        while place < keys.len() {
            keys[place] = Metric::ALL[place].key();
            place += 1;
        }
        keys
    };

    /// The column's name.
    pub const fn column(self) -> &'static str {
        match self {
            Metric::Throughput => "throughput_bps",
            Metric::LossRatio => "loss_ratio",
            Metric::SojournMean => "sojourn_mean_ns",
            Metric::SojournP50 => "sojourn_p50_ns",
            Metric::SojournP90 => "sojourn_p90_ns",
            Metric::SojournP99 => "sojourn_p99_ns",
            Metric::SojournP999 => "sojourn_p999_ns",
            Metric::SojournMax => "sojourn_max_ns",
            Metric::JainIndex => "jain_index",
            Metric::Utilization => "utilization",
        }
    }

    /// The name in experiment files and on the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Metric::Throughput => "throughput",
            Metric::LossRatio => "loss",
            Metric::SojournMean => "mean",
            Metric::SojournP50 => "p50",
            Metric::SojournP90 => "p90",
            Metric::SojournP99 => "p99",
            Metric::SojournP999 => "p99.9",
            Metric::SojournMax => "max",
            Metric::JainIndex => "jain-index",
            Metric::Utilization => "utilization",
        }
    }

    /// The metric of this name in experiment files and on the command line.
    pub fn find(key: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.key() == key)
    }

    /// What a value of it is.
    pub const fn quantity(self) -> Quantity {
        match self {
            Metric::Throughput => Quantity::BitsPerSecond,
            Metric::LossRatio | Metric::JainIndex | Metric::Utilization => Quantity::Ratio,
            Metric::SojournMean
            | Metric::SojournP50
            | Metric::SojournP90
            | Metric::SojournP99
            | Metric::SojournP999
            | Metric::SojournMax => Quantity::Nanoseconds,
        }
    }

    /// Which direction a user hopes for; `None` where that depends on the question.
    pub const fn better(self) -> Option<Better> {
        match self {
            Metric::Throughput | Metric::JainIndex => Some(Better::Higher),
            Metric::Utilization => None,
            Metric::LossRatio
            | Metric::SojournMean
            | Metric::SojournP50
            | Metric::SojournP90
            | Metric::SojournP99
            | Metric::SojournP999
            | Metric::SojournMax => Some(Better::Lower),
        }
    }
}

/// What the value of a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// A rate [bit/s].
    BitsPerSecond,
    /// A part of one, or one by another.
    Ratio,
    /// A time \[ns\].
    Nanoseconds,
}

/// The direction of a metric that is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_found_by_its_key() {
        for metric in Metric::ALL {
            assert_eq!(Metric::find(metric.key()), Some(metric));
        }
        assert_eq!(Metric::find("p95"), None);
    }

    /// The position in `ALL` is the discriminant: tables of values are indexed by it.
    #[test]
    fn metrics_stand_in_their_order() {
        let positions = Metric::ALL.map(|metric| metric as usize);
        assert!(positions.into_iter().eq(0..Metric::ALL.len()));
    }
}
