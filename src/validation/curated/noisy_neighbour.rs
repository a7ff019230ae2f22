//! Seven victims and a bully: the central figure of the project.

use super::super::trials::assert_within;
use super::{Row, crossover, metric, number, read, system};
use crate::theory::{md1::Md1, pooling};
use crate::units::parse_data_rate;

const NOISY: &str = "01-noisy-neighbour";

/// Total load of a row of the noisy neighbour: seven victims at a tenth of the link, and the bully.
fn total_load(row: &Row) -> f64 {
    let bully = parse_data_rate(&row["task.bully.traffic.rate"]).unwrap();
    0.7 + bully.bits_per_s() as f64 / 1e9
}

/// Oracle: the shared queue and an eighth of it are M/D/1, and a victim's delays in them cross at
/// exactly known total loads. Waits cross earlier (0.96970 in the mean, 0.97257 in p99) than
/// sojourns (46/47 and 0.97468), which include a transmission eight times as long. ±0.003 is more
/// than a tenth of the delay there: 4 standard errors of ten replications of 5 s or more, and more
/// than the interpolation is off.
#[test]
fn a_bully_must_nearly_saturate_the_link_before_a_partition_pays() {
    let rows = read(NOISY, "summary.csv");
    let curve = |column| -> Vec<(f64, f64)> {
        let bridge = system(&rows, "bridge", "victim");
        bridge
            .iter()
            .map(|row| (total_load(row), number(row, column)))
            .collect()
    };
    // An eighth of the link transmits a packet in 80 µs where the whole link takes 10.
    let exact = 10e3 * (pooling::partition_quantile(8, 0.1, 0.99) + 8.0);
    let partition = system(&rows, "awsvpc partition", "victim");
    for row in &partition {
        metric(row, "sojourn_p99_ns").assert_is("p99 of a victim's eighth", exact);
    }
    let p99 = pooling::crossover_of_sojourn_quantile(8, 0.1, 0.99);
    let simulated = number(partition[0], "sojourn_p99_ns");
    for level in [exact, simulated] {
        assert_within(
            "crossing",
            crossover(&curve("sojourn_p99_ns"), level),
            p99,
            0.003,
        );
    }
    // All packets are alike, so a waiting time is the sojourn less a constant transmission.
    let waits: Vec<(f64, f64)> = curve("sojourn_p99_ns")
        .into_iter()
        .map(|(load, ns)| (load, ns - 10e3))
        .collect();
    let crossing = crossover(&waits, 10e3 * pooling::partition_quantile(8, 0.1, 0.99));
    let expected = pooling::crossover_of_quantile(8, 0.1, 0.99);
    assert!((expected - 0.97257).abs() < 5e-6);
    assert_within("crossing of p99 waits", crossing, expected, 0.003);
    let mean = 10e3 * 8.0 * (1.0 + Md1::new(0.8).mean_wait());
    let crossing = crossover(&curve("sojourn_mean_ns"), mean);
    let expected = pooling::crossover_of_mean_sojourn(8, 0.1);
    assert_within("crossing of mean sojourns", crossing, expected, 0.003);
}

/// Oracle: the waits themselves, without transmission, cross at a mean of 0.96970 (see above).
#[test]
fn mean_waits_cross_before_mean_sojourns() {
    let rows = read(NOISY, "tasks.csv");
    let mut waits: Vec<(f64, f64, f64)> = Vec::new();
    for row in system(&rows, "bridge", "victim") {
        let (load, wait) = (total_load(row), number(row, "eni_wait_mean_ns"));
        match waits.iter_mut().find(|(known, _, _)| *known == load) {
            Some((_, sum, count)) => (*sum, *count) = (*sum + wait, *count + 1.0),
            None => waits.push((load, wait, 1.0)),
        }
    }
    let curve: Vec<(f64, f64)> = waits
        .iter()
        .map(|(load, sum, n)| (*load, sum / n))
        .collect();
    let crossing = crossover(&curve, 80e3 * Md1::new(0.8).mean_wait());
    let expected = pooling::crossover_of_mean(8, 0.1);
    assert_within("crossing of mean waits", crossing, expected, 0.003);
}

/// A hard share of the link knows nothing of the bully: with common random numbers every cell of
/// the victims' rows is the same text at every load. So it is with a link of one's own.
#[test]
fn what_is_partitioned_does_not_notice_the_bully() {
    let rows = read(NOISY, "summary.csv");
    for mode in ["awsvpc partition", "awsvpc dedicated"] {
        let victims = system(&rows, mode, "victim");
        for row in &victims {
            for (column, cell) in victims[0]
                .iter()
                .filter(|(c, _)| *c != "task.bully.traffic.rate")
            {
                assert_eq!(
                    &row[column],
                    cell,
                    "{mode}: {column} at {}",
                    total_load(row)
                );
            }
        }
    }
}
