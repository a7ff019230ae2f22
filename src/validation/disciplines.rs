//! What queue disciplines must do whatever they are: conservation laws, ceilings, fair shares.
//!
//! Exact statements are compared exactly; the others within 4.5 standard errors from the spread
//! over independent replications.

use std::num::NonZeroU32;
use std::sync::Arc;

use super::trials::{Point, parse, run, run_one};
use crate::measure::{DropCause, Measurements, Stage};
use crate::scenario::*;
use crate::trial::Trial;
use crate::units::{Bytes, DataRate, PacketRate, SimDuration};

fn trial(scenario: Scenario) -> Measurements {
    let scenario = Arc::new(scenario);
    Trial {
        scenario,
        seed: 1,
        replication: 0,
    }
    .run()
    .unwrap()
}

/// Four tasks of `size` at load 0.8 of 1 Gbit/s in `mode`, ten windows of `measure`.
fn quartet(mode: &str, size: &str, measure: &str) -> crate::experiment::Experiment {
    parse(&format!(
        r#"
        question = "which order?"
        warm-up = "0 s"
        measure = "{measure}"
        offered-load = 0.8
        [instance]
        egress = "1 Gbit/s"
        host-stack = {{ cores = 2, per-packet = "1 us" }}
        [network]
        {mode}
        eni-queue = {{ capacity = "unlimited", discipline = "fifo" }}
        propagation = "0 s"
        [[task]]
        name = "small"
        count = 3
        traffic = {{ arrivals = "poisson", rate = "100 Mbit/s", packet-size = {size} }}
        [[task]]
        name = "large"
        traffic = {{ arrivals = "poisson", rate = "500 Mbit/s", packet-size = {size} }}
        "#
    ))
}

const BRIDGE: &str = r#"mode = "bridge""#;

fn awsvpc(arbitration: &str) -> String {
    format!("mode = \"awsvpc\"\narbitration = \"{arbitration}\"")
}

/// Oracle: 64 B packets at load 0.1 and 1500 B packets at 0.7 through one link at a byte per unit
/// of time (Pollaczek and Khinchine; Cobham; Kleinrock's conservation law): Σρ·W = 2112.8 bytes for
/// every work-conserving discipline, 2641 each in order of arrival. The mice's wait under deficit
/// round robin, 586.8, comes from an independent simulation and is allowed 0.5 % of its own error:
/// strict priority, which it resembles, gives them 586.889. On a link of their own: 3.5556.
#[test]
fn mice_and_elephants_share_a_conserved_wait() {
    let points = run(&parse(include_str!(
        "../../experiments/curated/03-elephants-mice.toml"
    )));
    // At 1 Gbit/s a byte lasts 8 ns.
    let wait = |point: &Point, group| {
        let mut bytes = point.stage_us(Stage::EniWait, |task| task.group == group);
        bytes.mean *= 125.0;
        bytes.standard_error *= 125.0;
        bytes
    };
    for point in &points {
        let name = point.values.join(" ");
        let (mice, elephants) = (wait(point, 0), wait(point, 1));
        if name == "awsvpc dedicated" {
            mice.assert_is("mice alone", 3.555_56);
            continue;
        }
        let sum = point.estimate(|m| {
            let group_wait =
                |group: usize| m.tasks[group].stage_mean_ns.unwrap()[Stage::EniWait as usize] / 8.0;
            0.1 * group_wait(0) + 0.7 * group_wait(1)
        });
        sum.assert_is(&format!("conserved sum, {name}"), 2112.8);
        match name.as_str() {
            "awsvpc drr" => {
                let error = mice.standard_error.hypot(0.005 * 586.8 / 4.5);
                let mice = super::trials::Estimate {
                    standard_error: error,
                    ..mice
                };
                mice.assert_is("mice, drr", 586.8);
            }
            // Turns of a packet each: a mouse's 64 bytes cost it up to 1500 of the other's.
            "awsvpc round-robin" => assert!(mice.mean > 2641.0, "{mice:?}"),
            _ => {
                mice.assert_is(&format!("mice, {name}"), 2641.0);
                elephants.assert_is(&format!("elephants, {name}"), 2641.0);
            }
        }
    }
}

