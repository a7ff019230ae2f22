//! Arrivals of all laws: exact where they are, by their moments where they are random.

use super::*;
use crate::scenario::{MmppState, PacketSize, UnitLaw};
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
    let laws = [
        Arrivals::Poisson,
        Arrivals::Periodic,
        exponential,
        Arrivals::Renewal(UnitLaw::Uniform),
        mmpp([7.0, 1.0], 20),
    ];
    for law in laws {
        let one_by_one = arrivals(law.clone(), 1e6, 1000);
        let mut source = source(law, 1e6);
        let mut by_span = Vec::new();
        for span in 1..3000 {
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

/// States of `us` each.
fn mmpp(weights: [f64; 2], us: u64) -> Arrivals {
    Arrivals::Mmpp(weights.map(|weight| MmppState {
        weight,
        duration: SimDuration::from_us(us),
    }))
}

/// Arrivals of a million packets/s in each of `n` windows of `us`, each window of a source of its
/// own from its start on.
fn counts(law: &Arrivals, us: u64, n: u32) -> Vec<f64> {
    let rate = PacketRate::new(1e6).unwrap();
    let traffic = Traffic::outbound(law.clone(), rate, PacketSize::Fixed(Bytes::new(100)));
    let count = |index| {
        let task = StreamName {
            seed: 1,
            replication: 0,
            component: "t",
            index,
            purpose: "",
        };
        let mut count = 0;
        let until = SimTime::from_ps(us * 1_000_000);
        Source::new(&traffic, task).arrivals_before(until, |times| count += times.len());
        count as f64
    };
    (0..n).map(count).collect()
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// Oracle: stationarity. Right from the start, as many packets arrive in a window as the rate says,
/// however short the window is; within 4.5 standard errors.
#[test]
fn random_arrivals_start_in_their_steady_state() {
    let erlang = UnitLaw::Erlang {
        shape: 4.try_into().unwrap(),
    };
    for law in [
        Arrivals::Renewal(erlang),
        Arrivals::Renewal(UnitLaw::Uniform),
        Arrivals::Renewal(UnitLaw::Hyperexponential { scv: 9.0 }),
        mmpp([7.0, 1.0], 20),
        mmpp([0.0, 1.0], 20),
        on_off(|mean| PeriodLaw::Exponential { mean }),
    ] {
        for us in [1, 5, 40] {
            let (mean, error) = mean_and_error(&counts(&law, us, 20_000));
            let z = (mean - us as f64) / error;
            assert!(z.abs() < 4.5, "{law:?} in {us} us: {mean}, z = {z}");
        }
    }
}

/// Oracle: the uniform law. Periodic sources start anywhere within a gap: of 20,000 the first packets
/// come half a gap after the start on average, with the variance 1/12 of a squared gap.
#[test]
fn periodic_sources_are_not_in_step() {
    let rate = PacketRate::new(1e6).unwrap();
    let size = PacketSize::Fixed(Bytes::new(100));
    let traffic = Traffic::outbound(Arrivals::Periodic, rate, size);
    let first = |index| {
        let task = StreamName {
            seed: 1,
            replication: 0,
            component: "t",
            index,
            purpose: "",
        };
        Source::new(&traffic, task).next_arrival().as_ps() as f64 / 1e6
    };
    let phases: Vec<f64> = (0..20_000).map(first).collect();
    assert!(phases.iter().all(|phase| (0.0..1.0).contains(phase)));
    let (mean, error) = mean_and_error(&phases);
    assert!((mean - 0.5).abs() < 4.5 * error, "{mean}");
    let squares: Vec<f64> = phases.iter().map(|phase| (phase - 0.5).powi(2)).collect();
    let (variance, error) = mean_and_error(&squares);
    assert!((variance - 1.0 / 12.0).abs() < 4.5 * error, "{variance}");
}

/// A packet that comes at the very end of a span is one of the next.
#[test]
fn a_span_ends_before_its_end() {
    for law in [Arrivals::Poisson, Arrivals::Periodic] {
        let first = arrivals(law.clone(), 1e6, 1)[0];
        let mut source = source(law, 1e6);
        let mut before = |ps| {
            let mut times = Vec::new();
            source.arrivals_before(SimTime::from_ps(ps), |some| times.extend_from_slice(some));
            times
        };
        assert_eq!(before(first), []);
        assert_eq!(before(first + 1), [SimTime::from_ps(first)]);
    }
}

/// Oracle: counts of a modulated Poisson process with rates 1.75 and 0.25 and states of 20 µs on
/// average. The rate is 1 ± 0.75 with the covariance 0.75² e^(−2t/20), so the variance of a count in
/// T is T + 2 · 0.75² · (10 T − 100 (1 − e^(−T/10))): for T = 40 µs, 40 + 339.6.
#[test]
fn modulated_arrivals_come_in_bursts() {
    let n = 20_000;
    let counts = counts(&mmpp([7.0, 1.0], 20), 40, n);
    let squares: Vec<f64> = counts.iter().map(|count| (count - 40.0).powi(2)).collect();
    let (variance, error) = mean_and_error(&squares);
    let expected = 40.0 + 2.0 * 0.5625 * (400.0 - 100.0 * (1.0 - (-4.0_f64).exp()));
    let z = (variance - expected) / error;
    assert!(z.abs() < 4.5, "{variance}, expected {expected}, z = {z}");
}

/// Oracle: gaps of a renewal process are independent draws of its law; here of mean and variance,
/// within 4.5 standard errors.
#[test]
fn renewal_gaps_have_their_law() {
    for law in [UnitLaw::Uniform, UnitLaw::Hyperexponential { scv: 4.0 }] {
        let times = arrivals(Arrivals::Renewal(law), 1e6, 200_000);
        let gaps = times.windows(2).map(|w| (w[1] - w[0]) as f64 / 1e6);
        let gaps: Vec<f64> = gaps.collect();
        let (mean, error) = mean_and_error(&gaps);
        assert!((mean - 1.0).abs() < 4.5 * error, "{law:?}: {mean}");
        let squares: Vec<f64> = gaps.iter().map(|gap| gap * gap).collect();
        let (second, error) = mean_and_error(&squares);
        let expected = 1.0 + law.scv();
        assert!((second - expected).abs() < 4.5 * error, "{law:?}: {second}");
    }
}

/// States depend on the task, not on its rate: packets at ten times the rate come in the same
/// bursts.
#[test]
fn states_do_not_depend_on_the_rate() {
    let bursts = |rate: f64, n: usize| {
        let times = arrivals(mmpp([1.0, 0.0], 20), rate, n);
        let mut starts = vec![times[0]];
        let silences = times.windows(2).filter(|w| w[1] - w[0] > 5_000_000);
        starts.extend(silences.map(|w| w[1]));
        starts
    };
    let (slow, fast) = (bursts(3e7, 30_000), bursts(3e8, 300_000));
    assert!(slow.len().min(fast.len()) > 10, "{slow:?} {fast:?}");
    for (slow, fast) in slow.iter().zip(&fast) {
        // The first packet comes within some gaps of 17 ns from the start of a burst.
        assert!(slow.abs_diff(*fast) < 200_000, "{slow} {fast}");
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

/// A packet due at the very end of an on period still belongs to it.
#[test]
fn an_on_period_includes_its_end() {
    let period = PeriodLaw::Exponential {
        mean: SimDuration::from_us(10),
    };
    let peak = PacketRate::new(4e6).unwrap();
    let name = StreamName {
        seed: 1,
        replication: 0,
        component: "t",
        index: 0,
        purpose: "",
    };
    let mut source = OnOff::new(peak, period, period, &mut name.stream(), name.stream());
    source.now = SimTime::from_ps(5);
    source.on_left = SimDuration::from_ps(100);
    source.until_packet = SimDuration::from_ps(100);
    assert_eq!(source.next_arrival(), SimTime::from_ps(105));
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
