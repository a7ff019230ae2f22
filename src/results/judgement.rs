//! Assertions against results: what holds, what fails, and what cannot be told.

use super::read::{GroupReplications, Ratio, ReadError, Results};
use crate::experiment::{AssertedPoint, Assertion, Limits};
use crate::metric::Metric;
use crate::stats;

/// What the results say of an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The whole 95 % interval keeps the limits.
    Holds,
    /// A limit lies within the interval, or there is no interval.
    Unclear,
    /// The whole interval lies outside of the limits.
    Fails,
}

impl Verdict {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Unclear => "unclear",
            Verdict::Fails => "fails",
        }
    }
}

/// An assertion at one of its points.
#[derive(Clone, Debug, PartialEq)]
pub struct PointVerdict {
    /// Position of the point.
    pub point: usize,
    /// The judged value; `None` if it is not defined there.
    pub value: Option<f64>,
    /// Its 95 % interval; `None` with fewer than two replications.
    pub interval: Option<(f64, f64)>,
    /// What follows.
    pub verdict: Verdict,
    /// If unclear: how many replications would settle it, if the interval shrinks as it should and
    /// the value stays.
    pub replications: Option<u64>,
    /// Distance from the interval's worse end to the nearer limit, by the limit; negative outside.
    margin: f64,
}

/// An assertion at all of its points.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    /// What was asserted.
    pub assertion: &'a Assertion,
    /// In the order of the points; never empty.
    pub points: Vec<PointVerdict>,
}

impl Judgement<'_> {
    /// The point that decides: of those with the worst verdict, the one farthest beyond a limit or
    /// nearest to it.
    pub fn worst(&self) -> &PointVerdict {
        let worse = |a: &&PointVerdict, b: &&PointVerdict| {
            a.verdict
                .cmp(&b.verdict)
                .then(b.margin.total_cmp(&a.margin))
        };
        let worst = self.points.iter().max_by(worse);
        worst.expect("an assertion is about a point at least")
    }

    /// Holds if it holds everywhere, fails if it fails anywhere.
    pub fn verdict(&self) -> Verdict {
        self.worst().verdict
    }
}

/// A value with its interval on the scale on which more replications make it narrower.
struct Judged {
    value: f64,
    interval: Option<(f64, f64)>,
    replications: usize,
    /// Whether the scale is that of logarithms.
    is_log: bool,
}

impl Judged {
    /// Back from the scale.
    fn real(&self, scaled: f64) -> f64 {
        if self.is_log { scaled.exp() } else { scaled }
    }

    fn scaled(&self, limit: f64) -> f64 {
        if self.is_log { limit.ln() } else { limit }
    }
}

/// Judges `assertions` by `results`.
///
/// # Errors
/// If two points are to be compared and `replications.csv` cannot be read.
pub fn judge<'a>(
    assertions: &'a [Assertion],
    results: &Results,
) -> Result<Vec<Judgement<'a>>, ReadError> {
    let compared = |assertion: &Assertion| !assertion.against.is_empty();
    let replications = match assertions.iter().any(compared) {
        true => results.replications()?,
        false => Vec::new(),
    };
    let judgement = |assertion: &'a Assertion| Judgement {
        assertion,
        points: assertion
            .points
            .iter()
            .map(|place| {
                let judged = judged(assertion, *place, results, &replications);
                verdict(place.point, judged, &assertion.limits)
            })
            .collect(),
    };
    Ok(assertions.iter().map(judgement).collect())
}

/// The value that `assertion` is about at `place`.
fn judged(
    assertion: &Assertion,
    place: AssertedPoint,
    results: &Results,
    replications: &[Vec<GroupReplications>],
) -> Option<Judged> {
    let (group, metric) = (&assertion.task_group, assertion.metric);
    let Some(against) = place.against else {
        let mut groups = results.points.get(place.point)?.groups.iter();
        let summary = groups.find(|summary| summary.task_group == *group)?;
        let estimate = summary.get(metric)?;
        return Some(Judged {
            value: estimate.value,
            interval: estimate.interval,
            replications: summary.replications as usize,
            is_log: false,
        });
    };
    let find = |point: usize| {
        let mut groups = replications.get(point)?.iter();
        groups.find(|replications| replications.task_group == *group)
    };
    let pairs = whole_pairs(find(place.point)?, find(against)?, metric)?;
    let ratio = Ratio::of(&pairs)?;
    Some(Judged {
        value: ratio.value.ln(),
        interval: ratio.interval.map(|(low, high)| (low.ln(), high.ln())),
        replications: pairs.len(),
        is_log: true,
    })
}

