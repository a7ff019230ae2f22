//! What is recognized, and what is not: a scenario that theory knows, and each of its premises
//! broken one at a time.

use super::*;
use crate::experiment::Experiment;
use crate::theory::md1::Md1;
use crate::theory::mg1::{DiscreteLaw, Tail};

/// A shared queue of 16 Poisson tasks at load 0.8 of 1 Gbit/s; a packet takes 10 us.
const SHARED: &str = r#"
question = "?"
warm-up = "50 ms"
measure = "10 ms"

[instance]
enis = 40
egress = "1 Gbit/s"
host-stack = "none"

[network]
mode = "bridge"
eni-queue = { capacity = "unlimited" }
propagation = "5 us"

[[task]]
name = "a"
count = 15
traffic = { arrivals = "poisson", rate = "50 Mbit/s", packet-size = "1250 B" }

[[task]]
name = "b"
traffic = { arrivals = "poisson", rate = "50 Mbit/s", packet-size = "1250 B" }
"#;

/// The predictions of the file with some of its text replaced.
fn predicted(changes: &[(&str, &str)]) -> Vec<GroupPrediction> {
    let mut text = SHARED.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` is not there");
        text = text.replace(from, to);
    }
    let experiment = Experiment::parse("test.toml", &text).unwrap_or_else(|e| panic!("{e}"));
    predict(&experiment.points[0].scenario)
}

/// Name and validity of the prediction of all tasks.
fn model_of(changes: &[(&str, &str)]) -> Option<(String, Validity)> {
    let all = predicted(changes).pop()?;
    assert_eq!(all.task_group, None);
    Some((all.model.name, all.model.validity))
}

fn value(prediction: &GroupPrediction, metric: Metric) -> f64 {
    prediction.metrics[metric as usize].unwrap_or_else(|| panic!("no {metric:?}"))
}

#[track_caller]
fn assert_close(actual: f64, expected: f64) {
    let error = (actual / expected - 1.0).abs();
    assert!(error < 1e-9, "{actual} is {error:e} off {expected}");
}

/// Oracle: M/D/1 at 0.8 waits 2 services, p99 10.355886792 (Erlang 1909), here of 10 us, and each
/// packet is transmitted and travels 5 us.
#[test]
fn a_shared_queue_is_md1() {
    let groups = predicted(&[]);
    let of: Vec<Option<usize>> = groups.iter().map(|g| g.task_group).collect();
    assert_eq!(of, [Some(0), Some(1), None]);
    for group in &groups {
        assert_eq!(group.model.name, "M/D/1");
        assert_eq!(group.model.server, "the link");
        assert_close(value(group, Metric::SojournMean), 35_000.0);
        assert_close(value(group, Metric::SojournP99), 118_558.867_92);
        assert_eq!(value(group, Metric::LossRatio), 0.0);
        assert_eq!(group.metrics[Metric::SojournMax as usize], None);
        assert_eq!(group.quantiles.len(), 46);
        assert_close(group.quantiles[0].sojourn_ns, 15_000.0);
    }
    for (group, share) in groups.iter().zip([0.75, 0.05, 0.8]) {
        assert_close(value(group, Metric::Utilization), share);
        assert_close(value(group, Metric::Throughput), share * 1e9);
    }
}

#[test]
fn enis_in_the_order_of_arrival_are_one_queue() {
    let awsvpc = ("\"bridge\"", "\"awsvpc\"\narbitration = \"fifo\"");
    let exact = |name: &str| Some((name.to_owned(), Validity::Exact));
    assert_eq!(model_of(&[awsvpc]), exact("M/D/1"));
    // Together they have more room than any of them has.
    let short = ("\"unlimited\"", "\"10 packets\"");
    assert_eq!(model_of(&[awsvpc, short]), None);
    assert_eq!(model_of(&[short]), exact("M/D/1/K"));
    // Which never fills.
    let long = ("\"unlimited\"", "\"1000 packets\"");
    assert_eq!(model_of(&[awsvpc, long]), exact("M/D/1"));
    assert_eq!(model_of(&[long]), exact("M/D/1"));
    let bytes = ("\"unlimited\"", "\"12500 B\"");
    assert_eq!(model_of(&[bytes]), exact("M/D/1/K"));
}

/// Oracle: the scaling law: a sixteenth of the load on a sixteenth of the link takes 16 times as
/// long. On a whole link for each task the load is 0.05, and M/D/1 waits 0.05/1.9 of a service.
#[test]
fn links_of_their_own_are_as_many_queues() {
    let partition = predicted(&[("\"bridge\"", "\"awsvpc\"\narbitration = \"partition\"")]);
    for group in &partition {
        assert_eq!(group.model.server, "1/16 of the link");
        let propagation = 5_000.0;
        assert_close(
            value(group, Metric::SojournP99) - propagation,
            16.0 * 113_558.867_92,
        );
        assert_close(value(group, Metric::SojournMean) - propagation, 480_000.0);
    }
    assert_close(value(&partition[0], Metric::Utilization), 0.75);
    let dedicated = predicted(&[("\"bridge\"", "\"awsvpc\"\narbitration = \"dedicated\"")]);
    for group in &dedicated {
        let mean = 15_000.0 + 10_000.0 * 0.05 / 1.9;
        assert_close(value(group, Metric::SojournMean), mean);
    }
    assert_close(value(&dedicated[2], Metric::Utilization), 0.05);
}

/// Groups that differ on links of their own: all tasks together are the mixture, by packets.
#[test]
fn all_tasks_are_the_mixture_of_their_groups() {
    let b_is_slow = "name = \"b\"\ntraffic = { arrivals = \"poisson\", rate = \"10 Mbit/s\"";
    let groups = predicted(&[
        ("\"bridge\"", "\"awsvpc\"\narbitration = \"partition\""),
        (
            "name = \"b\"\ntraffic = { arrivals = \"poisson\", rate = \"50 Mbit/s\"",
            b_is_slow,
        ),
    ]);
    let of = |metric| groups.iter().map(move |group| value(group, metric));
    let means: Vec<f64> = of(Metric::SojournMean).collect();
    assert_close(means[2], (75.0 * means[0] + means[1]) / 76.0);
    let p99: Vec<f64> = of(Metric::SojournP99).collect();
    assert!(p99[1] < p99[2] && p99[2] < p99[0], "{p99:?}");
    let (slow, fast) = (Md1::new(0.8), Md1::new(0.16));
    let at = (p99[2] - 5_000.0 - 160_000.0) / 160_000.0;
    let below = (75.0 * slow.wait_cdf(at) + fast.wait_cdf(at)) / 76.0;
    assert_close(below, 0.99);
}

/// Oracle: Kleinrock's conservation law: the mean over all packets does not depend on whose turn it
/// is; that of a group does, unless all are alike.
#[test]
fn tasks_that_take_turns_have_a_known_mean() {
    for arbitration in ["round-robin", "drr"] {
        let network = format!("\"awsvpc\"\narbitration = \"{arbitration}\"");
        let awsvpc = ("\"bridge\"", network.as_str());
        let groups = predicted(&[awsvpc]);
        assert_eq!(groups.len(), 3);
        for group in &groups {
            assert_eq!(group.model.validity, Validity::MeanAlone);
            assert_close(value(group, Metric::SojournMean), 35_000.0);
            assert_eq!(group.metrics[Metric::SojournP50 as usize], None);
            assert!(group.quantiles.is_empty());
        }
        let unlike = predicted(&[
            awsvpc,
            (
                "count = 15\ntraffic = { arrivals = \"poisson\", rate = \"50",
                "count = 15\ntraffic = { arrivals = \"poisson\", rate = \"40",
            ),
        ]);
        assert_eq!(unlike.len(), 1);
        assert_eq!(unlike[0].task_group, None);
        let alone = model_of(&[
            awsvpc,
            (
                "[[task]]\nname = \"b\"",
                "[[task]]\ncount = 0\nname = \"b\"",
            ),
            ("count = 15", "count = 1"),
        ]);
        assert_eq!(alone, Some(("M/D/1".to_owned(), Validity::Exact)));
        assert_eq!(
            model_of(&[awsvpc, ("\"unlimited\"", "\"5 packets\"")]),
            None
        );
        assert_eq!(model_of(&[awsvpc, ("1250 B", "imix")]), None);
    }
}

/// Oracle: Pollaczek and Khinchine for the internet mix at 0.8: the wait is 4.76657993937 mean
/// transmissions of 361.833 B; the 20.57 % that do not wait have 64 B in 7 of 12 cases.
#[test]
fn packets_of_several_sizes_are_mg1() {
    let imix = [("1250 B", "imix")];
    let mean_ns = 361.833_333_333_333 * 8.0;
    let groups = predicted(&imix);
    for group in &groups {
        assert_eq!(group.model.name, "M/G/1");
        assert_eq!(group.model.validity, Validity::Exact);
        let mean = mean_ns * 5.766_579_939_37 + 5_000.0;
        assert_close(value(group, Metric::SojournMean), mean);
        assert_close(group.quantiles[0].sojourn_ns, 64.0 * 8.0 + 5_000.0);
        let p99 = value(group, Metric::SojournP99) - 5_000.0;
        // By the tail alone, exact to ten digits here.
        let law = DiscreteLaw::imix();
        let tail = Tail::new(&law, 0.8).sojourn_quantile(&law, 0.99);
        assert_close(p99 / 8.0, tail);
    }
    let uniform = "{ distribution = \"uniform\", min = \"64 B\", max = \"1500 B\" }";
    let many = predicted(&[("\"1250 B\"", uniform)]);
    for group in &many {
        assert_eq!(group.model.validity, Validity::TailAsymptotic);
        assert_eq!(group.metrics[Metric::SojournP50 as usize], None);
        assert!(group.metrics[Metric::SojournP999 as usize].is_some());
        assert!(group.quantiles.len() > 20);
    }
    // Each group adds its own transmission to the same wait.
    let unlike = predicted(&[(
        "name = \"b\"\ntraffic = { arrivals = \"poisson\", rate = \"50 Mbit/s\", packet-size = \"1250 B\"",
        "name = \"b\"\ntraffic = { arrivals = \"poisson\", rate = \"50 Mbit/s\", packet-size = \"125 B\"",
    )]);
    let gap = value(&unlike[0], Metric::SojournMean) - value(&unlike[1], Metric::SojournMean);
    assert_close(gap, 9_000.0);
    // A queue that may drop is none of M/G/1, one that never does is.
    assert_eq!(
        model_of(&[imix[0], ("\"unlimited\"", "\"20 packets\"")]),
        None
    );
    assert!(model_of(&[imix[0], ("\"unlimited\"", "\"10000 packets\"")]).is_some());
    assert_eq!(model_of(&[imix[0], ("\"unlimited\"", "\"20 kB\"")]), None);
    assert!(model_of(&[imix[0], ("\"unlimited\"", "\"1 MB\"")]).is_some());
}

/// Oracle: N·D/D/1 (Eckberg 1979): 16 sources of period 20 wait 1.0151656226 in the mean.
#[test]
fn periodic_tasks_are_ndd1() {
    let periodic = ("poisson", "periodic");
    let groups = predicted(&[periodic]);
    for group in &groups {
        assert_eq!(group.model.name, "N·D/D/1");
        assert_eq!(group.model.validity, Validity::OverPhases);
        let mean = value(group, Metric::SojournMean);
        assert!((mean - 25_151.656_226).abs() < 1e-3, "{mean}");
    }
    for broken in [
        ("\"50 ms\"\nmeasure", "\"100 us\"\nmeasure"),
        (
            "rate = \"50 Mbit/s\", packet-size = \"1250 B\" }\n\n",
            "rate = \"40 Mbit/s\", packet-size = \"1250 B\" }\n\n",
        ),
        ("\"unlimited\"", "\"15 packets\""),
        ("\"bridge\"", "\"awsvpc\"\narbitration = \"round-robin\""),
        ("1250 B", "imix"),
    ] {
        assert_eq!(model_of(&[periodic, broken]), None, "{broken:?}");
    }
    assert!(model_of(&[periodic, ("\"unlimited\"", "\"16 packets\"")]).is_some());
}

/// Oracle: the identity of the token bucket with M/D/1 at 0.8: 2 packets of credit leave a mean
/// delay of 1.306385232 packet times and a p99 of 9.355886792; at 800 Gbit/s, 12.5 ns on the ENI.
#[test]
fn a_bucket_behind_a_fast_line_shifts_md1() {
    let shaped = |burst: &str, credit: &str, buffer: &str| {
        format!(
            "{{ baseline = \"1 Gbit/s\", burst = \"{burst}\", credit = \"{credit}\", buffer = \"{buffer}\" }}"
        )
    };
    let with = |egress: &str| predicted(&[("\"1 Gbit/s\"", egress)]);
    let groups = with(&shaped("800 Gbit/s", "2500 B", "1 GB"));
    for group in &groups {
        assert_eq!(group.model.validity, Validity::Limit);
        assert_close(value(group, Metric::SojournMean), 5_012.5 + 13_063.852_32);
        assert_close(value(group, Metric::SojournP99), 5_012.5 + 93_558.867_92);
    }
    assert_close(value(&groups[2], Metric::Utilization), 0.8);
    // A slower line adds waits of its own; a short buffer drops; an empty bucket takes time to fill.
    assert!(with(&shaped("10 Gbit/s", "2500 B", "1 GB")).is_empty());
    assert!(with(&shaped("800 Gbit/s", "2500 B", "20 kB")).is_empty());
    let empty = format!(
        "{}\ncredit = \"empty\"",
        shaped("800 Gbit/s", "2500 B", "1 GB")
    );
    assert!(with(&empty).is_empty());
    let turns = [
        ("\"1 Gbit/s\"", &*shaped("800 Gbit/s", "2500 B", "1 GB")),
        ("\"bridge\"", "\"awsvpc\""),
    ];
    assert!(predicted(&turns).is_empty());
}

/// Oracle: a bucket that is never empty is not there: M/D/1 at the burst rate, with load 0.08 and
/// packets of 1 us.
#[test]
fn credit_that_is_never_used_up_leaves_the_burst_rate() {
    let egress =
        "{ baseline = \"1 Gbit/s\", burst = \"10 Gbit/s\", credit = \"10 MB\", buffer = \"1 MB\" }";
    let groups = predicted(&[("\"1 Gbit/s\"", egress)]);
    let all = &groups[2];
    assert_eq!(
        (&*all.model.name, all.model.validity),
        ("M/D/1", Validity::Exact)
    );
    let mean = 5_000.0 + 1_000.0 * (1.0 + 0.08 / (2.0 * 0.92));
    assert_close(value(all, Metric::SojournMean), mean);
    assert_close(value(all, Metric::Utilization), 0.8);
}

/// Oracle: Friedman (1965): all waiting is that at the slower station. A core takes 11 us for a
/// packet, which makes its load 0.88, the link 10.
#[test]
fn one_core_and_a_link_wait_as_the_slower_of_them() {
    let stack = (
        "\"none\"",
        "{ cores = 1, per-packet = \"11 us\", backlog = \"unlimited\" }",
    );
    let uniform = "{ distribution = \"uniform\", min = \"1200 B\", max = \"1300 B\" }";
    let Some(all) = predicted(&[stack]).pop() else {
        panic!("one core and a link");
    };
    let mean = 5_000.0 + 21_000.0 + 11_000.0 * 0.88 / (2.0 * 0.12);
    assert_close(value(&all, Metric::SojournMean), mean);
    for broken in [
        ("cores = 1", "cores = 2"),
        ("unlimited", "10 packets"),
        ("cores = 1", "cores = 1, distribution = \"exponential\""),
    ] {
        let changed = stack.1.replace(broken.0, broken.1);
        assert_eq!(model_of(&[("\"none\"", &changed)]), None, "{broken:?}");
    }
    assert_eq!(model_of(&[stack, ("\"1250 B\"", uniform)]), None);
    assert_eq!(model_of(&[stack, ("\"bridge\"", "\"awsvpc\"")]), None);
}

/// One premise broken at a time, of the scenario that theory knows best.
#[test]
fn theory_is_silent_where_a_premise_fails() {
    let poisson = "arrivals = \"poisson\"";
    let host_stack = "host-stack = \"none\"";
    let name_b = "name = \"b\"";
    for (from, to) in [
        // Three times 40 packets of 10 us are 1.2 ms.
        ("warm-up = \"50 ms\"", "warm-up = \"1100 us\""),
        (
            poisson,
            "arrivals = \"on-off\", peak = \"1 Gbit/s\", on = \"1 ms\"",
        ),
        (poisson, "arrivals = \"poisson\", direction = \"in\""),
        (
            "name = \"b\"\ntraffic = { arrivals",
            "name = \"b\"\ntraffic = { to = \"a\", arrivals",
        ),
        (poisson, "arrivals = \"poisson\", to = \"resolver\""),
        ("packet-size = \"1250 B\"", "message-size = \"10 kB\""),
        ("\"bridge\"", "\"awsvpc-trunk\"\narbitration = \"fifo\""),
        ("\"bridge\"", "\"none\""),
        ("\"bridge\"", "\"bridge\"\neni-queues = 2"),
        (
            host_stack,
            "host-stack = \"none\"\npacket-allowance = \"90000 packets/s\"",
        ),
        (host_stack, "host-stack = { cores = 2 }"),
        (name_b, "name = \"b\"\nstart-at = \"1 ms\""),
        (
            "name = \"b\"\ntraffic = { arrivals = \"poisson\", rate = \"50",
            "name = \"b\"\ntasks-of = \"a\"\ntraffic = { arrivals = \"poisson\", rate = \"1",
        ),
    ] {
        assert_eq!(predicted(&[(from, to)]), [], "{to}");
    }
    let queue = ("\"unlimited\"", "\"unlimited\", discipline = \"priority\"");
    assert_ne!(
        predicted(&[queue]),
        [],
        "equal priorities are first come first served"
    );
    let first = (name_b, "name = \"b\"\npriority = 1");
    assert_eq!(predicted(&[queue, first]), [], "priorities");
    assert_ne!(predicted(&[]), []);
}

/// A queue of ten in overload is known; one without a limit, or that fills for the whole trial, has
/// nothing to know.
#[test]
fn overload_is_known_where_it_has_a_steady_state() {
    let overloaded = ("rate = \"50 Mbit/s\"", "rate = \"100 Mbit/s\"");
    let groups = predicted(&[overloaded, ("\"unlimited\"", "\"10 packets\"")]);
    let loss = value(&groups[2], Metric::LossRatio);
    assert!((0.375..0.376).contains(&loss), "beyond 1 − 1/1.6: {loss}");
    assert_close(value(&groups[2], Metric::Throughput), 1.6e9 * (1.0 - loss));
    let endless = predicted(&[overloaded, ("\"unlimited\"", "\"20000 packets\"")]);
    assert_eq!(endless, []);
}

#[test]
fn every_validity_has_a_name_of_its_own() {
    let all = [
        Validity::Exact,
        Validity::OverPhases,
        Validity::MeanAlone,
        Validity::TailAsymptotic,
        Validity::Limit,
    ];
    let names: std::collections::BTreeSet<&str> = all.map(Validity::name).into();
    assert_eq!(names.len(), all.len());
}
