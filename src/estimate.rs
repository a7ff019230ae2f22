//! What a trial will cost, before it runs: events, time, memory.

use crate::scenario::{Allowance, Arbitration, Capacity, Egress, Route, Scenario};

// Times on one core of a 2026 server, from `cargo bench --bench headline` and the curated
// experiments. Each is what the work takes beside the rest.

/// Drawing a packet and putting it in order \[ns\].
const ARRIVAL_NS: f64 = 6.5;

/// Crossing a link with packets of its size only, and being recorded with them \[ns\].
const ALIKE_NS: f64 = 5.0;

/// Crossing a link and being recorded alone \[ns\].
const ALONE_NS: f64 = 10.0;

/// Drawing a size and its transmission time \[ns\].
const SIZE_NS: f64 = 5.0;

/// Waiting for round robin or DRR \[ns\].
const ARBITRATION_NS: f64 = 12.0;

/// A core of the host stack \[ns\].
const HOST_STACK_NS: f64 = 8.0;

/// The allowance's shaper \[ns\].
const SHAPER_NS: f64 = 6.0;

/// All of it in an event loop, where a packet takes part in two or three events \[ns\].
const EVENT_LOOP_NS: f64 = 350.0;

/// For each doubling of the number of tasks: memory that is farther away \[ns\].
const DOUBLING_NS: f64 = 1.2;

/// Tasks whose records are all at hand.
const NEAR_TASKS: f64 = 16.0;

/// Making a trial, and turning what it recorded into measurements and files \[ns\].
const TRIAL_NS: f64 = 1e6;

/// The same for each of its tasks \[ns\].
const TASK_NS: f64 = 20e3;

/// Memory of the process without any trial, plots included \[bytes\].
pub const PROCESS_BYTES: f64 = 9e6;

/// Memory of a trial without its tasks: the packets of a span, several times \[bytes\].
const TRIAL_BYTES: f64 = 1e6;

/// Memory of one task: its source, its record and its counts up to some hundred milliseconds of
/// sojourn \[bytes\].
const TASK_BYTES: f64 = 20e3;

/// Memory of one packet waiting in a queue \[bytes\].
const PACKET_BYTES: f64 = 64.0;

/// Expected number of packets that arrive in one trial.
///
/// Those of warm-up and window, and of as long again as the window where the offered load exceeds
/// what leaves.
fn arrivals(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let recorded = (window.warm_up + window.measure).as_s_lossy();
    let drain = if is_overloaded(scenario) {
        window.measure.as_s_lossy()
    } else {
        0.0
    };
    scenario.offered_packets_per_s() * (recorded + drain)
}

/// Expected number of events of one trial of `scenario`: each arrival is followed by the
/// completions of the stages that take time.
pub fn events(scenario: &Scenario) -> f64 {
    let through = 1.0_f64.min(capacity_bits_per_s(scenario) / leaving_bits_per_s(scenario));
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
    arrivals(scenario) * stages
}

/// Expected run time of one trial on one core \[s\].
pub fn seconds(scenario: &Scenario) -> f64 {
    let tasks = scenario.task_count() as f64;
    let far = (tasks / NEAR_TASKS).log2().max(0.0);
    let packets = arrivals(scenario) * (packet_ns(scenario) + DOUBLING_NS * far);
    (packets + TRIAL_NS + TASK_NS * tasks) / 1e9
}

/// Expected time per packet, for a few tasks \[ns\].
fn packet_ns(scenario: &Scenario) -> f64 {
    if scenario.needs_event_loop() {
        return EVENT_LOOP_NS;
    }
    let network = &scenario.network;
    let (arbitrated, shaped) = match network.egress {
        Egress::Refused => (false, false),
        Egress::Shared { allowance, .. } => (false, is_shaped(allowance)),
        Egress::PerTask {
            arbitration,
            allowance,
            ..
        } => {
            let turns = matches!(
                arbitration,
                Arbitration::RoundRobin | Arbitration::Drr { .. }
            );
            (turns, is_shaped(allowance))
        }
    };
    let equal_sizes = scenario.packet_size().is_some();
    let host_stack = network.host_stack.is_some();
    let alike = equal_sizes && !host_stack && !arbitrated && !shaped;
    let when = |does: bool, ns: f64| if does { ns } else { 0.0 };
    ARRIVAL_NS
        + if alike { ALIKE_NS } else { ALONE_NS }
        + when(!equal_sizes, SIZE_NS)
        + when(arbitrated, ARBITRATION_NS)
        + when(host_stack, HOST_STACK_NS)
        + when(shaped, SHAPER_NS)
}

fn is_shaped(allowance: Allowance) -> bool {
    matches!(allowance, Allowance::TokenBucket(_))
}

/// Expected memory of one running trial \[bytes\].
pub fn bytes(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let excess = leaving_bits_per_s(scenario) - capacity_bits_per_s(scenario);
    let mean_size = scenario.offered_bits_per_s() / 8.0 / scenario.offered_packets_per_s();
    let seconds = (window.warm_up + window.measure + window.measure).as_s_lossy();
    let waiting = (excess / 8.0 / mean_size * seconds).max(0.0);
    let room = queue_capacity_packets(scenario, mean_size);
    let tasks = scenario.task_count() as f64 * TASK_BYTES;
    TRIAL_BYTES + tasks + waiting.min(room) * PACKET_BYTES
}

/// Packets of `mean_size` that all ENI queues hold together.
fn queue_capacity_packets(scenario: &Scenario, mean_size: f64) -> f64 {
    let (queue, enis) = match scenario.network.egress {
        Egress::Refused => return 0.0,
        Egress::Shared { queue, .. } => (queue, 1),
        Egress::PerTask { queue, .. } => (queue, scenario.own_task_count()),
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
        } => rate(allowance) * scenario.own_task_count() as f64,
        Egress::Shared { allowance, .. } | Egress::PerTask { allowance, .. } => rate(allowance),
    }
}

/// Whether recorded packets may still be inside long after the window.
fn is_overloaded(scenario: &Scenario) -> bool {
    leaving_bits_per_s(scenario) >= capacity_bits_per_s(scenario)
}

/// What is offered to the ENIs on the way out [bit/s].
fn leaving_bits_per_s(scenario: &Scenario) -> f64 {
    let leaves = |route: Route| match route {
        Route::Out | Route::Resolver => true,
        Route::In => false,
        Route::ToGroup(_) => matches!(scenario.network.egress, Egress::PerTask { .. }),
    };
    let groups = scenario.task_groups.iter();
    let leaving = groups.filter(|group| leaves(group.traffic.route));
    leaving.map(|group| group.offered_bits_per_s()).sum()
}
