//! A task's open-loop traffic: when its next packet arrives and how large it is.
//!
//! # Model
//! Arrivals do not react to the network. Random gaps are rounded to the nearest picosecond one by
//! one; packet clocks (periodic and on-off) keep their remainder and do not drift. An on-off
//! source starts in an on period with the long-run probability of one; the first period is drawn
//! like any other. That is stationary for exponential periods. For Pareto periods it is not: the
//! period in progress at a random instant is longer than a fresh one, and with a shape of 2 or less
//! the start is forgotten only slowly, as a power of the time. Renewal and modulated arrivals are
//! stationary from the start.

mod mmpp;
mod renewal;

use rand::RngExt;
use rand::distr::Distribution;
use rand_distr::{Exp1, Pareto};

use crate::engine::random::{Stream, StreamName};
use crate::scenario::{Arrivals, PeriodLaw, Traffic};
use crate::units::{PacketRate, SimDuration, SimTime};
use mmpp::Mmpp;
use renewal::Renewal;

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
    Renewal(Box<Renewal>),
    Mmpp(Box<Mmpp>),
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
            Arrivals::Renewal(law) => {
                let (renewal, first) = Renewal::new(*law, traffic.rate, stream("arrivals"));
                (ArrivalProcess::Renewal(Box::new(renewal)), first)
            }
            Arrivals::Mmpp(states) => {
                let mut mmpp = Box::new(Mmpp::new(states, traffic.rate, task));
                let first = mmpp.next_arrival();
                (ArrivalProcess::Mmpp(mmpp), first)
            }
        };
        Source { next, process }
    }

    /// When the next packet arrives. Each call moves on by one packet.
    // By order, here and below: the loop over spans is a tenth slower with calls in it.
    #[inline(always)]
    pub fn next_arrival(&mut self) -> SimTime {
        let now = self.next;
        self.next = match &mut self.process {
            ArrivalProcess::Periodic(clock) => now.saturating_add(clock.gap()),
            ArrivalProcess::Poisson { mean_gap_ps, gaps } => {
                now.saturating_add(exponential(*mean_gap_ps, gaps))
            }
            ArrivalProcess::OnOff(on_off) => on_off.next_arrival(),
            ArrivalProcess::Renewal(renewal) => now.saturating_add(renewal.gap()),
            ArrivalProcess::Mmpp(mmpp) => mmpp.next_arrival(),
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

    #[inline(always)]
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

    #[inline]
    fn draw(&self, stream: &mut Stream) -> SimDuration {
        match self {
            PeriodSampler::Exponential { mean_ps } => exponential(*mean_ps, stream),
            PeriodSampler::Pareto(pareto) => SimDuration::from_ps(rounded(pareto.sample(stream))),
        }
    }
}

#[cfg(test)]
mod tests;
