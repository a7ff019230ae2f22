use rand::distr::Distribution;
use rand_distr::StandardNormal;

use super::*;
use crate::engine::random::StreamName;
use crate::results::read::GroupReplications;

/// A group `a` of which `metric` took these values, replications numbered from 0.
fn group(metric: Metric, values: &[Option<f64>]) -> GroupReplications {
    let measured = values.iter().map(|value| {
        let mut measured = [None; Metric::ALL.len()];
        measured[metric as usize] = *value;
        measured
    });
    GroupReplications::new("a".to_owned(), (0..).zip(measured))
}

/// A side of the only point, with one group.
fn side(seed: u64, metric: Metric, values: &[f64]) -> Side {
    let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    only(seed, group(metric, &values))
}

fn only(seed: u64, group: GroupReplications) -> Side {
    Side {
        seed: Some(seed),
        sweep_keys: Vec::new(),
        points: vec![SidePoint {
            values: Vec::new(),
            groups: vec![group],
        }],
    }
}

fn settings(metric: Metric) -> Settings {
    Settings {
        metrics: vec![metric],
        ..Settings::default()
    }
}

/// The one row of a comparison of one metric.
fn row(metric: Metric, base: &Side, new: &Side) -> Row {
    let comparison = compare(base, new, &settings(metric)).unwrap();
    let [row] = &comparison.rows[..] else {
        panic!("{comparison:?}");
    };
    row.clone()
}

/// By hand: the logarithms of the ratios 1.1, 1.2 and 1.3 have the mean 0.179998 and the standard
/// deviation 0.083570; with t(0.975, 2) = 4.302653 the half width is 0.207599, so the change is
/// e^0.179998 − 1 = 19.722 % and its interval from −2.724 % to 47.346 %. It reaches below 5 %: the
/// distance of 0.179998 − ln 1.05 = 0.131208 takes 5 replications, since t(0.975, 4) = 2.776445 makes
/// 0.103765 of them and t(0.975, 3) = 3.182446 makes 0.132978 of four.
#[test]
fn a_change_is_the_mean_logarithm_of_paired_ratios() {
    let base = side(1, Metric::SojournP99, &[100.0, 200.0, 400.0]);
    let new = side(1, Metric::SojournP99, &[110.0, 240.0, 520.0]);
    let row = row(Metric::SojournP99, &base, &new);
    assert_eq!(row.scale, Scale::Relative);
    assert!((row.change.unwrap() - 0.197_216).abs() < 1e-5, "{row:?}");
    let (low, high) = row.interval.unwrap();
    assert!((low + 0.027_24).abs() < 1e-4, "{row:?}");
    assert!((high - 0.473_46).abs() < 1e-4, "{row:?}");
    assert_eq!(row.verdict, Verdict::Unclear);
    let settled_by = Some(5);
    assert_eq!(row.reason, Some(Reason::Wide { settled_by }));
    // The geometric means, so that new by base is the change.
    assert!((row.base.unwrap() - 200.0).abs() < 1e-9);
    assert!((row.new.unwrap() / row.base.unwrap() - 1.0 - row.change.unwrap()).abs() < 1e-12);
    assert!(row.pairing.unwrap().correlation.unwrap() > 0.99);
}

/// The same numbers under another seed are not pairs, and the spread of each side counts.
#[test]
fn other_seeds_are_not_paired() {
    let base = [100.0, 200.0, 400.0];
    let doubled = base.map(|value| 2.0 * value);
    let metric = Metric::SojournMean;
    let paired = row(metric, &side(1, metric, &base), &side(1, metric, &doubled));
    assert_eq!(paired.verdict, Verdict::Worse);
    let apart = row(metric, &side(1, metric, &base), &side(2, metric, &doubled));
    assert_eq!((apart.verdict, apart.pairing), (Verdict::Unclear, None));
    assert!((apart.change.unwrap() - 1.0).abs() < 1e-12);
}

/// Which way is good news depends on the metric; a fifth more or less of each, all alike.
#[test]
fn verdicts_follow_the_direction_of_the_metric() {
    for (metric, factor, verdict) in [
        (Metric::SojournP99, 1.2, Verdict::Worse),
        (Metric::SojournP99, 0.8, Verdict::Better),
        (Metric::LossRatio, 1.2, Verdict::Worse),
        (Metric::Throughput, 1.2, Verdict::Better),
        (Metric::JainIndex, 0.8, Verdict::Worse),
        (Metric::Utilization, 1.2, Verdict::Changed),
        (Metric::Utilization, 1.04, Verdict::Same),
        (Metric::SojournP99, 0.96, Verdict::Same),
    ] {
        let base = side(1, metric, &[0.5, 0.6]);
        let new = side(1, metric, &[0.5 * factor, 0.6 * factor]);
        assert_eq!(row(metric, &base, &new).verdict, verdict, "{metric:?}");
    }
}

