//! Laws of arrivals, sizes and CPU times.

use std::num::NonZeroU32;

use super::*;
use crate::scenario::{Discipline, EniQueue, HostStack, MmppState, UnitLaw};

fn erlang(shape: u32) -> UnitLaw {
    UnitLaw::Erlang {
        shape: NonZeroU32::new(shape).unwrap(),
    }
}

/// The arrivals of the first group, written as `arrivals`.
fn arrivals(arrivals: &str) -> Arrivals {
    let text = ideal("", "", "").replace("arrivals = \"poisson\"", arrivals);
    only(&text).task_groups[0].traffic.arrivals.clone()
}

fn renewal(law: &str) -> Arrivals {
    arrivals(&format!(
        "arrivals = \"renewal\", inter-arrival = {{ distribution = {law} }}"
    ))
}

/// Laws that have a name of their own are what that name says, and are simulated once.
#[test]
fn renewal_arrivals() {
    assert_eq!(
        renewal("\"erlang\", shape = 4"),
        Arrivals::Renewal(erlang(4))
    );
    assert_eq!(renewal("\"uniform\""), Arrivals::Renewal(UnitLaw::Uniform));
    assert_eq!(
        renewal("\"hyperexponential\", scv = 4"),
        Arrivals::Renewal(UnitLaw::Hyperexponential { scv: 4.0 })
    );
    assert_eq!(renewal("\"exponential\""), Arrivals::Poisson);
    assert_eq!(renewal("\"deterministic\""), Arrivals::Periodic);
}

#[test]
fn modulated_arrivals() {
    let mmpp = |weights: &str| {
        arrivals(&format!(
            "arrivals = \"mmpp\", weights = {weights}, durations = [\"1 ms\", \"3 ms\"]"
        ))
    };
    let states = |weights: [f64; 2]| {
        let durations = [SimDuration::from_ms(1), SimDuration::from_ms(3)];
        Arrivals::Mmpp([0, 1].map(|state: usize| MmppState {
            weight: weights[state],
            duration: durations[state],
        }))
    };
    assert_eq!(mmpp("[7, 1]"), states([7.0, 1.0]));
    assert_eq!(mmpp("[0, 1]"), states([0.0, 1.0]));
    // Both rates are the same: nothing is modulated.
    assert_eq!(mmpp("[2, 2]"), Arrivals::Poisson);
}

/// An offered load scales the mean rate, and with it the rates of both states.
#[test]
fn an_offered_load_scales_modulated_arrivals() {
    let text = ideal("offered-load = 0.5", "", "").replace(
        "arrivals = \"poisson\"",
        "arrivals = \"mmpp\", weights = [7, 1], durations = [\"1 ms\", \"1 ms\"]",
    );
    let scenario = only(&text);
    assert!((scenario.offered_bits_per_s() / 5e8 - 1.0).abs() < 1e-12);
}

/// The size law of the first group, written as `law`, and its mean rate at 8 Mbit/s.
fn size(law: &str) -> (PacketSize, f64) {
    let text = ideal("", "", "")
        .replace("\"1250 B\"", &format!("{{ distribution = {law} }}"))
        .replace("80000 packets/s", "8 Mbit/s");
    let traffic = only(&text).task_groups[0].traffic.clone();
    (traffic.packet_size, traffic.rate.per_s())
}

#[test]
fn scaled_sizes() {
    let scaled = |law, mean, max| PacketSize::Scaled {
        law,
        mean: Bytes::new(mean),
        max: Bytes::new(max),
    };
    let (exponential, rate) = size("\"exponential\", mean = \"1000 B\"");
    assert_eq!(exponential, scaled(UnitLaw::Exponential, 1000, 64_000));
    // Rounding up to 1 B adds half a thousandth of a byte.
    assert!((rate - 1000.0).abs() < 1e-3, "{rate}");
    // By default no packet is beyond what IP can carry.
    let (large, _) = size("\"erlang\", shape = 3, mean = \"9000 B\"");
    assert_eq!(large, scaled(erlang(3), 9000, 65_536));
    // By hand: exponential sizes cut at their mean have 1 − 1/e of it.
    let (cut, rate) = size("\"exponential\", mean = \"1000 B\", max = \"1000 B\"");
    assert_eq!(cut, scaled(UnitLaw::Exponential, 1000, 1000));
    let mean = 1e6 / rate;
    assert!((mean - 632.121).abs() < 2e-3, "{mean}");
    let (varied, _) = size("\"hyperexponential\", scv = 4, mean = \"500 B\", max = \"20 kB\"");
    let law = UnitLaw::Hyperexponential { scv: 4.0 };
    assert_eq!(varied, scaled(law, 500, 20_000));
}

