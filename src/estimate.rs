//! What a trial will cost, before it runs: events, time, memory.

use crate::scenario::{Allowance, Arbitration, Capacity, Egress, Scenario};

/// Time of one event on a 2026 server core \[ns\], packets, histograms and all: what the curated
/// experiments took on an EPYC, 28 to 36 million events per second on two cores.
pub const EVENT_NS: f64 = 60.0;

/// Memory of one task: its histogram up to some hundred milliseconds of sojourn, its streams and
/// queues \[bytes\].
const TASK_BYTES: f64 = 160e3;

/// Memory of one packet waiting in a queue \[bytes\].
const PACKET_BYTES: f64 = 120.0;

/// Expected number of events of one trial of `scenario`.
///
/// Arrivals over warm-up and window, and over as long again as the window where the offered load
/// exceeds what leaves; each followed by the completions of the stages that take time.
pub fn events(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let recorded = (window.warm_up + window.measure).as_s_lossy();
    let drain = if is_overloaded(scenario) {
        window.measure.as_s_lossy()
    } else {
        0.0
    };
    let arrivals = scenario.offered_packets_per_s() * (recorded + drain);
    let through = 1.0_f64.min(capacity_bits_per_s(scenario) / scenario.offered_bits_per_s());
    let mut stages = 1.0;
    if scenario.network.host_stack.is_some() {
        stages += 1.0;
    }
    if scenario.network.egress != Egress::Refused {
        stages += through;
        if !scenario.network.propagation.is_zero() {
            stages += through;
        }
    }
    arrivals * stages
}

/// Expected run time of one trial on one core \[s\].
pub fn seconds(scenario: &Scenario) -> f64 {
    events(scenario) * EVENT_NS / 1e9
}

/// Expected memory of one running trial \[bytes\].
pub fn bytes(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let excess = scenario.offered_bits_per_s() - capacity_bits_per_s(scenario);
    let mean_size = scenario.offered_bits_per_s() / 8.0 / scenario.offered_packets_per_s();
    let seconds = (window.warm_up + window.measure + window.measure).as_s_lossy();
    let waiting = (excess / 8.0 / mean_size * seconds).max(0.0);
    let room = queue_capacity_packets(scenario, mean_size);
    scenario.task_count() as f64 * TASK_BYTES + waiting.min(room) * PACKET_BYTES
}

/// Packets of `mean_size` that all ENI queues hold together.
fn queue_capacity_packets(scenario: &Scenario, mean_size: f64) -> f64 {
    let (queue, enis) = match scenario.network.egress {
        Egress::Refused => return 0.0,
        Egress::Shared { queue, .. } => (queue, 1),
        Egress::PerTask { queue, .. } => (queue, scenario.task_count()),
    };
    let each = match queue.capacity {
        Capacity::Unlimited => f64::INFINITY,
        Capacity::Packets(packets) => f64::from(packets.get()),
        Capacity::Bytes(bytes) => bytes.get() as f64 / mean_size,
    };
    each * enis as f64
}

/// What can leave the instance in the long run [bit/s].
fn capacity_bits_per_s(scenario: &Scenario) -> f64 {
    let rate = |allowance: Allowance| allowance.line_rate().bits_per_s() as f64;
    match scenario.network.egress {
        Egress::Refused => f64::INFINITY,
        Egress::PerTask {
            arbitration: Arbitration::Dedicated,
            allowance,
            ..
        } => rate(allowance) * scenario.task_count() as f64,
        Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => rate(allowance),
    }
}

/// Whether recorded packets may still be inside long after the window.
fn is_overloaded(scenario: &Scenario) -> bool {
    scenario.offered_bits_per_s() >= capacity_bits_per_s(scenario)
}
