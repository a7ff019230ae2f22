//! A promise in words: `p99 < 2 ms`, `mean < 500 us`, `loss < 1e-4`.

use std::fmt;
use std::str::FromStr;

use crate::units::parse_duration;

/// What a promise is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// Mean sojourn time of the packets that arrive \[ns\].
    Mean,
    /// This quantile of the sojourn time of all packets that are sent \[ns\]; lost ones are later
    /// than any limit.
    Quantile(f64),
    /// Lost packets by packets sent.
    Loss,
}

/// An upper limit that is to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Of what.
    pub metric: Metric,
    /// In the unit of the metric.
    pub limit: f64,
    /// Whether the limit itself keeps the promise: `<=`.
    pub or_equal: bool,
    /// Name of the metric as written, lower case.
    name: String,
    /// The limit as written.
    limit_text: String,
}

/// A text that is no promise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the promise `{text}`: {reason}; write for example \"p99 < 2 ms\" or \"loss < 1e-4\"")]
pub struct PromiseError {
    text: String,
    reason: String,
}

impl Promise {
    /// Name of the metric: `p99`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether `value` keeps it.
    pub fn is_kept_by(&self, value: f64) -> bool {
        value < self.limit || self.or_equal && value == self.limit
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.or_equal { "<=" } else { "<" };
        write!(f, "{} {sign} {}", self.name, self.limit_text)
    }
}

impl FromStr for Promise {
    type Err = PromiseError;

    fn from_str(text: &str) -> Result<Promise, PromiseError> {
        let error = |reason: String| PromiseError {
            text: text.to_owned(),
            reason,
        };
        let Some((name, limit)) = text.split_once('<') else {
            return Err(error("a promise is an upper limit, with `<`".to_owned()));
        };
        let (or_equal, limit) = match limit.strip_prefix('=') {
            Some(limit) => (true, limit.trim()),
            None => (false, limit.trim()),
        };
        let name = name.trim().to_lowercase();
        let metric = metric(&name).map_err(error)?;
        let value = match metric {
            Metric::Loss => share(limit).map_err(error)?,
            Metric::Mean | Metric::Quantile(_) => {
                let duration = parse_duration(limit).map_err(|e| error(e.to_string()))?;
                duration.as_ps() as f64 / 1e3
            }
        };
        if value == 0.0 && !(or_equal && metric == Metric::Loss) {
            return Err(error("nothing is below a limit of zero".to_owned()));
        }
        Ok(Promise {
            metric,
            limit: value,
            or_equal,
            name,
            limit_text: limit.to_owned(),
        })
    }
}

fn metric(name: &str) -> Result<Metric, String> {
    match name {
        "mean" => return Ok(Metric::Mean),
        "loss" => return Ok(Metric::Loss),
        _ => {}
    }
    let percent = name.strip_prefix('p').filter(|digits| {
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !digits.is_empty()
    });
    // Not divided by 100, so that p99.9 is 0.999 to the last bit.
    let share = percent.and_then(|digits| format!("{digits}e-2").parse::<f64>().ok());
    match share {
        Some(share) if share > 0.0 && share < 1.0 => Ok(Metric::Quantile(share)),
        Some(_) => Err(format!("`{name}` is not between p0 and p100")),
        None => Err(format!(
            "`{name}` is none of mean, loss, p50, p99, p99.9 and the like"
        )),
    }
}

/// A share of one, or in percent.
fn share(text: &str) -> Result<f64, String> {
    let (digits, unit) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let number = digits.parse::<f64>().map(|number| number / unit);
    match number {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        Ok(_) => Err(format!("`{text}` is no share from 0 to 1")),
        Err(_) => Err(format!("`{text}` is no share such as 1e-4 or 0.1 %")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_read() {
        for (text, metric, limit, or_equal, shown) in [
            (
                "p99 < 2 ms",
                Metric::Quantile(0.99),
                2e6,
                false,
                "p99 < 2 ms",
            ),
            (
                "p99.9<5ms",
                Metric::Quantile(0.999),
                5e6,
                false,
                "p99.9 < 5ms",
            ),
            (
                "P50 <= 300 us",
                Metric::Quantile(0.5),
                3e5,
                true,
                "p50 <= 300 us",
            ),
            ("mean < 0.5 ms", Metric::Mean, 5e5, false, "mean < 0.5 ms"),
            ("loss < 1e-4", Metric::Loss, 1e-4, false, "loss < 1e-4"),
            ("loss < 0.1 %", Metric::Loss, 1e-3, false, "loss < 0.1 %"),
            ("loss <= 0", Metric::Loss, 0.0, true, "loss <= 0"),
        ] {
            let promise: Promise = text.parse().unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(
                (promise.metric, promise.or_equal),
                (metric, or_equal),
                "{text}"
            );
            assert!((promise.limit - limit).abs() <= limit * 1e-12, "{text}");
            assert_eq!(promise.to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_promise_is_told_why() {
        for (text, reason) in [
            ("p99 > 2 ms", "an upper limit"),
            ("fast", "an upper limit"),
            ("p100 < 1 ms", "not between p0 and p100"),
            ("p0 < 1 ms", "not between p0 and p100"),
            ("p < 1 ms", "none of mean, loss"),
            ("p-1 < 1 ms", "none of mean, loss"),
            ("latency < 1 ms", "`latency` is none of mean, loss"),
            ("p99 < 2", "unit"),
            ("p99 < 2 MB", "2 MB"),
            ("p99 < 0 ms", "below a limit of zero"),
            ("loss < 0", "below a limit of zero"),
            ("loss < 1", "no share from 0 to 1"),
            ("loss < -1 %", "no share from 0 to 1"),
            ("loss < 2 ms", "no share such as"),
            ("loss < nan", "no share from 0 to 1"),
        ] {
            let error = text.parse::<Promise>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(
                error.contains("write for example \"p99 < 2 ms\""),
                "{error}"
            );
        }
    }

    #[test]
    fn a_limit_is_kept_below_or_at_it() {
        let below: Promise = "mean < 1 us".parse().unwrap();
        assert!(below.is_kept_by(999.0) && !below.is_kept_by(1000.0));
        let at: Promise = "mean <= 1 us".parse().unwrap();
        assert!(at.is_kept_by(1000.0) && !at.is_kept_by(1001.0));
        assert!(!at.is_kept_by(f64::INFINITY) && !at.is_kept_by(f64::NAN));
    }
}
