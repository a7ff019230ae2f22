//! Priorities at an ENI queue.

use super::*;
use crate::measure::Stage;

/// Groups, the most urgent first, with the packets of each and their load.
fn groups(classes: &[(PacketSize, f64)]) -> Vec<TaskGroup> {
    let of = |(priority, (size, load)): (u32, &(PacketSize, f64))| {
        let rate = PacketRate::new(load * 1e9 / 8.0 / size.mean()).unwrap();
        let traffic = Traffic::outbound(Arrivals::Poisson, rate, size.clone());
        let name = ["first", "second", "third"][priority as usize];
        TaskGroup {
            priority,
            ..group(name, 1, traffic)
        }
    };
    (0..).zip(classes).map(of).collect()
}

fn queue(discipline: Discipline, classes: &[(PacketSize, f64)]) -> Scenario {
    let queue = EniQueue {
        discipline,
        ..UNLIMITED
    };
    let allowance = link();
    let egress = Egress::Shared { queue, allowance };
    let mut scenario = scenario(Mode::Host, egress, groups(classes));
    scenario.window.measure = SimDuration::from_ms(500);
    scenario
}

/// Mean wait of the class at this position [µs].
fn wait(point: &Point, class: usize) -> Estimate {
    point.stage_us(Stage::EniWait, |task| task.group == class)
}

fn fixed(bytes: u64) -> PacketSize {
    PacketSize::Fixed(Bytes::new(bytes))
}

/// Fails unless these classes wait so long [µs].
fn assert_waits(what: &str, classes: &[(PacketSize, f64)], expected: &[f64]) {
    let point = replications(&queue(Discipline::Priority, classes));
    for (class, expected) in expected.iter().enumerate() {
        wait(&point, class).assert_is(&format!("{what}, class {class}"), *expected);
    }
}

/// Oracle: non-preemptive priority, W = W₀/((1 − σ before)(1 − σ with the class)) (Cobham 1954).
/// Equal packets, in services of 10 µs: 0.571428571429 and 2.85714285714.
#[test]
fn equal_packets_wait_as_cobham_says() {
    let classes = [(fixed(1250), 0.3), (fixed(1250), 0.5)];
    assert_waits("M/D", &classes, &[5.71428571429, 28.5714285714]);
}

/// Oracle: the same with exponential sizes. Of two classes, 1.14285714286 and 5.71428571429
/// services; of three with loads of 0.2, 0.3 and 0.3, 1, 2 and 8.
#[test]
fn exponential_packets_wait_as_cobham_says() {
    let exponential = PacketSize::Scaled {
        law: UnitLaw::Exponential,
        mean: SIZE,
        max: Bytes::new(65_536),
    };
    let class = |load| (exponential.clone(), load);
    assert_waits(
        "M/M",
        &[class(0.3), class(0.5)],
        &[11.4285714286, 57.1428571429],
    );
    let three = [class(0.2), class(0.3), class(0.3)];
    assert_waits("M/M of three", &three, &[10.0, 20.0, 80.0]);
}

/// Oracle: Cobham with packets of different sizes: 64 B at a load of 0.1 before 1500 B at 0.7. In
/// bytes, which take 8 ns each, 586.888888889 and 2934.44444444; first come first served, both wait
/// 2641. Kleinrock's conservation law: waits weighted with loads add up to the same, 2112.8.
#[test]
fn mice_wait_less_before_elephants_and_the_sum_is_conserved() {
    let classes = [(fixed(64), 0.1), (fixed(1500), 0.7)];
    let in_bytes = |us: f64| us / 8e-3;
    let us = |bytes: f64| bytes * 8e-3;
    assert_waits(
        "mice first",
        &classes,
        &[us(586.888888889), us(2934.44444444)],
    );
    for discipline in Discipline::ALL {
        let point = replications(&queue(discipline, &classes));
        // Both classes of a replication have waited for the same packets: the error is that of
        // their sum.
        let sum = point.estimate(|m| {
            let mean = |class: usize| {
                let means = m.tasks[class].stage_mean_ns.unwrap();
                in_bytes(means[Stage::EniWait as usize] / 1e3)
            };
            0.1 * mean(0) + 0.7 * mean(1)
        });
        sum.assert_is(&format!("{discipline:?}, weighted sum"), 2112.8);
    }
}

/// Oracle: work conservation. Packets of one size leave at the same instants in whatever order they
/// go, so the backlog, integrated over the window, does not depend on the discipline, to the
/// picosecond.
#[test]
fn priorities_do_not_change_the_backlog_of_equal_packets() {
    let classes = [(fixed(1250), 0.3), (fixed(1250), 0.5)];
    let measured = Discipline::ALL.map(|d| replication(&queue(d, &classes), 0));
    let [fifo, priority] = &measured;
    assert_eq!(fifo.backlog_mean, priority.backlog_mean);
    // But who waits is another matter.
    assert!(priority.tasks[0].sojourn.mean_ns < fifo.tasks[0].sojourn.mean_ns);
    assert!(priority.tasks[1].sojourn.mean_ns > fifo.tasks[1].sojourn.mean_ns);
}

/// Identity: with an ENI each, tasks have nobody to go before, and priorities change nothing.
#[test]
fn priorities_hold_within_an_eni() {
    let at = |discipline| {
        let classes = [(fixed(64), 0.1), (fixed(1500), 0.7)];
        let mut scenario = queue(discipline, &classes);
        let queue = EniQueue {
            discipline,
            ..UNLIMITED
        };
        scenario.network.mode = Mode::Awsvpc;
        scenario.network.egress = Egress::PerTask {
            queue,
            arbitration: Arbitration::RoundRobin,
            trunk: None,
            allowance: link(),
        };
        outcomes(&replication(&scenario, 0))
    };
    assert_eq!(at(Discipline::Priority), at(Discipline::Fifo));
}

/// A full queue drops whoever arrives: Poisson packets of either class find it full equally often
/// (they see time averages), however urgent they are. Together they are M/D/1/K, which no
/// discipline changes: the loss with room for 5 at a load of 0.8 is 0.035290396436 (Brun and Garcia
/// 2000).
#[test]
fn the_urgent_are_dropped_like_the_others() {
    let classes = [(fixed(1250), 0.3), (fixed(1250), 0.5)];
    let mut scenario = queue(Discipline::Priority, &classes);
    if let Egress::Shared { queue, .. } = &mut scenario.network.egress {
        queue.capacity = Capacity::Packets(count(5));
    }
    let point = replications(&scenario);
    for class in 0..2 {
        let loss = point.estimate(|m| {
            let task = &m.tasks[class];
            task.dropped_packets() as f64 / task.offered_packets as f64
        });
        loss.assert_is(&format!("loss of class {class}"), 0.035290396436);
    }
}
