//! The least work per packet: what the goals are measured against.

use std::hint::black_box;

use enibench::engine::random::{Stream, StreamName};
use enibench::measure::Counts;
use enibench::units::{SimDuration, SimTime};
use rand::distr::Distribution;
use rand_distr::Exp1;

/// Packets of one run.
pub const PACKETS: u64 = 1_000_000;

/// Mean gap between packets \[ps\]: load 0.8 of [`SERVICE`].
const MEAN_GAP_PS: f64 = 12_500_000.0;

/// Time that a packet takes of the server.
const SERVICE: SimDuration = SimDuration::from_us(10);

fn stream() -> Stream {
    let name = StreamName {
        seed: 1,
        replication: 0,
        component: "floor",
        index: 0,
        purpose: "arrivals",
    };
    name.stream()
}

// Inlined by order: as a call it would be no floor.
#[inline(always)]
fn gap(stream: &mut Stream) -> SimDuration {
    let unit: f64 = Exp1.sample(stream);
    SimDuration::from_ps((unit * MEAN_GAP_PS + 0.5) as i64 as u64)
}

/// Draws the gaps alone.
pub fn gaps() {
    let mut stream = stream();
    let mut now = SimTime::ZERO;
    for _ in 0..PACKETS {
        now += gap(&mut stream);
    }
    black_box(now);
}

#[inline(always)]
fn simulate(mut record: impl FnMut(SimDuration)) {
    let mut stream = stream();
    let (mut now, mut free_at) = (SimTime::ZERO, SimTime::ZERO);
    for _ in 0..PACKETS {
        now += gap(&mut stream);
        free_at = free_at.max(now) + SERVICE;
        record(free_at.since(now));
    }
}

/// Gaps and Lindley's recursion; adds the sojourn times up.
pub fn recursion() {
    let mut sum = 0_u64;
    simulate(|sojourn| sum = sum.wrapping_add(sojourn.as_ps()));
    black_box(sum);
}

/// The floor.
pub fn floor() {
    let mut counts = Counts::new();
    simulate(|sojourn| counts.record(sojourn.as_ns_rounded()));
    black_box(&counts);
}
