//! A task's open-loop traffic: when its next packet arrives and how large it is.
//!
//! # Model
//! Arrivals do not react to the network. Random gaps are rounded to the nearest picosecond one by
//! one; packet clocks (periodic and on-off) keep their remainder and do not drift. An on-off
//! source starts in an on period with the long-run probability of one; the first period is drawn
//! like any other. That is stationary for exponential periods. For Pareto periods it is not: the
//! period in progress at a random instant is longer than a fresh one, and with a shape of 2 or less
//! the start is forgotten only slowly, as a power of the time.

use rand::RngExt;
use rand::distr::Distribution;
use rand_distr::{Exp1, Pareto};

use crate::engine::random::{Stream, StreamName};
use crate::scenario::{Arrivals, PeriodLaw, Traffic};
use crate::units::{PacketRate, SimDuration, SimTime};

/// Arrivals that a source gives at a time.
pub(super) const AT_A_TIME: usize = 64;

/// When one task sends its packets.
#[derive(Debug)]
pub(crate) struct Source {
    /// When the next packet arrives.
    next: SimTime,
    process: ArrivalProcess,
}

#[derive(Debug)]
enum ArrivalProcess {
    Periodic(PacketClock),
    Poisson { mean_gap_ps: f64, gaps: Stream },
    // Some 200 bytes more than the others need.
    OnOff(Box<OnOff>),
}

impl Source {
    /// The source of the task whose random streams have the name `task`, whatever their purpose.
    pub fn new(traffic: &Traffic, task: StreamName<'_>) -> Self {
        let stream = |purpose| StreamName { purpose, ..task }.stream();
        let (process, next) = match &traffic.arrivals {
            Arrivals::Periodic => {
                let mut clock = PacketClock::new(traffic.rate);
                let first = clock.phase(&mut stream("phase"));
                (ArrivalProcess::Periodic(clock), SimTime::ZERO + first)
            }
            Arrivals::Poisson => {
                let mean_gap_ps = traffic.rate.mean_gap_ps();
                let mut gaps = stream("arrivals");
                let first = exponential(mean_gap_ps, &mut gaps);
                let process = ArrivalProcess::Poisson { mean_gap_ps, gaps };
                (process, SimTime::ZERO.saturating_add(first))
            }
            Arrivals::OnOff { peak, on, off } => {
                let (mut phase, periods) = (stream("phase"), stream("on-off"));
                let mut on_off = Box::new(OnOff::new(*peak, *on, *off, &mut phase, periods));
                let first = on_off.next_arrival();
                (ArrivalProcess::OnOff(on_off), first)
            }
        };
        Source { next, process }
    }

    /// When the next packet arrives. Each call moves on by one packet.
    #[inline]
    pub fn next_arrival(&mut self) -> SimTime {
        let now = self.next;
        self.next = match &mut self.process {
            ArrivalProcess::Periodic(clock) => now.saturating_add(clock.gap()),
            ArrivalProcess::Poisson { mean_gap_ps, gaps } => {
                now.saturating_add(exponential(*mean_gap_ps, gaps))
            }
            ArrivalProcess::OnOff(on_off) => on_off.next_arrival(),
        };
        now
    }

    /// Calls `arrive` with the arrivals before `until`, in order and many at a time.
    #[inline(always)]
    pub fn arrivals_before(&mut self, until: SimTime, mut arrive: impl FnMut(&[SimTime])) {
        let mut times = [SimTime::ZERO; AT_A_TIME];
        loop {
            let count = self.fill(until, &mut times);
            arrive(&times[..count]);
            if count < AT_A_TIME {
                return;
            }
        }
    }

    /// Writes the next arrivals before `until` to `times`, as many as fit; returns how many.
    #[inline]
    fn fill(&mut self, until: SimTime, times: &mut [SimTime; AT_A_TIME]) -> usize {
        let mut places = times.iter_mut();
        if let ArrivalProcess::Poisson { mean_gap_ps, gaps } = &mut self.process {
            // Copies, so that the generator stays in registers from packet to packet.
            let (mut next, mut stream, mean_gap_ps) = (self.next, gaps.clone(), *mean_gap_ps);
            while next < until {
                let Some(place) = places.next() else {
                    break;
                };
                *place = next;
                next = next.saturating_add(exponential(mean_gap_ps, &mut stream));
            }
            (self.next, *gaps) = (next, stream);
            return AT_A_TIME - places.len();
        }
        while self.next < until {
            let Some(place) = places.next() else {
                break;
            };
            *place = self.next_arrival();
        }
        AT_A_TIME - places.len()
    }
}

/// An exponential span with this mean, to the nearest picosecond.
#[inline]
fn exponential(mean_ps: f64, stream: &mut Stream) -> SimDuration {
    let unit: f64 = Exp1.sample(stream);
    SimDuration::from_ps(rounded(unit * mean_ps))
}