#[test]
fn cpu_times_have_a_law() {
    let stack = |keys: &str| {
        let keys = format!("host-stack = {{ cores = 2, per-packet = \"1 us\"{keys} }}");
        only(&ideal("", &keys, "")).network.host_stack.unwrap()
    };
    let fixed = HostStack {
        capacity: NonZeroU32::new(2000),
        ..HostStack::shared(NonZeroU32::new(2).unwrap(), SimDuration::from_us(1))
    };
    assert_eq!(stack(""), fixed);
    assert_eq!(stack(", distribution = \"deterministic\""), fixed);
    let with = |law| HostStack { law, ..fixed };
    let exponential = with(UnitLaw::Exponential);
    assert_eq!(stack(", distribution = \"exponential\""), exponential);
    assert_eq!(
        stack(", distribution = \"erlang\", shape = 2"),
        with(erlang(2))
    );
    let varied = with(UnitLaw::Hyperexponential { scv: 4.0 });
    assert_eq!(
        stack(", distribution = \"hyperexponential\", scv = 4.0"),
        varied
    );
}

/// A law of no time has no effect.
#[test]
fn without_time_per_packet_there_is_no_law() {
    let keys = "host-stack = { cores = 1, per-packet = \"0 s\", per-byte = \"1 ns\", \
                distribution = \"exponential\" }";
    let stack = only(&ideal("", keys, "")).network.host_stack.unwrap();
    assert_eq!(stack.law, UnitLaw::Deterministic);
}

/// All of these go through the stations one by one.
#[test]
fn laws_need_no_event_loop() {
    let text = ideal(
        "",
        "host-stack = { cores = 2, per-packet = \"1 us\", distribution = \"exponential\" }",
        "",
    )
    .replace(
        "arrivals = \"poisson\"",
        "arrivals = \"mmpp\", weights = [7, 1], durations = [\"1 ms\", \"1 ms\"]",
    )
    .replace(
        "\"1250 B\"",
        "{ distribution = \"exponential\", mean = \"1250 B\" }",
    );
    assert!(!only(&text).needs_event_loop());
}

/// Discipline, and the priorities of three groups, the last of which shares the tasks of the first.
fn priorities(mode: &str, discipline: &str, priorities: [u32; 3]) -> (Discipline, Vec<u32>) {
    let of = |name: &str, keys: &str, priority: u32| {
        format!(
            "[[task]]\nname = \"{name}\"\npriority = {priority}\n{keys}\ntraffic = {{ arrivals = \
             \"poisson\", rate = \"10 packets/s\", packet-size = \"90 B\" }}\n"
        )
    };
    let queue = format!("eni-queue = {{ discipline = \"{discipline}\" }}");
    let text = ideal("", "enis = 9", &queue)
        .replace("\"bridge\"", &format!("\"{mode}\""))
        .replace(
            "name = \"a\"",
            &format!("name = \"a\"\npriority = {}", priorities[0]),
        );
    let text = [
        text,
        of("b", "", priorities[1]),
        of("c", "tasks-of = \"a\"", priorities[2]),
    ]
    .concat();
    let scenario = only(&text);
    let queue: EniQueue = match scenario.network.egress {
        Egress::Shared { queue, .. } | Egress::PerTask { queue, .. } => queue,
        Egress::Refused => panic!("no way out"),
    };
    assert_eq!(
        scenario.needs_event_loop(),
        queue.discipline == Discipline::Priority || scenario.task_groups[2].tasks_of.is_some()
    );
    let groups = scenario.task_groups.iter();
    (
        queue.discipline,
        groups.map(|group| group.priority).collect(),
    )
}

/// Priorities are kept in order without gaps, and only where groups that share an ENI differ.
#[test]
fn priorities_are_kept_where_they_have_an_effect() {
    let kept = |mode: &str, given| priorities(mode, "priority", given);
    let none = (Discipline::Fifo, vec![0, 0, 0]);
    let ranks = |ranks: [u32; 3]| (Discipline::Priority, ranks.to_vec());
    assert_eq!(kept("bridge", [5, 200, 5]), ranks([0, 1, 0]));
    assert_eq!(kept("host", [9, 3, 7]), ranks([2, 0, 1]));
    assert_eq!(kept("bridge", [4, 4, 4]), none);
    // Here only the first and the last group share ENIs.
    assert_eq!(kept("awsvpc", [1, 0, 1]), none);
    assert_eq!(kept("awsvpc", [1, 0, 2]), ranks([1, 0, 2]));
    assert_eq!(kept("fargate", [1, 0, 1]), none);
}

/// Where a sweep changes the discipline, priorities may stand beside `fifo`.
#[test]
fn a_swept_discipline_turns_priorities_on_and_off() {
    let text = ideal("", "", "").replace("name = \"a\"", "name = \"a\"\npriority = 1")
        + "[[task]]\nname = \"b\"\ntraffic = { arrivals = \"poisson\", rate = \"1 packets/s\", \
           packet-size = \"90 B\" }\n";
    for table in ["sweep", "vary"] {
        let swept = format!(
            "{text}[{table}]\n\"network.eni-queue.discipline\" = [\"fifo\", \"priority\"]\n"
        );
        let points = parse(&swept).points;
        let loop_needed = points.iter().map(|p| p.scenario.needs_event_loop());
        assert_eq!(loop_needed.collect::<Vec<bool>>(), [false, true], "{table}");
    }
}
