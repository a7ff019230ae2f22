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

use super::size::SizeSampler;
use crate::engine::random::{Stream, StreamName};
use crate::scenario::{Arrivals, PeriodLaw, Traffic};
use crate::units::{Bytes, PacketRate, SimDuration, SimTime};

/// One task's packet source.
#[derive(Debug)]
pub(super) struct Source {
    arrivals: ArrivalProcess,
    arrival_stream: Stream,
    sizes: SizeSampler,
    size_stream: Stream,
}

#[derive(Debug)]
enum ArrivalProcess {
    Periodic { clock: PacketClock, next: SimTime },
    Poisson { mean_gap_ps: f64, last: SimTime },
    OnOff(OnOff),
}

impl Source {
    /// The source of task `index` of group `group` in one replication.
    pub fn new(traffic: &Traffic, seed: u64, replication: u32, group: &str, index: u32) -> Self {
        let stream = |purpose| {
            StreamName {
                seed,
                replication,
                component: group,
                index,
                purpose,
            }
            .stream()
        };
        let mut phase = stream("phase");
        let arrivals = match &traffic.arrivals {
            Arrivals::Periodic => {
                let mut clock = PacketClock::new(traffic.rate);
                let next = SimTime::ZERO + clock.phase(&mut phase);
                ArrivalProcess::Periodic { clock, next }
            }
            Arrivals::Poisson => ArrivalProcess::Poisson {
                mean_gap_ps: traffic.rate.mean_gap_ps(),
                last: SimTime::ZERO,
            },
            Arrivals::OnOff { peak, on, off } => {
                ArrivalProcess::OnOff(OnOff::new(*peak, *on, *off, &mut phase, stream("on-off")))
            }
        };
        Source {
            arrivals,
            arrival_stream: stream("arrivals"),
            sizes: SizeSampler::new(&traffic.packet_size),
            size_stream: stream("sizes"),
        }
    }

    /// When the next packet arrives. Each call moves on by one packet.
    #[inline]
    pub fn next_arrival(&mut self) -> SimTime {
        match &mut self.arrivals {
            ArrivalProcess::Periodic { clock, next } => {
                let now = *next;
                *next += clock.gap();
                now
            }
            ArrivalProcess::Poisson { mean_gap_ps, last } => {
                *last += exponential(*mean_gap_ps, &mut self.arrival_stream);
                *last
            }
            ArrivalProcess::OnOff(on_off) => on_off.next_arrival(),
        }
    }

    /// The size of the next packet. Each call moves on by one packet.
    #[inline]
    pub fn next_size(&mut self) -> Bytes {
        self.sizes.draw(&mut self.size_stream)
    }
}

/// An exponential span with this mean, to the nearest picosecond.
#[inline]
fn exponential(mean_ps: f64, stream: &mut Stream) -> SimDuration {
    let unit: f64 = Exp1.sample(stream);
    SimDuration::from_ps((unit * mean_ps).round() as u64)
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
            PeriodSampler::Pareto(pareto) => {
                SimDuration::from_ps(pareto.sample(stream).round() as u64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PacketSize;

    fn arrivals(arrivals: Arrivals, rate: f64, n: usize) -> Vec<u64> {
        let traffic = Traffic {
            arrivals,
            rate: PacketRate::new(rate).unwrap(),
            packet_size: PacketSize::Fixed(Bytes::new(100)),
        };
        let mut source = Source::new(&traffic, 1, 0, "t", 0);
        (0..n).map(|_| source.next_arrival().as_ps()).collect()
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