/// The number of packets inside at any instant does not depend on the order in which equal packets
/// are served, so its integral over the window is the same to the picosecond. If the link is idle
/// at the end of the window, the sum of the sojourns is that integral.
#[test]
fn order_of_service_leaves_the_total_sojourn_alone() {
    let of = |mode: &str, measure: &str| {
        let experiment = quartet(mode, r#""1250 B""#, measure);
        trial(Scenario::clone(&experiment.points[0].scenario))
    };
    let total = |m: &Measurements| m.groups.iter().map(|g| g.sojourn_sum_ps).sum::<u128>();
    let (measure, bridge) = (0..100)
        .map(|extra| 100_000 + 3 * extra)
        .map(|us| (us, of(BRIDGE, &format!("{us} us"))))
        .find(|(us, m)| total(m) == (m.backlog_mean * *us as f64 * 1e6).round() as u128)
        .expect("a system at load 0.8 is empty once in a hundred tries");
    assert!(total(&bridge) > 0);
    for arbitration in ["fifo", "round-robin", "drr"] {
        let other = of(&awsvpc(arbitration), &format!("{measure} us"));
        assert_eq!(total(&other), total(&bridge), "{arbitration}");
        assert_eq!(other.backlog_mean, bridge.backlog_mean, "{arbitration}");
    }
}

/// ENIs served in order of arrival are one queue: every number is the same, with mixed sizes too.
#[test]
fn fifo_arbitration_is_a_shared_queue() {
    let of = |mode: &str| {
        let experiment = quartet(mode, r#""imix""#, "200 ms");
        trial(Scenario::clone(&experiment.points[0].scenario))
    };
    let shared = of(BRIDGE);
    assert!(shared.events > 100_000);
    assert_eq!(of(&awsvpc("fifo")), shared);
    assert_ne!(of(&awsvpc("round-robin")), shared);
}

/// Ten tasks that each send ten packets of 1500 B at the same moment: an on period of 9 ps at a
/// peak of a packet per picosecond, after an off period that a Pareto law of an absurd shape makes
/// exactly 10 ms. The bursts begin at the same picosecond, and their packets come one apart.
fn synchronized_bursts(egress: Egress) -> Scenario {
    let fixed = |ps| PeriodLaw::Pareto {
        mean: SimDuration::from_ps(ps),
        shape: 1e15,
    };
    let arrivals = Arrivals::OnOff {
        peak: PacketRate::new(1e12).unwrap(),
        on: fixed(9),
        off: fixed(10_000_000_000),
    };
    let rate = PacketRate::new(1e3).unwrap();
    let traffic = Traffic::outbound(arrivals, rate, PacketSize::Fixed(Bytes::new(1500)));
    let burst = TaskGroup::own("burst".to_owned(), 10, traffic);
    Scenario {
        window: Window {
            warm_up: SimDuration::ZERO,
            measure: SimDuration::from_ms(19),
        },
        throughput_interval: SimDuration::from_ms(1),
        network: Network::outbound(Mode::Awsvpc, None, egress, SimDuration::ZERO),
        task_groups: vec![burst],
        life_cycle: None,
        series_interval: None,
    }
}

/// Oracle: network calculus. Ten bursts of σ = 15 000 B through 1 Gbit/s leave after Σσ/R = 1200 µs
/// at the latest, whatever the discipline, and the last packet reaches that bound. It is sent 9 ps
/// after the first, which are all that is missing.
#[test]
fn the_last_packet_of_simultaneous_bursts_meets_its_ceiling() {
    let queue = EniQueue::fifo(Capacity::Unlimited);
    let allowance = Allowance::Link(DataRate::new(1_000_000_000).unwrap());
    let per_task = |arbitration| Egress::PerTask {
        queue,
        arbitration,
        trunk: None,
        allowance,
    };
    let quantum = Bytes::new(1500);
    let shared = [
        Egress::Shared { queue, allowance },
        per_task(Arbitration::Fifo),
        per_task(Arbitration::RoundRobin),
        per_task(Arbitration::Drr { quantum }),
    ];
    for egress in shared {
        let measured = trial(synchronized_bursts(egress)).groups.remove(0);
        assert_eq!(measured.sojourn_histogram.count(), 100, "{egress:?}");
        assert_eq!(measured.sojourn_max_ps, 1_200_000_000 - 9, "{egress:?}");
    }
    // A tenth of the rate is as slow for a tenth of the burst; the whole rate ten times faster.
    let own = |arbitration| trial(synchronized_bursts(per_task(arbitration)));
    assert_eq!(
        own(Arbitration::Partition).groups[0].sojourn_max_ps,
        1_200_000_000 - 9
    );
    assert_eq!(
        own(Arbitration::Dedicated).groups[0].sojourn_max_ps,
        120_000_000 - 9
    );
}

/// Seven tasks at a tenth of the link each and one at 1.2 of it.
fn overload(mode: &str) -> Point {
    run_one(&parse(&format!(
        r#"
        question = "who loses?"
        replications = 20
        warm-up = "200 ms"
        measure = "500 ms"
        [instance]
        egress = "1 Gbit/s"
        host-stack = "none"
        [network]
        {mode}
        eni-queue = {{ capacity = "1000 packets", discipline = "fifo" }}
        propagation = "0 s"
        [[task]]
        name = "victim"
        count = 7
        traffic = {{ arrivals = "poisson", rate = "100 Mbit/s", packet-size = "1250 B" }}
        [[task]]
        name = "bully"
        traffic = {{ arrivals = "poisson", rate = "1.2 Gbit/s", packet-size = "1250 B" }}
        "#
    )))
}

/// Oracle: Poisson arrivals see time averages, so at a shared full queue everyone loses the same
/// 1 − 1/1.9 (exact to e^{−1000}: the queue has room for 1000). Jain's index of the delivered
/// fractions is then 1.
#[test]
fn at_a_shared_queue_everyone_loses_alike() {
    let point = overload(BRIDGE);
    for number in 0..8 {
        let loss = point.estimate(|m| {
            let task = &m.tasks[number];
            task.dropped_packets() as f64 / task.offered_packets as f64
        });
        loss.assert_is(&format!("loss of task {number}"), 1.0 - 1.0 / 1.9);
    }
    let jain = point.estimate(|m| m.jain_index(|_| true).unwrap());
    assert!((jain.mean - 1.0).abs() < 1e-3, "{jain:?}");
}

/// Oracle: max-min fairness. The victims ask for less than an eighth of the link and lose nothing;
/// the bully gets what is left, 0.3 of the link. Together they use the link without a gap: what is
/// delivered in the window is its rate times its length, but for a packet at either end.
#[test]
fn taking_turns_leaves_the_bully_the_rest() {
    for arbitration in ["round-robin", "drr"] {
        let point = overload(&awsvpc(arbitration));
        for m in &point.replications {
            assert!(m.tasks[..7].iter().all(|task| task.dropped_packets() == 0));
            assert!((m.utilization() - 1.0).abs() < 1e-12);
            let delivered: f64 = m.tasks.iter().map(|task| task.throughput_bps).sum();
            assert!((delivered - 1e9).abs() <= 1250.0 * 8.0 / 0.5, "{delivered}");
        }
        let bully = point.estimate(|m| m.tasks[7].throughput_bps);
        bully.assert_is(&format!("bully, {arbitration}"), 0.3e9);
    }
}

/// By hand: with room for one packet at each ENI, every task gets the first of its ten packets
/// through and loses nine, and the last of the ten leaves after ten transmissions.
#[test]
fn a_queue_of_one_packet_still_takes_turns() {
    let queue = EniQueue::fifo(Capacity::Packets(NonZeroU32::MIN));
    let allowance = Allowance::Link(DataRate::new(1_000_000_000).unwrap());
    let arbitration = Arbitration::RoundRobin;
    let m = trial(synchronized_bursts(Egress::PerTask {
        queue,
        arbitration,
        trunk: None,
        allowance,
    }));
    assert!(m.tasks.iter().all(|task| task.delivered_packets == 1));
    assert!(
        m.tasks
            .iter()
            .all(|task| task.dropped[DropCause::EniQueue as usize] == 9)
    );
    assert_eq!(m.groups[0].sojourn_max_ps, 120_000_000);
}
