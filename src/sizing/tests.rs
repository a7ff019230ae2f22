//! Searches with known answers, and answers that can be run again.

use crate::ecs::find;
use crate::experiment::Experiment;
use crate::trial::Trial;

use super::*;

/// Oracle: the mean sojourn time of M/D/1, D + D·ρ/(2(1 − ρ)) (Pollaczek and Khinchine). With
/// D = 10 us and ρ = 0.05 per task, 16 tasks have 30 us, 17 have 38.3 us.
#[test]
fn the_search_finds_what_pollaczek_and_khinchine_say() {
    let scenario = |count: u32| {
        let text = format!(
            r#"
            question = "?"
            warm-up = "100 ms"
            measure = "2 s"
            [instance]
            egress = "1 Gbit/s"
            [network]
            mode = "bridge"
            propagation = "0 s"
            eni-queue = {{ capacity = "unlimited" }}
            [[task]]
            name = "t"
            count = {count}
            traffic = {{ arrivals = "poisson", rate = "5000 packets/s", packet-size = "1250 B" }}
            "#
        );
        let experiment = Experiment::parse("md1.toml", &text).unwrap();
        std::sync::Arc::clone(&experiment.points[0].scenario)
    };
    let promises: [Promise; 1] = ["mean < 34 us".parse().unwrap()];
    let limit = 19; // from 20 tasks on there is no steady state
    let mut at_answer = None;
    let bracket = search(limit, |count| {
        let probe = probe::probe(count, &scenario(count), 1, &promises)?;
        let verdict = probe.verdict();
        if count == 16 {
            at_answer = Some(probe);
        }
        Ok::<_, TrialError>(verdict)
    });
    let expected = Bracket {
        answer: 16,
        kept: 16,
        broken: Some(17),
    };
    assert_eq!(bracket, Ok(expected));
    let finding = &at_answer.unwrap().findings[0];
    // 4 % is above the half width, so that a shifted mean would not pass.
    assert!((finding.value / 30_000.0 - 1.0).abs() < 0.04, "{finding:?}");
    assert!(finding.low < finding.value && finding.value < finding.high);
}

fn definition(text: &str) -> TaskDefinition {
    TaskDefinition::parse("x.json", text).unwrap_or_else(|e| panic!("{e}"))
}

fn web() -> TaskDefinition {
    definition(
        r#"{"family": "web", "networkMode": "bridge", "containerDefinitions":
            [{"name": "c", "image": "i", "cpu": 64, "memory": 64, "portMappings":
                [{"containerPort": 80}]}]}"#,
    )
}

fn request(definitions: Vec<TaskDefinition>, promises: &[&str], together: bool) -> Request {
    let traffic: toml::Table = "arrivals = \"poisson\"\nrate = \"60000 packets/s\"\n\
                                packet-size = \"64 B\"\n"
        .parse()
        .unwrap();
    let members = definitions.into_iter().map(|definition| Member {
        definition,
        traffic: traffic.clone(),
    });
    Request {
        subjects: match together {
            true => vec![Subject(members.collect())],
            false => members.map(|m| Subject(vec![m])).collect(),
        },
        promises: promises.iter().map(|p| p.parse().unwrap()).collect(),
        types: vec![find("c5.large").unwrap()],
        modes: vec![Mode::Awsvpc, Mode::Bridge],
        seed: 1,
    }
}

fn sizing(answer: &Answer) -> &Sizing {
    match &answer.outcome {
        Outcome::Sized(sizing) => sizing,
        Outcome::Refused(reasons) => panic!("{reasons:?}"),
    }
}

