//! From the replications of both sides to verdicts.

use super::matching::{Matched, Pair};
use super::values::Values;
use super::{Reason, Row, Scale, Settings, Verdict};
use crate::metric::{Better, Metric};
use crate::results::read::GroupReplications;
use crate::stats::{self, Difference};

/// A row for each metric of each task group that both sides of a pair of points have.
pub(super) fn rows(matched: &Matched<'_>, settings: &Settings) -> Vec<Row> {
    let mut tests: Vec<Test> = Vec::new();
    for pair in &matched.pairs {
        for (base, new) in pair.groups() {
            for metric in &settings.metrics {
                tests.extend(Test::of(
                    pair,
                    (base, new),
                    *metric,
                    matched.paired,
                    settings,
                ));
            }
        }
    }
    let measured = tests.iter().filter(|test| test.difference.is_some());
    let error = stats::simultaneous_error(Settings::ERROR, measured.count());
    let p_values: Vec<f64> = tests.iter().filter_map(|test| test.row.p_value).collect();
    let mut adjusted = stats::holm(&p_values).into_iter();
    tests
        .into_iter()
        .map(|mut test| {
            test.row.p_holm = test.row.p_value.and_then(|_| adjusted.next());
            test.judge(error)
        })
        .collect()
}

/// A row without its verdict yet, which depends on how many there are.
struct Test {
    row: Row,
    /// On the scale of the test: of logarithms if relative.
    difference: Option<Difference>,
    /// Ends of what counts as the same, on the scale of the test.
    limits: (f64, f64),
}

impl Test {
    /// `None` if the metric is defined on neither side.
    fn of(
        pair: &Pair<'_>,
        (base, new): (&GroupReplications, &GroupReplications),
        metric: Metric,
        paired: bool,
        settings: &Settings,
    ) -> Option<Test> {
        let values = Values::of(base, new, metric, paired);
        if values.base.is_empty() && values.new.is_empty() && values.is_whole {
            return None;
        }
        let scale = scale(&values, metric, settings);
        let on_scale = values.on(scale);
        let difference = on_scale.difference().filter(|_| values.is_whole);
        let (base_mean, new_mean) = (stats::mean(&on_scale.base), stats::mean(&on_scale.new));
        let threshold = settings.threshold;
        let part = threshold * base_mean.unwrap_or(0.0).abs();
        let absolute = part.max(floor(metric, settings));
        let (limits, tolerance) = match scale {
            Scale::Relative => (((-threshold).ln_1p(), threshold.ln_1p()), threshold),
            Scale::Absolute => ((-absolute, absolute), absolute),
        };
        let shown = |mean: Option<f64>| match scale {
            Scale::Relative => mean.map(f64::exp),
            Scale::Absolute => mean,
        };
        let row = Row {
            point: pair.point.clone(),
            values: pair.values.clone(),
            task_group: base.task_group.clone(),
            metric,
            base: shown(base_mean),
            new: shown(new_mean),
            replications: (values.base.len(), values.new.len()),
            measured: (base.numbers().count(), new.numbers().count()),
            scale,
            change: None,
            interval: None,
            tolerance,
            verdict: Verdict::Unclear,
            reason: (!values.is_whole).then_some(Reason::Undefined),
            pairing: on_scale.pairing(),
            p_value: difference.map(|difference| difference.p_value()),
            p_holm: None,
        };
        Some(Test {
            row,
            difference,
            limits,
        })
    }

    /// The row with its verdict; its interval misses the truth with probability `error`.
    fn judge(self, error: f64) -> Row {
        let mut row = self.row;
        let Some(difference) = self.difference else {
            row.reason.get_or_insert(Reason::TooFew);
            return row;
        };
        let (low, high) = difference.interval(error);
        let as_change = |value: f64| match row.scale {
            Scale::Relative => value.exp_m1(),
            Scale::Absolute => value,
        };
        row.change = Some(as_change(difference.value));
        row.interval = Some((as_change(low), as_change(high)));
        let (lower, upper) = self.limits;
        row.verdict = if low > upper {
            direction(row.metric, Better::Higher)
        } else if high < lower {
            direction(row.metric, Better::Lower)
        } else if low >= lower && high <= upper {
            Verdict::Same
        } else {
            // How far the estimate is from the nearer limit is what the half width must be.
            let distance = (difference.value - lower).abs();
            let distance = distance.min((difference.value - upper).abs());
            let settled_by = difference.replications_for(distance, error);
            row.reason = Some(Reason::Wide { settled_by });
            Verdict::Unclear
        };
        row
    }
}

/// Changes are relative, but not where a value is zero, nor where the floor is more than the threshold
/// of the base: there it is a difference that is judged.
fn scale(values: &Values, metric: Metric, settings: &Settings) -> Scale {
    let is_positive = |values: &[f64]| values.iter().all(|value| *value > 0.0);
    let base = stats::mean(&values.base).unwrap_or(0.0);
    let is_above_floor = settings.threshold * base >= floor(metric, settings);
    match is_positive(&values.base) && is_positive(&values.new) && is_above_floor {
        true => Scale::Relative,
        false => Scale::Absolute,
    }
}

/// Difference up to which two values are the same however small they are.
fn floor(metric: Metric, settings: &Settings) -> f64 {
    match metric {
        Metric::LossRatio => settings.loss_floor,
        _ => 0.0,
    }
}

/// What a move in the direction `moved` means for `metric`.
fn direction(metric: Metric, moved: Better) -> Verdict {
    match metric.better() {
        None => Verdict::Changed,
        Some(better) if better == moved => Verdict::Better,
        Some(_) => Verdict::Worse,
    }
}
