//! The host stack against M/D/c, and the account of the time that packets spend in each stage.

use super::trials::{Point, assert_within, parse, run, run_one};
use crate::measure::{STAGES, Stage};
use crate::theory::mdc::Mdc;

/// Oracle: M/D/c (Crommelin 1932). Poisson packets of 10 µs of CPU each on c cores at load 0.8; the
/// link behind is so fast that it plays no part. No formula for the error of M/D/c: it is taken
/// from the spread over 40 replications of 5000 relaxation times.
#[test]
fn equal_packets_on_several_cores_are_mdc() {
    for cores in [2, 4, 8] {
        let wait = Mdc::new(cores, 0.8).mean_wait();
        let rate = 80_000 * cores;
        let point = run_one(&parse(&format!(
            r#"
            question = "M/D/c?"
            replications = 40
            warm-up = "20 ms"
            measure = "500 ms"
            [instance]
            egress = "800 Gbit/s"
            host-stack = {{ cores = {cores}, per-packet = "10 us", backlog = "unlimited" }}
            [network]
            mode = "bridge"
            eni-queue = {{ capacity = "unlimited", discipline = "fifo" }}
            propagation = "0 s"
            [[task]]
            name = "poisson"
            traffic = {{ arrivals = "poisson", rate = "{rate} packets/s", packet-size = "1250 B" }}
            "#
        )));
        let measured = point.stage_us(Stage::HostStackWait, |_| true);
        measured.assert_is(&format!("wait on {cores} cores"), 10.0 * wait);
        let service = point.stage_us(Stage::HostStackService, |_| true);
        assert_eq!(service.mean, 10.0);
    }
}

/// Every stage of a c5.large takes time here, burst credit apart.
fn full_path() -> Vec<Point> {
    run(&parse(
        r#"
        question = "where does the time go?"
        replications = 2
        warm-up = "10 ms"
        measure = "100 ms"
        [instance]
        type = "c5.large"
        egress = { baseline = "1 Gbit/s", burst = "2 Gbit/s", credit = "3 kB", buffer = "1 MB" }
        [network]
        mode = "bridge"
        propagation = "170 us"
        [[task]]
        name = "imix"
        count = 2
        traffic = { arrivals = "poisson", rate = "450 Mbit/s", packet-size = "imix" }
        [sweep]
        "network.mode" = ["bridge", "host", "awsvpc"]
        "#,
    ))
}

/// The exact sojourn of each packet is the sum of its stages, which every trial asserts; the means
/// in the tables add up to rounding.
#[test]
fn stage_times_add_up_to_the_sojourn() {
    for point in full_path() {
        for task in point.replications.iter().flat_map(|m| &m.tasks) {
            let stages = task.stage_mean_ns.unwrap();
            for (stage, ns) in STAGES.into_iter().zip(stages) {
                let is_crossed = !matches!(stage, Stage::MicroVm | Stage::TrunkWait);
                assert_eq!(ns > 0.0, is_crossed, "{stage:?}: {stages:?}");
            }
            let (sum, mean) = (stages.iter().sum::<f64>(), task.sojourn.mean_ns.unwrap());
            assert!((sum / mean - 1.0).abs() < 1e-12, "{sum} {mean}");
        }
    }
}

/// Defaults: 1 µs of CPU per packet, and 1 µs more for docker0, conntrack and NAT in bridge mode.
/// Transmission is the mean size at the burst rate, within 4.5 standard errors of 20,000 or more
/// sizes; propagation is what it is.
#[test]
fn a_bridge_costs_a_microsecond_of_cpu_per_packet() {
    for point in full_path() {
        let mean = |stage| point.stage_us(stage, |_| true).mean;
        let cpu = if point.values[0] == "bridge" {
            2.0
        } else {
            1.0
        };
        assert!(
            (mean(Stage::HostStackService) - cpu).abs() < 1e-9,
            "{}",
            point.values[0]
        );
        assert!((mean(Stage::Propagation) - 170.0).abs() < 1e-9);
        let sizes = crate::theory::mg1::DiscreteLaw::imix();
        let variance = sizes.moment(2) - sizes.moment(1).powi(2);
        let packets: f64 = point.replications.iter().map(super::trials::offered).sum();
        let us_per_byte = 4e-3;
        let tolerance = 4.5 * us_per_byte * (variance / packets).sqrt();
        let expected = us_per_byte * sizes.moment(1);
        assert_within(
            "transmission",
            mean(Stage::Transmission),
            expected,
            tolerance,
        );
    }
}
