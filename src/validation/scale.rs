//! Units are a way of writing, and time has no scale of its own.

use std::sync::Arc;

use proptest::prelude::*;

use super::scenarios::config;
use crate::experiment::Experiment;
use crate::measure::{Measurements, TaskMeasurements};
use crate::scenario::*;
use crate::trial::Trial;
use crate::units::{Bytes, DataRate, PacketRate, SimDuration};

fn run(scenario: &Arc<Scenario>, seed: u64) -> Measurements {
    Trial {
        scenario: Arc::clone(scenario),
        seed,
        replication: 0,
    }
    .run()
    .unwrap()
}

/// On period of the senders of [`clockwork`] \[ps\].
const GAP: u64 = 1_000_000;

/// How the quantities of a file are written.
struct Written {
    warm_up: String,
    measure: String,
    egress: String,
    per_packet: String,
    propagation: String,
    capacity: String,
    size: String,
    poisson: String,
    rate: String,
    peak: String,
    on: String,
}

impl Written {
    fn file(&self, network: &str) -> String {
        let Written {
            warm_up,
            measure,
            egress,
            per_packet,
            propagation,
            capacity,
            size,
            poisson,
            rate,
            peak,
            on,
        } = self;
        format!(
            r#"
            question = "the same packets?"
            warm-up = "{warm_up}"
            measure = "{measure}"
            [instance]
            egress = "{egress}"
            host-stack = {{ cores = 2, per-packet = "{per_packet}" }}
            [network]
            {network}
            propagation = "{propagation}"
            eni-queue = {{ capacity = "{capacity}", discipline = "fifo" }}
            [[task]]
            name = "poisson"
            count = 2
            traffic = {{ arrivals = "poisson", rate = "{poisson}", packet-size = "{size}" }}
            [[task]]
            name = "bursty"
            traffic = {{ arrivals = "on-off", rate = "{rate}", peak = "{peak}", on = "{on}", packet-size = "{size}" }}
            "#
        )
    }
}

/// The whole numbers behind a file: megabits, milliseconds, kibibytes, packets.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    egress_mbit: u64,
    spans_ms: (u64, u64),
    per_packet_us: u64,
    propagation_us: u64,
    capacity_kib: u64,
    size: u64,
    poisson_per_s: u64,
    bursty_per_s: u64,
    peak_factor: u64,
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let network = (50_u64..2_000, 0_u64..20, 0_u64..300, 2_u64..200);
    let traffic = (
        64_u64..1500,
        1_000_u64..50_000,
        1_000_u64..50_000,
        2_u64..10,
    );
    ((0_u64..5, 1_u64..20), network, traffic).prop_map(|(spans_ms, network, traffic)| Numbers {
        spans_ms,
        egress_mbit: network.0,
        per_packet_us: network.1,
        propagation_us: network.2,
        capacity_kib: network.3,
        size: traffic.0,
        poisson_per_s: traffic.1,
        bursty_per_s: traffic.2,
        peak_factor: traffic.3,
    })
}

/// In large units, packets by their number.
fn one_way(n: Numbers) -> Written {
    Written {
        warm_up: format!("{} ms", n.spans_ms.0),
        measure: format!("{} ms", n.spans_ms.1),
        egress: format!("{} Mbit/s", n.egress_mbit),
        per_packet: format!("{} us", n.per_packet_us),
        propagation: format!("{} us", n.propagation_us),
        capacity: format!("{} KiB", n.capacity_kib),
        size: format!("{} B", n.size),
        poisson: format!("{} packets/s", n.poisson_per_s),
        rate: format!("{} packets/s", n.bursty_per_s),
        peak: format!("{} packets/s", n.bursty_per_s * n.peak_factor),
        on: "500 us".to_owned(),
    }
}

/// In small units and with fractions of large ones, packets by their bits.
fn another_way(n: Numbers) -> Written {
    let bits = |per_s: u64| per_s * n.size * 8;
    Written {
        warm_up: format!("{} us", n.spans_ms.0 * 1_000),
        measure: format!("{:.3} s", n.spans_ms.1 as f64 / 1e3),
        egress: format!("{} bit/s", n.egress_mbit * 1_000_000),
        per_packet: format!("{} ns", n.per_packet_us * 1_000),
        propagation: format!("{:.3} ms", n.propagation_us as f64 / 1e3),
        capacity: format!("{} B", n.capacity_kib * 1024),
        size: format!("{:.3} kB", n.size as f64 / 1e3),
        poisson: format!("{} bit/s", bits(n.poisson_per_s)),
        rate: format!("{} bit/s", bits(n.bursty_per_s)),
        peak: format!("{} bit/s", bits(n.bursty_per_s * n.peak_factor)),
        on: "0.5 ms".to_owned(),
    }
}

