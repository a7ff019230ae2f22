//! That a simulator which is wrong would be found out.

use super::*;
use crate::measure::{Measurements, Stage};
use crate::theory::md1::Md1;

/// A queue at load 0.8, held against theory at the load of each group.
fn held_against(load: f64) -> Vec<Setup> {
    let file = r#"
        question = "?"
        warm-up = "10 ms"
        measure = "500 ms"
        [instance]
        egress = "1 Gbit/s"
        host-stack = "none"
        [network]
        mode = "bridge"
        eni-queue = { capacity = "unlimited" }
        propagation = "0 s"
        [[task]]
        name = "a"
        traffic = { arrivals = "poisson", rate = "80000 packets/s", packet-size = "1250 B" }
    "#;
    let mean = 10.0 * Md1::new(load).mean_wait();
    let wait = |m: &Measurements| reading::stage_us(m, &[Stage::EniWait], |_| true);
    let cases = vec![
        Case::estimate("mean wait", "µs", mean, move |m| wait(&m[0])),
        Case::bounds("mean wait, above", "µs", (mean, 1e9), move |m| wait(&m[0])),
        Case::ceiling("busy", "", load, |m| Part {
            sum: m[0].utilization(),
            weight: 1.0,
        }),
    ];
    vec![Setup::windows("load 0.8", [file.to_owned()], cases)]
}

const RIGHT: Group = Group {
    key: "right",
    name: "M/D/1",
    about: "load 0.8",
    setups: || held_against(0.8),
};

const WRONG: Group = Group {
    key: "wrong",
    name: "M/D/1 at another load",
    about: "load 0.82",
    setups: || held_against(0.82),
};

static GROUPS: [Group; 2] = [RIGHT, WRONG];

fn report(filter: &str, threads: usize) -> Report {
    let plan = Plan::new(select(&GROUPS, Some(filter)).unwrap(), false, 1);
    run(&plan, threads, &|_, _| {}).unwrap()
}

/// Oracle: at 0.82 the mean wait is 22.8 µs instead of 20, some twenty standard errors of the 1.6
/// million packets here.
#[test]
fn a_wrong_reference_is_caught() {
    let right = report("right/load-0.8/mean-wait", 2);
    assert_eq!((right.held(), right.outcomes.len()), (2, 2));
    let wrong = report("wrong/load-0.8/mean-wait", 2);
    assert_eq!(wrong.held(), 0, "{wrong:?}");
    let Verdict::Score(z) = wrong.outcomes[0].finding.verdict else {
        panic!("{wrong:?}")
    };
    assert!(z < -4.5, "{z}");
    assert!(to_table(&wrong).contains("FAILED"));
    assert!(wrong.scores.unwrap().p_value < 1e-4);
    assert!(to_json(&wrong, false).contains("\"holds\": false"));
}

/// By hand: a window of 500 ms is busy 0.8 ± 0.004 of the time, so of forty some are above 0.8 and
/// none above 0.82.
#[test]
fn a_ceiling_is_that_of_the_worst_replication() {
    assert_eq!(report("right/load-0.8/busy", 2).held(), 0);
    assert_eq!(report("wrong/load-0.8/busy", 2).held(), 1);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let csv = |threads| String::from_utf8(to_csv(&report("right", threads))).unwrap();
    assert_eq!(csv(1), csv(3));
}

#[test]
fn an_unknown_filter_is_told_the_groups() {
    let error = select(&GROUPS, Some("left")).unwrap_err();
    assert_eq!(error.groups, ["right", "wrong"]);
    let told = error.to_string();
    assert!(
        told.contains("\"left\"") && told.ends_with("right, wrong"),
        "{told}"
    );
}

/// A name that is a group's selects that group alone; the start of one all that begin so.
#[test]
fn groups_are_selected_by_their_names() {
    let keys = |filter| {
        let selected = select(super::GROUPS, Some(filter)).unwrap();
        let mut keys: Vec<&str> = selected.iter().map(|(group, _)| group.key).collect();
        keys.dedup();
        keys
    };
    assert_eq!(keys("md1"), ["md1"]);
    assert_eq!(keys("M/D/1/K"), ["md1k"]);
    assert_eq!(keys("mm1"), ["mm1"]);
    assert_eq!(keys("M/M/1/"), ["mm1k"]);
    assert_eq!(keys("ndd1/n-8-t-10/mean"), ["ndd1"]);
    let all = select(super::GROUPS, None).unwrap();
    assert!(all.len() > 60);
}
