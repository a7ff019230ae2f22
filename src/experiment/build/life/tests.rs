//! Right files with tasks that start, stop and are replaced, and what becomes of them.

use super::*;
use crate::experiment::Experiment;

/// The scenario of three tasks `api` and one `job`, with these lines added.
fn scenario(mode: &str, root: &str, instance: &str, api: &str, rest: &str) -> Scenario {
    let experiment = experiment(mode, root, instance, api, rest);
    (*experiment.points[0].scenario).clone()
}

fn experiment(mode: &str, root: &str, instance: &str, api: &str, rest: &str) -> Experiment {
    let traffic = r#"traffic = { arrivals = "poisson", rate = "1 Mbit/s", packet-size = "100 B" }"#;
    let text = format!(
        "question = \"q\"\nmeasure = \"2 s\"\n{root}\n[instance]\negress = \"1 Gbit/s\"\n\
         {instance}\n[network]\nmode = \"{mode}\"\n[[task]]\nname = \"api\"\ncount = 3\n{api}\n\
         {traffic}\n[[task]]\nname = \"job\"\n{traffic}\n{rest}"
    );
    let experiment = Experiment::parse("x.toml", &text);
    experiment.unwrap_or_else(|report| panic!("{report}"))
}

const UPDATE: &str = r#"deployment = { at = "500 ms" }"#;

/// Laws alone change nothing: a scenario keeps nothing that has no effect.
#[test]
fn without_a_start_or_stop_there_is_no_life_cycle() {
    let laws = "[life-cycle]\nattach = \"1 s\"";
    let with = scenario("awsvpc", "", "attached-enis = 3", "", laws);
    assert_eq!(with, scenario("awsvpc", "", "", "", ""));
    assert_eq!((with.life_cycle, with.series_interval), (None, None));
}

/// A group that is replaced has its tasks twice, with their rates as written, and the series comes
/// with it, in a hundred intervals.
#[test]
fn a_deployment_doubles_the_tasks() {
    let scenario = scenario("awsvpc", "", "enis = 5", UPDATE, "");
    let counts: Vec<u32> = scenario.task_groups.iter().map(|g| g.count).collect();
    assert_eq!(counts, [6, 1]);
    let life_cycle = scenario.life_cycle.unwrap();
    let deployment = Deployment {
        at: SimTime::ZERO + SimDuration::from_ms(500),
        minimum_healthy: 3,
        maximum: 6,
    };
    let expected = [Schedule::Deployment(deployment), Schedule::ALWAYS];
    assert_eq!(life_cycle.schedules, expected);
    let eni = life_cycle.eni.unwrap();
    assert_eq!((eni.places, eni.attached), (Some(4), 0));
    assert_eq!(eni.attach_timeout, SimDuration::from_s(180));
    assert_eq!(scenario.series_interval, Some(SimDuration::from_ms(20)));
}

/// Modes without an ENI per task have neither its steps nor its places; Fargate tasks have ENIs
/// without end.
#[test]
fn modes_without_an_eni_per_task_have_no_eni_steps() {
    for mode in ["bridge", "host", "none"] {
        let scenario = scenario(mode, "", "enis = 5", UPDATE, "");
        assert_eq!(scenario.life_cycle.unwrap().eni, None, "{mode}");
    }
}

/// Enough attached ENIs leave a task without a place: then there is something to tell.
#[test]
fn attached_enis_matter_once_they_take_a_place_that_is_needed() {
    let lives = |attached| {
        let instance = format!("enis = 6\nattached-enis = {attached}");
        scenario("awsvpc", "", &instance, "", "")
    };
    assert_eq!(lives(1).life_cycle, None);
    let eni = lives(2).life_cycle.unwrap().eni.unwrap();
    assert_eq!((eni.places, eni.attached), (Some(5), 2));
}

#[test]
fn laws_and_instants_are_read_as_written() {
    let rest = r#"
        [life-cycle]
        pull = { distribution = "exponential", mean = "3 s" }
        start = { distribution = "log-normal", median = "1 s", p99 = "4 s" }
        register = "0 s"
        stop-timeout = "2 s"
        "#;
    let api = "start-at = \"100 ms\"\nstop-at = \"1 s\"";
    let root = "series-interval = \"50 ms\"";
    let scenario = scenario("bridge", root, "", api, rest);
    let s = SimDuration::from_s;
    let life_cycle = scenario.life_cycle.unwrap();
    assert_eq!(life_cycle.pull, TimeLaw::Exponential { mean: s(3) });
    let start = TimeLaw::LogNormal {
        median: s(1),
        p99: s(4),
    };
    assert_eq!(life_cycle.start, start);
    assert_eq!(life_cycle.register, TimeLaw::Fixed(SimDuration::ZERO));
    assert_eq!(life_cycle.drain, DRAIN);
    assert_eq!(life_cycle.stop_timeout, s(2));
    let at = |ms| Some(SimTime::ZERO + SimDuration::from_ms(ms));
    let span = Schedule::Span {
        start: at(100),
        stop: at(1000),
    };
    assert_eq!(life_cycle.schedules[0], span);
    assert_eq!(scenario.series_interval, Some(SimDuration::from_ms(50)));
}

/// The series can be asked for where no task starts or stops.
#[test]
fn a_series_needs_no_life_cycle() {
    let scenario = scenario("bridge", "series-interval = \"100 ms\"", "", "", "");
    assert_eq!(scenario.life_cycle, None);
    assert_eq!(scenario.series_interval, Some(SimDuration::from_ms(100)));
}

/// Oracle: the medians of the defaults by hand, 8 + 10 + 1 + 5 s with an ENI to attach; 1.5 s of the
/// trial are left.
#[test]
fn steps_longer_than_the_trial_are_doubted() {
    let doubts = |mode, rest| {
        let experiment = experiment(mode, "", "", UPDATE, rest);
        let warnings = experiment.warnings.iter();
        warnings
            .map(|w| (w.key.clone(), w.message.clone()))
            .collect::<Vec<_>>()
    };
    let told = doubts("awsvpc", "");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "life-cycle");
    assert!(told[0].1.contains("about 24.000 s"), "{}", told[0].1);
    assert!(told[0].1.contains("ends 1.500 s after"), "{}", told[0].1);
    assert!(doubts("bridge", "")[0].1.contains("about 16.000 s"));
    let short = r#"
        [life-cycle]
        pull = { distribution = "exponential", mean = "1 s" }
        start = "0 s"
        register = "500 ms"
        "#;
    assert_eq!(doubts("bridge", short), [], "1 s × ln 2 + 0.5 s");
}

/// Four places for the ENIs of four tasks, none of which may stop first.
#[test]
fn an_update_without_a_place_is_doubted() {
    let steps = ["attach", "pull", "start", "register"].map(|step| format!("{step} = \"1 ms\"\n"));
    let steps = format!("[life-cycle]\n{}", steps.concat());
    let doubts = |enis, update: &str| {
        let experiment = experiment("awsvpc", "", enis, update, &steps);
        let warnings = experiment.warnings.iter();
        warnings
            .map(|w| (w.key.clone(), w.message.clone()))
            .collect::<Vec<_>>()
    };
    let told = doubts("enis = 5", UPDATE);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "task.deployment");
    assert!(told[0].1.contains("all 4 places"), "{}", told[0].1);
    assert_eq!(doubts("enis = 6", UPDATE), []);
    let half = r#"deployment = { at = "500 ms", minimum-healthy-percent = 50 }"#;
    assert_eq!(doubts("enis = 5", half), []);
}
