//! Network calculus: ceilings that no packet may exceed, and those that some reach.

use super::file::{FIXED, File, SHARED, Task, poisson, task, traffic, traffic_of};
use crate::measure::Measurements;
use crate::theory::drr;
use crate::theory::network_calculus::{RateLatency, TSpec, TokenBucket, aggregate};
use crate::validate::case::{Case, Group, Length, Part, Setup};

pub(super) const GROUP: Group = Group {
    key: "calculus",
    name: "Network calculus",
    about: "most delay of bounded bursts (Cruz 1991, Le Boudec and Thiran 2001)",
    setups,
};

/// The link \[bytes/µs\].
const RATE: f64 = 125.0;

/// A link of that rate without latency.
const LINK: RateLatency = RateLatency {
    rate: RATE,
    latency: 0.0,
};

/// Draws of the phases.
const DRAWS: u32 = 1000;

fn setups() -> Vec<Setup> {
    vec![
        one_message(),
        bursts_at_once(),
        bursts_at_random(),
        a_peak_above_the_link(),
        first_in_priority(),
        deficit_round_robin(),
    ]
}

/// Longest sojourn of a group's packets \[µs\].
fn longest_us(m: &Measurements, group: usize) -> Part {
    Part {
        sum: m.groups[group].sojourn_max_ps as f64 / 1e6,
        weight: 1.0,
    }
}

/// A message of 64 KiB and its headers, alone: its last packet leaves after all of it was sent.
fn one_message() -> Setup {
    // 45 packets of 1514 B carry 1460 B each; 44 are full.
    const PACKETS: u128 = 45;
    const BYTES: u128 = 64 * 1024 + PACKETS * 54;
    let traffic = r#"{ arrivals = "periodic", rate = "100 packets/s", message-size = "64 KiB" }"#;
    let file = File {
        warm_up: "0 s",
        measure: "100 ms",
        tasks: &[task("a", 1, traffic.to_owned())],
        ..SHARED
    };
    let case = Case::identity("longest sojourn", "ps", |m| {
        (u128::from(m[0].groups[0].sojourn_max_ps), BYTES * 8000)
    });
    Setup {
        name: "a message of 64 KiB".to_owned(),
        files: vec![file.text()],
        length: Length::Once,
        cases: vec![case],
    }
}

