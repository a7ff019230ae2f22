//! Arrivals of all laws: exact where they are, by their moments where they are random.

use super::*;
use crate::scenario::PacketSize;
use crate::units::Bytes;
use proptest::prelude::*;

fn source(arrivals: Arrivals, rate: f64) -> Source {
    let rate = PacketRate::new(rate).unwrap();
    let traffic = Traffic::outbound(arrivals, rate, PacketSize::Fixed(Bytes::new(100)));
    let task = StreamName {
        seed: 1,
        replication: 0,
        component: "t",
        index: 0,
        purpose: "",
    };
    Source::new(&traffic, task)
}

fn arrivals(arrivals: Arrivals, rate: f64, n: usize) -> Vec<u64> {
    let mut source = source(arrivals, rate);
    (0..n).map(|_| source.next_arrival().as_ps()).collect()
}

/// Span by span or packet by packet, a source sends the same.
#[test]
fn arrivals_do_not_depend_on_how_they_are_asked_for() {
    let exponential = on_off(|mean| PeriodLaw::Exponential { mean });
    for law in [Arrivals::Poisson, Arrivals::Periodic, exponential] {
        let one_by_one = arrivals(law.clone(), 1e6, 1000);
        let mut source = source(law, 1e6);
        let mut by_span = Vec::new();
        for span in 1..1500 {
            let until = SimTime::from_ps(span * 800_000);
            source.arrivals_before(until, |times| {
                by_span.extend(times.iter().map(|time| time.as_ps()));
            });
        }
        assert!(by_span.len() >= 1000, "{}", by_span.len());
        assert_eq!(by_span[..1000], one_by_one);
    }
}

proptest! {
    /// Twin: the rounding of the standard library.
    #[test]
    fn rounding_is_to_the_nearest(
        value in prop_oneof![
            0.0..4.0_f64,
            (0_u64..1 << 60).prop_map(|halves| halves as f64 / 2.0),
            (0_u64..1 << 52).prop_map(|halves| (halves as f64 + 0.5).next_down()),
            0.0..1e20_f64,
        ]
    ) {
        prop_assert_eq!(rounded(value), value.round() as i64 as u64);
    }
}

/// A source so slow that its next packet lies beyond all simulated time never sends it.
#[test]
fn an_arrival_beyond_all_time_never_comes() {
    let times = arrivals(Arrivals::Poisson, 1e-9, 3);
    assert_eq!(times[0], i64::MAX as u64);
    assert_eq!(times[2], u64::MAX);
}

/// Three packets per second: a gap of a third of a second is no whole number of picoseconds,
/// yet packet 30,000 comes exactly 10,000 s after packet 0.
#[test]
fn a_periodic_source_does_not_drift() {
    let times = arrivals(Arrivals::Periodic, 3.0, 30_001);
    let span = times[30_000] - times[0];
    assert!(span.abs_diff(10_000_000_000_000_000) <= 1, "{span}");
    assert!(times[0] < 333_333_333_334, "the phase is less than a gap");
}

#[test]
fn poisson_gaps_have_mean_and_variance_of_an_exponential() {
    let n = 200_000;
    let times = arrivals(Arrivals::Poisson, 1e6, n);
    let gaps: Vec<f64> = times
        .windows(2)
        .map(|w| (w[1] - w[0]) as f64 / 1e6)
        .collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let second = gaps.iter().map(|g| g * g).sum::<f64>() / gaps.len() as f64;
    let root_n = (n as f64).sqrt();
    assert!((mean - 1.0).abs() < 4.5 / root_n, "{mean}");
    // Var[X²] = E[X⁴] − E[X²]² = 24 − 4 for a unit exponential.
    assert!(
        (second - 2.0).abs() < 4.5 * 20.0_f64.sqrt() / root_n,
        "{second}"
    );
}

fn on_off(period: fn(SimDuration) -> PeriodLaw) -> Arrivals {
    Arrivals::OnOff {
        peak: PacketRate::new(4e6).unwrap(),
        on: period(SimDuration::from_us(10)),
        off: period(SimDuration::from_us(30)),
    }
}

/// Within an on period gaps are exactly a quarter of a microsecond, and the long-run rate is
/// on/(on + off) × peak. An on-off cycle has a coefficient of variation of about one, so 5,000
/// cycles give the rate within 4.5 × √(2/5000) = 9 %.
#[test]
fn on_off_keeps_its_peak_gap_and_its_mean_rate() {
    let times = arrivals(on_off(|mean| PeriodLaw::Exponential { mean }), 1e6, 200_000);
    let back_to_back = times.windows(2).filter(|w| w[1] - w[0] == 250_000).count();
    assert!(back_to_back > 190_000, "{back_to_back}");
    assert!(times.windows(2).all(|w| w[1] - w[0] >= 250_000));
    let rate = 200_000.0 / (times[199_999] as f64 / 1e12);
    assert!((rate / 1e6 - 1.0).abs() < 0.09, "{rate}");
}

/// The Pareto law's scale follows from its mean: for shape 1.5 no on period is shorter than a
/// third of the mean, 3⅓ µs here.
#[test]
fn pareto_periods_have_a_smallest_length() {
    let times = arrivals(
        on_off(|mean| PeriodLaw::Pareto { mean, shape: 1.5 }),
        1e6,
        50_000,
    );
    let gaps: Vec<bool> = times.windows(2).map(|w| w[1] - w[0] == 250_000).collect();
    let runs: Vec<usize> = gaps
        .split(|within_a_period| !within_a_period)
        .map(<[bool]>::len)
        .collect();
    // The first and the last period are cut by the sample.
    let shortest = runs[1..runs.len() - 1].iter().min();
    assert_eq!(
        shortest,
        Some(&12),
        "3⅓ µs of on time hold 13 or 14 packets"
    );
}

/// Streams depend on the task, not on its rate: at twice the rate each gap is half as long.
#[test]
fn arrivals_at_another_rate_are_the_same_arrivals_scaled() {
    let slow = arrivals(Arrivals::Poisson, 1e6, 100);
    let fast = arrivals(Arrivals::Poisson, 2e6, 100);
    for (i, (slow, fast)) in slow.iter().zip(&fast).enumerate() {
        assert!(
            slow.abs_diff(2 * fast) <= 2 * (i as u64 + 1),
            "{slow} {fast}"
        );
    }
}
