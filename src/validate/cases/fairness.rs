//! Overload: who gets what of a link that is asked for more than it has.

use super::file::{File, SHARED, poisson, task};
use crate::measure::{Measurements, TaskMeasurements};
use crate::theory::fairness::{jain_index, max_min_shares, overload_loss};
use crate::validate::case::{Case, Group, Part, Setup};

pub(super) const GROUP: Group = Group {
    key: "fairness",
    name: "Overload",
    about: "seven tasks at 0.1 of the link and one at 1.2 of it (Jain 1984, max-min)",
    setups,
};

/// What the tasks ask for, in links: seven victims and a bully.
const DEMANDS: [f64; 8] = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.2];

fn setups() -> Vec<Setup> {
    vec![shared(), taking_turns("round-robin"), taking_turns("drr")]
}

fn overload(mode: &str, network: &str) -> String {
    let file = File {
        warm_up: "200 ms", // the queue of 1000 packets is full after some 20 ms
        measure: "4 s",
        mode,
        network,
        capacity: "1000 packets",
        tasks: &[
            task("victim", 7, poisson(DEMANDS[0])),
            task("bully", 1, poisson(DEMANDS[7])),
        ],
        ..SHARED
    };
    file.text()
}

/// The lost part of the packets of a group.
fn loss(m: &Measurements, group: usize) -> Part {
    let tasks = || m.tasks.iter().filter(|task| task.group == group);
    let count = |of: fn(&TaskMeasurements) -> u64| tasks().map(of).sum::<u64>() as f64;
    Part {
        sum: count(TaskMeasurements::dropped_packets),
        weight: count(|task| task.offered_packets),
    }
}

/// Jain's index of the part that each task gets through.
fn jain(m: &Measurements) -> Part {
    Part {
        sum: m.jain_index(|_| true).unwrap_or(0.0),
        weight: 1.0,
    }
}

/// Poisson arrivals see the same full queue, whoever sends them.
fn shared() -> Setup {
    let lost = overload_loss(&DEMANDS);
    let cases = vec![
        Case::estimate("loss of the victims", "", lost, |m| loss(&m[0], 0)),
        Case::estimate("loss of the bully", "", lost, |m| loss(&m[0], 1)),
        // Its spread over tasks is that of chance alone, and only downwards.
        Case::bounds("Jain's index", "", (0.999, 1.0), |m| jain(&m[0])),
    ];
    Setup::windows("a shared queue", [overload("bridge", "")], cases)
}

/// Max-min fairness: the victims ask for less than their share and lose nothing, and the bully gets
/// the rest, 0.3 of the link.
fn taking_turns(arbitration: &str) -> Setup {
    let network = format!("arbitration = \"{arbitration}\"");
    let shares = max_min_shares(&DEMANDS, 1.0);
    let bully = 1e3 * shares[7];
    let satisfied: Vec<f64> = shares
        .iter()
        .zip(DEMANDS)
        .map(|(share, demand)| share / demand)
        .collect();
    let bully_loss = 1.0 - satisfied[7];
    let jain_of_shares = jain_index(&satisfied);
    let cases = vec![
        Case::estimate("throughput of the bully", "Mbit/s", bully, |m| Part {
            sum: m[0].tasks[7].throughput_bps / 1e6,
            weight: 1.0,
        }),
        Case::estimate("loss of the bully", "", bully_loss, |m| loss(&m[0], 1)),
        Case::bounds(
            "Jain's index",
            "",
            (jain_of_shares - 1e-3, jain_of_shares + 1e-3),
            |m| jain(&m[0]),
        ),
        Case::identity("packets lost by victims", "packets", |m| {
            (loss(&m[0], 0).sum as u128, 0)
        }),
    ];
    Setup::windows(arbitration, [overload("awsvpc", &network)], cases)
}