/// Ten tasks that send ten packets of 1500 B each within the same 10 ns, in every mode in which the
/// link works while there is work: the last packet leaves Σσ/C = 1200 µs after the first was sent,
/// so its sojourn is that in steps of 10 ns, rounded up.
fn bursts_at_once() -> Setup {
    // A Pareto law of an absurd shape is constant, so bursts begin at the same instant.
    let on_off = r#"arrivals = "on-off", peak = "1000000000 packets/s",
        on = { distribution = "pareto", mean = "10 ns", shape = 1e15 },
        off = { distribution = "pareto", shape = 1e15 }"#
        .replace("\n        ", " ");
    let tasks = [task("a", 10, traffic_of(&on_off, 1000.0, r#""1500 B""#))];
    let modes = [
        ("FIFO", "bridge", ""),
        ("round robin", "awsvpc", r#"arbitration = "round-robin""#),
        ("DRR", "awsvpc", r#"arbitration = "drr""#),
    ];
    let file = |(_, mode, network): (&str, &'static str, &'static str)| {
        let file = File {
            warm_up: "0 s",
            // One off period of 10 ms and a burst.
            measure: "17 ms",
            instance: "enis = 11",
            mode,
            network,
            tasks: &tasks,
            ..SHARED
        };
        file.text()
    };
    let case = |(number, (name, ..)): (usize, (&str, &str, &str))| {
        Case::identity(format!("longest sojourn, {name}"), "10 ns", move |m| {
            let longest = m[number].groups[0].sojourn_max_ps;
            (u128::from(longest.div_ceil(10_000)), 120_000)
        })
    };
    Setup {
        name: "ten bursts at once reach the ceiling".to_owned(),
        files: modes.map(file).into(),
        length: Length::Once,
        cases: modes.into_iter().enumerate().map(case).collect(),
    }
}

/// Ten periodic tasks with messages of 12 packets, in random phases: Σσ/C at most.
fn bursts_at_random() -> Setup {
    const TASKS: u32 = 10;
    let sigma = 12.0 * 1250.0;
    let message = 12 * (1250 - 54);
    let traffic = format!(
        r#"{{ arrivals = "periodic", rate = "500 packets/s", message-size = "{message} B" }}"#
    );
    let file = File {
        warm_up: "4 ms",
        measure: "4 ms",
        network: r#"mtu = "1236 B""#,
        tasks: &[task("a", TASKS, traffic)],
        ..SHARED
    };
    let flow = TokenBucket {
        burst: sigma,
        rate: sigma * 500.0 / 1e6,
    };
    let ceiling = LINK.delay(aggregate(&[flow; TASKS as usize]));
    let case = Case::ceiling("longest sojourn", "µs", ceiling, |m| longest_us(&m[0], 0));
    Setup {
        name: "ten bursts in random phases".to_owned(),
        files: vec![file.text()],
        length: Length::Draws(DRAWS),
        cases: vec![case],
    }
}

/// A task that sends at 10 Gbit/s for 51.2 µs out of each 5.12 ms or so: 64 kB at a time.
fn a_peak_above_the_link() -> Setup {
    let (packet, peak) = (1250.0, 1250.0);
    let (on, period) = (51.2, 5120.0);
    let on_off = format!(
        r#"arrivals = "on-off", peak = "1000000 packets/s", on = {{ distribution = "pareto", mean = "{on} us", shape = 1e15 }}, off = {{ distribution = "pareto", shape = 1e15 }}"#
    );
    let file = File {
        warm_up: "0 s",
        measure: "100 ms",
        tasks: &[task("a", 1, traffic_of(&on_off, 1e6 * on / period, FIXED))],
        ..SHARED
    };
    // What is sent in an on period and not yet by the mean rate, and the packet that the clock may
    // be ahead by.
    let rate = peak * on / period;
    let spec = TSpec {
        packet,
        peak,
        bucket: TokenBucket {
            burst: packet + (peak - rate) * on,
            rate,
        },
    };
    let case = Case::ceiling("longest sojourn", "µs", LINK.delay_of_peaks(spec), |m| {
        longest_us(&m[0], 0)
    });
    Setup {
        name: "a burst at ten times the link".to_owned(),
        files: vec![file.text()],
        length: Length::Draws(DRAWS / 10),
        cases: vec![case],
    }
}

/// A periodic task before all others waits for one packet of theirs at most.
fn first_in_priority() -> Setup {
    let size = r#""250 B""#;
    let first = Task {
        more: "priority = 0",
        ..task(
            "first",
            1,
            traffic_of(r#"arrivals = "periodic""#, 1e4, size),
        )
    };
    let others = Task {
        more: "priority = 1",
        ..task("others", 4, poisson(0.22))
    };
    let file = File {
        measure: "1 s",
        discipline: "priority",
        tasks: &[first, others],
        ..SHARED
    };
    let packet = TokenBucket {
        burst: 250.0,
        rate: 250.0 * 1e4 / 1e6,
    };
    let ceiling = LINK.behind_a_packet(1250.0).delay(packet);
    let case = Case::ceiling("longest sojourn of the first", "µs", ceiling, |m| {
        longest_us(&m[0], 0)
    });
    Setup::windows("first in priority", [file.text()], vec![case])
}

/// A periodic task beside three that are never idle: after the latency of deficit round robin it has
/// a quarter of the link.
fn deficit_round_robin() -> Setup {
    const SHARES: f64 = 4.0;
    let sizes = r#"{ distribution = "uniform", min = "64 B", max = "1500 B" }"#;
    let file = File {
        measure: "500 ms",
        mode: "awsvpc",
        network: r#"arbitration = "drr""#,
        capacity: "100 packets",
        tasks: &[
            task(
                "periodic",
                1,
                traffic(r#"arrivals = "periodic""#, 0.02, r#""1500 B""#),
            ),
            task(
                "greedy",
                3,
                traffic_of(r#"arrivals = "poisson""#, 1e5, sizes),
            ),
        ],
        ..SHARED
    };
    let quanta = [1500.0; SHARES as usize];
    let server = RateLatency {
        rate: RATE / SHARES,
        latency: drr::latency(&quanta, 0, &quanta, RATE),
    };
    let packet = TokenBucket {
        burst: 1500.0,
        rate: 1500.0 * 2000.0 / 1e6,
    };
    let case = Case::ceiling(
        "longest sojourn of the periodic",
        "µs",
        server.delay(packet),
        |m| longest_us(&m[0], 0),
    );
    Setup::windows(
        "deficit round robin beside greedy tasks",
        [file.text()],
        vec![case],
    )
}