/// `value`, not negative, to the nearest whole number, halves up; at most 2⁶³ − 1, as picoseconds
/// 107 days.
///
/// The same as `value.round() as u64`, which calls a library function where the target has no
/// instruction for it: the sum is cut, and it reaches the next whole number only if `value` is at
/// least a half beyond the one before.
#[inline]
fn rounded(value: f64) -> u64 {
    const JUST_BELOW_HALF: f64 = 0.5 - f64::EPSILON / 4.0;
    // A cast to a signed number is one instruction, to an unsigned one several.
    (value + JUST_BELOW_HALF) as i64 as u64
}

/// Equal gaps of a length that need not be whole picoseconds: the remainder is kept, so that the
/// n-th tick is never more than a picosecond off.
#[derive(Debug)]
struct PacketClock {
    /// Gap in 2⁻³² ps.
    gap: u128,
    /// What is left over of a picosecond, in 2⁻³² ps; below 2³².
    remainder: u128,
}

impl PacketClock {
    const ONE_PS: u128 = 1 << 32;

    fn new(rate: PacketRate) -> Self {
        let gap = (rate.mean_gap_ps() * Self::ONE_PS as f64).round() as u128;
        PacketClock {
            gap: gap.max(1),
            remainder: 0,
        }
    }

    /// The next gap.
    #[inline]
    fn gap(&mut self) -> SimDuration {
        let sum = self.gap + self.remainder;
        self.remainder = sum % Self::ONE_PS;
        Self::whole_ps(sum)
    }

    /// A uniform part of a gap, in whole picoseconds.
    fn phase(&mut self, stream: &mut Stream) -> SimDuration {
        Self::whole_ps((self.gap as f64 * stream.random::<f64>()) as u128)
    }

    fn whole_ps(fixed: u128) -> SimDuration {
        let ps = u64::try_from(fixed / Self::ONE_PS);
        SimDuration::from_ps(ps.expect("a gap is limited to 213 days"))
    }
}

/// A packet clock that runs only in on periods and keeps its remainder through off periods.
#[derive(Debug)]
struct OnOff {
    clock: PacketClock,
    on: PeriodSampler,
    off: PeriodSampler,
    periods: Stream,
    /// End of what has been consumed so far.
    now: SimTime,
    /// What is left of the current on period.
    on_left: SimDuration,
    /// On time until the next packet.
    until_packet: SimDuration,
}

impl OnOff {
    fn new(
        peak: PacketRate,
        on: PeriodLaw,
        off: PeriodLaw,
        phase: &mut Stream,
        mut periods: Stream,
    ) -> Self {
        let mut clock = PacketClock::new(peak);
        let until_packet = clock.phase(phase);
        let on_share = on.mean().as_s_lossy() / (on.mean().as_s_lossy() + off.mean().as_s_lossy());
        let (on, off) = (PeriodSampler::new(on), PeriodSampler::new(off));
        let mut now = SimTime::ZERO;
        if phase.random::<f64>() >= on_share {
            now += off.draw(&mut periods);
        }
        let on_left = on.draw(&mut periods);
        OnOff {
            clock,
            on,
            off,
            periods,
            now,
            on_left,
            until_packet,
        }
    }

    fn next_arrival(&mut self) -> SimTime {
        while self.until_packet > self.on_left {
            self.until_packet = self.until_packet.saturating_sub(self.on_left);
            self.now += self.on_left;
            self.now += self.off.draw(&mut self.periods);
            self.on_left = self.on.draw(&mut self.periods);
        }
        self.now += self.until_packet;
        self.on_left = self.on_left.saturating_sub(self.until_packet);
        self.until_packet = self.clock.gap();
        self.now
    }
}

/// A period law, prepared for drawing.
#[derive(Debug)]
enum PeriodSampler {
    Exponential { mean_ps: f64 },
    Pareto(Pareto<f64>),
}

impl PeriodSampler {
    fn new(law: PeriodLaw) -> Self {
        let mean_ps = law.mean().as_ps() as f64;
        match law {
            PeriodLaw::Exponential { .. } => PeriodSampler::Exponential { mean_ps },
            PeriodLaw::Pareto { shape, .. } => PeriodSampler::Pareto(
                Pareto::new(mean_ps * (shape - 1.0) / shape, shape)
                    .expect("a scenario has a mean above zero and a shape above one"),
            ),
        }
    }

    fn draw(&self, stream: &mut Stream) -> SimDuration {
        match self {
            PeriodSampler::Exponential { mean_ps } => exponential(*mean_ps, stream),
            PeriodSampler::Pareto(pareto) => SimDuration::from_ps(rounded(pareto.sample(stream))),
        }
    }
}

#[cfg(test)]
mod tests {
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
}