/// The values of `metric` in the replications that both sides measured; `None` if one of them has no
/// ratio, because a value is zero or not defined: ratios of the others would be a choice among them.
fn whole_pairs(
    one: &GroupReplications,
    other: &GroupReplications,
    metric: Metric,
) -> Option<Vec<(f64, f64)>> {
    let pairs = one.pairs(other, metric);
    let there: Vec<u64> = other.numbers().collect();
    let common = one.numbers().filter(|number| there.contains(number));
    let has_ratio = |(one, other): &(f64, f64)| *one > 0.0 && *other > 0.0;
    (pairs.len() == common.count() && pairs.iter().all(has_ratio)).then_some(pairs)
}

fn verdict(point: usize, judged: Option<Judged>, limits: &Limits) -> PointVerdict {
    let mut verdict = PointVerdict {
        point,
        value: judged.as_ref().map(|judged| judged.real(judged.value)),
        interval: None,
        verdict: Verdict::Unclear,
        replications: None,
        margin: f64::NEG_INFINITY,
    };
    let Some(judged) = judged else {
        return verdict;
    };
    let Some((low, high)) = judged.interval else {
        return verdict;
    };
    let value = judged.value;
    let ends = (judged.real(low), judged.real(high));
    verdict.interval = Some(ends);
    let keeps_max = |value: f64| limits.max.is_none_or(|max| value <= max);
    let keeps_min = |value: f64| limits.min.is_none_or(|min| value >= min);
    verdict.verdict = if keeps_max(ends.1) && keeps_min(ends.0) {
        Verdict::Holds
    } else if !keeps_max(ends.0) || !keeps_min(ends.1) {
        Verdict::Fails
    } else {
        Verdict::Unclear
    };
    let by = |limit: f64| limit.abs().max(f64::MIN_POSITIVE);
    let room = limits.max.map(|max| (max - ends.1) / by(max));
    let rise = limits.min.map(|min| (ends.0 - min) / by(min));
    verdict.margin = room.into_iter().chain(rise).fold(f64::INFINITY, f64::min);
    if verdict.verdict == Verdict::Unclear {
        let needed = |limit: &f64| {
            let away = judged.scaled(*limit) - value;
            let reach = if away < 0.0 {
                value - low
            } else {
                high - value
            };
            stats::values_for_half_width(reach, judged.replications, away.abs())
        };
        let limits = limits.min.iter().chain(&limits.max);
        let mut open = limits.filter(|limit| (ends.0..=ends.1).contains(limit));
        let real = judged.real(value);
        verdict.replications = match keeps_max(real) && keeps_min(real) {
            // To hold, all limits have to be cleared; to fail, one.
            true => open.try_fold(0, |most, limit| Some(needed(limit)?.max(most))),
            false => open.filter_map(needed).min(),
        };
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(min: Option<f64>, max: Option<f64>) -> Limits {
        let text = String::new();
        Limits { min, max, text }
    }

    fn of(value: f64, half_width: Option<f64>, limits: &Limits) -> PointVerdict {
        let judged = Judged {
            value,
            interval: half_width.map(|half| (value - half, value + half)),
            replications: 4,
            is_log: false,
        };
        verdict(0, Some(judged), limits)
    }

    /// By the definition of the verdicts; a limit itself is right.
    #[test]
    fn the_whole_interval_decides() {
        let max = limits(None, Some(10.0));
        let range = limits(Some(5.0), Some(10.0));
        for (value, half_width, limits, expected) in [
            (9.0, 1.0, &max, Verdict::Holds),
            (9.5, 1.0, &max, Verdict::Unclear),
            (11.0, 1.0, &max, Verdict::Unclear),
            (11.5, 1.0, &max, Verdict::Fails),
            (0.0, 0.0, &limits_zero(), Verdict::Holds),
            (6.0, 1.0, &range, Verdict::Holds),
            (5.5, 1.0, &range, Verdict::Unclear),
            (7.5, 9.0, &range, Verdict::Unclear),
            (3.0, 1.0, &range, Verdict::Fails),
        ] {
            let found = of(value, Some(half_width), limits).verdict;
            assert_eq!(found, expected, "{value} ± {half_width}");
        }
        let alone = of(1.0, None, &max);
        assert_eq!((alone.verdict, alone.interval), (Verdict::Unclear, None));
        assert_eq!(verdict(0, None, &max).value, None);
    }

    fn limits_zero() -> Limits {
        limits(None, Some(0.0))
    }

    /// Four values with the half width 1.591223 have a deviation of 1; to stay below a limit at a
    /// distance of 1 takes seven (tables of t: 2.4469/√7 = 0.925).
    #[test]
    fn what_is_unclear_says_what_would_settle_it() {
        let unclear = of(9.0, Some(1.591_223), &limits(None, Some(10.0)));
        assert_eq!(unclear.verdict, Verdict::Unclear);
        assert_eq!(unclear.replications, Some(7));
        // The upper end alone reaches a limit, and it is that end that has to come closer.
        let replications = |limits: &Limits| {
            let judged = Judged {
                value: 9.0,
                interval: Some((8.9, 10.591_223)),
                replications: 4,
                is_log: false,
            };
            verdict(0, Some(judged), limits).replications
        };
        assert_eq!(replications(&limits(None, Some(10.0))), Some(7));
        assert_eq!(replications(&limits(Some(8.4), Some(10.0))), Some(7));
        let hopeless = of(10.0, Some(1.0), &limits(None, Some(10.0)));
        assert_eq!(hopeless.replications, None);
    }

    #[test]
    fn ratios_are_judged_on_logarithms() {
        let judged = Judged {
            value: 2.0_f64.ln(),
            interval: Some((0.0, 4.0_f64.ln())),
            replications: 3,
            is_log: true,
        };
        let found = verdict(0, Some(judged), &limits(Some(1.0 - 1e-9), Some(4.0 + 1e-9)));
        assert_eq!(found.verdict, Verdict::Holds);
        let (low, high) = found.interval.unwrap();
        assert!((low - 1.0).abs() < 1e-12 && (high - 4.0).abs() < 1e-12);
    }

    /// A replication that lost nothing has no ratio of losses, and without it the others would say
    /// more than was measured; one that a side did not measure is no pair.
    #[test]
    fn ratios_need_every_pair() {
        let side = |values: &[Option<f64>]| {
            let row = |value: &Option<f64>| {
                let mut row = [None; Metric::ALL.len()];
                row[Metric::LossRatio as usize] = *value;
                row
            };
            let rows = (0..).zip(values.iter().map(row));
            GroupReplications::new("a".to_owned(), rows)
        };
        let one = side(&[Some(0.2), Some(0.4)]);
        let pairs = |other: &[Option<f64>]| whole_pairs(&one, &side(other), Metric::LossRatio);
        let whole = vec![(0.2, 0.1), (0.4, 0.3)];
        assert_eq!(pairs(&[Some(0.1), Some(0.3)]), Some(whole));
        assert_eq!(pairs(&[Some(0.1)]), Some(vec![(0.2, 0.1)]));
        assert_eq!(pairs(&[Some(0.1), Some(0.0)]), None);
        assert_eq!(pairs(&[Some(0.1), None]), None);
        // An empty side has no pair, and a mean of nothing is not defined.
        assert_eq!(pairs(&[]).as_deref().and_then(Ratio::of), None);
    }

    #[test]
    fn the_worst_point_decides() {
        let assertion = Assertion {
            metric: Metric::SojournP99,
            task_group: "all".to_owned(),
            limits: limits(None, Some(10.0)),
            points: Vec::new(),
            when: String::new(),
            against: String::new(),
            because: String::new(),
        };
        let judgement = |values: &[f64]| Judgement {
            assertion: &assertion,
            points: values
                .iter()
                .enumerate()
                .map(|(point, value)| PointVerdict {
                    point,
                    ..of(*value, Some(0.5), &assertion.limits)
                })
                .collect(),
        };
        assert_eq!(judgement(&[1.0, 8.0, 2.0]).worst().point, 1);
        assert_eq!(judgement(&[1.0, 8.0, 2.0]).verdict(), Verdict::Holds);
        assert_eq!(judgement(&[12.0, 10.0, 20.0, 3.0]).worst().point, 2);
        assert_eq!(judgement(&[1.0, 9.9, 3.0]).verdict(), Verdict::Unclear);
    }
}
