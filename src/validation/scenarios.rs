//! Random scenarios: every mode, arbitration, capacity, law of arrivals, sizes and CPU times, and
//! allowance.

use std::num::NonZeroU32;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::scenario::*;
use crate::units::{Bytes, DataRate, PacketRate, SimDuration};

/// So many random cases from a fixed seed, so that a test that passes goes on passing.
///
/// For a wider search, `ENIBENCH_SWARM_CASES` is the number of cases instead, and
/// `ENIBENCH_SWARM_SEED` the seed: `ENIBENCH_SWARM_CASES=100000 ENIBENCH_SWARM_SEED=7 cargo test
/// validation`. A failure prints both, and the smallest case that fails.
pub fn config(cases: u32, seed: u64) -> ProptestConfig {
    fn from_environment<T: std::str::FromStr>(name: &str, default: T) -> T {
        let read = |text: String| text.parse().ok();
        let parsed = std::env::var(name).map(|text| {
            read(text.clone()).unwrap_or_else(|| panic!("{name} is {text}, which is no number"))
        });
        parsed.unwrap_or(default)
    }
    let cases = from_environment("ENIBENCH_SWARM_CASES", cases);
    let seed = from_environment("ENIBENCH_SWARM_SEED", seed);
    // Shown only if the test fails.
    println!("repeat with ENIBENCH_SWARM_CASES={cases} ENIBENCH_SWARM_SEED={seed}");
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Tasks of all groups at most, so that a partition of the credit still holds a packet.
const TASKS_MAX: u64 = 9;

const LARGEST: Bytes = Bytes::new(1500);

fn sizes() -> impl Strategy<Value = PacketSize> {
    let (min, max) = (Bytes::new(64), LARGEST);
    let weighted = |size, weight| WeightedSize {
        size: Bytes::new(size),
        weight,
    };
    let bimodal =
        move |share| PacketSize::Discrete(vec![weighted(64, share), weighted(1500, 1.0 - share)]);
    prop_oneof![
        (1..=LARGEST.get()).prop_map(|size| PacketSize::Fixed(Bytes::new(size))),
        Just(PacketSize::Uniform { min, max }),
        (0.5..2.0).prop_map(move |shape| PacketSize::BoundedPareto { min, max, shape }),
        (0.1..0.9).prop_map(bimodal),
        (unit_law(), 64_u64..1500).prop_map(|(law, mean)| PacketSize::Scaled {
            law,
            mean: Bytes::new(mean),
            max: LARGEST,
        }),
    ]
}

/// Any law but the deterministic one.
fn unit_law() -> impl Strategy<Value = UnitLaw> {
    prop_oneof![
        Just(UnitLaw::Uniform),
        (1_u32..6).prop_map(|shape| UnitLaw::Erlang {
            shape: NonZeroU32::new(shape).unwrap()
        }),
        Just(UnitLaw::Exponential),
        (1.1..20.0_f64).prop_map(|scv| UnitLaw::Hyperexponential { scv }),
    ]
}

fn period(us: u64, shape: Option<f64>) -> PeriodLaw {
    let mean = SimDuration::from_us(us);
    shape.map_or(PeriodLaw::Exponential { mean }, |shape| PeriodLaw::Pareto {
        mean,
        shape,
    })
}

fn arrivals(per_s: f64) -> BoxedStrategy<Arrivals> {
    let on_off = (1_u64..1000, 1_u64..1000, prop::option::of(1.1..3.0));
    let on_off = on_off.prop_map(move |(on, off, shape)| {
        let peak = PacketRate::new(per_s * (on + off) as f64 / on as f64).unwrap();
        Arrivals::OnOff {
            peak,
            on: period(on, shape),
            off: period(off, shape),
        }
    });
    let mmpp = ([0_u32..10, 1..10], [1_u64..1000, 1..1000]);
    let mmpp = mmpp.prop_map(|(weights, durations)| {
        Arrivals::Mmpp([0, 1].map(|state: usize| MmppState {
            weight: f64::from(weights[state]),
            duration: SimDuration::from_us(durations[state]),
        }))
    });
    prop_oneof![
        Just(Arrivals::Periodic),
        Just(Arrivals::Poisson),
        on_off,
        unit_law().prop_map(Arrivals::Renewal),
        mmpp,
    ]
    // On the heap: the strategies made of this one are large.
    .boxed()
}

pub fn group(name: &'static str) -> impl Strategy<Value = TaskGroup> {
    let traffic = (1e3..1e5_f64).prop_flat_map(|per_s| (Just(per_s), arrivals(per_s), sizes()));
    (1_u32..=3, traffic).prop_map(move |(count, (per_s, arrivals, packet_size))| {
        let rate = PacketRate::new(per_s).unwrap();
        let traffic = Traffic::outbound(arrivals, rate, packet_size);
        TaskGroup::own(name.to_owned(), count, traffic)
    })
}

fn count() -> impl Strategy<Value = NonZeroU32> {
    (1_u32..100).prop_map(|count| NonZeroU32::new(count).unwrap())
}

fn queue() -> impl Strategy<Value = EniQueue> {
    let bytes = (LARGEST.get()..100_000).prop_map(|bytes| Capacity::Bytes(Bytes::new(bytes)));
    let capacity = prop_oneof![
        Just(Capacity::Unlimited),
        count().prop_map(Capacity::Packets),
        bytes
    ];
    capacity.prop_map(EniQueue::fifo)
}

fn allowance() -> impl Strategy<Value = Allowance> {
    let rate = || 50_000_000_u64..2_000_000_000;
    let link = rate().prop_map(|rate| Allowance::Link(DataRate::new(rate).unwrap()));
    let state = prop_oneof![Just(CreditState::Full), Just(CreditState::Empty)];
    let credit = LARGEST.get() * TASKS_MAX..500_000;
    let bucket = (rate(), 2_u64..20, credit, 0_u64..500_000, state);
    let bucket = bucket.prop_map(|(rate, factor, credit, buffer, start)| {
        Allowance::TokenBucket(TokenBucket {
            baseline: DataRate::new(rate).unwrap(),
            burst: DataRate::new(rate * factor).unwrap(),
            credit: Bytes::new(credit),
            start,
            buffer: Bytes::new(buffer),
        })
    });
    prop_oneof![link, bucket]
}

pub fn arbitration() -> impl Strategy<Value = Arbitration> {
    prop_oneof![
        Just(Arbitration::RoundRobin),
        (1500_u64..9000).prop_map(|quantum| Arbitration::Drr {
            quantum: Bytes::new(quantum)
        }),
        Just(Arbitration::Fifo),
        Just(Arbitration::Partition),
        Just(Arbitration::Dedicated),
    ]
}

pub fn host_stack() -> impl Strategy<Value = HostStack> {
    (
        1_u32..=8,
        1_u64..20_000,
        0_u64..10_000,
        prop::option::of(8_u32..500),
        prop_oneof![Just(UnitLaw::Deterministic), unit_law()],
    )
        .prop_map(
            |(cores, per_packet, per_byte_ps, capacity, law)| HostStack {
                law,
                per_byte: SimDuration::from_ps(per_byte_ps),
                capacity: capacity.and_then(NonZeroU32::new),
                ..HostStack::shared(
                    NonZeroU32::new(cores).unwrap(),
                    SimDuration::from_ns(per_packet),
                )
            },
        )
}

fn network() -> impl Strategy<Value = Network> {
    let egress = prop_oneof![
        1 => Just((Mode::None, Egress::Refused)),
        4 => (queue(), allowance(), prop_oneof![Just(Mode::Bridge), Just(Mode::Host)])
            .prop_map(|(queue, allowance, mode)| (mode, Egress::Shared { queue, allowance })),
        8 => (queue(), arbitration(), allowance()).prop_map(|(queue, arbitration, allowance)| {
            (Mode::Awsvpc, Egress::PerTask { queue, arbitration, trunk: None, allowance })
        }),
    ];
    let propagation = (0_u64..300).prop_map(SimDuration::from_us);
    (egress, prop::option::of(host_stack()), propagation).prop_map(
        |((mode, egress), host_stack, propagation)| {
            let refused = egress == Egress::Refused;
            let host_stack = host_stack.filter(|_| !refused);
            let propagation = if refused {
                SimDuration::ZERO
            } else {
                propagation
            };
            Network::outbound(mode, host_stack, egress, propagation)
        },
    )
}

pub fn scenario() -> impl Strategy<Value = Scenario> {
    let groups = prop_oneof![
        group("a").prop_map(|a| vec![a]),
        (group("a"), group("b")).prop_map(|(a, b)| vec![a, b]),
    ];
    (network(), groups, 0_u64..5_000, 1_000_u64..20_000).prop_map(
        |(network, task_groups, warm_up, measure)| Scenario {
            window: Window {
                warm_up: SimDuration::from_us(warm_up),
                measure: SimDuration::from_us(measure),
            },
            throughput_interval: SimDuration::from_us(700),
            network,
            task_groups,
            life_cycle: None,
            series_interval: None,
        },
    )
}