/// Senders whose only draw is a phase of less than [`GAP`]: a shape this absurd leaves every period
/// at its mean, and each on period has one packet. All spans are multiples of `k` picoseconds, all
/// rates what makes them so.
fn clockwork(k: u64, arbitration: Option<Arbitration>, room: Capacity) -> Arc<Scenario> {
    let fixed = |ps| PeriodLaw::Pareto {
        mean: SimDuration::from_ps(ps * k),
        shape: 1e15,
    };
    let sender = |name: &str, count, off| {
        let arrivals = Arrivals::OnOff {
            peak: PacketRate::new(1e12 / (GAP * k) as f64).unwrap(),
            on: fixed(GAP),
            off: fixed(off),
        };
        let rate = PacketRate::new(1e12 / ((off + GAP) * k) as f64).unwrap();
        let size = PacketSize::Fixed(Bytes::new(1250));
        TaskGroup::own(
            name.to_owned(),
            count,
            Traffic::outbound(arrivals, rate, size),
        )
    };
    let queue = EniQueue::fifo(room);
    let allowance = Allowance::Link(DataRate::new(1_024_000_000 / k).unwrap());
    let egress = match arbitration {
        None => Egress::Shared { queue, allowance },
        Some(arbitration) => Egress::PerTask {
            queue,
            arbitration,
            trunk: None,
            allowance,
        },
    };
    let propagation = SimDuration::from_ps(7_000_000 * k);
    Arc::new(Scenario {
        window: Window {
            warm_up: SimDuration::from_ps(1_000_000 * k),
            measure: SimDuration::from_ps(3_000_000_000 * k),
        },
        throughput_interval: SimDuration::from_ps(100_000_000 * k),
        network: Network::outbound(Mode::Awsvpc, None, egress, propagation),
        task_groups: vec![
            sender("often", 3, 40_000_000),
            sender("seldom", 2, 90_000_000),
        ],
        life_cycle: None,
        series_interval: None,
    })
}

proptest! {
    #![proptest_config(config(100, 33))]

    /// bit/s or Mbit/s, ms or us, B or KiB, packets or their bits: the same scenario, and so the
    /// same packets and bytes.
    #[test]
    fn the_same_file_in_other_units_gives_the_same_packets(n in numbers(), seed in any::<u64>()) {
        for network in ["mode = \"bridge\"", "mode = \"awsvpc\"\narbitration = \"drr\""] {
            let scenario = |written: Written| {
                let file = written.file(network);
                let experiment = Experiment::parse("units.toml", &file);
                experiment.unwrap_or_else(|e| panic!("{e}")).points.remove(0).scenario
            };
            let (one, other) = (scenario(one_way(n)), scenario(another_way(n)));
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(run(&one, seed), run(&other, seed));
        }
    }

    /// Everything k times as slow takes k times as long. Periods, transmissions and windows are whole
    /// picoseconds, so counts are the same exactly; only a task's phase is cut to a picosecond, so
    /// times are the same but for k of them.
    #[test]
    fn time_has_no_scale(
        power in 1_u32..10,
        arbitration in prop::option::of(super::scenarios::arbitration()),
        room in prop::option::of(1_u32..10),
        seed in any::<u64>(),
    ) {
        let k = 1_u64 << power;
        let room = room.map_or(Capacity::Unlimited, |room| {
            Capacity::Packets(std::num::NonZeroU32::new(room).unwrap())
        });
        let base = run(&clockwork(1, arbitration, room), seed);
        let slow = run(&clockwork(k, arbitration, room), seed);
        for (base, slow) in base.tasks.iter().zip(&slow.tasks) {
            prop_assert!(base.offered_packets >= 30);
            prop_assert_eq!(base.offered_packets, slow.offered_packets);
            prop_assert_eq!(base.dropped, slow.dropped);
            prop_assert_eq!(base.delivered_bytes, slow.delivered_bytes);
            let of = |task: &TaskMeasurements| [task.sojourn.mean_ns, task.sojourn.max_ns];
            for (base, slow) in of(base).into_iter().zip(of(slow)) {
                let (base, slow) = (base.unwrap_or(0.0), slow.unwrap_or(0.0));
                let picoseconds = (base * k as f64 - slow).abs() * 1e3;
                prop_assert!(picoseconds <= 1.001 * k as f64, "{} {}", base, slow);
            }
        }
        prop_assert!((base.backlog_mean - slow.backlog_mean).abs() < 1e-6);
        prop_assert!((base.utilization() - slow.utilization()).abs() < 1e-8);
    }
}