/// The two cores of a c5.large serve 2 us packets in bridge mode: 10⁶ packets/s, 16.7 tasks of
/// 60,000, before which the p99 has left its idle value, so that the promise binds; 32 tasks
/// would fit. With an ENI per task, two fit, which keep it.
#[test]
fn answers_come_with_the_densest_first_and_can_be_run_again() {
    let request = request(vec![web()], &["p99 < 300 us", "loss < 1e-2"], false);
    let answers = size(&request, 1).unwrap();
    let [bridge, awsvpc] = &answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!((bridge.mode, awsvpc.mode), (Mode::Bridge, Mode::Awsvpc));
    let (tasks, fit) = (sizing(bridge).tasks(), sizing(bridge).fit);
    assert!((8..=16).contains(&tasks), "{bridge:?}");
    assert_eq!((fit.limit, fit.by), (32, Resource::Cpu));
    assert!(
        matches!(sizing(bridge).binds(), Binds::Promise(_)),
        "{bridge:?}"
    );
    assert_eq!(bridge.tasks_per_vcpu(), Some(f64::from(tasks) / 2.0));
    let of_awsvpc = sizing(awsvpc);
    assert_eq!(of_awsvpc.tasks(), 2);
    assert_eq!(of_awsvpc.binds(), Binds::Resource(Resource::Enis));
    assert!(of_awsvpc.is_sure() && of_awsvpc.one_more.is_none());

    // The experiment that comes with an answer has its trials.
    let of_bridge = sizing(bridge);
    let text = of_bridge.experiment.as_deref().unwrap();
    let experiment = Experiment::parse("answer.toml", text).unwrap();
    let at = of_bridge.at.as_ref().unwrap();
    assert_eq!(experiment.replications, at.replications);
    let scenario = &experiment.points[0].scenario;
    assert_eq!(scenario.task_count(), tasks as usize);
    let p99 = |replication| {
        let trial = Trial {
            scenario: std::sync::Arc::clone(scenario),
            seed: experiment.seed,
            replication,
        };
        let histogram = trial.run().unwrap().groups[0].sojourn_histogram.clone();
        histogram.quantile(0.99).unwrap()
    };
    let mean = (0..at.replications).map(p99).sum::<f64>() / f64::from(at.replications);
    assert_eq!(
        at.findings[0].value, mean,
        "without losses, p99 is that of what was delivered"
    );
}

/// Two definitions as one set: one task of each takes both ENIs of a c5.large.
#[test]
fn definitions_are_sized_together() {
    let mut api = web();
    api.family = "api".to_owned();
    let mut request = request(vec![web(), api], &["p99 < 1 ms"], true);
    request.modes = vec![Mode::Awsvpc];
    let answers = size(&request, 1).unwrap();
    assert_eq!(answers[0].subject, "web+api");
    let sizing = sizing(&answers[0]);
    assert_eq!((sizing.tasks(), sizing.bracket.answer), (2, 1));
    let groups: Vec<&str> = sizing
        .at
        .iter()
        .flat_map(|p| &p.findings)
        .map(|f| &*f.group)
        .collect();
    assert!(groups == ["web"] || groups == ["api"], "{groups:?}");
}

#[test]
fn what_ecs_refuses_in_a_mode_is_no_number() {
    let linked = definition(
        r#"{"family": "web", "networkMode": "bridge", "containerDefinitions":
            [{"name": "c", "image": "i", "cpu": 2048, "memory": 64, "links": ["d"]}]}"#,
    );
    let request = request(vec![linked], &["p99 < 100 ms"], false);
    let answers = size(&request, 1).unwrap();
    let [bridge, awsvpc] = &answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!(sizing(bridge).tasks(), 1);
    let Outcome::Refused(reasons) = &awsvpc.outcome else {
        panic!("{awsvpc:?}")
    };
    assert!(
        reasons[0].starts_with("web: containerDefinitions[0].links"),
        "{reasons:?}"
    );
    assert_eq!(awsvpc.tasks_per_vcpu(), None);
}

#[test]
fn traffic_that_makes_no_experiment_is_told() {
    let mut request = request(vec![web()], &["p99 < 1 ms"], false);
    request.subjects[0].0[0].traffic.remove("rate");
    let SizingError::Experiment(diagnostics) = size(&request, 1).unwrap_err() else {
        panic!("another error")
    };
    let report = diagnostics.to_string();
    assert!(report.contains("rate"), "{report}");
    assert!(
        report.contains("the experiment of web on c5.large in"),
        "{report}"
    );
}
