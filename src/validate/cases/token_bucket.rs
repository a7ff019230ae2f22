//! Token bucket and GCRA: the allowances, which are M/D/1 in disguise.

use super::file::{FAST, File, SHARED, poisson, task};
use super::{SERVICE_US, beyond, loss_of};
use crate::measure::{EnaCounter, Measurements, Stage};
use crate::theory::md1::Md1;
use crate::theory::token_bucket::{delay_quantile, delay_tail, mean_delay, policer_loss};
use crate::validate::case::{Case, Group, Length, Part, Setup};
use crate::validate::reading::{delivered, dropped, offered, sojourn_ps, stage_us};

pub(super) const GROUP: Group = Group {
    key: "token-bucket",
    name: "Token bucket, GCRA",
    about: "a shaper delays as M/D/1 less its credit; a policer loses as M/D/1/b",
    setups,
};

const LOAD: f64 = 0.8;

fn setups() -> Vec<Setup> {
    let mut setups: Vec<Setup> = [1, 2, 5, 10].map(shaper).into();
    setups.extend([1, 2, 5, 10].map(policer));
    setups.push(shaper_path());
    setups.extend([2, 5].map(policer_path));
    setups
}

/// Poisson packets at a bucket of `packets` packets, behind a link on which a packet takes 12.5 ns.
fn shaper(packets: u32) -> Setup {
    const LINK: f64 = 0.0125 / SERVICE_US;
    let queue = Md1::new(LOAD);
    let depth = f64::from(packets);
    let egress = bucket(packets);
    let file = File {
        measure: "20 s",
        egress: &egress,
        tasks: &[task("a", 1, poisson(LOAD))],
        ..SHARED
    };
    let mean = SERVICE_US * mean_delay(&queue, packets);
    let delayed = delay_tail(&queue, depth, 0.0);
    let mut cases = vec![
        Case::estimate("mean delay", "µs", mean, |m| {
            stage_us(&m[0], &[Stage::AllowanceWait], |_| true)
        }),
        Case::estimate("P(delayed)", "", delayed, |m| exceeded(&m[0])),
    ];
    for (p, name) in [(0.99, "p99"), (0.999, "p99.9")] {
        let delay = delay_quantile(&queue, depth, p);
        cases.push(beyond(format!("P(delay > {name})"), LINK + delay, 1.0 - p));
    }
    Setup::windows(format!("shaper, {packets} packets"), [file.text()], cases)
}

/// The allowance with a credit of so many packets.
fn bucket(packets: u32) -> String {
    let credit = 1250 * packets;
    format!(
        r#"{{ baseline = "1 Gbit/s", burst = "800 Gbit/s", credit = "{credit} B", buffer = "1 GB" }}"#
    )
}

/// The part of the packets that the allowance delays.
fn exceeded(m: &Measurements) -> Part {
    let exceeded =
        |task: &crate::measure::TaskMeasurements| task.exceeded[EnaCounter::BandwidthOut as usize];
    Part {
        sum: m.tasks.iter().map(exceeded).sum::<u64>() as f64,
        weight: offered(m) as f64,
    }
}

/// A budget of packets without a buffer.
fn budget(packets: u32) -> String {
    format!(
        r#"packet-allowance = {{ rate = "100000 packets/s", burst = "{packets} packets", buffer = "none" }}"#
    )
}

/// Poisson packets at a budget of so many packets, without a buffer.
fn policer(packets: u32) -> Setup {
    let budget = budget(packets);
    let file = File {
        measure: "2 s",
        egress: FAST,
        instance: &budget,
        tasks: &[task("a", 1, poisson(LOAD))],
        ..SHARED
    };
    let loss = policer_loss(LOAD, packets as usize);
    Setup::windows(
        format!("policer, {packets} packets"),
        [file.text()],
        vec![loss_of(loss)],
    )
}

/// A bucket of one packet delays the packets by what they would wait at a link of its rate, to the
/// picosecond in the sum: a fast link before it changes nothing, as in a tandem.
fn shaper_path() -> Setup {
    let egress = bucket(1);
    let plain = File {
        measure: "2 s",
        tasks: &[task("a", 2, poisson(LOAD / 2.0))],
        ..SHARED
    };
    let shaped = File {
        egress: &egress,
        ..plain
    };
    // Transmission at 800 Gbit/s, and at 1 Gbit/s [ps].
    let waits =
        |m: &Measurements, service: u128| sojourn_ps(m) - service * u128::from(delivered(m));
    let cases = vec![Case::identity("delays, sum", "ps", move |m| {
        (waits(&m[0], 12_500), waits(&m[1], 10_000_000))
    })];
    Setup {
        name: "shaper on the packets of a link".to_owned(),
        files: vec![shaped.text(), plain.text()],
        length: Length::Once,
        cases,
    }
}

/// A budget of b packets lets the packets through that a queue with room for b does.
fn policer_path(packets: u32) -> Setup {
    let (budget, room) = (budget(packets), format!("{packets} packets"));
    let tasks = [task("a", 2, poisson(LOAD / 2.0))];
    let policed = File {
        measure: "2 s",
        egress: FAST,
        instance: &budget,
        tasks: &tasks,
        ..SHARED
    };
    let queued = File {
        measure: "2 s",
        capacity: &room,
        tasks: &tasks,
        ..SHARED
    };
    let lost = |m: &Measurements| u128::from(dropped(m));
    let cases = vec![Case::identity("packets lost", "packets", move |m| {
        (lost(&m[0]), lost(&m[1]))
    })];
    Setup {
        name: format!("policer on the packets of a queue, {packets} packets"),
        files: vec![policed.text(), queued.text()],
        length: Length::Once,
        cases,
    }
}