/// No loss on both sides is the same; where there was none and is some, or there is none in some
/// replications, the change has the metric's unit. By hand: 1, 2 and 3 per mille have the mean 2,
/// and t(0.975, 2)/√3 = 2.484138 to each side of it, beyond zero to both.
#[test]
fn zeros_are_compared_by_differences() {
    let loss = Metric::LossRatio;
    let none = side(1, loss, &[0.0, 0.0, 0.0]);
    let same = row(loss, &none, &none);
    assert_eq!(
        (same.verdict, same.interval),
        (Verdict::Same, Some((0.0, 0.0)))
    );
    assert_eq!(same.scale, Scale::Absolute);
    let some = row(loss, &none, &side(1, loss, &[1e-3, 2e-3, 3e-3]));
    assert_eq!((some.verdict, some.tolerance), (Verdict::Unclear, 1e-4));
    assert!((some.interval.unwrap().1 - 4.484_138e-3).abs() < 1e-8);
    let more = row(loss, &none, &side(1, loss, &[1e-3, 1.1e-3, 0.9e-3]));
    assert_eq!(more.verdict, Verdict::Worse);
    // The threshold is 5 % of the base's mean of 0.1.
    let base = side(1, loss, &[0.0, 0.2]);
    let new = side(1, loss, &[0.004, 0.204]);
    let within = row(loss, &base, &new);
    assert_eq!(
        (within.verdict, within.scale),
        (Verdict::Same, Scale::Absolute)
    );
    assert!((within.tolerance - 0.005).abs() < 1e-12);
}

/// A loss of which the threshold is less than the floor is judged by the floor, on the scale of the
/// differences; one packet of ten thousand more or less is the same, two are not. From 0.2 % on, 5 %
/// of which are the floor, a change is relative.
#[test]
fn loss_near_zero_is_judged_by_the_floor() {
    let loss = Metric::LossRatio;
    let some = |values: [f64; 3]| side(1, loss, &values);
    let rare = some([1e-5, 2e-5, 3e-5]);
    let twice = row(loss, &rare, &some([2e-5, 4e-5, 6e-5]));
    assert_eq!(
        (twice.verdict, twice.scale, twice.tolerance),
        (Verdict::Same, Scale::Absolute, 1e-4)
    );
    let more = row(loss, &rare, &some([2.1e-4, 2.2e-4, 2.3e-4]));
    assert_eq!(more.verdict, Verdict::Worse);
    let scale = |base: f64| row(loss, &some([base; 3]), &some([base; 3])).scale;
    assert_eq!(scale(1.9e-3), Scale::Absolute);
    assert_eq!(scale(2.1e-3), Scale::Relative);
    let strict = Settings {
        loss_floor: 0.0,
        ..settings(loss)
    };
    let comparison = compare(&rare, &some([2e-5, 4e-5, 6e-5]), &strict).unwrap();
    let row_of_it = &comparison.rows[0];
    assert_eq!(
        (row_of_it.verdict, row_of_it.scale),
        (Verdict::Worse, Scale::Relative)
    );
}

/// One unit in the last place is no change, be the sides paired or not, however strict the threshold;
/// a part in 10¹² is one.
#[test]
fn rounding_is_no_change() {
    let metric = Metric::SojournMean;
    let base = [100.1, 100.1, 100.1];
    for (seed, factor, verdict) in [
        (1, 1.0 + f64::EPSILON, Verdict::Same),
        (2, 1.0 + f64::EPSILON, Verdict::Same),
        (1, 1.0 + 1e-12, Verdict::Worse),
        (2, 1.0 + 1e-12, Verdict::Worse),
    ] {
        let strict = Settings {
            threshold: 0.0,
            ..settings(metric)
        };
        let new = base.map(|value| value * factor);
        assert_ne!(new, base);
        let sides = [side(1, metric, &base), side(seed, metric, &new)];
        let comparison = compare(&sides[0], &sides[1], &strict).unwrap();
        let row = &comparison.rows[0];
        assert_eq!(row.verdict, verdict, "{row:?}");
        if verdict == Verdict::Same {
            assert_eq!((row.change, row.interval), (Some(0.0), Some((0.0, 0.0))));
            assert_eq!(row.p_value, Some(1.0));
        }
    }
}

#[test]
fn only_what_has_no_partner_is_left_out() {
    let metric = Metric::SojournMean;
    let long = side(1, metric, &[1.0, 2.0, 3.0]);
    let short = side(1, metric, &[1.0, 2.0]);
    let partly = |base: &Side, new: &Side| {
        let comparison = compare(base, new, &settings(metric)).unwrap();
        comparison.partly_paired()
    };
    assert_eq!(partly(&long, &short), Some((2, 2, 3)));
    assert_eq!(partly(&short, &long), Some((2, 2, 3)));
    assert_eq!(partly(&short, &short), None);
    let other = side(2, metric, &[1.0, 2.0]);
    assert_eq!(partly(&long, &other), None);
}

