use std::fs;
use std::path::Path;

use super::*;
use crate::plot::axis::Scale;
use crate::plot::testing;

/// Results with modes, arbitrations and a rate swept, and the effects of the other modes on p99: by
/// mode 0.5, 2 and 4 times, at the second rate ten times as much.
fn write(dir: &Path) {
    testing::write(
        dir,
        &[
            ("network.mode", &["bridge", "awsvpc"]),
            ("network.arbitration", &["drr", "fifo"]),
            ("task.a.traffic.rate", &["1 Mbit/s", "2 Mbit/s"]),
        ],
    );
    let mut text = String::from(
        "task.a.traffic.rate,base_mode,base_arbitration,other_mode,other_arbitration,task_group,\
         metric,replications,base,other,difference,difference_low,difference_high,ratio,ratio_low,\
         ratio_high,correlation,variance_reduction\n",
    );
    for (rate, scale) in [("1 Mbit/s", 1.0), ("2 Mbit/s", 10.0)] {
        for (arbitration, effect) in [("drr", 0.5), ("fifo", 2.0)] {
            let ratio = effect * scale;
            text += &format!(
                "{rate},bridge,,awsvpc,{arbitration},a,sojourn_p99_ns,2,1,1,1,1,1,{ratio},{},{},0.9,{}\n",
                ratio * 0.9,
                ratio * 1.1,
                ratio + 1.0
            );
            text += &format!("{rate},bridge,,awsvpc,{arbitration},a,loss_ratio,2,,,,,,,,,,\n");
        }
    }
    fs::write(dir.join("effects.csv"), text).unwrap();
}

/// Points that went on until they were precise have more replications than others.
#[test]
fn the_footer_counts_replications() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let footer = || {
        let results = Results::read(dir.path()).unwrap();
        paired_frame(&results, String::new()).footer
    };
    let common = "replications, geometric mean of their ratios, bars: 95 % interval";
    assert!(footer().starts_with(&format!("2 {common}")), "{}", footer());
    let path = dir.path().join("summary.csv");
    let summary = fs::read_to_string(&path).unwrap();
    fs::write(&path, summary.replacen(",a,2,", ",a,5,", 1)).unwrap();
    assert!(
        footer().starts_with(&format!("2 to 5 {common}")),
        "{}",
        footer()
    );
}

#[test]
fn a_row_per_place_and_a_ratio_per_mode() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let results = Results::read(dir.path()).unwrap();
    let figure = mode_effect(&results, &Arrangement::new(&results)).unwrap();
    let Ok(Figure::Effects(effects)) = figure else {
        panic!("{figure:?}");
    };
    let series: Vec<&str> = effects
        .series
        .iter()
        .map(|key| key.label.as_str())
        .collect();
    assert_eq!(series, ["awsvpc drr", "awsvpc fifo"]);
    let [change] = &effects.changes[..] else {
        panic!("{:?}", effects.changes);
    };
    assert_eq!(change.name, "rate per a task");
    let rows: Vec<(&str, Vec<f64>)> = change
        .rows
        .iter()
        .map(|row| {
            let ratios = row.ratios[0].iter().map(|ratio| ratio.unwrap().value);
            (row.value.as_str(), ratios.collect())
        })
        .collect();
    assert_eq!(
        rows,
        [("1 Mbit/s", vec![0.5, 2.0]), ("2 Mbit/s", vec![5.0, 20.0])]
    );
    let label = "p99 in the other mode ÷ p99 in bridge (shaded: the other mode is faster)";
    assert_eq!(effects.label, label);
    // Of 1.5, 3, 6 and 21 the upper median.
    let saved = ": worth 6 × the replications (1.5 to 21); hollow";
    assert!(
        effects.frame.subtitle.contains(saved),
        "{}",
        effects.frame.subtitle
    );
    let Scale::Log { low, high } = effects.axes[0].scale else {
        panic!("ratios have a logarithmic axis");
    };
    assert!(low < 0.45 && high > 22.0);
}

/// Fargate has an arbitration of its own, which effects.csv names beside the swept ones.
#[test]
fn a_mode_with_its_own_arbitration_has_its_effect() {
    let dir = tempfile::tempdir().unwrap();
    testing::write(
        dir.path(),
        &[
            ("network.mode", &["bridge", "fargate"]),
            ("network.arbitration", &["drr", "fifo"]),
        ],
    );
    let text = "base_mode,base_arbitration,other_mode,other_arbitration,task_group,metric,ratio,\
        ratio_low,ratio_high,variance_reduction\n\
        bridge,,fargate,dedicated,a,sojourn_p99_ns,0.5,0.4,0.6,2\n";
    fs::write(dir.path().join("effects.csv"), text).unwrap();
    let results = Results::read(dir.path()).unwrap();
    let figure = mode_effect(&results, &Arrangement::new(&results)).unwrap();
    let Ok(Figure::Effects(effects)) = figure else {
        panic!("{figure:?}");
    };
    assert_eq!(effects.series[0].label, "fargate");
    let ratio = effects.changes[0].rows[0].ratios[0][0];
    assert_eq!(ratio.map(|ratio| ratio.value), Some(0.5));
}

/// `replications` of the manifest is the first stage where a precision is asked for.
#[test]
fn the_replications_are_those_of_the_points() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let mut results = Results::read(dir.path()).unwrap();
    let said = |results: &Results| paired_frame(results, String::new()).footer;
    for (least, most, words) in [
        (40, 40, "40 replications, "),
        (12, 40, "12 to 40 replications, "),
        (1, 1, "1 replication, no interval"),
    ] {
        for point in &mut results.points {
            for group in &mut point.groups {
                group.replications = most;
            }
        }
        let groups = &mut results.points[0].groups;
        groups
            .iter_mut()
            .for_each(|group| group.replications = least);
        let footer = said(&results);
        assert!(footer.starts_with(words), "{footer}");
    }
}

#[test]
fn without_effects_there_is_a_reason() {
    let results = testing::results(&[("network.mode", &["bridge", "awsvpc"])]);
    let reason = mode_effect(&results, &Arrangement::new(&results)).unwrap();
    assert!(reason.unwrap_err().contains("effects.csv is not in"));
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let mut results = Results::read(dir.path()).unwrap();
    results.points.truncate(1);
    let reason = mode_effect(&results, &Arrangement::new(&results)).unwrap();
    assert!(reason.unwrap_err().contains("only one series"));
}

#[test]
fn of_many_places_some_are_shown_the_ends_among_them() {
    let values = (0..40).map(|n| (f64::from(n), n.to_string())).collect();
    let abscissa = Abscissa::Numeric {
        name: String::new(),
        dimension: crate::plot::axis::Dimension::Plain,
        values,
    };
    let shown: Vec<usize> = places(&abscissa)
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    assert_eq!(shown[..2], [0, 3]);
    assert_eq!((shown.len(), shown.last()), (14, Some(&39)));
    assert_eq!(places(&Abscissa::Single), [(0, String::new())]);
    assert_eq!(saved(Vec::new()), "");
    assert_eq!(saved(vec![2.5]), ": worth 2.5 × the replications");
}