#[test]
fn without_an_interval_the_reason_is_told() {
    let metric = Metric::SojournP99;
    let one = side(1, metric, &[100.0]);
    let row_of_one = row(metric, &one, &one);
    assert_eq!(row_of_one.reason, Some(Reason::TooFew));
    assert!((row_of_one.base.unwrap() - 100.0).abs() < 1e-9);
    assert_eq!(row_of_one.interval, None);
    let told = Reason::TooFew.to_string();
    assert!(told.contains("replications = 10"), "{told}");
    let whole = side(1, metric, &[100.0, 110.0, 120.0]);
    let holes = only(1, group(metric, &[Some(90.0), None, Some(100.0)]));
    for (base, new) in [(&whole, &holes), (&holes, &whole)] {
        let row = row(metric, base, new);
        assert_eq!(row.reason, Some(Reason::Undefined));
        assert_eq!((row.verdict, row.interval), (Verdict::Unclear, None));
    }
    let told = Reason::Undefined.to_string();
    assert!(told.contains("no sojourn times"), "{told}");
    let never = only(1, group(metric, &[None, None]));
    let error = compare(&never, &never, &settings(metric)).unwrap_err();
    assert!(
        error.to_string().contains("has p99 at any point"),
        "{error}"
    );
    // Too close to the threshold for any number of replications.
    let base = side(1, metric, &[100.0, 100.0]);
    let edge = side(1, metric, &[104.0, 106.0]);
    let reason = row(metric, &base, &edge).reason.unwrap();
    assert!(reason.to_string().contains("not even 10,000"), "{reason}");
}

/// A side that sweeps `a` and `b`, one group of one metric; each point's values end in its number.
fn swept(points: &[(&str, &str, f64)]) -> Side {
    let points = points.iter().map(|(a, b, mean)| SidePoint {
        values: vec![(*a).to_owned(), (*b).to_owned()],
        groups: vec![group(
            Metric::SojournMean,
            &[Some(*mean), Some(mean * 1.01), Some(mean * 0.99)],
        )],
    });
    Side {
        seed: Some(1),
        sweep_keys: vec!["a".to_owned(), "b".to_owned()],
        points: points.collect(),
    }
}

#[test]
fn points_are_matched_by_their_values() {
    let base = swept(&[("1", "x", 10.0), ("1", "y", 20.0), ("2", "x", 30.0)]);
    // The keys in another order, a point less and one more.
    let mut new = swept(&[("x", "1", 11.0), ("y", "2", 50.0), ("y", "1", 20.0)]);
    new.sweep_keys.reverse();
    let comparison = compare(&base, &new, &settings(Metric::SojournMean)).unwrap();
    let verdicts: Vec<Verdict> = comparison.rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Worse, Verdict::Same]);
    assert_eq!(comparison.only_base, ["a = 2, b = x"]);
    assert_eq!(comparison.only_new, ["b = y, a = 2"]);
    assert_eq!((comparison.tests, comparison.paired), (2, true));
    assert_eq!(comparison.count(Verdict::Worse), 1);
}

#[test]
fn values_of_a_key_are_compared_with_the_first() {
    let side = swept(&[
        ("1", "x", 10.0),
        ("1", "y", 20.0),
        ("2", "x", 10.0),
        ("2", "y", 21.0),
        ("1", "z", 30.0),
    ]);
    let mean = settings(Metric::SojournMean);
    let comparison = compare_values(&side, "b", &[], &mean).unwrap();
    let changes: Vec<(String, f64)> = comparison
        .rows
        .iter()
        .map(|row| {
            let (_, new) = row.values.clone().unwrap();
            let change = (row.change.unwrap() * 100.0).round();
            (format!("{} {new}", row.point[0].1), change)
        })
        .collect();
    let expected = [("1 y", 100.0), ("1 z", 200.0), ("2 y", 110.0)];
    assert_eq!(
        changes,
        expected.map(|(point, change)| (point.to_owned(), change))
    );
    let named = ["z", "x"].map(str::to_owned);
    let comparison = compare_values(&side, "b", &named, &mean).unwrap();
    assert_eq!(comparison.rows.len(), 1);
    assert!((comparison.rows[0].change.unwrap() + 2.0 / 3.0).abs() < 1e-9);
    // The key `a` makes no difference at x: two points with the same numbers are tested once.
    let comparison = compare_values(&side, "a", &[], &mean).unwrap();
    assert_eq!((comparison.rows.len(), comparison.repeated), (2, 0));
    let twice = swept(&[
        ("1", "x", 10.0),
        ("1", "y", 20.0),
        ("2", "x", 10.0),
        ("2", "y", 20.0),
    ]);
    let comparison = compare_values(&twice, "b", &[], &mean).unwrap();
    assert_eq!((comparison.rows.len(), comparison.repeated), (1, 1));
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_reason() {
    let side = swept(&[("1", "x", 10.0), ("1", "y", 20.0)]);
    let all = Settings::default();
    let told = |key: &str, values: &[&str]| {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        compare_values(&side, key, &values, &all)
            .unwrap_err()
            .to_string()
    };
    assert!(
        told("c", &[]).contains("`c` is not swept there, so it has one value; swept keys: a, b")
    );
    assert!(told("b", &["x", "z"]).contains("`b` is not swept over `z`; its values: x, y"));
    for (key, values) in [("a", &[][..]), ("b", &["x"]), ("b", &["x", "x"])] {
        assert!(told(key, values).contains("--by network.mode=bridge,awsvpc"));
    }
    let other = Side {
        sweep_keys: vec!["a".to_owned(), "c".to_owned()],
        ..side.clone()
    };
    let error = compare(&side, &other, &all).unwrap_err().to_string();
    let expected = "only the base sweeps b and only the new side sweeps c; run both";
    assert!(error.contains(expected), "{error}");
    let elsewhere = swept(&[("3", "x", 10.0)]);
    let error = compare(&side, &elsewhere, &all).unwrap_err().to_string();
    assert!(
        error.contains("base is a = 1, b = x, of the new side a = 3, b = x"),
        "{error}"
    );
    let asked = Settings {
        task_groups: vec!["b".to_owned()],
        ..all.clone()
    };
    let error = compare(&side, &side, &asked).unwrap_err().to_string();
    assert!(
        error.contains("no task group `b`; task groups: a"),
        "{error}"
    );
    let nothing = only(1, group(Metric::SojournMean, &[]));
    let error = compare(&nothing, &nothing, &all).unwrap_err().to_string();
    assert!(error.contains("mean, p99, loss, throughput"), "{error}");
    let unswept = compare_values(&nothing, "a", &[], &all).unwrap_err();
    assert!(
        unswept.to_string().contains("compare two directories"),
        "{unswept}"
    );
}

/// Oracle: what simultaneous intervals promise. Twelve metrics of log-normal values, a third of them
/// unchanged, a third 3 % larger, a third 8 %; the threshold is 5 %. Whatever is said wrongly, be it
/// about a change or about none, it happens in at most 5 % of 2,000 comparisons, within 4.5 standard
/// errors; half of them paired.
#[test]
fn any_verdict_is_wrong_as_seldom_as_promised() {
    let name = StreamName {
        seed: 1,
        replication: 0,
        component: "comparisons",
        index: 0,
        purpose: "test",
    };
    let mut stream = name.stream();
    let mut normal = || -> f64 { StandardNormal.sample(&mut stream) };
    let truths = [
        (1.0_f64, Verdict::Same),
        (1.03, Verdict::Same),
        (1.08, Verdict::Worse),
    ];
    let (n, mut wrong, mut decided) = (2_000_u32, 0, 0);
    for number in 0..n {
        let mut sides =
            [1, 1 + number % 2].map(|seed| only(u64::from(seed), group(Metric::SojournMean, &[])));
        for _ in 0..4 {
            for (factor, _) in truths {
                let values: Vec<[f64; 2]> = (0..6)
                    .map(|_| {
                        let common = 0.02 * normal();
                        [common, factor.ln() + common].map(|mean| (mean + 0.01 * normal()).exp())
                    })
                    .collect();
                for (side, point) in sides.iter_mut().zip(0..) {
                    let values: Vec<_> = values.iter().map(|pair| Some(pair[point])).collect();
                    let groups = &mut side.points[0].groups;
                    let mut measured = group(Metric::SojournMean, &values);
                    measured.task_group = groups.len().to_string();
                    groups.push(measured);
                }
            }
        }
        let comparison = compare(&sides[0], &sides[1], &settings(Metric::SojournMean)).unwrap();
        assert_eq!(comparison.tests, 12);
        let judged = comparison.rows.iter().zip(truths.iter().cycle());
        let judged = judged.filter(|(row, _)| row.verdict != Verdict::Unclear);
        decided += judged.clone().count();
        wrong += u32::from(
            judged
                .clone()
                .any(|(row, (_, truth))| row.verdict != *truth),
        );
    }
    assert!(decided > 2_000, "{decided}");
    let share = f64::from(wrong) / f64::from(n);
    let tolerance = 4.5 * (0.05 * 0.95 / f64::from(n)).sqrt();
    assert!(share < 0.05 + tolerance, "{share}");
}
